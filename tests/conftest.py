"""Shared set-up of all tests: no screen, the program's own font, nothing written to a user's folders."""

from __future__ import annotations

import os
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt

import pytest
from hypothesis import settings

from frontdesk.core import paths
from frontdesk.core.actor import Actor, Permission
from frontdesk.core.clock import FixedClock
from frontdesk.desk import open_desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication

    from frontdesk.desk import Desk

CHINA = timezone(timedelta(hours=8))

# A shared machine has slow moments: no deadline; a failure prints what brings it back.
settings.register_profile("ci", deadline=None, print_blob=True)
settings.load_profile("ci")


@pytest.fixture(scope="session", autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A test that forgets to name its data folder must not find a real desk's."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(home / "data"))
        patch.setenv("XDG_CONFIG_HOME", str(home / "config"))
        patch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(home / "data"))
        yield


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The command line of the tests' QApplication."""
    return ["frontdesk-tests"]


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The tests' QApplication, with the font that the program brings (a bare machine has no Chinese one)."""
    from PySide6.QtGui import QFont, QFontDatabase

    number = QFontDatabase.addApplicationFont(str(paths.resource("fonts", "NotoSansSC-Regular.ttf")))
    qapp.setFont(QFont(QFontDatabase.applicationFontFamilies(number)[0], 10))
    return qapp


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands at 18:26 on the 21st of November 2026, in China."""
    return FixedClock(datetime(2026, 11, 21, 18, 26, tzinfo=CHINA))


@pytest.fixture
def desk(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    """A fresh desk in `tmp_path / "desk"`, with the clerk 陈晓婧 signed in."""
    desk = open_desk(tmp_path / "desk", create=True, clock=clock)
    desk.context.actor = clerk_of(desk)
    yield desk
    desk.close()


def clerk_of(desk: Desk) -> Actor:
    """陈晓婧, written into the desk's staff as a clerk; signed in without a PIN, which costs 100 ms."""
    from frontdesk.core.actor import PROGRAM
    from frontdesk.staff.model import Person

    with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
        person = work.add(Person(name="陈晓婧", role="clerk", department="客服部"))
    permissions = frozenset(
        {
            Permission.READ_REGISTERS,
            Permission.WRITE_CALLS,
            Permission.WRITE_ORDERS,
            Permission.READ_ORDERS,
            Permission.PRINT,
            Permission.CORRECT_OWN,
            Permission.WRITE_KEYS,
            Permission.SEE_FULL_TELEPHONES,
        }
    )
    return Actor(person.id, person.name, person.role, permissions)
