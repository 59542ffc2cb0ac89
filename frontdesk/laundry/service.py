"""Laundry tickets: taken, sent, back and checked, handed over and checked again (F-LAUNDRY, R-ORDER-20)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, or_, select

from frontdesk.core.actor import Permission
from frontdesk.core.due import DueItem
from frontdesk.core.errors import RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.money import format_fen
from frontdesk.core.plain_text import plain_reason, storable
from frontdesk.core.present import present
from frontdesk.core.prints import counted_prints, taken_back
from frontdesk.core.query import VOID, RegisterQuery, TableRow, Tone, tone
from frontdesk.core.shown import masked_telephone, printed_moment, shown_day, shown_moment, shown_serial
from frontdesk.forms import Slip
from frontdesk.laundry import rules
from frontdesk.laundry.model import Garment, LaundryTicket
from frontdesk.laundry.register import LAUNDRY, GarmentRow, NewTicket, TicketRow
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.rules import scan_code
from frontdesk.staff.shifts import may_reach, require_void

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.actor import Actor
    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.exchange.export import ExportWish

SERIES, PREFIX, DIGITS = "laundry_ticket", "XY", 6
MOST = 5_000
_TONES: dict[str, Tone] = {"received": "warn", "sent": "info", "back": "warn", "handed": "ok"}
_SEARCHED = (
    LaundryTicket.serial,
    LaundryTicket.order_serial,
    LaundryTicket.unit_no,
    LaundryTicket.customer,
)
_IS_OPEN = LaundryTicket.handed_at.is_(None) & LaundryTicket.voided_at.is_(None)
_DERIVED = frozenset({"garments", "state", "telephone"})


class LaundryService:
    """洗衣 of one desk. Commands raise RefusedError, NotAllowedError, SurroundingsError."""

    register = LAUNDRY

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    # --- commands -----------------------------------------------------------------------------------

    def receive(self, new: NewTicket) -> TicketRow:
        """Take garments for a laundry order: each checked, counted and marked, the day of return agreed."""
        with self._context.transaction(Permission.WRITE_ORDERS, action="receive") as work:
            order = _laundry_order(work.session, new.order_id)
            price = new.price if new.price is not None else order.expected_cost
            values = fitting(LAUNDRY, {"cleaning": new.cleaning, "price": price, "return_on": new.return_on})
            rules.check_return(new.return_on, work.today)
            year = work.today.year
            number = work.next_serial(SERIES, str(year))
            garments = rules.checked_garments(new.garments, number)
            known = {name: getattr(order, name) for name in ("unit_no", "customer", "telephone")}
            ticket = work.add(
                LaundryTicket(
                    **known,
                    **values,
                    serial=f"{PREFIX}{year}-{number:0{DIGITS}d}",
                    year=year,
                    number=number,
                    order_id=order.id,
                    order_serial=order.serial,
                    received_at=work.now,
                    handled_by=work.actor.name,
                )
            )
            for position, garment in enumerate(garments, start=1):
                work.add(
                    Garment(
                        ticket_id=ticket.id,
                        position=position,
                        name=garment.name,
                        mark=garment.mark,
                        damage=garment.damage,
                    )
                )
            return self._row(work.session, ticket)

    def send(self, ticket_id: int, laundry: str, signed_by: str = "") -> TicketRow:
        """The laundry took the garments; `signed_by` is who signed for them."""
        values = fitting(LAUNDRY, {"laundry": laundry, "signed_by": signed_by})
        if not values["laundry"]:
            raise RefusedError("请填写洗衣公司。", field="laundry", rule=rules.RULE)
        with self._step("send", ticket_id, "received") as (work, ticket):
            ticket.sent_at = work.now
            for name, value in values.items():
                setattr(ticket, name, value)
            return self._row(work.session, ticket)

    def take_back(self, ticket_id: int, count: int | None, note: str = "") -> TicketRow:
        """The garments are back from the laundry: counted and looked at; a difference or damage is told in `note`."""
        note = fitting(LAUNDRY, {"back_note": note})["back_note"]
        with self._step("take_back", ticket_id, "sent") as (work, ticket):
            rules.check_count(count, len(_garments(work.session, [ticket.id])[ticket.id]), note)
            ticket.back_at, ticket.back_note = work.now, note
            return self._row(work.session, ticket)

    def hand_over(self, ticket_id: int, satisfaction: str, note: str = "") -> TicketRow:
        """The customer has the garments back, checked once more together, and says how it was."""
        values = fitting(LAUNDRY, {"satisfaction": satisfaction, "handed_note": note})
        with self._step("hand_over", ticket_id, "back") as (work, ticket):
            ticket.handed_at = work.now
            ticket.satisfaction, ticket.handed_note = values["satisfaction"], values["handed_note"]
            return self._row(work.session, ticket)

    def void(self, ticket_id: int, reason: str) -> TicketRow:
        """Cancel a ticket whose garments were not sent, its number stays. Raises RefusedError."""
        reason = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="void", reason=reason) as work:
            ticket = present(work.session, LaundryTicket, ticket_id)
            require_void(self._context, work, ticket, reason)
            if ticket.sent_at is not None and ticket.handed_at is None:
                raise RefusedError(f"{ticket.serial} 的衣物还在洗衣公司，请先取回、送还。", rule=rules.RULE)
            work.void(ticket, reason)
            return self._row(work.session, ticket)

    def record_prints(self, ticket_ids: Sequence[int]) -> dict[int, int]:
        """Count a print before its sheets leave; by ticket, how often it was printed before (补打, R-ORDER-18)."""
        with self._context.transaction(Permission.PRINT, action="print") as work:
            return counted_prints(work, LaundryTicket, ticket_ids)

    def take_back_prints(self, reprints: Mapping[int, int], actor: Actor) -> None:
        """Strike out the counts that `record_prints` gave `actor`, of a print that came to nothing."""
        with self._context.transaction(Permission.PRINT, action="take_back_print", actor=actor) as work:
            taken_back(work, LaundryTicket, reprints)

    # --- questions ----------------------------------------------------------------------------------

    def get(self, ticket_id: int) -> TicketRow:
        """One ticket. Raises RefusedError when there is none."""
        with self._reading() as session:
            return self._row(session, present(session, LaundryTicket, ticket_id))

    def of_order(self, order_id: int) -> TicketRow | None:
        """The ticket that stands for an order; None while nothing was taken."""
        asked = select(LaundryTicket).where(
            LaundryTicket.order_id == order_id, LaundryTicket.voided_at.is_(None)
        )
        with self._reading() as session:
            ticket = session.scalars(asked).first()
            return self._row(session, ticket) if ticket is not None else None

    def last_company(self) -> str:
        """Where the last garments were sent, "" before the first."""
        asked = (
            select(LaundryTicket.laundry)
            .where(LaundryTicket.sent_at.is_not(None))
            .order_by(LaundryTicket.id.desc())
        )
        with self._reading() as session:
            return session.scalars(asked.limit(1)).first() or ""

    def due(self, now: datetime | None = None) -> list[DueItem]:
        """Garments to be handed back by the day that was agreed, the soonest first (R-ORDER-20)."""
        self._context.require(Permission.READ_ORDERS)
        clock = self._context.clock
        today = clock.local(now or clock.now()).date()
        asked = select(LaundryTicket).where(_IS_OPEN, LaundryTicket.return_on <= today + timedelta(days=1))
        with self._context.read() as session:
            return [
                DueItem(
                    LAUNDRY.name,
                    ticket.id,
                    f"送还洗衣 {ticket.serial}",
                    ticket.unit_no,
                    ticket.handled_by,
                    clock.day_bounds(ticket.return_on)[1] - timedelta(milliseconds=1),
                    ticket.received_at,
                )
                for ticket in session.scalars(asked.order_by(LaundryTicket.return_on, LaundryTicket.id))
            ]

    def pressing(self) -> int:
        """How many tickets must be handed back today, or are late."""
        self._context.require(Permission.READ_ORDERS)
        asked = select(func.count()).where(_IS_OPEN, LaundryTicket.return_on <= self._context.clock.today())
        with self._context.read() as session:
            return session.scalar(asked) or 0

    def may_void(self, ticket: TicketRow) -> bool:
        """Whether whoever is signed in may cancel a ticket as it stands: never while its garments are away."""
        away = ticket.sent_at is not None and ticket.handed_at is None
        return not away and may_reach(self._context, ticket.created_by_id, ticket.received_at)

    def slips(self, ticket_ids: Sequence[int], reprints: Mapping[int, int] | None = None) -> list[Slip]:
        """What goes on paper as F-LAUNDRY, marked 补打 and 作废; `reprints` has what `record_prints` gave."""
        self._context.require(Permission.PRINT)
        counted = reprints or {}
        rows = [self.get(ticket_id) for ticket_id in ticket_ids]
        return [self._slip(row, counted.get(row.id, row.prints)) for row in rows]

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids that answer, newest first (`query.RegisterSource`); `open_only`: not handed back yet."""
        with self._reading() as session:
            if query.is_empty:
                return range(session.scalar(select(func.max(LaundryTicket.id))) or 0, 0, -1)
            asked = select(LaundryTicket.id).where(*self._conditions(query))
            return session.scalars(asked.order_by(LaundryTicket.id.desc()).limit(MOST)).all()

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The table's rows of these ids, in this order (`query.RegisterSource`)."""
        with self._reading() as session:
            return [self._table_row(row) for row in self._rows(session, ids)]

    def print_rows(self, query: RegisterQuery) -> Iterator[tuple[str, ...]]:
        """The cells of each ticket that answers, oldest first, as the register's paper has them."""
        self._context.require(Permission.PRINT)
        ids = self.find(query)[::-1]
        with self._reading() as session:
            rows = self._rows(session, ids)
        for row in rows:
            shown = self._printed(row)
            yield tuple(shown[field.name] for field in LAUNDRY.printed)

    def export(
        self,
        path: Path,
        query: RegisterQuery,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write the tickets that answer to an XLSX file, oldest first, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        self._context.require(Permission.EXPORT)
        ids = self.find(query)[::-1]
        with self._reading() as session:
            rows = [self._exported(row) for row in self._rows(session, ids, masked=False)]
        return export_register(
            self._context, path, LAUNDRY, rows, wish, total=len(rows), progress=progress, cancelled=cancelled
        )

    # --- inside -------------------------------------------------------------------------------------

    @contextmanager
    def _reading(self) -> Iterator[Session]:
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            yield session

    @contextmanager
    def _step(self, action: str, ticket_id: int, begins: str) -> Iterator[tuple[Transaction, LaundryTicket]]:
        with self._context.transaction(Permission.WRITE_ORDERS, action=action) as work:
            ticket = present(work.session, LaundryTicket, ticket_id)
            rules.check_state(state_of(ticket), begins, ticket.serial)
            yield work, ticket

    def _conditions(self, query: RegisterQuery) -> Iterator[Any]:
        for word in storable(query.text).split():
            yield or_(*(column.contains(word, autoescape=True) for column in _SEARCHED))
        if query.first_day:
            yield LaundryTicket.received_at >= self._context.clock.day_bounds(query.first_day)[0]
        if query.last_day:
            yield LaundryTicket.received_at < self._context.clock.day_bounds(query.last_day)[1]
        for name, key in query.choices.items():
            yield {"state": _STATE}[name] == storable(key)
        if query.open_only:
            yield _IS_OPEN

    def _rows(self, session: Session, ids: Sequence[int], *, masked: bool = True) -> list[TicketRow]:
        garments = _garments(session, ids)
        asked = select(LaundryTicket).where(LaundryTicket.id.in_(ids))
        show = self._telephone if masked else str
        found = {ticket.id: _made(ticket, garments[ticket.id], show) for ticket in session.scalars(asked)}
        return [found[number] for number in ids if number in found]

    def _row(self, session: Session, ticket: LaundryTicket) -> TicketRow:
        session.flush()
        return _made(ticket, _garments(session, [ticket.id])[ticket.id], self._telephone)

    def _telephone(self, number: str) -> str:
        actor = self._context.actor
        in_full = (Permission.WRITE_ORDERS, Permission.SEE_FULL_TELEPHONES)
        return number if actor and any(map(actor.may, in_full)) else masked_telephone(number)

    def _table_row(self, row: TicketRow) -> TableRow:
        clock = self._context.clock
        late = row.step and row.return_on < clock.today()
        shown = {
            "serial": shown_serial(row.serial, clock.today()),
            "received_at": shown_moment(clock, row.received_at),
            "unit_no": row.unit_no,
            "customer": row.customer,
            "garments": "、".join(garment.name for garment in row.garments),
            "count": str(len(row.garments)),
            "return_on": shown_day(row.return_on, clock.today()),
            "state": LAUNDRY.field("state").label_of(row.state),
        }
        marks = [VOID] if row.state == "void" else [tone("state", _TONES[row.state])]
        if late:
            marks.append(tone("return_on", "danger"))
        return (row.id, *(shown[field.name] for field in LAUNDRY.listed), *marks)

    def _printed(self, row: TicketRow) -> dict[str, str]:
        clock = self._context.clock
        return {
            "serial": row.serial,
            "received_at": printed_moment(clock, row.received_at),
            "unit_no": row.unit_no,
            "customer": row.customer,
            "telephone": row.telephone,
            "garments": "；".join(
                f"{garment.name}（{garment.mark}，{garment.damage}）" for garment in row.garments
            ),
            "count": str(len(row.garments)),
            "cleaning": LAUNDRY.field("cleaning").label_of(row.cleaning),
            "price": format_fen(row.price),
            "return_on": row.return_on.isoformat(),
            "handed_at": "作废" if row.voided_at else printed_moment(clock, row.handed_at),
            "satisfaction": LAUNDRY.field("satisfaction").label_of(row.satisfaction),
        }

    def _exported(self, row: TicketRow) -> list[Any]:
        made = {"garments": self._printed(row)["garments"], "count": len(row.garments)}
        return [
            made[field.name] if field.name in made else getattr(row, field.name) for field in LAUNDRY.exported
        ]

    def _slip(self, row: TicketRow, reprint: int) -> Slip:
        shown = self._printed(row)
        names = (
            "serial",
            "received_at",
            "unit_no",
            "customer",
            "telephone",
            "count",
            "cleaning",
            "return_on",
        )
        values: dict[str, Any] = {
            **{name: shown[name] for name in names},
            "count": f"{len(row.garments)} 件",
            "price": f"{format_fen(row.price)} 元",
            "order_serial": row.order_serial,
            "laundry": "  ".join(filter(None, (row.laundry, row.signed_by))),
            "back_note": row.back_note or ("核对无误" if row.back_at else ""),
            "handed_at": printed_moment(self._context.clock, row.handed_at),
            "satisfaction": shown["satisfaction"],
            "handled_by": row.handled_by,
            "lines": [
                {
                    "position": str(garment.position),
                    "name": garment.name,
                    "mark": garment.mark,
                    "damage": garment.damage,
                }
                for garment in row.garments
            ],
        }
        return Slip(values, code=scan_code(row.serial), void_reason=row.void_reason, reprint=reprint)


_STATE = case(
    (LaundryTicket.voided_at.is_not(None), "void"),
    (LaundryTicket.handed_at.is_not(None), "handed"),
    (LaundryTicket.back_at.is_not(None), "back"),
    (LaundryTicket.sent_at.is_not(None), "sent"),
    else_="received",
)


def state_of(ticket: LaundryTicket) -> str:
    """Where a ticket stands: the last thing that happened to it."""
    happened = (
        ("void", ticket.voided_at),
        ("handed", ticket.handed_at),
        ("back", ticket.back_at),
        ("sent", ticket.sent_at),
    )
    return next((state for state, at in happened if at is not None), "received")


def _made(
    ticket: LaundryTicket, garments: Sequence[GarmentRow], telephone: Callable[[str], str]
) -> TicketRow:
    kept = {name: getattr(ticket, name) for name in TicketRow.__dataclass_fields__ if name not in _DERIVED}
    return TicketRow(
        **kept, garments=tuple(garments), state=state_of(ticket), telephone=telephone(ticket.telephone)
    )


def _garments(session: Session, ids: Sequence[int]) -> dict[int, list[GarmentRow]]:
    asked = (
        select(Garment)
        .where(Garment.ticket_id.in_(ids), Garment.voided_at.is_(None))
        .order_by(Garment.ticket_id, Garment.position)
    )
    found: dict[int, list[GarmentRow]] = defaultdict(list)
    for garment in session.scalars(asked):
        found[garment.ticket_id].append(
            GarmentRow(garment.position, garment.name, garment.mark, garment.damage)
        )
    return found


def _laundry_order(session: Session, order_id: int) -> ServiceOrder:
    order = present(session, ServiceOrder, order_id)
    if order.voided_at is not None or order.category != "laundry":
        raise RefusedError(f"{order.serial} 不是洗衣的服务单。", field="order_id", rule=rules.RULE)
    standing = select(LaundryTicket.serial).where(
        LaundryTicket.order_id == order_id, LaundryTicket.voided_at.is_(None)
    )
    if taken := session.scalar(standing):
        raise RefusedError(f"{order.serial} 已开洗衣收据 {taken}。", field="order_id", rule=rules.RULE)
    return order
