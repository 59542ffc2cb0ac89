"""The filter of the orders gives what a plain look through all of them gives."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from frontdesk.core.actor import PROGRAM
from frontdesk.core.clock import FixedClock
from frontdesk.core.query import Picked, RegisterQuery
from frontdesk.core.search import matches
from frontdesk.desk import Desk, open_desk
from frontdesk.orders import listing
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import NewOrder

if TYPE_CHECKING:
    from collections.abc import Iterator

BEGAN = datetime.fromisoformat("2026-11-18T07:00+08:00")
DAYS = st.none() | st.dates(date(2026, 11, 16), date(2026, 11, 24))
SAID = ("厨房下水堵塞", "门厅灯不亮", "卫生间漏水到楼下", "送桶装水两桶", "空调不制冷，漏水")
ROOMS = ("3-2-1102", "商铺S-05", "12-1-501", "", "北门岗亭")
PEOPLE = ("张喆㛃", "王𬱖", "赟", "")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A hundred orders of six days in all states."""
    clock = FixedClock(BEGAN)
    desk = open_desk(tmp_path_factory.mktemp("house") / "desk", create=True, clock=clock)
    desk.context.actor = PROGRAM
    for number in range(100):
        clock.advance(timedelta(minutes=83))
        order = desk.orders.issue(
            NewOrder(
                SAID[number % 5],
                unit_no=ROOMS[number * 3 % 5],
                customer=PEOPLE[number % 4],
                telephone=f"138{number * 7919 % 10**8:08d}",
                category=("repair", "other", "bottled_water")[number % 3],
            )
        )
        if number % 4:
            desk.orders.dispatch(order.id, ("李建国", "王赟")[number % 2], "工程部")
        if number % 7 == 0:
            desk.orders.void(order.id, "重复")
        elif number % 4 == 3:
            desk.orders.arrive(order.id)
            desk.orders.finish(order.id, "已处理")
            desk.orders.return_order(order.id)
    yield desk
    desk.close()


def fits(order: ServiceOrder, query: RegisterQuery, desk: Desk) -> bool:
    day = desk.context.clock.local(order.issued_at).date()
    return (
        (not query.text.strip() or matches(listing.found_by(order), query.text))
        and (query.first_day is None or day >= query.first_day)
        and (query.last_day is None or day <= query.last_day)
        and all(getattr(order, name) == key for name, key in query.choices.items())
        and not (query.open_only and order.state in ("returned", "void"))
    )


QUERIES = st.builds(
    RegisterQuery,
    text=st.sampled_from(
        [
            "",
            "漏水",
            "灯",
            "3-2",
            "S-05",
            "岗亭",
            "12",
            "zzj",
            "wang",
            "1387",
            "FW2026",
            "李建国 漏水",
            "没有",
            "'\"*%",
        ]
    ),
    first_day=DAYS,
    last_day=DAYS,
    choices=st.dictionaries(st.sampled_from(["state"]), st.sampled_from(["void", "returned", "issued"]))
    | st.dictionaries(st.sampled_from(["category"]), st.sampled_from(["repair", "laundry"])),
    open_only=st.booleans(),
)


@settings(max_examples=150)
@given(query=QUERIES)
def test_a_filter_finds_what_a_look_through_all_orders_finds(house: Desk, query: RegisterQuery) -> None:
    with house.context.read() as session:
        everything = session.scalars(select(ServiceOrder).order_by(ServiceOrder.id.desc())).all()
    expected = [order.id for order in everything if fits(order, query, house)]
    assert list(house.orders.find(query)) == expected


def test_every_row_has_a_cell_for_each_listed_field(house: Desk) -> None:
    ids = house.orders.find(RegisterQuery())
    listed = len(house.orders.register.listed)
    for row in house.orders.rows(ids):
        assert len(row) >= 1 + listed
        assert all(isinstance(cell, str) for cell in row[1:])


def test_rows_that_were_picked_elsewhere_stand_alone_and_can_be_filtered_further(desk: Desk) -> None:
    ids = [desk.orders.issue(NewOrder(content)).id for content in ("换锁", "换灯泡", "剪枝")]
    picked = Picked("2026-11 报修", (ids[0], ids[1]))
    assert desk.orders.find(RegisterQuery(picked=picked)) == [ids[1], ids[0]]
    assert desk.orders.find(RegisterQuery("灯泡", picked=picked)) == [ids[1]]
    assert desk.orders.find(RegisterQuery(open_only=True, picked=picked)) == [ids[1], ids[0]]
    assert desk.orders.find(RegisterQuery(picked=Picked("没有", ()))) == []
    assert not RegisterQuery(picked=picked).is_empty
