"""A whole desk in a real window, driven by keys."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget

from frontdesk.core.actor import PROGRAM
from frontdesk.core.settings import ESTATE_NAME, SERVICE_PEOPLE
from frontdesk.desk import open_desk
from frontdesk.estate.register import NewResident, NewUnit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from ui.app import DeskApp

PIN = "246810"
HOLDING = """
import sqlite3, sys
file = sqlite3.connect(sys.argv[1], isolation_level=None)
file.execute("BEGIN EXCLUSIVE")
print("locked", flush=True)
sys.stdin.read()
file.execute("ROLLBACK")
"""


@pytest.fixture
def held() -> Callable[[Path], AbstractContextManager[subprocess.Popen[str]]]:
    """`with held(file)`: another process has the file for itself until the block, or its input, ends."""
    return _held


@contextmanager
def _held(file: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield process
        if process.poll() is None:
            process.communicate()


@pytest.fixture
def estate_folder(tmp_path: Path) -> Path:
    """A data folder with three households, a clerk 陈晓婧 and service people."""
    folder = tmp_path / "desk"
    desk = open_desk(folder, create=True)
    desk.staff.first_start("富成物业", "富成花园", "林雅", "administrator-1")
    desk.context.settings.put(SERVICE_PEOPLE, ["李建国 工程部", "马强 工程部"])
    for name in ("陈晓婧", "李慕颖"):
        desk.staff.add_person(name, "clerk", PIN, department="客服部")
    desk.staff.add_person("钱伟", "supervisor", PIN, department="客服部")
    desk.context.actor = PROGRAM
    for unit_no, name in (("3-2-1102", "张晓敏"), ("商铺S-05", "赵䶮"), ("8-3-2004", "王𬱖")):
        unit = desk.estate.add_unit(NewUnit(unit_no))
        desk.estate.add_resident(NewResident(unit.id, name, "owner", ("13800138000",)))
    desk.context.settings.put(ESTATE_NAME, "富成花园")
    desk.close()
    return folder


@pytest.fixture
def desk_app(qtbot: QtBot, estate_folder: Path) -> Iterator[DeskApp]:
    """The program's window on that folder, opened, with nobody signed in yet."""
    from ui.app import DeskApp
    from ui.theme import Appearance

    app = QApplication.instance()
    assert isinstance(app, QApplication)
    made = DeskApp(app, estate_folder, Appearance(app, "light"))
    made.window.show()
    qtbot.addWidget(made.window)
    with qtbot.waitSignal(made.opened, timeout=15_000):
        made.start()
    yield made
    made.window.close()
    made.deleteLater()
    # What was made and never shown stands in no window: it would be dressed anew for each later test.
    for widget in QApplication.topLevelWidgets():
        widget.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # type: ignore[arg-type]


class Driver:
    """Hands at the keyboard: types into whatever has the cursor, as a clerk does."""

    CONTROL = Qt.KeyboardModifier.ControlModifier
    ALT = Qt.KeyboardModifier.AltModifier

    def __init__(self, qtbot: QtBot, app: DeskApp) -> None:
        self._qtbot, self.app = qtbot, app

    def sign_in(self, name: str = "陈晓婧") -> None:
        assert self.app.desk is not None
        person = next(person for person in self.app.desk.staff.people() if person.name == name)
        self.app.desk.staff.sign_in(person.id, PIN)
        self.app.signed_in()
        self._qtbot.waitUntil(lambda: QApplication.focusWidget() is not None)

    def keys(self, text: str) -> None:
        """Chinese comes as an input method gives it."""
        if text.isascii():
            self._qtbot.keyClicks(self._focus(), text)
            return
        committed = QInputMethodEvent()
        committed.setCommitString(text)
        QApplication.sendEvent(self._focus(), committed)

    def key(self, which: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        self._qtbot.keyClick(self._focus(), which, modifier)
        QApplication.processEvents()  # what moves the cursor once the loop has turned

    def enter(self, *texts: str) -> None:
        """Type each text and go on with Enter."""
        for text in texts:
            if text:
                self.keys(text)
            self.key(Qt.Key.Key_Return)

    def save(self) -> None:
        self.key(Qt.Key.Key_Return, self.CONTROL)

    def page(self, name: str) -> Any:
        return self.app.window.page(name)

    def issue_order(self, room: str = "1102", reason: str = "厨房下水堵塞") -> int:
        """A call that becomes an order by F8; returns the order's id."""
        self.key(Qt.Key.Key_F5)
        self.enter(room)
        reason_editor = self.page("call").form.form.editor("reason")
        self._qtbot.waitUntil(reason_editor.inner.hasFocus)
        self.enter(reason)
        self.keys("c")
        self.key(Qt.Key.Key_F8)
        assert self.app.window.current_name() == "service_order"
        return self.page("service_order").panel.table.current_id()

    def _focus(self) -> QWidget:
        focus = QApplication.focusWidget()
        assert focus is not None, "the cursor is nowhere"
        return focus


@pytest.fixture
def driver(qtbot: QtBot, desk_app: DeskApp) -> Driver:
    return Driver(qtbot, desk_app)
