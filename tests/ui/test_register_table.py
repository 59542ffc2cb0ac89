"""The table of a register: any length for nothing, complete by keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy

from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.core.query import VOID, RegisterQuery, tone
from ui import theme
from ui.register import columns
from ui.register.columns import Column
from ui.register.row_painter import PAD
from ui.register.table_model import CHUNK, CHUNKS_KEPT, ID_ROLE, TONE_ROLE, VOID_ROLE, RegisterTableModel
from ui.register.table_view import RegisterTableView
from ui.widgets.containers import EmptyState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pytestqt.qtbot import QtBot

    from frontdesk.core.query import TableRow

FIELDS = (
    Field("at", "时间", Kind.TIME),
    Field("unit", "房间号", Kind.UNIT),
    Field("caller", "来电人"),
    Field("phone", "来电号码", Kind.PHONE),
    Field("reason", "来电缘由", Kind.LONG_TEXT),
    Field("order", "工单编号", Kind.SERIAL),
    Field("category", "信息类别", Kind.CHOICE, choices=(Choice("A", "A 投诉"),)),
    Field("receiver", "信息接受人", Kind.PERSON),
    Field("state", "完成情况", Kind.CHOICE),
)
NAMES = ("张晓敏", "王㛃", "䶮小川", "𬱖文", "<b>赟</b>", "A&B物业")


class Source:
    """Stands for a service; counts what it is asked for."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.found: list[RegisterQuery] = []
        self.asked: list[Sequence[int]] = []
        self.gone: set[int] = set()

    def find(self, query: RegisterQuery) -> Sequence[int]:
        self.found.append(query)
        newest_first = range(self.count, 0, -1)
        return newest_first if query.is_empty else [i for i in newest_first if query.text in str(i)]

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        self.asked.append(ids)
        return [self.row(i) for i in ids if i not in self.gone]

    def row(self, i: int) -> TableRow:
        cells = (
            "18:24",
            "3-2-1102",
            NAMES[i % 6],
            "138",
            f"缘由 {i}",
            f"FW-{i:06d}",
            "A",
            "工程部",
            "派工中",
        )
        marks = (VOID,) if i % 10 == 0 else (tone("state", "warn"),)
        return (i, *cells, *marks)


@pytest.fixture
def source() -> Source:
    return Source(1_000_000)


@pytest.fixture
def model(source: Source, qapp: object) -> RegisterTableModel:
    made = RegisterTableModel(FIELDS, source)
    made.refresh()
    return made


@pytest.fixture
def view(qtbot: QtBot, model: RegisterTableModel) -> RegisterTableView:
    made = RegisterTableView(model, name="公共信息记录表")
    qtbot.addWidget(made)
    made.resize(900, 34 * 15)
    with qtbot.waitActive(made):
        made.show()
    made.setFocus()
    return made


def shown(model: QAbstractItemModel, row: int) -> list[str]:
    return [model.index(row, column).data() for column in range(model.columnCount())]


def test_a_million_rows_fetch_nothing_until_looked_at(source: Source, model: RegisterTableModel) -> None:
    assert model.rowCount() == 1_000_000
    assert source.asked == []


def test_a_screenful_costs_one_fetch(source: Source, model: RegisterTableModel) -> None:
    for row in range(30):
        shown(model, row)
    assert [len(ids) for ids in source.asked] == [CHUNK]


def test_the_end_is_one_jump_away(source: Source, model: RegisterTableModel) -> None:
    assert shown(model, 999_999)[4] == "缘由 1"
    assert len(source.asked) == 1


def test_memory_stays_flat_however_far_one_scrolls(source: Source, model: RegisterTableModel) -> None:
    for row in range(0, 200 * CHUNK, CHUNK):
        shown(model, row)
    assert len(source.asked) == 200
    assert len(model._chunks) == CHUNKS_KEPT
    shown(model, 199 * CHUNK)
    assert len(source.asked) == 200, "what was looked at last is kept"


def test_a_million_rows_on_the_screen_cost_two_fetches_at_most(
    source: Source, view: RegisterTableView, qtbot: QtBot
) -> None:
    view.grab()
    assert len(source.asked) <= 2
    qtbot.keyClick(view, Qt.Key.Key_End)
    view.grab()
    assert view.current_id() == 1
    assert len(source.asked) <= 5


def test_qt_finds_no_fault_with_the_model(qapp: object) -> None:
    small = RegisterTableModel(FIELDS, Source(150))
    tester = QAbstractItemModelTester(small, QAbstractItemModelTester.FailureReportingMode.Fatal)
    small.refresh()
    small.set_query(RegisterQuery(text="1"))
    small.forget()
    assert tester.model() is small


def test_rows_carry_id_tone_and_void(model: RegisterTableModel) -> None:
    state = model.index(1, 8)
    assert state.data(ID_ROLE) == 999_999
    assert (state.data(TONE_ROLE), state.data(VOID_ROLE)) == ("warn", False)
    assert model.index(1, 0).data(TONE_ROLE) == ""
    assert model.index(0, 8).data(VOID_ROLE) is True


def test_heads_are_the_fields_labels(model: RegisterTableModel) -> None:
    heads = [model.headerData(i, Qt.Orientation.Horizontal) for i in range(model.columnCount())]
    assert heads == [field.label for field in FIELDS]


def test_a_query_shows_what_answers_it(source: Source, model: RegisterTableModel) -> None:
    model.set_query(RegisterQuery(text="99999"))
    assert source.found[-1].text == "99999"
    assert model.id_at(0) == 999_999
    assert model.row_of(99_999) == model.rowCount() - 1
    assert model.row_of(5) == -1


def test_what_is_forgotten_is_asked_for_again_as_a_whole(source: Source, model: RegisterTableModel) -> None:
    model.set_query(RegisterQuery(text="99999"))
    model.forget()
    assert (model.rowCount(), model.query) == (0, RegisterQuery())
    model.refresh()
    assert model.rowCount() > 19


def test_a_record_that_has_gone_leaves_an_empty_row_and_no_other_in_its_place(
    source: Source, model: RegisterTableModel
) -> None:
    source.gone.add(999_999)
    assert shown(model, 1) == [""] * len(FIELDS)
    assert shown(model, 2)[4] == "缘由 999998"


def test_keys_move_open_and_copy(view: RegisterTableView, qtbot: QtBot) -> None:
    selected, opened = QSignalSpy(view.record_selected), QSignalSpy(view.record_opened)
    qtbot.keyClick(view, Qt.Key.Key_Home)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.current_id() == 999_999
    assert selected.at(selected.count() - 1) == [999_999]
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.at(0) == [999_999]
    qtbot.keyClick(view, Qt.Key.Key_PageDown)
    assert view.current_id() < 999_990
    view.setCurrentIndex(view.model().index(1, 4))
    qtbot.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "缘由 999999"
    both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(view, Qt.Key.Key_C, both)
    assert QGuiApplication.clipboard().text().split("\t")[4] == "缘由 999999"


def test_the_cursor_stays_on_its_record_when_new_ones_come(
    source: Source, model: RegisterTableModel, view: RegisterTableView
) -> None:
    view.select_id(999_000)
    told = QSignalSpy(view.record_selected)
    source.count += 3
    model.refresh()
    assert view.current_id() == 999_000
    assert view.currentIndex().row() == 1003
    assert told.count() == 0, "nothing was chosen anew"


def test_a_record_that_is_not_listed_cannot_be_selected(view: RegisterTableView) -> None:
    view.select_id(999_000)
    assert not view.select_id(5_000_000)
    assert view.current_id() == 999_000


def test_an_empty_table_says_what_will_stand_here(qtbot: QtBot) -> None:
    source = Source(0)
    model = RegisterTableModel(FIELDS, source)
    empty = EmptyState("calls", "还没有来电", "按 F5 登记")
    view = RegisterTableView(model, empty=empty)
    qtbot.addWidget(view)
    view.show()
    model.refresh()
    assert empty.isVisible()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.keyClick(view, Qt.Key.Key_End)
    source.count = 2
    model.refresh()
    assert not empty.isVisible()


@pytest.mark.parametrize("width", [560, 600, 683, 900, 1400])
def test_the_columns_fit_without_scrolling_sideways(view: RegisterTableView, width: int) -> None:
    view.resize(width, 400)
    total = sum(view.columnWidth(i) for i in range(len(FIELDS)) if not view.isColumnHidden(i))
    assert total <= view.viewport().width()
    kept = {field.name for i, field in enumerate(FIELDS) if not view.isColumnHidden(i)}
    assert {"at", "unit", "reason", "category", "state"} <= kept


def test_in_a_wide_table_every_column_stands(view: RegisterTableView) -> None:
    view.resize(1400, 400)
    assert not any(view.isColumnHidden(i) for i in range(len(FIELDS)))


def test_fourteen_rows_stand_in_the_smallest_screen(view: RegisterTableView) -> None:
    view.resize(590, 34 * 15)
    assert view.rowAt(view.viewport().height() - 1) >= 13


def test_columns_give_way_by_rank_and_the_long_text_takes_the_rest() -> None:
    fields = FIELDS[:5]
    wide = columns.fit(fields, {}, 1000)
    assert sum(wide) == pytest.approx(1000, abs=3)
    assert wide[4] == max(wide)
    narrow = columns.fit(fields, {}, 330)
    assert narrow[3] == 0
    assert narrow[4] > 0


def test_a_page_may_wish_otherwise_but_no_head_is_cut() -> None:
    own = {"caller": Column(40, 0, 0)}
    assert columns.fit(FIELDS[:3], own, 500)[2] == 40
    assert columns.fit(FIELDS[:3], own, 500, heads=(50, 60, 70))[2] == 70


def test_numbers_stand_to_the_right() -> None:
    assert columns.alignment(Field("n", "数量", Kind.INTEGER)) & Qt.AlignmentFlag.AlignRight
    assert columns.alignment(Field("n", "金额", Kind.MONEY)) & Qt.AlignmentFlag.AlignRight
    assert columns.alignment(FIELDS[0]) & Qt.AlignmentFlag.AlignLeft


def test_every_kind_has_a_column() -> None:
    assert all(columns.column_of(Field("x", "x", kind), {}).width > 0 for kind in Kind)


def test_the_table_shows_markup_as_it_stands(model: RegisterTableModel, view: RegisterTableView) -> None:
    row = next(i for i in range(10) if model.id_at(i) % 6 == 4)
    index: QModelIndex = model.index(row, 2)
    assert index.data() == "<b>赟</b>"
    assert "<b>" not in index.data(Qt.ItemDataRole.ToolTipRole)
    view.grab()


@pytest.mark.parametrize("width", [300, 420, 560, 900])
def test_no_day_or_moment_is_cut_however_narrow_its_page_wants_it(qtbot: QtBot, width: int) -> None:
    fields = (
        Field("at", "记录时间", Kind.MOMENT),
        Field("day", "日期", Kind.DATE),
        Field("unit_no", "房号", Kind.UNIT),
        Field("reason", "缘由", Kind.LONG_TEXT),
    )
    narrow = {"at": Column(40, 0, 0), "day": Column(40, 0, 1)}
    view = RegisterTableView(RegisterTableModel(fields, Source(3)), own_columns=narrow)
    qtbot.addWidget(view)
    view.resize(width, 300)
    with qtbot.waitExposed(view):
        view.show()
    metrics = QFontMetrics(theme.text_font())
    for column in (0, 1):
        if not view.isColumnHidden(column):
            needed = metrics.horizontalAdvance("2025-12-30") + 2 * PAD
            assert view.columnWidth(column) >= needed
    assert not view.isColumnHidden(0)
