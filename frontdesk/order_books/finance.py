"""Paid orders' second copies to finance: drawn up by the night clerk, received by finance (F-FINANCE, R-ORDER-15)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from frontdesk.core.actor import Permission
from frontdesk.core.due import DueItem
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.money import capital_amount, format_fen
from frontdesk.core.plain_text import plain_reason, plain_text
from frontdesk.core.settings import SHIFT_HOURS
from frontdesk.core.shift_hours import ShiftHours, shift_hours
from frontdesk.core.shown import printed_moment
from frontdesk.order_books import rules
from frontdesk.order_books.model import FinanceLine, FinanceList
from frontdesk.order_books.register import FINANCE, FinanceLineRow, FinanceRow
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import SETTLEMENTS
from frontdesk.prices.register import CATEGORIES
from frontdesk.staff.shifts import shift_at

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.actor import Actor
    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.exchange.export import ExportWish

RULE = "R-ORDER-15"
LOOKED_BACK = timedelta(days=62)
"""How far back orders are looked for that stand on no list: a desk that begins with lists, or takes over
ten years of orders, must not send all of them to finance at once."""

_KINDS = [choice.key for choice in CATEGORIES]
_LABELS = {choice.key: choice.label for choice in (*CATEGORIES, *SETTLEMENTS)}


class FinanceListService:
    """Lists of paid orders for finance. An order stands on exactly one."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    # --- commands -----------------------------------------------------------------------------------

    def draw_up(self) -> FinanceRow:
        """List all paid orders that are back and on no list yet. Raises RefusedError when there are none."""
        with self._context.transaction(Permission.WRITE_ORDERS, action="draw_up_finance_list") as work:
            orders = _waiting(work.session, work.now)
            if not orders:
                raise RefusedError("没有等着移交财务的收费服务单。", rule=RULE)
            shift = shift_at(self._context.clock.local(work.now), self._hours())
            drawn = work.add(FinanceList(day=shift.day, shift=shift.name))
            for position, order in enumerate(orders, start=1):
                work.add(_line(drawn, order, position))
            return _row(work.session, drawn)

    def withdraw(self, list_id: int, reason: str) -> None:
        """Take a list back before finance has it; its orders wait again. Raises RefusedError."""
        kept = plain_reason(reason)
        if not kept:
            raise RefusedError("收回清单请写明原因。", field="reason", rule=RULE)
        with self._context.transaction(
            Permission.WRITE_ORDERS, action="withdraw_finance_list", reason=kept
        ) as work:
            drawn = _open(work, list_id)
            for line in _lines(work.session, drawn):
                work.void(line, kept)
            work.void(drawn, kept)

    def confirm_receipt(
        self,
        list_id: int,
        receiver: Actor | None = None,
        *,
        count: int | None = None,
        cash: int | None = None,
        difference: str = "",
    ) -> FinanceRow:
        """Finance has the copies: `receiver`, proved by `StaffService.prove`, or whoever is signed in.

        `count` copies and `cash` (fen) are what finance counted, None as listed; `difference` says why it is another.
        Raises RefusedError for a list already received, NotAllowedError for anybody but finance.
        """
        acting = receiver or self._context.require(Permission.RECEIVE_FINANCE_LISTS)
        if not acting.may(Permission.RECEIVE_FINANCE_LISTS):
            raise NotAllowedError("移交清单要由财务本人签收。", field="receiver", rule=RULE)
        kept = plain_text(difference, field="difference", label="差异说明", most=400)
        with self._context.transaction(
            Permission.RECEIVE_FINANCE_LISTS, action="receive_finance_list", actor=acting
        ) as work:
            drawn = _open(work, list_id)
            listed = _row(work.session, drawn)
            counted = (listed.lines if count is None else count, listed.cash if cash is None else cash)
            rules.check_received(counted, (listed.lines, listed.cash), kept)
            drawn.received_at = work.now
            drawn.received_by_id, drawn.received_by = acting.person_id, acting.name
            drawn.received_count, drawn.received_cash = counted
            drawn.difference = kept if counted != (listed.lines, listed.cash) else ""
            work.flush()
            return _row(work.session, drawn)

    # --- questions ----------------------------------------------------------------------------------

    def waiting(self) -> list[FinanceLineRow]:
        """The paid orders that the next list would have, by category and serial."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            orders = _waiting(session, self._context.clock.now())
            return [
                _line_row(_line(FinanceList(), order, at), order) for at, order in enumerate(orders, start=1)
            ]

    def lists(self, first_day: date, last_day: date) -> list[FinanceRow]:
        """The lists of some local days, both inclusive, the newest first; withdrawn ones too."""
        self._context.require(Permission.READ_ORDERS)
        asked = select(FinanceList).where(FinanceList.day.between(first_day, last_day))
        with self._context.read() as session:
            return [_row(session, one) for one in session.scalars(asked.order_by(FinanceList.id.desc()))]

    def get(self, list_id: int) -> FinanceRow:
        """One list. Raises RefusedError when there is none."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return _row(session, _present(session, list_id))

    def lines(self, list_id: int) -> list[FinanceLineRow]:
        """The orders of a list as they were listed, with what was corrected or voided since."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            lines = _lines(session, _present(session, list_id))
            return [_line_row(line, session.get_one(ServiceOrder, line.order_id)) for line in lines]

    def due(self, now: datetime) -> list[DueItem]:
        """What finance has not got yet (R-ORDER-15): lists not received, and orders that stand on none.

        Due when the night clerk goes off duty, red at the end of the day after.
        """
        with self._context.read() as session:
            open_lists = select(FinanceList).where(
                FinanceList.received_at.is_(None), FinanceList.voided_at.is_(None)
            )
            items = []
            for drawn in session.scalars(open_lists):
                lines = _lines(session, drawn)
                since = min(session.get_one(ServiceOrder, line.order_id).returned_at or now for line in lines)
                told = f"收费单移交清单 {drawn.day} {drawn.shift}（{len(lines)} 张）等财务签收"
                items.append(self._due_item(drawn.id, told, "财务", since))
            orders = _waiting(session, now)
        if orders:
            since = min(order.returned_at or now for order in orders)
            items.append(self._due_item(0, f"{len(orders)} 张收费服务单要移交财务", "夜班值班员", since))
        return items

    def print_rows(self, list_id: int) -> list[tuple[str, ...]]:
        """F-FINANCE: the lines by category with their totals, and the total in figures and 大写."""
        lines = self.lines(list_id)
        rows: list[tuple[str, ...]] = []
        for kind in _KINDS:
            of_kind = [line for line in lines if line.category == kind]
            rows += [_cells(line) for line in of_kind]
            if of_kind:
                rows.append(_total("小计", of_kind, _LABELS[kind]))
        for way in ("cash", "on_account"):
            settled = [line for line in lines if line.settlement == way]
            if settled:
                rows.append(_total("合计", settled, _LABELS[way]))
        rows.append(_total("合计", lines, capital_amount(sum(line.amount for line in lines))))
        row = self.get(list_id)
        return [*rows, *self._signed(row)]

    def export(self, path: Path, list_id: int, wish: ExportWish) -> int:
        """Write a list's lines to an XLSX file, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        rows = [
            (line.position, _LABELS[line.category], line.serial, line.unit_no, line.item, line.amount,
             _LABELS[line.settlement], line.remarks)
            for line in self.lines(list_id)
        ]  # fmt: skip
        return export_register(self._context, path, FINANCE, rows, wish, total=len(rows))

    # --- inside -------------------------------------------------------------------------------------

    def _signed(self, row: FinanceRow) -> list[tuple[str, ...]]:
        """Who received it and what was counted, once that is so."""
        if row.received_at is None or row.received_count is None or row.received_cash is None:
            return []
        by = f"{row.received_by} {printed_moment(self._context.clock, row.received_at)}"
        told = " ".join(filter(None, (by, row.difference and f"差异：{row.difference}")))
        return [("签收", "", f"{row.received_count} 张", "", told, format_fen(row.received_cash), "现金", "")]

    def _hours(self) -> Sequence[ShiftHours]:
        return shift_hours(self._context.settings.get(SHIFT_HOURS))

    def _due_item(self, list_id: int, what: str, who: str, since: datetime) -> DueItem:
        due, late = rules.list_due(since, self._hours(), self._context.clock)
        return DueItem("finance_list", list_id, what, "", who, due, since, late)


def _waiting(session: Session, now: datetime) -> list[ServiceOrder]:
    listed = exists().where(FinanceLine.order_id == ServiceOrder.id, FinanceLine.voided_at.is_(None))
    asked = select(ServiceOrder).where(
        ServiceOrder.returned_at >= now - LOOKED_BACK,
        # Not by state: most orders are back, and SQLite would take that index.
        ServiceOrder.voided_at.is_(None),
        ServiceOrder.settlement != "",
        ~listed,
    )
    found = session.scalars(asked).all()
    return sorted(found, key=lambda order: (_KINDS.index(order.category), order.year, order.number))


def _line(drawn: FinanceList, order: ServiceOrder, position: int) -> FinanceLine:
    return FinanceLine(
        list_id=drawn.id,
        order_id=order.id,
        position=position,
        category=order.category,
        serial=order.serial,
        unit_no=order.unit_no,
        item="、".join(line.item for line in order.lines) or order.content,
        amount=_amount(order),
        settlement=order.settlement,
    )


def _amount(order: ServiceOrder) -> int:
    return order.paid_amount if order.settlement == "cash" else order.due_amount


def _line_row(line: FinanceLine, order: ServiceOrder) -> FinanceLineRow:
    remarks = ""
    if order.voided_at is not None:
        remarks = "已作废"
    elif _amount(order) != line.amount or order.settlement != line.settlement:
        remarks = f"更正为 {format_fen(_amount(order))} {_LABELS[order.settlement]}"
    return FinanceLineRow(
        line.order_id,
        line.position,
        line.category,
        line.serial,
        line.unit_no,
        line.item,
        line.amount,
        line.settlement,
        remarks,
    )


def _lines(session: Session, drawn: FinanceList) -> Sequence[FinanceLine]:
    # A withdrawn list keeps its lines, struck out with it.
    asked = select(FinanceLine).where(FinanceLine.list_id == drawn.id).order_by(FinanceLine.position)
    return session.scalars(asked).all()


def _row(session: Session, drawn: FinanceList) -> FinanceRow:
    lines = _lines(session, drawn)
    cash = sum(line.amount for line in lines if line.settlement == "cash")
    return FinanceRow(
        drawn.id,
        drawn.day,
        drawn.shift,
        drawn.created_at,
        drawn.created_by,
        drawn.received_at,
        drawn.received_by,
        lines=len(lines),
        cash=cash,
        on_account=sum(line.amount for line in lines) - cash,
        received_count=drawn.received_count,
        received_cash=drawn.received_cash,
        difference=drawn.difference,
        void_reason=drawn.void_reason,
    )


def _present(session: Session, list_id: int) -> FinanceList:
    drawn = session.get(FinanceList, list_id)
    if drawn is None:
        raise RefusedError("没有这份移交清单，请重新选择。", rule=RULE)
    return drawn


def _open(work: Transaction, list_id: int) -> FinanceList:
    drawn = _present(work.session, list_id)
    if drawn.voided_at is not None:
        raise RefusedError("这份移交清单已经收回。", rule=RULE)
    if drawn.received_at is not None:
        raise RefusedError(f"{drawn.received_by}已经签收这份清单，不能再改。", rule=RULE)
    return drawn


def _cells(line: FinanceLineRow) -> tuple[str, ...]:
    return (
        str(line.position),
        _LABELS[line.category],
        line.serial,
        line.unit_no,
        line.item,
        format_fen(line.amount),
        _LABELS[line.settlement],
        line.remarks,
    )


def _total(word: str, lines: Sequence[FinanceLineRow], told: str) -> tuple[str, ...]:
    total = format_fen(sum(line.amount for line in lines))
    return (word, "", f"{len(lines)} 张", "", told, total, "", "")
