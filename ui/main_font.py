"""The font that the program brings. A module of its own, for the first window needs it before the theme is there."""

from __future__ import annotations

from PySide6.QtGui import QFontDatabase

from frontdesk.core.paths import resource

FAMILY = "Noto Sans SC"
FONT_FILE = "NotoSansSC-Regular.ttf"
TEXT_PX = 14


def add_main_font() -> None:
    """Take the font; a machine without Chinese fonts shows Chinese all the same. Once is enough."""
    if FAMILY not in QFontDatabase.families():
        QFontDatabase.addApplicationFont(str(resource("fonts", FONT_FILE)))
