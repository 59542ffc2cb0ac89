"""The finder: whatever is typed, Enter takes the likeliest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.initials import pinyin_keys
from frontdesk.core.room_numbers import parse, query_forms
from frontdesk.core.search import folded
from frontdesk.core.search import terms as words_of
from frontdesk.desk import open_desk
from frontdesk.estate.finder import Finder
from frontdesk.estate.indexing import rebuild
from frontdesk.estate.keys import digits_of
from frontdesk.estate.register import OCCUPANT, OWNER, Hit, NewResident, NewUnit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from frontdesk.desk import Desk

HOMES: dict[str, list[tuple[str, str, str]]] = {
    "3-2-1102": [("张晓敏", OWNER, "13800138000"), ("王强", OCCUPANT, "15912342211")],
    "3-2-110": [("单雄信", OWNER, "13700001102")],
    "3-21-102": [("张三", OWNER, "0571-88881234")],
    "13-2-1102": [("曾志伟", OWNER, "13600000032")],
    "A座1201": [("㛃䶮", OWNER, "18800001201")],
    "商铺S-05": [("张晓敏餐饮有限公司", OWNER, "13500000505")],
    "别墅A12": [("尉迟恭", OWNER, "13300003333")],
    "车库B1-023": [],
    "12号楼3单元501": [("张晓", OWNER, "13200005010"), ("张晓明", OCCUPANT, "")],
}


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    """An estate of all kinds of rooms."""
    desk = open_desk(tmp_path_factory.mktemp("finder") / "desk", create=True)
    desk.context.actor = PROGRAM
    for unit_no, people in HOMES.items():
        unit = desk.estate.add_unit(NewUnit(unit_no))
        for name, relation, number in people:
            telephones = (number,) if number else ()
            desk.estate.add_resident(NewResident(unit.id, name, relation, telephones))
    yield desk.finder
    desk.close()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("3-2-1102", "3-2-1102"),
        ("321102", "3-2-1102"),
        ("3-2-110", "3-2-110"),  # the whole number before those that go on
        ("3-21", "3-21-102"),
        ("a座1201", "A座1201"),
        ("A1201", "A座1201"),
        ("ａ１２０１", "A座1201"),
        ("商铺S-05", "商铺S-05"),
        ("s05", "商铺S-05"),
        ("12号楼3单元501", "12号楼3单元501"),
        ("12-3-501", "12号楼3单元501"),
        ("A12", "别墅A12"),  # exact before the beginning of A1201
        ("B1-023", "车库B1-023"),
        ("1102", "3-2-1102"),  # the room before a telephone's tail
        ("0032", "13-2-1102"),
        ("张晓", "12号楼3单元501"),  # the whole name before longer ones
        ("张晓敏", "3-2-1102"),
        ("晓敏", "3-2-1102"),
        ("王强", "3-2-1102"),
        ("zxm", "3-2-1102"),
        ("zhangxm", "3-2-1102"),
        ("ZhangXiaoMin", "3-2-1102"),
        ("zengzw", "13-2-1102"),
        ("sxx", "3-2-110"),
        ("yucg", "别墅A12"),
        ("jy", "A座1201"),
        ("䶮", "A座1201"),
        ("8000", "3-2-1102"),
        ("38000", "3-2-1102"),
        ("13800138000", "3-2-1102"),
        ("138 0013 8000", "3-2-1102"),
        ("1380013", "3-2-1102"),
        ("88881234", "3-21-102"),
        ("3-2 王", "3-2-1102"),
        ("王 3-2", "3-2-1102"),
        ("zxm 8000", "3-2-1102"),
    ],
)
def test_enter_takes_the_likeliest(finder: Finder, typed: str, first: str) -> None:
    assert finder.find(typed)[0].label == first


@pytest.mark.parametrize(
    "typed", ["", " ", "%", "_", "*", '"', "'; --", "\0", "\ud83d", "😀", "9-9-9", "王 A座", "ceng"]
)
def test_what_is_nobodys_finds_nothing(finder: Finder, typed: str) -> None:
    assert finder.find(typed) == []


def test_a_hit_says_who_lives_there_and_why_it_was_found(finder: Finder) -> None:
    assert [(hit.detail, hit.why) for hit in finder.find("3-2-1102")] == [("张晓敏", "房号")]
    assert [(hit.detail, hit.why) for hit in finder.find("wangq")] == [("王强", "拼音")]
    assert [(hit.detail, hit.why) for hit in finder.find("2211")] == [("王强", "电话尾号 15912342211")]


def test_rooms_stand_as_people_count(finder: Finder) -> None:
    assert [hit.label for hit in finder.find("3-2")] == ["3-2-110", "3-2-1102", "3-21-102"]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("1104", ["3-2-1104", "12-1-1104"]),
        ("12号楼", ["12-1-101", "12-1-1104", "12-11-1"]),
        ("十二栋", ["12-1-101", "12-1-1104", "12-11-1"]),
        ("12号楼1单元", ["12-1-101", "12-1-1104"]),
    ],
)
def test_a_room_is_meant_before_what_reads_like_it_and_a_building_as_a_whole(
    desk: Desk, typed: str, first: list[str]
) -> None:
    desk.context.actor = PROGRAM
    for building in range(40, 70):
        desk.estate.add_unit(NewUnit(f"{building}-1-104"))
    for unit_no in ("1-1-104", "1-2-101", "12-1-101", "12-11-1", "3-2-1104", "12-1-1104"):
        desk.estate.add_unit(NewUnit(unit_no))
    found = [hit.label for hit in desk.finder.find(typed)]
    assert sorted(found[: len(first)]) == sorted(first)


def test_no_more_hits_than_asked_for_and_no_unit_twice(finder: Finder) -> None:
    hits = finder.find("1", limit=3)
    assert len(hits) == len({hit.record_id for hit in hits}) == 3
    every = [hit.label for hit in finder.find("z", limit=50)]
    assert len(every) == len(set(every))


def test_r_order_1_a_scanned_serial_opens_its_order_first(desk: Desk) -> None:
    """R-ORDER-1."""
    asked: list[str] = []

    def orders(text: str) -> list[Hit]:
        asked.append(text)
        return [Hit("service_order", 7, "FW2026-000123")] if text.endswith("000123") else []

    desk.context.actor = PROGRAM
    finder = Finder(desk.context, [orders])
    assert finder.find("FD:FW2026-000123") == [Hit("service_order", 7, "FW2026-000123")]
    assert finder.find("x\ud83d\0y") == []
    assert asked[-1] == "xy"  # what no database stores is not asked of one


def test_the_desks_finder_knows_the_orders(desk: Desk) -> None:
    from frontdesk.orders.register import NewOrder

    order = desk.orders.issue(NewOrder(category="repair", content="漏水", unit_no="3-2-1102"))
    (hit,) = desk.finder.find(f"FD:{order.serial}")
    assert (hit.register, hit.record_id, hit.label) == ("service_order", order.id, order.serial)


def test_telephones_are_masked_where_the_role_says_so(finder: Finder) -> None:
    from dataclasses import replace

    context = finder._context
    before, context.actor = (
        context.actor,
        replace(PROGRAM, permissions=PROGRAM.permissions - {Permission.SEE_FULL_TELEPHONES}),
    )
    try:
        assert finder.find("2211")[0].why == "电话尾号 159****2211"
    finally:
        context.actor = before


def test_each_role_finds_what_it_may_read(desk: Desk) -> None:
    from dataclasses import replace

    from frontdesk.orders.register import NewOrder

    desk.context.actor = PROGRAM
    desk.estate.add_unit(NewUnit("3-2-1102"))
    order = desk.orders.issue(NewOrder(category="repair", content="漏水", unit_no="3-2-1102"))
    for permissions, found in (
        ({Permission.READ_ORDERS}, ["service_order"]),  # finance
        ({Permission.READ_REGISTERS}, ["unit"]),
        (set(), []),  # the mail carrier
    ):
        desk.context.actor = replace(PROGRAM, permissions=frozenset(permissions))
        hits = [*desk.finder.find(order.serial), *desk.finder.find("1102")]
        assert [hit.register for hit in hits] == found
    desk.context.actor = None
    assert desk.finder.find("1102") == []


TYPED = st.text(st.sampled_from("0123-座A张晓敏王单zxhang 商铺S５"), max_size=6) | st.sampled_from(
    [
        text
        for unit_no, people in HOMES.items()
        for text in (unit_no, *(part for one in people for part in one))
    ]
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TYPED, cut=st.integers(0, 12))
def test_the_finder_finds_what_a_plain_look_finds(finder: Finder, text: str, cut: int) -> None:
    typed = text[: cut or None]
    words = words_of(typed)
    expected = {
        unit_no
        for unit_no, people in HOMES.items()
        if words and all(meant(unit_no, people, word) for word in words)
    }
    assert {hit.label for hit in finder.find(typed, limit=50)} == expected


def meant(unit_no: str, people: list[tuple[str, str, str]], word: str) -> bool:
    """Whether a word means a unit, told without an index."""
    said = folded(word)
    if any(form.startswith(wish) for form in parse(unit_no).forms() for wish in query_forms(word)):
        return True
    if said.isascii() and said.isdigit():
        numbers = [digits_of(number) for _, _, number in people]
        return len(said) >= 3 and any(number.startswith(said) or number.endswith(said) for number in numbers)
    return any(
        said in folded(name) or any(key.startswith(said) for key in pinyin_keys(name))
        for name, _, _ in people
    )


def test_the_index_made_anew_is_the_same(desk: Desk) -> None:
    desk.context.actor = PROGRAM
    unit = desk.estate.add_unit(NewUnit("3-2-1102"))
    resident = desk.estate.add_resident(NewResident(unit.id, "张晓敏", telephones=("13800138000",)))
    desk.estate.correct_resident(resident, {"name": "赟喆"})
    before = keys(desk)
    with desk.context.transaction(Permission.KEEP_ESTATE) as work:
        rebuild(work)
    assert keys(desk) == before
    assert len(before) > 10


def keys(desk: Desk) -> list[tuple[object, ...]]:
    """The finder's table and the search index's answers."""
    from sqlalchemy import select

    from frontdesk.core.query import RegisterQuery
    from frontdesk.estate.model import FinderKey

    with desk.context.read() as session:
        rows = [
            tuple(row)
            for row in session.execute(select(*FinderKey.__table__.c).order_by(*FinderKey.__table__.c))
        ]
    return [
        *rows,
        *((text, *desk.estate.find(RegisterQuery(text=text))) for text in ("赟", "yz", "8000", "晓", "3-2")),
    ]
