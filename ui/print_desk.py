"""Printing as pages ask for it: at once with the remembered printer, or after a look at the sheets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frontdesk.core.errors import DeskError, StoppedError, SurroundingsError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from frontdesk.core.fields import Choice
    from frontdesk.forms.printers import PrinterChoice, PrinterService
    from ui.print_preview import PreviewDialog
    from ui.tasks import Task, TaskRunner, Work
    from ui.widgets.progress_strip import ProgressStrip

_SHOWN_AFTER_MS = 300  # a usual order is on its way before that

Say = Callable[[str, str], object]


@dataclass(frozen=True)
class PrintRequest:
    """What a page wants on paper.

    `make` gives the PDF for a choice of layout and offsets, in the worker, telling the task how far it is.
    `printed` is called there once the queue has taken the job or the file is written, so that a print that
    failed or was stopped is not counted (R-ORDER-18). `layouts` are the ways the form can be laid out, none when there is only one.
    """

    form_id: str
    title: str
    make: Callable[[PrinterChoice, Task], bytes]
    printed: Callable[[], object] = lambda: None
    layouts: tuple[Choice, ...] = ()
    usual_layout: str = ""


class PrintDesk:
    """One for the window: pages hand it their requests. `say(sentence, tone)` reports in place; `strip` shows
    how far a long print is, with a button to stop it.
    """

    def __init__(
        self, remembered: PrinterService, tasks: TaskRunner, say: Say, window: QWidget, strip: ProgressStrip
    ) -> None:
        self.remembered = remembered
        self._tasks, self._say, self._window, self._strip = tasks, say, window, strip

    def print_now(self, request: PrintRequest) -> None:
        """Print with the form's remembered printer; the first time, or when it is gone, the preview asks."""
        from ui import printing

        choice = self.remembered.remembered(request.form_id)
        if choice is None or choice.printer not in printing.printers():
            self.preview(request)
        else:
            self.send(request, choice)

    def preview(self, request: PrintRequest) -> PreviewDialog:
        """Show the sheets first; gives the dialog, which is open by then."""
        from ui import printing
        from ui.print_preview import PreviewDialog

        known = self.remembered.remembered(request.form_id)
        gone = known.printer if known and known.printer not in printing.printers() else ""
        dialog = PreviewDialog(self, request, self._tasks, self._window)
        dialog.open_with(self.choice_for(request), gone)
        return dialog

    def choice_for(self, request: PrintRequest) -> PrinterChoice:
        """What the preview begins with."""
        from frontdesk.forms.printers import PrinterChoice
        from ui import printing

        known = self.remembered.remembered(request.form_id)
        if known is not None:
            return known
        names = printing.printers()
        return PrinterChoice(names[0] if names else "", request.usual_layout)

    def send(self, request: PrintRequest, choice: PrinterChoice) -> None:
        """Make the sheets and hand them to the printer, beside the window."""
        from ui import printing

        def work(task: Task) -> str:
            pdf = request.make(choice, task)
            if task.cancelled():
                raise StoppedError("已停止,没有打印。")
            printing.send(printing.PrintJob(request.title, pdf), choice.printer)
            _count(request, "已送到打印机")
            self.remembered.remember(request.form_id, choice)
            return choice.printer

        self._run(request, work, lambda name: f"{request.title} 已送到打印机“{name}”。")

    def save(self, request: PrintRequest, choice: PrinterChoice, path: Path) -> None:
        """Make the sheets and write them as a PDF, beside the window."""

        def work(task: Task) -> Path:
            pdf = request.make(choice, task)
            try:
                path.write_bytes(pdf)
            except OSError as error:
                raise SurroundingsError(f"PDF 没有写成:{path}。单据已存好;请换一个位置再存。") from error
            _count(request, "PDF 已写好")
            return path

        self._run(request, work, lambda saved: f"已存为 {saved}")

    def _run(self, request: PrintRequest, work: Work, told: Callable[[Any], str]) -> None:
        self._say(f"正在打印 {request.title} …", "info")
        task = self._tasks.run(work, lambda result: self._say(told(result), "ok"), self._failed)
        self._strip.watch(task, f"正在打印 {request.title}", after_ms=_SHOWN_AFTER_MS)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, DeskError):
            raise error
        self._say(error.message, "info" if isinstance(error, StoppedError) else "danger")


def _count(request: PrintRequest, done: str) -> None:
    try:
        request.printed()
    except SurroundingsError as error:
        raise SurroundingsError(f"{done},但打印次数没有记下:{error.message}") from error
