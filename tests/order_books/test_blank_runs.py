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
    "count",
    [0, 201],
)
def test_r_order_2_a_run_has_a_size(desk: Desk, issued, count: int) -> None:
    with pytest.raises(RefusedError) as refused:
        desk.order_books.blanks.take(count, "甲")
    assert (refused.value.field, refused.value.rule) == ("count", "R-ORDER-2")
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
    """R-ORDER-18."""
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


def test_r_order_2_blanks_kept_at_the_desk_are_given_out_in_their_order(desk: Desk) -> None:
    blanks = desk.order_books.blanks
    first, second = blanks.take(2), blanks.take(2)
    assert (first.given_to, first.given_at, first.is_out) == ("", None, False)
    with pytest.raises(RefusedError, match="FW2026-000001 起的一批还在前台") as refused:
        blanks.give(second.id, "李㛃")
    assert (refused.value.field, refused.value.rule) == ("given_to", "R-ORDER-2")
    with pytest.raises(RefusedError, match="交给谁"):
        blanks.give(first.id, " ")
    row = blanks.give(first.id, "李㛃", "夜间")
    assert (row.given_to, row.given_by, row.purpose, row.is_out) == ("李㛃", "陈晓婧", "夜间", True)
    assert blanks.give(second.id, "马强").given_to == "马强"
    assert blanks.give(second.id, "赵䶮").given_to == "赵䶮", "handed on from one to the other"


def test_r_order_2_what_comes_back_is_counted_and_each_number_told_of(desk: Desk, clock: FixedClock) -> None:
    blanks = desk.order_books.blanks
    run = blanks.take(3, "李㛃")
    desk.orders.void(run.order_ids[0], "写坏")
    with pytest.raises(RefusedError, match="应退 2 张，还差 1 张") as refused:
        blanks.give_back(run.id, 1)
    assert (refused.value.field, refused.value.rule) == ("count", "R-ORDER-2")
    with pytest.raises(RefusedError, match="应退 2 张，请再数一遍"):
        blanks.give_back(run.id, 3)
    desk.order_books.watch.list_missing("FW2026-000002", "李㛃", "丢在路上")
    clock.advance(timedelta(hours=1))
    row = blanks.give_back(run.id, 1)
    assert (row.is_out, row.returned_to, row.returned_at) == (False, "陈晓婧", clock.now())
    with pytest.raises(RefusedError, match="就在前台"):
        blanks.give_back(run.id, 1)
    assert blanks.give(run.id, "马强").is_out


def test_r_order_2_each_number_of_a_run_says_what_became_of_it(desk: Desk, clock: FixedClock) -> None:
    run = desk.order_books.blanks.take(4, "李㛃")
    clock.advance(timedelta(hours=2))
    served = clock.now() - timedelta(hours=1)
    desk.orders.backfill(BURST, served, blank_id=run.order_ids[0])
    desk.orders.void(run.order_ids[1], "写坏")
    desk.order_books.watch.list_missing("FW2026-000003", "王喆")
    lines = desk.order_books.blanks.lines(run.id)
    told = [(line.state, line.missing, line.followed_by, line.told) for line in lines]
    assert told == [
        ("issued", False, "", "3-2-1102 水管爆裂"),
        ("void", False, "", "写坏"),
        ("blank", True, "王喆", ""),
        ("blank", False, "", ""),
    ]
    assert lines[0].served_at == served
    with pytest.raises(RefusedError, match="重新选择"):
        desk.order_books.blanks.lines(99)


def test_r_order_2_a_run_that_is_used_up_is_given_to_nobody(desk: Desk) -> None:
    run = desk.order_books.blanks.take(1)
    desk.orders.void(run.order_ids[0], "印坏")
    with pytest.raises(RefusedError, match="没有空白单可交"):
        desk.order_books.blanks.give(run.id, "李㛃")
