"""Keys as offices list them: look, take over, again without effect, take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from frontdesk.core.actor import PROGRAM
from frontdesk.core.errors import NotAllowedError, RefusedError, StoppedError
from frontdesk.core.query import RegisterQuery
from frontdesk.estate.import_plan import RowState
from frontdesk.keys.register import NewLoan, Wanted

from .conftest import somebody

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.desk import Desk

HEAD = ["钥匙编号", "锁具名称/部位", "类别", "存放位置", "在用数量", "备用数量", "持有人", "状态", "经办"]
ROWS: list[list[Any]] = [
    ["A-01", "1号楼配电房", "公共", "A柜-1", 2, "1 把", None, "在库", "张三"],
    ["A-02", "𬱖园会所", "特殊", "A柜 2", 1, None, None, None, None],
    [7, "财务保险柜", "办公", None, 1, 0, "吴丽", None, None],
    ["a01", "另一个门", None, None, None, None, None, None, None],
    ["A-03", "水泵房", None, None, "三", None, None, None, None],
    ["A-04", "旧门", None, None, 1, None, None, "作废", None],
    ["A-05", "1号楼配电房", None, None, 1, None, None, None, None],
]


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk whose technician imports."""
    desk.context.actor = PROGRAM
    return desk


def sheet(folder: Path, *rows: list[Any], name: str = "钥匙.xlsx") -> Path:
    book = Workbook()
    for row in (["富成花园钥匙表"], HEAD, *rows):
        book.active.append(row)
    book.save(folder / name)
    return folder / name


def numbers(desk: Desk) -> list[str]:
    return [str(row[1]) for row in desk.keys.held.rows(desk.keys.held.find(RegisterQuery()))]


def test_the_preview_says_row_by_row_what_will_be_and_writes_nothing(office: Desk, tmp_path: Path) -> None:
    before = office.verify().lines
    preview = office.keys.sheets.preview(sheet(tmp_path, *ROWS))
    assert [(row.number, row.state) for row in preview.rows] == [
        (3, RowState.NEW),
        (4, RowState.DOUBTFUL),
        (5, RowState.NEW),
        (6, RowState.BAD),
        (7, RowState.BAD),
        (8, RowState.BAD),
        (9, RowState.BAD),
    ]
    said = [row.said for row in preview.rows]
    assert "不认识" in said[1]
    assert said[3] == "编号和第 3 行相同"
    assert "“三”不是数目" in said[4]
    assert "作废" in said[5]
    assert "已是 A-01 的" in said[6]
    assert preview.unused == ("经办",)
    assert ("存放位置", "存放位置") in preview.columns
    assert preview.changes_something
    assert numbers(office) == []
    assert office.verify().lines == before


def test_what_was_shown_is_taken_over_and_the_same_sheet_again_changes_nothing(
    office: Desk, tmp_path: Path
) -> None:
    path = sheet(tmp_path, *ROWS[:3])
    done = office.keys.sheets.apply(office.keys.sheets.preview(path))
    assert (done.added, done.corrected, done.bad_rows) == (3, 0, 0)
    assert numbers(office) == ["7", "A-01", "A-02"]
    key = office.keys.held.find_key("A-01")
    assert key is not None
    assert (key.place, key.in_use, key.spare, key.kind) == ("A柜-1", 2, 1, "public")
    safe = office.keys.held.find_key("7")
    assert safe is not None
    assert (safe.state, safe.holder) == ("out", "吴丽")
    again = office.keys.sheets.preview(path)
    assert {row.state for row in again.rows} == {RowState.SAME}
    assert again.imported_before
    assert office.keys.sheets.apply(again).batch_id is None
    assert [one.rows for one in office.keys.sheets.batches()] == [3]
    assert office.household_import.batches() == []
    assert office.verify().findings == ()


def test_an_import_is_taken_back_but_for_what_somebody_worked_on(office: Desk, tmp_path: Path) -> None:
    office.keys.sheets.apply(office.keys.sheets.preview(sheet(tmp_path, ROWS[0])))
    changed = [["A-01", "1号楼配电室", "公共", "A柜-9", 3, 1, None, None, None], *ROWS[1:3]]
    done = office.keys.sheets.apply(office.keys.sheets.preview(sheet(tmp_path, *changed, name="二.xlsx")))
    assert (done.added, done.corrected) == (2, 1)
    lent = office.keys.held.find_key("A-02")
    assert lent is not None
    office.keys.loans.lend(NewLoan((Wanted(lent.id),), "李䶮", "打扫"))
    assert done.batch_id is not None
    undone = office.keys.sheets.undo(done.batch_id)
    assert (undone.withdrawn, undone.kept) == (1, ("A-02",))
    assert numbers(office) == ["A-01", "A-02"]
    key = office.keys.held.find_key("A-01")
    assert key is not None
    assert (key.lock, key.place, key.in_use) == ("1号楼配电房", "A柜-1", 2)
    assert office.keys.loans.of_borrower("吴丽") == []
    with pytest.raises(RefusedError, match="撤销过"):
        office.keys.sheets.undo(done.batch_id)
    with pytest.raises(RefusedError, match="撤销过"):
        office.household_import.undo(office.keys.sheets.batches()[-1].id)
    assert office.verify().findings == ()


def test_a_stopped_import_leaves_nothing(office: Desk, tmp_path: Path) -> None:
    preview = office.keys.sheets.preview(sheet(tmp_path, *ROWS[:3]))
    asked = iter([False, True])
    with pytest.raises(StoppedError):
        office.keys.sheets.apply(preview, cancelled=lambda: next(asked, True))
    assert numbers(office) == []


def test_a_sheet_without_number_and_name_is_refused(office: Desk, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["房号", "姓名"])
    book.save(tmp_path / "x.xlsx")
    with pytest.raises(RefusedError, match="没认出表头") as refused:
        office.keys.sheets.preview(tmp_path / "x.xlsx")
    assert refused.value.field == "file"
    office.context.actor = somebody("clerk")
    with pytest.raises(NotAllowedError):
        office.keys.sheets.preview(tmp_path / "x.xlsx")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.lists(st.one_of(st.none(), st.text(max_size=8), st.integers(-5, 2000), st.floats()), max_size=9),
        max_size=4,
    )
)
def test_whatever_stands_in_a_sheet_is_looked_at_without_a_crash(
    office: Desk, tmp_path: Path, rows: list[list[Any]]
) -> None:
    clean = [
        [None if isinstance(cell, str) and not cell.isprintable() else cell for cell in row] for row in rows
    ]
    office.keys.sheets.preview(sheet(tmp_path, *clean))
    assert numbers(office) == []
