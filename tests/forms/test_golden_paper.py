"""Golden paper: every word, where it stands, and every line, against a file that can be read and compared.

After a wanted change: `FRONTDESK_GOLDEN=write pytest tests/forms/test_golden_paper.py`, then read the difference before committing.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from frontdesk.forms import render_slip, sample
from frontdesk.forms.samples import LETTERHEAD, PRINTED_AT, sample_slip
from frontdesk.forms.template import load_slip

FOLDER = Path(__file__).parents[1] / "golden"


def _order(layout: str) -> bytes:
    return sample("F-ORDER", layout=layout)  # type: ignore[arg-type]


def _marked_order() -> bytes:
    """A void reprint with a rare name, an emoji, a long text and more charges than the table takes."""
    order = sample_slip(load_slip("F-ORDER"))
    charges = [
        {"item": f"第 {at} 项", "unit_price": "1.00", "quantity": "1 次", "amount": "1.00"}
        for at in range(1, 7)
    ]
    values = {
        **order.values,
        "customer": "欧阳𬱖㛃䶮𠮷",
        "content": "厨房下水堵塞，" * 120,
        "remarks": "谢谢😀 <b>&</b>",
        "charges": charges,
    }
    marked = replace(order, values=values, void_reason="客户来电取消，改由厂家上门", reprint=2)
    return render_slip("F-ORDER", [marked], letterhead=LETTERHEAD, copies=[4], printed_at=PRINTED_AT)


PAPER: dict[str, Callable[[], bytes]] = {
    "F-ORDER.laser": lambda: _order("laser"),
    "F-ORDER.two_up": lambda: _order("two_up"),
    "F-ORDER.strike": lambda: _order("strike"),
    "F-ORDER.overprint": lambda: _order("overprint"),
    "F-ORDER.marked": _marked_order,
    "F-CALL": lambda: sample("F-CALL"),
    "F-CALLBACK": lambda: sample("F-CALLBACK"),
    "F-CUSTODY": lambda: sample("F-CUSTODY"),
    "F-CUSTODY-INSP": lambda: sample("F-CUSTODY-INSP"),
    "F-CUSTODY-KEYS": lambda: sample("F-CUSTODY-KEYS"),
    "F-MEMO": lambda: sample("F-MEMO"),
    "F-KEY": lambda: sample("F-KEY"),
    "F-KEY-APPL": lambda: sample("F-KEY-APPL"),
    "F-KEY-LOAN": lambda: sample("F-KEY-LOAN"),
    "F-KEY-TAG": lambda: sample("F-KEY-TAG"),
    "F-LAUNDRY": lambda: sample("F-LAUNDRY"),
    "F-MESSAGE": lambda: sample("F-MESSAGE"),
    "F-PAYREQ": lambda: sample("F-PAYREQ"),
    "F-RECEIPT": lambda: sample("F-RECEIPT"),
    "F-REPAIR-SUM": lambda: sample("F-REPAIR-SUM"),
    "F-SUMMARY": lambda: sample("F-SUMMARY"),
    "F-PRICE": lambda: sample("F-PRICE"),
    "F-ORDER-DAY": lambda: sample("F-ORDER-DAY"),
    "F-ORDER-COVER": lambda: sample("F-ORDER-COVER"),
    "F-FINANCE": lambda: sample("F-FINANCE"),
}


@pytest.mark.parametrize("name", sorted(PAPER))
def test_paper_is_as_it_was_agreed(name: str, read) -> None:
    found = _described(read(PAPER[name]()))
    path = FOLDER / f"{name}.txt"
    if os.environ.get("FRONTDESK_GOLDEN") == "write":
        path.write_text(found, encoding="utf-8", newline="\n")
    agreed = path.read_text(encoding="utf-8")
    difference = difflib.unified_diff(
        agreed.splitlines(), found.splitlines(), "agreed", "now", lineterm="", n=1
    )
    assert found == agreed, "\n".join(difference)


def _described(paper) -> str:
    """Pages with their words (x, y in mm, size in points), and the lines of the first (x1 y1 x2 y2).

    A page that is much like the first is described by what differs.
    """
    first = _words(paper, 0)
    lines = []
    for page in range(len(paper)):
        width, height = paper.size(page)
        lines.append(f"page {page + 1}: {width:.1f} x {height:.1f} mm")
        words = _words(paper, page)
        gone = [word for word in first if word not in words]
        if page and len(gone) < len(first) / 4:
            lines.append("as page 1, but")
            lines += [f"- {word}" for word in gone] + [f"+ {word}" for word in words if word not in first]
        else:
            lines += words
    lines.append("lines of page 1")
    boxes = {tuple(round(edge, 1) + 0.0 for edge in box) for box in paper.boxes(0)}
    lines += ["".join(f"{edge:6.1f} " for edge in box).rstrip() for box in sorted(boxes)]
    return "\n".join(lines) + "\n"


def _words(paper, page: int) -> list[str]:
    return [f"{word.x:6.1f} {word.y:6.1f} {word.size:5.1f}  {word.text}" for word in paper.words(page)]
