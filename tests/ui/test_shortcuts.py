"""One list of all keys, without doubles."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from frontdesk.core.fields import Field
from ui.register.entry_form import letters_for
from ui.shortcuts import SHORTCUTS, Scope, Shortcut, bind, shortcut

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def reach_each_other(one: Shortcut, other: Shortcut) -> bool:
    if Scope.DIALOG in (one.scope, other.scope):
        return one.scope == other.scope
    wide = (Scope.WINDOW, Scope.PAGE)
    return one.scope == other.scope or one.scope in wide or other.scope in wide


def test_no_key_does_two_things() -> None:
    doubles = [
        (one.id, other.id)
        for i, one in enumerate(SHORTCUTS)
        for other in SHORTCUTS[i + 1 :]
        if reach_each_other(one, other) and set(one.keys) & set(other.keys)
    ]
    assert doubles == []


def test_ids_are_unique_and_labels_are_chinese() -> None:
    assert max(Counter(entry.id for entry in SHORTCUTS).values()) == 1
    assert all(any("一" <= char <= "鿿" for char in entry.label) for entry in SHORTCUTS)


@pytest.mark.parametrize("keys", [keys for entry in SHORTCUTS for keys in entry.keys])
def test_qt_understands_each_key(keys: str) -> None:
    assert QKeySequence(keys).toString() == keys


@pytest.mark.parametrize(
    ("shortcut_id", "shown"),
    [("finder", "F2"), ("new", "F5"), ("order", "F8"), ("save", "Ctrl+⏎"), ("print", "Ctrl+P"),
     ("preview", "Ctrl+Shift+P"), ("filter", "Ctrl+F"), ("back", "Esc"), ("change_person", "F12"), ("help", "F1"),
     ("tab_1", "Ctrl+1"), ("tab_9", "Ctrl+9")],
)  # fmt: skip
def test_the_keys_are_those_of_the_design(shortcut_id: str, shown: str) -> None:
    assert shortcut(shortcut_id).shown == shown


def test_a_bound_key_acts_from_inside_a_text(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    line = QLineEdit()
    QVBoxLayout(window).addWidget(line)
    pressed: list[str] = []
    bind("order", window, lambda: pressed.append("order"))
    with qtbot.waitActive(window):
        window.show()
    line.setFocus()
    qtbot.keyClick(line, Qt.Key.Key_F8)
    assert pressed == ["order"]


def test_letters_are_given_once_and_reserved_ones_not_at_all() -> None:
    fields = [Field(name, name) for name in ("unit", "user", "reason", "remark", "receiver", "u")]
    letters = letters_for(fields, {"reason": "y"}, reserved="U")
    assert letters["reason"] == "Y"
    assert "U" not in letters.values()
    assert max(Counter(letters.values()).values()) == 1
    assert "u" not in letters, "no letter left: none, rather than a double"
