"""A whole desk in a real window, driven by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import PROGRAM
from frontdesk.core.settings import ESTATE_NAME, SERVICE_PEOPLE
from frontdesk.desk import open_desk
from frontdesk.estate.register import NewResident, NewUnit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from ui.app import DeskApp

PIN = "246810"


@pytest.fixture
def estate_folder(tmp_path: Path) -> Path:
    """A data folder with three households, a clerk 陈晓婧 and service people."""
    folder = tmp_path / "desk"
    desk = open_desk(folder, create=True)
    desk.staff.first_start("富成物业", "富成花园", "林雅", "administrator-1")
    desk.context.settings.put(SERVICE_PEOPLE, ["李建国 工程部", "马强 工程部"])
    for name in ("陈晓婧", "李慕颖"):
        desk.staff.add_person(name, "clerk", PIN, department="客服部")
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
    from PySide6.QtWidgets import QApplication

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
