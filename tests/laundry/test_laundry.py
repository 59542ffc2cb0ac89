"""Laundry: each garment checked, counted and marked; back by the day agreed; checked twice more (R-ORDER-20)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from pypdfium2 import PdfDocument

from frontdesk.core.actor import Actor
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.query import VOID, RegisterQuery
from frontdesk.exchange.export import ExportWish
from frontdesk.exchange.sheet_in import read_sheet
from frontdesk.laundry.model import LaundryTicket
from frontdesk.laundry.register import LAUNDRY, NewGarment, NewTicket
from frontdesk.orders.register import NewOrder
from frontdesk.safety.verify import Verification
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

RETURN = date(2026, 11, 25)
COAT, JACKET = NewGarment("羊毛大衣", "左袖口起球"), NewGarment("西装上衣 <b>")


def act_as(desk: Desk, role: str) -> None:
    desk.context.actor = Actor(77, f"某{role}", role, role_of(role).permissions)


@pytest.fixture
def order_id(desk: Desk) -> int:
    return desk.orders.issue(
        NewOrder(
            "收洗衣服", unit_no="3-2-1102", customer="张㛃", telephone="13800138000", category="laundry",
            expected_cost=9800,
        )
    ).id  # fmt: skip


def taken(desk: Desk, order_id: int) -> int:
    return desk.laundry.receive(NewTicket(order_id, (COAT, JACKET), RETURN)).id


def test_the_declared_fields_are_columns_of_the_table() -> None:
    columns = set(LaundryTicket.__table__.columns.keys())
    assert {field.name for field in LAUNDRY.fields} - {"garments", "count", "state"} <= columns


def test_r_order_20_each_garment_is_checked_counted_and_marked(desk: Desk, order_id: int) -> None:
    """R-ORDER-20."""
    ticket = desk.laundry.get(taken(desk, order_id))
    assert (ticket.serial, ticket.order_serial, ticket.unit_no, ticket.price) == (
        "XY2026-000001",
        "FW2026-000001",
        "3-2-1102",
        9800,
    )
    assert [(one.name, one.mark, one.damage) for one in ticket.garments] == [
        ("羊毛大衣", "1-1", "左袖口起球"),
        ("西装上衣 <b>", "1-2", "完好"),
    ]
    assert (ticket.state, ticket.step, ticket.return_on) == ("received", "send", RETURN)


@pytest.mark.parametrize(
    ("garments", "why"),
    [
        ((), "逐件登记"),
        ((NewGarment(" "),), "第 1 件"),
        ((NewGarment("甲", mark="7"), NewGarment("乙", mark="7")), "用了两次"),
        ((COAT,) * 61, "最多 60 件"),
    ],
)
def test_r_order_20_what_is_not_counted_garment_by_garment_is_refused(
    desk: Desk, order_id: int, garments: tuple[NewGarment, ...], why: str
) -> None:
    """R-ORDER-20."""
    with pytest.raises(RefusedError, match=why) as refused:
        desk.laundry.receive(NewTicket(order_id, garments, RETURN))
    assert (refused.value.field, refused.value.rule) == ("garments", "R-ORDER-20")
    assert desk.laundry.of_order(order_id) is None


def test_only_a_laundry_order_has_a_ticket_and_only_one(desk: Desk, order_id: int) -> None:
    other = desk.orders.issue(NewOrder("换锁", unit_no="3-2-1102"))
    with pytest.raises(RefusedError, match="不是洗衣"):
        taken(desk, other.id)
    first = taken(desk, order_id)
    with pytest.raises(RefusedError, match="已开洗衣收据 XY2026-000001"):
        taken(desk, order_id)
    desk.laundry.void(first, "开错")
    again = desk.laundry.get(taken(desk, order_id))
    assert again.serial == "XY2026-000002"
    assert desk.laundry.of_order(order_id) == again


def test_r_order_20_the_day_of_return_is_not_past(desk: Desk, order_id: int) -> None:
    """R-ORDER-20."""
    with pytest.raises(RefusedError, match="早于今天") as refused:
        desk.laundry.receive(NewTicket(order_id, (COAT,), date(2026, 11, 20)))
    assert refused.value.field == "return_on"


def test_r_order_20_garments_are_checked_when_they_come_back_and_when_they_are_handed_over(
    desk: Desk, order_id: int, clock: FixedClock
) -> None:
    """R-ORDER-20: the way of a ticket, and no step before the one that it follows."""
    number = taken(desk, order_id)
    with pytest.raises(RefusedError, match="待送洗"):
        desk.laundry.take_back(number, 2)
    with pytest.raises(RefusedError, match="洗衣公司"):
        desk.laundry.send(number, " ")
    sent = desk.laundry.send(number, "高洁公司", "王师傅")
    assert (sent.state, sent.signed_by) == ("sent", "王师傅")
    with pytest.raises(RefusedError, match="还在洗衣公司"):
        desk.laundry.void(number, "开错")
    with pytest.raises(RefusedError, match="点清"):
        desk.laundry.take_back(number, None)
    with pytest.raises(RefusedError, match="送洗 2 件，取回 1 件") as refused:
        desk.laundry.take_back(number, 1)
    assert refused.value.field == "back_note"
    clock.advance(timedelta(hours=5))
    back = desk.laundry.take_back(number, 1, "少西装上衣，已催")
    assert (back.state, back.back_note, back.back_at) == ("back", "少西装上衣，已催", clock.now())
    with pytest.raises(RefusedError, match="满意度"):
        desk.laundry.hand_over(number, "")
    done = desk.laundry.hand_over(number, "satisfied", "当面核对无误")
    assert (done.state, done.step, done.satisfaction) == ("handed", "", "satisfied")
    assert Verification(desk.database).run().findings == ()


def test_r_order_20_the_day_of_return_is_due(desk: Desk, order_id: int, clock: FixedClock) -> None:
    """R-ORDER-20: it stands among what is due from the day before on, until it is handed over."""
    number = taken(desk, order_id)
    assert desk.laundry.due() == []
    clock.advance(timedelta(days=3))
    (item,) = desk.laundry.due()
    assert (item.register, item.record_id, item.what) == ("laundry_ticket", number, "送还洗衣 XY2026-000001")
    assert clock.local(item.due_at).date() == RETURN
    desk.laundry.send(number, "高洁公司")
    desk.laundry.take_back(number, 2)
    desk.laundry.hand_over(number, "fair")
    assert desk.laundry.due() == []


def test_the_register_shows_finds_and_marks_its_tickets(desk: Desk, order_id: int, clock: FixedClock) -> None:
    number = taken(desk, order_id)
    clock.advance(timedelta(days=5))
    (row,) = desk.laundry.rows([number, 99])
    assert len(row) - 3 == len(LAUNDRY.listed)
    assert row[-2:] == ("state=warn", "return_on=danger")
    assert list(desk.laundry.find(RegisterQuery(text="张㛃"))) == [number]
    assert list(desk.laundry.find(RegisterQuery(choices={"state": "received"}, open_only=True))) == [number]
    assert list(desk.laundry.find(RegisterQuery(choices={"state": "sent"}))) == []
    act_as(desk, "supervisor")
    desk.laundry.void(number, "开错")
    assert VOID in desk.laundry.rows([number])[0]
    assert list(desk.laundry.find(RegisterQuery(open_only=True))) == []


def test_r_order_20_the_customers_part_names_every_garment(desk: Desk, order_id: int) -> None:
    """R-ORDER-20: the customer's part is given; a second print is marked."""
    many = tuple(NewGarment(f"衬衫䶮{at}") for at in range(9))
    ticket = desk.laundry.receive(NewTicket(order_id, many, RETURN, price=100))
    first = desk.laundry.record_prints([ticket.id])
    pdf = PdfDocument(desk.paper.laundry([ticket.id], reprints=first))
    texts = [page.get_textpage().get_text_range() for page in pdf]
    pdf.close()
    assert len(texts) == 4  # stub and customer's part, each with a second sheet
    for part in ("".join(texts[:2]), "".join(texts[2:])):
        assert all(f"衬衫䶮{at}" in part for at in range(9))
        assert "补打" not in part
    assert desk.laundry.slips([ticket.id])[0].reprint == 1
    actor = desk.context.actor
    assert actor is not None
    desk.laundry.take_back_prints(first, actor)
    assert desk.laundry.slips([ticket.id])[0].reprint == 0


def test_the_register_goes_on_paper_and_to_a_sheet(desk: Desk, order_id: int, tmp_path: Path) -> None:
    taken(desk, order_id)
    pdf = PdfDocument(desk.paper.laundry_register(RegisterQuery()))
    text = "".join(pdf[0].get_textpage().get_text_range().split())
    pdf.close()
    assert "羊毛大衣（1-1，左袖口起球）；西装上衣<b>（1-2，完好）" in text
    act_as(desk, "supervisor")
    path = tmp_path / "洗衣.xlsx"
    assert desk.laundry.export(path, RegisterQuery(), ExportWish("对账")) == 1
    cells = {str(cell) for row in read_sheet(path).rows for cell in row if cell is not None}
    assert {"XY2026-000001", "138****8000", "干洗", "待送洗"} <= cells


@pytest.mark.parametrize("role", ["finance", "administrator", "general_manager"])
def test_who_writes_no_orders_takes_no_laundry(desk: Desk, order_id: int, role: str) -> None:
    number = taken(desk, order_id)
    act_as(desk, role)
    for command in (
        lambda: taken(desk, order_id),
        lambda: desk.laundry.send(number, "高洁公司"),
        lambda: desk.laundry.void(number, "开错"),
    ):
        with pytest.raises(NotAllowedError):
            command()
    assert desk.laundry.get(number).telephone == (
        "13800138000" if role == "general_manager" else "138****8000"
    )
