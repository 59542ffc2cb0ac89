"""Printing as pages ask for it: the remembered printer, the preview, what is counted and what is not."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from shiboken6 import isValid

from frontdesk import forms
from frontdesk.core.errors import FileBusyError, StoppedError, SurroundingsError
from frontdesk.core.fields import Choice
from frontdesk.forms.printers import PrinterChoice
from ui import print_papers, printing
from ui.print_desk import CountedPrint, PrintDesk, PrintRequest
from ui.tasks import TaskRunner
from ui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk
    from ui.print_preview import PreviewDialog
    from ui.tasks import Task

LASER, FANFOLD = "laser", "前台 LQ-630"
LAYOUTS = (Choice("laser", "激光"), Choice("strike", "针式"))


class Office:
    """The printers of the machine, which are outside: what was sent, and what is refused."""

    def __init__(self) -> None:
        self.names = [LASER, FANFOLD]
        self.sent: list[tuple[str, str, bytes]] = []
        self.fails = ""

    def send(self, job: printing.PrintJob, printer: str) -> None:
        if self.fails:
            raise SurroundingsError(self.fails)
        self.sent.append((printer, job.title, job.pdf))


class Asked:
    """A page's request, with what was asked of it."""

    def __init__(self, *, pages: int = 1, layouts: tuple[Choice, ...] = LAYOUTS) -> None:
        self.counts: list[str] = []
        self.choices: list[PrinterChoice] = []
        self.pages = pages
        self.request = PrintRequest(
            "F-ORDER", "服务单 FW2026-000001", self.make, self.count, layouts, "laser"
        )

    @property
    def counted(self) -> int:
        """How many prints stand on record."""
        return self.counts.count("counted") - self.counts.count("taken back")

    def make(self, choice: PrinterChoice, task: Task) -> bytes:
        self.choices.append(choice)
        size = (241, 139.7) if choice.layout == "strike" else (210, 148)
        return forms.ruler_sheet(*size)

    def count(self) -> CountedPrint:
        self.counts.append("counted")
        return CountedPrint(self.make, lambda: self.counts.append("taken back"))


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    office = Office()
    monkeypatch.setattr(printing, "send", office.send)
    monkeypatch.setattr(printing, "printers", lambda: list(office.names))
    return office


@pytest.fixture
def said() -> list[tuple[str, str]]:
    return []


@pytest.fixture
def prints(desk: Desk, office: Office, said: list[tuple[str, str]], qtbot: QtBot) -> Iterator[PrintDesk]:
    window, strip, tasks = QWidget(), ProgressStrip(), TaskRunner()
    qtbot.addWidget(window)
    qtbot.addWidget(strip)
    made = PrintDesk(desk.printers, tasks, lambda text, tone: said.append((text, tone)), window, strip)
    made.tasks_of_test, made.strip_of_test = tasks, strip  # type: ignore[attr-defined]
    window.show()
    yield made
    tasks.close()


def until_said(qtbot: QtBot, said: list[tuple[str, str]], tone: str) -> str:
    qtbot.waitUntil(lambda: bool(said) and said[-1][1] == tone, timeout=20_000)
    return said[-1][0]


def opened(prints: PrintDesk, asked: Asked, qtbot: QtBot) -> PreviewDialog:
    dialog = prints.preview(asked.request)
    qtbot.waitUntil(lambda: dialog.sheets.pages() > 0, timeout=20_000)
    return dialog


def test_the_first_print_of_a_form_shows_the_preview(prints: PrintDesk, office: Office, qtbot: QtBot) -> None:
    shown: list[Any] = []
    prints.preview = shown.append  # type: ignore[method-assign]
    asked = Asked()
    prints.print_now(asked.request)
    assert shown == [asked.request]
    assert office.sent == []


def test_ctrl_p_prints_with_the_printer_that_the_form_had_last_on_this_desk(
    prints: PrintDesk, office: Office, said: list[tuple[str, str]], qtbot: QtBot
) -> None:
    prints.remembered.remember("F-ORDER", PrinterChoice(FANFOLD, "strike", 5, -12, 1000))
    asked = Asked()
    prints.print_now(asked.request)
    assert FANFOLD in until_said(qtbot, said, "ok")
    assert [(printer, title) for printer, title, _pdf in office.sent] == [(FANFOLD, "服务单 FW2026-000001")]
    assert asked.choices == [PrinterChoice(FANFOLD, "strike", 5, -12, 1000)]
    assert asked.counted == 1


def test_r_order_18_an_impatient_second_ctrl_p_is_no_reprint(
    prints: PrintDesk, office: Office, said: list[tuple[str, str]], qtbot: QtBot
) -> None:
    """R-ORDER-18."""
    prints.remembered.remember("F-ORDER", PrinterChoice(LASER, "laser"))
    asked = Asked()
    prints.print_now(asked.request)
    prints.print_now(asked.request)
    assert "正在打印" in said[-1][0]
    until_said(qtbot, said, "ok")
    assert (len(office.sent), asked.counted) == (1, 1)
    prints.print_now(asked.request)
    qtbot.waitUntil(lambda: len(office.sent) == 2, timeout=20_000)
    assert asked.counted == 2


def test_one_preview_stands_at_a_time(prints: PrintDesk, office: Office, qtbot: QtBot) -> None:
    asked = Asked()
    first = opened(prints, asked, qtbot)
    assert prints.preview(asked.request) is first
    other = PrintRequest("F-ORDER", "服务单 FW2026-000002", asked.make, asked.count, LAYOUTS, "laser")
    second = prints.preview(other)
    assert second is not first
    qtbot.waitUntil(lambda: not isValid(first) or not first.isVisible())


def test_r_order_18_a_print_that_failed_is_not_counted(
    prints: PrintDesk, office: Office, said: list[tuple[str, str]], qtbot: QtBot
) -> None:
    """R-ORDER-18."""
    prints.remembered.remember("F-ORDER", PrinterChoice(LASER, "laser"))
    office.fails = "打印机“laser”没有接受。单据已存好；请检查后再打。"
    asked = Asked()
    prints.print_now(asked.request)
    assert until_said(qtbot, said, "danger") == office.fails
    assert asked.counts == ["counted", "taken back"]


def test_r_order_18_a_print_that_perhaps_came_out_stays_counted(
    prints: PrintDesk, said: list[tuple[str, str]], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """R-ORDER-18."""

    def unsure(_job: printing.PrintJob, _printer: str) -> None:
        raise printing.PerhapsPrintedError("打印服务没有回应，可能已经收下。")

    monkeypatch.setattr(printing, "send", unsure)
    asked = Asked()
    prints.send(asked.request, PrinterChoice(LASER))
    assert "可能已经收下" in until_said(qtbot, said, "danger")
    assert asked.counts == ["counted"]


def test_r_order_18_an_order_is_counted_before_a_byte_of_it_leaves(
    prints: PrintDesk,
    office: Office,
    said: list[tuple[str, str]],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """R-ORDER-18."""
    asked = Asked()
    seen: list[list[str]] = []
    monkeypatch.setattr(printing, "send", lambda _job, _printer: seen.append(list(asked.counts)))
    prints.send(asked.request, PrinterChoice(LASER))
    until_said(qtbot, said, "ok")
    assert seen == [["counted"]]


def test_a_printer_that_is_gone_is_named_and_another_one_asked_for(
    prints: PrintDesk, office: Office, qtbot: QtBot
) -> None:
    prints.remembered.remember("F-ORDER", PrinterChoice(FANFOLD, "strike"))
    office.names.remove(FANFOLD)
    dialog = opened(prints, Asked(), qtbot)
    assert FANFOLD in dialog.notice.text()
    assert dialog.choice().printer == LASER
    dialog.reject()


def test_without_a_printer_the_preview_offers_a_pdf_only(
    prints: PrintDesk, office: Office, qtbot: QtBot
) -> None:
    office.names.clear()
    dialog = opened(prints, Asked(), qtbot)
    assert not dialog.print_button.isEnabled()
    assert "PDF" in dialog.notice.text()
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert office.sent == []
    dialog.reject()


def test_the_preview_tells_the_paper_and_prints_what_is_chosen(
    prints: PrintDesk, office: Office, said: list[tuple[str, str]], qtbot: QtBot
) -> None:
    asked = Asked()
    dialog = opened(prints, asked, qtbot)
    assert dialog.paper.text() == "A5 210 × 148 毫米"
    dialog.layout_box.setCurrentIndex(1)
    qtbot.waitUntil(lambda: dialog.paper.text() == "241 × 139.7 毫米", timeout=20_000)
    dialog.right.step(3)
    dialog.scale.put(995)
    QTest.keyClick(dialog, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    until_said(qtbot, said, "ok")
    assert prints.remembered.remembered("F-ORDER") == PrinterChoice(LASER, "strike", 3, 0, 995)
    assert asked.counted == 1


def test_offsets_are_those_of_the_printer(prints: PrintDesk, qtbot: QtBot) -> None:
    prints.remembered.remember("F-ORDER", PrinterChoice(LASER, "laser", 7, 8))
    prints.remembered.remember("F-ORDER", PrinterChoice(FANFOLD, "strike", -4, 0))
    dialog = opened(prints, Asked(), qtbot)
    assert (dialog.right.tenths(), dialog.down.tenths()) == (-4, 0)
    dialog.printer.setCurrentText(LASER)
    assert (dialog.right.tenths(), dialog.down.tenths()) == (7, 8)
    dialog.reject()


def test_a_pdf_that_is_saved_counts_as_a_print(
    prints: PrintDesk, said: list[tuple[str, str]], qtbot: QtBot, tmp_path: Path
) -> None:
    asked = Asked()
    prints.save(asked.request, PrinterChoice(layout="laser"), tmp_path / "单.pdf")
    until_said(qtbot, said, "ok")
    assert (tmp_path / "单.pdf").read_bytes().startswith(b"%PDF")
    assert asked.counted == 1


def test_a_pdf_that_cannot_be_written_is_said_and_not_counted(
    prints: PrintDesk, said: list[tuple[str, str]], qtbot: QtBot, tmp_path: Path
) -> None:
    asked = Asked()
    prints.save(asked.request, PrinterChoice(), tmp_path / "没有" / "单.pdf")
    assert "写不了文件" in until_said(qtbot, said, "danger")
    assert asked.counts == ["counted", "taken back"]


def test_a_pdf_never_takes_the_place_of_the_desks_data(
    prints: PrintDesk, said: list[tuple[str, str]], qtbot: QtBot, tmp_path: Path
) -> None:
    data = tmp_path / "desk" / "frontdesk.db"
    before = data.stat().st_ino
    asked = Asked()
    prints.save(asked.request, PrinterChoice(), data)
    assert "数据文件夹" in until_said(qtbot, said, "danger")
    assert data.read_bytes().startswith(b"SQLite format 3")
    assert data.stat().st_ino == before
    assert asked.counted == 0


def test_a_stopped_print_sends_nothing_and_counts_nothing(
    prints: PrintDesk, office: Office, said: list[tuple[str, str]], qtbot: QtBot
) -> None:
    begun = threading.Event()

    def long_job(_choice: PrinterChoice, task: Task) -> bytes:
        begun.set()
        for at in range(10_000):
            task.progress(at, 10_000)
            if task.cancelled():
                raise StoppedError
            threading.Event().wait(0.005)
        return b""

    asked = Asked()

    def count() -> CountedPrint:
        return CountedPrint(long_job, asked.count().take_back)

    prints.send(PrintRequest("F-CALL", "记录表", long_job, count), PrinterChoice(LASER))
    strip = prints.strip_of_test  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: begun.is_set() and strip.isVisible(), timeout=20_000)
    strip.findChild(QPushButton).click()
    qtbot.waitUntil(lambda: len(said) == 2, timeout=20_000)
    assert "停止" in said[-1][0]
    qtbot.waitUntil(strip.isHidden)
    assert office.sent == []
    assert asked.counts == ["counted", "taken back"]


def test_r_order_18_a_print_that_waits_when_the_program_closes_is_taken_back(
    prints: PrintDesk, office: Office
) -> None:
    prints.remembered.remember("F-ORDER", PrinterChoice(LASER, "laser"))
    go = threading.Event()
    prints.tasks_of_test.run(lambda _task: go.wait(10))  # type: ignore[attr-defined]
    asked = Asked()
    prints.print_now(asked.request)
    assert asked.counted == 1
    threading.Timer(0.05, go.set).start()
    prints.tasks_of_test.close()  # type: ignore[attr-defined]
    assert (office.sent, asked.counted) == ([], 0)


def test_sheets_that_came_out_are_not_called_failed_because_the_printer_is_not_remembered(
    prints: PrintDesk,
    office: Office,
    said: list[tuple[str, str]],
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    prints.remembered.remember("F-ORDER", PrinterChoice(LASER, "laser"))

    def busy(*_args: object) -> None:
        raise FileBusyError("数据文件正被另一个程序占用。")

    monkeypatch.setattr(prints.remembered, "remember", busy)
    prints.print_now(Asked().request)
    assert "已送到打印机" in until_said(qtbot, said, "ok")
    assert len(office.sent) == 1


def test_r_order_18_what_cannot_be_counted_is_not_printed(
    prints: PrintDesk, office: Office, said: list[tuple[str, str]], qtbot: QtBot
) -> None:
    """R-ORDER-18."""

    def busy() -> CountedPrint:
        raise SurroundingsError("数据文件写不进去。")

    asked = Asked()
    request = PrintRequest("F-ORDER", "服务单", asked.make, busy)
    prints.send(request, PrinterChoice(LASER))
    assert until_said(qtbot, said, "danger") == "数据文件写不进去。"
    assert (office.sent, asked.choices) == ([], [])


def test_r_order_18_a_count_that_cannot_be_taken_back_is_said(
    prints: PrintDesk, office: Office, said: list[tuple[str, str]], qtbot: QtBot
) -> None:
    """R-ORDER-18."""

    def busy() -> None:
        raise SurroundingsError("数据文件写不进去。")

    office.fails = "打印机没有纸。"
    asked = Asked()
    prints.send(
        PrintRequest("F-ORDER", "服务单", asked.make, lambda: CountedPrint(asked.make, busy)),
        PrinterChoice(LASER),
    )
    assert until_said(qtbot, said, "danger") == "打印机没有纸。这一次仍算作打过，再打会标“补打”。"


def test_only_sheets_in_view_are_drawn(qtbot: QtBot, prints: PrintDesk) -> None:
    from ui.print_sheets import SheetsView

    view = SheetsView()
    qtbot.addWidget(view)
    view.resize(600, 500)
    view.show()
    view.show_pdf(many_sheets(60))
    view.grab()
    assert view.pages() == 60
    assert 0 < len(view.drawn()) < 6
    QTest.keyClick(view, Qt.Key.Key_End)
    view.grab()
    assert max(view.drawn()) == 59
    assert len(view.drawn()) <= 8


def many_sheets(count: int) -> bytes:
    import io

    import pypdfium2

    sheet = pypdfium2.PdfDocument(forms.ruler_sheet(210, 148))
    with pypdfium2.PdfDocument.new() as document:
        for _ in range(count):
            document.import_pages(sheet)
        out = io.BytesIO()
        document.save(out)
    return out.getvalue()


# --- the call that prints ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("size", "media"),
    [
        ((210, 148), "A5"),
        ((148, 210), "A5"),
        ((210, 297), "A4"),
        ((241, 139.7), "Custom.241.0x139.7mm"),
        ((241, 93.13), "Custom.241.0x93.13mm"),
    ],
)
def test_lp_is_told_the_exact_paper(
    size: tuple[float, float], media: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(print_papers, "offered", lambda _printer: {})
    job = printing.PrintJob("服务单 FW2026-000001", forms.ruler_sheet(*size))
    assert printing.lp_command(job, LASER) == [
        "lp", "-d", LASER, "-t", "服务单 FW2026-000001",
        "-o", f"media={media}", "-o", "print-scaling=none", "-o", "collate=true", "-",
    ]  # fmt: skip


def test_a_24_pin_queue_prints_fine_enough_for_chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    class Answer:
        stdout = "PageSize/Media Size: *Letter Custom.WIDTHxHEIGHT\nResolution/Resolution: 60dpi *120x60dpi 180dpi 360x180dpi\n"

    monkeypatch.setattr(print_papers.subprocess, "run", lambda *_args, **_more: Answer)
    job = printing.PrintJob("单", forms.ruler_sheet(241, 139.7))
    assert "Resolution=360x180dpi" in printing.lp_command(job, FANFOLD)


@pytest.mark.parametrize(
    ("papers", "size", "goes"),
    [
        ("A4 *A5 Custom.WIDTHxHEIGHT", (241, 139.7), True),
        ("*A4 A5", (241, 139.7), False),
        ("*A4 Letter", (210, 148), False),
        ("*A4 Letter Custom.WIDTHxHEIGHT", (210, 148), True),
        ("*A4 Letter", (210, 297), True),
    ],
)
def test_a_queue_without_the_paper_is_refused_before_anything_is_printed(
    papers: str, size: tuple[float, float], goes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Answer:
        stdout = f"PageSize/Media Size: {papers}\n"

    monkeypatch.setattr(print_papers.subprocess, "run", lambda *_args, **_more: Answer)
    job = printing.PrintJob("单", forms.ruler_sheet(*size))
    if goes:
        assert printing.lp_command(job, LASER)
    else:
        with pytest.raises(SurroundingsError, match=r"没有 .*这种纸"):
            printing.lp_command(job, LASER)


def test_a_picture_is_white_paper_with_black_ink() -> None:
    from frontdesk.forms.raster import picture

    page = picture(forms.ruler_sheet(210, 148), 0, 100)
    image = printing.image_of(page.data, page.width, page.height)
    assert (image.width(), image.height()) == (827, 583)
    assert image.pixelColor(300, 40).lightness() == 255
    assert min(image.pixelColor(0, y).lightness() for y in range(image.height())) < 128
