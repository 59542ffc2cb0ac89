"""The composition root: one folder becomes one desk with all its services."""

from __future__ import annotations

from pathlib import Path

from frontdesk.calls.model import Call
from frontdesk.core.clock import Clock
from frontdesk.core.context import DeskContext
from frontdesk.core.database import Database, is_desk_file, probe_writable
from frontdesk.core.errors import SurroundingsError
from frontdesk.core.migrate import bring_up_to_date, make_new
from frontdesk.core.model import Base
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.estate.model import Unit
from frontdesk.forms.model import PrinterSetup
from frontdesk.forms.printers import PrinterService
from frontdesk.orders.model import ServiceOrder
from frontdesk.staff.model import Person

TABLES = (Person, Unit, ServiceOrder, Call, PrinterSetup)  # importing a register's model puts its tables into METADATA
METADATA = Base.metadata


class Desk:
    """One open data folder. Close it when done; services are its attributes."""

    def __init__(self, folder: Path, database: Database, clock: Clock) -> None:
        self.folder = folder
        self.database = database
        self.context = DeskContext(database, clock)
        self.context.settings.load()
        self.printers = PrinterService(self.context)

    @property
    def read_only(self) -> bool:
        """Whether the folder cannot be written to; everything may be read."""
        return self.database.read_only

    def close(self) -> None:
        """Close the file."""
        self.database.close()


def open_desk(folder: Path, *, create: bool = False, clock: Clock | None = None) -> Desk:
    """Open the desk in a folder; with `create`, make a new, empty one where there is none.

    Raises SurroundingsError when there is no register, a foreign, damaged or newer file, or a full disk.
    """
    path = folder / DATABASE_NAME
    new = not path.exists()
    if new and not create:
        raise SurroundingsError(f"文件夹里没有前台数据:{folder}。请选对文件夹,或新建一个。")
    if new:
        folder.mkdir(parents=True, exist_ok=True)
    elif not is_desk_file(path):
        raise SurroundingsError(f"这不是前台的数据文件,程序没有动它:{path}。请选对文件夹,或从备份恢复。")
    if new:
        _make_file(path)
    database = Database(path, read_only=not probe_writable(folder))
    if not database.read_only:
        bring_up_to_date(database, METADATA)
    return Desk(folder, database, clock or Clock())


def _make_file(path: Path) -> None:
    # Made beside its place and moved there when whole: a crash on the way leaves no half register.
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    database = Database(unfinished)
    make_new(database, METADATA)
    database.close()
    unfinished.replace(path)
