"""The settings page: what the house has declared, who works here, and what the desk keeps at hand."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from frontdesk.core.actor import Permission
from frontdesk.core.settings import ORDER_LAYOUT, shown_settings
from ui.register.attempt import LookUp, Saving
from ui.register.section_page import SectionPage, SectionSpec
from ui.settings.keepers import DirectoryKeeper, Keeper, PeopleKeeper, PhraseKeeper
from ui.settings.own_secret import OwnSecretSection
from ui.settings.printing import PrintingSection
from ui.settings.records import RecordsSection
from ui.settings.values import ValuesSection
from ui.settings.verification import VerificationSection
from ui.widgets.containers import Notice
from ui.widgets.reason_strip import ReasonStrip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.desk import Desk
    from ui.print_desk import PrintDesk
    from ui.tasks import TaskRunner

_LAYOUTS = (ORDER_LAYOUT.choices, ORDER_LAYOUT.labels)
_GROUP_ICONS = {
    "公司": "estate",
    "登录": "lock",
    "服务单": "orders",
    "来电": "calls",
    "回访": "repeat",
    "班次": "handover",
    "外观": "sun",
}


class SettingsPage(SectionPage):
    """What may be set, kept and proved here; above it, whether the computer's clock is right."""

    settings_saved = Signal()  # the window looks at its settings again: theme, idle lock, names

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        super().__init__(desk.context, "设置")
        self._desk, self._printing, self._tasks = desk, printing, tasks
        self._saving = Saving(desk.context.on_behalf, self)
        self._look = LookUp(lambda _sentence: None)  # the sections tell what hinders the file
        self._clock_notice = Notice()
        self._clock_notice.action_requested.connect(self._on_clock_right)
        self._clock_question = ReasonStrip()
        self._clock_question.confirmed.connect(self._on_clock_confirmed)
        self.above.addWidget(self._clock_notice)
        self.above.addWidget(self._clock_question)

    def on_shown(self) -> None:
        """Warn of a wrong clock, too."""
        super().on_shown()
        self._warn_of_clock()

    def specs(self) -> Sequence[SectionSpec]:
        """People, the declared settings by group, phrases, telephones, verification, one's own secret."""
        desk = self._desk
        return (
            self._records(PeopleKeeper(desk), Permission.KEEP_STAFF),
            *self._groups(),
            self._records(PhraseKeeper(desk), Permission.WRITE_CALLS),
            self._records(DirectoryKeeper(desk), Permission.WRITE_CALLS),
            SectionSpec(
                "打印",
                "print",
                lambda: PrintingSection(self._printing, dict(zip(*_LAYOUTS, strict=True))),
                (Permission.PRINT, Permission.SET_UP_PRINTERS),
            ),
            SectionSpec(
                "数据核验",
                "check",
                lambda: VerificationSection(desk, self._tasks),
                (Permission.KEEP_SETTINGS, Permission.REPORTS),
            ),
            SectionSpec("我的密码", "lock", lambda: OwnSecretSection(desk)),
        )

    def _records(self, keeper: Keeper, permission: Permission) -> SectionSpec:
        return SectionSpec(
            keeper.title, keeper.icon, lambda: RecordsSection(keeper, self._desk), (permission,)
        )

    def _groups(self) -> list[SectionSpec]:
        return [
            SectionSpec(
                group,
                _GROUP_ICONS.get(group, "settings"),
                partial(self._group, group),
                (Permission.KEEP_SETTINGS,),
            )
            for group in dict.fromkeys(setting.group for setting in shown_settings())
        ]

    def _group(self, group: str) -> ValuesSection:
        settings = [setting for setting in shown_settings() if setting.group == group]
        section = ValuesSection(self._desk, group, settings)
        section.settings_saved.connect(self.settings_saved)
        return section

    def _warn_of_clock(self) -> None:
        behind = self._look(self._desk.context.clock_behind, timedelta(0))
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
        self._saving(
            lambda: self._desk.context.confirm_clock(reason),
            self._on_clock_set,
            lambda refusal: self._clock_question.refuse(refusal.message),
            lambda sentence, _tone: self._clock_question.refuse(sentence),
        )

    def _on_clock_set(self, _result: object) -> None:
        self._clock_question.hide()
        self._warn_of_clock()


def _span(behind: timedelta) -> str:
    minutes = max(1, round(behind.total_seconds() / 60))
    if minutes < 120:
        return f"{minutes} 分钟"
    hours = minutes // 60
    return f"{hours} 小时" if hours < 48 else f"{hours // 24} 天"
