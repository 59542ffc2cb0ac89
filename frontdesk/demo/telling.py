"""What all tellers of the demonstration share: the events in their order, the stamps, the numbers, what is still open.

Events are told in the order of time, so that the journal reads as a real one; what has not happened by the end
stays open, and that is what the screens show as today's work.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

from frontdesk.core.clock import Clock
from frontdesk.core.journal import Stamp
from frontdesk.core.model import Record
from frontdesk.demo.ledger import Entry, Ledger

Event = Callable[[datetime], None]


@dataclass(frozen=True)
class Teller:
    """Somebody who writes at the desk; a clerk from which local hour of the day, -1 for nobody of the shifts."""

    person_id: int
    name: str
    from_hour: int = -1


class Telling:
    """Moments are UTC; days are the clock's local ones. `desk` is the name under which all is written."""

    def __init__(self, ledger: Ledger, clock: Clock, clerks: Sequence[Teller], desk: str) -> None:
        self.ledger, self.clock = ledger, clock
        self.numbers: Counter[tuple[str, str]] = Counter()
        self._clerks, self._desk = clerks, desk
        self._pending: list[tuple[datetime, int, Event]] = []
        self._tick = count()
        self._held: dict[int, tuple[Entry, int]] = {}

    # -- events --------------------------------------------------------------------------------------

    def at(self, moment: datetime, event: Event) -> None:
        """Let something happen then; it is told the moment."""
        heapq.heappush(self._pending, (moment, next(self._tick), event))

    def later(self, at: datetime, minutes: tuple[int, int], event: Event, chance: random.Random) -> None:
        """Let something happen after some minutes, rather sooner than later."""
        seconds = 60 * chance.triangular(*minutes, minutes[0] + (minutes[1] - minutes[0]) / 4)
        self.at(at + timedelta(seconds=int(seconds), milliseconds=chance.randrange(1000)), event)

    def daily(self, first: datetime, hour: int, minute: int, event: Event) -> None:
        """Let something happen every day at a local time, the first time after `first`."""
        local = self.clock.local(first)
        moment = self.clock.moment(local.date(), time(hour, minute))
        if moment <= first:
            moment = self.clock.moment(local.date() + timedelta(days=1), time(hour, minute))

        def again(at: datetime) -> None:
            event(at)
            self.daily(at, hour, minute, event)

        self.at(moment, again)

    def run_until(self, moment: datetime) -> None:
        """Let happen what was to happen before this moment."""
        while self._pending and self._pending[0][0] < moment:
            at, _, event = heapq.heappop(self._pending)
            event(at)

    def end(self) -> None:
        """Leave what has not happened yet, open as it stands."""
        for entry, _ in self._held.values():
            self.ledger.close(entry)
        self._held.clear()
        self._pending.clear()

    # -- records -------------------------------------------------------------------------------------

    def create(self, stamp: Stamp, model: type[Record], values: dict[str, Any]) -> Entry:
        """A new record to which more will happen: `done` says when nothing more does."""
        return self.hold(self.ledger.create(stamp, model, values))

    def write(
        self, stamp: Stamp, model: type[Record], values: dict[str, Any], after: Sequence[Entry] = ()
    ) -> Entry:
        """A new record to which nothing more happens; it is written once those `after` which it comes are."""
        entry = self.ledger.create(stamp, model, values)
        entry.after = tuple(after)
        self.ledger.close(entry)
        return entry

    def hold(self, entry: Entry) -> Entry:
        """One more teller has still something to tell of it."""
        _, holds = self._held.get(id(entry), (entry, 0))
        self._held[id(entry)] = (entry, holds + 1)
        return entry

    def done(self, entry: Entry) -> None:
        """One teller has no more to tell of it; after the last one it may be written."""
        _, holds = self._held[id(entry)]
        if holds > 1:
            self._held[id(entry)] = (entry, holds - 1)
        else:
            del self._held[id(entry)]
            self.ledger.close(entry)

    def number(self, series: str, period: str) -> int:
        """The next number of a series."""
        self.numbers[series, period] += 1
        return self.numbers[series, period]

    def stamp(self, at: datetime, action: str = "", reason: str = "") -> Stamp:
        """Whoever is on duty then."""
        hour = self.clock.local(at).hour
        on_duty = [clerk for clerk in self._clerks if clerk.from_hour <= hour] or self._clerks
        return self.stamp_of(max(on_duty, key=lambda clerk: clerk.from_hour), at, action, reason)

    def stamp_of(self, teller: Teller, at: datetime, action: str, reason: str = "") -> Stamp:
        """Somebody of their own: finance, the housekeeper."""
        return Stamp(at, teller.person_id, teller.name, self._desk, action, reason)
