"""Nothing on the screen is English because Qt put it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator

from ui.language import speak_chinese
from ui.widgets.composing import LineEdit, TextEdit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot


@pytest.fixture
def chinese(qapp: QApplication) -> Iterator[QApplication]:
    before = QLocale()
    assert speak_chinese(qapp)
    yield qapp
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)
        translator.setParent(None)
    QLocale.setDefault(before)


def is_chinese(text: str) -> bool:
    return any("一" <= char <= "鿿" for char in text)


@pytest.mark.parametrize("kind", [LineEdit, TextEdit])
def test_the_menu_of_a_text_field_is_chinese(
    qtbot: QtBot, chinese: QApplication, kind: type[LineEdit] | type[TextEdit]
) -> None:
    edit = kind()
    qtbot.addWidget(edit)
    menu = edit.createStandardContextMenu()
    words = [action.text() for action in menu.actions() if action.text()]
    assert len(words) >= 7
    assert all(is_chinese(word) for word in words), words


@pytest.mark.parametrize(
    ("context", "word"),
    [
        ("QFileDialog", "&Save"),
        ("QFileDialog", "File &name:"),
        ("QFileDialog", "Files of &type:"),
        ("QFileDialog", "&Look in:"),
        ("QPlatformTheme", "Cancel"),
        ("QPlatformTheme", "&Yes"),
        ("QPrintDialog", "Print"),
    ],
)
def test_the_words_of_qts_dialogs_are_chinese(chinese: QApplication, context: str, word: str) -> None:
    assert is_chinese(QCoreApplication.translate(context, word))


def test_it_is_installed_once(chinese: QApplication) -> None:
    assert speak_chinese(chinese)
    assert len(chinese.findChildren(QTranslator)) == 1
