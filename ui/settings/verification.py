"""Verification of the whole register, on request: file, journal, records, numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit, QVBoxLayout

from frontdesk.core.errors import DeskError, StoppedError
from frontdesk.core.shown import shown_moment
from ui.register.section import Section
from ui.shortcuts import shortcut
from ui.widgets.buttons import PrimaryButton
from ui.widgets.containers import Card, Notice
from ui.widgets.labels import PlainLabel
from ui.widgets.page import Action
from ui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.desk import Desk
    from frontdesk.safety.verify import Report
    from ui.tasks import Task, TaskRunner

_ABOUT = (
    "逐条核对数据文件、操作日志和每一条记录，找出绕过程序改过、删过的内容，以及单据缺号。核对时可以照常登记。"
)


class VerificationSection(Section):
    """Runs beside the window with a bar and a way to stop; the report is text that can be copied."""

    def __init__(self, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__()
        self._desk, self._tasks = desk, tasks
        self._running = False
        self._card = Card("数据核验")
        self._begin = PrimaryButton("开始核验", shortcut("new").shown, "check")
        self._begin.clicked.connect(self.start)
        self._begin.setMaximumWidth(240)
        self._strip = ProgressStrip()
        self._notice = Notice()
        self._report = QPlainTextEdit()
        self._report.setReadOnly(True)
        self._report.setProperty("readOnly", "true")
        self._report.setAccessibleName("核验报告")
        self._report.setTabChangesFocus(True)
        self._report.hide()
        self._card.body.addWidget(PlainLabel(_ABOUT, "muted", wrap=True))
        for widget in (self._begin, self._strip, self._notice):
            self._card.body.addWidget(widget)
        self._card.body.addWidget(self._report, 1)
        self._card.body.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)

    def key_actions(self) -> Sequence[Action]:
        """F5 begins."""
        return (Action("new", self.start, "开始核验"),)

    def put_cursor(self) -> None:
        """The button."""
        self._begin.setFocus()

    def start(self) -> None:
        """Begin, unless it runs already."""
        if self._running:
            return
        self._running = True
        self._notice.clear()
        self._report.hide()
        task = self._tasks.run(self._work, self._on_done, self._on_failed)
        self._strip.watch(task, "正在核验…")
        self._strip.put_cursor()  # before the button goes out, or the cursor would wander off
        self._begin.setEnabled(False)

    def report_text(self) -> str:
        """The report as it stands there."""
        return self._report.toPlainText()

    def _work(self, task: Task) -> Report:
        return self._desk.verify(progress=task.progress, cancelled=task.cancelled)

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
            self._notice.say("核验通过：没有发现改动、缺失或缺号。", "ok")
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
            self._notice.say("核验已停止，数据没有任何变化。", "info")
        elif isinstance(error, DeskError):
            self._notice.say(error.message, "danger")
        else:
            raise error

    def _stop(self) -> None:
        self._running = False
        self._begin.setEnabled(True)
        if self.isVisible():
            self._begin.setFocus()
