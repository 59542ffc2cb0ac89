"""An input method is left alone: while it composes, no key of ours acts and nothing is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.shortcuts import SHORTCUTS, Scope, bind, shortcut
from ui.widgets import composing
from ui.widgets.composing import LineEdit, TextEdit
from ui.widgets.search_box import SearchBox

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    Compose = Callable[..., None]

BOTH = pytest.mark.parametrize("kind", [LineEdit, TextEdit, SearchBox])


def shown(qtbot: QtBot, kind: type[LineEdit] | type[TextEdit] | type[SearchBox]) -> tuple[QWidget, LineEdit]:
    window = QWidget()
    qtbot.addWidget(window)
    edit = kind("查找") if kind is SearchBox else kind()
    QVBoxLayout(window).addWidget(edit)
    with qtbot.waitActive(window):
        window.show()
    edit.setFocus()
    return window, edit


def text_of(edit: LineEdit | TextEdit) -> str:
    return edit.toPlainText() if isinstance(edit, TextEdit) else edit.text()


@BOTH
def test_enter_does_not_move_on_while_composing(qtbot: QtBot, compose: Compose, kind: type[LineEdit]) -> None:
    _window, edit = shown(qtbot, kind)
    moved = QSignalSpy(edit.advance_requested)
    compose(edit, "zhang")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert moved.count() == 0
    compose(edit, "", "张")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert moved.count() == 1
    assert text_of(edit) == "张"


@BOTH
def test_shortcuts_do_not_act_while_composing(qtbot: QtBot, compose: Compose, kind: type[LineEdit]) -> None:
    window, edit = shown(qtbot, kind)
    acted: list[str] = []
    for name in ("save", "back", "order", "filter"):
        bind(name, window, lambda name=name: acted.append(name))
    keys = [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier),
    ]
    compose(edit, "loushui")
    for key, modifier in keys:
        qtbot.keyClick(edit, key, modifier)
    assert acted == []
    compose(edit, "", "漏水")
    qtbot.keyClick(edit, Qt.Key.Key_F8)
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert acted == ["order", "save"]
    assert text_of(edit) == "漏水"


@BOTH
def test_nothing_settles_in_the_middle_of_a_composition(
    qtbot: QtBot, compose: Compose, kind: type[LineEdit]
) -> None:
    _window, edit = shown(qtbot, kind)
    settled: list[str] = []
    edit.settled.connect(settled.append)
    compose(edit, "m")
    compose(edit, "men")
    assert settled == []
    compose(edit, "", "门")
    assert settled == ["门"]
    edit.selectAll()
    compose(edit, "d")  # the composition replaces what was selected; that is not yet an answer
    assert settled == ["门"]
    compose(edit, "", "灯")
    assert settled == ["门", "灯"]


@BOTH
def test_a_long_name_is_never_cut_by_the_field(qtbot: QtBot, compose: Compose, kind: type[LineEdit]) -> None:
    _window, edit = shown(qtbot, kind)
    compose(edit, "ou'yang'na'na")
    compose(edit, "", "欧阳娜娜" * 20)
    assert text_of(edit) == "欧阳娜娜" * 20


@BOTH
def test_rare_characters_are_taken(qtbot: QtBot, compose: Compose, kind: type[LineEdit]) -> None:
    _window, edit = shown(qtbot, kind)
    compose(edit, "", "㛃䶮𬱖喆赟")
    assert text_of(edit) == "㛃䶮𬱖喆赟"


def test_leaving_ends_a_composition(qtbot: QtBot, compose: Compose) -> None:
    window, edit = shown(qtbot, LineEdit)
    other = LineEdit()
    window.layout().addWidget(other)
    other.show()
    compose(edit, "zhang")
    other.setFocus()
    assert not edit.composing


def test_enter_moves_on_and_shift_enter_breaks_the_line(qtbot: QtBot) -> None:
    _window, edit = shown(qtbot, TextEdit)
    moved = QSignalSpy(edit.advance_requested)
    qtbot.keyClicks(edit, "a")
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClicks(edit, "b")
    assert text_of(edit) == "a\nb"
    qtbot.keyClick(edit, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert moved.count() == 1
    assert text_of(edit) == "a\nb"


def test_escape_empties_the_search_before_it_goes_back(qtbot: QtBot) -> None:
    window, box = shown(qtbot, SearchBox)
    backs: list[int] = []
    bind("back", window, lambda: backs.append(1))
    qtbot.keyClicks(box, "1102")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert (text_of(box), backs) == ("", [])
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert backs == [1]


def test_down_goes_on_to_what_was_found(qtbot: QtBot, compose: Compose) -> None:
    _window, box = shown(qtbot, SearchBox)
    downs = QSignalSpy(box.down_requested)
    compose(box, "zh")
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert downs.count() == 0, "the input method's list has the arrow"
    compose(box, "")
    qtbot.keyClick(box, Qt.Key.Key_Down)
    assert downs.count() == 1


@BOTH
def test_ctrl_z_undoes_in_the_text_first_and_on_the_page_when_there_is_nothing_left(
    qtbot: QtBot, kind: type[LineEdit]
) -> None:
    window, edit = shown(qtbot, kind)
    undone: list[int] = []
    bind("undo_last", window, lambda: undone.append(1))
    qtbot.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == [1]
    qtbot.keyClicks(edit, "a")
    qtbot.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (text_of(edit), undone) == ("", [1])
    qtbot.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert undone == [1, 1]


@BOTH
@pytest.mark.parametrize(
    "shortcut_id", [entry.id for entry in SHORTCUTS if entry.scope in (Scope.WINDOW, Scope.PAGE)]
)
def test_every_key_of_window_and_page_acts_from_inside_an_empty_text(
    qtbot: QtBot, kind: type[LineEdit], shortcut_id: str
) -> None:
    window, edit = shown(qtbot, kind)
    acted: list[str] = []
    bind(shortcut_id, window, lambda: acted.append(shortcut_id))
    for keys in shortcut(shortcut_id).keys:
        together = QKeySequence(keys)[0]
        qtbot.keyClick(edit, together.key(), together.keyboardModifiers())
    assert acted == [shortcut_id] * len(shortcut(shortcut_id).keys)


@pytest.mark.parametrize(
    "keys", [keys for entry in SHORTCUTS if entry.scope is Scope.PAGE for keys in entry.keys]
)
def test_an_editor_leaves_the_pages_keys_alone_where_the_platform_gives_them_to_editors(keys: str) -> None:
    # On X11 Ctrl+E goes to the line's end; this platform has no such key, so the editor's decision is asked.
    together = QKeySequence(keys)[0]
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, together.key(), together.keyboardModifiers())
    asked.accept()
    assert composing._decided(asked, composing=False, can_undo=False)
    assert not asked.isAccepted()
