"""The composition root: one folder becomes one desk with all its services.

What the first page asks is made at once. What stands behind later pages is imported and made when it is first asked
for, its tables too: together that is half of what there is to import.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.calls.directory import DirectoryService
from frontdesk.calls.messages import MessageService
from frontdesk.calls.phrases import PhraseService
from frontdesk.calls.service import CallService
from frontdesk.core.actor import Permission
from frontdesk.core.clock import Clock
from frontdesk.core.context import DeskContext
from frontdesk.core.database import Database, is_desk_file, probe_writable
from frontdesk.core.drafts import DraftStore
from frontdesk.core.errors import SurroundingsError
from frontdesk.core.migrate import bring_up_to_date, make_new
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.core.search import SearchIndex
from frontdesk.estate.finder import Finder
from frontdesk.estate.register import Hit
from frontdesk.estate.service import EstateService
from frontdesk.forms.printers import PrinterService
from frontdesk.household_card import HouseholdCards
from frontdesk.orders.prior_damage import PriorDamageService
from frontdesk.orders.reminders import ReminderService
from frontdesk.orders.rules import is_scanned
from frontdesk.orders.service import OrderService
from frontdesk.orders.watch import OrderWatch
from frontdesk.staff.service import StaffService

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from frontdesk.callbacks.month import RepairSummary
    from frontdesk.callbacks.patterns import PatternService
    from frontdesk.callbacks.report import MonthReport
    from frontdesk.callbacks.service import CallbackService
    from frontdesk.core.context import Transaction
    from frontdesk.custody.register import AgreementRow
    from frontdesk.custody.service import CustodyBooks
    from frontdesk.estate.household_import import HouseholdImport
    from frontdesk.fees.receipts import ReceiptService
    from frontdesk.fees.service import PaymentRequestService
    from frontdesk.keys.register import KeyRow
    from frontdesk.keys.service import KeyBooks
    from frontdesk.laundry.service import LaundryService
    from frontdesk.order_books.service import OrderBooks
    from frontdesk.orders.model import ServiceOrder
    from frontdesk.paper import Paper
    from frontdesk.prices.service import PriceService
    from frontdesk.safety.verify import Mark, Report

SEARCHED = ("call", "order", "resident")


LATER = (
    "callbacks.patterns",
    "callbacks.report",
    "callbacks.service",
    "custody.service",
    "estate.household_import",
    "fees.receipts",
    "fees.service",
    "keys.service",
    "laundry.service",
    "order_books.service",
    "paper",
    "prices.service",
)


class Desk:
    """One open data folder. Close it when done; services are its attributes."""

    def __init__(self, folder: Path, database: Database, clock: Clock) -> None:
        self.folder = folder
        self.database = database
        self.context = DeskContext(database, clock)
        self.context.settings.load()
        self.drafts = DraftStore(self.context)
        self.printers = PrinterService(self.context)
        self.staff = StaffService(self.context)
        self.estate = EstateService(self.context)
        self.orders = OrderService(self.context, self._reworked)
        self.watch = OrderWatch(self.context)
        self.reminders = ReminderService(self.context, self._reworked)
        self.prior_damage = PriorDamageService(self.context)
        self.calls = CallService(self.context, self.orders, self.reminders)
        self.orders.when_settled.append(self.calls.settle_with_order)
        self.orders.when_amended.append(self._fees_follow)
        self.messages = MessageService(self.context)
        self.phrases = PhraseService(self.context)
        self.directory = DirectoryService(self.context)
        self.staff.at_first_start += [self.phrases.seed, self.directory.seed]
        self.finder = Finder(
            self.context, (self._orders_by_serial,), (self._keys_by_number, self._custody_by_number)
        )
        self.cards = HouseholdCards(
            self.context,
            self.estate,
            self.orders,
            self.calls,
            keys_of=self._keys_of_unit,
            custody_of=self._custody_of_unit,
        )

    @cached_property
    def household_import(self) -> HouseholdImport:
        """Residents from a sheet."""
        from frontdesk.estate.household_import import HouseholdImport

        return HouseholdImport(self.context)

    @cached_property
    def prices(self) -> PriceService:
        """The price list."""
        from frontdesk.prices.service import PriceService

        return PriceService(self.context)

    @cached_property
    def order_books(self) -> OrderBooks:
        """Blank runs, the serial watch, lists for finance, volumes."""
        from frontdesk.order_books.service import OrderBooks

        return OrderBooks(self.context, self.orders)

    @cached_property
    def callbacks(self) -> CallbackService:
        """The call-backs after service orders."""
        from frontdesk.callbacks.service import CallbackService

        service = CallbackService(self.context)
        service.when_content.append(self.calls.settle_with_order)
        return service

    @cached_property
    def patterns(self) -> PatternService:
        """What comes back again and again."""
        from frontdesk.callbacks.patterns import PatternService

        return PatternService(self.context)

    @cached_property
    def repair_summary(self) -> RepairSummary:
        """The month's repairs, counted."""
        from frontdesk.callbacks.month import RepairSummary

        return RepairSummary(self.context)

    @cached_property
    def month_report(self) -> MonthReport:
        """The month in numbers."""
        from frontdesk.callbacks.report import MonthReport

        return MonthReport(self.context)

    @cached_property
    def payment_requests(self) -> PaymentRequestService:
        """Payment requests for what was put on account."""
        from frontdesk.fees.service import PaymentRequestService

        return PaymentRequestService(self.context)

    @cached_property
    def receipts(self) -> ReceiptService:
        """Receipts for what was paid."""
        from frontdesk.fees.receipts import ReceiptService

        return ReceiptService(self.context)

    @cached_property
    def laundry(self) -> LaundryService:
        """Garments taken to the laundry and back."""
        from frontdesk.laundry.service import LaundryService

        return LaundryService(self.context)

    @cached_property
    def keys(self) -> KeyBooks:
        """Keys, their loans, applications, counts and issues."""
        from frontdesk.keys.service import KeyBooks

        return KeyBooks(self.context)

    @cached_property
    def custody(self) -> CustodyBooks:
        """Homes in custody: agreements, their keys, inspections, what is due of them."""
        from frontdesk.custody.service import CustodyBooks

        return CustodyBooks(self.context, self.keys.held, self.orders)

    @cached_property
    def paper(self) -> Paper:
        """Whatever is printed, as PDF."""
        from frontdesk.paper import Paper

        return Paper(
            self.context,
            orders=self.orders,
            callbacks=self.callbacks,
            calls=self.calls,
            messages=self.messages,
            prices=self.prices,
            order_books=self.order_books,
            requests=self.payment_requests,
            receipts=self.receipts,
            repairs=self.repair_summary,
            laundry=self.laundry,
            keys=self.keys,
            custody=self.custody,
        )

    def _fees_follow(self, work: Transaction, order: ServiceOrder) -> tuple[str, ...]:
        return (*self.payment_requests.follow_order(work, order), *self.receipts.follow_order(work, order))

    def _reworked(self, session: Session, order_ids: Collection[int]) -> Collection[int]:
        return self.callbacks.reworked(session, order_ids)

    def _keys_by_number(self, text: str) -> list[Hit]:
        return self.keys.hits(text)

    def _keys_of_unit(self, unit_id: int) -> Sequence[KeyRow]:
        return self.keys.held.of_unit(unit_id)

    def _custody_by_number(self, text: str) -> list[Hit]:
        return self.custody.hits(text)

    def _custody_of_unit(self, unit_id: int) -> AgreementRow | None:
        return self.custody.agreements.of_unit(unit_id)

    def _orders_by_serial(self, text: str) -> list[Hit]:
        order = self.orders.by_serial(text)
        if order is None:
            return []
        scanned = is_scanned(text)
        why = "扫码" if scanned else "单号"
        return [Hit("service_order", order.id, order.serial, order.unit_no, why, scanned)]

    @property
    def read_only(self) -> bool:
        """Whether the folder cannot be written to; everything may be read."""
        return self.database.read_only

    def verify(
        self,
        *,
        known: Mark | None = None,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Report:
        """Look for anything altered behind the program's back; see `safety.verify`.

        Raises NotAllowedError, StoppedError when `cancelled()` says so, FileBusyError.
        """
        self.context.require(Permission.KEEP_SETTINGS, Permission.REPORTS)
        from frontdesk.safety.verify import Verification
        from frontdesk.tables import REGISTERS, SEARCHES

        labels = {
            register.name: {field.name: field.label for field in register.fields} for register in REGISTERS
        }
        run = Verification(
            self.database,
            labels=labels,
            searches=SEARCHES,
            known=known,
            progress=progress,
            cancelled=cancelled,
        )
        return run.run()

    def rebuild_searches(
        self,
        *,
        progress: Callable[[int, int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Make all that is searched anew from the records, in one transaction: nobody writes meanwhile.

        Raises NotAllowedError, StoppedError when `cancelled()` says so (then nothing has changed), SurroundingsError.
        """
        self.context.require(Permission.KEEP_SETTINGS)
        from frontdesk.core.jobs import step
        from frontdesk.tables import SEARCHES

        done = 0

        def count(rows: int) -> None:
            nonlocal done
            done += rows
            step(done, 0, progress, cancelled)

        with self.database.write() as session:
            for search in SEARCHES:
                search.rebuild(session, count)

    def tidy(self) -> bool:
        """One small step of keeping the file tidy, some milliseconds, for when nobody types.

        Old drafts go, search is kept quick: without it it slows down with every hundred entries. False when there is
        nothing left to do.
        """
        if self.read_only:
            return False
        with self.database.write() as session:
            if self.drafts.forget_old(session):
                return True
            connection = session.connection()
            return any(SearchIndex(name).tidy(connection) for name in SEARCHED)

    def close(self) -> None:
        """Close the file."""
        self.database.close()


def open_desk(folder: Path, *, create: bool = False, clock: Clock | None = None) -> Desk:
    """Open the desk in a folder; with `create`, make a new, empty one where there is none.

    Raises SurroundingsError when there is no register, a foreign, damaged or newer file, or a full disk.
    """
    path = folder / DATABASE_NAME
    if not path.exists():
        if not create:
            raise SurroundingsError(f"文件夹里没有前台数据：{folder}。请选对文件夹，或新建一个。")
        _lay(path)
    elif not is_desk_file(path):
        raise SurroundingsError(f"这不是前台的数据文件，程序没有动它：{path}。请选对文件夹，或从备份恢复。")
    clock = clock or Clock()
    database = Database(path, read_only=not probe_writable(path))
    try:
        bring_up_to_date(database, clock)
        return Desk(folder, database, clock)
    except BaseException:
        database.close()
        raise


def import_later() -> None:
    """Import what stands behind later pages: for a worker, while somebody types a secret."""
    for name in LATER:
        import_module(f"frontdesk.{name}")


def _lay(path: Path) -> None:
    # Under another name first: a start broken off half way must not leave what looks like a foreign file.
    part = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        database = Database(part)
        try:
            make_new(database)
        finally:
            database.close()
        part.rename(path)
        part.with_name(f"{part.name}-journal").unlink(missing_ok=True)
    except OSError as error:
        raise SurroundingsError(
            f"无法在这里新建数据：{path.parent}。请检查磁盘空间和权限，或换一个文件夹。"
        ) from error
