"""One group of the declared settings as a form, saved whole or not at all."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.core.settings import Setting
from frontdesk.core.shown import shown_moment
from ui.register.attempt import Saving
from ui.register.draft_keeper import DraftKeeper, Sent
from ui.register.draft_shelf import DraftShelf
from ui.register.entry_form import EntryForm
from ui.register.lines_editor import LinesEditor
from ui.register.section import Section
from ui.shortcuts import shortcut
from ui.widgets.buttons import PrimaryButton, QuietButton
from ui.widgets.containers import Card
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.desk import Desk

_KINDS = {str: Kind.TEXT, int: Kind.INTEGER, bool: Kind.FLAG, list: Kind.LONG_TEXT}
_WIDEST = 720  # px: a line longer than that is hard to read
_LIST_HINT = "一行一个"
_LEFT = "接着改 {when} 没存完的；要恢复原样，按 Alt+K。"


class ValuesSection(Section):
    """Shows the settings of a group; Ctrl+Enter saves them, a refusal stands under its field.

    A group of choices alone (the theme) takes effect as it is chosen.
    """

    settings_saved = Signal()  # values that the rest of the window goes by have changed

    def __init__(self, desk: Desk, title: str, settings: Sequence[Setting[Any]]) -> None:
        super().__init__()
        self._desk, self._page = desk, f"settings:{title}"
        self._settings = tuple(settings)
        self._edited = False
        self._saving = Saving(desk.context.on_behalf, self)
        lists = {setting.name: LinesEditor for setting in settings if isinstance(setting.default, list)}
        self.form = EntryForm(
            [field_of(setting) for setting in settings],
            desk.context.clock,
            own_editors=lists,
            full=[setting.name for setting in settings if setting.choices],
            name=title,
        )
        self.draft = DraftKeeper(desk, DraftShelf(desk, self), self._page, self.form, {})
        self.draft.changed.connect(self._show_state)
        self.form.edited.connect(self._on_edited)
        self._card = Card(title)
        inner = QWidget()
        inner.setMaximumWidth(_WIDEST)
        body = QVBoxLayout(inner)
        body.setContentsMargins(0, 0, 0, 0)
        body.addWidget(self.form, 1)
        self._card.body.addWidget(inner, 1)
        self._at_once = all(setting.choices for setting in settings)
        self._save_button = PrimaryButton("保存", shortcut("save").shown)
        self._save_button.clicked.connect(self.save)
        self._back_button = QuietButton("恢复原样", shortcut("clear").shown)
        self._back_button.clicked.connect(self._take_back)
        row = QHBoxLayout()
        row.addWidget(self._save_button, 1)
        row.addWidget(self._back_button)
        body.addLayout(row)
        for button in (self._save_button, self._back_button):
            button.setVisible(not self._at_once)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        self._show_present()

    def key_actions(self) -> Sequence[Action]:
        """Ctrl+Enter saves."""
        if self._at_once:
            return ()
        return (
            Action("save", self.save),
            Action("clear", self._take_back, "恢复原样"),
            Action("undo_last", self.draft.restore, "撤回"),
        )

    def on_shown(self) -> None:
        """Show the present values, unless something is half typed."""
        if not self._edited:
            self._show_present()
            if not self._at_once:
                self.draft.offer(_LEFT)

    def keep_draft(self) -> None:
        """What is half typed is written down."""
        if not self._at_once:
            self.draft.keep()

    def is_typing(self) -> bool:
        """Whether something is not saved yet."""
        return self._edited

    def put_cursor(self) -> None:
        """Begin at the first field."""
        self.form.put_cursor()

    def save(self) -> None:
        """Write what was typed; nothing of it when one value is refused."""
        try:
            values = self.form.values()
        except RefusedError as refusal:
            self.form.show_refusal(refusal)
            return
        changed = [(setting, _kept(setting, values[setting.name])) for setting in self._settings]
        self._saving(
            lambda: self._desk.context.settings.put_all(changed),
            partial(self._on_saved, self.draft.sent()),
            self.form.show_refusal,
            self.form.say_hindered,
        )

    def _on_saved(self, sent: Sent, _result: object) -> None:
        self.form.say_hindered("")
        more = "；之后改的还没有保存"
        if self.draft.spend(sent):
            self._show_present()
            more = ""
        clock = self._desk.context.clock
        self._card.set_remark(f"已存 {shown_moment(clock, clock.now())}{more}")
        self.settings_saved.emit()

    def _take_back(self) -> None:
        self.draft.clear()
        self._show_present()

    def _show_present(self) -> None:
        store = self._desk.context.settings
        self.form.set_values({setting.name: store.get(setting) for setting in self._settings})
        self.form.notice.clear()
        self.draft.turn_to(self._page, self.form.draft())
        self._show_state()

    def _on_edited(self) -> None:
        if self._at_once:
            self.save()
        else:
            self._show_state()

    def _show_state(self) -> None:
        self._edited = bool(self.draft.typed())
        self._back_button.setEnabled(self._edited)
        self._card.set_remark("还没有保存" if self._edited else "")


def field_of(setting: Setting[Any]) -> Field:
    """The form's field for a setting, under the setting's name."""
    is_list = isinstance(setting.default, list)
    unit = _LIST_HINT if is_list else setting.unit
    return Field(
        setting.name,
        f"{setting.label}，{unit}" if unit else setting.label,
        Kind.CHOICE if setting.choices else _KINDS[type(setting.default)],
        required=isinstance(setting.default, int) or bool(setting.choices),
        max_length=4000 if is_list else 120,
        choices=tuple(map(Choice, setting.choices, setting.labels or setting.choices)),
    )


def _kept(setting: Setting[Any], value: Any) -> Any:
    return type(setting.default)() if value is None else value
