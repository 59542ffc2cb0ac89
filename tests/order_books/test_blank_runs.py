"""Blank runs (R-ORDER-2)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from pypdfium2 import PdfDocument

from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.orders.register import NewOrder

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

BURST = NewOrder("水管爆裂", unit_no="3-2-1102")


def test_r_order_2_a_run_takes_consecutive_numbers_for_a_person(desk: Desk, issued) -> None:
    issued()
    run = desk.order_books.blanks.take(5, " 李㛃 ", "夜间停电备用")
    assert (run.first_serial, run.last_serial) == ("FW2026-000002", "FW2026-000006")
    assert (run.given_to, run.given_by, run.purpose) == ("李㛃", "陈晓婧", "夜间停电备用")
    assert (run.count, run.blank, run.filled, run.void, run.missing) == (5, 5, 0, 0, 0)
    assert issued().serial == "FW2026-000007"


def test_r_order_2_each_number_is_filled_voided_or_missing(desk: Desk, clock: FixedClock) -> None:
    books = desk.order_books
    run = books.blanks.take(4, "李㛃")
    clock.advance(timedelta(hours=2))
    first, second, third, _ = run.order_ids
    desk.orders.backfill(BURST, clock.now() - timedelta(hours=1), blank_id=first)
    desk.orders.void(second, "写坏")
    books.watch.list_missing("FW2026-000003", "王喆", "夜班交接时没有")
    row = books.blanks.run(run.id)
    assert (row.blank, row.filled, row.void, row.missing) == (1, 1, 1, 1)
    assert books.blanks.blank_ids(run.id) == [run.order_ids[3]]
    assert [one.id for one in books.blanks.runs(open_only=True)] == [run.id]
    # the lost paper turns up
    desk.orders.backfill(BURST, clock.now(), blank_id=third)
    desk.orders.void(run.order_ids[3], "没有用上")
    row = books.blanks.run(run.id)
    assert (row.blank, row.filled, row.void, row.missing) == (0, 2, 2, 0)
    assert books.blanks.runs(open_only=True) == []
    assert [one.id for one in books.blanks.runs()] == [run.id]


@pytest.mark.parametrize(
    ("count", "given_to", "field"), [(0, "甲", "count"), (201, "甲", "count"), (1, " ", "given_to")]
)
def test_r_order_2_a_run_has_a_size_and_somebody_who_has_it(
    desk: Desk, issued, count: int, given_to: str, field: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        desk.order_books.blanks.take(count, given_to)
    assert (refused.value.field, refused.value.rule) == (field, "R-ORDER-2")
    assert issued().serial == "FW2026-000001"


@pytest.mark.parametrize("role", ["finance", "property_manager", "administrator"])
def test_blanks_are_taken_by_the_desk_only(desk: Desk, sign_in, role: str) -> None:
    sign_in(role)
    with pytest.raises(NotAllowedError):
        desk.order_books.blanks.take(1, "甲")
    assert desk.order_books.blanks.runs() == []


def test_f_order_blank_prints_a_run_as_one_pdf_with_numbers_alone(desk: Desk) -> None:
    run = desk.order_books.blanks.take(3, "李㛃")
    desk.orders.void(run.order_ids[1], "写坏")
    pdf = PdfDocument(desk.paper.blank_run(run.id))
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in pdf]
    pdf.close()
    assert len(texts) == 2 * 4
    assert all("FW2026-000001" in text for text in texts[:4])
    assert all("FW2026-000003" in text for text in texts[4:])
    assert not any("陈晓婧" in text or "补打" in text for text in texts)


def test_r_order_18_a_blank_printed_again_is_marked(desk: Desk) -> None:
    run = desk.order_books.blanks.take(1, "李㛃")
    counts = {order_id: desk.orders.record_print(order_id) for order_id in run.order_ids}
    assert "补打" not in _text(desk.paper.blank_run(run.id, reprints=counts))
    assert "补打第1次" in _text(desk.paper.blank_run(run.id))


def test_r_order_2_a_run_told_of_in_full_has_nothing_to_print(desk: Desk) -> None:
    run = desk.order_books.blanks.take(1, "李㛃")
    desk.orders.void(run.order_ids[0], "写坏")
    with pytest.raises(RefusedError):
        desk.paper.blank_run(run.id)


def _text(pdf: bytes) -> str:
    document = PdfDocument(pdf)
    text = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
    document.close()
    return text
