"""The settings page: what the house has declared, who works here, and what the desk keeps at hand."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout

from frontdesk.core.actor import Permission
from frontdesk.core.errors import DeskError
from frontdesk.core.settings import shown_settings
from ui.settings.keepers import DirectoryKeeper, Keeper, PeopleKeeper, PhraseKeeper
from ui.settings.own_secret import OwnSecretSection
from ui.settings.records import RecordsSection
from ui.settings.values import ValuesSection
from ui.settings.verification import VerificationSection
from ui.widgets.containers import Card, Notice
from ui.widgets.page import Action, Page
from ui.widgets.reason_strip import ReasonStrip
from ui.widgets.section_list import SectionList

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import timedelta

    from PySide6.QtGui import QResizeEvent

    from frontdesk.core.actor import Actor
    from frontdesk.core.clock import Clock
    from frontdesk.desk import Desk
    from ui.settings.section import Section
    from ui.tasks import TaskRunner

_NARROW = 700  # px of page width
_GROUP_ICONS = {
    "公司": "estate",
    "登录": "lock",
    "服务单": "orders",
    "来电": "calls",
    "回访": "repeat",
    "班次": "handover",
    "外观": "sun",
}
_Entry = tuple[str, str, "Callable[[], Section]"]  # title, icon, how it is built


class SettingsPage(Page):
    """A list of sections and the one chosen. A section that a role may not use is not offered."""

    settings_saved = Signal()  # the window looks at its settings again: theme, idle lock, names

    def __init__(self, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__()
        self._desk, self._tasks = desk, tasks
        self._actor: Actor | None = None
        self._entries: list[_Entry] = []
        self._built: dict[str, Section] = {}
        self._list = SectionList("设置")
        self._list.section_chosen.connect(self._on_section_chosen)
        self._list.enter_requested.connect(self._on_enter)
        self._stack = QStackedWidget()
        self._clock_notice = Notice()
        self._clock_notice.action_requested.connect(self._on_clock_right)
        self._clock_question = ReasonStrip()
        self._clock_question.confirmed.connect(self._on_clock_confirmed)
        self._list_card = Card("设置", margin=8)
        self._list_card.body.addWidget(self._list, 1)
        self._lay_out()

    def key_actions(self) -> Sequence[Action]:
        """The keys of the section in view; Esc comes back to the list."""
        section = self._section()
        own = section.key_actions() if section is not None else ()
        if any(action.id == "back" for action in own):
            return own
        return (*own, Action("back", self._list.setFocus, "回到目录"))

    def on_shown(self) -> None:
        """Offer what the person signed in may do, and warn of a wrong clock."""
        if self._desk.context.actor != self._actor:
            self._start_anew()
        section = self._section()
        if section is not None:
            section.on_shown()
        self._warn_of_clock()
        self._list.setFocus()

    def section(self, title: str) -> Section:
        """Choose the section of that title. Raises KeyError for one that is not offered."""
        titles = [entry[0] for entry in self._entries]
        if title not in titles:
            raise KeyError(title)
        self._list.setCurrentRow(titles.index(title))
        return self._show_section(titles.index(title))

    def titles(self) -> list[str]:
        """The sections offered."""
        return [entry[0] for entry in self._entries]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list is narrow in a narrow page."""
        super().resizeEvent(event)
        self._list_card.setFixedWidth(128 if self.width() < _NARROW else 176)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self._clock_notice)
        right.addWidget(self._clock_question)
        right.addWidget(self._stack, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 12, 12, 12)
        row.setSpacing(12)
        row.addWidget(self._list_card)
        row.addLayout(right, 1)

    def _start_anew(self) -> None:
        """Another person has other sections; what the one before typed into them goes with them."""
        self._actor = self._desk.context.actor
        for section in self._built.values():
            self._stack.removeWidget(section)
            section.deleteLater()
        self._built.clear()
        self._entries = self._offered()
        self._list.set_sections([(title, icon) for title, icon, _factory in self._entries])
        if self._entries:
            self._show_section(0)

    def _offered(self) -> list[_Entry]:
        actor, desk, clock = self._actor, self._desk, self._desk.context.clock
        if actor is None:
            return []
        offered: list[_Entry] = []
        if actor.may(Permission.KEEP_STAFF):
            offered.append(_records(PeopleKeeper(desk), clock))
        if actor.may(Permission.KEEP_SETTINGS):
            offered += self._groups()
        if actor.may(Permission.WRITE_CALLS):
            offered += [_records(keeper, clock) for keeper in (PhraseKeeper(desk), DirectoryKeeper(desk))]
        if actor.may(Permission.KEEP_SETTINGS) or actor.may(Permission.REPORTS):
            offered.append(("数据核验", "check", lambda: VerificationSection(desk, self._tasks)))
        offered.append(("我的密码", "lock", lambda: OwnSecretSection(desk)))
        return offered

    def _groups(self) -> list[_Entry]:
        groups = dict.fromkeys(setting.group for setting in shown_settings())
        return [(group, _GROUP_ICONS.get(group, "settings"), partial(self._group, group)) for group in groups]

    def _group(self, group: str) -> ValuesSection:
        settings = [setting for setting in shown_settings() if setting.group == group]
        return ValuesSection(self._desk, group, settings)

    def _section(self) -> Section | None:
        row = self._list.currentRow()
        return self._built.get(self._entries[row][0]) if 0 <= row < len(self._entries) else None

    def _show_section(self, row: int) -> Section:
        title, _icon, factory = self._entries[row]
        if title not in self._built:
            section = self._built[title] = factory()
            section.actions_changed.connect(self.actions_changed)
            section.settings_saved.connect(self.settings_saved)
            self._stack.addWidget(section)
        section = self._built[title]
        self._stack.setCurrentWidget(section)
        section.on_shown()
        self.actions_changed.emit()
        return section

    def _on_section_chosen(self, row: int) -> None:
        self._show_section(row)

    def _on_enter(self) -> None:
        section = self._section()
        if section is not None:
            section.put_cursor()

    def _warn_of_clock(self) -> None:
        behind = self._desk.context.clock_behind()
        if not behind:
            self._clock_notice.clear()
            return
        may = self._actor is not None and self._actor.may(Permission.KEEP_SETTINGS)
        todo = "核对时间后请确认。" if may else "请管理员核对电脑时间。"
        self._clock_notice.say(
            f"电脑时钟比最后一条记录慢 {_span(behind)}，编号和日期仍按原来的日子走。{todo}",
            "warn",
            "时间没错…" if may else "",
        )

    def _on_clock_right(self) -> None:
        local = self._desk.context.clock.local(self._desk.context.clock.now())
        self._clock_question.ask(
            f"现在是 {local:%Y-%m-%d %H:%M}，对吗？确认后，今后的编号和日期从现在算起。",
            "时间没错",
            proposed="之前电脑时钟走快了，已校正",
        )

    def _on_clock_confirmed(self, reason: str) -> None:
        try:
            self._desk.context.confirm_clock(reason)
        except DeskError as error:
            self._clock_question.refuse(error.message)
            return
        self._clock_question.hide()
        self._warn_of_clock()


def _records(keeper: Keeper, clock: Clock) -> _Entry:
    return keeper.title, keeper.icon, lambda: RecordsSection(keeper, clock)


def _span(behind: timedelta) -> str:
    minutes = max(1, round(behind.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} 分钟"
    hours = minutes // 60
    return f"{hours} 小时" if hours < 48 else f"{hours // 24} 天"
