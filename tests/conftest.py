"""Shared set-up of all tests: no screen, the program's own font, nothing written to a user's folders."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before anything imports Qt

import pytest
from hypothesis import settings

from frontdesk.core import paths

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication

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
