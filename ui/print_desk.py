"""Printing as pages ask for it: at once with the remembered printer, or after a look at the sheets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.core.errors import DeskError, SurroundingsError

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from frontdesk.core.fields import Choice
    from frontdesk.forms.printers import PrinterChoice, PrinterService
    from ui.tasks import Task, TaskRunner

Say = Callable[[str, str], object]


@dataclass(frozen=True)
class PrintRequest:
    """What a page wants on paper.

    `make` gives the PDF for a choice of layout and offsets, in the worker. `printed` is called there once
    the queue has taken the job or the file is written, so that a print that failed is not counted
    (R-ORDER-18). `layouts` are the ways the form can be laid out, none when there is only one.
    """

    form_id: str
    title: str
    make: Callable[[PrinterChoice], bytes]
    printed: Callable[[], object] = lambda: None
    layouts: tuple[Choice, ...] = ()
    usual_layout: str = ""


class PrintDesk:
    """One for the window: pages hand it their requests. `say(sentence, tone)` reports in place."""

    def __init__(self, remembered: PrinterService, tasks: TaskRunner, say: Say, window: QWidget) -> None:
        self.remembered = remembered
        self._tasks, self._say, self._window = tasks, say, window

    def print_now(self, request: PrintRequest) -> None:
        """Print with the form's remembered printer; the first time the preview asks which one."""
        from ui import printing

        choice = self.remembered.remembered(request.form_id)
        if choice is None or choice.printer not in printing.printers():
            self.preview(request)
        else:
            self.send(request, choice)

    def preview(self, request: PrintRequest) -> None:
        """Show the sheets first."""
        from ui.print_preview import PreviewDialog

        PreviewDialog(self, request, self._tasks, self._window).open_with(self.choice_for(request))

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

        def work(_task: Task) -> str:
            printing.send(printing.PrintJob(request.title, request.make(choice)), choice.printer)
            request.printed()
            self.remembered.remember(request.form_id, choice)
            return choice.printer

        self._say(f"正在打印 {request.title} …", "info")
        self._tasks.run(
            work, lambda name: self._say(f"{request.title} 已送到打印机“{name}”。", "ok"), self._failed
        )

    def save(self, request: PrintRequest, choice: PrinterChoice, path: Path) -> None:
        """Make the sheets and write them as a PDF, beside the window."""

        def work(_task: Task) -> Path:
            pdf = request.make(choice)
            try:
                path.write_bytes(pdf)
            except OSError as error:
                raise SurroundingsError(f"PDF 没有写成:{path}。单据已存好;请换一个位置再存。") from error
            request.printed()
            return path

        self._tasks.run(work, lambda saved: self._say(f"已存为 {saved}", "ok"), self._failed)

    def _failed(self, error: Exception) -> None:
        if not isinstance(error, DeskError):
            raise error
        self._say(error.message, "danger")
