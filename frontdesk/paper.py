"""The desk's paper as PDF bytes: what registers give, on the forms that the regulations name.

The window, the command line and the tests all print from here, so they see the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, cast

from frontdesk import forms
from frontdesk.callbacks.month import REPAIR_SUMMARY
from frontdesk.callbacks.register import CALLBACK
from frontdesk.calls.register import CALL, MESSAGE, SUMMARY
from frontdesk.core.query import RegisterQuery
from frontdesk.core.settings import (
    COMPANY_NAME,
    DESK_NAME,
    ESTATE_ADDRESS,
    ESTATE_NAME,
    ESTATE_TELEPHONE,
    ORDER_COPY_COLOURS,
    ORDER_COPY_NAMES,
    ORDER_LAYOUT,
)
from frontdesk.core.shown import printed_moment
from frontdesk.custody.register import HANDED_KEY, INSPECTION
from frontdesk.forms.printers import PrinterChoice
from frontdesk.forms.values import ORDINALS
from frontdesk.keys.register import KEY, LOAN
from frontdesk.laundry.register import LAUNDRY
from frontdesk.order_books.register import FINANCE, ORDER_DAY
from frontdesk.prices.register import PRICE

if TYPE_CHECKING:
    from frontdesk.callbacks.month import RepairSummary
    from frontdesk.callbacks.service import CallbackService
    from frontdesk.calls.messages import MessageService
    from frontdesk.calls.service import CallService
    from frontdesk.core.context import DeskContext
    from frontdesk.core.fields import Register
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.custody.service import CustodyBooks
    from frontdesk.fees.receipts import ReceiptService
    from frontdesk.fees.service import PaymentRequestService
    from frontdesk.keys.service import KeyBooks
    from frontdesk.laundry.service import LaundryService
    from frontdesk.order_books.service import OrderBooks
    from frontdesk.orders.service import OrderService
    from frontdesk.prices.service import PriceService


class Paper:
    """Fills forms. Each method returns the bytes of a PDF; asks services, writes nothing."""

    def __init__(
        self,
        context: DeskContext,
        *,
        orders: OrderService,
        callbacks: CallbackService,
        calls: CallService,
        messages: MessageService,
        prices: PriceService,
        order_books: OrderBooks,
        requests: PaymentRequestService,
        receipts: ReceiptService,
        repairs: RepairSummary,
        laundry: LaundryService,
        keys: KeyBooks,
        custody: CustodyBooks,
    ) -> None:
        self._context = context
        self._orders, self._callbacks, self._calls = orders, callbacks, calls
        self._messages, self._prices, self._books = messages, prices, order_books
        self._requests, self._receipts, self._repairs = requests, receipts, repairs
        self._laundry, self._keys, self._custody = laundry, keys, custody

    def letterhead(self) -> forms.Letterhead:
        """Company, estate, address, telephone and desk as the settings have them."""
        get = self._context.settings.get
        return forms.Letterhead(
            get(COMPANY_NAME), get(ESTATE_NAME), get(ESTATE_ADDRESS), get(ESTATE_TELEPHONE), get(DESK_NAME)
        )

    def orders(
        self,
        order_ids: Sequence[int],
        choice: PrinterChoice | None = None,
        *,
        copies: Sequence[int] | None = None,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> bytes:
        """F-ORDER of these orders with what was said when they were called back, marked 补打 and 作废 (R-ORDER-18).

        What leaves the house is counted first and then made by `slips`. Raises as that.
        """
        slips = self.order_slips(order_ids)
        return self.slips(slips, choice, copies=copies, progress=progress, cancelled=cancelled)

    def slips(
        self,
        slips: Sequence[forms.Slip],
        choice: PrinterChoice | None = None,
        *,
        copies: Sequence[int] | None = None,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> bytes:
        """F-ORDER of what `order_slips` gave.

        `choice` gives layout, copies and offsets, the setting's layout without one; `copies` goes before its
        own. Raises RefusedError, forms.StoppedError when cancelled.
        """
        chosen = choice or PrinterChoice()
        names = self.copy_names()
        return forms.render_slip(
            "F-ORDER",
            slips,
            letterhead=self.letterhead(),
            layout=cast("forms.Layout", chosen.layout or self._context.settings.get(ORDER_LAYOUT)),
            copies=copies if copies is not None else chosen.copies_of(len(names)),
            copy_names=names,
            offset_mm=chosen.offset_mm,
            scale=chosen.scale_permille / 1000,
            printed_at=self._now(),
            progress=progress,
            cancelled=cancelled,
        )

    def order_slips(
        self,
        order_ids: Sequence[int],
        reprints: Mapping[int, int] | None = None,
        cancelled: Cancelled | None = None,
    ) -> list[forms.Slip]:
        """What goes on the paper of these orders; `reprints` has the counts that `record_prints` gave.

        An order without a count is marked as its next print. Raises RefusedError, NotAllowedError, StoppedError.
        """
        called_back = self._callbacks.slip_values(order_ids)
        slips = zip(order_ids, self._orders.slips(order_ids, reprints, cancelled), strict=True)
        return [
            replace(slip, values={**slip.values, **called_back.get(order_id, {})}) for order_id, slip in slips
        ]

    def copy_names(self) -> list[forms.CopyName]:
        """第一联 客服部 … with their colours, as the settings name them."""
        names = self._context.settings.get(ORDER_COPY_NAMES)
        colours = self._context.settings.get(ORDER_COPY_COLOURS)
        return [
            forms.CopyName(f"第{ORDINALS[at]}联 {name}", colours[at] if at < len(colours) else "白")
            for at, name in enumerate(names[: len(ORDINALS)])
        ]

    def calls(
        self, query: RegisterQuery, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> bytes:
        """F-CALL of the lines that answer, oldest first."""
        rows = self._calls.print_rows(query)
        return self._register(CALL, rows, query.period, progress, cancelled)

    def messages(
        self, query: RegisterQuery, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> bytes:
        """F-MESSAGE as a register of the messages that answer."""
        rows = self._messages.print_rows(query)
        return self._register(MESSAGE, rows, query.period, progress, cancelled)

    def callbacks(
        self, query: RegisterQuery, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> bytes:
        """F-CALLBACK of the call-backs that answer, oldest first."""
        rows = self._callbacks.print_rows(query)
        return self._register(CALLBACK, rows, query.period, progress, cancelled)

    def referral(self, callback_id: int) -> bytes:
        """F-MEMO of what a call-back found, for the department that mends it (R-ORDER-11). Raises RefusedError."""
        values = {**self._callbacks.memo(callback_id), "from_department": self.letterhead().desk}
        return forms.render_slip(
            "F-MEMO", [forms.Slip(values)], letterhead=self.letterhead(), printed_at=self._now()
        )

    def message(self, slip: Mapping[str, str]) -> bytes:
        """F-MESSAGE of one message, for whoever was not there (R-CALL-6); `slip` is what `MessageService.slip` gave."""
        return forms.render_slip(
            "F-MESSAGE", [forms.Slip(slip)], letterhead=self.letterhead(), printed_at=self._now()
        )

    def repair_summary(
        self, month: date, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> bytes:
        """F-REPAIR-SUM of the month that this day lies in."""
        rows = self._repairs.print_rows(month)
        return self._register(REPAIR_SUMMARY, rows, f"{month:%Y-%m}", progress, cancelled)

    def payment_requests(
        self,
        ids: Sequence[int],
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        *,
        reprints: Mapping[int, int] | None = None,
    ) -> bytes:
        """F-PAYREQ of these requests, one sheet a room, in one file. Raises StoppedError when cancelled.

        `reprints` has the counts that `record_prints` gave (R-ORDER-18).
        """
        return self._slips_of("F-PAYREQ", self._requests.slips(ids, reprints), progress, cancelled)

    def receipts(
        self,
        ids: Sequence[int],
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        *,
        reprints: Mapping[int, int] | None = None,
    ) -> bytes:
        """F-RECEIPT of these receipts, in two parts each; `reprints` as for payment requests."""
        return self._slips_of("F-RECEIPT", self._receipts.slips(ids, reprints), progress, cancelled)

    def laundry(
        self,
        ids: Sequence[int],
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        *,
        reprints: Mapping[int, int] | None = None,
    ) -> bytes:
        """F-LAUNDRY of these tickets, customer's part and stub; `reprints` as for payment requests (R-ORDER-20)."""
        return self._slips_of("F-LAUNDRY", self._laundry.slips(ids, reprints), progress, cancelled)

    def laundry_register(
        self, query: RegisterQuery, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> bytes:
        """F-LAUNDRY as a register of the tickets that answer, oldest first."""
        return self._register(LAUNDRY, self._laundry.print_rows(query), query.period, progress, cancelled)

    def keys(
        self, query: RegisterQuery, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> bytes:
        """F-KEY of the keys that answer, as they stand now, in the order of their numbers."""
        today = self._context.clock.today().isoformat()
        return self._register(KEY, self._keys.held.print_rows(query), today, progress, cancelled)

    def key_issue(
        self, issue_id: int, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> bytes:
        """F-KEY of an issue, expired or in force, word for word as it was drawn up (R-KEY-6). Raises RefusedError."""
        title = self._keys.issues.get(issue_id).title
        return self._register(KEY, self._keys.issues.print_rows(issue_id), title, progress, cancelled)

    def key_loans(
        self, query: RegisterQuery, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> bytes:
        """F-KEY-LOAN of the loans that answer, oldest first; of a month's days it is what is filed."""
        return self._register(LOAN, self._keys.loans.print_rows(query), query.period, progress, cancelled)

    def key_applications(
        self,
        ids: Sequence[int],
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        *,
        reprints: Mapping[int, int] | None = None,
    ) -> bytes:
        """F-KEY-APPL of these applications; `reprints` as for payment requests (R-KEY-3)."""
        return self._slips_of("F-KEY-APPL", self._keys.applications.slips(ids, reprints), progress, cancelled)

    def key_tags(
        self,
        key_ids: Sequence[int],
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        *,
        first: int = 1,
    ) -> bytes:
        """F-KEY-TAG of these keys on label sheets; `first` is the first free label of a sheet begun (R-KEY-1)."""
        return forms.render_labels(
            "F-KEY-TAG",
            self._keys.held.tags(key_ids),
            letterhead=self.letterhead(),
            first=first,
            progress=progress,
            cancelled=cancelled,
        )

    def custody_agreements(
        self,
        ids: Sequence[int],
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
        *,
        reprints: Mapping[int, int] | None = None,
    ) -> bytes:
        """F-CUSTODY of these agreements, one A4 each; `reprints` as for payment requests (R-KEY-7)."""
        return self._slips_of("F-CUSTODY", self._custody.agreements.slips(ids, reprints), progress, cancelled)

    def custody_keys(
        self, query: RegisterQuery, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> bytes:
        """F-CUSTODY-KEYS of the keys that answer, room by room (R-KEY-7)."""
        rows = self._custody.handed.print_rows(query)
        return self._register(HANDED_KEY, rows, query.period, progress, cancelled)

    def custody_inspections(
        self, query: RegisterQuery, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> bytes:
        """F-CUSTODY-INSP of the inspections that answer, oldest first (R-KEY-8)."""
        rows = self._custody.inspections.print_rows(query)
        return self._register(INSPECTION, rows, query.period, progress, cancelled)

    def custody_rounds(self, agreement_ids: Sequence[int] = ()) -> bytes:
        """F-MEMO for security to walk round these homes, all in custody by default (R-KEY-8). Raises RefusedError."""
        letterhead = self.letterhead()
        values = {**self._custody.agreements.memo(agreement_ids), "from_department": letterhead.desk}
        return forms.render_slip(
            "F-MEMO", [forms.Slip(values)], letterhead=letterhead, printed_at=self._now()
        )

    def summary(self, day: date) -> bytes:
        """F-SUMMARY of a local day (R-CALL-7)."""
        return self._register(SUMMARY, self._calls.print_summary(day), day.isoformat())

    def prices(self, revision_id: int) -> bytes:
        """F-PRICE of a revision, with its number and validity (R-ORDER-7). Raises RefusedError."""
        rows = self._prices.print_rows(revision_id)
        return self._register(PRICE, rows, self._prices.revision(revision_id).period)

    def blank_run(
        self,
        run_id: int,
        choice: PrinterChoice | None = None,
        *,
        reprints: Mapping[int, int] | None = None,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> bytes:
        """F-ORDER-BLANK: the blanks of a run that nobody has told of, as one PDF of F-ORDER with numbers alone.

        `reprints` has the counts that `record_print` gave (R-ORDER-2, 18). Raises RefusedError when none is left.
        """
        blanks = self._books.blanks.blank_ids(run_id)
        slips = self._orders.slips(blanks, reprints)
        return self.slips(slips, choice, progress=progress, cancelled=cancelled)

    def order_day(self, first_day: date, last_day: date | None = None) -> bytes:
        """F-ORDER-DAY of a local day, or of several, both inclusive (R-ORDER-14)."""
        days = RegisterQuery(first_day=first_day, last_day=last_day or first_day)
        rows = self._books.watch.print_rows(first_day, last_day)
        return self._register(ORDER_DAY, rows, days.period)

    def finance_list(self, list_id: int) -> bytes:
        """F-FINANCE of a list (R-ORDER-15). Raises RefusedError."""
        finance = self._books.finance
        row = finance.get(list_id)
        return self._register(FINANCE, finance.print_rows(list_id), f"{row.day} {row.shift}".strip())

    def order_cover(self, volume_id: int) -> bytes:
        """F-ORDER-COVER of a bound volume (R-ORDER-15, 17). Raises RefusedError."""
        slips = [self._books.volumes.slip(volume_id)]
        return forms.render_slip("F-ORDER-COVER", slips, letterhead=self.letterhead(), printed_at=self._now())

    def _slips_of(
        self,
        form_id: str,
        slips: Sequence[forms.Slip],
        progress: Progress | None,
        cancelled: Cancelled | None,
    ) -> bytes:
        return forms.render_slip(
            form_id,
            slips,
            letterhead=self.letterhead(),
            printed_at=self._now(),
            progress=progress,
            cancelled=cancelled,
        )

    def _register(
        self,
        register: Register,
        rows: Iterable[Sequence[str]],
        period: str,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> bytes:
        actor = self._context.actor
        return forms.render_register(
            register,
            rows,
            letterhead=self.letterhead(),
            period=period,
            printed_by=actor.name if actor else "",
            printed_at=self._now(),
            progress=progress,
            cancelled=cancelled,
        )

    def _now(self) -> str:
        return printed_moment(self._context.clock, self._context.clock.now())
