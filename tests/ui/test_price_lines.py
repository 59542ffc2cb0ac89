"""The priced lines of an order: found in the price list of its day, another price with a reason (R-ORDER-7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from frontdesk.core.errors import FileBusyError, RefusedError
from frontdesk.core.fields import Field, Kind
from frontdesk.orders.register import NewLine
from frontdesk.prices.register import PriceRow
from ui.register.entry_form import EntryForm
from ui.widgets.price_lines import PriceLinesEditor

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from frontdesk.core.clock import FixedClock

LINES = Field("lines", "收费项目", Kind.LONG_TEXT)


def row(number: int, name: str, fen: int, category: str = "repair", unit: str = "次") -> PriceRow:
    return PriceRow(number, 1, 3, number, category, name, unit, fen, "")


LIST = (
    row(1, "疏通下水", 6000),
    row(2, "更换角阀", 3500, unit="只"),
    row(3, "上门费", 2000),
    row(4, "上门费", 3000, "housekeeping"),
    row(5, "喆䶮清洗", 8000, "housekeeping"),
)


@pytest.fixture
def editor(qtbot: QtBot) -> PriceLinesEditor:
    made = PriceLinesEditor(LINES, lambda: LIST, lambda: "housekeeping")
    qtbot.addWidget(made)
    made.resize(340, 400)
    made.show()
    made.activateWindow()
    made.put_cursor()
    qtbot.waitUntil(made._lines[0].item.hasFocus)
    return made


def press(qtbot: QtBot, *keys: str | Qt.Key) -> None:
    for one in keys:
        focus = QApplication.focusWidget()
        assert focus is not None
        if isinstance(one, str):
            qtbot.keyClicks(focus, one)
        else:
            qtbot.keyClick(focus, one)
        QApplication.processEvents()


ENTER, DOWN, ESC = Qt.Key.Key_Return, Qt.Key.Key_Down, Qt.Key.Key_Escape


def test_r_order_7_initials_and_enter_bring_item_unit_and_price(
    editor: PriceLinesEditor, qtbot: QtBot
) -> None:
    """R-ORDER-7: the price comes from the list, and the cursor waits at the quantity."""
    press(qtbot, "ghjf", ENTER)
    line = editor._lines[0]
    assert [cell.text() for cell in line.cells] == ["更换角阀", "只", "35.00", ""]
    assert line.quantity.hasFocus()
    press(qtbot, "2", ENTER)
    assert editor.value() == (NewLine("更换角阀", 3500, 2000, "只", 2),)
    assert editor.total() == 7000
    assert line.reason.isHidden()
    qtbot.waitUntil(editor._lines[1].item.hasFocus)
    with qtbot.waitSignal(editor.advance_requested):
        press(qtbot, ENTER)


def test_the_orders_own_category_is_offered_first_and_the_whole_list_by_an_arrow(
    editor: PriceLinesEditor, qtbot: QtBot
) -> None:
    press(qtbot, DOWN)
    item = editor._lines[0].item
    assert [hit.title for hit in item.hits()] == ["上门费", "喆䶮清洗", "疏通下水", "更换角阀", "上门费"]
    assert item.hits()[0].why == "30.00 元"
    press(qtbot, ESC, "smf", DOWN, ENTER)
    assert editor.value()[0].price_item_id == 3
    assert editor.value()[0].unit_price == 2000


def test_r_order_7_another_price_asks_why_in_its_place(editor: PriceLinesEditor, qtbot: QtBot) -> None:
    """R-ORDER-7: without the reason it is refused, and the cursor goes to where it belongs."""
    press(qtbot, "ghjf", ENTER)
    line = editor._lines[0]
    line.price.setText("30")
    assert not line.reason.isHidden()
    assert "价目表 35.00 元" in line.reason.placeholderText()
    line.quantity.setFocus()
    press(qtbot, ENTER)
    assert line.reason.hasFocus()
    with pytest.raises(RefusedError, match=r"价目表上是 35\.00 元") as refused:
        editor.value()
    assert (refused.value.rule, refused.value.field) == ("R-ORDER-7", "lines")
    editor._lines[1].item.setFocus() if len(editor._lines) > 1 else line.item.setFocus()
    editor.put_cursor()
    assert line.reason.hasFocus()
    line.reason.setText("老住户优惠")
    assert editor.value() == (NewLine("更换角阀", 3000, 1000, "只", 2, "老住户优惠"),)
    line.price.setText("35")
    assert line.reason.isHidden()
    assert editor.value()[0].price_reason == ""


def test_r_order_7_a_listed_service_typed_in_full_has_its_price_too(
    editor: PriceLinesEditor, qtbot: QtBot
) -> None:
    """R-ORDER-7: typing the name by hand is no way round the reason."""
    line = editor._lines[0]
    line.item.setText("疏通 下水")
    line.item.hide_hits()
    press(qtbot, ENTER)
    assert (line.unit.text(), line.price.text()) == ("次", "60.00")
    line.price.setText("1")
    assert not line.reason.isHidden()
    line.item.setText("软管")
    assert line.reason.isHidden()
    assert editor.value() == (NewLine("软管", 100, 1000, "次"),)


def test_what_is_kept_is_shown_again_as_it_was(editor: PriceLinesEditor) -> None:
    kept = (NewLine("更换角阀", 3000, 1500, "只", 2, "优惠"), NewLine("软管", 1800, 1000, "根"))
    editor.set_value(kept)
    assert editor.value() == kept
    assert not editor._lines[0].reason.isHidden()
    draft = editor.draft()
    editor.set_value(None)
    assert editor.draft() == ""
    editor.set_draft(draft)
    assert [line.price_reason for line in editor.value()] == ["优惠", ""]
    editor.set_value(kept[:1])
    assert [line.isHidden() for line in editor._lines] == [False, False, True]


def test_a_busy_file_is_told_and_the_lines_can_still_be_typed(qtbot: QtBot) -> None:
    def busy() -> tuple[PriceRow, ...]:
        raise FileBusyError("数据文件正被占用")

    editor = PriceLinesEditor(LINES, busy)
    qtbot.addWidget(editor)
    said: list[str] = []
    editor.hindered.connect(said.append)
    editor.show()
    editor.put_cursor()
    editor._lines[0].item.setText("软管")
    editor._lines[0].price.setText("18")
    assert editor.value() == (NewLine("软管", 1800),)
    assert said == ["数据文件正被占用"]


def test_a_list_that_is_longer_than_its_room_stays_open_with_a_scroll_bar(qtbot: QtBot) -> None:
    """Its scroll bar changes its own size as it comes: that is no window that changes."""
    many = tuple(row(number, f"项目{number}", 100) for number in range(1, 31))
    editor = PriceLinesEditor(LINES, lambda: many)
    qtbot.addWidget(editor)
    editor.resize(340, 400)
    editor.show()
    editor.activateWindow()
    editor.put_cursor()
    item = editor._lines[0].item
    qtbot.waitUntil(item.hasFocus)
    for _ in range(2):
        press(qtbot, DOWN)
        assert len(item.hits()) == 30
        press(qtbot, ESC)
        assert item.hits() == []
    press(qtbot, "xm")
    assert len(item.hits()) == 30
    editor.resize(360, 420)
    QApplication.processEvents()
    assert item.hits() == []


def test_tab_goes_through_all_cells_of_all_lines_before_the_next_field(
    qtbot: QtBot, clock: FixedClock
) -> None:
    fields = (Field("result", "结果"), LINES, Field("remarks", "备注"))
    form = EntryForm(
        fields, clock, own_editors={"lines": lambda field: PriceLinesEditor(field, lambda: LIST)}
    )
    qtbot.addWidget(form)
    form.resize(360, 700)
    form.show()
    form.activateWindow()
    editor = form.editor("lines")
    assert isinstance(editor, PriceLinesEditor)
    form.put_cursor("lines")
    qtbot.waitUntil(editor._lines[0].item.hasFocus)
    press(qtbot, "ghjf", ENTER, "2", ENTER)
    qtbot.waitUntil(editor._lines[1].item.hasFocus)
    form.put_cursor("result")
    walked = []
    for _ in range(9):
        press(qtbot, Qt.Key.Key_Tab)
        focus = QApplication.focusWidget()
        assert focus is not None
        walked.append(focus)
    expected = [*editor._lines[0].cells, *editor._lines[1].cells, form.editor("remarks").inner]
    assert walked == expected
