"""The register of keys: one name for label and lock, found by its number, and where its pieces are (F-KEY)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.query import VOID, Picked, RegisterQuery
from frontdesk.estate.register import NewUnit
from frontdesk.exchange.export import ExportWish
from frontdesk.exchange.sheet_in import read_sheet
from frontdesk.keys.model import Key
from frontdesk.keys.register import KEY, NewApplication, NewKey, NewLoan, Wanted

from .conftest import somebody

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

    from .conftest import Enter


def test_the_declared_fields_are_columns_of_the_table() -> None:
    columns = set(Key.__table__.columns.keys())
    assert {field.name for field in KEY.fields} - {"place"} <= columns


def test_r_key_1_a_key_has_its_number_its_lock_s_name_and_its_hook(office: Desk, enter: Enter) -> None:
    """R-KEY-1."""
    key = enter("A-01", "1号楼配电房", cabinet="A柜", hook="12", in_use=3, spare=1)
    assert (key.number, key.lock, key.place, key.state) == ("A-01", "1号楼配电房", "A柜-12", "in")
    assert (key.hanging, key.spare_hanging, key.holder) == (3, 1, "")
    assert (key.changed_on, key.change, key.handled_by) == (date(2026, 11, 21), "added", "陈晓婧")
    assert office.keys.held.get(key.id) == key


@pytest.mark.parametrize(
    ("values", "field", "why"),
    [
        ({"number": "a01"}, "number", "A-01 已经有了"),
        ({"number": "Ａ－１"}, "number", "A-01 已经有了"),
        ({"number": "A-02", "lock": "配电房"}, "lock", "已是 A-01 的"),
        ({"number": "A-02", "cabinet": "A柜", "hook": "1"}, "hook", "A柜-1 已经挂着 A-01"),
    ],
)
def test_r_key_1_no_two_keys_have_one_number_name_or_hook(
    office: Desk, enter: Enter, values: dict[str, Any], field: str, why: str
) -> None:
    """R-KEY-1."""
    enter("A-01", "配电房", cabinet="A柜", hook="1")
    with pytest.raises(RefusedError, match=why) as refused:
        office.keys.held.add(NewKey(**({"lock": "水泵房"} | values)))
    assert (refused.value.field, refused.value.rule) == (field, "R-KEY-1")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "——"}, "number"),
        ({"lock": " "}, "lock"),
        ({"kind": "odd"}, "kind"),
        ({"hook": "3"}, "cabinet"),
        ({"in_use": -1}, "in_use"),
        ({"in_use": 0, "spare": 0}, "in_use"),
        ({"spare": 1000}, "spare"),
        ({"kind": "custody"}, "unit_no"),
    ],
)
def test_what_cannot_be_a_key_is_refused_at_its_field(
    office: Desk, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        office.keys.held.add(NewKey(**({"number": "A-01", "lock": "配电房"} | values)))
    assert refused.value.field == field


def test_r_key_1_the_register_runs_as_people_count(office: Desk, enter: Enter) -> None:
    """R-KEY-1: the order in which a label is looked up."""
    for number in ("B-2", "A-10", "A-2", "㛃-1", "A-1"):
        enter(number)
    keys = [row[1] for row in office.keys.held.rows(office.keys.held.find(RegisterQuery()))]
    assert keys == ["A-1", "A-2", "A-10", "B-2", "㛃-1"]


def test_a_key_is_found_by_its_number_however_it_is_typed_and_by_its_tag(office: Desk, enter: Enter) -> None:
    key = enter("A-07", "𬱖家㛃门")
    (tag,) = office.keys.held.tags([key.id])
    for typed in ("A-07", "a7", "Ａ—７", " A 07 ", tag.code, tag.code.lower()):
        assert office.keys.held.find_key(typed) == key, typed
    assert office.keys.held.find_key("A-77") is None
    assert office.keys.held.find_key("") is None
    assert tag.code.isascii()


def test_the_filter_answers_by_words_kind_state_and_day(office: Desk, enter: Enter) -> None:
    a, b = enter("A-1", "水泵房", cabinet="A柜"), enter("A-2", "档案室", kind="office", in_use=2)
    office.keys.loans.lend(NewLoan((Wanted(a.id),), "李䶮", "检修"))

    def found(**asked: Any) -> list[int]:
        return list(office.keys.held.find(RegisterQuery(**asked)))

    assert found(text="水泵") == found(text="李䶮") == found(text="A柜 a1") == [a.id]
    assert found(choices={"kind": "office"}) == found(picked=Picked("x", (b.id,))) == [b.id]
    assert found(choices={"state": "out"}) == found(open_only=True) == [a.id]
    assert found(first_day=date(2026, 11, 22)) == found(text="%") == []


def test_a_correction_keeps_the_rules_and_tells_why(office: Desk, enter: Enter, clock: FixedClock) -> None:
    key = enter("A-01", "配电房", cabinet="A柜", hook="1", in_use=2)
    mended = office.keys.held.correct(key.id, {"number": "A-02", "hook": "5", "in_use": 3})
    assert (mended.number, mended.place, mended.hanging, mended.change_note) == ("A-02", "A柜-5", 3, "更正")
    office.keys.loans.lend(NewLoan((Wanted(key.id, 2),), "李建国", "检修"))
    with pytest.raises(RefusedError, match="不能少于 2") as refused:
        office.keys.held.correct(key.id, {"in_use": 1})
    assert refused.value.field == "in_use"
    clock.advance(timedelta(days=2))
    with pytest.raises(NotAllowedError, match="主管"):
        office.keys.held.correct(key.id, {"hook": "6", "lock": "新名称"}, "改名")
    with pytest.raises(RefusedError, match="原因"):
        office.keys.held.correct(key.id, {"hook": "6"})
    assert office.keys.held.correct(key.id, {"hook": "6"}, "柜子重排").change_note == "柜子重排"
    what = [(one.what, one.by) for one in office.keys.held.history(key.id)]
    assert what == [("增加", "陈晓婧"), ("更正", "陈晓婧"), ("领用", "陈晓婧"), ("更正", "陈晓婧")]
    assert ("存放位置", "", "") not in office.keys.held.history(key.id)[1].values
    assert ("钥匙编号", "A-01", "A-02") in office.keys.held.history(key.id)[1].values


def test_lost_and_found_damaged_and_mended(office: Desk, enter: Enter) -> None:
    key, held = enter("A-01", in_use=2), office.keys.held
    assert held.report_lost(key.id, note="盘点时不见").hanging == 1
    lost = held.report_lost(key.id)
    assert (lost.state, lost.change) == ("lost", "lost")
    with pytest.raises(RefusedError, match="现在是“丢失”") as refused:
        held.report_damaged(key.id)
    assert refused.value.rule == "R-KEY-2"
    found = held.report_found(key.id, 2)
    assert (found.state, found.hanging, found.change_note) == ("in", 2, "找回")
    assert held.report_damaged(key.id, 2).state == "damaged"
    assert held.report_mended(key.id, 2).state == "in"
    with pytest.raises(RefusedError, match="没有丢失的"):
        held.report_found(key.id)


def test_a_key_entered_in_error_leaves_its_number_free(office: Desk, enter: Enter) -> None:
    key = enter("A-01")
    with pytest.raises(RefusedError, match="原因"):
        office.keys.held.void(key.id, "")
    office.keys.held.void(key.id, "写错")
    assert office.keys.held.find_key("A-01") is None
    assert list(office.keys.held.find(RegisterQuery())) == []
    assert enter("A-01").id != key.id


def test_r_key_7_a_key_in_custody_stands_on_the_board_and_with_its_room(office: Desk, enter: Enter) -> None:
    """R-KEY-7."""
    unit = office.estate.add_unit(NewUnit("3-2-1102"))
    key = enter("T-01", "3-2-1102 入户门", kind="custody", unit_no="3－2－1102", cabinet="T柜", hook="1")
    assert (key.unit_id, key.unit_no) == (unit.id, "3-2-1102")
    assert [one.id for one in office.keys.held.of_unit(unit.id)] == [key.id]
    (on_board,) = office.keys.held.board()
    assert (on_board.number, on_board.kind, on_board.state) == ("T-01", "custody", "in")


def test_the_finder_shows_a_key_behind_rooms_and_a_scanned_tag_first(office: Desk, enter: Enter) -> None:
    room = office.estate.add_unit(NewUnit("3-2-1102"))
    key = enter("1102", "𬱖家㛃门")
    assert [(hit.register, hit.record_id) for hit in office.finder.find("1102")] == [
        ("unit", room.id),
        ("key", key.id),
    ]
    (hit,) = office.finder.find(office.keys.held.tags([key.id])[0].code)
    assert (hit.register, hit.record_id, hit.scanned, hit.why) == ("key", key.id, True, "扫码")
    one = office.keys.applications.apply(NewApplication(key.id, "copy", 1, "只剩一把", "李䶮", "工程部"))
    for typed in ("ys2026-0001", "FD:YS2026-0001"):
        assert office.finder.find(typed)[0].record_id == one.id
    office.context.actor = somebody("finance")
    assert office.finder.find("1102") == []


def test_r_key_7_the_household_card_names_the_keys_that_the_desk_keeps(office: Desk, enter: Enter) -> None:
    """R-KEY-7."""
    unit = office.estate.add_unit(NewUnit("3-2-1102"))
    key = enter("T-01", "3-2-1102 入户门", kind="custody", unit_no="3-2-1102", cabinet="T柜", hook="1")
    (section,) = office.cards.of(unit.id).sections
    assert (section.title, section.count) == ("托管钥匙", 1)
    (line,) = section.lines
    assert (line.lead, line.register, line.record_id) == ("T-01", "key", key.id)
    assert line.text == "3-2-1102 入户门 在库 T柜-1"
    office.keys.loans.lend(NewLoan((Wanted(key.id),), "周赟", "巡查"))
    assert "领出 周赟" in office.cards.of(unit.id).sections[0].lines[0].text


def test_the_board_tells_each_hook_in_order_with_what_is_out_and_overdue(
    office: Desk, enter: Enter, clock: FixedClock
) -> None:
    keys = [enter(f"A-{n}", cabinet="A柜", hook=str(n), in_use=2) for n in (10, 2, 1)]
    enter("X-1", "没有钩的门")
    first, last = keys[2], keys[0]
    held, loans = office.keys.held, office.keys.loans
    loans.lend(NewLoan((Wanted(first.id, 2),), "李䶮", "检修"))
    loans.lend(NewLoan((Wanted(last.id, 1),), "李䶮", "检修"))
    assert [(one.hook, one.state, one.hanging, one.overdue) for one in held.board()] == [
        ("1", "out", 0, False),
        ("2", "in", 2, False),
        ("10", "in", 1, False),
    ]
    clock.advance(timedelta(hours=8))
    assert [one.overdue for one in held.board()] == [True, False, True]
    assert held.board()[0].holder == "李䶮"


def test_the_table_shows_what_hangs_of_several_and_strikes_a_scrapped_one(office: Desk, enter: Enter) -> None:
    key = enter("A-01", "配电房", in_use=3)
    office.keys.loans.lend(NewLoan((Wanted(key.id),), "李䶮", "检修"))
    (row,) = office.keys.held.rows([key.id])
    assert len([cell for cell in row[1:] if cell != VOID]) >= len(KEY.listed)
    assert "2/3" in row
    assert office.keys.held.rows([999]) == []


def test_the_register_goes_to_a_sheet_with_its_purpose(office: Desk, enter: Enter, tmp_path: Path) -> None:
    enter("A-01", "=1+1", in_use=3)
    with pytest.raises(NotAllowedError):
        office.keys.held.export(tmp_path / "k.xlsx", RegisterQuery(), ExportWish("盘点"))
    office.context.actor = somebody("supervisor")
    assert office.keys.held.export(tmp_path / "k.xlsx", RegisterQuery(), ExportWish("盘点")) == 1
    cells = [cell for row in read_sheet(tmp_path / "k.xlsx").rows for cell in row]
    assert "=1+1" in cells
    assert 3 in cells


@pytest.mark.parametrize("role", ["finance", "mail_carrier", "property_manager", "administrator"])
def test_who_does_not_keep_keys_writes_none(office: Desk, role: str) -> None:
    office.context.actor = somebody(role)
    with pytest.raises(NotAllowedError):
        office.keys.held.add(NewKey("A-01", "配电房"))
