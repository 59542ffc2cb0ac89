"""The desk's file: one connection, durable commits, and errors in words.

Why TRUNCATE, FULL, one connection and BEGIN IMMEDIATE: docs/decisions.md, 2026-11-21.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from frontdesk.core.errors import FileBusyError, SurroundingsError

APPLICATION_ID = 0x46444B31  # "FDK1": an empty or foreign file is never taken for a register
BUSY_SECONDS = 0.3
PAGE_CACHE_KIB = 64 * 1024


class Database:
    """One open data file. Its single connection is shared by the window and the worker under a lock."""

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        self.path = path
        self.read_only = read_only
        self._lock = threading.RLock()
        self.engine = _engine(path, read_only)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for short reads, with one consistent view. Raises SurroundingsError."""
        with self._lock, _told_in_words(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are on disk when the block ends, or not at all.

        Raises FileBusyError when another program holds the file, SurroundingsError for the rest.
        """
        if self.read_only:
            raise SurroundingsError(
                "数据文件夹只能读,不能写入。已有记录完好;请检查文件夹权限后重新打开程序。"
            )
        with self._lock, _told_in_words(), Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={"frontdesk_write": True})
            yield session
            session.commit()

    def interrupt(self) -> None:
        """Break off the statement that runs now, from any thread."""
        connection = self.engine.raw_connection()
        raw = connection.driver_connection
        if isinstance(raw, sqlite3.Connection):
            raw.interrupt()

    def close(self) -> None:
        """Close the file. Waits for a unit of work that is under way."""
        with self._lock:
            self.engine.dispose()


def _engine(path: Path, read_only: bool) -> Engine:
    def connect() -> sqlite3.Connection:
        mode = "ro" if read_only else "rwc"
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=256,
        )
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA cache_size=-{PAGE_CACHE_KIB}")
        if not read_only:
            connection.execute("PRAGMA journal_mode=TRUNCATE")
            connection.execute("PRAGMA synchronous=FULL")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
    event.listen(engine, "begin", _begin)
    return engine


def _begin(connection: Any) -> None:
    # A deferred transaction that turns into a writing one fails under a second writer: 139 of 240 tries.
    writing = connection.get_execution_options().get("frontdesk_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


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
            "数据文件正被另一个程序占用,本次还没有写入,内容仍在窗口里;稍候会再试,或请关闭占用它的程序。"
        )
    if name.startswith("SQLITE_FULL"):
        return SurroundingsError(
            "磁盘已满,本次没有写入;已有记录完好,内容仍在窗口里。请腾出空间后再保存一次。"
        )
    if name.startswith("SQLITE_READONLY"):
        return SurroundingsError(
            "数据文件只能读,本次没有写入;已有记录完好,内容仍在窗口里。请检查文件权限后再保存。"
        )
    if name.startswith(("SQLITE_IOERR", "SQLITE_CANTOPEN")):
        return SurroundingsError(
            "读写数据文件时磁盘出错,本次没有写入;之前存下的记录不受影响。请检查磁盘或网络盘后再试。"
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return SurroundingsError("数据文件有损坏。请不要继续写入;请用“校验”查看,并从最近的备份恢复。")
    return None


def probe_writable(folder: Path) -> bool:
    """Whether a file can be made in the folder. Raises SurroundingsError when the disk is full."""
    probe = folder / f".write-probe-{os.getpid()}"
    try:
        probe.write_bytes(b"x")
    except PermissionError:
        return False
    except OSError as error:
        if error.errno in (28, 122):  # ENOSPC, EDQUOT
            raise SurroundingsError(
                "磁盘已满,无法打开数据文件夹写入;已有记录完好。请腾出空间后再启动。"
            ) from error
        return False
    probe.unlink(missing_ok=True)
    return True


def is_desk_file(path: Path) -> bool:
    """Whether the file's header says that it is a register of this program."""
    with path.open("rb") as file:
        header = file.read(72)
    return header[:16] == b"SQLite format 3\0" and int.from_bytes(header[68:72], "big") == APPLICATION_ID
