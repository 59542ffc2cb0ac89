"""The filter row: asks as one types, never in the middle of a composition."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt

from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.core.query import RegisterQuery
from ui.register.filter_bar import FilterBar
from ui.widgets.buttons import ChipButton
from ui.widgets.inputs import ComboBox

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

TODAY = date(2026, 11, 21)
FIELDS = (
    Field("unit", "房间号", Kind.UNIT),
    Field("category", "信息类别", Kind.CHOICE, choices=(Choice("A", "A 投诉"), Choice("B", "B 询问"))),
)


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    made = FilterBar(FIELDS, lambda: TODAY, chips=[("category", "A")])
    qtbot.addWidget(made)
    made.resize(600, 40)
    with qtbot.waitActive(made):
        made.show()
    return made


@pytest.fixture
def asked(bar: FilterBar) -> list[RegisterQuery]:
    made: list[RegisterQuery] = []
    bar.filter_changed.connect(made.append)
    return made


def chip(bar: FilterBar, text: str) -> ChipButton:
    return next(each for each in bar.findChildren(ChipButton) if each.text() == text)


def test_it_asks_as_one_types(qtbot: QtBot, bar: FilterBar, asked: list[RegisterQuery]) -> None:
    qtbot.keyClicks(bar.box, "11")
    assert [query.text for query in asked] == ["1", "11"]


def test_it_does_not_ask_while_composing(
    bar: FilterBar, asked: list[RegisterQuery], compose: Callable[..., None]
) -> None:
    compose(bar.box, "loushui")
    assert asked == []
    compose(bar.box, "", "漏水")
    assert [query.text for query in asked] == ["漏水"]


def test_chips_narrow_and_widen(qtbot: QtBot, bar: FilterBar, asked: list[RegisterQuery]) -> None:
    for text in ("今天", "未完成", "投诉"):
        qtbot.mouseClick(chip(bar, text), Qt.MouseButton.LeftButton)
    assert asked[-1] == RegisterQuery("", TODAY, TODAY, {"category": "A"}, open_only=True)
    for text in ("今天", "未完成", "投诉"):
        qtbot.mouseClick(chip(bar, text), Qt.MouseButton.LeftButton)
    assert asked[-1].is_empty


def test_days_are_typed_freely(qtbot: QtBot, bar: FilterBar, asked: list[RegisterQuery]) -> None:
    bar._more.click()
    qtbot.keyClicks(bar._first, "11-18")
    qtbot.keyClick(bar._first, Qt.Key.Key_Return)
    assert asked[-1] == RegisterQuery(first_day=date(2026, 11, 18))
    assert bar._first.text() == "11-18"


def test_a_choice_and_its_chip_show_the_same(bar: FilterBar, asked: list[RegisterQuery]) -> None:
    box = bar.findChild(ComboBox)
    box.setCurrentIndex(1)
    assert dict(asked[-1].choices) == {"category": "A"}
    assert chip(bar, "投诉").isChecked()
    box.setCurrentIndex(2)
    assert dict(asked[-1].choices) == {"category": "B"}
    assert not chip(bar, "投诉").isChecked()
    assert bar._more.word() == "1", "what is hidden in the panel is counted"


def test_a_query_given_is_shown_and_told_once(bar: FilterBar, asked: list[RegisterQuery]) -> None:
    query = RegisterQuery("漏水", open_only=True)
    bar.set_query(query)
    assert asked == [query]
    assert bar.box.text() == "漏水"
    assert chip(bar, "未完成").isChecked()
    bar.reset()
    assert bar.query.is_empty
    assert bar.box.text() == ""


def test_enter_and_down_go_on_to_the_table(qtbot: QtBot, bar: FilterBar) -> None:
    gone: list[int] = []
    bar.down_requested.connect(lambda: gone.append(1))
    qtbot.keyClick(bar.box, Qt.Key.Key_Return)
    qtbot.keyClick(bar.box, Qt.Key.Key_Down)
    assert len(gone) == 2


@pytest.mark.parametrize("width", [300, 460, 700])
def test_nothing_is_cut_in_a_narrow_zone(bar: FilterBar, width: int, qapp: QApplication) -> None:
    bar.resize(width, 120)
    qapp.processEvents()
    for each in (bar.box, *bar.findChildren(ChipButton)):
        if each.isVisible():
            assert each.geometry().right() <= width
            assert each.width() >= min(each.minimumSizeHint().width(), 60)
    assert bar.box.width() >= 120


def test_a_day_that_cannot_be_read_is_marked_and_filters_nothing(bar: FilterBar) -> None:
    bar._first.setText("哪天")
    bar._first.editingFinished.emit()
    assert bar._first.property("fault")
    assert bar.query.first_day is None
    bar._first.setText("今天")
    bar._first.editingFinished.emit()
    assert not bar._first.property("fault")
    assert bar.query.first_day is not None
