"""Putting a printer right: what a rule reads off the ruler sheet becomes offset and scale. Pure functions.

A printer puts what should stand at x mm from the edge at a + s·x. The program prints x at c + k·x, so that it
comes out at a + s·(c + k·x); the sheet may have been printed with a correction (c, k) already.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from frontdesk.core.errors import RefusedError
from frontdesk.forms.printers import MOST_OFFSET, SCALES

if TYPE_CHECKING:
    from frontdesk.forms.printers import PrinterChoice

MARK_MM = 20.0
"""How far the ruler sheet's box stands from the left and the upper edge of the paper, mm."""

TOLERANCE_TENTHS = 3
"""What is exact enough: ± 0.3 mm."""


@dataclass(frozen=True)
class Paper:
    """A paper that offices use; mm, as it lies in the printer."""

    name: str
    width: float
    height: float


PAPERS = (
    Paper("241 × 139.7 毫米　二等分 5½ 英寸", 241, 139.7),
    Paper("241 × 93.13 毫米　三等分 3⅔ 英寸", 241, 93.13),
    Paper("241 × 279.4 毫米　整张 11 英寸", 241, 279.4),
    Paper("A5 横放　210 × 148 毫米", 210, 148),
    Paper("A5 竖放　148 × 210 毫米", 148, 210),
    Paper("A4 竖放　210 × 297 毫米", 210, 297),
)


@dataclass(frozen=True)
class Reading:
    """What a rule reads off the printed ruler sheet, in tenths of a millimetre.

    `left`: from the paper's left edge to the box; `top`: from its upper edge; `length`: the box's width.
    """

    left: int
    top: int
    length: int

    @staticmethod
    def ideal(width_mm: float) -> Reading:
        """What an exact printer gives on paper of this width."""
        return Reading(round(MARK_MM * 10), round(MARK_MM * 10), round(box_size(width_mm, 0)[0] * 10))


def box_size(width_mm: float, height_mm: float) -> tuple[float, float]:
    """Width and height of the ruler sheet's box in mm: whole centimetres, as far from the other edges at least."""
    return tuple(max(10.0, (side - 2 * MARK_MM) // 10 * 10) for side in (width_mm, height_mm))  # type: ignore[return-value]


def errors(reading: Reading, width_mm: float) -> tuple[int, int, int]:
    """How far the print stands to the right and down, and how much longer it is: tenths of a millimetre."""
    ideal = Reading.ideal(width_mm)
    return reading.left - ideal.left, reading.top - ideal.top, reading.length - ideal.length


def is_exact(reading: Reading, width_mm: float) -> bool:
    """Whether every reading is within ± 0.3 mm."""
    return all(abs(error) <= TOLERANCE_TENTHS for error in errors(reading, width_mm))


def corrected(printed_with: PrinterChoice, reading: Reading, paper: tuple[float, float]) -> PrinterChoice:
    """The choice that puts the next print right, from what the sheet printed with `printed_with` measures.

    `paper` is its width and height in mm. Raises RefusedError for readings that no printer gives: another
    paper, or a slip of the rule.
    """
    shown = reading.length / Reading.ideal(paper[0]).length
    stretch = shown * 1000 / printed_with.scale_permille  # s
    scale = round(1000 / stretch)
    if not SCALES[0] <= scale <= SCALES[1]:
        raise RefusedError(
            "长度相差超过 10%，多半是驱动里选了“适应页面”，或量错了框；请核对后再量。", field="length"
        )
    moved = []
    before = (printed_with.offset_x, printed_with.offset_y)
    for read, shift, side in zip((reading.left, reading.top), before, paper, strict=True):
        own = read - stretch * shift - shown * MARK_MM * 10  # a, in tenths
        middle = side * 5  # what the rounded scale leaves over is shared by both halves of the sheet
        moved.append(round((middle - own) / stretch - scale / 1000 * middle))
    if max(map(abs, moved)) > MOST_OFFSET:
        raise RefusedError("偏移超过 50 毫米，多半是纸张选错了；请先核对纸张。", field="left")
    return replace(printed_with, offset_x=moved[0], offset_y=moved[1], scale_permille=scale)
