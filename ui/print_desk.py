"""Printing as pages ask for it: at once with the remembered printer, or after a look at the sheets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from frontdesk.core.errors import DeskError, StoppedError, SurroundingsError
from frontdesk.forms.values import ORDINALS

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from frontdesk.core.fields import Choice
    from frontdesk.forms.printers import PrinterChoice, PrinterService
    from ui.print_alignment import AlignmentDialog
    from ui.print_preview import PreviewDialog
    from ui.tasks import Task, TaskRunner
    from ui.widgets.progress_strip import ProgressStrip

_SHOWN_AFTER_MS = 300  # a usual order is on its way before that

Say = Callable[[str, str], object]
Make = Callable[["PrinterChoice", "Task"], bytes]
HandOver = Callable[[bytes], object]


@dataclass(frozen=True)
class CountedPrint:
    """A print that is on record before its sheets leave (R-ORDER-18).

    `make` gives the sheets with their count; `take_back` strikes the count out when they never left.
    """

    make: Make
    take_back: Callable[[], object]


@dataclass(frozen=True)
class PrintRequest:
    """What a page wants on paper.

    `make` gives the PDF for a choice of layout, copies and offsets, in the worker, telling the task how far it
    is: for the preview, and for paper that nobody counts. `count`, for paper that is counted, is called by the
    window as soon as somebody prints or saves. `layouts` are the ways the form can be laid out, none when there
    is only one; `copies` the names of those one may choose among. `warning` is what one must have read before
    these sheets leave: such a request is never printed unseen.
    """

    form_id: str
    title: str
    make: Make
    count: Callable[[], CountedPrint] | None = None
    layouts: tuple[Choice, ...] = ()
    usual_layout: str = ""
    copies: tuple[str, ...] = ()
    warning: str = ""

    def sheets(self, choice: PrinterChoice, task: Task, make: Make | None = None) -> bytes:
        """What leaves for the printer. Forms with layouts are moved as they are drawn, all others afterwards."""
        pdf = (make or self.make)(choice, task)
        if self.layouts:
            return pdf
        from frontdesk.forms.raster import moved

        return moved(pdf, choice)

    def told_copies(self, choice: PrinterChoice) -> str:
        """Which copies a choice prints: “第一联、第三联”; empty for all of them."""
        return "、".join(f"第{ORDINALS[number - 1]}联" for number in choice.copies_of(len(self.copies)) or ())


class PrintDesk:
    """One for the window: pages hand it their requests. `say(sentence, tone)` reports in place; `strip` shows
    how far a long print is, with a button to stop it.
    """

    def __init__(
        self, remembered: PrinterService, tasks: TaskRunner, say: Say, window: QWidget, strip: ProgressStrip
    ) -> None:
        self.remembered = remembered
        self._tasks, self._say, self._window, self._strip = tasks, say, window, strip
        self._under_way: set[str] = set()  # titles: an impatient second Ctrl+P is no reprint

    def print_now(self, request: PrintRequest) -> None:
        """Print with the form's remembered printer; the first time, when it is gone or there is a warning, the
        preview asks.
        """
        from ui import printing

        choice = self.remembered.remembered(request.form_id)
        if request.warning or choice is None or choice.printer not in printing.printers():
            self.preview(request)
        else:
            self.send(request, choice)

    def preview(self, request: PrintRequest) -> PreviewDialog:
        """Show the sheets first; gives the dialog, which is open by then."""
        from ui import printing
        from ui.print_preview import PreviewDialog

        for shown in self._window.findChildren(PreviewDialog):
            if shown.isVisible() and shown.title == request.title:
                shown.activateWindow()
                return shown
            shown.reject()
        known = self.remembered.remembered(request.form_id)
        gone = known.printer if known and known.printer not in printing.printers() else ""
        dialog = PreviewDialog(self, request, self._tasks, self._window)
        dialog.open_with(self.choice_for(request), gone)
        return dialog

    def align(self, form_id: str = "", printer: str = "", over: QWidget | None = None) -> AlignmentDialog:
        """Put a printer right for a form; gives the dialog, which is open by then, `over` another one."""
        from ui.print_alignment import AlignmentDialog

        dialog = AlignmentDialog(self.remembered, self._tasks, over or self._window)
        dialog.open_with(form_id, printer)
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

        def hand_over(pdf: bytes) -> None:
            printing.send(printing.PrintJob(request.title, pdf), choice.printer)

        def done() -> str:
            with suppress(SurroundingsError):  # the sheets are out: that it went well must be said
                self.remembered.remember(request.form_id, choice)
            copies = request.told_copies(choice)
            return f"{request.title}{f'（只打{copies}）' if copies else ''} 已送到打印机“{choice.printer}”。"

        self._run(request, choice, "正在打印", hand_over, done)

    def save(self, request: PrintRequest, choice: PrinterChoice, path: Path) -> None:
        """Make the sheets and write them as a PDF, beside the window."""
        from frontdesk.core.files import put_file

        self._run(request, choice, "正在存为 PDF", lambda pdf: put_file(path, pdf), lambda: f"已存为 {path}")

    def _run(
        self,
        request: PrintRequest,
        choice: PrinterChoice,
        doing: str,
        hand_over: HandOver,
        done: Callable[[], str],
    ) -> None:
        if request.title in self._under_way:
            self._say(f"{request.title} 正在打印，不用再按。", "info")
            return
        try:
            counted = request.count() if request.count else None
        except DeskError as error:
            self._say(error.message, "danger")
            return

        def work(task: Task) -> str:
            try:
                _go_on(task)
                pdf = request.sheets(choice, task, counted.make if counted else None)
                _go_on(task)
                hand_over(pdf)
            except DeskError as error:
                if counted is not None:
                    _take_back(counted, error)
                raise
            return done()

        self._say(f"{doing} {request.title} …", "info")
        self._under_way.add(request.title)
        task = self._tasks.run(
            work, partial(self._printed, request.title), partial(self._failed, request.title)
        )
        self._strip.watch(task, f"{doing} {request.title}", after_ms=_SHOWN_AFTER_MS)

    def _printed(self, title: str, told: str) -> None:
        self._under_way.discard(title)
        self._say(told, "ok")

    def _failed(self, title: str, error: Exception) -> None:
        self._under_way.discard(title)
        if not isinstance(error, DeskError):
            raise error
        self._say(error.message, "info" if isinstance(error, StoppedError) else "danger")


def _go_on(task: Task) -> None:
    if task.cancelled():
        raise StoppedError("已停止，没有打印。")


def _take_back(counted: CountedPrint, failure: DeskError) -> None:
    from ui.printing import PerhapsPrintedError

    if isinstance(failure, PerhapsPrintedError):
        return
    try:
        counted.take_back()
    except SurroundingsError as error:
        raise SurroundingsError(f"{failure.message}这一次仍算作打过，再打会标“补打”。") from error
