"""What the tests of paper share: a letterhead, a filled order, and a way to read a PDF again."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pypdfium2
import pypdfium2.raw as pdfium
import pytest

from frontdesk.forms import Letterhead, Slip
from frontdesk.forms.samples import LETTERHEAD, sample_slip
from frontdesk.forms.template import load_slip

MM = 72 / 25.4


@dataclass(frozen=True)
class Word:
    """A run of characters on one base line: text, and where it begins (mm from the upper left corner)."""

    text: str
    x: float
    y: float
    size: float


class Read:
    """A PDF read again, page by page, with the eyes of another library."""

    def __init__(self, pdf: bytes) -> None:
        self.document = pypdfium2.PdfDocument(pdf)

    def __len__(self) -> int:
        return len(self.document)

    def size(self, page: int) -> tuple[float, float]:
        """Width and height in mm."""
        width, height = self.document[page].get_size()
        return width / MM, height / MM

    def text(self, page: int) -> str:
        """All text of a page, as one would copy it, without blanks and line ends."""
        return "".join(self.document[page].get_textpage().get_text_range().split())

    def all_text(self) -> str:
        """All pages' text."""
        return "".join(self.text(page) for page in range(len(self)))

    def words(self, page: int) -> list[Word]:
        """The page's text in runs, by base line and then from left to right."""
        height = self.document[page].get_height()
        found = sorted(_characters(self.document[page], height), key=lambda c: (round(c.y, 1), c.x))
        words: list[Word] = []
        right = 0.0
        for char in found:
            near = words and abs(words[-1].y - char.y) < 0.05 and char.x - right < 0.45 * char.size / MM
            if near:
                last = words[-1]
                words[-1] = Word(last.text + char.text, last.x, last.y, last.size)
            else:
                words.append(char)
            wide = 1.0 if ord(char.text[0]) >= 0x2E80 else 0.56
            right = char.x + wide * char.size / MM
        return [word for word in words if word.text.strip()]

    def boxes(self, page: int) -> list[tuple[float, float, float, float]]:
        """The edges of all drawn paths without their lines' width: left, top, right, bottom in mm."""
        height = self.document[page].get_height()
        found = []
        for item in self.document[page].get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=3):
            across, up = zip(*_points(item), strict=True)
            found.append(
                (min(across) / MM, (height - max(up)) / MM, max(across) / MM, (height - min(up)) / MM)
            )
        return found

    def picture(self, page: int, dpi: float = 200):
        """The page rendered, in grey."""
        return self.document[page].render(scale=dpi / 72).to_pil().convert("L")


def _points(item: pypdfium2.PdfObject) -> Iterator[tuple[float, float]]:
    matrix = item.get_matrix()
    x, y = ctypes.c_float(), ctypes.c_float()
    for at in range(pdfium.FPDFPath_CountSegments(item)):
        pdfium.FPDFPathSegment_GetPoint(pdfium.FPDFPath_GetPathSegment(item, at), x, y)
        yield matrix.on_point(x.value, y.value)


def _characters(page: pypdfium2.PdfPage, height: float) -> Iterator[Word]:
    text = page.get_textpage()
    x, y = ctypes.c_double(), ctypes.c_double()
    high = 0
    for at in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, at)
        if 0xD800 <= code < 0xDC00:  # beyond the BMP pdfium gives two halves
            high = code
            continue
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
        if code < 32 or pdfium.FPDFText_IsGenerated(text, at) == 1:
            continue
        pdfium.FPDFText_GetCharOrigin(text, at, x, y)
        yield Word(chr(code), x.value / MM, (height - y.value) / MM, pdfium.FPDFText_GetFontSize(text, at))


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The rare font is unpacked once a run, not into the user's own folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture
def letterhead() -> Letterhead:
    """Who issues the tests' paper."""
    return LETTERHEAD


@pytest.fixture
def order() -> Slip:
    """A finished service order, all fields filled with the template's samples."""
    return sample_slip(load_slip("F-ORDER"))


@pytest.fixture(scope="session")
def read() -> Callable[[bytes], Read]:
    """Opens a PDF for reading."""
    return Read
