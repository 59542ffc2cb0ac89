"""How an order is shown: as a frozen row, as a row of the table, and as the values that go on its paper."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from frontdesk.core.actor import Permission
from frontdesk.core.money import capital_amount, format_fen
from frontdesk.core.query import VOID, TableRow, Tone, tone
from frontdesk.core.settings import ARRIVAL_AT_ONCE_MINUTES, ARRIVAL_MINUTES, SERVICE_PEOPLE, SHIFT_HOURS
from frontdesk.core.shown import masked_telephone, printed_moment, shown_moment, shown_serial
from frontdesk.forms import Lines, Slip
from frontdesk.orders import rules
from frontdesk.orders.people import duty_ends
from frontdesk.orders.register import ORDER, LineRow, OrderRow
from frontdesk.orders.rules import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.core.context import DeskContext
    from frontdesk.orders.model import OrderLine, ServiceOrder

_AS_KEPT = tuple(field.name for field in fields(OrderRow))
_LINE_AS_KEPT = tuple(field.name for field in fields(LineRow))
_DERIVED = frozenset({"state_label", "step", "due_at", "tone", "telephone", "lines", "warnings"})

# Printed as they are kept, under the template's names for them.
_PRINTED_TEXTS = (
    "serial",
    "unit_no",
    "customer",
    "content",
    "materials",
    "taken_by",
    "department",
    "service_person",
    "result",
    "self_check",
    "workload",
)
_PRINTED_MOMENTS = ("issued_at", "dispatched_at", "arrived_at", "finished_at", "returned_at")


class ShownOrders:
    """Orders in words, by the desk's clock and settings, and as far as whoever is signed in may see."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def row(self, order: ServiceOrder, warnings: Sequence[str] = ()) -> OrderRow:
        """The order as it stands."""
        step = rules.next_step(order.state)
        return OrderRow(
            **{name: getattr(order, name) for name in _AS_KEPT if name not in _DERIVED},
            state_label=State(order.state).label,
            step=step.name if step else "",
            due_at=self._due(order)[1],
            tone=self._tone(order),
            telephone=self._telephone(order.telephone),
            lines=tuple(
                LineRow(**{name: getattr(line, name) for name in _LINE_AS_KEPT}) for line in order.lines
            ),
            warnings=tuple(warnings),
        )

    def table_row(self, order: Any) -> TableRow:
        """The listed fields as strings, with the marks of what is void, urgent or due.

        `order` is a row of `listing.table_orders`.
        """
        clock = self._context.clock
        shown = {
            "serial": shown_serial(order.serial, clock.today()),
            "issued_at": shown_moment(clock, order.issued_at),
            "unit_no": order.unit_no,
            "customer": order.customer,
            "content": " ".join(order.content.split()),
            "category": _label("category", order.category),
            "appointment_at": "马上" if order.at_once else shown_moment(clock, order.appointment_at),
            "service_person": order.service_person,
            "state": State(order.state).label,
            "due_amount": format_fen(order.due_amount) if order.finished_at else "",
        }
        return (order.id, *(shown[field.name] for field in ORDER.listed), *self._marks(order))

    def slip(self, order: ServiceOrder, reprint: int) -> Slip:
        """The order on its paper, marked 补打 `reprint` unless that is 0. What is not known yet stays blank."""
        if order.state == State.BLANK:
            return Slip({"serial": order.serial}, code=rules.scan_code(order.serial), reprint=reprint)
        return Slip(
            values=self._paper(order) | {"charges": [_charge(line) for line in order.lines]},
            code=rules.scan_code(order.serial),
            void_reason=order.void_reason,
            reprint=reprint,
        )

    def _paper(self, order: ServiceOrder) -> dict[str, str | Lines]:
        cost = order.expected_cost
        return {
            **{name: getattr(order, name) for name in _PRINTED_TEXTS},
            **{name: printed_moment(self._context.clock, getattr(order, name)) for name in _PRINTED_MOMENTS},
            **{name: _label(name, getattr(order, name)) for name in ("channel", "category", "settlement")},
            "telephone": self._telephone(order.telephone),
            "urgent": "是" if order.urgent else "否",
            "remarks": "\n".join(
                filter(None, (self._backfilled(order), _damage(order), _other_prices(order), order.remarks))
            ),
            "appointment": self._appointment(order),
            "expected_cost": "" if cost is None else f"{format_fen(cost)} 元",
            "customer_signed_at": printed_moment(self._context.clock, order.customer_signed_at)[:10],
            **_amounts("due", order.due_amount, known=order.finished_at is not None),
            **_amounts("paid", order.paid_amount, known=order.returned_at is not None),
        }

    def _backfilled(self, order: ServiceOrder) -> str:
        """The mark of an order written after the work, with both times (R-ORDER-3)."""
        if order.backfilled_at is None:
            return ""
        clock = self._context.clock
        written, served = (printed_moment(clock, at) for at in (order.backfilled_at, order.issued_at))
        return f"【补单】{served} 受理，{written} 补写。"

    def _appointment(self, order: ServiceOrder) -> str:
        """`2026-11-22 14:00–16:00`, or 马上."""
        if order.at_once:
            return "马上"
        clock, begins, ends = self._context.clock, order.appointment_at, order.appointment_until
        if begins is None or ends is None:
            return printed_moment(clock, begins)
        same_day = clock.local(begins).date() == clock.local(ends).date()
        until = f"{clock.local(ends):%H:%M}" if same_day else printed_moment(clock, ends)
        return f"{printed_moment(clock, begins)}–{until}"

    def _marks(self, order: Any) -> tuple[str, ...]:
        if order.state == State.VOID:
            return (VOID,)
        marks = [tone("category", "danger")] if order.urgent else []
        marks.append(tone("state", self._tone(order)))
        return tuple(marks)

    def _tone(self, order: Any) -> Tone:
        """The state's colour, on the table and beside it: what is late or nearly so stands out."""
        if order.state in (State.VOID, State.BLANK):
            return "neutral"
        if order.state == State.RETURNED:
            return "ok"
        since, due = self._due(order)
        late = rules.due_tone(since, due, self._context.clock.now()) if due is not None else None
        return late or "info"

    def _due(self, order: Any) -> tuple[datetime, datetime | None]:
        """Since when the next step is awaited, and when it must be taken (R-ORDER-5, R-ORDER-8)."""
        if order.state in (State.ISSUED, State.DISPATCHED):
            settings = self._context.settings
            return order.issued_at, rules.arrival_due(
                order.issued_at,
                order.appointment_at,
                order.at_once,
                at_once_minutes=settings.get(ARRIVAL_AT_ONCE_MINUTES),
                minutes=settings.get(ARRIVAL_MINUTES),
            )
        if order.state == State.FINISHED and order.finished_at is not None:
            get, clock = self._context.settings.get, self._context.clock
            people, shifts = get(SERVICE_PEOPLE), get(SHIFT_HOURS)
            ends = duty_ends(order.service_person, order.finished_at, people, shifts, clock)
            return order.finished_at, ends
        return order.issued_at, None

    def _telephone(self, number: str) -> str:
        actor = self._context.actor
        in_full = (Permission.WRITE_ORDERS, Permission.SEE_FULL_TELEPHONES)
        # Whoever writes orders must be able to call back; finance and others need not see the number.
        return number if actor and any(map(actor.may, in_full)) else masked_telephone(number)


def _damage(order: ServiceOrder) -> str:
    """What was damaged before the work, with who looked and who confirmed (R-ORDER-19)."""
    if order.damage_confirmed_at is None:
        return ""
    return f"【原有损坏】{order.prior_damage}；领班 {order.damage_seen_by} 查看，{order.damage_confirmed_by} 确认。"


def _other_prices(order: ServiceOrder) -> str:
    """Why a line has another price than the list's (R-ORDER-7): the table of charges has no room for it."""
    told = (
        f"{line.item} 价目表 {format_fen(line.list_price)} 元，{line.price_reason}"
        for line in order.lines
        if line.list_price not in (None, line.unit_price) and line.price_reason
    )
    said = "；".join(told)
    return f"【另定价格】{said}。" if said else ""


def _label(field: str, key: str) -> str:
    return ORDER.field(field).label_of(key)


def _amounts(name: str, fen: int, *, known: bool) -> dict[str, str]:
    """An amount in figures and in 大写; both blank before it is known."""
    figures, capital = (format_fen(fen), capital_amount(fen)) if known else ("", "")
    return {f"{name}_amount": figures, f"{name}_capital": capital}


def _charge(line: OrderLine) -> dict[str, str]:
    whole, thousandths = divmod(line.quantity, 1000)
    quantity = f"{whole}.{thousandths:03d}".rstrip("0").rstrip(".")
    return {
        "item": line.item,
        "unit_price": format_fen(line.unit_price),
        "quantity": f"{quantity} {line.unit}".strip(),
        "amount": format_fen(line.amount),
    }
