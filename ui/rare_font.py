"""The second font, for ideographs that the first one lacks: unpacked once, beside the window, when one is seen.

One name in many thousands needs it; it costs a second and 30 MB.
"""

from __future__ import annotations

import lzma
from contextlib import suppress
from functools import cache
from threading import Thread

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFontDatabase, QRawFont
from PySide6.QtWidgets import QApplication

from frontdesk.core.paths import resource
from ui.main_font import FONT_FILE, TEXT_PX
from ui.theme import RARE_FAMILY

_PACKED = "HanaMinB.ttf.xz"
_FIRST = "\U00020000"  # it holds the supplementary ideographs only


def ensure_rare_font(text: str) -> bool:
    """Begin to load the second font when the text holds a character that only it may have.

    True when this call began it; whatever shows a box is painted anew once the font is there.
    """
    if not text or max(text) < _FIRST:
        return False
    app = QApplication.instance()
    if app is None or app.findChild(RareFont) is not None:
        return False
    if all(_main_font_has(ord(char)) for char in set(text) if char >= _FIRST):
        return False
    RareFont(app).load()
    return True


class RareFont(QObject):
    """The loading of the second font; a child of the application from then on, so it happens once."""

    loaded = Signal()
    _unpacked = Signal(bytes)

    def __init__(self, app: QObject) -> None:
        super().__init__(app)
        self._unpacked.connect(self._on_unpacked, Qt.ConnectionType.QueuedConnection)
        self._thread = Thread(target=self._unpack, name="frontdesk-rare-font", daemon=True)

    def load(self) -> None:
        """Unpack in a thread, then show."""
        self._thread.start()

    def _unpack(self) -> None:
        data = lzma.decompress(resource("fonts", _PACKED).read_bytes())
        with suppress(RuntimeError):  # the program was closed meanwhile, and this object with it
            self._unpacked.emit(data)

    def _on_unpacked(self, data: bytes) -> None:
        QFontDatabase.addApplicationFontFromData(data)
        self._thread.join()
        for widget in QApplication.allWidgets():
            QApplication.sendEvent(widget, QEvent(QEvent.Type.FontChange))  # text edits keep their glyphs
            widget.update()
        self.loaded.emit()


def rare_font_is_loaded() -> bool:
    """Whether the second font is there."""
    return RARE_FAMILY in QFontDatabase.families()


@cache
def _main_font_has(code_point: int) -> bool:
    return _main_font().supportsCharacter(code_point)


@cache
def _main_font() -> QRawFont:
    return QRawFont(str(resource("fonts", FONT_FILE)), float(TEXT_PX))
