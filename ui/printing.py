"""From PDF bytes to the printer, at exact size. What was measured: docs/decisions.md, 2026-11-21."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from frontdesk.core.errors import SurroundingsError
from frontdesk.forms.raster import page_sizes_mm, picture
from ui import print_papers

SPOOL_DPI = 300  # the printer's own 1200 dpi costs 2.7 s and 540 MB a page
SPOOL_SECONDS = 30
_STRIKE_DPI = ("360x180dpi", "180dpi")


class PerhapsPrintedError(SurroundingsError):
    """The queue did not say whether it took the job: the sheets may come out, so the print stays counted."""


@dataclass(frozen=True)
class PrintJob:
    """A PDF and the title that it carries in the printer's queue."""

    title: str
    pdf: bytes


def printers() -> list[str]:
    """The names of the printers that the system offers, the default one first."""
    names = QPrinterInfo.availablePrinterNames()
    default = QPrinterInfo.defaultPrinterName()
    return sorted(names, key=lambda name: (name != default, name))


def send(job: PrintJob, printer: str) -> None:
    """Hand a job to the system's queue; runs in the worker. Raises SurroundingsError when it is refused."""
    if printer not in QPrinterInfo.availablePrinterNames():
        raise SurroundingsError(f"找不到打印机“{printer}”。单据已存好；请换一台打印机，或先存成 PDF。")
    if print_papers.uses_lp():
        _send_by_lp(job, printer)
    else:
        _send_as_pictures(job, printer)


def lp_command(job: PrintJob, printer: str) -> list[str]:
    """The `lp` call that prints at exact size: without these options it was 17 to 38 mm off.

    Raises SurroundingsError when the queue has no such paper: `lp` itself would say nothing and print amiss.
    """
    width, height = page_sizes_mm(job.pdf)[0]
    media = print_papers.media(printer, width, height)
    if not media:
        raise _no_such_paper(printer, width, height)
    return [
        "lp", "-d", printer, "-t", job.title,
        "-o", f"media={media}",
        "-o", "print-scaling=none", "-o", "collate=true",
        *_legible(print_papers.offered(printer).get("Resolution", ())), "-",
    ]  # fmt: skip


def _legible(resolutions: Sequence[str]) -> list[str]:
    # A 24-pin queue's default of 120 × 60 dpi breaks Chinese characters; other queues keep their own.
    best = next((name for name in _STRIKE_DPI if name in resolutions), "")
    return ["-o", f"Resolution={best}"] if best else []


def _no_such_paper(printer: str, width: float, height: float) -> SurroundingsError:
    return SurroundingsError(
        f"{print_papers.missing_paper(printer, width, height)}没有打印；可以换一种版式或打印机，或先存成 PDF。"
        f"{print_papers.how_to_add(width, height)}"
    )


def _send_by_lp(job: PrintJob, printer: str) -> None:
    try:
        done = subprocess.run(
            lp_command(job, printer), input=job.pdf, capture_output=True, timeout=SPOOL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise PerhapsPrintedError(
            "打印服务没有回应，可能已经收下。单据已存好；请看打印机，没有打出再打（会标“补打”）。"
        ) from error
    except OSError as error:
        raise SurroundingsError("打印服务没有回应。单据已存好；请检查打印机后再打，或先存成 PDF。") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()[:120]
        raise SurroundingsError(
            f"打印机“{printer}”没有接受：{said}。单据已存好；请检查后再打，或先存成 PDF。"
        )


def _send_as_pictures(job: PrintJob, printer: str) -> None:
    device = QPrinter(QPrinterInfo.printerInfo(printer), QPrinter.PrinterMode.HighResolution)
    device.setResolution(SPOOL_DPI)
    device.setDocName(job.title)
    device.setFullPage(True)
    painter = QPainter()
    for number, (width, height) in enumerate(page_sizes_mm(job.pdf)):
        _lay_paper(device, width, height, printer)
        if not number and not painter.begin(device):
            raise SurroundingsError(f"打印机“{printer}”打不开。单据已存好；请检查后再打，或先存成 PDF。")
        if number and not device.newPage():
            raise PerhapsPrintedError(
                f"打印机“{printer}”中途停了，可能已打出 {number} 页。单据已存好；请检查后再打（会标“补打”）。"
            )
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        page = picture(job.pdf, number, SPOOL_DPI)
        painter.drawImage(0, 0, image_of(page.data, page.width, page.height))
    painter.end()


def _lay_paper(device: QPrinter, width: float, height: float, printer: str) -> None:
    wide = width > height
    portrait = QSizeF(*sorted((width, height)))
    layout = QPageLayout(
        QPageSize(portrait, QPageSize.Unit.Millimeter, "", QPageSize.SizeMatchPolicy.FuzzyMatch),
        QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait,
        QMarginsF(0, 0, 0, 0),
    )
    # Qt would go on with A4 and clip.
    if not device.setPageLayout(layout):
        raise _no_such_paper(printer, width, height)


def image_of(data: bytes, width: int, height: int) -> QImage:
    """A picture's bytes as an image that owns them."""
    return QImage(data, width, height, width * 4, QImage.Format.Format_RGB32).copy()
