"""Importing households as offices keep them: look, take over, again without effect, take back."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.errors import NotAllowedError, RefusedError, StoppedError
from frontdesk.core.query import RegisterQuery
from frontdesk.desk import open_desk
from frontdesk.estate.import_plan import RowState
from frontdesk.estate.register import NewResident, NewUnit

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.desk import Desk
    from frontdesk.estate.household_import import ImportPreview, ImportResult

HEAD = [
    "房号",
    "业主",
    "电话",
    "使用人",
    "电话",
    "紧急联系人",
    "电话",
    "身份证号码",
    "建筑面积(㎡)",
    "入住日期",
    "备注",
]
HOMES = [
    [
        *("3-2-1102", "张晓敏", "13800138000", "王强(租)", "15912342211、0571-88881234", "李四", 13600000000),
        *("11010519491231002X", 89.5, datetime(2020, 1, 5), "独居老人"),  # noqa: DTZ001
    ],
    ["A座1201", "㛃䶮", 13700001111, None, None, None, None, None, "120.33平米", "2021.3.4", None],
    ["商铺S-05", None, None, "赟喆", "13900139000", None, None, None, None, None, None],
    ["车库B1-023"],
]


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk whose technician imports."""
    desk.context.actor = PROGRAM
    return desk


def sheet(folder: Path, *rows: list[Any], name: str = "住户.xlsx", merged: tuple[str, ...] = ()) -> Path:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    book.save(folder / name)
    return folder / name


def taken(desk: Desk, path: Path) -> ImportResult:
    return desk.household_import.apply(desk.household_import.preview(path))


def states(preview: ImportPreview) -> list[RowState]:
    return [row.state for row in preview.rows]


def people(desk: Desk, unit_no: str) -> list[tuple[str, str, tuple[str, ...]]]:
    unit = desk.estate.unit_by_no(unit_no)
    assert unit is not None
    return [
        (one.name, one.relation_label, tuple(telephone.shown for telephone in one.telephones))
        for one in desk.estate.household(unit.id).residents
    ]


def snapshot(desk: Desk) -> object:
    """Everything of the estate that can be seen."""
    units = [unit for no in range(1, 200) if (unit := _unit(desk, no)) is not None]
    cards = [desk.estate.household(unit) for unit in units]
    finds = [
        [hit.label for hit in desk.finder.find(text)] for text in ("3", "zxm", "8000", "张", "A", "1102")
    ]
    return cards, finds, list(desk.estate.find(RegisterQuery(open_only=True)))


def _unit(desk: Desk, unit_id: int) -> int | None:
    from frontdesk.estate.model import Unit

    with desk.context.read() as session:
        unit = session.get(Unit, unit_id)
        return unit_id if unit is not None and unit.voided_at is None else None


def sound(desk: Desk) -> bool:
    """The journal tells of every record, and nothing else."""
    return not desk.verify().findings


def test_an_offices_sheet_is_understood_and_taken_over(office: Desk, tmp_path: Path) -> None:
    preview = office.household_import.preview(sheet(tmp_path, HEAD, *HOMES))
    assert states(preview) == [RowState.NEW] * 4
    assert preview.columns[:5] == (
        ("房号", "房号"),
        ("业主", "业主姓名"),
        ("电话", "业主电话"),
        ("使用人", "使用人姓名"),
        ("电话", "使用人电话"),
    )
    assert preview.rows[0].said == "新房间；新业主 张晓敏；新使用人 王强(租)；新紧急联系人 李四"
    result = office.household_import.apply(preview)
    assert (result.units, result.residents, result.telephones) == (4, 5, 6)
    assert people(office, "3-2-1102") == [
        ("张晓敏", "业主", ("13800138000",)),
        ("王强(租)", "使用人", ("15912342211", "0571-88881234")),
        ("李四", "紧急联系人", ("13600000000",)),
    ]
    assert people(office, "商铺S-05") == [("赟喆", "使用人", ("13900139000",))]
    owner = office.estate.resident(1)
    assert (owner.identity_no, owner.moved_in, owner.remarks) == (
        "11010519491231002X",
        date(2020, 1, 5),
        "独居老人",
    )
    assert [office.estate.unit(number).area_cm2 for number in (1, 2, 3)] == [895_000, 1_203_300, None]
    assert [hit.label for hit in office.finder.find("wangq")] == ["3-2-1102"]
    assert [hit.label for hit in office.finder.find("B1")] == ["车库B1-023"]
    assert sound(office)


def test_the_same_file_again_changes_nothing(office: Desk, tmp_path: Path) -> None:
    path = sheet(tmp_path, HEAD, *HOMES)
    taken(office, path)
    before = snapshot(office)
    preview = office.household_import.preview(path)
    assert states(preview) == [RowState.SAME] * 4
    assert preview.imported_before == "18:26"
    assert not preview.changes_something
    assert office.household_import.apply(preview).batch_id is None
    assert snapshot(office) == before
    assert len(office.household_import.batches()) == 1


def test_a_later_sheet_adds_and_corrects_and_says_so(office: Desk, tmp_path: Path) -> None:
    taken(
        office, sheet(tmp_path, ["房号", "业主", "电话", "面积"], ["3-2-1102", "张晓敏", "13800138000", 89])
    )
    later = sheet(
        tmp_path,
        ["房号", "业主", "手机", "面积", "备注"],
        ["3号楼2单元1102", "张晓敏", "13800138000/15900000000", 90.5, "独居"],
        ["3-2-1102", "新人", None, None, None],
    )
    preview = office.household_import.preview(later)
    assert [(row.state, row.said) for row in preview.rows] == [
        (RowState.CHANGED, "面积 89 → 90.5；张晓敏 加电话 15900000000；张晓敏 改备注"),
        (RowState.DOUBTFUL, "第 2 行的同一房号业主是张晓敏，请核对；新业主 新人"),
    ]
    office.household_import.apply(preview)
    assert people(office, "3-2-1102")[0] == ("张晓敏", "业主", ("13800138000", "15900000000"))
    assert office.estate.unit(1).area_cm2 == 905_000
    assert sound(office)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([None, "张", "1"], "没有房号"),
        (["合计", None, None], "“合计”不像房号"),
        ([datetime(2026, 3, 2), "张", "1"], "变成了日期"),  # noqa: DTZ001
        (["1-1-101", "张", "无此号码"], "不是电话"),
        (["1-1-101", None, "13800138000"], "没有姓名"),
        (["1-1-101", "12345", "1"], "不像姓名"),
        (["1-1-101", "张", None, 110101199003071200], "已被 Excel 改成 0"),
        (["1-1-101", "张", None, 1.101011990030712e17], "已被 Excel 改成 0"),
        (["1-1-101", "=A1", None], "公式"),
        (["1-1-101", "张", None, None, "很大"], "不是面积"),
        (["1-1-101", "张", None, None, -5], "不是面积"),
        (["1-1-101", "张", None, None, None, "去年"], "不是日期"),
        (["1-1-101", "张", None, None, None, "2026-02-30"], "不是日期"),
        (["1-1-101", "张" * 121, None], "最多 120 字"),
        (["1" * 60, "张", None], "不像房号"),
    ],
)
def test_a_bad_row_is_told_in_words_and_the_others_are_taken(
    office: Desk, tmp_path: Path, row: list[Any], said: str
) -> None:
    head = ["房号", "姓名", "电话", "身份证", "面积", "入住日期"]
    preview = office.household_import.preview(sheet(tmp_path, head, row, ["2-2-202", "李四", "13900139000"]))
    assert states(preview) == [RowState.BAD, RowState.NEW]
    assert said in preview.rows[0].said
    assert preview.rows[0].number == 2
    result = office.household_import.apply(preview)
    assert (result.units, result.bad_rows) == (1, 1)
    assert office.estate.unit_count() == 1


@pytest.mark.parametrize(("name", "said"), [("张" * 400, "400 字"), ("12345", "不像姓名")])
def test_a_name_that_cannot_be_taken_is_not_said_to_be_missing(
    office: Desk, tmp_path: Path, name: str, said: str
) -> None:
    row = ["1-1-101", name, "13800138000"]
    (read,) = office.household_import.preview(sheet(tmp_path, ["房号", "姓名", "电话"], row)).rows
    assert read.state is RowState.BAD
    assert said in read.said
    assert "没有姓名" not in read.said


def test_a_doubtful_identity_number_is_taken_with_a_hint(office: Desk, tmp_path: Path) -> None:
    rows = [
        ["1-1-101", "张", "110101199003071234"],
        ["1-1-102", "李", " 44052418800101001４"],
        ["1-1-103", "王", "830000198001010014"],
    ]
    preview = office.household_import.preview(sheet(tmp_path, ["房号", "姓名", "身份证"], *rows))
    assert ["校验位" in row.said for row in preview.rows][:2] == [True, False]
    assert states(preview)[:2] == [RowState.DOUBTFUL, RowState.NEW]
    office.household_import.apply(preview)
    assert office.estate.resident(2).identity_no == "440524188001010014"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["张", "12ab", None], "“电话”里的“12ab”不像电话"),
        (["张", "138", None], "不像电话"),
        (["张", "1380013800", None], "不像电话"),
        (["张", None, "123"], "“身份证”里的“123”位数不对"),
        (["张", None, "1101011990030"], "位数不对"),
        (["张", "=A1", None], "“电话”是没有结果的公式，没有读入"),
    ],
)
def test_what_looks_wrong_is_taken_to_be_looked_at_with_the_reason_in_words(
    office: Desk, tmp_path: Path, row: list[Any], said: str
) -> None:
    path = sheet(tmp_path, ["房号", "姓名", "电话", "身份证"], ["1-1-101", *row])
    preview = office.household_import.preview(path)
    assert states(preview) == [RowState.DOUBTFUL]
    assert said in preview.rows[0].said.split("；")[0]
    assert preview.changes_something
    assert office.household_import.apply(preview).residents == 1
    assert states(office.household_import.preview(path)) == [RowState.SAME]


@pytest.mark.parametrize(
    ("telephone", "identity"),
    [
        ("0571-88881234转12", "11010519491231002X"),
        ("88881234 ext 12", "110105491231002"),
        ("+86 13800138000", "E12345678"),
        ("400-800-8820", "12345678"),
    ],
)
def test_what_is_merely_unusual_is_not_called_doubtful(
    office: Desk, tmp_path: Path, telephone: str, identity: str
) -> None:
    rows = [["房号", "姓名", "电话", "身份证"], ["1-1-101", "赟喆", telephone, identity]]
    assert states(office.household_import.preview(sheet(tmp_path, *rows))) == [RowState.NEW]


@pytest.mark.parametrize("head", ["紧急联系人及电话", "紧急联系人", "紧急联系人和联系电话"])
def test_heads_of_second_telephones_and_of_whom_to_call_in_need(
    office: Desk, tmp_path: Path, head: str
) -> None:
    rows = [
        ["房号", "业主", "电话", "备用电话", head],
        ["3-2-1102", "张㛃", "13800138000", "13900139000", "李四 13600000000"],
    ]
    taken(office, sheet(tmp_path, *rows))
    assert people(office, "3-2-1102") == [
        ("张㛃", "业主", ("13800138000", "13900139000")),
        ("李四", "紧急联系人", ("13600000000",)),
    ]


def test_whom_to_call_in_need_with_a_column_of_its_own(office: Desk, tmp_path: Path) -> None:
    rows = [
        ["房号", "业主", "紧急联系人", "备注", "紧急联系电话"],
        ["3-2-1102", "张㛃", "李四", "独居", "13600000000"],
    ]
    taken(office, sheet(tmp_path, *rows))
    assert people(office, "3-2-1102")[1] == ("李四", "紧急联系人", ("13600000000",))


@pytest.mark.parametrize("name", ["<b>张三</b>", "=HYPERLINK(1/a)", "赟&喆/公司"])
def test_what_is_no_list_of_names_stays_whole(office: Desk, tmp_path: Path, name: str) -> None:
    path = sheet(tmp_path, ["房号", "姓名"], ["1-1-101", "x"])
    book = load_workbook(path)
    book.active["B2"].value = name
    book.active["B2"].data_type = "s"
    book.save(path)
    taken(office, path)
    assert [person[0] for person in people(office, "1-1-101")] == [name]


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["富成花园业主信息登记表"],
            ["制表:客服部", None, None],
            HEAD[:3],
            ["3-2-1102", "张晓敏", "13800138000"],
        ],
        [
            ["房屋", None, "业主", None],
            ["楼栋", "房号", "姓名", "联系电话"],
            ["3号楼2单元", "1102", "张晓敏", "13800138000"],
        ],
        [["楼号", "单元", "室号", "户主姓名", "手机号码1"], [3, 2, 1102, "张晓敏", 13800138000]],
        [["房 间 号", "客户名称", "联系方式"], ["3-2-1102", "张晓敏", "13800138000"]],
        [["序号", "电话", "姓名", "房号", "车牌"], [1, "13800138000", "张晓敏", "3-2-1102", "浙A"]],
        [
            ["房号(必填)", "业主姓名", "业主电话"],
            ["3-2-1102", "张晓敏", "13800138000"],
            ["房号(必填)", "业主姓名", "业主电话"],
        ],
    ],
)
def test_heads_are_recognised_as_offices_write_them(
    office: Desk, tmp_path: Path, rows: list[list[Any]]
) -> None:
    merged = ("A1:C1",) if len(rows[0]) == 1 else ("A1:B1", "C1:D1") if rows[0][0] == "房屋" else ()
    preview = office.household_import.preview(sheet(tmp_path, *rows, merged=merged))
    assert states(preview) == [RowState.NEW]
    office.household_import.apply(preview)
    assert people(office, "3-2-1102") == [("张晓敏", "业主", ("13800138000",))]


def test_a_room_merged_over_several_people_is_one_household(office: Desk, tmp_path: Path) -> None:
    rows = [
        ["3-2-1102", "张三", "业主", "131"],
        [None, "李四", "配偶", "132"],
        [None, "王五", "租客", "133"],
        [None, "赵六", "护工", None],
    ]
    path = sheet(tmp_path, ["房号", "姓名", "身份", "电话"], *rows, merged=("A2:A5",))
    taken(office, path)
    assert [(name, relation) for name, relation, _ in people(office, "3-2-1102")] == [
        ("张三", "业主"),
        ("王五", "使用人"),
        ("李四", "家属"),
        ("赵六", "家属"),
    ]
    assert office.estate.unit_count() == 1
    assert office.estate.resident(4).remarks == "护工"


def test_several_people_and_telephones_in_one_cell(office: Desk, tmp_path: Path) -> None:
    rows = [
        ["1-1-101", "张三/李四", "13800138000 13900139000"],
        ["1-1-102", "王五、赵六", "138 0013 8001"],
        ["1-1-103", "钱七", "13700000001\n13700000002;暂无"],
    ]
    taken(office, sheet(tmp_path, HEAD[:3], *rows))
    assert people(office, "1-1-101") == [
        ("张三", "业主", ("13800138000",)),
        ("李四", "业主", ("13900139000",)),
    ]
    assert people(office, "1-1-102") == [("王五", "业主", ("138 0013 8001",)), ("赵六", "业主", ())]
    assert people(office, "1-1-103") == [("钱七", "业主", ("13700000001", "13700000002"))]


def test_a_sheet_without_heads_is_refused(office: Desk, tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="没认出表头"):
        office.household_import.preview(sheet(tmp_path, ["3-2-1102", "张晓敏", "138"]))


def test_one_undo_takes_the_import_back(office: Desk, tmp_path: Path) -> None:
    home = office.estate.add_unit(NewUnit("3-2-1102", 800_000))
    office.estate.add_resident(NewResident(home.id, "张晓敏", telephones=("111",), remarks="旧"))
    before = snapshot(office)
    result = taken(office, sheet(tmp_path, HEAD, *HOMES))
    assert result.batch_id is not None
    assert office.estate.resident(1).remarks == "独居老人"
    undone = office.household_import.undo(result.batch_id)
    assert (undone.households, undone.kept) == (4, ())
    assert snapshot(office) == before
    assert office.estate.resident(1).remarks == "旧"
    assert office.estate.unit(home.id).area_cm2 == 800_000
    assert [batch.undone for batch in office.household_import.batches()] == [True]
    with pytest.raises(RefusedError, match="已经撤销"):
        office.household_import.undo(result.batch_id)
    assert sound(office)


def test_what_was_taken_back_can_be_imported_again(office: Desk, tmp_path: Path) -> None:
    path = sheet(tmp_path, HEAD, *HOMES)
    first = taken(office, path)
    people_before = people(office, "3-2-1102")
    assert first.batch_id is not None
    office.household_import.undo(first.batch_id)
    preview = office.household_import.preview(path)
    assert preview.imported_before == ""
    assert preview.rows[0].said.startswith("恢复房间")
    office.household_import.apply(preview)
    assert people(office, "3-2-1102") == people_before
    assert office.estate.unit_count() == 4
    assert sound(office)


def test_an_undo_leaves_alone_what_somebody_has_worked_on_since(office: Desk, tmp_path: Path) -> None:
    result = taken(office, sheet(tmp_path, HEAD, *HOMES))
    assert result.batch_id is not None
    office.estate.correct_resident(1, {"remarks": "已改"})
    shop = office.estate.unit_by_no("商铺S-05")
    assert shop is not None
    office.estate.add_note(shop.id, "催缴")
    office.estate.reveal(2, "看一眼")  # looking is not working
    undone = office.household_import.undo(result.batch_id)
    assert undone.kept == ("3-2-1102", "商铺S-05")
    assert [name for name, _, _ in people(office, "3-2-1102")] == ["张晓敏"]
    assert people(office, "商铺S-05") == []
    assert office.estate.unit_by_no("A座1201") is None
    assert sound(office)


def test_cancelling_leaves_nothing(office: Desk, tmp_path: Path) -> None:
    rows = [[f"1-1-{number}", f"张{number}三", None] for number in range(1, 600)]
    preview = office.household_import.preview(sheet(tmp_path, HEAD[:3], *rows))
    told: list[tuple[int, int]] = []
    with pytest.raises(StoppedError):
        office.household_import.apply(preview, lambda *step: told.append(step), lambda: len(told) >= 2)
    assert told == [(0, 599), (250, 599)]
    assert office.estate.unit_count() == 0
    assert office.household_import.batches() == []
    assert office.finder.find("1-1") == []
    assert sound(office)


def test_a_clerk_may_not_import(desk: Desk, tmp_path: Path) -> None:
    assert desk.context.actor is not None
    assert not desk.context.actor.may(Permission.IMPORT)
    with pytest.raises(NotAllowedError):
        desk.household_import.preview(sheet(tmp_path, HEAD, *HOMES))


CELLS = st.one_of(
    st.none(),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    st.text(st.sampled_from("12-3张㛃A座=无/、@ \t1"), max_size=12),
    st.sampled_from(["3-2-1102", "A座1201", "张晓敏", "13800138000", "2020-1-5", "业主", "房号", "89.5㎡"]),
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=11), max_size=6))
def test_any_rows_are_taken_or_told_and_the_second_time_changes_nothing_and_the_undo_is_whole(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    desk = open_desk(folder / "desk", create=True)
    try:
        desk.context.actor = PROGRAM
        path = sheet(folder, HEAD, *rows)
        result = taken(desk, path)
        again = desk.household_import.preview(path)
        assert all(row.state in (RowState.SAME, RowState.BAD) for row in again.rows), again.rows
        assert all(row.said for row in again.rows if row.state is RowState.BAD)
        assert sound(desk)
        if result.batch_id is not None:
            desk.household_import.undo(result.batch_id)
        assert desk.estate.unit_count() == 0
        assert sound(desk)
    finally:
        desk.close()


def test_a_room_that_stands_twice_with_another_owner_or_area_is_to_be_checked(
    office: Desk, tmp_path: Path
) -> None:
    path = sheet(
        tmp_path,
        ["房号", "业主", "电话", "面积"],
        ["9-1-101", "张𬱖", "13800138000", 98.5],
        ["9-1-101", "赵赟", "13900139000", 100],
        ["9-1-101", "张𬱖", "15900000000", 98.5],
        ["9-1-102", "王喆", None, 100],
    )
    rows = office.household_import.preview(path).rows
    assert [row.state for row in rows] == [
        RowState.NEW,
        RowState.DOUBTFUL,
        RowState.CHANGED,
        RowState.NEW,
    ]
    assert rows[1].said.startswith(
        "第 2 行的同一房号面积是 98.5，请核对；第 2 行的同一房号业主是张𬱖，请核对；"
    )
