"""Verification of the whole register, on request: file, journal, records, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout

from frontdesk.core.actor import Permission
from frontdesk.core.errors import DeskError, StoppedError
from frontdesk.core.shown import shown_moment
from ui.register.section import Section
from ui.shortcuts import shortcut
from ui.widgets.buttons import PrimaryButton, QuietButton
from ui.widgets.containers import Card, Notice
from ui.widgets.flow_columns import FlowColumns
from ui.widgets.labels import PlainLabel
from ui.widgets.page import Action
from ui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from frontdesk.desk import Desk
    from frontdesk.safety.verify import Report
    from ui.tasks import Task, TaskRunner

T = TypeVar("T")

_ABOUT = (
    "逐条核对数据文件、操作日志和每一条记录，找出绕过程序改过、删过的内容，单据缺号，以及查找会漏掉的记录。"
    "核对时可以照常登记。"
)
_WHO_REBUILDS = "由管理员在这里按 F8 重建查找索引即可"


class VerificationSection(Section):
    """Runs beside the window with a bar and a way to stop; the report is text that can be copied."""

    def __init__(self, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__()
        self._desk, self._tasks = desk, tasks
        self._running = False
        self._card = Card("数据核验")
        self._begin = PrimaryButton("开始核验", shortcut("new").shown, "check")
        self._begin.clicked.connect(self.start)
        self._rebuild = QuietButton("重建查找索引", shortcut("order").shown, "refresh")
        self._rebuild.clicked.connect(self.rebuild)
        buttons = FlowColumns(narrow=360)
        buttons.setMaximumWidth(520)
        buttons.add(self._begin)
        if self._may_rebuild():
            buttons.add(self._rebuild)
        self._strip = ProgressStrip()
        self._notice = Notice()
        self._report = QPlainTextEdit()
        self._report.setReadOnly(True)
        self._report.setProperty("readOnly", "true")
        self._report.setAccessibleName("核验报告")
        self._report.setTabChangesFocus(True)
        self._report.hide()
        self._card.body.addWidget(PlainLabel(_ABOUT, "muted", wrap=True))
        for widget in (buttons, self._strip, self._notice):
            self._card.body.addWidget(widget)
        self._card.body.addWidget(self._report, 1)
        self._card.body.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)

    def key_actions(self) -> Sequence[Action]:
        """F5 begins, F8 makes the search anew."""
        rebuilding = (Action("order", self.rebuild, "重建查找索引"),) if self._may_rebuild() else ()
        return (Action("new", self.start, "开始核验"), *rebuilding)

    def put_cursor(self) -> None:
        """The button."""
        self._begin.setFocus()

    def start(self) -> None:
        """Begin to verify, unless something runs already."""
        self._begin_job(self._work, self._on_done, "正在核验…")

    def rebuild(self) -> None:
        """Make what is searched anew, unless something runs already; nothing else can be written meanwhile."""
        if not self._running:
            self.busy_changed.emit(True)
            self._begin_job(self._rebuild_work, self._on_rebuilt, "正在重建查找索引，请稍候…")

    def report_text(self) -> str:
        """The report as it stands there."""
        return self._report.toPlainText()

    def _work(self, task: Task) -> Report:
        return self._desk.verify(progress=task.progress, cancelled=task.cancelled)

    def _rebuild_work(self, task: Task) -> None:
        self._desk.rebuild_searches(progress=task.progress, cancelled=task.cancelled)

    def _begin_job(self, work: Callable[[Task], T], done: Callable[[T], object], words: str) -> None:
        if self._running:
            return
        self._running = True
        self._notice.clear()
        self._report.hide()
        task = self._tasks.run(work, done, self._on_failed, owner=self)
        self._strip.watch(task, words)
        self._strip.put_cursor()  # before the buttons go out, or the cursor would wander off
        self._begin.setEnabled(False)
        self._rebuild.setEnabled(False)

    def _may_rebuild(self) -> bool:
        actor = self._desk.context.actor
        return actor is not None and actor.may(Permission.KEEP_SETTINGS) and not self._desk.read_only

    def _on_rebuilt(self, _nothing: None) -> None:
        self._stop()
        self._notice.say("查找用的索引已重建，请再核验一次。", "ok")

    def _on_done(self, report: Report) -> None:
        self._stop()
        now = self._desk.context.clock.now()
        lines = [
            f"核验时间 {shown_moment(self._desk.context.clock, now)}",
            f"操作日志 {report.lines:,} 行，记录 {report.records:,} 条",
            f"末行校验码 {report.mark.seq:,} · {report.mark.digits}",
            "",
        ]
        if report.ok:
            self._notice.say("核验通过：没有发现改动、缺失或缺号，查找不漏。", "ok")
        elif report.found == report.searches:
            self._notice.say(f"记录完好；{report.found:,} 条查找时会漏掉或找错，{_WHO_REBUILDS}。", "warn")
        else:
            self._notice.say(
                f"发现 {report.found:,} 处不符，请不要自行修改数据文件，把下面的报告交给管理员。", "danger"
            )
        lines += [finding.message for finding in report.findings]
        if report.found > len(report.findings):
            lines.append(f"……另有 {report.found - len(report.findings):,} 处")
        self._report.setPlainText("\n".join(lines))
        self._report.show()
        self._report.setFocus()

    def _on_failed(self, error: Exception) -> None:
        self._stop()
        if isinstance(error, StoppedError):
            self._notice.say("已停止，数据没有任何变化。", "info")
        elif isinstance(error, DeskError):
            self._notice.say(error.message, "danger")
        else:
            raise error

    def _stop(self) -> None:
        self._running = False
        self.busy_changed.emit(False)
        self._begin.setEnabled(True)
        self._rebuild.setEnabled(True)
        if self.isVisible():
            self._begin.setFocus()
