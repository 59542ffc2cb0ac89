"""What `tests/conftest.py` promises to every test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from hypothesis import settings
from PySide6.QtGui import QFontInfo, QFontMetrics
from PySide6.QtWidgets import QLabel

from frontdesk.core import paths

if TYPE_CHECKING:
    import pytest
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


def test_windows_open_without_a_screen(qapp: QApplication, qtbot: QtBot) -> None:
    label = QLabel("物业前台")
    qtbot.addWidget(label)
    with qtbot.waitExposed(label):
        label.show()
    assert qapp.platformName() == "offscreen"


def test_windows_show_chinese_in_the_programs_own_font(qapp: QApplication) -> None:
    assert QFontInfo(qapp.font()).family().startswith("Noto Sans SC")
    assert QFontMetrics(qapp.font()).inFont("喆")


def test_no_test_can_reach_a_real_desk(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert paths.default_data_folder().is_relative_to(tmp_path_factory.getbasetemp())
    assert not paths.default_data_folder().is_relative_to(Path.home())


def test_generated_cases_have_no_deadline() -> None:
    assert settings.default is not None
    assert settings.default.deadline is None
    assert settings.default.print_blob
