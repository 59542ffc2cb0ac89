"""The alignment wizard and the choice of copies, by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from frontdesk import forms
from frontdesk.forms.printers import PrinterChoice
from frontdesk.forms.raster import moved, page_sizes_mm, picture
from ui import files, print_papers, printing
from ui.print_desk import PrintDesk, PrintRequest
from ui.tasks import TaskRunner
from ui.widgets.buttons import ChipButton
from ui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk
    from ui.print_alignment import AlignmentDialog
    from ui.print_preview import PreviewDialog
    from ui.tasks import Task

LASER, FANFOLD = "laser", "前台 LQ-630"
COPIES = ("第一联 客服部", "第二联 财务", "第三联 客户", "第四联 服务部门")
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


class Machine:
    """The printers of the machine, which are outside: what was sent, and which papers they have."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, bytes]] = []
        self.lacks: set[tuple[str, float]] = set()


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(printing, "send", lambda job, printer: machine.sent.append((printer, job.pdf)))
    monkeypatch.setattr(printing, "printers", lambda: [LASER, FANFOLD])
    monkeypatch.setattr(
        print_papers, "has_paper", lambda printer, _width, height: (printer, height) not in machine.lacks
    )
    return machine


@pytest.fixture
def prints(desk: Desk, machine: Machine, qtbot: QtBot) -> Iterator[PrintDesk]:
    window, strip, tasks = QWidget(), ProgressStrip(), TaskRunner()
    qtbot.addWidget(window)
    qtbot.addWidget(strip)
    window.show()
    yield PrintDesk(desk.printers, tasks, lambda _text, _tone: None, window, strip)
    tasks.close()


def aligning(prints: PrintDesk, printer: str, qtbot: QtBot) -> AlignmentDialog:
    dialog = prints.align("F-ORDER", printer)
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def typed(dialog: AlignmentDialog, *numbers: str) -> None:
    for box, number in zip(dialog.boxes, numbers, strict=True):
        box.setFocus()
        box.selectAll()
        QTest.keyClicks(box, number)
        QTest.keyClick(box, Qt.Key.Key_Return)


def test_what_the_rule_reads_is_kept_for_the_form_on_that_printer(prints: PrintDesk, qtbot: QtBot) -> None:
    prints.remembered.remember("F-ORDER", PrinterChoice(LASER, "laser"))
    prints.remembered.remember("F-ORDER", PrinterChoice(FANFOLD, "strike"))
    dialog = aligning(prints, FANFOLD, qtbot)
    assert "139.7" in dialog.paper.currentText()
    typed(dialog, "21.3", "19.2", "200.0")
    assert "偏右 1.3 毫米、偏上 0.8 毫米" in dialog.told.text()
    assert "向左移 1.3 毫米、向下移 0.8 毫米" in dialog.after.text()
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    assert "已存" in dialog.notice.text()
    assert prints.remembered.remembered("F-ORDER", FANFOLD) == PrinterChoice(FANFOLD, "strike", -13, 8, 1000)
    assert prints.remembered.remembered("F-ORDER", LASER) == PrinterChoice(LASER, "laser")
    dialog.reject()


def test_aligning_another_printer_leaves_the_form_with_the_one_it_used_last(
    prints: PrintDesk, qtbot: QtBot
) -> None:
    prints.remembered.remember("F-ORDER", PrinterChoice(LASER, "laser"))
    dialog = aligning(prints, FANFOLD, qtbot)
    typed(dialog, "20.5", "20.0", "169.0")
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    assert prints.remembered.remembered("F-ORDER") == PrinterChoice(LASER, "laser")
    kept = prints.remembered.remembered("F-ORDER", FANFOLD)
    assert kept is not None
    assert kept.scale_permille > 1000
    dialog.reject()


def test_ctrl_p_prints_the_sheet_of_the_chosen_paper_with_the_correction_so_far(
    prints: PrintDesk, machine: Machine, qtbot: QtBot
) -> None:
    prints.remembered.remember("F-ORDER", PrinterChoice(FANFOLD, "strike", -13, 8, 1004))
    dialog = aligning(prints, FANFOLD, qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_P, CTRL)
    qtbot.waitUntil(lambda: dialog.notice.tone() == "ok", timeout=20_000)
    wanted = forms.ruler_sheet(241, 139.7, offset_mm=(-1.3, 0.8), scale=1.004)
    assert machine.sent == [(FANFOLD, wanted)]
    assert dialog.boxes[0].hasFocus()
    typed(dialog, "20.0", "20.0", "200.0")
    assert dialog.result_choice() == PrinterChoice(FANFOLD, "strike", -13, 8, 1004)
    dialog.reject()


def test_a_missing_paper_is_told_with_what_to_do_about_it(
    prints: PrintDesk, machine: Machine, qtbot: QtBot
) -> None:
    machine.lacks = {(LASER, 139.7)}
    dialog = aligning(prints, LASER, qtbot)
    dialog.paper.setCurrentIndex(0)
    qtbot.waitUntil(lambda: "没有 241 × 139.7 毫米这种纸" in dialog.notice.text(), timeout=20_000)
    dialog.printer.setCurrentText(FANFOLD)
    qtbot.waitUntil(lambda: not dialog.notice.text(), timeout=20_000)
    dialog.reject()


def test_what_to_do_is_said_for_windows_and_for_linux() -> None:
    windows = print_papers.how_to_add(241, 93.13, windows=True)
    assert "打印服务器属性" in windows
    assert "宽 24.10 厘米、高 9.31 厘米" in windows
    linux = print_papers.how_to_add(241, 139.7, windows=False)
    assert "lpoptions" in linux
    assert "Custom.WIDTHxHEIGHT" in linux


def test_an_absurd_length_is_refused_in_place(prints: PrintDesk, qtbot: QtBot) -> None:
    dialog = aligning(prints, FANFOLD, qtbot)
    typed(dialog, "20.0", "20.0", "150.0")
    assert "适应页面" in dialog.notice.text()
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    assert prints.remembered.remembered("F-ORDER", FANFOLD) is None
    dialog.reject()


# --- which copies -----------------------------------------------------------------------------------


class Asked:
    """A four-copy request, with the choices it was made for."""

    def __init__(self, layouts: tuple[str, ...] = ("laser", "strike")) -> None:
        from frontdesk.core.fields import Choice

        self.choices: list[PrinterChoice] = []
        self.request = PrintRequest(
            "F-ORDER",
            "服务单 FW2026-000001",
            self.make,
            layouts=tuple(Choice(key, key) for key in layouts),
            usual_layout=layouts[0],
            copies=COPIES,
        )

    def make(self, choice: PrinterChoice, _task: Task) -> bytes:
        self.choices.append(choice)
        return forms.ruler_sheet(210, 148)


def opened(prints: PrintDesk, asked: Asked, qtbot: QtBot) -> PreviewDialog:
    dialog = prints.preview(asked.request)
    qtbot.waitUntil(lambda: dialog.sheets.pages() > 0, timeout=20_000)
    return dialog


def test_r_order_18_one_copy_or_some_are_chosen_by_key_and_remembered(
    prints: PrintDesk, machine: Machine, qtbot: QtBot
) -> None:
    """R-ORDER-18."""
    asked = Asked()
    dialog = opened(prints, asked, qtbot)
    assert dialog.choice().copies == ()
    for key in (Qt.Key.Key_1, Qt.Key.Key_3):
        QTest.keyClick(dialog, key, ALT)
    assert dialog.choice().copies == (2, 4)
    QTest.keyClick(dialog, Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: prints.remembered.remembered("F-ORDER") is not None, timeout=20_000)
    assert len(machine.sent) == 1
    assert asked.choices[-1].copies == (2, 4)
    assert prints.remembered.remembered("F-ORDER") == PrinterChoice(LASER, "laser", copies=(2, 4))
    again = opened(prints, asked, qtbot)
    assert again.choice().copies == (2, 4)
    QTest.keyClick(again, Qt.Key.Key_0, ALT)
    assert again.choice().copies == ()
    again.reject()


def test_one_copy_at_least_stays_chosen(prints: PrintDesk, qtbot: QtBot) -> None:
    dialog = opened(prints, Asked(), qtbot)
    for key in (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4):
        QTest.keyClick(dialog, key, ALT)
    assert dialog.choice().copies == (4,)
    dialog.reject()


def test_where_one_strike_goes_through_all_copies_none_can_be_left_out(
    prints: PrintDesk, qtbot: QtBot
) -> None:
    dialog = opened(prints, Asked(), qtbot)
    dialog.layout_box.setCurrentIndex(1)
    assert not any(chip.isVisible() for chip in dialog.copies.findChildren(ChipButton))
    QTest.keyClick(dialog, Qt.Key.Key_1, ALT)
    assert dialog.choice().copies_of(4) is None
    dialog.reject()


def test_the_wizard_opens_from_the_preview_by_key_and_the_preview_follows(
    prints: PrintDesk, qtbot: QtBot
) -> None:
    dialog = opened(prints, Asked(), qtbot)
    QTest.keyClick(dialog, Qt.Key.Key_M, CTRL)
    from ui.print_alignment import AlignmentDialog

    wizard = dialog.findChild(AlignmentDialog)
    assert wizard is not None
    qtbot.waitUntil(wizard.isActiveWindow)
    typed(wizard, "22.0", "20.0", "170.0")
    QTest.keyClick(wizard, Qt.Key.Key_Return, CTRL)
    assert dialog.right.tenths() == -20
    wizard.reject()
    dialog.reject()


def test_every_form_follows_the_correction_of_its_printer(
    prints: PrintDesk, machine: Machine, qtbot: QtBot
) -> None:
    drawn = forms.sample("F-RECEIPT")
    choice = PrinterChoice(LASER, "", 21, -7, 1004)
    prints.remembered.remember("F-RECEIPT", choice)
    prints.print_now(PrintRequest("F-RECEIPT", "收据 SJ2026-000001", lambda _choice, _task: drawn))
    qtbot.waitUntil(lambda: len(machine.sent) == 1, timeout=20_000)
    sent, wanted = (picture(pdf, 0, 100).data for pdf in (machine.sent[0][1], moved(drawn, choice)))
    assert sent == wanted != picture(drawn, 0, 100).data


def test_the_ruler_sheet_is_saved_where_there_is_no_printer(
    prints: PrintDesk, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printing, "printers", list)
    path = tmp_path / "标尺页.pdf"
    monkeypatch.setattr(files, "ask_where_to_save_pdf", lambda _parent, _name: path)
    dialog = prints.align("F-ORDER")
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog, Qt.Key.Key_S, CTRL)
    qtbot.waitUntil(path.exists, timeout=20_000)
    (size,) = page_sizes_mm(path.read_bytes())
    assert size == pytest.approx((210, 148), abs=0.1)
    qtbot.waitUntil(lambda: "标尺页已存为" in dialog.notice.text())
