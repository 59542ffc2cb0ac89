"""Orders on account, summed per room into payment requests (F-PAYREQ, R-ORDER-16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from frontdesk.core.actor import Permission
from frontdesk.core.due import DueItem
from frontdesk.core.errors import RefusedError
from frontdesk.core.money import capital_amount, format_fen
from frontdesk.core.plain_text import plain_reason
from frontdesk.core.present import present
from frontdesk.core.prints import counted_prints, taken_back
from frontdesk.core.query import VOID, RegisterQuery, TableRow, Tone, tone
from frontdesk.core.settings import ACCOUNT_BILLED_BY, ACCOUNT_BILLING_DAY, ACCOUNT_PAY_DAY
from frontdesk.core.shown import shown_day, shown_moment, shown_serial
from frontdesk.fees.finding import conditions_of
from frontdesk.fees.model import PaymentLine, PaymentRequest
from frontdesk.fees.register import PAYMENT_REQUEST, RequestLine, RequestRow, Unbilled
from frontdesk.forms import Slip
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.rules import State, scan_code
from frontdesk.staff.shifts import require_void

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.actor import Actor
    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.exchange.export import ExportWish

SERIES, PREFIX, DIGITS = "payment_request", "FK", 6
RULE = "R-ORDER-16"
MOST = 5_000
SERVICE_MOST = 120  # characters of an order's words on the bill
_SEARCHED = (PaymentRequest.serial, PaymentRequest.unit_no, PaymentRequest.customer, PaymentRequest.month)
_TONES: dict[str, Tone] = {"unpaid": "warn", "late": "danger", "paid": "ok"}


class PaymentRequestService:
    """付款请求书 of one desk. Commands raise RefusedError, NotAllowedError, SurroundingsError."""

    register = PAYMENT_REQUEST

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    # --- commands -----------------------------------------------------------------------------------

    def draw_up(self) -> list[RequestRow]:
        """Sum each room's returned orders on account that are on no request yet; one request a room.

        An order stands on one request only. Raises RefusedError before the day that the setting names, when
        orders are billed with the fee notice, or when there is nothing to bill.
        """
        with self._context.transaction(Permission.WRITE_ORDERS, action="draw_up") as work:
            get = self._context.settings.get
            if get(ACCOUNT_BILLED_BY) != "payment_request":
                raise RefusedError("本小区的签单随缴费通知单收取，不另开付款请求书。", rule="R-FEE-1")
            if work.today.day < get(ACCOUNT_BILLING_DAY):
                raise RefusedError(f"每月 {get(ACCOUNT_BILLING_DAY)} 日起汇总签单，还没有到日子。", rule=RULE)
            rooms: dict[tuple[int | None, str], list[ServiceOrder]] = defaultdict(list)
            for order in work.session.scalars(_unbilled()):
                rooms[_room(order)].append(order)
            if not rooms:
                raise RefusedError("没有还没汇总的签单。", rule=RULE)
            ordered = sorted(rooms.values(), key=lambda orders: (orders[-1].unit_no, orders[-1].id))
            return self._requests(work, ordered)

    def void(self, request_id: int, reason: str) -> RequestRow:
        """Cancel an unpaid request; its orders can be billed anew, its number stays."""
        reason = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="void", reason=reason) as work:
            request = present(work.session, PaymentRequest, request_id)
            require_void(self._context, work, request, reason)
            if request.paid_at is not None:
                raise RefusedError(f"{request.serial} 已经付清；收错了请先作废收据。", rule=RULE)
            for line in work.session.scalars(_lines_of([request.id])):
                work.void(line, reason)
            work.void(request, reason)
            return self._row(request, ())

    def record_prints(self, request_ids: Sequence[int]) -> dict[int, int]:
        """Count a print before its sheets leave; by request, how often it was printed before (补打, R-ORDER-18)."""
        with self._context.transaction(Permission.PRINT, action="print") as work:
            return counted_prints(work, PaymentRequest, request_ids)

    def take_back_prints(self, reprints: Mapping[int, int], actor: Actor) -> None:
        """Strike out the counts that `record_prints` gave `actor`, of a print that came to nothing."""
        with self._context.transaction(Permission.PRINT, action="take_back_print", actor=actor) as work:
            taken_back(work, PaymentRequest, reprints)

    def follow_order(self, work: Transaction, order: ServiceOrder) -> tuple[str, ...]:
        """An order was voided or put right: the request on which it stands says so (`OrderService.when_amended`).

        What was printed is cancelled and drawn up anew, for its paper is out of the house; what was not is summed anew.
        Returns sentences for whoever did it. Raises RefusedError when the request is paid.
        """
        line = work.session.scalars(_standing_line(order.id)).first()
        if line is None:
            return ()
        amount = order.due_amount if _on_account(order) else 0
        if amount == line.amount:
            return ()
        request = present(work.session, PaymentRequest, line.request_id)
        if request.paid_at is not None:
            raise RefusedError(
                f"{order.serial} 已在付款请求书 {request.serial} 里付清；请先作废那张收据。", rule=RULE
            )
        return self._amended(work, request, line, amount)

    # --- questions ----------------------------------------------------------------------------------

    def due(self, now: datetime | None = None) -> list[DueItem]:
        """Requests to be drawn up, and unpaid ones to be collected at the door, the soonest first (R-ORDER-16)."""
        self._context.require(Permission.READ_ORDERS)
        moment = now or self._context.clock.now()
        with self._context.read() as session:
            return [*self._to_collect(session, moment), *self._to_draw_up(session, moment)]

    def pressing(self, now: datetime | None = None) -> int:
        """How many things `due` would tell of, counted in the file; drawing up counts as one."""
        self._context.require(Permission.READ_ORDERS)
        clock, get = self._context.clock, self._context.settings.get
        today = clock.local(now or clock.now()).date()
        late = select(func.count()).select_from(PaymentRequest).where(_UNPAID, PaymentRequest.pay_by < today)
        with self._context.read() as session:
            count = session.scalar(late) or 0
            if get(ACCOUNT_BILLED_BY) == "payment_request" and today.day >= get(ACCOUNT_BILLING_DAY):
                begins, _ = clock.day_bounds(today.replace(day=get(ACCOUNT_BILLING_DAY)))
                waiting = _unbilled().where(ServiceOrder.returned_at < begins)
                count += bool(session.scalar(select(waiting.exists())))
            return count

    def get(self, request_id: int) -> RequestRow:
        """One request with its orders. Raises RefusedError when there is none."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            present(session, PaymentRequest, request_id)
            return self._rows(session, [request_id])[0]

    def of_month(self, month: str) -> list[RequestRow]:
        """The requests that were drawn up in a month (`2026-11`), in the order of their numbers, void ones too."""
        self._context.require(Permission.READ_ORDERS)
        asked = select(PaymentRequest.id).where(PaymentRequest.month == month).order_by(PaymentRequest.id)
        with self._context.read() as session:
            return self._rows(session, session.scalars(asked).all())

    def slips(self, request_ids: Sequence[int], reprints: Mapping[int, int] | None = None) -> list[Slip]:
        """What goes on paper as F-PAYREQ, in this order, marked 补打 and 作废; `reprints` has what `record_prints` gave.

        Without it each is marked as its next print, for a look at it.
        """
        self._context.require(Permission.PRINT)
        counted = reprints or {}
        with self._context.read() as session:
            return [_slip(row, counted.get(row.id, row.prints)) for row in self._rows(session, request_ids)]

    def unprinted(self) -> list[int]:
        """The unpaid requests that were never printed, in the order of their numbers: a batch to print."""
        self._context.require(Permission.READ_ORDERS)
        asked = select(PaymentRequest.id).where(_UNPAID, PaymentRequest.prints == 0)
        with self._context.read() as session:
            return list(session.scalars(asked.order_by(PaymentRequest.id)))

    def unbilled(self) -> Unbilled:
        """What `draw_up` would bill now."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            orders = session.scalars(_unbilled()).all()
            rooms = {_room(order) for order in orders}
        return Unbilled(len(rooms), len(orders), sum(order.due_amount for order in orders))

    def export(
        self,
        path: Path,
        query: RegisterQuery,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write the requests that answer to an XLSX file, oldest first, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        names = [field.name for field in PAYMENT_REQUEST.exported]
        ids = self.find(query)[::-1]
        with self._context.read() as session:
            found = self._rows(session, ids)
        rows = [
            [len(row.lines) if name == "orders" else getattr(row, name) for name in names] for row in found
        ]
        return export_register(
            self._context,
            path,
            PAYMENT_REQUEST,
            rows,
            wish,
            total=len(rows),
            progress=progress,
            cancelled=cancelled,
        )

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids that answer, newest first (`query.RegisterSource`); `open_only`: not paid."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            if query.is_empty:
                return range(session.scalar(select(func.max(PaymentRequest.id))) or 0, 0, -1)
            chosen = {"month": PaymentRequest.month, "state": _state_on(self._context.clock.today())}
            conditions = list(
                conditions_of(query, _SEARCHED, chosen, self._context.clock, PaymentRequest.created_at)
            )
            if query.open_only:
                conditions.append(_UNPAID)
            asked = select(PaymentRequest.id).where(*conditions).order_by(PaymentRequest.id.desc())
            return session.scalars(asked.limit(MOST)).all()

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The table's rows of these ids, in this order (`query.RegisterSource`)."""
        with self._context.read() as session:
            return [self._table_row(row) for row in self._rows(session, ids)]

    # --- inside -------------------------------------------------------------------------------------

    def _requests(self, work: Transaction, rooms: Sequence[Sequence[ServiceOrder]]) -> list[RequestRow]:
        """One request for each room's orders, with its lines."""
        requests = work.add_all([self._request(work, orders) for orders in rooms])
        work.add_all(
            [
                self._line(request, position, order)
                for request, orders in zip(requests, rooms, strict=True)
                for position, order in enumerate(orders, start=1)
            ]
        )
        return self._rows(work.session, [request.id for request in requests])

    def _request(self, work: Transaction, orders: Sequence[ServiceOrder]) -> PaymentRequest:
        newest, year = orders[-1], work.today.year
        number = work.next_serial(SERIES, str(year))
        return PaymentRequest(
            serial=f"{PREFIX}{year}-{number:0{DIGITS}d}",
            year=year,
            number=number,
            month=f"{work.today:%Y-%m}",
            unit_id=newest.unit_id,
            unit_no=newest.unit_no,
            customer=newest.customer,
            total=sum(order.due_amount for order in orders),
            pay_by=pay_day(work.today, self._context.settings.get(ACCOUNT_PAY_DAY)),
        )

    def _line(self, request: PaymentRequest, position: int, order: ServiceOrder) -> PaymentLine:
        assert order.returned_at is not None
        return PaymentLine(
            request_id=request.id,
            order_id=order.id,
            position=position,
            serial=order.serial,
            day=self._context.clock.local(order.finished_at or order.returned_at).date(),
            service=" ".join(order.content.split())[:SERVICE_MOST],
            amount=order.due_amount,
        )

    def _amended(
        self, work: Transaction, request: PaymentRequest, line: PaymentLine, amount: int
    ) -> tuple[str, ...]:
        lines = work.session.scalars(_lines_of([request.id])).all()
        others = [other for other in lines if other.id != line.id]
        reason = f"{line.serial} {'改为 ' + format_fen(amount) + ' 元' if amount else '作废或不再签单'}"
        if not others and not amount:
            work.void(line, reason)
            work.void(request, reason)
            return (f"付款请求书 {request.serial} 只有这一单，已一并作废。",)
        if not request.prints:
            request.total += amount - line.amount
            if amount:
                line.amount = amount
            else:
                work.void(line, reason)
            return (f"付款请求书 {request.serial} 的金额已改为 {format_fen(request.total)} 元。",)
        for standing in lines:
            work.void(standing, reason)
        work.void(request, reason)
        work.flush()
        kept = [*([line.order_id] if amount else []), *(other.order_id for other in others)]
        orders = [present(work.session, ServiceOrder, order_id) for order_id in sorted(kept)]
        (anew,) = self._requests(work, [orders])
        return (
            f"付款请求书 {request.serial} 已打印过，现已作废，改开 {anew.serial}，合计 {format_fen(anew.total)} 元，"
            "请重新打印送达。",
        )

    def _rows(self, session: Session, ids: Sequence[int]) -> list[RequestRow]:
        lines: dict[int, list[PaymentLine]] = defaultdict(list)
        for line in session.scalars(_lines_of(ids)):
            lines[line.request_id].append(line)
        asked = select(PaymentRequest).where(PaymentRequest.id.in_(ids))
        found = {row.id: self._row(row, lines[row.id]) for row in session.scalars(asked)}
        return [found[number] for number in ids if number in found]

    def _row(self, request: PaymentRequest, lines: Sequence[PaymentLine]) -> RequestRow:
        names = set(RequestRow.__dataclass_fields__) - {"state", "lines"}
        return RequestRow(
            **{name: getattr(request, name) for name in names},
            state=state_of(request, self._context.clock.today()),
            lines=tuple(
                RequestLine(line.order_id, line.serial, line.day, line.service, line.amount) for line in lines
            ),
        )

    def _table_row(self, row: RequestRow) -> TableRow:
        clock = self._context.clock
        shown = (
            shown_serial(row.serial, clock.today()),
            row.month,
            row.unit_no,
            row.customer,
            str(len(row.lines)),
            format_fen(row.total),
            shown_day(row.pay_by, clock.today()),
            PAYMENT_REQUEST.field("state").label_of(row.state),
            shown_moment(clock, row.paid_at),
        )
        mark = VOID if row.state == "void" else tone("state", _TONES[row.state])
        return (row.id, *shown, mark)

    def _to_collect(self, session: Session, now: datetime) -> list[DueItem]:
        clock = self._context.clock
        asked = select(PaymentRequest).where(_UNPAID, PaymentRequest.pay_by < clock.local(now).date())
        return [
            DueItem(
                PAYMENT_REQUEST.name,
                request.id,
                f"上门收款 {request.serial} {format_fen(request.total)} 元",
                request.unit_no,
                request.created_by,
                _end(clock.day_bounds, request.pay_by),
                request.created_at,
            )
            for request in session.scalars(asked.order_by(PaymentRequest.pay_by, PaymentRequest.id))
        ]

    def _to_draw_up(self, session: Session, now: datetime) -> list[DueItem]:
        clock, get = self._context.clock, self._context.settings.get
        today = clock.local(now).date()
        if get(ACCOUNT_BILLED_BY) != "payment_request" or today.day < get(ACCOUNT_BILLING_DAY):
            return []
        day = today.replace(day=get(ACCOUNT_BILLING_DAY))
        begins, _ = clock.day_bounds(day)
        # What comes back after the day is billed next month.
        waiting = [order for order in session.scalars(_unbilled()) if _back(order) < begins]
        if not waiting:
            return []
        what = f"汇总签单，开付款请求书（{len(waiting)} 单）"
        first = waiting[0]
        return [DueItem("service_order", first.id, what, "", "", _end(clock.day_bounds, day), begins)]


_UNPAID = PaymentRequest.paid_at.is_(None) & PaymentRequest.voided_at.is_(None)


def state_of(request: PaymentRequest, today: date) -> str:
    """`unpaid` up to the day named on it, then `late`; `paid` or `void`."""
    if request.voided_at is not None:
        return "void"
    if request.paid_at is not None:
        return "paid"
    return "late" if today > request.pay_by else "unpaid"


def _state_on(today: date) -> Any:
    """`state_of` as the file computes it."""
    return case(
        (PaymentRequest.voided_at.is_not(None), "void"),
        (PaymentRequest.paid_at.is_not(None), "paid"),
        (PaymentRequest.pay_by < today, "late"),
        else_="unpaid",
    )


def pay_day(drawn_up: date, day: int) -> date:
    """The day by which a request is to be paid: of the same month, or of the next when that is past."""
    this_month = drawn_up.replace(day=day)
    return (
        this_month
        if this_month > drawn_up
        else (drawn_up.replace(day=1) + timedelta(days=32)).replace(day=day)
    )


def _unbilled() -> Any:
    billed = select(PaymentLine.id).where(
        PaymentLine.order_id == ServiceOrder.id, PaymentLine.voided_at.is_(None)
    )
    return (
        select(ServiceOrder)
        .where(
            ServiceOrder.state == State.RETURNED.value,
            ServiceOrder.settlement == "on_account",
            ServiceOrder.due_amount > 0,
            ServiceOrder.voided_at.is_(None),
            ~billed.exists(),
        )
        .order_by(ServiceOrder.id)
    )


def _room(order: ServiceOrder) -> tuple[int | None, str]:
    return order.unit_id, "" if order.unit_id else order.unit_no


def _on_account(order: ServiceOrder) -> bool:
    return order.voided_at is None and order.settlement == "on_account"


def _standing_line(order_id: int) -> Any:
    return select(PaymentLine).where(PaymentLine.order_id == order_id, PaymentLine.voided_at.is_(None))


def _back(order: ServiceOrder) -> datetime:
    assert order.returned_at is not None
    return order.returned_at


def _lines_of(request_ids: Sequence[int]) -> Any:
    standing = (PaymentLine.request_id.in_(request_ids), PaymentLine.voided_at.is_(None))
    return select(PaymentLine).where(*standing).order_by(PaymentLine.request_id, PaymentLine.position)


def _end(day_bounds: Callable[[date], tuple[datetime, datetime]], day: date) -> datetime:
    return day_bounds(day)[1] - timedelta(milliseconds=1)


def _slip(row: RequestRow, reprint: int) -> Slip:
    lines = [
        {
            "serial": line.serial,
            "day": line.day.isoformat(),
            "service": line.service,
            "amount": format_fen(line.amount),
        }
        for line in row.lines
    ]
    values: dict[str, Any] = {
        "serial": row.serial,
        "month": row.month,
        "unit_no": row.unit_no,
        "customer": row.customer,
        "total": f"{format_fen(row.total)} 元",
        "capital": capital_amount(row.total),
        "pay_by": row.pay_by.isoformat(),
        "drawn_up_by": row.created_by,
        "lines": lines,
    }
    return Slip(values, code=scan_code(row.serial), void_reason=row.void_reason, reprint=reprint)
