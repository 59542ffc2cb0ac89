"""What the rows of a register look like: states in colour and word, void struck through, the cursor in a ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPixmap

from frontdesk.core.fields import Field, Kind
from frontdesk.core.query import VOID, tone
from ui import theme
from ui.register import row_painter
from ui.register.row_painter import Place, RowPainter
from ui.register.table_model import RegisterTableModel
from ui.register.table_view import ROW_HEIGHT, RegisterTableView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QImage
    from pytestqt.qtbot import QtBot

    from frontdesk.core.query import RegisterQuery, TableRow
    from ui.theme import Appearance

FIELDS = (
    Field("reason", "缘由", Kind.LONG_TEXT),
    Field("order", "工单编号", Kind.SERIAL),
    Field("fee", "费用", Kind.MONEY),
    Field("state", "完成情况", Kind.CHOICE),
)
ROWS: list[TableRow] = [
    (4, "门口路灯\n不亮", "FW-000004", "8.00", "派工中", tone("state", "warn")),
    (3, "作废的一行", "FW-000003", "8.00", "作废", VOID, tone("state", "warn")),
    (2, "<b>漏水</b>，" * 30, "", "1,208.00", "完成"),
    (1, "", "", "", ""),
]


class Source:
    def find(self, query: RegisterQuery) -> Sequence[int]:
        return [4, 3, 2, 1]

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        return [row for row in ROWS if row[0] in ids]


@pytest.fixture
def view(qtbot: QtBot) -> RegisterTableView:
    model = RegisterTableModel(FIELDS, Source())
    model.refresh()
    made = RegisterTableView(model)
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def colours(view: RegisterTableView, row: int, column: int | None = None) -> set[str]:
    image: QImage = view.viewport().grab().toImage()
    left, width = 0, view.viewport().width()
    if column is not None:
        left, width = view.columnViewportPosition(column), view.columnWidth(column)
    top = view.rowViewportPosition(row)
    return {
        image.pixelColor(x, y).name() for x in range(left, left + width) for y in range(top, top + ROW_HEIGHT)
    }


def named(token: str) -> str:
    return theme.color(token).name()


@pytest.mark.parametrize("setting", ["light", "dark"])
def test_a_state_has_its_colour_and_its_word(
    view: RegisterTableView, appearance: Appearance, setting: str
) -> None:
    appearance.set_setting(setting)
    state = colours(view, 0, 3)
    assert named("warn_soft") in state
    assert len(state) > 10, "a word stands in it"
    assert named("warn_soft") not in colours(view, 2)


def test_a_void_row_is_struck_through_and_has_no_state(view: RegisterTableView) -> None:
    assert named("warn_soft") not in colours(view, 1)
    image = view.viewport().grab().toImage()
    middle = view.rowViewportPosition(1) + ROW_HEIGHT // 2 + 1
    struck = [image.pixelColor(x, middle).name() == named("muted") for x in range(9, 60)]
    assert sum(struck) > 45


def test_a_serial_stands_in_the_accent(view: RegisterTableView) -> None:
    assert named("accent_text") in colours(view, 0, 1)
    assert named("accent_text") not in colours(view, 0, 0)


def test_rows_alternate_and_the_cursors_row_is_lit(view: RegisterTableView) -> None:
    assert named("zebra") in colours(view, 3)
    assert named("zebra") not in colours(view, 2)
    view.setCurrentIndex(view.model().index(3, 0))
    assert named("accent_soft") in colours(view, 3)


def test_amounts_end_at_the_same_place(view: RegisterTableView) -> None:
    image = view.viewport().grab().toImage()
    left, right = view.columnViewportPosition(2), view.columnViewportPosition(2) + view.columnWidth(2)
    ends = []
    for row in (0, 2):
        top = view.rowViewportPosition(row)
        ground = image.pixelColor(right - 1, top + 6)
        inked = [
            x
            for x in range(left, right)
            for y in range(top + 6, top + ROW_HEIGHT - 6)
            if image.pixelColor(x, y) != ground
        ]
        ends.append(max(inked))
    assert abs(ends[0] - ends[1]) <= 1


def test_a_long_text_stays_inside_its_column(view: RegisterTableView) -> None:
    assert colours(view, 2, 1) == {named("surface")}, "the column beside it is empty"


def test_an_empty_row_paints_nothing(view: RegisterTableView) -> None:
    assert colours(view, 3) == {named("zebra")}


def test_only_the_rows_asked_for_are_painted(
    view: RegisterTableView, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[int] = []
    paint = RowPainter.paint

    def spy(
        self: RowPainter, painter: object, model: object, rows: list[tuple[int, int]], *rest: object
    ) -> None:
        painted.extend(row for row, _top in rows)
        paint(self, painter, model, rows, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(RowPainter, "paint", spy)
    view.viewport().repaint(0, 2 * ROW_HEIGHT + 4, 300, 8)
    assert painted == [2]


def test_the_keyboards_row_has_a_ring(view: RegisterTableView, qtbot: QtBot) -> None:
    view.setCurrentIndex(view.model().index(2, 0))
    view.clearFocus()
    assert named("focus") not in colours(view, 2, 3)
    with qtbot.waitActive(view):
        view.activateWindow()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert named("focus") in colours(view, 2, 3)


def test_the_words_of_all_pills_begin_at_the_same_place(
    view: RegisterTableView, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[tuple[QRect, str]] = []
    monkeypatch.setattr(row_painter, "paint_pill", lambda _on, rect, text, _tone: drawn.append((rect, text)))
    rows, canvas = RowPainter(FIELDS, ROW_HEIGHT), QPixmap(10, 10)
    with QPainter(canvas) as painter:
        for said in ("密码", "PIN 码", "“姓名”有 400 字，最多 120 字", "“电话”里的“1iii”不是电话，请改"):
            rows._paint_pill(painter, Place(0, 0, 120), 0, said, "warn")
    written = QFontMetrics(theme.text_font(theme.HINT_PX))
    beside = {rect.width() - written.horizontalAdvance(text) for rect, text in drawn}
    assert len(drawn) == 4
    assert len(beside) == 1
    assert all(rect.left() == 2 and rect.right() < 120 for rect, _text in drawn)
