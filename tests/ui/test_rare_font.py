"""Characters beyond the first font are shown, not boxed, and cost nothing until one is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.rare_font import RareFont, ensure_rare_font, rare_font_is_loaded
from ui.widgets.composing import LineEdit
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

RARE = "\U0002a6d0"  # 𪛐, which the first font lacks


def test_names_of_the_first_font_do_not_cost_the_second(qapp: QApplication) -> None:
    assert not ensure_rare_font("王㛃 䶮小川 𬱖文 赟 喆")
    assert not ensure_rare_font("")


def test_a_character_that_the_first_font_lacks_is_shown_once_the_second_is_there(
    qtbot: QtBot, qapp: QApplication
) -> None:
    label, line = PlainLabel(), LineEdit()
    for widget in (label, line):
        qtbot.addWidget(widget)
        widget.show()
    began_before = rare_font_is_loaded()
    label.setText(f"王{RARE}")
    line.setText(f"王{RARE}")
    boxed = line.grab().toImage()
    if not began_before:
        with qtbot.waitSignal(qapp.findChild(RareFont).loaded, timeout=20_000):
            pass
        assert line.grab().toImage() != boxed
    assert rare_font_is_loaded()
    assert not ensure_rare_font(RARE), "loaded once only"
