"""When a call-back is due: each kind by its limit, the strictest that applies; again until all is well."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.callbacks import rules
from frontdesk.callbacks.register import NewCallback
from frontdesk.callbacks.rules import Awaited, Limits, Made, Served
from frontdesk.core.clock import FixedClock
from frontdesk.core.errors import RefusedError
from frontdesk.core.plain_text import names_any

CHINA = timezone(timedelta(hours=8))
DONE = datetime(2026, 11, 21, 15, 0, tzinfo=CHINA)
CLOCK = FixedClock(DONE)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LIMITS = Limits(48 * HOUR, 24 * HOUR, 2, 72 * HOUR, 48 * HOUR, 48 * HOUR, 12 * HOUR, 48 * HOUR)


def awaited(served: Served, *made: Made, rains: tuple[datetime, ...] = ()) -> Awaited | None:
    return rules.awaited(served, made, rains, LIMITS, CLOCK)


def test_r_order_9_an_order_is_called_back_within_two_days() -> None:
    assert awaited(Served(DONE)) == Awaited(rules.FIRST, DONE, DONE + 2 * DAY)
    assert awaited(Served(DONE), Made(DONE + HOUR)) is None


@pytest.mark.parametrize(
    ("served", "what", "within"),
    [
        (Served(DONE, urgent=True), rules.URGENT, DAY),
        (Served(DONE, urgent=True, leak=True, safety=True), rules.URGENT, DAY),
        (Served(DONE, leak=True), rules.FIRST, 2 * DAY),  # three days would be later than everybody's two
        (Served(DONE, sample_ends=DONE + 9 * HOUR), rules.SAMPLE, 9 * HOUR),
        (Served(DONE, urgent=True, sample_ends=DONE + 9 * HOUR), rules.SAMPLE, 9 * HOUR),
    ],
)
def test_r_order_11_the_strictest_limit_holds(served: Served, what: str, within: timedelta) -> None:
    assert awaited(served) == Awaited(what, DONE, DONE + within)


def test_r_order_11_a_setting_that_is_stricter_for_safety_wins() -> None:
    strict = Limits(48 * HOUR, 24 * HOUR, 2, 72 * HOUR, 4 * HOUR, 48 * HOUR, 12 * HOUR, 48 * HOUR)
    found = rules.awaited(Served(DONE, safety=True), (), (), strict, CLOCK)
    assert found == Awaited(rules.SAFETY, DONE, DONE + 4 * HOUR)


def test_r_order_11_an_urgent_repair_is_called_back_again_after_two_days() -> None:
    urgent = Served(DONE, urgent=True)
    first = Made(DONE + HOUR)  # on the 21st
    ends = datetime(2026, 11, 23, 23, 59, 59, 999000, tzinfo=CHINA)
    assert awaited(urgent, first) == Awaited(rules.AGAIN, first.called_at, ends)
    assert awaited(urgent, first, Made(DONE + DAY)) == Awaited(rules.AGAIN, first.called_at, ends)
    assert awaited(urgent, first, Made(datetime(2026, 11, 23, 8, 0, tzinfo=CHINA))) is None


def test_r_order_11_a_leak_waits_for_the_next_rain() -> None:
    leak, called = Served(DONE, leak=True), Made(DONE + HOUR)
    assert awaited(leak, called) == Awaited(rules.AFTER_RAIN, DONE, None)
    assert awaited(leak, called, rains=(DONE - DAY,)) == Awaited(rules.AFTER_RAIN, DONE, None)
    rain = DONE + 5 * DAY
    again = Awaited(rules.AFTER_RAIN, rain, rain + 2 * DAY)
    assert awaited(leak, called, rains=(rain, rain + DAY)) == again
    assert awaited(leak, called, Made(rain + HOUR), rains=(rain, rain + DAY)) is None


def test_r_order_11_what_is_bad_goes_back_in_writing_and_is_called_back_until_all_is_well() -> None:
    bad = Made(DONE + HOUR, bad=True)
    assert awaited(Served(DONE), bad) == Awaited(rules.WRITTEN, bad.called_at, bad.called_at + 12 * HOUR)
    written = Made(bad.called_at, bad=True, referred_at=DONE + 2 * HOUR)
    assert awaited(Served(DONE), written) == Awaited(rules.REPEAT, DONE + 2 * HOUR, DONE + 50 * HOUR)
    worse = Made(DONE + DAY, bad=True)
    assert awaited(Served(DONE), written, worse) == Awaited(rules.WRITTEN, DONE + DAY, DONE + 36 * HOUR)
    assert awaited(Served(DONE), written, Made(DONE + DAY)) is None


@given(st.integers(0, 5000), st.integers(20, 100))
def test_r_order_10_the_sample_is_at_least_its_share_and_no_order_more(finished: int, percent: int) -> None:
    size = rules.sample_size(finished, percent)
    assert size * 100 >= finished * percent
    assert (size - 1) * 100 < finished * percent or size == 0
    assert size <= finished


@given(st.integers(0, 300), st.integers(0, 300), st.integers(20, 100))
def test_r_order_10_a_later_draw_never_asks_for_more_than_came_since(a: int, b: int, percent: int) -> None:
    assert 0 <= rules.sample_size(a + b, percent) - rules.sample_size(a, percent) <= b


@pytest.mark.parametrize(("text", "leak"), [("卫生间漏水", True), ("屋顶 渗漏", True), ("换灯泡", False)])
def test_r_order_11_a_leak_is_told_by_its_words(text: str, leak: bool) -> None:
    assert names_any(text, ["漏水", "渗漏", " "]) is leak


def test_r_order_9_three_answers_or_nobody_reached() -> None:
    rules.check_answers(NewCallback("satisfied", "fair", "dissatisfied"))
    rules.check_answers(NewCallback(reached=False))
    with pytest.raises(RefusedError) as refused:
        rules.check_answers(NewCallback("satisfied", "fair"))
    assert (refused.value.field, refused.value.rule) == ("attitude", "R-ORDER-9")
    with pytest.raises(RefusedError):
        rules.check_answers(NewCallback("satisfied", reached=False))
