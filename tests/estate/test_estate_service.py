"""Units, people, telephones and notes: what is withdrawn leaves card and finder, and stays in the book."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.model import JournalLine
from frontdesk.core.query import VOID, RegisterQuery
from frontdesk.estate import listing
from frontdesk.estate.model import Resident
from frontdesk.estate.register import EMERGENCY, FAMILY, OCCUPANT, OWNER, RESIDENTS, NewResident, NewUnit

if TYPE_CHECKING:
    from frontdesk.core.fields import Field
    from frontdesk.desk import Desk


@pytest.fixture
def estate(desk: Desk) -> Desk:
    """A desk that keeps its estate, with 3-2-1102 and A座1201."""
    desk.context.actor = PROGRAM
    for unit_no in ("3-2-1102", "A座1201"):
        desk.estate.add_unit(NewUnit(unit_no))
    return desk


def unit_id(desk: Desk, unit_no: str = "3-2-1102") -> int:
    unit = desk.estate.unit_by_no(unit_no)
    assert unit is not None
    return unit.id


def settle(desk: Desk, name: str = "张晓敏", **given: Any) -> int:
    given.setdefault("telephones", ("138 0013 8000",))
    return desk.estate.add_resident(NewResident(unit_id(desk), name, **given))


def found(desk: Desk, text: str) -> list[str]:
    return [hit.label for hit in desk.finder.find(text)]


def without(desk: Desk, *permissions: Permission) -> None:
    actor = desk.context.actor
    assert actor is not None
    desk.context.actor = replace(actor, name="陈晓婧", permissions=actor.permissions - set(permissions))


def test_a_unit_is_found_however_its_number_is_written(estate: Desk) -> None:
    unit = estate.estate.unit_by_no("３号楼２单元１１０２室")
    assert unit is not None
    assert (unit.unit_no, unit.building, unit.entrance, unit.room, unit.kind) == (
        "3-2-1102",
        "3",
        "2",
        "1102",
        "residence",
    )
    assert estate.estate.unit_by_no("9-9-999") is None
    assert estate.estate.unit_by_no("门口一位先生") is None


def test_no_room_stands_in_the_estate_twice(estate: Desk) -> None:
    with pytest.raises(RefusedError, match="3-2-1102 已在册") as refused:
        estate.estate.add_unit(NewUnit("03栋2单元1102"))
    assert refused.value.field == "unit_no"
    other = unit_id(estate, "A座1201")
    with pytest.raises(RefusedError, match="同号"):
        estate.estate.correct_unit(other, NewUnit("3-2-1102"), "改号")
    assert estate.estate.unit_count() == 2


def test_the_card_shows_owner_first_then_occupant_family_and_emergency_contact(estate: Desk) -> None:
    for name, relation in (("紧", EMERGENCY), ("家", FAMILY), ("用", OCCUPANT), ("㛃䶮", OWNER)):
        settle(estate, name, relation=relation)
    estate.estate.add_note(unit_id(estate), "未经业主同意不得借钥匙")
    card = estate.estate.household(unit_id(estate))
    assert [one.name for one in card.residents] == ["㛃䶮", "用", "家", "紧"]
    assert [one.relation_label for one in card.residents] == ["业主", "使用人", "家属", "紧急联系人"]
    assert card.heading == "㛃䶮"
    assert [note.text for note in card.notes] == ["未经业主同意不得借钥匙"]


def test_r_res_2_telephones_and_identity_numbers_are_masked_for_who_need_not_see_them(estate: Desk) -> None:
    """R-RES-2."""
    resident = settle(estate, identity_no="11010519491231002x")
    assert estate.estate.household(unit_id(estate)).residents[0].telephones[0].shown == "138 0013 8000"
    assert estate.estate.resident(resident).identity_no == "11010519491231002X"
    without(estate, Permission.SEE_FULL_TELEPHONES)
    assert estate.estate.household(unit_id(estate)).residents[0].telephones[0].shown == "138 **** 8000"
    assert estate.estate.resident(resident).identity_no == "110***********002X"
    assert "138 **** 8000" in estate.estate.rows([resident])[0]
    assert all("0013" not in hit.why for hit in estate.finder.find("8000"))


def test_r_res_2_a_number_in_full_needs_a_reason_which_is_noted(estate: Desk) -> None:
    """R-RES-2."""
    resident = settle(estate)
    without(estate, Permission.SEE_FULL_TELEPHONES)
    with pytest.raises(RefusedError, match="原因"):
        estate.estate.reveal(resident, " ")
    assert estate.estate.reveal(resident, "漏水需联系业主") == (("138 0013 8000",), "")
    with estate.context.read() as session:
        line = session.scalars(select(JournalLine).order_by(JournalLine.seq.desc())).first()
    assert line is not None
    assert (line.action, line.register, line.record_id) == ("reveal", "resident", resident)
    assert (line.actor, line.reason) == ("陈晓婧", "漏水需联系业主")


def test_a_correction_is_found_by_the_new_words_and_the_old_ones_stay_in_the_journal(estate: Desk) -> None:
    resident = settle(estate)
    estate.estate.correct_resident(resident, {"name": "赟喆", "moved_in": date(2026, 1, 5)}, "登记有误")
    assert found(estate, "张晓敏") == []
    assert found(estate, "zxm") == []
    assert found(estate, "赟") == ["3-2-1102"]
    assert list(estate.estate.find(RegisterQuery(text="晓敏"))) == []
    assert list(estate.estate.find(RegisterQuery(text="yz"))) == [resident]
    with estate.context.read() as session:
        line = session.scalars(select(JournalLine).order_by(JournalLine.seq.desc())).first()
    assert line is not None
    assert '"name":["张晓敏","赟喆"]' in line.content
    assert (line.action, line.reason) == ("correct", "登记有误")


def test_telephones_are_added_corrected_and_withdrawn(estate: Desk) -> None:
    resident = settle(estate)
    second = estate.estate.add_telephone(resident, "０５７１－８８８８１２３４转８", "单位")
    assert found(estate, "12348") == ["3-2-1102"]
    shown = estate.estate.resident(resident).telephones
    assert [(one.shown, one.remarks) for one in shown] == [
        ("138 0013 8000", ""),
        ("0571-88881234转8", "单位"),
    ]
    estate.estate.correct_telephone(second, "15912342211")
    assert (found(estate, "12348"), found(estate, "2211")) == ([], ["3-2-1102"])
    estate.estate.withdraw_telephone(second, "停机")
    assert found(estate, "2211") == []
    assert list(estate.estate.find(RegisterQuery(text="15912342211"))) == []


def test_who_left_leaves_card_and_finder_but_not_the_book(estate: Desk) -> None:
    resident = settle(estate)
    estate.estate.withdraw_resident(resident, "已搬走")
    assert estate.estate.household(unit_id(estate)).residents == ()
    assert found(estate, "zxm") == found(estate, "8000") == []
    row = estate.estate.rows(estate.estate.find(RegisterQuery(text="张晓敏")))[0]
    assert row[0] == resident
    assert row[-1] == VOID
    with pytest.raises(RefusedError, match="不在册"):
        estate.estate.correct_resident(resident, {"name": "张"})


def test_a_withdrawn_unit_takes_its_people_along_and_comes_back_empty(estate: Desk) -> None:
    settle(estate)
    first = unit_id(estate)
    estate.estate.withdraw_unit(first, "并户")
    assert estate.estate.unit_by_no("3-2-1102") is None
    assert found(estate, "1102") == found(estate, "zxm") == []
    again = estate.estate.add_unit(NewUnit("3-2-1102"))
    assert again.id == first
    assert estate.estate.household(first).residents == ()
    assert found(estate, "1102") == ["3-2-1102"]


def test_a_unit_that_gets_another_number_is_found_by_it_with_its_people(estate: Desk) -> None:
    resident = settle(estate)
    estate.estate.correct_unit(unit_id(estate), NewUnit("商铺S-05", 895_000), "门牌变更")
    assert found(estate, "S05") == found(estate, "zxm") == ["商铺S-05"]
    assert found(estate, "321102") == []
    assert list(estate.estate.find(RegisterQuery(text="商铺"))) == [resident]


@pytest.mark.parametrize(
    "number", ["13800138000", "+86 138 0013 8000", "0086 13800138000", "８６13800138000", "013800138000"]
)
def test_a_caller_is_known_by_the_telephone(estate: Desk, number: str) -> None:
    settle(estate)
    assert [unit.unit_no for unit in estate.estate.units_of_number(number)] == ["3-2-1102"]
    assert estate.estate.units_of_number("15912342211") == estate.estate.units_of_number("") == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "张" * 121}, "name"),
        ({"relation": "friend"}, "relation"),
        ({"relation": ""}, "relation"),
        ({"gender": "x"}, "gender"),
        ({"telephones": ("没有",)}, "telephones"),
        ({"telephones": ("1" * 41,)}, "telephones"),
        ({"remarks": "x" * 1001}, "remarks"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(estate: Desk, given: dict[str, Any], field: str) -> None:
    with pytest.raises(RefusedError) as refused:
        settle(estate, **({"name": "张"} | given))
    assert refused.value.field == field
    assert estate.estate.household(unit_id(estate)).residents == ()


@pytest.mark.parametrize("name", ["<h1>免单</h1>", "=HYPERLINK(1)", "A&B", "张\ud83d\0三", "𬱖", "😀李"])
def test_any_name_is_kept_as_data(estate: Desk, name: str) -> None:
    resident = settle(estate, name)
    assert estate.estate.resident(resident).name == name.replace("\0", "").replace("\ud83d", "�")


def test_a_withdrawal_needs_a_reason(estate: Desk) -> None:
    resident = settle(estate)
    with pytest.raises(RefusedError, match="原因"):
        estate.estate.withdraw_resident(resident, "  ")


def test_reading_and_writing_need_their_permissions(estate: Desk) -> None:
    resident = settle(estate)
    home = unit_id(estate)
    without(estate, Permission.KEEP_ESTATE)
    for act in (
        lambda: estate.estate.add_unit(NewUnit("1-1-101")),
        lambda: settle(estate, "李"),
        lambda: estate.estate.correct_resident(resident, {"name": "李"}),
        lambda: estate.estate.withdraw_resident(resident, "x"),
        lambda: estate.estate.add_telephone(resident, "1"),
        lambda: estate.estate.add_note(home, "x"),
        lambda: estate.estate.withdraw_unit(home, "x"),
    ):
        with pytest.raises(NotAllowedError):
            act()
    without(estate, Permission.READ_REGISTERS)
    for read in (
        lambda: estate.estate.household(home),
        lambda: estate.estate.resident(resident),
        lambda: estate.estate.find(RegisterQuery()),
        lambda: estate.estate.rows([resident]),
        lambda: estate.estate.unit(home),
        lambda: estate.estate.unit_by_no("3-2-1102"),
        lambda: estate.estate.units_of_number("13800138000"),
        estate.estate.unit_count,
        estate.directory.bodies,
        estate.phrases.phrases,
        lambda: estate.phrases.expand("cfds"),
    ):
        with pytest.raises(NotAllowedError):
            read()
    assert estate.finder.find("1102") == []  # finance sees orders only


def test_the_table_goes_through_the_estate_room_by_room_and_ends_with_those_who_left(estate: Desk) -> None:
    made = {}
    for unit_no in ("12-1-101", "2-1-1102", "商铺S-12", "2-1-302", "商铺S-5", "A座801"):
        unit = estate.estate.add_unit(NewUnit(unit_no))
        made[unit_no] = estate.estate.add_resident(NewResident(unit.id, "赟", OWNER, ("13800138000",)))
    order = ["2-1-302", "2-1-1102", "12-1-101", "A座801", "商铺S-5", "商铺S-12"]
    assert list(estate.estate.find(RegisterQuery())) == [made[unit_no] for unit_no in order]
    assert list(estate.estate.find(RegisterQuery(text="2-1"))) == [made[unit_no] for unit_no in order[:2]]
    estate.estate.withdraw_resident(made["2-1-302"], "搬走")
    assert list(estate.estate.find(RegisterQuery())) == [made[unit_no] for unit_no in (*order[1:], order[0])]


def test_the_table_is_asked_by_text_relation_and_day_of_moving_in(estate: Desk) -> None:
    first = settle(estate, "张三", moved_in=date(2020, 1, 5))
    second = settle(estate, "张四", relation=OCCUPANT, moved_in=date(2026, 1, 5))
    assert list(estate.estate.find(RegisterQuery())) == [first, second]
    assert list(estate.estate.find(RegisterQuery(text="张"))) == [first, second]
    assert list(estate.estate.find(RegisterQuery(text="张", choices={"relation": OCCUPANT}))) == [second]
    assert list(estate.estate.find(RegisterQuery(text="使用人"))) == [second]
    assert list(estate.estate.find(RegisterQuery(first_day=date(2021, 1, 1)))) == [second]
    assert list(estate.estate.find(RegisterQuery(text="3-2", last_day=date(2021, 1, 1)))) == [first]
    assert list(estate.estate.find(RegisterQuery(text="没有"))) == []


def test_rows_have_a_string_for_each_listed_field(estate: Desk) -> None:
    resident = settle(estate, moved_in=date(2020, 1, 5), remarks="一行\n二行")
    listed: tuple[Field, ...] = RESIDENTS.listed
    (row,) = estate.estate.rows([resident, 999])
    assert row == (resident, "3-2-1102", "张晓敏", "业主", "138 0013 8000", "2020-01-05", "一行 二行")
    assert len(row) == len(listed) + 1


def test_f_phones_has_a_line_for_each_unit(estate: Desk) -> None:
    settle(estate, "张三", telephones=("1", "2"))
    settle(estate, "李四")
    settle(estate, "王五", relation=EMERGENCY, telephones=())
    with estate.context.read() as session:
        assert listing.phone_lines(session) == [
            ("3-2-1102", "张三 李四", ("1", "2", "138 0013 8000"), "", (), "王五", ()),
            ("A座1201", "", (), "", (), "", ()),
        ]


def test_r_res_2_what_is_written_back_masked_replaces_nothing(estate: Desk) -> None:
    """R-RES-2."""
    resident = settle(estate, identity_no="11010519491231002X")
    without(estate, Permission.SEE_FULL_TELEPHONES)
    shown = estate.estate.resident(resident)
    changes = {"identity_no": shown.identity_no, "remarks": "搬走"}
    estate.estate.correct_resident(resident, changes, telephones=[one.shown for one in shown.telephones])
    assert estate.estate.reveal(resident, "核对") == (("138 0013 8000",), "11010519491231002X")
    with pytest.raises(RefusedError, match="证件号看不全") as refused:
        estate.estate.correct_resident(resident, {"identity_no": "999***********002X"})
    assert refused.value.field == "identity_no"
    for act in (
        lambda: settle(estate, "李四", identity_no="110***********002X"),
        lambda: settle(estate, "李四", telephones=("138****1234",)),
        lambda: estate.estate.add_telephone(resident, "138****1234"),
        lambda: estate.estate.correct_telephone(shown.telephones[0].id, "138****1234"),
    ):
        with pytest.raises(RefusedError, match="看不全"):
            act()
    assert estate.estate.reveal(resident, "核对") == (("138 0013 8000",), "11010519491231002X")


def test_the_reason_of_a_withdrawal_is_kept_as_the_journal_has_it(estate: Desk) -> None:
    resident = settle(estate)
    estate.estate.withdraw_resident(resident, " 搬走\ud83d ")
    with estate.context.read() as session:
        assert session.get_one(Resident, resident).void_reason == "搬走�"
