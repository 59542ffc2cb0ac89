"""The program's start: a window that answers, then the rest beside it.

The first paint waits for whatever is imported at the top of this file and of `first_window`: Qt itself and
nothing that can be had later. What that saves was measured: docs/benchmarks.md.
"""

from __future__ import annotations

import builtins
import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from frontdesk.core.errors import SurroundingsError
from frontdesk.core.paths import LOCK_NAME
from ui.first_window import FirstWindow

if TYPE_CHECKING:
    from ui.app import DeskApp
    from ui.single_instance import SingleInstance

_NO_SCREEN = "这里没有图形界面，窗口打不开；请在桌面上启动，或用 frontdesk --help 里的命令。"
_X_SECONDS = 3.0
_CALLER = "FRONTDESK_CALLER"  # the number that a window started apart begins with


def main(folder: Path, *, number: str = "") -> int:
    """Open the desk in a folder and run until the window closes; returns the exit code.

    A second start in the same folder brings the running window to front, and hands it a caller's number. Where
    no window runs, one is started apart with that number: a telephone box does not wait for its end.
    Raises SurroundingsError without a screen, or when another user or PC has the folder; RefusedError for a
    number that is none.
    """
    if number or _may_be_running(folder):
        from ui.single_instance import tell

        if tell(folder, number):
            return 0
    _require_screen()
    if number:
        _start_apart(folder, number)
        return 0
    number = os.environ.pop(_CALLER, "")
    gc.disable()  # what is imported stays: looking for garbage among it is a twelfth of the start
    import_as_python_does()
    _choose_input_method()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("frontdesk")
    app.setApplicationDisplayName("物业前台")
    start = Start(app, folder, number)
    start.window.appear()
    code = app.exec()
    start.release()
    return code


class Start(QObject):
    """From the first window to the desk in it; keeps both."""

    _imported = Signal(object)

    def __init__(self, app: QApplication, folder: Path, number: str = "") -> None:
        super().__init__(app)
        self._app, self._folder, self._number = app, folder, number
        self._instance: SingleInstance | None = None
        self._refused: SurroundingsError | None = None
        self.desk_app: DeskApp | None = None
        self.window = FirstWindow()
        self._imported.connect(self._on_imported)
        QTimer.singleShot(0, Thread(target=self._import, name="frontdesk-start", daemon=True).start)

    def release(self) -> None:
        """Give the folder free. Raises SurroundingsError when the program could not have it."""
        if self._instance is not None:
            self._instance.release()
        if self._refused is not None:
            raise self._refused

    def _import(self) -> None:
        """In a thread, so that the window answers meanwhile."""
        error: Exception | None = None
        try:
            for name in ("app", "error_reporting", "language", "single_instance"):
                import_module(f"ui.{name}")
        except Exception as caught:
            error = caught
        with suppress(RuntimeError):  # the window was closed at once, and this object with it
            self._imported.emit(error)

    def _on_imported(self, error: Exception | None) -> None:
        if error is not None:
            self._app.exit(1)
            raise error
        from frontdesk.core.log import start_log
        from ui.app import DeskApp
        from ui.error_reporting import ErrorReporter
        from ui.language import speak_chinese
        from ui.theme import Appearance

        ErrorReporter(start_log(self._folder), self._app).install()
        appearance = Appearance(self._app)
        speak_chinese(self._app)
        instance = self._claimed()
        if instance is None:
            self._app.quit()
            return
        self._instance = instance
        self.desk_app = DeskApp(self._app, self._folder, appearance)
        instance.show_requested.connect(self.desk_app.come_to_front)
        instance.call_requested.connect(self.desk_app.incoming)
        self.desk_app.opened.connect(_settle_memory)
        self.window.take(self.desk_app.window)
        self.desk_app.start()
        if self._number:
            self.desk_app.incoming(self._number)

    def _claimed(self) -> SingleInstance | None:
        """The folder, or None when another program has it: that one was told, or nothing could be done."""
        from ui.error_reporting import BugDialog
        from ui.single_instance import claim

        try:
            return claim(self._folder, number=self._number, parent=self._app)
        except SurroundingsError as error:
            BugDialog.say(error.message)  # a program started by its icon has nowhere else to say it
            self._refused = error
            return None


def import_as_python_does() -> None:
    """Let PySide look into modules no more.

    It reads the source of each one that is imported after it, in search of a syntax of its own (`__feature__`) that
    nobody here uses: a tenth of the time until the register is there.
    """
    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


def _settle_memory() -> None:
    gc.freeze()  # a full collection would stop a gesture for as long as it walks through all that was imported
    gc.enable()


def _start_apart(folder: Path, number: str) -> None:
    import subprocess

    program = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "frontdesk"]
    subprocess.Popen(
        [*program, "--data", str(folder)],
        env=os.environ | {_CALLER: number},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=getattr(subprocess, "DETACHED_PROCESS", 0),
    )


def _may_be_running(folder: Path) -> bool:
    # Asking costs a tenth of the start: only where a running program, or one that died, left its mark.
    return (folder / LOCK_NAME).exists() or not os.access(folder, os.W_OK)


def _require_screen() -> None:
    # Qt would end the process without a word to whoever called it.
    known = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in known):
        raise SurroundingsError(_NO_SCREEN)
    # A display that is named but dead ends the process just so.
    name = os.environ.get("DISPLAY", "")
    by_x = os.environ.get("QT_QPA_PLATFORM", "xcb").startswith("xcb")
    by_x = by_x and not os.environ.get("WAYLAND_DISPLAY")
    if sys.platform.startswith("linux") and by_x and not _answers(name):
        raise SurroundingsError(f"图形界面 {name} 没有回应，窗口打不开；请在桌面上启动，或先登录桌面。")


def _answers(display: str) -> bool:
    """Whether an X server listens at `[host]:number[.screen]`."""
    import socket  # not before the first paint needs it

    host, _colon, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdecimal():
        return False
    if host not in ("", "unix"):
        with suppress(OSError), socket.create_connection((host, 6000 + int(number)), _X_SECONDS):
            return True
        return False
    path = Path("/", "tmp", ".X11-unix", f"X{number}")  # where every X server of this PC listens
    for address in (f"\0{path}", str(path)):
        with suppress(OSError), socket.socket(socket.AF_UNIX) as client:
            client.settimeout(_X_SECONDS)
            client.connect(address)
            return True
    return False


def _choose_input_method() -> None:
    # The wheels carry ibus and compose plugins only: with fcitx nobody could type Chinese otherwise.
    if os.environ.get("QT_IM_MODULE", "").startswith("fcitx"):
        os.environ["QT_IM_MODULE"] = "ibus"
