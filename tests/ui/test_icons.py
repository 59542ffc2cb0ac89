"""The icons are one family and follow the theme."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon
from PySide6.QtSvg import QSvgRenderer

from frontdesk.core.paths import resource
from ui import theme
from ui.icons import icon

if TYPE_CHECKING:
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from ui.theme import Appearance

FILES = sorted(resource("icons").glob("*.svg"))


def colours(image: QImage) -> set[str]:
    solid = set()
    for y in range(image.height()):
        for x in range(image.width()):
            pixel = image.pixelColor(x, y)
            if pixel.alpha() == 255:
                solid.add(pixel.name().upper())
    return solid


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_icon_is_drawn_like_the_others(path: Path, qapp: QApplication) -> None:
    text = path.read_text(encoding="utf-8")
    assert 'viewBox="0 0 24 24"' in text
    assert 'stroke-width="1.75"' in text
    assert set(re.findall(r'(?:stroke|fill)="([^"]+)"', text)) <= {"none", "currentColor"}
    assert QSvgRenderer(str(path)).isValid()
    assert colours(icon(path.stem).pixmap(48, 48).toImage()), "something is painted"


def test_an_icon_takes_the_colour_of_the_theme_that_is_worn(appearance: Appearance) -> None:
    made = icon("save", "accent")
    assert theme.load_theme("light").tokens["accent"] in colours(made.pixmap(64, 64).toImage())
    appearance.set_setting("dark")
    assert theme.load_theme("dark").tokens["accent"] in colours(made.pixmap(64, 64).toImage())


def test_a_disabled_icon_is_pale(qapp: QApplication) -> None:
    pale = icon("save").pixmap(QSize(64, 64), QIcon.Mode.Disabled).toImage()
    assert theme.color("disabled").name().upper() in colours(pale)


def test_a_copy_of_an_icon_outlives_it(qapp: QApplication) -> None:
    copies = [QIcon(icon("print")) for _ in range(50)]
    assert all(colours(each.pixmap(24, 24).toImage()) for each in copies)


def test_a_name_without_a_file_is_a_bug() -> None:
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")
