"""One program for each data folder: the second start hands its wish to the first and ends.

Two things together: a lock file beside the data (other users, other PCs), and a local socket by which
the running window is told (same user). Only whoever holds the lock may remove a dead socket's name;
`removeServer` would steal a living one as well.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import tempfile
from pathlib import Path
from time import monotonic

from PySide6.QtCore import QLockFile, QObject, QTimer, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from frontdesk.core.caller import caller_number
from frontdesk.core.errors import RefusedError, SurroundingsError
from frontdesk.core.paths import LOCK_NAME, LOCK_STALE_SECONDS

STALE_MS = LOCK_STALE_SECONDS * 1000  # with 0 an empty lock file, left by a full disk, would block for ever
FRESH_EVERY_MS = 10_000
MOST_BYTES = 256
ANSWER_MS = 1_000
PATIENCE = 3.0  # seconds that a first start may take until it listens

_SHOW, _CALL, _TAKEN = "show", "call ", b"taken\n"


class SingleInstance(QObject):
    """The program that runs in a folder. Keep it as long as the window lives."""

    show_requested = Signal()
    call_requested = Signal(str)  # a caller's number, already checked

    def __init__(self, lock: QLockFile, server: QLocalServer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock, self._server = lock, server
        server.setParent(self)
        server.newConnection.connect(self._on_connection)
        self._freshener = QTimer(self)
        self._freshener.timeout.connect(self._on_fresh)
        self._freshener.start(FRESH_EVERY_MS)

    def release(self) -> None:
        """Give the folder free: another program may have it."""
        self._freshener.stop()
        self._server.close()
        self._lock.unlock()

    def _on_fresh(self) -> None:
        # Another PC on the network drive sees no process, only how old the lock is.
        with contextlib.suppress(OSError):
            os.utime(self._lock.fileName())

    def _on_connection(self) -> None:
        while socket := self._server.nextPendingConnection():
            socket.readyRead.connect(lambda socket=socket: self._on_ready(socket))
            socket.disconnected.connect(socket.deleteLater)
            self._on_ready(socket)

    def _on_ready(self, socket: QLocalSocket) -> None:
        if socket.bytesAvailable() > MOST_BYTES:
            socket.abort()
        elif socket.canReadLine():
            line = bytes(socket.readLine(MOST_BYTES).data()).decode("utf-8", "replace").strip()
            if self._obey(line):
                socket.write(_TAKEN)
            socket.disconnectFromServer()

    def _obey(self, line: str) -> bool:
        if line == _SHOW:
            self.show_requested.emit()
            return True
        if not line.startswith(_CALL):
            return False
        try:
            number = caller_number(line.removeprefix(_CALL))
        except RefusedError:
            return False
        self.call_requested.emit(number)
        return True


def claim(folder: Path, *, number: str = "", parent: QObject | None = None) -> SingleInstance | None:
    """Become the folder's program; None when another is, which was then shown, or told the caller's number.

    Raises SurroundingsError when another user or another PC has the folder, RefusedError for a number
    that is none.
    """
    wish = _wish(number)
    if _tell(folder, wish):
        return None
    lock = QLockFile(str(_lock_path(folder)))
    lock.setStaleLockTime(STALE_MS)
    until = monotonic() + PATIENCE
    while not lock.tryLock(100):
        if lock.error() is not QLockFile.LockError.LockFailedError:
            raise SurroundingsError(f"无法在数据文件夹旁建立锁文件：{folder}。请检查磁盘空间和权限后再启动。")
        if _tell(folder, wish):
            return None
        if monotonic() > until:
            raise SurroundingsError(_who_holds(lock, folder))
    server = QLocalServer()
    server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
    QLocalServer.removeServer(_server_name(folder))
    if not server.listen(_server_name(folder)):
        lock.unlock()
        raise SurroundingsError("无法启动：本机的程序间通道打不开，请重新登录电脑后再试。")
    return SingleInstance(lock, server, parent)


def tell(folder: Path, number: str = "") -> bool:
    """Whether a running window was shown, or told the number; needs no application and no screen.

    Raises RefusedError for a number that is none.
    """
    return _tell(folder, _wish(number))


def _wish(number: str) -> str:
    return f"{_CALL}{caller_number(number)}" if number else _SHOW


def _tell(folder: Path, wish: str) -> bool:
    """Whether a running window took the wish."""
    socket = QLocalSocket()
    socket.connectToServer(_server_name(folder))
    if not socket.waitForConnected(ANSWER_MS):
        return False
    _let_it_come_to_front()
    socket.write(f"{wish}\n".encode())
    taken = socket.waitForBytesWritten(ANSWER_MS) and socket.waitForReadyRead(ANSWER_MS)
    return bool(taken) and bytes(socket.readAll().data()) == _TAKEN


def _server_name(folder: Path) -> str:
    user = os.environ.get("USERNAME") or os.environ.get("USER") or ""
    key = f"{user}:{os.path.normcase(folder.resolve())}"
    return f"frontdesk-{hashlib.sha256(key.encode()).hexdigest()[:24]}"


def _lock_path(folder: Path) -> Path:
    # A folder that is not there yet, or cannot be written to, has no room for a lock.
    if folder.is_dir() and os.access(folder, os.W_OK):
        return folder / LOCK_NAME
    return Path(tempfile.gettempdir()) / f"{_server_name(folder)}.lock"


def _who_holds(lock: QLockFile, folder: Path) -> str:
    # PySide gives (pid, host, program), whatever its stub says.
    host = next((part for part in lock.getLockInfo() if isinstance(part, str)), "")
    where = f"（电脑：{host}）" if host else ""
    return f"数据文件夹正被另一个前台程序使用{where}:{folder}。请先关闭那一个，或稍后再试。"


def _let_it_come_to_front() -> None:
    if sys.platform == "win32":  # there a program may only raise its window when the active one allows it
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(-1)
