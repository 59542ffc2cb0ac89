"""What an order gives to its paper (F-ORDER), and that the paper takes all of it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.model import JournalLine
from frontdesk.core.settings import ORDER_COPY_COLOURS, ORDER_COPY_NAMES
from frontdesk.forms import Letterhead, render_slip
from frontdesk.forms.printers import PrinterChoice
from frontdesk.forms.raster import page_sizes_mm
from frontdesk.forms.template import load
from frontdesk.orders.register import NewLine, NewOrder

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

WRITTEN_BY_HAND = {"customer_signature", "service_person_signature"}
CALLED_BACK = {"callback_at", "callback_by", "callback_level", "callback_time", "callback_attitude"}
LATER = CALLED_BACK | {"callback_opinion"}


def whole_order(desk: Desk, clock: FixedClock) -> int:
    two = clock.now() + timedelta(hours=20)
    order = desk.orders.issue(
        NewOrder(
            "家政保洁 <b>&",
            unit_no="商铺S-05",
            customer="𬱖喆",
            telephone="13800138000",
            category="housekeeping",
            expected_cost=12000,
            appointment_at=two,
            appointment_until=two + timedelta(hours=2),
            remarks="带鞋套",
        )
    )
    clock.put(two)
    desk.orders.dispatch(order.id, "李建国", "保洁部")
    desk.orders.arrive(order.id)
    desk.orders.finish(
        order.id,
        "干净",
        [NewLine("保洁", 4000, 2500, "小时"), NewLine("上门费", 2345)],
        materials="抹布 2 块",
        workload="2.5 工时",
        self_check="合格",
    )
    desk.orders.return_order(order.id, "cash", 12345, customer_signed_at=two)
    return order.id


def test_an_order_gives_every_value_that_its_paper_prints(desk: Desk, clock: FixedClock) -> None:
    (slip,) = desk.orders.slips([whole_order(desk, clock)])
    template = load("F-ORDER")
    assert set(slip.values) == (set(template.fields) | set(template.tables)) - WRITTEN_BY_HAND - LATER
    assert all(slip.values.values())


def test_the_values_are_formatted_for_paper(desk: Desk, clock: FixedClock) -> None:
    (slip,) = desk.orders.slips([whole_order(desk, clock)])
    shown = {name: slip.text(name) for name in slip.values}
    assert shown["appointment"] == "2026-11-22 14:26–16:26"
    assert shown["expected_cost"] == "120.00 元"
    assert (shown["due_amount"], shown["due_capital"]) == ("123.45", "壹佰贰拾叁元肆角伍分")
    assert (shown["category"], shown["channel"], shown["settlement"]) == ("家政", "来电", "现金")
    assert shown["customer_signed_at"] == "2026-11-22"
    assert shown["content"] == "家政保洁 <b>&"
    assert slip.lines("charges") == [
        {"item": "保洁", "unit_price": "40.00", "quantity": "2.5 小时", "amount": "100.00"},
        {"item": "上门费", "unit_price": "23.45", "quantity": "1", "amount": "23.45"},
    ]
    assert slip.code == "FD:FW2026-000001"


def test_what_is_not_known_yet_stays_blank_for_the_pen(desk: Desk) -> None:
    (slip,) = desk.orders.slips([desk.orders.issue(NewOrder("换灯泡")).id])
    for name in ("due_amount", "due_capital", "paid_amount", "settlement", "finished_at", "expected_cost"):
        assert slip.text(name) == "", name


def test_r_order_18_the_slip_bears_the_mark_of_its_next_print(desk: Desk) -> None:
    """R-ORDER-18."""
    order = desk.orders.issue(NewOrder("换灯泡"))
    for count in range(3):
        assert desk.orders.slips([order.id])[0].reprint == count
        assert desk.orders.record_print(order.id) == count
    desk.orders.void(order.id, "重复")
    assert desk.orders.slips([order.id])[0].void_reason == "重复"


def test_r_order_18_what_was_counted_bears_its_own_count_not_the_next_ones(desk: Desk) -> None:
    """R-ORDER-18."""
    order = desk.orders.issue(NewOrder("换灯泡"))
    for count in range(3):
        counted = {order.id: desk.orders.record_print(order.id)}
        assert desk.orders.slips([order.id], counted)[0].reprint == count


def test_r_order_18_a_print_that_came_to_nothing_is_taken_back_and_both_are_in_the_journal(
    desk: Desk,
) -> None:
    """R-ORDER-18."""
    order = desk.orders.issue(NewOrder("换灯泡"))
    actor = desk.context.require(Permission.PRINT)
    first = desk.orders.record_print(order.id)
    desk.staff.sign_out()  # the queue refuses it only after somebody locked the desk
    desk.orders.take_back_prints({order.id: first}, actor)
    desk.context.actor = actor
    assert desk.orders.get(order.id).prints == 0
    with desk.context.read() as session:
        asked = select(JournalLine.action, JournalLine.actor).order_by(JournalLine.seq.desc()).limit(2)
        noted = [tuple(line) for line in session.execute(asked)]
    assert noted == [("take_back_print", actor.name), ("print", actor.name)]


def test_r_order_18_a_count_is_not_taken_back_from_under_a_later_print(desk: Desk) -> None:
    """R-ORDER-18."""
    order = desk.orders.issue(NewOrder("换灯泡"))
    actor = desk.context.require(Permission.PRINT)
    first = desk.orders.record_print(order.id)
    assert desk.orders.record_print(order.id) == 1
    desk.orders.take_back_prints({order.id: first}, actor)
    assert desk.orders.record_print(order.id) == 2


def test_an_order_prints_on_its_four_copies(desk: Desk, clock: FixedClock) -> None:
    from pypdfium2 import PdfDocument

    pdf = PdfDocument(
        render_slip(
            "F-ORDER", desk.orders.slips([whole_order(desk, clock)]), letterhead=Letterhead("甲", "乙")
        )
    )
    texts = [page.get_textpage().get_text_range() for page in pdf]
    pdf.close()
    assert len(texts) == 4
    assert all("FW2026-000001" in text and "壹佰贰拾叁元肆角伍分" in text for text in texts)


def test_copies_their_number_order_and_colours_are_as_the_settings_say(desk: Desk) -> None:
    order = desk.orders.issue(NewOrder("换灯泡"))
    put = desk.context.settings.put
    put(ORDER_COPY_NAMES, ["客户", "客服部", "工程部"], actor=PROGRAM)
    put(ORDER_COPY_COLOURS, ["蓝", "#b00020"], actor=PROGRAM)
    names = [(copy.name, copy.colour) for copy in desk.paper.copy_names()]
    assert names == [("第一联 客户", "蓝"), ("第二联 客服部", "#b00020"), ("第三联 工程部", "白")]
    chosen = PrinterChoice(layout="laser", copies=(3, 1, 4))
    assert len(page_sizes_mm(desk.paper.orders([order.id], chosen))) == 2
    with pytest.raises(RefusedError, match="紫"):
        put(ORDER_COPY_COLOURS, ["白", "紫"], actor=PROGRAM)
    with pytest.raises(RefusedError, match="最多 9 联"):
        put(ORDER_COPY_NAMES, [f"联{number}" for number in range(10)], actor=PROGRAM)
