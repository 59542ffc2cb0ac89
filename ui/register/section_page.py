"""A page of sections: a list at the left, the one chosen beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from ui.widgets.containers import Card
from ui.widgets.page import Action, Page
from ui.widgets.section_list import SectionList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QResizeEvent

    from frontdesk.core.actor import Actor, Permission
    from frontdesk.core.context import DeskContext
    from ui.register.section import Section

_NARROW = 700  # px of page width
_WIDE_LIST, _NARROW_LIST = 176, 144  # px


@dataclass(frozen=True)
class SectionSpec:
    """A section: `factory` builds it when it is first shown, for whoever has one of the permissions `needs`.

    Without `needs` it is everybody's.
    """

    title: str
    icon: str
    factory: Callable[[], Section]
    needs: tuple[Permission, ...] = ()

    def is_for(self, actor: Actor) -> bool:
        """Whether this person may use it."""
        return not self.needs or any(map(actor.may, self.needs))


class SectionPage(Page):
    """What it is made of says `specs`. Another person has other sections, and begins them anew.

    ↑ ↓ choose in the list, Enter and → go into the section, Esc comes back.
    """

    def __init__(self, context: DeskContext, title: str) -> None:
        super().__init__()
        self._context = context
        self._actor: Actor | None = None
        self._entered = False  # the cursor went into the section
        self._offered: list[SectionSpec] = []
        self._built: dict[str, Section] = {}
        self._list = SectionList(title)
        self._list.section_chosen.connect(self._show_section)
        self._list.enter_requested.connect(self._on_enter)
        self._stack = QStackedWidget()
        self._list_card = Card(title, margin=8)
        self._list_card.body.addWidget(self._list, 1)
        self.above = QVBoxLayout()  # for what a page says above its sections
        self.above.setSpacing(8)
        self._lay_out()

    def specs(self) -> Sequence[SectionSpec]:
        """All sections of the page, in the order of the list."""
        raise NotImplementedError

    def key_actions(self) -> Sequence[Action]:
        """The keys of the section in view; Esc comes back to the list."""
        section = self.current_section()
        own = section.key_actions() if section is not None else ()
        return (*own, Action("back", self._on_back))

    def on_shown(self) -> None:
        """Offer what the person signed in may do; the cursor waits in the list, or where that person was at work."""
        section = self.current_section()
        if self._context.actor != self._actor:
            self._start_anew()
        elif section is not None:
            section.on_shown()
        if self._entered and section is not None:
            section.put_cursor()
        else:
            self._list.setFocus()

    def on_changed(self, tables: frozenset[str]) -> None:
        """Records were written: the section in view looks again."""
        section = self.current_section()
        if section is not None and self._context.actor == self._actor:
            section.on_changed(tables)

    def is_typing(self) -> bool:
        """Whether something is half typed in one of the sections."""
        return any(section.is_typing() for section in self._built.values())

    def keep_draft(self) -> None:
        """Every section writes down what is half typed there."""
        for section in self._built.values():
            section.keep_draft()

    def section(self, title: str) -> Section:
        """Choose the section of that title. Raises KeyError for one that is not offered."""
        titles = self.titles()
        if title not in titles:
            raise KeyError(title)
        self._list.setCurrentRow(titles.index(title))
        return self._show_section(titles.index(title))

    def titles(self) -> list[str]:
        """The sections offered."""
        return [spec.title for spec in self._offered]

    def current_section(self) -> Section | None:
        """The section in view."""
        row = self._list.currentRow()
        return self._built.get(self._offered[row].title) if 0 <= row < len(self._offered) else None

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list is narrow in a narrow page."""
        super().resizeEvent(event)
        self._list_card.setFixedWidth(_NARROW_LIST if self.width() < _NARROW else _WIDE_LIST)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addLayout(self.above)
        right.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(self._list_card)
        row.addLayout(right, 1)

    def _start_anew(self) -> None:
        """What the person before typed into the sections goes with them."""
        actor = self._actor = self._context.actor
        self._entered = False
        for section in self._built.values():
            self._stack.removeWidget(section)
            section.deleteLater()
        self._built.clear()
        self._offered = [spec for spec in self.specs() if actor is not None and spec.is_for(actor)]
        self._list.set_sections([(spec.title, spec.icon) for spec in self._offered])
        if self._offered:
            self._show_section(0)

    def _show_section(self, row: int) -> Section:
        spec = self._offered[row]
        if spec.title not in self._built:
            section = self._built[spec.title] = spec.factory()
            section.actions_changed.connect(self.actions_changed)
            section.open_requested.connect(self.open_requested)
            section.rows_requested.connect(self.rows_requested)
            section.notice_requested.connect(self.notice_requested)
            section.busy_changed.connect(self.busy_changed)
            self._stack.addWidget(section)
        section = self._built[spec.title]
        self._stack.setCurrentWidget(section)
        section.on_shown()
        self.actions_changed.emit()
        return section

    def _on_enter(self) -> None:
        section = self.current_section()
        if section is not None:
            self._entered = True
            section.put_cursor()

    def _on_back(self) -> None:
        section = self.current_section()
        inside = section is not None and (section.is_typing() or not self._list.hasFocus())
        if section is None or not inside or not section.go_back():
            self._entered = False
            self._list.setFocus()
