"""What becomes of the demonstration's papers: lists for finance, receipts, payment requests, blanks, bound volumes."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from frontdesk.core.settings import ACCOUNT_BILLING_DAY, ACCOUNT_PAY_DAY, ORDER_KEEP_YEARS
from frontdesk.demo.ledger import Entry
from frontdesk.demo.story import Story, Style
from frontdesk.demo.telling import Teller, Telling
from frontdesk.fees import receipts, service
from frontdesk.fees.model import PaymentLine, PaymentRequest, Receipt
from frontdesk.order_books import rules as books
from frontdesk.order_books.model import BlankRun, FinanceLine, FinanceList, OrderVolume
from frontdesk.orders import rules
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.rules import State
from frontdesk.prices.register import CATEGORIES

BLANKS = 10
BOUND_FROM = 5  # the day of the month from which the last one is bound
_KINDS = [choice.key for choice in CATEGORIES]


@dataclass(frozen=True)
class Office:
    """Who handles papers and money besides the clerks, and how the desk numbers its orders."""

    finance: Teller
    housekeeper: Teller
    style: Style


class Papers:
    """Told of each order that is issued or comes back."""

    def __init__(self, telling: Telling, chance: random.Random, begins: datetime, office: Office) -> None:
        self._telling, self._chance, self._office = telling, chance, office
        self._clock = telling.clock
        self._paid: list[Entry] = []  # on no list for finance
        self._on_account: list[Entry] = []  # on no payment request
        self._unbound: list[Entry] = []
        self._bound: set[tuple[int, int]] = set()  # years and months
        telling.daily(begins, 5, 40, self._draw_up_list)
        telling.daily(begins, 9, 10, self._draw_up_requests)
        telling.daily(begins, 10, 20, self._bind)

    def issued(self, order: Entry) -> None:
        """A number was taken: its first copy is bound one day."""
        self._unbound.append(order)

    def returned(self, order: Entry, at: datetime) -> None:
        """An order came back: paid, or on account."""
        self._paid.append(order)
        if order.row["settlement"] == "on_account":
            self._on_account.append(order)
        elif order.row["paid_amount"] and self._chance.random() < 0.3:
            named = f"{order.row['content'][:60]}({order.row['serial']})"
            self._receipt(order, at, named, order.row["paid_amount"], {"order_id": order.id})

    # -- finance -------------------------------------------------------------------------------------

    def _draw_up_list(self, at: datetime) -> None:
        orders = sorted(self._paid, key=lambda order: (_KINDS.index(order.row["category"]), order.id))
        self._paid = []
        if not orders:
            return
        stamp = self._telling.stamp(at, "draw_up_finance_list")
        day = self._clock.local(at).date() - timedelta(days=1)
        drawn = self._telling.create(stamp, FinanceList, {"day": day, "shift": "夜班"})
        cash = 0
        for position, order in enumerate(orders, start=1):
            row = order.row
            cash += row["paid_amount"]
            line = {name: row[name] for name in ("category", "serial", "unit_no", "settlement")}
            line |= {"list_id": drawn.id, "order_id": order.id, "position": position}
            line["item"] = "、".join(part.row["item"] for part in order.parts if part.table == "order_line")
            line["amount"] = row["paid_amount"] if row["settlement"] == "cash" else row["due_amount"]
            self._telling.write(stamp, FinanceLine, line, after=(drawn, order))
        counted = {"received_count": len(orders), "received_cash": cash}
        moment = at + timedelta(minutes=self._chance.randrange(190, 330))
        self._telling.at(moment, lambda then: self._receive_list(drawn, then, counted))

    def _receive_list(self, drawn: Entry, at: datetime, counted: dict[str, int]) -> None:
        finance = self._office.finance
        stamp = self._telling.stamp_of(finance, at, "receive_finance_list")
        by = {"received_at": at, "received_by_id": finance.person_id, "received_by": finance.name}
        self._telling.ledger.change(stamp, drawn, by | counted)
        self._telling.done(drawn)

    # -- on account ----------------------------------------------------------------------------------

    def _draw_up_requests(self, at: datetime) -> None:
        today = self._clock.local(at).date()
        if today.day != ACCOUNT_BILLING_DAY.default:
            return
        rooms: dict[int, list[Entry]] = defaultdict(list)
        for order in sorted(self._on_account, key=lambda order: order.id):
            if order.row["due_amount"]:
                rooms[order.row["unit_id"]].append(order)
        self._on_account = []
        for orders in sorted(rooms.values(), key=lambda orders: (orders[-1].row["unit_no"], orders[-1].id)):
            self._request(orders, at, today)

    def _request(self, orders: Sequence[Entry], at: datetime, today: date) -> None:
        newest, stamp = orders[-1].row, self._telling.stamp(at, "draw_up")
        number = self._telling.number(service.SERIES, str(today.year))
        values = {name: newest[name] for name in ("unit_id", "unit_no", "customer")}
        values |= {
            "serial": f"{service.PREFIX}{today.year}-{number:0{service.DIGITS}d}",
            "year": today.year,
            "number": number,
            "month": f"{today:%Y-%m}",
            "total": sum(order.row["due_amount"] for order in orders),
            "pay_by": service.pay_day(today, ACCOUNT_PAY_DAY.default),
        }
        request = self._telling.create(stamp, PaymentRequest, values)
        for position, order in enumerate(orders, start=1):
            row = order.row
            line = {
                "request_id": request.id,
                "order_id": order.id,
                "position": position,
                "serial": row["serial"],
                "day": self._clock.local(row["finished_at"]).date(),
                "service": " ".join(row["content"].split())[: service.SERVICE_MOST],
                "amount": row["due_amount"],
            }
            self._telling.write(stamp, PaymentLine, line, after=(request, order))
        printed = at + timedelta(minutes=10)
        self._telling.at(
            printed,
            lambda then: self._telling.ledger.change(
                self._telling.stamp(then, "print"), request, {"prints": 1}
            ),
        )
        days = self._chance.uniform(0.1, 5) if self._chance.random() < 0.8 else self._chance.uniform(5.5, 16)
        paid_at = self._clock.local(at + timedelta(days=days)).replace(hour=self._chance.randrange(10, 19))
        self._telling.at(paid_at, lambda then: self._pay(request, then))

    def _pay(self, request: Entry, at: datetime) -> None:
        row = request.row
        named = f"{row['month']} 签单服务（{row['serial']}）"
        self._receipt(request, at, named, row["total"], {"request_id": request.id})
        self._telling.done(request)

    def _receipt(self, paid: Entry, at: datetime, item: str, amount: int, of: dict[str, int]) -> None:
        office = self._office
        collector = self._chance.choice((office.finance, office.housekeeper))
        stamp = self._telling.stamp_of(collector, at, "receive")
        year = self._clock.local(at).year
        number = self._telling.number(receipts.SERIES, str(year))
        method = self._chance.choice(("cash", "cash", "transfer"))
        handed = -(-amount // 5_000) * 5_000 if method == "cash" else amount
        values = {
            "serial": f"{receipts.PREFIX}{year}-{number:0{receipts.DIGITS}d}",
            "year": year,
            "number": number,
            "received_at": at,
            "unit_no": paid.row["unit_no"],
            "payer": paid.row["customer"],
            "item": item,
            "amount": amount,
            "tendered": handed,
            "method": method,
            "collector": collector.name,
            "prints": 1,
        }
        self._telling.write(stamp, Receipt, values | of, after=(paid,))
        if "request_id" in of:
            self._telling.ledger.change(stamp, paid, {"paid_at": at})

    # -- blanks and volumes --------------------------------------------------------------------------

    def give_blanks(self, story: Story, at: datetime, person: str) -> None:
        """A run of blanks for the nights of the next days: most are filled, one is spoilt, some are left (R-ORDER-2)."""
        stamp, style = self._telling.stamp(at, "take_blanks"), self._office.style
        year = self._clock.local(at).year
        blanks = []
        for _ in range(BLANKS):
            number = self._telling.number(rules.SERIES, str(year))
            serial = rules.serial_text(style.prefix, str(year), number, style.digits)
            values = {"serial": serial, "year": year, "number": number}
            values |= {"state": State.BLANK.value, "issued_at": at}
            blanks.append(self._telling.create(stamp, ServiceOrder, values))
            self._unbound.append(blanks[-1])
        first, last = blanks[0].row, blanks[-1].row
        run = {"year": year, "first_number": first["number"], "last_number": last["number"]}
        run |= {"first_serial": first["serial"], "last_serial": last["serial"], "given_to": person}
        run |= {"given_at": at, "given_by": stamp.actor, "purpose": "夜间急修，先服务后补单"}
        self._telling.write(stamp, BlankRun, run)
        for night, blank in enumerate(blanks[:6], start=1):
            written = self._clock.local(at + timedelta(days=night)).replace(hour=7, minute=20 + night)
            served = written - timedelta(minutes=self._chance.randrange(150, 400))
            if night == 4:
                self._telling.at(written, partial(self._spoil, blank))
            else:
                self._telling.at(written, partial(story.backfill, blank, served_at=served))

    def _spoil(self, blank: Entry, at: datetime) -> None:
        stamp = self._telling.stamp(at, "void", "写坏了，换一张")
        values = {"voided_at": at, "voided_by": stamp.actor, "void_reason": stamp.reason}
        self._telling.ledger.change(stamp, blank, values | {"state": State.VOID.value})
        self._telling.done(blank)

    def _bind(self, at: datetime) -> None:
        today = self._clock.local(at).date()
        last_day = today.replace(day=1) - timedelta(days=1)
        if today.day < BOUND_FROM or (last_day.year, last_day.month) in self._bound:
            return
        ends = self._clock.day_bounds(last_day)[1]
        due = [order for order in self._unbound if order.row["created_at"] < ends]
        states = {order.row["state"] for order in due}
        if not due or states - {State.RETURNED.value, State.VOID.value}:
            return  # tomorrow again
        self._unbound = [order for order in self._unbound if order.row["created_at"] >= ends]
        self._bound.add((last_day.year, last_day.month))
        stamp = self._telling.stamp(at, "bind")
        first, last = due[0].row, due[-1].row
        void = [order.row["serial"] for order in due if order.row["state"] == State.VOID]
        values = {
            "year": last_day.year,
            "month": last_day.month,
            "volume_no": 1,
            "first_number": first["number"],
            "last_number": last["number"],
            "first_serial": first["serial"],
            "last_serial": last["serial"],
            "sheets": len(due),
            "void_serials": books.in_words(void),
            "missing_serials": books.in_words([]),
            "bound_by": stamp.actor,
            "bound_on": today,
            "keep_until": books.keep_until(last_day, ORDER_KEEP_YEARS.default),
        }
        self._telling.write(stamp, OrderVolume, values)
