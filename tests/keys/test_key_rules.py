"""The pieces of a key: wherever they go, none is lost to the register and none is made (R-KEY-2, R-KEY-3)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.errors import RefusedError
from frontdesk.keys import rules
from frontdesk.keys.rules import MOVES, Pieces, State


@given(st.lists(st.tuples(st.sampled_from(MOVES), st.integers(-1, 4)), max_size=30), st.integers(0, 6))
def test_pieces_are_neither_lost_nor_made_by_any_moves(
    moves: list[tuple[rules.Move, int]], in_use: int
) -> None:
    pieces = Pieces(in_use)
    for move, count in moves:
        there = getattr(pieces, move.comes_from)
        if not 1 <= count <= there:
            with pytest.raises(RefusedError):
                rules.moved(pieces, move, count, "A-01")
            continue
        after = rules.moved(pieces, move, count, "A-01")
        assert getattr(after, move.comes_from) == there - count
        pieces = after
        parts = (pieces.hanging, pieces.out, pieces.lost, pieces.damaged, pieces.copying)
        assert min(parts) >= 0
        assert sum(parts) == pieces.in_use == in_use


@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.integers(0, 4))
def test_the_state_of_a_key_follows_from_its_pieces(
    hanging: int, out: int, lost: int, damaged: int, copying: int
) -> None:
    pieces = Pieces(hanging + out + lost + damaged + copying, out, lost, damaged, copying)
    if copying:
        expected = State.COPYING
    elif hanging or not (out or lost or damaged):
        expected = State.IN_STORE
    elif out:
        expected = State.OUT
    else:
        expected = State.LOST if lost else State.DAMAGED
    assert pieces.state is expected
    assert Pieces(2, scrapped=True).state is State.VOID


@pytest.mark.parametrize("move", MOVES, ids=lambda move: move.name)
def test_r_key_2_a_scrapped_key_goes_no_way_at_all(move: rules.Move) -> None:
    """R-KEY-2."""
    with pytest.raises(RefusedError, match="已作废"):
        rules.moved(Pieces(3, 1, 1, 1, scrapped=True), move, 1, "A-01")


@given(st.text(max_size=20))
def test_a_number_is_the_same_however_it_is_written_and_stays_short(number: str) -> None:
    found = rules.natural(number)
    assert rules.natural(f" {number.lower()} ") == rules.natural(number.lower())
    assert rules.natural(found) == found
    assert len(found) <= 200 or not found


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_r_key_1_numbers_run_as_people_count(one: int, other: int) -> None:
    """R-KEY-1."""
    assert (rules.natural(f"A-{one}") < rules.natural(f"A-{other}")) == (one < other)


@given(st.integers(1, 999_999_999))
def test_a_tag_s_code_is_read_back(key_id: int) -> None:
    assert rules.scanned_id(rules.scan_code(key_id)) == key_id


@pytest.mark.parametrize("text", ["", "A-01", "FD:FW2026-000001", "FD:KEY-", "FD:KEY-1x"])
def test_what_is_no_tag_is_not_read_as_one(text: str) -> None:
    assert rules.scanned_id(text) is None


def test_months_and_quarters_end_where_the_calendar_ends_them() -> None:
    assert rules.month_end(date(2028, 2, 1)) == date(2028, 2, 29)
    assert rules.month_before(date(2026, 1, 31)) == date(2025, 12, 31)
    for month in range(1, 13):
        day = date(2026, month, 1)
        assert rules.quarter_start(day) <= day <= rules.quarter_end(day)
        assert rules.quarter_of(rules.quarter_start(day)) == rules.quarter_of(rules.quarter_end(day))
    assert rules.quarter_end(date(2026, 11, 21)) == date(2026, 12, 31)
