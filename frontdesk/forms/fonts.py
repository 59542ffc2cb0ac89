"""The fonts that the program brings along, and which of them draws which character."""

from __future__ import annotations

import io
import lzma
import os
import tempfile
import threading
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from frontdesk.core.paths import resource

MAIN = "FrontDesk"
RARE = "FrontDeskRare"
GETA = "〓"
"""Stands for a character that no font has; the sheet then names it by its code point."""

# What HanaMin can have beyond the main font: ideographs and their radicals. Whatever lies elsewhere
# (emoji) must not cost the 1.3 s that unpacking takes.
_IDEOGRAPHS = ((0x2E80, 0x2FDF), (0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x323AF))
_LINE_ENDS = str.maketrans({"\r": "\n", "\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
_SUBSETTING = threading.Lock()


class SubsetFont(TTFont):
    """A TrueType font whose subsets can be searched and copied right beyond the BMP."""

    def addObjects(self, doc: Any) -> None:  # noqa: N802 (reportlab's name)
        """Embed the subsets used in `doc`; called by reportlab when the file is written."""
        subsets = self.state[doc].subsets
        # The face keeps a reading position, so two threads may not take subsets from it at once.
        with _SUBSETTING:
            super().addObjects(doc)
        fonts = doc.idToObject["BasicFonts"].dict
        prefix = doc.fontMapping[self.fontName][1:]
        for number, subset in enumerate(subsets):
            font = fonts[f"{prefix}+{number}"]
            doc.idToObject[font.ToUnicode.name].content = _to_unicode(font.BaseFont, subset)


def _to_unicode(name: str, subset: list[int]) -> str:
    """A CMap with UTF-16BE values in blocks of at most 100; reportlab's own has five hex digits for 𬱖."""
    pairs = [
        f"<{code:02X}> <{chr(char).encode('utf-16-be').hex().upper()}>" for code, char in enumerate(subset)
    ]
    blocks = [pairs[at : at + 100] for at in range(0, len(pairs), 100)]
    body = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        f"/CMapName /{name} def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<00> <FF>\nendcodespacerange\n"
        f"{body}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend"
    )


class FontBook:
    """Widths and runs. One book serves all sheets; it learns characters as they come."""

    def __init__(self) -> None:
        # Base-85 makes each stream a quarter larger and takes a third of the time of a small sheet.
        rl_config.useA85 = 0
        self._main = self._register(MAIN, str(resource("fonts", "NotoSansSC-Regular.ttf")))
        self._known: frozenset[str] = frozenset(filter(_has_shape, map(chr, self._main.face.charToGlyph)))
        self._em: dict[str, float] = {}
        self._rare: SubsetFont | None = None
        self._loading = threading.Lock()

    @staticmethod
    def _register(name: str, source: str | io.BytesIO) -> SubsetFont:
        font = SubsetFont(name, source, shapable=False)
        pdfmetrics.registerFont(font)
        return font

    def char_width(self, char: str) -> float:
        """The advance of one character that has been through `clean`, in ems."""
        try:
            return self._em[char]
        except KeyError:
            return self._learn(char)

    def width(self, text: str, size: float) -> float:
        """The width of clean text at `size` points, in points."""
        return sum(map(self.char_width, text)) * size

    def runs(self, text: str) -> list[tuple[SubsetFont, str]]:
        """Clean text cut into (font, piece), ready to be drawn one after the other."""
        if self._known.issuperset(text):
            return [(self._main, text)]
        runs: list[tuple[SubsetFont, str]] = []
        for char in text:
            font = self._main if char in self._known else self._rare_font()
            if runs and runs[-1][0] is font:
                runs[-1] = (font, runs[-1][1] + char)
            else:
                runs.append((font, char))
        return runs

    def clean(self, text: str, missing: dict[str, None]) -> str:
        """The text as it can be drawn: line ends as \\n, tabs as blanks, 〓 for what no font has.

        What no font has is added to `missing`, in order, so that the sheet can name it.
        """
        if self._known.issuperset(text):
            return text
        text = text.replace("\r\n", "\n").translate(_LINE_ENDS).replace("\t", "  ")
        return "".join(self._drawable(char, missing) for char in text)

    def _drawable(self, char: str, missing: dict[str, None]) -> str:
        # Not by `_em`: what was measured before it was cleaned has a width and no shape.
        if char == "\n" or char in self._known:
            return char
        if unicodedata.category(char) == "Cf" or unicodedata.name(char, "").startswith("VARIATION SELECTOR"):
            return ""  # has no shape of its own
        if _is_ideograph(char) and ord(char) in self._rare_font().face.charToGlyph:
            return char
        missing[char] = None
        return GETA

    def _learn(self, char: str) -> float:
        font = self._main if char in self._known else self._rare_font()
        # reportlab scales HanaMin's repeated tail widths wrongly (1024 units an em)
        width = 1.0 if _is_ideograph(char) else font.face.charWidths.get(ord(char), 0.0) / 1000
        self._em[char] = width
        return width

    def _rare_font(self) -> SubsetFont:
        with self._loading:
            if self._rare is None:
                self._rare = self._register(RARE, _unpacked(resource("fonts", "HanaMinB.ttf.xz")))
            return self._rare


def _has_shape(char: str) -> bool:
    return not unicodedata.category(char).startswith("C")


def _is_ideograph(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _IDEOGRAPHS)


def _unpacked(packed: Path) -> str | io.BytesIO:
    """The font unpacked in the user's cache folder; in memory where that cannot be written."""
    import platformdirs

    folder = Path(platformdirs.user_cache_dir("frontdesk", appauthor=False))
    unpacked = folder / f"{packed.stem.removesuffix('.ttf')}-{packed.stat().st_size}.ttf"
    if unpacked.is_file():
        return str(unpacked)
    data = lzma.decompress(packed.read_bytes())
    try:
        _keep(data, unpacked)
    except OSError:
        return io.BytesIO(data)
    return str(unpacked)


def _keep(data: bytes, path: Path) -> None:
    """Write a file whole or not at all, also through a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        part = Path(folder, path.name)
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)


@cache
def font_book() -> FontBook:
    """The one book; the first call loads the main font (0.1 s)."""
    return FontBook()
