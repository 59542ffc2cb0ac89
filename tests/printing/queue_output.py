"""What a queue made of a sheet: PostScript and 24-pin dots as pictures, and rulers read off them."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MM = 25.4
DARK = 128
LINE_SPACING = 180  # ESC 3 counts in these parts of an inch on 24 pins
LINES_A_INCH = 6  # ESC 2, in which ESC C counts the page


@dataclass(frozen=True)
class Bitmap:
    """Grey rows, 0 black to 255 white, with the resolution of each direction in dots per inch."""

    width: int
    height: int
    rows: list[bytes]
    across: int
    down: int

    def lines_across(self, y_mm: float) -> list[float]:
        """Where dark lines cross a level: their middles, in mm from the left."""
        row = self.rows[round(y_mm / MM * self.down)]
        return _thin_lines(row, self.across / MM)

    def lines_down(self, x_mm: float) -> list[float]:
        """Where dark lines cross an upright: their middles, in mm from the top."""
        x = round(x_mm / MM * self.across)
        return _thin_lines(bytes(row[x] for row in self.rows), self.down / MM)

    def greys(self) -> set[int]:
        """The values that are neither black nor white."""
        return {value for row in self.rows for value in set(row)} - {0, 255}


def rendered(postscript: Path, folder: Path, dpi: int = 600) -> list[Bitmap]:
    """Each page of a PostScript file, drawn on the paper that the file itself asks for."""
    command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-dSAFER", "-sDEVICE=pgmraw", f"-r{dpi}"]
    subprocess.run([*command, f"-sOutputFile={folder}/page%d.pgm", str(postscript)], check=True, timeout=120)
    return [_pgm(page, dpi) for page in sorted(folder.glob("page*.pgm"))]


def _pgm(path: Path, dpi: int) -> Bitmap:
    whole = path.read_bytes()
    lines = [line for line in whole[:200].split(b"\n") if not line.startswith(b"#")]
    assert lines[0] == b"P5"
    width, height = map(int, lines[1].split())
    data = whole[-width * height :]
    return Bitmap(width, height, [data[y * width : (y + 1) * width] for y in range(height)], dpi, dpi)


def _thin_lines(row: bytes, dots_a_mm: float) -> list[float]:
    """The middles of the dark runs in mm; what is wider than a millimetre is no line across the row."""
    found, begun = [], None
    for at, value in enumerate((*row, 255)):
        if value < DARK and begun is None:
            begun = at
        elif value >= DARK and begun is not None:
            if at - begun < dots_a_mm:
                found.append((begun + at) / 2 / dots_a_mm)
            begun = None
    return found


@dataclass(frozen=True)
class Strike:
    """A page of a 24-pin printer: its dots, its ESC * modes, the page length that the printer was told."""

    dots: Bitmap
    modes: set[int]
    page_inches: float
    pages: int


def struck(stream: bytes) -> Strike:
    """The first page of a 24-pin byte stream. Dots stand on white at 360 × 180 to the inch."""
    at, x, y, spacing, page = 0, 0, 0, 30, 0.0
    columns: dict[tuple[int, int], int] = {}
    modes, pages = set(), 0
    while at < len(stream):
        byte = stream[at]
        if byte != 0x1B:
            pages += byte == 0x0C
            y += spacing if byte == 0x0A else 0
            x = 0 if byte in (0x0A, 0x0D) else x
            at += 1
            continue
        command = stream[at + 1 : at + 2]
        if command == b"*":
            mode, count = stream[at + 2], stream[at + 3] + 256 * stream[at + 4]
            modes.add(mode)
            for column in range(count):
                pins = int.from_bytes(stream[at + 5 + 3 * column : at + 8 + 3 * column])
                if pins and not pages:
                    columns[x + column, y] = columns.get((x + column, y), 0) | pins
            at += 5 + 3 * count
            x += count
        elif command == b"$":
            x = (stream[at + 2] + 256 * stream[at + 3]) * 6  # sixtieths of an inch
            at += 4
        elif command == b"C":
            page = stream[at + 2] / LINES_A_INCH if stream[at + 2] else float(stream[at + 3])
            at += 3 if stream[at + 2] else 4
        elif command == b"3":
            spacing = stream[at + 2]
            at += 3
        else:
            at += 2 if command in b"@PM2O" else 3
    return Strike(_dots(columns), modes, page, pages)


def _dots(columns: dict[tuple[int, int], int]) -> Bitmap:
    width = max(x for x, _y in columns) + 1
    height = max(y for _x, y in columns) + 24
    rows = [bytearray(b"\xff" * width) for _ in range(height)]
    for (x, y), pins in columns.items():
        for pin in range(24):
            if pins >> (23 - pin) & 1:
                rows[y + pin][x] = 0
    return Bitmap(width, height, [bytes(row) for row in rows], 360, 180)
