"""Time: aware moments in UTC, local days, and moments as stored text."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.clock import Clock, FixedClock
from frontdesk.core.model import UtcMoment, moment_text

CHINA = timezone(timedelta(hours=8))


def test_now_is_aware_in_utc_and_cut_to_milliseconds() -> None:
    now = Clock().now()
    assert now.utcoffset() == timedelta(0)
    assert now.microsecond % 1000 == 0


def test_a_day_is_the_local_one() -> None:
    clock = FixedClock(datetime(2026, 11, 21, 23, 30, tzinfo=UTC), CHINA)
    assert clock.today() == date(2026, 11, 22)
    assert clock.day_bounds(date(2026, 11, 22)) == (
        datetime(2026, 11, 21, 16, tzinfo=UTC),
        datetime(2026, 11, 22, 16, tzinfo=UTC),
    )


def test_a_moment_of_the_wall_clock_and_back() -> None:
    clock = FixedClock(datetime(2026, 11, 21, tzinfo=CHINA))
    moment = clock.moment(date(2026, 12, 31), time(23, 59))
    assert moment == datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    assert clock.local(moment).isoformat() == "2026-12-31T23:59:00+08:00"


def test_the_machines_own_zone_serves_when_none_is_given() -> None:
    clock = Clock()
    moment = clock.moment(date(2026, 7, 1), time(12))
    assert clock.local(moment).time() == time(12)


def test_a_day_with_summer_time_has_its_own_length() -> None:
    clock = Clock(ZoneInfo("Europe/Berlin"))
    begin, after = clock.day_bounds(date(2026, 3, 29))
    assert after - begin == timedelta(hours=23)


MOMENTS = st.datetimes(
    datetime.fromisoformat("0001-01-02"), datetime.fromisoformat("9999-12-30"), timezones=st.timezones()
)


@given(MOMENTS, MOMENTS)
def test_stored_moments_compare_as_time_does_and_come_back_to_the_millisecond(
    one: datetime, other: datetime
) -> None:
    texts = moment_text(one), moment_text(other)
    cut = [
        moment.astimezone(UTC).replace(microsecond=moment.microsecond // 1000 * 1000)
        for moment in (one, other)
    ]
    assert (texts[0] < texts[1]) == (cut[0] < cut[1])
    assert [UtcMoment().process_result_value(text, None) for text in texts] == cut
    assert {len(text) for text in texts} == {24}


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        moment_text(datetime.fromisoformat("2026-11-21"))


@pytest.mark.parametrize("hours", [-12, 0, 8, 14])
def test_the_first_and_the_last_day_that_can_be_typed_have_bounds(hours: int) -> None:
    clock = FixedClock(datetime(2026, 11, 21, 18, 26, tzinfo=timezone(timedelta(hours=hours))))
    for ours in (clock, Clock()):
        begins, ends = ours.day_bounds(date.min, date.max)
        assert begins < clock.now() < ends
        assert moment_text(begins) < moment_text(clock.now()) < moment_text(ends)
        for day in (date.min, date.max):
            first, after = ours.day_bounds(day)
            assert first <= after
