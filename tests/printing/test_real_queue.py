"""Paper through real print queues, measured; docs/printing.md tells how to set such queues up.

`FRONTDESK_TEST_QUEUE` names a PostScript queue and the file that it writes, as `laser=FILE`;
`FRONTDESK_TEST_STRIKE_QUEUE` a 24-pin one. `pytest -m printer` runs what is here, and nothing else does.
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from queue_output import MM, Bitmap, rendered, struck

from frontdesk import forms
from frontdesk.core.errors import SurroundingsError
from frontdesk.forms.calibration import MARK_MM, Reading, box_size, corrected, is_exact
from frontdesk.forms.place import Rect, plan_of
from frontdesk.forms.printers import PrinterChoice
from frontdesk.forms.template import load_slip
from frontdesk.forms.values import Letterhead
from ui import printing

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

pytestmark = pytest.mark.printer

ALLOWED = 0.3  # mm
DRIVER_MARGIN = 6.35  # mm: a 24-pin driver's dots begin there
LONG_TICK = 2.1  # mm from the middle line: only the ticks of whole centimetres reach there
SECONDS = 30


@pytest.fixture
def laser() -> tuple[str, Path]:
    return queue_of("FRONTDESK_TEST_QUEUE")


@pytest.fixture
def fanfold() -> tuple[str, Path]:
    return queue_of("FRONTDESK_TEST_STRIKE_QUEUE")


def queue_of(variable: str) -> tuple[str, Path]:
    name, _equals, file = os.environ[variable].partition("=")
    return name, Path(file)


def spooled(pdf: bytes, queue: str, spool: Path) -> bytes:
    """Send a sheet as the program does and wait until the queue has written it."""
    spool.write_bytes(b"")
    printing.send(printing.PrintJob("标尺", pdf), queue)
    size, until = -1, time.monotonic() + SECONDS
    while time.monotonic() < until:
        time.sleep(0.5)
        now = spool.stat().st_size
        if now and now == size:
            return spool.read_bytes()
        size = now
    raise AssertionError(f"the queue {queue} wrote nothing within {SECONDS} s")


def worst(found: list[float], length: float, origin: float = 0.0) -> float:
    """The largest error of the centimetre ticks that came out, which must be nearly all of them."""
    ticks = [line + origin for line in found]
    errors = [abs(tick - round(tick, -1)) for tick in ticks]
    assert len(ticks) >= length / 10 - 4, f"only {len(ticks)} ticks of {length:g} mm came out"
    return max(errors)


def middle_ticks(page: Bitmap, width: float, height: float, origin: float = 0.0) -> tuple[float, float]:
    across = page.lines_across(height / 2 - LONG_TICK - origin)
    down = page.lines_down(width / 2 + LONG_TICK - origin)
    return worst(across, width, origin), worst(down, height, origin)


@pytest.mark.parametrize(("width", "height"), [(210.0, 148.0), (210.0, 297.0)])
def test_a_laser_sheet_comes_out_in_its_exact_size(
    width: float, height: float, laser: tuple[str, Path], tmp_path: Path, qapp: QApplication
) -> None:
    spooled(forms.ruler_sheet(width, height), *laser)
    (page,) = rendered(laser[1], tmp_path)
    tell(width, height, *middle_ticks(upright(page, width), width, height))


def test_a_fan_fold_sheet_comes_out_in_its_exact_size(fanfold: tuple[str, Path], qapp: QApplication) -> None:
    strike = struck(spooled(forms.ruler_sheet(241, 139.7), *fanfold))
    tell(241, 139.7, *middle_ticks(strike.dots, 241, 139.7, DRIVER_MARGIN))


def test_a_queue_that_cannot_have_the_paper_is_told_at_once(laser: tuple[str, Path]) -> None:
    with pytest.raises(SurroundingsError, match="这种纸"):
        printing.send(printing.PrintJob("标尺", forms.ruler_sheet(241, 139.7)), laser[0])


def tell(width: float, height: float, across: float, down: float) -> None:
    print(f"\n{width:g} × {height:g} mm: {across:.2f} mm across, {down:.2f} mm down")
    assert max(across, down) <= ALLOWED


def upright(page: Bitmap, width: float) -> Bitmap:
    """The page as it was sent: a driver may turn a sheet that lies across."""
    if abs(page.width / page.across * MM - width) < 1:
        return page
    rows = [bytes(row[x] for row in reversed(page.rows)) for x in range(page.width)]
    return Bitmap(page.height, page.width, rows, page.down, page.across)


def test_one_strike_is_fine_black_and_as_long_as_its_paper(
    fanfold: tuple[str, Path], qapp: QApplication
) -> None:
    strike = struck(spooled(forms.sample("F-ORDER", layout="strike"), *fanfold))
    assert strike.modes <= {39, 40}  # 180 × 180 or 360 × 180 to the inch
    assert strike.page_inches == 5.5
    assert strike.pages == 1
    assert_no_half_tone(strike.dots)


def assert_no_half_tone(dots: Bitmap) -> None:
    """Dithered grey is full of single dots; strokes of Chinese characters are not."""
    ink = alone = 0
    for above, row, below in zip(dots.rows, dots.rows[1:], dots.rows[2:], strict=False):
        for x in range(1, dots.width - 1):
            if row[x] == 0:
                ink += 1
                near = (above[x - 1 : x + 2], row[x - 1 : x], row[x + 1 : x + 2], below[x - 1 : x + 2])
                alone += all(value == 255 for part in near for value in part)
    assert ink > 20_000
    assert alone < ink / 100


# --- the wizard, on a printer that is out of true ------------------------------------------------------

CROOKED = (-DRIVER_MARGIN, -DRIVER_MARGIN, 1.008)
"""How a crooked fan-fold printer prints: its paper begins where the driver's margin ends, its steps are too long."""


def on_crooked_paper(dots: Bitmap) -> Bitmap:
    """The dots as they stand on the paper of the crooked printer, whose edge is where the dots begin."""
    return Bitmap(dots.width, dots.height, dots.rows, dots.across / CROOKED[2], dots.down / CROOKED[2])


def measured(dots: Bitmap) -> Reading:
    """What a rule reads off the ruler sheet, to a tenth of a millimetre."""
    across, down = dots.lines_across(50), dots.lines_down(160)  # where neither words nor ticks stand
    left = min(across, key=lambda line: abs(line - MARK_MM))
    right = min(across, key=lambda line: abs(line - MARK_MM - box_size(241, 0)[0]))
    top = min(down, key=lambda line: abs(line - MARK_MM))
    return Reading(round(left * 10), round(top * 10), round((right - left) * 10))


def test_the_wizard_s_figures_put_a_crooked_printer_right(
    fanfold: tuple[str, Path], qapp: QApplication
) -> None:
    before = PrinterChoice(fanfold[0], "strike")
    first = on_crooked_paper(struck(spooled(forms.ruler_sheet(241, 139.7), *fanfold)).dots)
    assert not is_exact(measured(first), 241)
    after = corrected(before, measured(first), (241, 139.7))
    moved = {"offset_mm": after.offset_mm, "scale": after.scale_permille / 1000}
    ruler = on_crooked_paper(struck(spooled(forms.ruler_sheet(241, 139.7, **moved), *fanfold)).dots)
    tell(241, 139.7, *middle_ticks(ruler, 241, 139.7))
    frame = place_of_the_frame()
    slip = forms.Slip({"serial": "FW2026-000123"})
    order = forms.render_slip("F-ORDER", [slip], letterhead=Letterhead("", ""), layout="strike", **moved)
    dots = on_crooked_paper(struck(spooled(order, *fanfold)).dots)
    across, down = dots.lines_across(frame.bottom - 2), dots.lines_down(frame.right - 2)
    errors = [nearest(across, frame.x), nearest(across, frame.right), nearest(down, frame.y)]
    errors.append(nearest(down, frame.bottom))
    print(f"\nthe order's frame: {max(errors):.2f} mm at worst, with {after}")
    assert max(errors) <= ALLOWED


def place_of_the_frame() -> Rect:
    """Where the template has the thick frame of F-ORDER on fan-fold paper."""
    template = load_slip("F-ORDER")
    return plan_of(template, template.sheets["strike"]).frame.body


def nearest(lines: list[float], wanted: float) -> float:
    return min(abs(line - wanted) for line in lines)
