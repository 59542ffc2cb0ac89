"""The one place where the time comes from."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo

_BEGINNING = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(microsecond=999_000, tzinfo=UTC)
_MIDDLE = 2000  # what no system converts lies long before or long after


class Clock:
    """The PC's clock. Moments are aware and in UTC, to the millisecond; days are local days."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone

    def now(self) -> datetime:
        """The present moment, aware, in UTC, cut to milliseconds."""
        moment = datetime.now(UTC)
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def local(self, moment: datetime) -> datetime:
        """The moment as the clock on the wall shows it."""
        return moment.astimezone(self._zone)

    def today(self) -> date:
        """The local day of the present moment."""
        return self.local(self.now()).date()

    def moment(self, day: date, at: time) -> datetime:
        """The moment, in UTC, at which the clock on the wall shows this day and time.

        Days that the system cannot convert (near year 1 or 9999, on Windows before 1970) give the nearest end of time.
        """
        naive = datetime.combine(day, at)
        try:
            aware = naive.astimezone() if self._zone is None else naive.replace(tzinfo=self._zone)
            return aware.astimezone(UTC)
        except (OverflowError, ValueError, OSError):
            return _BEGINNING if day.year < _MIDDLE else _END

    def day_bounds(self, first: date, last: date | None = None) -> tuple[datetime, datetime]:
        """The moments, in UTC, at which the first local day begins and the day after the last begins."""
        last = last or first
        after = _END if last == date.max else self.moment(last + timedelta(days=1), time.min)
        return self.moment(first, time.min), after


class FixedClock(Clock):
    """A clock that stands where it is put: for tests, and for telling the demonstration's story."""

    def __init__(self, moment: datetime, zone: tzinfo | None = None) -> None:
        super().__init__(zone or moment.tzinfo)
        self._moment = moment.astimezone(UTC)

    def now(self) -> datetime:
        """The moment that the clock was put to, in UTC."""
        return self._moment

    def put(self, moment: datetime) -> None:
        """Set the clock to an aware moment, forward or back."""
        self._moment = moment.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        """Move the clock by a span."""
        self._moment += by
