"""What payment requests and receipts have in common at the window: money taken, and its paper (F-RECEIPT, R-ORDER-21)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from frontdesk.core.fields import Field, Kind
from frontdesk.core.money import format_fen, read_money
from frontdesk.fees.register import PAYMENT_REQUEST, RECEIPT
from ui.print_desk import CountedPrint, PrintRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.desk import Desk
    from frontdesk.fees.receipts import ReceiptService
    from frontdesk.fees.register import ReceiptRow
    from frontdesk.fees.service import PaymentRequestService
    from ui.register.entry_form import EntryForm

METHOD, TENDERED = RECEIPT.field("method"), RECEIPT.field("tendered")
VOID_REASON = Field("void_reason", "作废原因", Kind.LONG_TEXT, required=True, max_length=400)

Make = Callable[..., bytes]


def say_change(form: EntryForm, amount: int | None) -> None:
    """Say what goes back, or what is still missing, as the sum handed over is typed (唱收唱付)."""
    tendered = read_money(form.draft().get(TENDERED.name, ""))
    if amount is None or tendered is None or tendered == amount:
        form.notice.clear()
    elif tendered > amount:
        form.notice.say(f"收 {format_fen(tendered)} 元，找零 {format_fen(tendered - amount)} 元", "info")
    else:
        form.notice.say(f"还差 {format_fen(amount - tendered)} 元", "warn")


def receipt_request(desk: Desk, receipt: ReceiptRow) -> PrintRequest:
    """A receipt's paper in two parts, counted before it leaves (R-ORDER-18)."""
    title = f"{RECEIPT.title} {receipt.serial}"
    return _counted(
        RECEIPT.form_id, title, [receipt.id], desk, paper=desk.paper.receipts, service=desk.receipts
    )


def bills_request(desk: Desk, ids: Sequence[int], title: str) -> PrintRequest:
    """Payment requests, one sheet a room in one file, each counted before it leaves."""
    return _counted(
        PAYMENT_REQUEST.form_id, title, ids, desk,
        paper=desk.paper.payment_requests, service=desk.payment_requests,
    )  # fmt: skip


def _counted(
    form_id: str,
    title: str,
    ids: Sequence[int],
    desk: Desk,
    *,
    paper: Make,
    service: ReceiptService | PaymentRequestService,
) -> PrintRequest:
    def count() -> CountedPrint:
        actor = desk.context.require(Permission.PRINT, Permission.TAKE_MONEY)
        reprints = service.record_prints(ids)
        return CountedPrint(
            lambda _choice, task: paper(ids, task.progress, task.cancelled, reprints=reprints),
            lambda: service.take_back_prints(reprints, actor),
        )

    return PrintRequest(
        form_id, title, lambda _choice, task: paper(ids, task.progress, task.cancelled), count
    )
