"""The demonstration's call-backs: most made in time, some due, a few late; bad answers go back in writing (R-ORDER-9…11)."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

from frontdesk.callbacks import rules
from frontdesk.callbacks.model import Callback, CallbackLot, Rain
from frontdesk.core.plain_text import names_any
from frontdesk.core.settings import CALLBACK_LEAK_WORDS, CALLBACK_SAMPLE_PERCENT
from frontdesk.demo.ledger import Entry
from frontdesk.demo.telling import Telling
from frontdesk.demo.words import Words

HOURS = (9, 20)  # between which customers are called
DRAWN_AT = (20, 0)
RAINS_EVERY = (5, 14)  # days
SLOPPY = "王海涛"  # of whom customers complain more than of others (R-ORDER-13)
_ILL, _COMPLAINED = timedelta(days=5), timedelta(days=25)
_GOOD = ("satisfied", "satisfied", "satisfied")


@dataclass
class _Case:
    """An order on its way through its call-backs."""

    order: Entry
    leak: bool
    urgent: bool
    first: datetime | None = None  # when somebody was reached first
    bad: int = 0


class Aftercare:
    """Told of each finished order; tells its call-backs, the evening's draw and the rain.

    Between `begins` and `now`; lately somebody was ill: more is late, and customers complain of one person.
    """

    def __init__(
        self, telling: Telling, words: Words, chance: random.Random, begins: datetime, now: datetime
    ) -> None:
        self._telling, self._words, self._chance, self._now = telling, words, chance, now
        self._clock = telling.clock
        self._urn: dict[date, list[_Case]] = {}
        self._for_rain: list[_Case] = []
        self._rained_at: datetime | None = None
        self._telling.daily(begins, *DRAWN_AT, self._draw)
        self._telling.daily(begins, 8, 40, self._draw_the_rest)
        self._plan_rain(begins)

    def finished(self, order: Entry, at: datetime) -> None:
        """An order is finished: its customer will be asked."""
        said = f"{order.row['content']}\n{order.row['result']}"
        leak = names_any(said, CALLBACK_LEAK_WORDS.default)
        case = _Case(self._telling.hold(order), leak=leak, urgent=order.row["urgent"])
        if order.row["category"] == "repair":
            self._urn.setdefault(self._clock.local(at).date(), []).append(case)
        span = (3, 20) if case.urgent else (8, 46)
        hours = self._chance.triangular(*span, span[0] + (span[1] - span[0]) / 2)
        if self._chance.random() < (0.25 if self._now - at < _ILL else 0.02):
            hours += self._chance.uniform(30, 110)  # forgotten for a while
        self._call_later(at + timedelta(hours=hours), case, self._first_call)

    # -- call-backs ----------------------------------------------------------------------------------

    def _first_call(self, case: _Case, at: datetime) -> None:
        if case.first is not None:
            return  # asked already, for the draw
        if self._chance.random() < 0.12:
            self._write(case, at, reached=False, occasion=rules.FIRST)
            self._call_later(at + timedelta(hours=self._chance.uniform(2, 6)), case, self._first_call)
            return
        self._ask(case, at, rules.URGENT if case.urgent else rules.FIRST)

    def _ask(self, case: _Case, at: datetime, occasion: str) -> None:
        sloppy = case.order.row["service_person"] == SLOPPY and self._now - at < _COMPLAINED
        bad = self._chance.random() < (0.6 if sloppy else 0.05)
        case.first = case.first or at
        if bad and case.bad < 2:
            case.bad += 1
            self._ask_badly(case, at, occasion)
            return
        answers = _GOOD if self._chance.random() < 0.86 else self._fair()
        said = self._chance.choice(self._words.praise) if self._chance.random() < 0.15 else ""
        self._write(case, at, occasion=occasion, answers=answers, opinion=said)
        self._after(case, at)

    def _ask_badly(self, case: _Case, at: datetime, occasion: str) -> None:
        problem = self._chance.choice(self._words.problems)
        answers = ["satisfied", "satisfied", "satisfied"]
        answers[self._chance.randrange(3)] = "dissatisfied"
        callback = self._write(case, at, occasion=occasion, answers=tuple(answers), problem=problem)
        refers_at = at + timedelta(hours=self._chance.triangular(0.2, 11, 1))
        self._telling.at(refers_at, lambda moment: self._refer(case, callback, moment))

    def _refer(self, case: _Case, callback: Entry, at: datetime) -> None:
        stamp = self._telling.stamp(at, "refer")
        values = {
            "referral": f"{callback.row['problem']}，请重新上门处理并回复。",
            "referred_to": case.order.row["department"],
            "referred_at": at,
            "referred_by": stamp.actor,
        }
        self._telling.ledger.change(stamp, callback, values)
        self._call_later(
            at + timedelta(hours=self._chance.uniform(18, 44)),
            case,
            lambda case, moment: self._ask(case, moment, rules.REPEAT),
        )

    def _after(self, case: _Case, at: datetime) -> None:
        """What an order awaits once its customer is content."""
        again = self._clock.moment(self._clock.local(case.first or at).date() + timedelta(days=2), time.min)
        finished_at = case.order.row["finished_at"]
        if case.urgent and at < again:
            moment = again + timedelta(hours=HOURS[0], minutes=self._chance.randrange(10, 480))
            self._telling.at(moment, lambda then: self._ask(case, then, rules.AGAIN))
        elif case.leak and (self._rained_at is None or self._rained_at <= finished_at):
            self._for_rain.append(case)
        else:
            stamp = self._telling.stamp(at, "call_back")
            self._telling.ledger.change(stamp, case.order, {"called_back_at": at})
            self._telling.done(case.order)

    def _write(
        self,
        case: _Case,
        at: datetime,
        *,
        occasion: str,
        answers: tuple[str, ...] = ("", "", ""),
        opinion: str = "",
        problem: str = "",
        reached: bool = True,
    ) -> Entry:
        order, stamp = case.order, self._telling.stamp(at, "call_back")
        level, timing, attitude = answers
        values: dict[str, Any] = {
            "order_id": order.id,
            "called_at": at,
            "called_by": stamp.actor,
            "method": "telephone",
            "occasion": occasion,
            "reached": reached,
            "level": level,
            "timing": timing,
            "attitude": attitude,
            "opinion": opinion,
            "problem": problem,
        }
        copied = ("serial", "unit_no", "customer", "service_person")
        values |= {name: order.row[name] for name in copied}
        callback = self._telling.ledger.create(stamp, Callback, values)
        order.parts.append(callback)
        return callback

    def _fair(self) -> tuple[str, ...]:
        answers = [self._chance.choice(("satisfied", "fair")) for _ in range(3)]
        return tuple(answers)

    # -- the draw, and rain --------------------------------------------------------------------------

    def _draw(self, at: datetime) -> None:
        self._draw_of(self._clock.local(at).date(), at)

    def _draw_the_rest(self, at: datetime) -> None:
        self._draw_of(self._clock.local(at).date() - timedelta(days=1), at)

    def _draw_of(self, day: date, at: datetime) -> None:
        fresh = self._urn.pop(day, [])
        percent = CALLBACK_SAMPLE_PERCENT.default
        drawn = self._chance.sample(range(len(fresh)), rules.sample_size(len(fresh), percent))
        stamp = self._telling.stamp(at, "draw_sample")
        for place, case in enumerate(fresh):
            values = {"order_id": case.order.id, "day": day, "percent": percent, "drawn": place in drawn}
            self._telling.write(stamp, CallbackLot, values, after=(case.order,))
            if place in drawn and case.first is None:
                minutes = self._chance.uniform(2, 50)
                self._telling.at(at + timedelta(minutes=minutes), partial(self._drawn_call, case))

    def _drawn_call(self, case: _Case, at: datetime) -> None:
        if case.first is None:
            self._ask(case, at, rules.SAMPLE)

    def _plan_rain(self, at: datetime) -> None:
        day = self._clock.local(at).date() + timedelta(days=self._chance.randint(*RAINS_EVERY))
        moment = self._clock.moment(day, time(self._chance.randrange(7, 20), self._chance.randrange(60)))
        self._telling.at(moment, self._rain)

    def _rain(self, at: datetime) -> None:
        self._telling.write(self._telling.stamp(at, "it_rained"), Rain, {"rained_at": at})
        self._rained_at = at
        wet, self._for_rain = self._for_rain, []
        for case in wet:
            hours = self._chance.uniform(3, 40)
            self._call_later(
                at + timedelta(hours=hours),
                case,
                lambda case, moment: self._ask(case, moment, rules.AFTER_RAIN),
            )
        self._plan_rain(at)

    def _call_later(self, moment: datetime, case: _Case, call: Callable[[_Case, datetime], None]) -> None:
        self._telling.at(self._in_hours(moment), lambda at: call(case, at))

    def _in_hours(self, moment: datetime) -> datetime:
        """The moment, or the next one at which people are called; never many at the same minute."""
        local = self._clock.local(moment)
        first, last = HOURS
        if first <= local.hour < last:
            return moment
        day = local.date() + timedelta(days=local.hour >= last)
        return self._clock.moment(day, time(first)) + timedelta(seconds=self._chance.randrange(5_400))
