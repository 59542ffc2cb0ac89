"""What a filter of the call log finds, held against a plain scan of all lines."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.calls import listing
from frontdesk.calls.register import CATEGORIES, NewCall
from frontdesk.core.actor import PROGRAM, Actor
from frontdesk.core.clock import FixedClock
from frontdesk.core.query import RegisterQuery
from frontdesk.core.search import SearchText, matches
from frontdesk.desk import Desk, open_desk

CHINA = timezone(timedelta(hours=8))
FIRST_DAY = date(2026, 11, 10)
DAYS = 12
REASONS = (
    "厨房下水堵塞",
    "夜间噪音，要求回复",
    "询问装修手续",
    "电梯困人",
    "停水什么时候恢复",
    "忘带钥匙",
    "漏水",
)
CALLERS = ("张㛃", "王𬱖", "李喆", "赵赟", "陈建国", "")
ROOMS = ("3-2-1102", "12-1-501", "商铺S-05", "别墅A12", "A座1201", "门岗旁", "")
CLERKS = ("陈晓婧", "李慕颇", "周䶮")
NUMBERS = ("13800138000", "0512-65001234", "")
WORDS = (
    "下水",
    "水",
    "噪音",
    "1102",
    "3-2",
    "zj",
    "㛃",
    "𬱖",
    "8001",
    "s05",
    "困人",
    "陈晓婧",
    "没有的",
    "-category=A",
    "-",
    "*\"'%",
)


def logged(desk: Desk, clock: FixedClock, calls: int, seed: int) -> None:
    """Fill a desk with calls of several clerks over some days."""
    dice = random.Random(seed)  # the same calls each time
    moments = sorted(dice.random() * DAYS for _ in range(calls))
    begin = clock.now()
    for moment in moments:
        clock.put(begin + timedelta(days=moment))
        desk.context.actor = Actor(None, dice.choice(CLERKS), "clerk", PROGRAM.permissions)
        row = desk.calls.log(
            NewCall(
                dice.choice(REASONS),
                dice.choice("ABCD"),
                unit_no=dice.choice(ROOMS),
                caller=dice.choice(CALLERS),
                number=dice.choice(NUMBERS),
                settled=dice.random() < 0.7,
            )
        )
        if dice.random() < 0.1:
            desk.calls.void(row.id, "打错")
    desk.context.actor = PROGRAM


@pytest.fixture(scope="module")
def full_desk(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A desk with some hundred calls; with `True`, one whose clock was set right backwards in the middle."""
    folder: Path = tmp_path_factory.mktemp("filters")
    clock = FixedClock(datetime(2026, 11, 10, 8, tzinfo=CHINA))
    desk = open_desk(folder, create=True, clock=clock)
    logged(desk, clock, 160, seed=7)
    if request.param:
        clock.put(datetime(2026, 11, 15, 8, tzinfo=CHINA))
        desk.context.confirm_clock("时钟快了一周")
        logged(desk, clock, 60, seed=8)
    yield desk
    desk.close()


def all_rows(desk: Desk) -> list[listing.CallRow]:
    """Every line, newest first."""
    with desk.context.read() as session:
        return listing.calls_where(session, listing.View(desk.context.clock, masked=False))[::-1]


def answers(row: listing.CallRow, query: RegisterQuery) -> bool:
    text = SearchText(
        prose=(
            row.reason,
            row.remarks,
            row.recipient,
            row.outside_body,
            *(() if row.unit_no != "门岗旁" else ("门岗旁",)),
        ),
        rooms=(row.unit_no,),
        digits=(row.number, row.order_serial),
        names=(row.caller, row.answered_by),
    )
    return (
        (not query.text.strip() or matches(text, query.text))
        and (query.first_day is None or row.day >= query.first_day)
        and (query.last_day is None or row.day <= query.last_day)
        and all(getattr(row, name) == key for name, key in query.choices.items())
        and (not query.open_only or (row.settled_at is None and row.voided_at is None))
    )


days = st.none() | st.integers(-2, DAYS + 2).map(lambda n: FIRST_DAY + timedelta(days=n))
choices = st.fixed_dictionaries(
    {},
    optional={
        "category": st.sampled_from([choice.key for choice in CATEGORIES]),
        "answered_by": st.sampled_from(CLERKS),
        "unit_no": st.sampled_from(ROOMS),
    },
)
queries = st.builds(
    RegisterQuery,
    text=st.just("") | st.sampled_from(WORDS) | st.tuples(*[st.sampled_from(WORDS)] * 2).map(" ".join),
    first_day=days,
    last_day=days,
    choices=choices,
    open_only=st.booleans(),
)


@pytest.mark.parametrize("full_desk", [False, True], indirect=True, ids=["in order", "clock set right"])
@pytest.mark.parametrize("most", [3, 25, 5000])
def test_a_filter_finds_what_a_plain_scan_finds(
    full_desk: Desk, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = all_rows(full_desk)
    monkeypatch.setattr(listing, "MOST", most)

    @given(query=queries)
    @settings(max_examples=100)
    def holds(query: RegisterQuery) -> None:
        expected = [row for row in rows if answers(row, query)]
        by_day = sorted(expected, key=lambda row: (row.day, row.day_no), reverse=True)
        found = full_desk.calls.find(query)
        limit = None if isinstance(found, range) else most  # a range costs nothing, however long
        assert list(found) in [[row.id for row in order[:limit]] for order in (expected, by_day)]

    holds()


@pytest.mark.parametrize("full_desk", [False], indirect=True)
def test_a_run_of_days_costs_nothing_to_list(full_desk: Desk) -> None:
    found = full_desk.calls.find(RegisterQuery(first_day=date(2026, 11, 12), last_day=date(2026, 11, 14)))
    assert isinstance(found, range)
    assert len(found) > 10


@pytest.mark.parametrize("full_desk", [True], indirect=True)
def test_days_that_ran_back_are_listed_by_day_without_what_lies_between(full_desk: Desk) -> None:
    found = full_desk.calls.find(RegisterQuery(first_day=date(2026, 11, 15), last_day=date(2026, 11, 16)))
    assert not isinstance(found, range)
    shown = [(row[0], full_desk.calls.get(int(row[0])).day) for row in full_desk.calls.rows(found)]
    assert {day for _, day in shown} == {date(2026, 11, 15), date(2026, 11, 16)}


def test_an_empty_log_finds_nothing(desk: Desk) -> None:
    assert list(desk.calls.find(RegisterQuery())) == []
    assert list(desk.calls.find(RegisterQuery(first_day=FIRST_DAY))) == []
    assert list(desk.calls.find(RegisterQuery(text="水"))) == []
