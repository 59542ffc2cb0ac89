"""Room numbers as estates write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.errors import RefusedError
from frontdesk.core.room_numbers import parse, parsed, query_forms


@pytest.mark.parametrize(
    ("text", "key", "kind", "parts"),
    [
        ("3-2-1102", "3-2-1102", "residence", ("3", "2", "1102")),
        ("３－２－１１０２", "3-2-1102", "residence", ("3", "2", "1102")),
        ("3—2–1102室", "3-2-1102", "residence", ("3", "2", "1102")),
        ("03-02-0501", "3-2-0501", "residence", ("3", "2", "0501")),
        ("12号楼3单元501", "12-3-501", "residence", ("12", "3", "501")),
        ("十二栋三单元501室", "12-3-501", "residence", ("12", "3", "501")),
        ("二十号楼1-101", "20-1-101", "residence", ("20", "1", "101")),
        ("A座1201", "A-1201", "residence", ("A", "", "1201")),
        ("a1201", "A-1201", "residence", ("A", "", "1201")),
        ("甲座12", "甲-12", "residence", ("甲", "", "12")),
        ("商铺S-05", "商铺-S-05", "shop", ("商铺", "", "S-05")),
        ("别墅A12", "别墅-A-12", "villa", ("别墅", "", "A-12")),
        ("车库B1-023", "车库-B-1-023", "garage", ("车库", "", "B-1-023")),
        ("地下室12", "地下室-12", "other", ("地下室", "", "12")),
        ("1102", "1102", "residence", ("", "", "1102")),
        ("321102", "321102", "residence", ("", "", "321102")),
    ],
)
def test_a_room_number_is_read_into_building_entrance_and_room(
    text: str, key: str, kind: str, parts: tuple[str, str, str]
) -> None:
    number = parse(text)
    assert (number.key, number.kind) == (key, kind)
    assert (number.building, number.entrance, number.room) == parts


@pytest.mark.parametrize(
    ("typed", "unit_no"),
    [
        ("3-2-1102", "3-2-1102"),
        ("321102", "3-2-1102"),
        ("1102", "3-2-1102"),
        ("2-1102", "3-2-1102"),
        ("3-2", "3-2-1102"),
        ("3号楼2单元1102", "3-2-1102"),
        ("03-2-11", "3-2-1102"),
        ("a12", "A座1201"),
        ("S05", "商铺S-05"),
        ("s-05", "商铺S-05"),
        ("商铺", "商铺S-05"),
        ("商铺s", "商铺S-05"),
        ("A12", "别墅A12"),
        ("车库B1", "车库B1-023"),
    ],
)
def test_what_is_typed_is_the_beginning_of_one_of_the_forms(typed: str, unit_no: str) -> None:
    assert any(form.startswith(wish) for form in parse(unit_no).forms() for wish in query_forms(typed))


@pytest.mark.parametrize(
    ("typed", "unit_no"), [("3-21", "3-2-1102"), ("32-1", "3-2-1102"), ("2", "12-3-501")]
)
def test_dashes_that_were_typed_are_heeded(typed: str, unit_no: str) -> None:
    assert not any(form.startswith(wish) for form in parse(unit_no).forms() for wish in query_forms(typed))


@pytest.mark.parametrize("text", ["", " ", "-", "#", "。,", "\0", "\ud83d"])
def test_a_text_without_a_room_is_refused_with_its_field(text: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse(text)
    assert refused.value.field == "unit_no"
    assert parsed(text) is None
    assert query_forms(text) == ()


def test_a_number_longer_than_the_column_is_refused() -> None:
    assert parse("1" * 40).key == "1" * 40
    with pytest.raises(RefusedError, match="40"):
        parse("1" * 41)


WRITTEN = st.text(
    st.sampled_from("0123456789ABs-—－# .号楼栋幢座单元门室房一二十百甲商铺别墅车库第\0\ud83d"), max_size=14
)


@given(WRITTEN | st.text(max_size=20))
def test_the_key_is_the_same_however_often_it_is_read(text: str) -> None:
    room = parsed(text)
    if room is not None:
        assert parse(room.key).key == room.key
        assert parse(room.text).key == room.key
        assert room.key in room.forms()


@given(WRITTEN)
def test_a_room_is_found_by_its_own_text(text: str) -> None:
    room = parsed(text)
    if room is not None:
        assert set(query_forms(text)) & set(room.forms())


@given(st.integers(1, 99), st.integers(1, 9), st.integers(1, 40), st.integers(1, 12))
def test_every_way_of_writing_one_home_has_one_key(
    building: int, entrance: int, floor: int, door: int
) -> None:
    room = f"{floor}{door:02d}"
    ways = [
        "{}-{}-{}",
        "{}号楼{}单元{}",
        "{}栋{}单元{}室",
        "{}#{}-{}",
        "0{}-0{}-{}",
        "{} {} {}",
        "{}幢{}门{}号",
    ]
    assert {parse(way.format(building, entrance, room)).key for way in ways} == {
        f"{building}-{entrance}-{room}"
    }
