"""The desk's file: one connection, durable commits, and errors in words.

Why TRUNCATE, FULL, one connection and BEGIN IMMEDIATE: docs/decisions.md, 2026-11-21.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from frontdesk.core.errors import FileBusyError, StoppedError, SurroundingsError

APPLICATION_ID = 0x46444B31  # "FDK1": an empty or foreign file is never taken for a register
BUSY_SECONDS = 0.3
PATIENCE_SECONDS = 1.0  # of the first thread, from when another took the file
LEAST_PATIENCE_SECONDS = 0.02
CHECKING_SECONDS = 10.0  # nobody waits at the desk for a check
PAGE_CACHE_KIB = 64 * 1024
MOST_DAMAGE = 20  # of a table that are named
INSTRUCTIONS_BETWEEN_LOOKS = 20_000  # of SQLite's machine, some milliseconds
READING, WRITING, MIGRATING = "reading", "writing", "migrating"


class Database:
    """One open data file. Its single connection is shared by the window and the worker under a lock.

    The worker waits for it as long as it takes. The program's first thread, the window's, must not stand still:
    for it the file is busy (FileBusyError) as soon as another thread has had it for a second.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._lock = threading.RLock()
        self._held_since = 0.0
        self._in_session = False
        self._raw: sqlite3.Connection | None = None
        self.engine = create_engine(
            # What is bound are residents' names and numbers; an error's text ends up in the log.
            "sqlite://",
            creator=self._connect,
            poolclass=StaticPool,
            hide_parameters=True,
        )
        event.listen(self.engine, "begin", _begin)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for short reads, with one consistent view. Raises SurroundingsError."""
        with self._session() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are on disk when the block ends, or not at all.

        Raises FileBusyError when another program holds the file, SurroundingsError for the rest.
        """
        with self._session(WRITING) as session:
            yield session
            session.commit()

    @contextmanager
    def migration(self) -> Iterator[Session]:
        """As `write`; a table that others point to may be made anew. Raises SurroundingsError."""
        try:
            with self._session(MIGRATING) as session:
                yield session
                lost = session.connection().exec_driver_sql("PRAGMA foreign_key_check").first()
                if lost:
                    raise RuntimeError(f"after the migration a row of {lost[0]} points to nothing")
                session.commit()
        finally:
            if self._raw is not None:
                self._raw.execute("PRAGMA foreign_keys=ON")

    def damage(self, cancelled: Callable[[], bool] | None = None) -> list[str]:
        """What SQLite itself finds wrong with the file, in its own words; empty for a sound one.

        It looks through a connection of its own, table by table, so that the window reads on meanwhile and
        writes between two tables. Raises FileBusyError, StoppedError when `cancelled()` says so.
        """
        try:
            with closing(self._looking_on(cancelled)) as connection:
                names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                return [said for (name,) in names for said in _damage_of(connection, name)]
        except sqlite3.Error as error:
            if error.sqlite_errorname == "SQLITE_INTERRUPT":
                raise StoppedError("校验已停止，数据没有任何改动。") from error
            told = surroundings_error(error)
            if told is None or isinstance(told, FileBusyError):
                raise (told or error) from error
            return [told.message]  # too damaged even to be checked

    def _looking_on(self, cancelled: Callable[[], bool] | None) -> sqlite3.Connection:
        uri = f"{self.path.absolute().as_uri()}?mode=ro"
        connection = sqlite3.connect(uri, uri=True, timeout=CHECKING_SECONDS, isolation_level=None)
        if cancelled is not None:
            connection.set_progress_handler(lambda: int(cancelled()), INSTRUCTIONS_BETWEEN_LOOKS)
        return connection

    def copy_to(self, target: Path) -> None:
        """Write a copy of the file, complete under its name or not there at all.

        Raises SurroundingsError.
        """
        part = target.with_name(f"{target.name}.part")
        try:
            part.unlink(missing_ok=True)
            with self.read() as session, closing(sqlite3.connect(part)) as copy:
                source = session.connection().connection.driver_connection
                assert isinstance(source, sqlite3.Connection)
                source.backup(copy)
            with part.open("rb+") as file:
                os.fsync(file.fileno())
            part.replace(target)
        except OSError as error:
            raise SurroundingsError(
                f"写不了数据文件的副本：{target}。原文件完好；请检查磁盘空间和权限。"
            ) from error
        finally:
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the file. Waits for a unit of work that is under way."""
        with self._lock:
            self.engine.dispose()
            self._raw = None

    @contextmanager
    def _session(self, purpose: str = READING) -> Iterator[Session]:
        if self.read_only and purpose != READING:
            raise SurroundingsError(
                "数据文件夹只能读，不能写入。已有记录完好；请检查文件夹权限后重新打开程序。"
            )
        with self._held():
            if self._in_session:
                # The one connection would roll back the outer work when the inner ends.
                raise RuntimeError("a session inside another one; hand the outer session on instead")
            self._in_session = True
            try:
                with _told_in_words(), Session(self.engine, expire_on_commit=False) as session:
                    session.connection(execution_options={"frontdesk_purpose": purpose})
                    yield session
            finally:
                if self._raw is not None and self._raw.in_transaction:
                    self._raw.rollback()  # SQLAlchemy leaves one open whose commit was refused (busy, full)
                self._in_session = False

    @contextmanager
    def _held(self) -> Iterator[None]:
        patience = -1.0  # no end
        if threading.current_thread() is threading.main_thread():
            left = self._held_since + PATIENCE_SECONDS - monotonic()
            patience = max(LEAST_PATIENCE_SECONDS, left)
        if not self._lock.acquire(timeout=patience):
            raise FileBusyError(
                "数据文件正在做一件较长的事，本次还没有写入，内容仍在窗口里；做完后会再试，不必重填。"
            )
        self._held_since = monotonic()
        try:
            yield
        finally:
            self._lock.release()

    def _connect(self) -> sqlite3.Connection:
        mode = "ro" if self.read_only else "rwc"
        connection = sqlite3.connect(
            f"{self.path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        try:
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA recursive_triggers=ON")  # REPLACE asks the triggers of DELETE too
            connection.execute(f"PRAGMA cache_size=-{PAGE_CACHE_KIB}")
            if not self.read_only:
                connection.execute("PRAGMA journal_mode=TRUNCATE")
                connection.execute("PRAGMA synchronous=FULL")
        except sqlite3.Error:
            connection.close()
            raise
        self._raw = connection
        return connection


def _damage_of(connection: sqlite3.Connection, table: str) -> list[str]:
    quoted = table.replace('"', '""')
    pages = [row[0] for row in connection.execute(f'PRAGMA integrity_check("{quoted}")') if row[0] != "ok"]
    keys = connection.execute(f'PRAGMA foreign_key_check("{quoted}")').fetchmany(MOST_DAMAGE)
    return pages[:MOST_DAMAGE] + [f"{row[0]} {row[1]} → {row[2]}" for row in keys]


def _begin(connection: Any) -> None:
    # A deferred transaction that turns into a writing one fails under a second writer: 139 of 240 tries.
    purpose = connection.get_execution_options().get("frontdesk_purpose", READING)
    if purpose == MIGRATING:
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # no effect once begun
    connection.exec_driver_sql("BEGIN" if purpose == READING else "BEGIN IMMEDIATE")


@contextmanager
def _told_in_words() -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        told = surroundings_error(error.orig)
        if told is None:
            raise
        raise told from error
    except sqlite3.Error as error:
        told = surroundings_error(error)
        if told is None:
            raise
        raise told from error


def surroundings_error(error: BaseException | None) -> SurroundingsError | None:
    """The sentence for an SQLite error that the surroundings caused; None when it is a bug of ours."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return FileBusyError(
            "数据文件正被另一个程序占用，本次还没有写入，内容仍在窗口里；稍候会再试，或请关闭占用它的程序。"
        )
    if name.startswith("SQLITE_FULL"):
        return SurroundingsError(
            "磁盘已满，本次没有写入；已有记录完好，内容仍在窗口里。请腾出空间后再保存一次。"
        )
    if name.startswith("SQLITE_READONLY"):
        return SurroundingsError(
            "数据文件只能读，本次没有写入；已有记录完好，内容仍在窗口里。请检查文件权限后再保存。"
        )
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")):
        return SurroundingsError(
            "读写数据文件时磁盘出错，本次没有写入；之前存下的记录不受影响。请检查磁盘或网络盘后再试。"
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return SurroundingsError("数据文件有损坏。请不要继续写入；请用“校验”查看，并从最近的备份恢复。")
    return None


def probe_writable(path: Path) -> bool:
    """Whether the file can be written to, and another made beside it.

    Raises SurroundingsError when the disk is full.
    """
    probe = path.with_name(f".write-probe-{os.getpid()}")
    try:
        probe.write_bytes(b"x")
        path.open("r+b").close()
    except PermissionError:
        return False
    except OSError as error:
        if error.errno in (28, 122):  # ENOSPC, EDQUOT
            raise SurroundingsError(
                "磁盘已满，无法打开数据文件夹写入；已有记录完好。请腾出空间后再启动。"
            ) from error
        return False
    finally:
        with suppress(OSError):
            probe.unlink(missing_ok=True)
    return True


def is_desk_file(path: Path) -> bool:
    """Whether the file's header says that it is a register of this program. Raises SurroundingsError."""
    try:
        with path.open("rb") as file:
            header = file.read(72)
    except OSError as error:
        raise SurroundingsError(f"读不了数据文件：{path}。程序没有动它；请检查它的权限和磁盘。") from error
    return header[:16] == b"SQLite format 3\0" and int.from_bytes(header[68:72], "big") == APPLICATION_ID
