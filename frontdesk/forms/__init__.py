"""Paper: a declared sheet and values in, PDF bytes out.

A template in `forms_templates/` (`F-ORDER.toml`) declares paper, boxes, fixed words and samples. Services
give formatted text; what they give is drawn as it stands and never read as markup. reportlab is imported
when the first sheet is drawn, so that a service may import this package at the program's start.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from frontdesk.forms.values import CopyName, Layout, Letterhead, Lines, Slip

if TYPE_CHECKING:
    from frontdesk.core.fields import Register
    from frontdesk.core.jobs import Cancelled, Progress

__all__ = [
    "CopyName",
    "Layout",
    "Letterhead",
    "Lines",
    "Slip",
    "check_template",
    "form_ids",
    "form_title",
    "render_labels",
    "render_register",
    "render_slip",
    "ruler_sheet",
    "sample",
]


def render_slip(
    form_id: str,
    slips: Iterable[Slip],
    *,
    letterhead: Letterhead,
    layout: Layout = "laser",
    copies: Sequence[int] | None = None,
    copy_names: Sequence[CopyName] | None = None,
    offset_mm: tuple[float, float] = (0.0, 0.0),
    scale: float = 1.0,
    printed_at: str = "",
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bytes:
    """The PDF of one or many slips of a form.

    `layout`: "laser" gives a page for each copy, "two_up" puts two copies on an A4 page with a cut line,
    "strike" gives one black page for multi-part paper with all copies named in its margin, "overprint" the
    values alone in the same places, for preprinted paper. `copies` are numbers from 1, all by default.
    `copy_names` replaces the template's names and colours. `offset_mm` moves everything right and down,
    `scale` stretches it from the upper left corner: both are a printer's own. `printed_at` is local, formatted.

    `progress(done, total)` counts slips. Raises StoppedError when `cancelled()` says so, RefusedError for an
    unknown form, copy or colour, and for a layout that the form's template does not have (R-ORDER-18).
    """
    from frontdesk.forms.slip import Run, render

    run = Run(letterhead, layout, copies, copy_names, offset_mm, scale, printed_at, progress, cancelled)
    return render(form_id, slips, run)


def render_register(
    register: Register,
    rows: Iterable[Sequence[str]],
    *,
    letterhead: Letterhead,
    period: str,
    printed_by: str,
    printed_at: str,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bytes:
    """The PDF of a register's rows: formatted cells in the order of `register.printed`.

    Paper, order and widths of the columns, and the fixed words come from the register's template, which
    names the columns by the fields' names. `progress(done, total)` counts rows. Raises as `render_slip`.
    """
    from frontdesk.forms.register import Printing, render_rows

    return render_rows(
        register, rows, Printing(letterhead, period, printed_by, printed_at, progress, cancelled)
    )


def render_labels(
    form_id: str,
    labels: Iterable[Slip],
    *,
    letterhead: Letterhead,
    first: int = 1,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bytes:
    """The PDF of labels on sheets with the grid that their template declares, one after the other.

    `first` is the first free label of the first sheet, from 1, row by row: a sheet begun is used up. A label with a
    `void_reason` is marked with it. `progress(done, total)` counts labels. Raises as `render_slip`.
    """
    from frontdesk.forms.labels import render_sheet
    from frontdesk.forms.template import load_labels

    template = load_labels(form_id)
    return render_sheet(
        template, list(labels), letterhead, first=first, progress=progress, cancelled=cancelled
    )


def form_ids() -> list[str]:
    """The ids of all forms that have a template."""
    from frontdesk.forms import template

    return template.form_ids()


def form_title(form_id: str) -> str:
    """The title of a form, word for word as on its paper. Raises RefusedError for an unknown form."""
    from frontdesk.forms.template import load

    return load(form_id).title


def check_template(form_id: str) -> list[str]:
    """What is wrong with a form's template, in Chinese sentences; nothing when it can be printed."""
    from frontdesk.forms.check import check

    return check(form_id)


def sample(form_id: str, *, layout: Layout = "laser") -> bytes:
    """The form filled with the samples that its template holds (`layout` is for slips)."""
    from frontdesk.forms.samples import render_sample

    return render_sample(form_id, layout)


def ruler_sheet(
    width_mm: float, height_mm: float, *, offset_mm: tuple[float, float] = (0.0, 0.0), scale: float = 1.0
) -> bytes:
    """A page of exactly this size with rulers, to measure what a printer makes of it (± 0.3 mm).

    Offset and scale as in `render_slip`; what is measured becomes them in `calibration.corrected`.
    """
    from frontdesk.forms.ruler import ruler

    return ruler(width_mm, height_mm, offset_mm, scale)
