"""Receipts: who took how much from whom, numbered without gaps (F-RECEIPT, R-ORDER-21)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from frontdesk.core.actor import Permission
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.money import capital_amount, format_fen
from frontdesk.core.plain_text import plain_reason
from frontdesk.core.present import present
from frontdesk.core.prints import counted_prints, taken_back
from frontdesk.core.query import VOID, RegisterQuery, TableRow
from frontdesk.core.shown import printed_moment, shown_moment, shown_serial
from frontdesk.fees.finding import conditions_of
from frontdesk.fees.model import PaymentRequest, Receipt
from frontdesk.fees.register import RECEIPT, NewReceipt, Payable, ReceiptRow
from frontdesk.forms import Slip
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.rules import scan_code, serials_meant
from frontdesk.staff.shifts import require_void

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.actor import Actor
    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.exchange.export import ExportWish

SERIES, PREFIX, DIGITS = "receipt", "SJ", 6
MOST = 5_000
_VOIDING = (Permission.TAKE_MONEY, Permission.CORRECT_ANY)
_PRINTING = (Permission.TAKE_MONEY, Permission.PRINT)
_ROW_FIELDS = tuple(name for name in ReceiptRow.__dataclass_fields__ if name != "change")
_SEARCHED = (Receipt.serial, Receipt.unit_no, Receipt.payer, Receipt.item, Receipt.collector)


class ReceiptService:
    """收费单据 of one desk. Commands raise RefusedError, NotAllowedError, SurroundingsError."""

    register = RECEIPT

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def receive(self, new: NewReceipt) -> ReceiptRow:
        """Take money against a receipt; a payment request is paid by it. Housekeepers and finance may (R-ORDER-21)."""
        actor = self._context.actor
        if actor is not None and not actor.may(Permission.TAKE_MONEY):
            raise NotAllowedError(
                f"{actor.name}的岗位不能收款，请管家或财务收款并登录（F12）。", rule="R-ORDER-21"
            )
        with self._context.transaction(Permission.TAKE_MONEY, action="receive") as work:
            values = fitting(RECEIPT, _filled(work.session, new, asdict(new)))
            if not values["amount"]:
                raise RefusedError("请填写收款金额。", field="amount")
            values["tendered"] = values["amount"] if values["tendered"] is None else values["tendered"]
            if values["tendered"] < values["amount"]:
                raise RefusedError("收到的钱少于应收金额，请核对。", field="tendered")
            year = work.today.year
            number = work.next_serial(SERIES, str(year))
            receipt = Receipt(
                **values,
                serial=f"{PREFIX}{year}-{number:0{DIGITS}d}",
                year=year,
                number=number,
                received_at=work.now,
                collector=work.actor.name,
            )
            if new.request_id is not None:
                present(work.session, PaymentRequest, new.request_id).paid_at = work.now
            return _row(work.add(receipt))

    def void(self, receipt_id: int, reason: str) -> ReceiptRow:
        """Cancel a receipt; its number stays, and the payment request that it paid is open again."""
        reason = plain_reason(reason)
        with self._context.transaction(*_VOIDING, action="void", reason=reason) as work:
            receipt = present(work.session, Receipt, receipt_id)
            require_void(self._context, work, receipt, reason, Permission.TAKE_MONEY)
            work.void(receipt, reason)
            if receipt.request_id is not None:
                present(work.session, PaymentRequest, receipt.request_id).paid_at = None
            return _row(receipt)

    def follow_order(self, work: Transaction, order: ServiceOrder) -> tuple[str, ...]:
        """An order was voided or put right: what a standing receipt says must still be so (`OrderService.when_amended`).

        Raises RefusedError: money that was taken for it goes back first.
        """
        asked = select(Receipt).where(Receipt.order_id == order.id, Receipt.voided_at.is_(None))
        receipt = work.session.scalars(asked).first()
        on_account = order.settlement == "on_account"
        if receipt is not None and (order.voided_at or on_account or order.due_amount < receipt.amount):
            raise RefusedError(
                f"{order.serial} 已开收据 {receipt.serial}（{format_fen(receipt.amount)} 元）；请先退款并作废那张收据。",
                rule="R-ORDER-21",
            )
        return ()

    def record_prints(self, receipt_ids: Sequence[int]) -> dict[int, int]:
        """Count a print before its sheets leave; by receipt, how often it was printed before (补打, R-ORDER-18)."""
        with self._context.transaction(*_PRINTING, action="print") as work:
            return counted_prints(work, Receipt, receipt_ids)

    def take_back_prints(self, reprints: Mapping[int, int], actor: Actor) -> None:
        """Strike out the counts that `record_prints` gave `actor`, of a print that came to nothing."""
        with self._context.transaction(*_PRINTING, action="take_back_print", actor=actor) as work:
            taken_back(work, Receipt, reprints)

    def get(self, receipt_id: int) -> ReceiptRow:
        """One receipt. Raises RefusedError when there is none."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return _row(present(session, Receipt, receipt_id))

    def slips(self, receipt_ids: Sequence[int], reprints: Mapping[int, int] | None = None) -> list[Slip]:
        """What goes on paper as F-RECEIPT, marked 补打 and 作废; `reprints` has what `record_prints` gave.

        Without it each is marked as its next print, for a look at it.
        """
        self._context.require(*_PRINTING)
        counted = reprints or {}
        with self._context.read() as session:
            rows = [_row(present(session, Receipt, receipt_id)) for receipt_id in receipt_ids]
        return [self._slip(row, counted.get(row.id, row.prints)) for row in rows]

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids that answer, newest first (`query.RegisterSource`)."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            if query.is_empty:
                return range(session.scalar(select(func.max(Receipt.id))) or 0, 0, -1)
            chosen = {"method": Receipt.method}
            days = self._context.clock, Receipt.received_at
            conditions = conditions_of(query, _SEARCHED, chosen, *days)
            asked = select(Receipt.id).where(*conditions).order_by(Receipt.id.desc())
            return session.scalars(asked.limit(MOST)).all()

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The table's rows of these ids, in this order (`query.RegisterSource`)."""
        with self._context.read() as session:
            found = {row.id: _row(row) for row in session.scalars(select(Receipt).where(Receipt.id.in_(ids)))}
        return [self._table_row(found[number]) for number in ids if number in found]

    def export(
        self,
        path: Path,
        query: RegisterQuery,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write the receipts that answer to an XLSX file, oldest first, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        ids = self.find(query)
        names = [field.name for field in RECEIPT.exported]
        asked = select(Receipt).where(Receipt.id.in_(ids)).order_by(Receipt.id)
        with self._context.read() as session:
            rows = [[getattr(receipt, name) for name in names] for receipt in session.scalars(asked)]
        return export_register(
            self._context, path, RECEIPT, rows, wish, total=len(rows), progress=progress, cancelled=cancelled
        )

    def payable(self, text: str) -> Payable:
        """What a serial as typed, shown or scanned asks to be paid: a payment request or an order of cash.

        A number alone is an order's of this year: `1089` is FW2026-001089.

        Raises RefusedError (field `bill`) when there is none, or nothing is left to pay.
        """
        self._context.require(Permission.READ_ORDERS)
        year = self._context.clock.today().year
        wanted = serials_meant(text, year)
        with self._context.read() as session:
            request = session.scalars(select(PaymentRequest).where(PaymentRequest.serial.in_(wanted))).first()
            order = session.scalars(select(ServiceOrder).where(ServiceOrder.serial.in_(wanted))).first()
            order = order or _of_number(session, wanted[0], year)
            try:
                if request is not None:
                    known = _of_request(session, request.id, None)
                    return Payable(request.serial, request_id=request.id, **known)
                if order is not None:
                    return Payable(order.serial, order_id=order.id, **_of_order(session, order.id, None))
            except RefusedError as refusal:
                raise RefusedError(refusal.message, field="bill", rule=refusal.rule) from refusal
        raise RefusedError(f"没有单号 {text.strip()[:40]}，请核对。", field="bill")

    def of(self, *, order_id: int | None = None, request_id: int | None = None) -> ReceiptRow | None:
        """The receipt that stands for an order or a payment request; None while there is none."""
        self._context.require(Permission.READ_ORDERS)
        paid = Receipt.order_id == order_id if order_id is not None else Receipt.request_id == request_id
        with self._context.read() as session:
            receipt = session.scalars(select(Receipt).where(paid, Receipt.voided_at.is_(None))).first()
            return _row(receipt) if receipt is not None else None

    def _table_row(self, row: ReceiptRow) -> TableRow:
        clock = self._context.clock
        shown = (
            shown_serial(row.serial, clock.today()),
            shown_moment(clock, row.received_at),
            row.unit_no,
            row.payer,
            row.item,
            format_fen(row.amount),
            RECEIPT.field("method").label_of(row.method),
            row.collector,
        )
        return (row.id, *shown, *([VOID] if row.voided_at else []))

    def _slip(self, row: ReceiptRow, reprint: int) -> Slip:
        change = f"收 {format_fen(row.tendered)} 元，找零 {format_fen(row.change)} 元" if row.change else ""
        values = {
            "serial": row.serial,
            "received_at": printed_moment(self._context.clock, row.received_at),
            "unit_no": row.unit_no,
            "payer": row.payer,
            "item": row.item,
            "amount": f"{format_fen(row.amount)} 元",
            "capital": capital_amount(row.amount),
            "method": RECEIPT.field("method").label_of(row.method),
            "change": change,
            "collector": row.collector,
        }
        return Slip(values, code=scan_code(row.serial), void_reason=row.void_reason, reprint=reprint)


def _filled(session: Session, new: NewReceipt, typed: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed, with what the payment request or the order says. Raises RefusedError for one paid already."""
    if new.request_id is not None and new.order_id is not None:
        raise RefusedError("一张收据只收一张请求书或一张服务单的钱。", field="order_id")
    known: dict[str, Any] = {}
    if new.request_id is not None:
        known = _of_request(session, new.request_id, new.amount)
    elif new.order_id is not None:
        known = _of_order(session, new.order_id, new.amount)
    given = {name: value for name, value in typed.items() if value not in ("", None)}
    return {**typed, **known, **given}


def _of_request(session: Session, request_id: int, amount: int | None) -> dict[str, Any]:
    request = present(session, PaymentRequest, request_id)
    if request.voided_at is not None or request.paid_at is not None:
        state = "作废" if request.voided_at else "付清"
        raise RefusedError(f"{request.serial} 已经{state}。", field="request_id", rule="R-ORDER-16")
    if amount not in (None, request.total):
        raise RefusedError(
            f"{request.serial} 应收 {format_fen(request.total)} 元，须一次付清。", field="amount"
        )
    item = f"{request.month} 签单服务（{request.serial}）"
    return {
        "item": item,
        "amount": request.total,
        "unit_no": request.unit_no,
        "payer": request.customer,
    }


def _of_number(session: Session, typed: str, year: int) -> ServiceOrder | None:
    """The order of the year that ends in this number alone; None where serials begin anew within the year."""
    if not re.fullmatch(r"[0-9]{1,9}", typed):
        return None
    asked = select(ServiceOrder).where(ServiceOrder.year == year, ServiceOrder.number == int(typed))
    order = session.scalars(asked).first()
    tail = order.serial.rpartition("-")[2] if order is not None else ""
    return order if tail.isdigit() and int(tail) == int(typed) else None


def _of_order(session: Session, order_id: int, amount: int | None) -> dict[str, Any]:
    order = present(session, ServiceOrder, order_id)
    if order.voided_at is not None:
        raise RefusedError(f"{order.serial} 已作废，不能收款。", field="order_id")
    if order.settlement == "on_account":
        raise RefusedError(
            f"{order.serial} 是签单，请按付款请求书收款。", field="order_id", rule="R-ORDER-16"
        )
    standing = select(Receipt.serial).where(Receipt.order_id == order.id, Receipt.voided_at.is_(None))
    if taken := session.scalar(standing):
        raise RefusedError(f"{order.serial} 已开收据 {taken}。", field="order_id")
    if amount is not None and amount > order.due_amount:
        raise RefusedError("收款不能多于应收，请核对金额。", field="amount")
    due = order.paid_amount or order.due_amount
    item = f"{order.content.splitlines()[0][:60] if order.content else '服务'}（{order.serial}）"
    return {"item": item, "amount": due or None, "unit_no": order.unit_no, "payer": order.customer}


def _row(receipt: Receipt) -> ReceiptRow:
    values = {name: getattr(receipt, name) for name in _ROW_FIELDS}
    return ReceiptRow(**values, change=receipt.tendered - receipt.amount)
