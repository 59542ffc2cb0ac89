"""Qt's own words in Chinese: the menus of text fields, file and print dialogs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QLibraryInfo, QLocale, QTranslator

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_CATALOGUE = "qtbase_zh_CN"


class _Words(QTranslator):
    """Qt's catalogue, in which some words stand without the `&` that the newer dialogs put into them."""

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        """The Chinese of a word of Qt's, "" when there is none."""
        found = super().translate(context, source, disambiguation, n)
        return found or super().translate(context, source.replace("&", ""), disambiguation, n) or ""


def speak_chinese(app: QApplication) -> bool:
    """Let Qt speak as the program does, whatever the system's language; once for an application.

    False when Qt's catalogue is not there: its own few words stay English then.
    """
    if app.findChild(QTranslator, _CATALOGUE) is not None:
        return True
    words = _Words(app)
    words.setObjectName(_CATALOGUE)
    if not words.load(_CATALOGUE, QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        words.deleteLater()
        return False
    QLocale.setDefault(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
    return app.installTranslator(words)
