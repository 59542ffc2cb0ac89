"""A section that shows one month at a time: the month by keys, read beside the window, taken out as a sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from frontdesk.callbacks.report import month_before
from frontdesk.core.actor import Permission
from frontdesk.core.errors import DeskError
from ui.register.export_step import EXPORT, ExportJob, ExportStrip, export_record
from ui.register.record_panel import RecordPanel
from ui.register.section import Section
from ui.shortcuts import shortcut
from ui.widgets.buttons import PlainButton
from ui.widgets.containers import Card
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from frontdesk.desk import Desk
    from ui.register.export_step import ExportSource
    from ui.tasks import Task, TaskRunner


class MonthlySection(Section):
    """A section says what is its own by its class attributes and by `read`, `show_read`, `export_sources`,
    `own_actions` and `put_cursor`. Alt+← and Alt+→ go to the month before and after, never beyond today's.
    """

    title: ClassVar[str]
    shows: ClassVar[frozenset[str]]  # tables whose change is seen here

    def __init__(self, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__()
        self.desk, self._tasks = desk, tasks
        self.month = desk.context.clock.today().replace(day=1)
        self._task: Task | None = None
        self.card = Card(self.title)
        for name, icon in (("month_before", "chevron-left"), ("month_after", "chevron-right")):
            key = shortcut(name)
            button = PlainButton("", "", icon, name=f"{key.label} {key.shown}")
            by = -1 if name == "month_before" else 1
            button.clicked.connect(lambda _on=False, by=by: self.step_month(by))
            self.card.add_to_head(button)
        self.strip = ExportStrip(tasks)
        self.strip.told.connect(self.notice_requested)
        self.content = QWidget()
        self.question = RecordPanel(desk)
        self.question.step_done.connect(self._on_export_asked)
        self.question.steps_changed.connect(self.actions_changed)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.content)
        self._stack.addWidget(self.question)
        self.card.body.addWidget(self._stack, 1)
        self.card.body.addWidget(self.strip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)

    # What a section says for itself.

    def read(self, month: date) -> Any:
        """What is shown of a month; called in the worker. May raise what services raise."""
        raise NotImplementedError

    def show_read(self, found: Any) -> None:
        """Show what `read` gave."""
        raise NotImplementedError

    def export_sources(self) -> Sequence[ExportSource]:
        """What can be taken out."""
        return ()

    def own_actions(self) -> Sequence[Action]:
        """What is done here besides."""
        return ()

    # What the page asks.

    def key_actions(self) -> Sequence[Action]:
        """The months, paper, sheet; while the purpose is asked for, the answer."""
        if self.asks():
            return (Action("save", self.question.confirm, "导出"),)
        return (
            Action("month_before", lambda: self.step_month(-1)),
            Action("month_after", lambda: self.step_month(1)),
            *self.own_actions(),
            *([Action("export", self.begin_export)] if self.may(Permission.EXPORT) else ()),
        )

    def on_shown(self) -> None:
        """Read again."""
        self.load()

    def on_changed(self, tables: frozenset[str]) -> None:
        """What is counted here was written."""
        if tables & self.shows:
            self.load()

    def is_typing(self) -> bool:
        """Whether the purpose of an export is being typed."""
        return self.asks()

    def go_back(self) -> bool:
        """The question first, then the list of sections."""
        if not self.asks():
            return False
        self._leave_question()
        return True

    # What sections use.

    def asks(self) -> bool:
        """Whether the question for the purpose of an export stands there."""
        return self._stack.currentWidget() is self.question

    def may(self, permission: Permission) -> bool:
        """Whether whoever is signed in may."""
        actor = self.desk.context.actor
        return actor is not None and actor.may(permission)

    def step_month(self, by: int) -> None:
        """Go so many months on, not beyond today's."""
        self.show_month(month_before(self.month, -by))

    def show_month(self, month: date) -> None:
        """Show the month that a day lies in."""
        wanted = min(month.replace(day=1), self.desk.context.clock.today().replace(day=1))
        if wanted != self.month:
            self.month = wanted
            self.load()

    def load(self) -> None:
        """Read the month beside the window; only the newest wish is shown."""
        month = self.month
        self.card.set_title(f"{self.title}　{month.year} 年 {month.month} 月", "正在统计…")
        if self._task is not None:
            self._task.cancel()
        task = self._tasks.run(
            lambda task: None if task.cancelled() else self.read(month),
            lambda found: self._on_read(task, found),
            lambda error: self._on_failed(task, error),
            owner=self,
        )
        self._task = task

    def begin_export(self) -> None:
        """Ask for the purpose of the sheet (Ctrl+E)."""
        record = export_record(self.desk.context, self, self.export_sources())
        self._stack.setCurrentWidget(self.question)
        self.question.show_record(record)
        self.question.take(EXPORT)
        self.actions_changed.emit()

    def _on_read(self, task: Task, found: Any) -> None:
        if task is self._task:
            self._task = None
            self.card.set_remark("")
            self.show_read(found)

    def _on_failed(self, task: Task, error: Exception) -> None:
        if not isinstance(error, DeskError):
            raise error
        if task is self._task:
            self._task = None
            self.card.set_remark("没有统计成")
            self.notice_requested.emit(error.message, "danger")

    def _on_export_asked(self, result: Any) -> None:
        if isinstance(result, ExportJob):
            self.strip.begin(result)
            self._leave_question()

    def _leave_question(self) -> None:
        self._stack.setCurrentWidget(self.content)
        self.actions_changed.emit()
        self.put_cursor()
