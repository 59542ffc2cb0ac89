"""A shift at a moment, and who may correct what during and after it (roles.md)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.actor import Actor
from frontdesk.core.clock import FixedClock
from frontdesk.core.errors import RefusedError
from frontdesk.core.settings import SHIFT_HOURS
from frontdesk.core.shift_hours import shift_hours
from frontdesk.staff.model import Person
from frontdesk.staff.permissions import role_of
from frontdesk.staff.shifts import GRACE, Shift, may_correct, shift_at

HOURS = shift_hours(SHIFT_HOURS.default)
DAY = date(2026, 11, 21)


def actor(person_id: int, role: str) -> Actor:
    return Actor(person_id, f"某{person_id}", role, role_of(role).permissions)


@pytest.mark.parametrize(
    ("at", "name", "day"),
    [
        (time(6, 0), "早班", DAY),
        (time(13, 59, 59), "早班", DAY),
        (time(14, 0), "中班", DAY),
        (time(21, 59), "中班", DAY),
        (time(22, 0), "夜班", DAY),
        (time(0, 0), "夜班", DAY - timedelta(days=1)),
        (time(5, 59, 59), "夜班", DAY - timedelta(days=1)),
    ],
)
def test_a_moment_belongs_to_a_shift_and_a_night_to_the_day_it_began(at: time, name: str, day: date) -> None:
    shift = shift_at(datetime.combine(DAY, at), HOURS)
    assert (shift.name, shift.day) == (name, day)


def test_a_shift_shows_its_hours() -> None:
    assert shift_at(datetime.combine(DAY, time(18, 26)), HOURS).hours == "14:00–22:00"


def test_hours_that_nobody_covers_are_one_unnamed_shift_of_the_day() -> None:
    day_only = shift_hours(["白班 08:00-20:00"])
    assert shift_at(datetime.combine(DAY, time(21, 0)), day_only) == Shift("", DAY, time.min, time.min)


def test_midnight_may_be_written_as_24() -> None:
    late = shift_hours(["晚班 16:00-24:00"])
    assert shift_at(datetime.combine(DAY, time(23, 59)), late).name == "晚班"
    assert shift_at(datetime.combine(DAY, time(0, 0)), late).name == ""


@pytest.mark.parametrize("line", ["早班", "早班 6-14", "早班 25:00-14:00", "早班 06:70-14:00", ""])
def test_a_line_of_hours_that_does_not_read_is_told(line: str) -> None:
    with pytest.raises(RefusedError, match="看不懂"):
        shift_hours([line])


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 1, 1)), st.times())
def test_every_moment_is_in_the_shift_that_began_last(day: date, at: time) -> None:
    moment = datetime.combine(day, at)
    shift = shift_at(moment, HOURS)
    began = datetime.combine(shift.day, shift.begins)
    assert began <= moment < began + timedelta(hours=8)


class TestMayCorrect:
    clock = FixedClock(datetime.fromisoformat("2026-11-21T18:26+08:00"))

    def allowed(self, who: Actor, later: timedelta, by: int = 1) -> bool:
        written = Person(created_at=self.clock.now(), created_by_id=by)
        return may_correct(who, written, self.clock.now() + later, self.clock, HOURS)

    def test_ones_own_entry_while_the_shift_runs(self) -> None:
        assert self.allowed(actor(1, "clerk"), timedelta(hours=3))

    def test_ones_own_entry_until_two_hours_after_the_shift(self) -> None:
        left = timedelta(hours=3, minutes=34)  # to 22:00
        assert self.allowed(actor(1, "clerk"), left + GRACE - timedelta(milliseconds=1))
        assert not self.allowed(actor(1, "clerk"), left + GRACE)

    def test_the_grace_of_a_night_shift_is_counted_from_its_morning(self) -> None:
        written = Person(created_at=self.clock.now() + timedelta(hours=5), created_by_id=1)
        for hour, allowed in ((7, True), (8, False)):
            later = datetime.fromisoformat(f"2026-11-22T{hour:02}:00+08:00")
            assert may_correct(actor(1, "clerk"), written, later, self.clock, HOURS) is allowed

    def test_not_the_same_shift_of_the_next_day(self) -> None:
        assert not self.allowed(actor(1, "clerk"), timedelta(days=1))

    def test_not_anothers_entry(self) -> None:
        assert not self.allowed(actor(2, "clerk"), timedelta(0))

    def test_a_supervisor_may_correct_any_entry_at_any_time(self) -> None:
        assert self.allowed(actor(2, "supervisor"), timedelta(days=400))

    @pytest.mark.parametrize("role", ["finance", "administrator", "mail_carrier", "general_manager"])
    def test_roles_without_entries_correct_none(self, role: str) -> None:
        assert not self.allowed(actor(1, role), timedelta(0))

    def test_a_permission_counts_not_a_name(self) -> None:
        stripped = replace(actor(1, "supervisor"), permissions=frozenset())
        assert not self.allowed(stripped, timedelta(0))
