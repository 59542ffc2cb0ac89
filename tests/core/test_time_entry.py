"""Days and times as people type them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.time_entry import read_date, read_moment, read_time, typed_day, typed_moment

NOW = datetime(2026, 11, 21, 18, 26, 40, tzinfo=UTC)  # a Saturday
TODAY = NOW.date()

days = st.dates(date(2001, 1, 1), date(2098, 12, 31))
minutes = st.times().map(lambda at: at.replace(second=0, microsecond=0))
moments = st.builds(datetime.combine, days, minutes)


@pytest.mark.parametrize(
    ("typed", "day", "at"),
    [
        ("今天 15:00", 21, "15:00"),
        ("１５：３０", 21, "15:30"),
        ("15：30", 21, "15:30"),
        ("明天 9点", 22, "09:00"),
        ("明天9点半", 22, "09:30"),
        ("明早8点一刻", 22, "08:15"),
        ("今晚八点", 21, "20:00"),
        ("下午3点", 21, "15:00"),
        ("下午三点二十分", 21, "15:20"),
        ("中午", 21, "12:00"),
        ("中午1点", 21, "13:00"),
        ("晚上11点", 21, "23:00"),
        ("11-23 14:00", 23, "14:00"),
        ("11.23 14:00", 23, "14:00"),
        ("11月23日 下午2点", 23, "14:00"),
        ("2026-11-30 08:05", 30, "08:05"),
        ("二十三号十点", 23, "10:00"),
        ("周一 10:00", 23, "10:00"),
        ("下周三 下午两点", 25, "14:00"),
        ("+2h", 21, "20:26"),
        ("+30m", 21, "18:56"),
        ("30分钟后", 21, "18:56"),
        ("2小时后", 21, "20:26"),
        ("两天后", 23, "18:26"),
        ("明天", 22, "18:26"),
        ("0930", 21, "09:30"),
        ("昨天 09:10", 20, "09:10"),
    ],
)
def test_what_clerks_type_is_understood(typed: str, day: int, at: str) -> None:
    assert read_moment(typed, NOW) == (date(2026, 11, day), time.fromisoformat(at))


@pytest.mark.parametrize(
    "typed", ["", "  ", "abc", "25:00", "12:60", "13-40 9:00", "马上", "2026-02-30", "明天abc"]
)
def test_what_cannot_be_read_is_not_guessed(typed: str) -> None:
    assert read_moment(typed, NOW) is None


def test_two_hours_from_late_evening_are_tomorrow() -> None:
    late = NOW.replace(hour=23)
    assert read_moment("+2h", late) == (TODAY + timedelta(days=1), time(1, 26))


def test_a_bare_hour_is_a_time_where_a_time_is_asked_for() -> None:
    assert read_time("9", NOW) == (TODAY, time(9))
    assert read_time("930", NOW) == (TODAY, time(9, 30))
    assert read_time("29", NOW) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("今天", date(2026, 11, 21)),
        ("后天", date(2026, 11, 23)),
        ("周五", date(2026, 11, 27)),
        ("本周五", date(2026, 11, 20)),
        ("11-18", date(2026, 11, 18)),
        ("１１月１８日", date(2026, 11, 18)),
        ("20261201", date(2026, 12, 1)),
        ("2026/2/30", None),
        ("+3", date(2026, 11, 24)),
        ("15:00", None),
    ],
)
def test_days_are_understood(typed: str, expected: date | None) -> None:
    assert read_date(typed, TODAY) == expected


@given(moments, moments)
def test_what_the_form_shows_is_read_back_to_the_minute(moment: datetime, now: datetime) -> None:
    assert read_moment(typed_moment(moment, now.date()), now) == (moment.date(), moment.time())


@given(days, days)
def test_a_typed_day_is_read_back(day: date, today: date) -> None:
    assert read_date(typed_day(day, today), today) == day


@given(st.text(max_size=12) | st.text("0123456789:点分半今明下周上午一二十+-h月日号 ", max_size=12), moments)
def test_nothing_typed_makes_it_fall(typed: str, now: datetime) -> None:
    read = read_moment(typed, now)
    assert read is None or (isinstance(read[0], date) and read[1].second == 0)
    read_date(typed, now.date())
    read_time(typed, now)
