"""What the tests of the orders' papers share: orders that went their whole way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import Actor, Permission
from frontdesk.orders.register import NewLine, NewOrder
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from frontdesk.desk import Desk
    from frontdesk.orders.register import OrderRow

Returned = Callable[..., "OrderRow"]


@pytest.fixture
def issued(desk: Desk) -> Callable[[], OrderRow]:
    """Issues one order."""
    return lambda: desk.orders.issue(NewOrder("厨房下水堵塞", unit_no="3-2-1102", customer="赵䶮"))


@pytest.fixture
def returned(desk: Desk) -> Returned:
    """Issues one order and takes it all its way; `returned(fen, settlement, category)`."""

    def go(fen: int = 6000, settlement: str = "cash", category: str = "repair") -> OrderRow:
        order = desk.orders.issue(NewOrder("下水堵塞", unit_no="3-2-1102", category=category))
        desk.orders.dispatch(order.id, "李建国", "工程部")
        desk.orders.arrive(order.id)
        desk.orders.finish(order.id, "通了", [NewLine("疏通", fen)] if fen else [])
        paid = fen if settlement == "cash" else 0
        return desk.orders.return_order(order.id, settlement if fen else "", paid)

    return go


@pytest.fixture
def sign_in(desk: Desk) -> Callable[[str], Actor]:
    """Signs somebody of a role in."""

    def go(role: str) -> Actor:
        desk.context.actor = Actor(None, "周赟", role, role_of(role).permissions)
        return desk.context.actor

    return go


@pytest.fixture
def lose(desk: Desk) -> Callable[[int], None]:
    """Takes numbers that no order will have: what a file mended behind the program's back would look like."""

    def go(count: int = 1) -> None:
        with desk.context.transaction(Permission.WRITE_ORDERS) as work:
            for _ in range(count):
                work.next_serial("service_order", str(work.today.year))

    return go
