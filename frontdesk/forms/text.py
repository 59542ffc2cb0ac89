"""Breaking and fitting of text: what a narrow box takes, and what goes on elsewhere. No PDF here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

LEADING = 1.22
"""Distance of two base lines, in ems."""

CharWidth = Callable[[str], float]
"""The advance of one character, in ems."""

_NO_START = frozenset("，。、；：！？）》」』】〉〕”’…—·,.;:!?)]}%℃°％～~")
_NO_END = frozenset("（《「『【〈〔“‘([{￥¥$#")
_STEP = 0.5


@dataclass(frozen=True)
class Fitted:
    """Lines that fit a box at `size` points, and the rest of the text that does not ("" if it all does)."""

    size: float
    lines: tuple[str, ...]
    rest: str = ""


def break_lines(text: str, ems: float, width_of: CharWidth) -> list[tuple[int, int]]:
    """Spans of `text`, one a line at most `ems` wide; every character but blanks at a break is in a span.

    Breaks between any two ideographs, never inside a word or number that fits a line; no closing
    mark begins a line and no opening one ends it.
    """
    spans: list[tuple[int, int]] = []
    at = 0
    for paragraph in text.split("\n"):
        spans.extend(_break_paragraph(text, at, at + len(paragraph), ems, width_of))
        at += len(paragraph) + 1
    return spans


def _break_paragraph(
    text: str, start: int, end: int, ems: float, width_of: CharWidth
) -> Iterator[tuple[int, int]]:
    widths = [width_of(char) for char in text[start:end]]
    if sum(widths) <= ems:
        yield start, end
        return
    first, line, used, chance = start, start, 0.0, start
    for at in range(start, end):
        width = widths[at - first]
        if at > line and _may_break(text[at - 1], text[at]):
            chance = at
        while used + width > ems and at > line and text[at] != " ":
            cut = chance if chance > line else at
            yield line, cut
            line = chance = cut
            used = sum(widths[cut - first : at - first])
        used += width
    yield line, end


def _may_break(before: str, after: str) -> bool:
    if after in _NO_START or after == " " or before in _NO_END:
        return False
    return before == " " or not (_in_word(before) and _in_word(after))


def _in_word(char: str) -> bool:
    return char != " " and ord(char) < 0x2E80


def lines_of(text: str, ems: float, width_of: CharWidth) -> list[str]:
    """The lines of `text` in a column `ems` wide."""
    if "\n" not in text and sum(map(width_of, text)) <= ems:
        return [text]
    return [text[start:end].rstrip(" ") for start, end in break_lines(text, ems, width_of)]


def height_of(lines: int, size: float) -> float:
    """The height of so many lines at `size`, in the unit of `size`."""
    return size * (1 + (lines - 1) * LEADING) if lines else 0.0


def fit(
    text: str,
    width: float,
    height: float,
    width_of: CharWidth,
    *,
    size: float,
    least: float,
    note: str = "",
) -> Fitted:
    """Fit `text` into a box of width × height points: as large as it goes between `size` and `least`.

    What does not fit even at `least` is given back as `rest`, and the last line then is `note`. A box of one
    line shows how the text begins, and all of the text is the rest: half a name helps nobody.
    """
    if not text:
        return Fitted(size, ())
    ems = sum(map(width_of, text))
    if ems * size <= width and size <= height and "\n" not in text:
        return Fitted(size, (text,))
    while True:
        room = int((height / size - 1) / LEADING + 1 + 1e-6)
        if room >= 1 and ems * size <= width * room:
            spans = break_lines(text, width / size, width_of)
            if len(spans) <= room:
                return Fitted(size, tuple(text[a:b].rstrip(" ") for a, b in spans))
        if size <= least:
            break
        size = max(least, size - _STEP)
    if room <= 1:
        return Fitted(size, _beginning(text, width / size, width_of, note), text)
    kept = break_lines(text, width / size, width_of)[: room - 1]
    lines = tuple(text[a:b].rstrip(" ") for a, b in kept)
    return Fitted(size, (*lines, note) if note else lines, text[kept[-1][1] :].lstrip("\n "))


def _beginning(text: str, ems: float, width_of: CharWidth, note: str) -> tuple[str, ...]:
    """One line: as much of the text as there is room for before `note`."""
    left = ems - sum(map(width_of, note))
    start, end = break_lines(text, left, width_of)[0]
    shown = text[start:end].rstrip(" ") if left >= 1 else ""
    return (shown + note,) if shown + note else ()
