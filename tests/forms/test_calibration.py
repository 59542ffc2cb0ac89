"""A printer put right by what a rule reads off the ruler sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.errors import RefusedError
from frontdesk.forms import sample
from frontdesk.forms.calibration import MARK_MM, PAPERS, Paper, Reading, box_size, corrected, errors, is_exact
from frontdesk.forms.printers import PrinterChoice
from frontdesk.forms.raster import moved

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

ALLOWED = 0.3  # mm

shifts = st.floats(-12, 12)
stretches = st.floats(0.96, 1.04)
papers = st.sampled_from(PAPERS)


def lands(printer: tuple[float, float, float], choice: PrinterChoice, at: float, axis: int) -> float:
    """Where a printer (right, down, stretch) puts what should stand at so many mm."""
    shift = choice.offset_mm[axis]
    return printer[axis] + printer[2] * (shift + choice.scale_permille / 1000 * at)


def read_off(printer: tuple[float, float, float], choice: PrinterChoice, width: float) -> Reading:
    """What an exact rule reads, to the tenth."""
    left, top = (lands(printer, choice, MARK_MM, axis) for axis in (0, 1))
    right = lands(printer, choice, MARK_MM + box_size(width, 0)[0], 0)
    return Reading(round(left * 10), round(top * 10), round((right - left) * 10))


@given(shifts, shifts, stretches, papers)
def test_one_measurement_puts_any_printer_right_to_0_3_mm_all_over_the_sheet(
    right: float, down: float, stretch: float, paper: Paper
) -> None:
    printer, before = (right, down, stretch), PrinterChoice("LQ-630", "strike")
    after = corrected(before, read_off(printer, before, paper.width), (paper.width, paper.height))
    for axis, side in enumerate((paper.width, paper.height)):
        for at in (0.0, MARK_MM, side / 2, side):
            assert abs(lands(printer, after, at, axis) - at) <= ALLOWED


@given(shifts, shifts, stretches)
def test_a_check_print_that_reads_exact_changes_nothing_that_matters(
    right: float, down: float, stretch: float
) -> None:
    printer, paper = (right, down, stretch), (241.0, 139.7)
    once = corrected(PrinterChoice("LQ-630"), read_off(printer, PrinterChoice("LQ-630"), 241), paper)
    reading = read_off(printer, once, 241)
    assert is_exact(reading, 241)
    again = corrected(once, reading, paper)
    assert abs(again.offset_x - once.offset_x) <= 3
    assert abs(again.scale_permille - once.scale_permille) <= 2


def test_an_exact_printer_needs_no_correction() -> None:
    choice = PrinterChoice("LQ-630", "strike", copies=(1, 3))
    assert corrected(choice, Reading.ideal(241), (241, 139.7)) == choice
    assert errors(Reading.ideal(241), 241) == (0, 0, 0)


def test_the_errors_are_told_as_they_are_seen() -> None:
    assert errors(Reading(213, 192, 2008), 241) == (13, -8, 8)
    assert not is_exact(Reading(204, 200, 2000), 241)


@pytest.mark.parametrize(
    ("reading", "field"), [(Reading(200, 200, 1600), "length"), (Reading(900, 200, 2000), "left")]
)
def test_a_reading_that_no_printer_gives_is_refused_with_the_likely_reason(
    reading: Reading, field: str
) -> None:
    with pytest.raises(RefusedError) as refusal:
        corrected(PrinterChoice(), reading, (241, 139.7))
    assert refusal.value.field == field


def test_the_presets_are_those_of_fan_fold_paper_in_inches_and_of_a4_and_a5() -> None:
    sizes = {(paper.width, paper.height) for paper in PAPERS}
    assert {(241, 93.13), (241, 139.7), (241, 279.4), (210, 297), (210, 148)} <= sizes


@pytest.mark.parametrize(
    ("copies", "layout", "count", "wanted"),
    [
        ((), "laser", 4, None),
        ((2,), "laser", 4, (2,)),
        ((1, 3), "two_up", 4, (1, 3)),
        ((1, 2, 3, 4), "laser", 4, None),
        ((2, 4), "laser", 3, (2,)),
        ((4,), "laser", 3, None),
        ((2,), "strike", 4, None),
    ],
)
def test_the_copies_chosen_hold_as_far_as_there_are_such(
    copies: tuple[int, ...], layout: str, count: int, wanted: tuple[int, ...] | None
) -> None:
    assert PrinterChoice("LQ-630", layout, copies=copies).copies_of(count) == wanted


@pytest.mark.parametrize("form_id", ["F-RECEIPT", "F-ORDER-COVER", "F-MESSAGE"])
def test_any_finished_form_is_moved_and_stretched_from_its_upper_left_corner(
    form_id: str, read: Callable[[bytes], Any]
) -> None:
    drawn = sample(form_id)
    before = read(drawn)
    after = read(moved(drawn, PrinterChoice("LQ-630", "", 30, -15, 990)))
    assert len(after) == len(before)
    assert after.size(0) == pytest.approx(before.size(0), abs=0.01)
    words = {word.text: word for word in before.words(0)}
    found = [word for word in after.words(0) if word.text in words and len(word.text) > 3]
    assert len(found) > 5
    for word in found:
        assert word.x == pytest.approx(words[word.text].x * 0.99 + 3.0, abs=0.05)
        assert word.y == pytest.approx(words[word.text].y * 0.99 - 1.5, abs=0.05)


def test_a_form_whose_printer_is_exact_leaves_as_it_was_drawn() -> None:
    drawn = sample("F-RECEIPT")
    assert moved(drawn, PrinterChoice("LQ-630", "laser", copies=(1,))) is drawn
