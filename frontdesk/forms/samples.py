"""A form filled with its template's own samples: for the technician, and for the check."""

from __future__ import annotations

from frontdesk.forms.labels import render_sheet
from frontdesk.forms.register import Printing, render_table
from frontdesk.forms.slip import Run, render
from frontdesk.forms.template import LabelTemplate, SlipTemplate, load
from frontdesk.forms.values import Layout, Letterhead, Lines, Slip

LETTERHEAD = Letterhead("示范物业服务有限公司", "示范花园", "示范路 89 号", "010-88880000", "客服前台")
PRINTED_AT = "2026-11-21 18:26"


def sample_slip(template: SlipTemplate) -> Slip:
    """The record that the samples make."""
    values: dict[str, str | Lines] = {name: field.sample for name, field in template.fields.items()}
    values |= {name: table.sample for name, table in template.tables.items()}
    serial = template.fields.get("serial")
    return Slip(values, code=f"FD:{serial.sample}" if serial else "")


def sample_labels(template: LabelTemplate) -> list[Slip]:
    """A sheet's worth of labels, the last of them void."""
    values = {name: field.sample for name, field in template.fields.items()}
    code = "FD:SAMPLE-000012"
    return [Slip(values, code)] * (template.across * template.down - 1) + [Slip(values, code, "作废")]


def render_sample(form_id: str, layout: Layout) -> bytes:
    """The PDF of a form with sample values. Raises RefusedError for an unknown form or layout."""
    template = load(form_id)
    if isinstance(template, SlipTemplate):
        run = Run(LETTERHEAD, layout, printed_at=PRINTED_AT)
        return render(form_id, [sample_slip(template)], run)
    if isinstance(template, LabelTemplate):
        return render_sheet(template, sample_labels(template), LETTERHEAD)
    rows = [[line.get(column.field, "") for column in template.columns] for line in template.sample]
    return render_table(template, rows, Printing(LETTERHEAD, "2026-11-21", "陈晓赟", PRINTED_AT))
