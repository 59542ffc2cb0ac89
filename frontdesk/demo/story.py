"""What happens at the desk: calls come in, orders go through their steps, messages are passed on."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from frontdesk.calls.listing import SERIES as CALL_SERIES
from frontdesk.calls.model import Call, Message
from frontdesk.calls.rules import caller_digits
from frontdesk.core.journal import Stamp
from frontdesk.demo.estate import Household
from frontdesk.demo.ledger import Entry
from frontdesk.demo.telling import Telling
from frontdesk.demo.words import Service, Words
from frontdesk.orders import rules
from frontdesk.orders.model import OrderLine, ServiceOrder
from frontdesk.orders.rules import State

CATEGORIES, WEIGHTS = ("A", "B", "C", "D"), (14, 42, 12, 32)


@dataclass(frozen=True)
class Style:
    """How this desk numbers its orders, and how long an enquirer may wait."""

    prefix: str
    digits: int
    reply_hours: int


@dataclass(frozen=True)
class Trouble:
    """A fault that one home tells again and again: on these local days its call comes before all others (R-ORDER-13)."""

    home: Household
    service: Service
    reason: str
    days: frozenset[date]


class Story:
    """Tells calls, orders and messages. `finished` and `returned` are told of each order that comes so far."""

    def __init__(
        self,
        telling: Telling,
        words: Words,
        chance: random.Random,
        *,
        style: Style,
        service_people: Sequence[tuple[str, str]],
        households: Sequence[Household],
        trouble: Trouble | None = None,
    ) -> None:
        self._telling, self._words, self._chance = telling, words, chance
        self._ledger, self._clock = telling.ledger, telling.clock
        self._style, self._households = style, households
        self._service_people = service_people
        self._trouble = trouble
        self._troubled: set[date] = set()
        self.finished: list[Callable[[Entry, datetime], None]] = []
        self.returned: list[Callable[[Entry, datetime], None]] = []
        self.issued: list[Callable[[Entry], None]] = []

    def call(self, at: datetime, *, with_order: bool, lately: bool = False) -> None:
        """Somebody calls; what was asked `lately` has no answer yet."""
        stamp = self._telling.stamp(at)
        told = self._caller() if with_order or self._chance.random() > 0.12 else self._stranger()
        if with_order:
            self._call_for_service(stamp, told)
        else:
            self._call_to_talk(stamp, told, lately=lately)

    def is_troubled(self, at: datetime) -> bool:
        """Whether the home in trouble has not called yet on this day."""
        return (
            self._trouble is not None and self._clock.local(at).date() in self._trouble.days - self._troubled
        )

    def message(self, at: datetime) -> None:
        """Somebody asks for a colleague who is not there."""
        stamp = self._telling.stamp(at)
        told = self._caller()
        text = self._chance.choice(self._words.messages)
        values = {
            "taken_at": at,
            "taken_by": stamp.actor,
            "wanted": self._chance.choice(self._service_people)[0],
            "text": text,
            "caller": told["caller"],
            "unit_no": told["unit_no"],
            "number": told["number"],
        }
        entry = self._telling.create(stamp, Message, values)
        self._later(
            at, (20, 600), lambda moment: self._finish(entry, moment, "pass_on", {"passed_on_at": moment})
        )

    def backfill(self, order: Entry, at: datetime, served_at: datetime) -> None:
        """Write into a blank what was served in an emergency before (R-ORDER-2, 3); it goes on from there."""
        service = next(each for each in self._words.services if each.category == "repair")
        told = self._caller()
        stamp = self._telling.stamp(at, "backfill")
        values = {
            "state": State.ISSUED.value,
            "issued_at": served_at,
            "backfilled_at": at,
            "channel": "telephone",
            "unit_id": told["unit_id"],
            "unit_no": told["unit_no"],
            "customer": told["caller"],
            "telephone": told["number"],
            "category": service.category,
            "content": self._chance.choice(service.reasons),
            "urgent": True,
            "at_once": True,
            "taken_by": stamp.actor,
            "department": service.department,
        }
        self._ledger.change(stamp, order, values)
        self._later(at, (1, 5), lambda moment: self._dispatch(order, None, service, moment))

    # -- calls ---------------------------------------------------------------------------------------

    def _call_to_talk(self, stamp: Stamp, told: dict[str, Any], *, lately: bool) -> None:
        category = self._chance.choices(CATEGORIES, WEIGHTS)[0]
        talk = self._chance.choice(self._words.talks[category])
        outcome = self._chance.choice(talk.outcomes)
        at_once = self._chance.random() < (0.78 if category in "BD" else 0.25) and not lately
        told |= {"category": category, "reason": self._chance.choice(talk.reasons)}
        told["recipient"] = "" if at_once else talk.department
        if at_once:
            told |= {"settled_at": stamp.at, "outcome": outcome}
        elif category == "B":
            told["promised_at"] = stamp.at + timedelta(hours=self._style.reply_hours)
        entry = self._logged(stamp, told)
        if self._chance.random() < 0.006:
            self._void(entry, stamp.at, "写错房号，重记")
        elif at_once:
            self._telling.done(entry)
        else:
            action = "reply" if category == "B" else "settle"
            self._later(stamp.at, (25, 1_700), lambda moment: self._settle(entry, moment, action, outcome))

    def _call_for_service(self, stamp: Stamp, told: dict[str, Any]) -> None:
        service = self._chance.choice(self._words.services)
        reason = self._chance.choice(service.reasons) + self._chance.choice(service.details)
        trouble = self._trouble
        if trouble is not None and self.is_troubled(stamp.at):
            self._troubled.add(self._clock.local(stamp.at).date())
            service, reason, told = trouble.service, trouble.reason, self._caller(trouble.home)
        order = self._issue(stamp, service, reason, told)
        serial = order.row["serial"]
        told |= {"category": "C", "reason": reason, "recipient": service.department, "order_serial": serial}
        told["appointment_at"] = order.row["appointment_at"]
        call = self._logged(stamp, told)
        if self._chance.random() < 0.02:
            self._later(stamp.at, (5, 90), lambda moment: self._void_order(order, call, moment))
        else:
            self._later(stamp.at, (2, 25), lambda moment: self._dispatch(order, call, service, moment))

    def _logged(self, stamp: Stamp, values: dict[str, Any]) -> Entry:
        day = self._clock.local(stamp.at).date()
        values |= {
            "day": day,
            "day_no": self._telling.number(CALL_SERIES, day.isoformat()),
            "logged_at": stamp.at,
            "answered_by": stamp.actor,
            "answered_by_id": stamp.actor_id,
            "digits": caller_digits(values["number"]),
        }
        return self._telling.create(stamp, Call, values)

    def _settle(self, call: Entry, at: datetime, action: str, outcome: str) -> None:
        self._finish(call, at, action, {"settled_at": at, "outcome": outcome})

    def _void(self, entry: Entry, at: datetime, reason: str) -> None:
        stamp = self._telling.stamp(at, "void", reason)
        values = {"voided_at": at, "voided_by": stamp.actor, "void_reason": reason}
        self._ledger.change(stamp, entry, values)
        self._telling.done(entry)

    # -- orders --------------------------------------------------------------------------------------

    def _issue(self, stamp: Stamp, service: Service, content: str, told: dict[str, Any]) -> Entry:
        year = str(self._clock.local(stamp.at).year)
        number = self._telling.number(rules.SERIES, year)
        urgent = service.category == "repair" and self._chance.random() < 0.08
        appointment = self._appointment(stamp.at) if not urgent and self._chance.random() < 0.25 else None
        values = {
            "serial": rules.serial_text(self._style.prefix, str(year), number, self._style.digits),
            "year": int(year),
            "number": number,
            "state": State.ISSUED.value,
            "issued_at": stamp.at,
            "channel": "telephone",
            "unit_id": told["unit_id"],
            "unit_no": told["unit_no"],
            "customer": told["caller"],
            "telephone": told["number"],
            "category": service.category,
            "content": content,
            "urgent": urgent,
            "at_once": urgent,
            "appointment_at": appointment,
            "appointment_until": appointment and appointment + timedelta(hours=1),
            "expected_cost": self._chance.choice(service.lines)[2],
            "taken_by": stamp.actor,
            "department": service.department,
        }
        order = self._telling.create(stamp, ServiceOrder, values)
        for told_of in self.issued:
            told_of(order)
        return order

    def _dispatch(self, order: Entry, call: Entry | None, service: Service, at: datetime) -> None:
        people = [name for name, department in self._service_people if department == service.department]
        values = {"service_person": self._chance.choice(people), "department": service.department}
        self._step(order, at, rules.DISPATCH, values)
        self._ledger.change(self._telling.stamp(at, "print"), order, {"prints": 1})
        begins = max(at, order.row["appointment_at"] or at)
        span = (4, 15) if order.row["at_once"] else (10, 110)
        self._later(begins, span, lambda moment: self._arrive(order, call, service, moment))

    def _arrive(self, order: Entry, call: Entry | None, service: Service, at: datetime) -> None:
        self._step(order, at, rules.ARRIVE, {})
        self._later(at, (15, 150), lambda moment: self._complete(order, call, service, moment))

    def _complete(self, order: Entry, call: Entry | None, service: Service, at: datetime) -> None:
        result = self._chance.choice(service.results)
        stamp = self._step(
            order, at, rules.FINISH, {"result": result, "self_check": "合格", "workload": "1 人"}
        )
        due = sum(self._priced(stamp, order, *line) for line in self._chance.sample(service.lines, 1))
        self._ledger.change(stamp, order, {"due_amount": due})
        for told_of in self.finished:
            told_of(order, at)
        self._later(at, (10, 240), lambda moment: self._return(order, call, moment))

    def _priced(self, stamp: Stamp, order: Entry, item: str, unit: str, price: int) -> int:
        quantity = 1000 * self._chance.choice((1, 1, 1, 2, 3))
        amount = rules.line_amount(price, quantity)
        values = {"order_id": order.id, "position": len(order.parts) + 1, "item": item, "unit": unit}
        values |= {"unit_price": price, "quantity": quantity, "amount": amount}
        order.parts.append(self._ledger.create(stamp, OrderLine, values))
        return amount

    def _return(self, order: Entry, call: Entry | None, at: datetime) -> None:
        settlement = self._chance.choices(("cash", "on_account"), (7, 3))[0]
        paid = order.row["due_amount"] if settlement == "cash" else 0
        values = {
            "settlement": settlement,
            "paid_amount": paid,
            "customer_signed_at": order.row["finished_at"],
        }
        stamp = self._step(order, at, rules.RETURN, values)
        for told_of in self.returned:
            told_of(order, at)
        self._telling.done(order)
        if call is not None:
            self._ledger.change(stamp, call, {"settled_at": at, "outcome": "完成"})
            self._telling.done(call)

    def _void_order(self, order: Entry, call: Entry, at: datetime) -> None:
        self._ledger.change(self._telling.stamp(at, "void", "住户取消"), order, {"state": State.VOID.value})
        self._void(order, at, "住户取消")
        self._settle(call, at, "settle", "住户取消")

    def _step(self, order: Entry, at: datetime, step: rules.Step, values: dict[str, Any]) -> Stamp:
        stamp = self._telling.stamp(at, step.name)
        self._ledger.change(stamp, order, values | {"state": step.to_state.value, step.moment: at})
        return stamp

    def _appointment(self, at: datetime) -> datetime:
        # Never far ahead: an order that lies keeps all later rows waiting in memory.
        ahead = self._clock.local(at) + timedelta(hours=self._chance.choice((2, 3, 5, 20, 24, 27, 44)))
        if not 8 <= ahead.hour < 20:
            ahead = (ahead + timedelta(hours=12)).replace(hour=10)
        return ahead.replace(minute=self._chance.choice((0, 30)), second=0, microsecond=0).astimezone(UTC)

    # -- parts ---------------------------------------------------------------------------------------

    def _caller(self, home: Household | None = None) -> dict[str, Any]:
        home = home or self._chance.choice(self._households)
        name, number = self._chance.choice(home.people)
        return {"unit_id": home.unit_id, "unit_no": home.unit_no, "caller": name, "number": number}

    def _stranger(self) -> dict[str, Any]:
        number = self._words.telephone() if self._chance.random() < 0.6 else ""
        caller = self._chance.choice(self._words.strangers)
        return {"unit_id": None, "unit_no": "", "caller": caller, "number": number}

    def _later(self, at: datetime, minutes: tuple[int, int], event: Callable[[datetime], None]) -> None:
        self._telling.later(at, minutes, event, self._chance)

    def _finish(self, entry: Entry, at: datetime, action: str, values: dict[str, Any]) -> None:
        self._ledger.change(self._telling.stamp(at, action), entry, values)
        self._telling.done(entry)
