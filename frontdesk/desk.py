"""The composition root: one folder becomes one desk with all its services."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from frontdesk.callbacks.model import Callback
from frontdesk.callbacks.month import RepairSummary
from frontdesk.callbacks.patterns import PatternService
from frontdesk.callbacks.register import CALLBACK
from frontdesk.callbacks.report import MonthReport
from frontdesk.callbacks.service import CallbackService
from frontdesk.calls.directory import DirectoryService
from frontdesk.calls.messages import MessageService
from frontdesk.calls.model import Call
from frontdesk.calls.phrases import PhraseService
from frontdesk.calls.register import CALL, MESSAGE
from frontdesk.calls.service import CallService
from frontdesk.core.actor import Permission
from frontdesk.core.clock import Clock
from frontdesk.core.context import DeskContext
from frontdesk.core.database import Database, is_desk_file, probe_writable
from frontdesk.core.drafts import DraftStore
from frontdesk.core.errors import SurroundingsError
from frontdesk.core.migrate import bring_up_to_date, make_new
from frontdesk.core.model import Base
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.core.search import SearchIndex
from frontdesk.estate.finder import Finder
from frontdesk.estate.household_import import HouseholdImport
from frontdesk.estate.model import Unit
from frontdesk.estate.register import Hit
from frontdesk.estate.service import EstateService
from frontdesk.fees.model import PaymentRequest
from frontdesk.fees.receipts import ReceiptService
from frontdesk.fees.register import PAYMENT_REQUEST, RECEIPT
from frontdesk.fees.service import PaymentRequestService
from frontdesk.forms.model import PrinterSetup
from frontdesk.forms.printers import PrinterService
from frontdesk.household_card import HouseholdCards
from frontdesk.order_books.model import BlankRun
from frontdesk.order_books.service import OrderBooks
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import LINE, ORDER
from frontdesk.orders.reminders import ReminderService
from frontdesk.orders.service import OrderService
from frontdesk.orders.watch import OrderWatch
from frontdesk.paper import Paper
from frontdesk.prices.model import PriceItem
from frontdesk.prices.register import PRICE
from frontdesk.prices.service import PriceService
from frontdesk.safety.verify import Mark, Report, Verification
from frontdesk.staff.model import Person
from frontdesk.staff.service import StaffService

# Importing a register's model puts its tables into METADATA.
TABLES = (Person, Unit, PriceItem, ServiceOrder, BlankRun, Callback, PaymentRequest, Call, PrinterSetup)
METADATA = Base.metadata
SEARCHED = ("call", "order", "resident")
REGISTERS = (CALL, MESSAGE, ORDER, LINE, PRICE, CALLBACK, PAYMENT_REQUEST, RECEIPT)


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
        self.household_import = HouseholdImport(self.context)
        self.prices = PriceService(self.context)
        self.orders = OrderService(self.context)
        self.order_books = OrderBooks(self.context, self.orders)
        self.watch = OrderWatch(self.context)
        self.reminders = ReminderService(self.context)
        self.callbacks = CallbackService(self.context)
        self.repair_summary = RepairSummary(self.context)
        self.month_report = MonthReport(self.context, self.repair_summary)
        self.payment_requests = PaymentRequestService(self.context)
        self.receipts = ReceiptService(self.context)
        self.orders.when_amended += [self.payment_requests.follow_order, self.receipts.follow_order]
        self.patterns = PatternService(self.context)
        self.calls = CallService(self.context, self.orders, self.reminders)
        self.orders.when_settled.append(self.calls.settle_with_order)
        self.messages = MessageService(self.context)
        self.phrases = PhraseService(self.context)
        self.directory = DirectoryService(self.context)
        self.staff.at_first_start += [self.phrases.seed, self.directory.seed]
        self.finder = Finder(self.context, (self._orders_by_serial,))
        self.cards = HouseholdCards(self.context, self.estate, self.orders, self.calls)
        self.paper = Paper(
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
        )

    def _orders_by_serial(self, text: str) -> list[Hit]:
        order = self.orders.by_serial(text)
        return [Hit("service_order", order.id, order.serial, order.unit_no, "单号")] if order else []

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
        labels = {
            register.name: {field.name: field.label for field in register.fields} for register in REGISTERS
        }
        run = Verification(self.database, labels=labels, known=known, progress=progress, cancelled=cancelled)
        return run.run()

    def tidy(self) -> bool:
        """One small step of keeping search quick, some milliseconds, for when nobody types.

        False when there is nothing left to do; without it search slows down with every hundred entries.
        """
        if self.read_only:
            return False
        with self.database.write() as session:
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
        bring_up_to_date(database, METADATA, clock)
        return Desk(folder, database, clock)
    except BaseException:
        database.close()
        raise


def _lay(path: Path) -> None:
    # Under another name first: a start broken off half way must not leave what looks like a foreign file.
    part = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        database = Database(part)
        try:
            make_new(database, METADATA)
        finally:
            database.close()
        part.rename(path)
        part.with_name(f"{part.name}-journal").unlink(missing_ok=True)
    except OSError as error:
        raise SurroundingsError(
            f"无法在这里新建数据：{path.parent}。请检查磁盘空间和权限，或换一个文件夹。"
        ) from error
