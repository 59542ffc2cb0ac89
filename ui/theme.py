"""Colours, type and fonts: two themes of the same tokens, one style sheet, one palette."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from frontdesk.core.paths import resource
from ui import main_font

if TYPE_CHECKING:
    from collections.abc import Mapping

SETTINGS = ("system", "light", "dark")
FAMILY = main_font.FAMILY
RARE_FAMILY = "HanaMinB"
TEXT_PX, SECTION_PX, HEAD_PX, LABEL_PX, HINT_PX = main_font.TEXT_PX, 15, 16, 13, 12

_THEME = "frontdesk_theme"


@dataclass(frozen=True)
class Theme:
    """The colours by token; the same tokens in each theme."""

    name: str
    tokens: Mapping[str, str]

    def color(self, token: str) -> QColor:
        """The colour of a token. Raises KeyError for a token that no theme has."""
        return QColor(self.tokens[token])

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on dark ground."""
        return self.name == "dark"


@cache
def load_theme(name: str) -> Theme:
    """The theme "light" or "dark" from `resources/themes`."""
    tokens = json.loads(resource("themes", f"{name}.json").read_text(encoding="utf-8"))
    return Theme(name, tokens)


def current_theme() -> Theme:
    """The theme that the application wears; the light one before it is dressed."""
    app = QApplication.instance()
    theme = app.property(_THEME) if app is not None else None
    return theme if isinstance(theme, Theme) else load_theme("light")


def color(token: str) -> QColor:
    """The colour that a token has at present; ask when painting, never keep it."""
    return current_theme().color(token)


def style_sheet(theme: Theme) -> str:
    """The whole style sheet in the theme's colours. Raises KeyError for a token the theme lacks."""
    return Template(resource("themes", "style.qss").read_text(encoding="utf-8")).substitute(theme.tokens)


def palette(theme: Theme) -> QPalette:
    """The palette, for what Qt paints without the style sheet."""
    made = QPalette()
    roles = {
        QPalette.ColorRole.Window: "ground",
        QPalette.ColorRole.WindowText: "text",
        QPalette.ColorRole.Base: "surface",
        QPalette.ColorRole.AlternateBase: "zebra",
        QPalette.ColorRole.Text: "text",
        QPalette.ColorRole.Button: "surface",
        QPalette.ColorRole.ButtonText: "text",
        QPalette.ColorRole.ToolTipBase: "surface",
        QPalette.ColorRole.ToolTipText: "text",
        QPalette.ColorRole.PlaceholderText: "muted",
        QPalette.ColorRole.Highlight: "accent",
        QPalette.ColorRole.HighlightedText: "on_accent",
        QPalette.ColorRole.Link: "accent_text",
    }
    for role, token in roles.items():
        made.setColor(role, theme.color(token))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, theme.color("disabled"))
    return made


def system_is_dark(app: QApplication) -> bool:
    """Whether the desktop asks for light text on dark ground."""
    return app.styleHints().colorScheme() == Qt.ColorScheme.Dark


class Appearance(QObject):
    """Dresses the application, and follows the system's light and dark unless told otherwise."""

    changed = Signal()

    def __init__(self, app: QApplication, setting: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self._setting = setting
        app.setStyle("Fusion")
        register_fonts(app)
        app.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._dress()

    @property
    def setting(self) -> str:
        """One of `SETTINGS`."""
        return self._setting

    def set_setting(self, setting: str) -> None:
        """Wear "light" or "dark", or follow the "system". Raises ValueError for anything else."""
        if setting not in SETTINGS:
            raise ValueError(setting)
        self._setting = setting
        self._dress()

    def _on_system_changed(self) -> None:
        if self._setting == "system":
            self._dress()

    def _dress(self) -> None:
        name = self._setting
        if name == "system":
            name = "dark" if system_is_dark(self._app) else "light"
        theme = load_theme(name)
        if self._app.property(_THEME) is theme:
            return
        self._app.setProperty(_THEME, theme)
        self._app.setPalette(palette(theme))
        self._app.setStyleSheet(style_sheet(theme))
        self.changed.emit()


def register_fonts(app: QApplication) -> None:
    """Write in the font that the program brings."""
    main_font.add_main_font()
    app.setFont(text_font())


def text_font(size: int = TEXT_PX, *, bold: bool = False) -> QFont:
    """The program's font; `size` in logical px."""
    font = QFont()
    font.setFamilies([FAMILY, RARE_FAMILY])
    font.setPixelSize(size)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if bold:
        font.setWeight(QFont.Weight.Bold)
    return font
