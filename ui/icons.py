"""The program's own icons: one family of SVG, tinted with a theme's token, crisp at any scale.

To add one: a file in `resources/icons` on a 24 grid, stroke 1.75, round caps, in `currentColor`.
"""

from __future__ import annotations

from functools import cache, lru_cache

from PySide6.QtCore import QByteArray, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from frontdesk.core.paths import resource
from ui.theme import current_theme


def icon(name: str, token: str = "text") -> QIcon:
    """The icon of a file in `resources/icons`; it takes the token's colour of whichever theme is worn.

    Disabled it is painted in "disabled". Raises FileNotFoundError for a name without a file.
    """
    _source(name)
    return QIcon(_TintedIcon(name, token))


def paint_icon(painter: QPainter, name: str, rect: QRect | QRectF, token: str = "text") -> None:
    """Paint an icon into the rectangle, in logical px."""
    colour = current_theme().tokens[token]
    _renderer(name, colour).render(painter, QRectF(rect))


class _TintedIcon(QIconEngine):
    def __init__(self, name: str, token: str) -> None:
        super().__init__()
        self._name = name
        self._token = token

    def clone(self) -> QIconEngine:
        return _TintedIcon(self._name, self._token)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        token = "disabled" if mode == QIcon.Mode.Disabled else self._token
        side = min(rect.width(), rect.height())
        square = QRect(0, 0, side, side)
        square.moveCenter(rect.center())
        paint_icon(painter, self._name, square, token)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(0, 0, size.width(), size.height()), mode, state)
        painter.end()
        return made


@cache
def _source(name: str) -> str:
    return resource("icons", f"{name}.svg").read_text(encoding="utf-8")


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))
