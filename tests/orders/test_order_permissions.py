"""Every role at every command of the service orders, told anew from roles.md."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import Actor, Permission
from frontdesk.core.clock import FixedClock
from frontdesk.core.errors import NotAllowedError
from frontdesk.core.query import RegisterQuery
from frontdesk.desk import Desk, open_desk
from frontdesk.exchange.export import ExportWish
from frontdesk.orders.register import NewOrder
from frontdesk.staff.permissions import ROLES, role_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from frontdesk.orders.service import OrderService

CLERKS = {"clerk", "housekeeper", "housekeeper_assistant", "supervisor", "department_manager"}
SUPERVISORS = {"supervisor", "department_manager"}
READERS = {role.key for role in ROLES} - {"mail_carrier", "department_head"}
EXPORTERS = SUPERVISORS | {"administrator"}
DAY = date(2026, 11, 21)
SHEET = Path(mkdtemp()) / "orders.xlsx"
PRINTERS = CLERKS | {"property_manager", "general_manager"}

# Command: the step at which it finds the order, whether the entry is the actor's own, who may.
COMMANDS: dict[str, tuple[Callable[[OrderService, int], object], str, bool, set[str]]] = {
    "issue": (lambda orders, _: orders.issue(NewOrder("换灯泡")), "issued", True, CLERKS),
    "backfill": (
        lambda orders, _: orders.backfill(NewOrder("换灯泡"), datetime(2026, 1, 1, tzinfo=UTC)),
        "issued",
        True,
        CLERKS,
    ),
    "dispatch": (lambda orders, order: orders.dispatch(order, "李建国"), "issued", False, CLERKS),
    "arrive": (lambda orders, order: orders.arrive(order), "dispatched", False, CLERKS),
    "finish": (lambda orders, order: orders.finish(order, "已换"), "arrived", False, CLERKS),
    "return": (lambda orders, order: orders.return_order(order), "finished", False, CLERKS),
    "void an own one": (lambda orders, order: orders.void(order, "重复"), "issued", True, CLERKS),
    "void another's": (lambda orders, order: orders.void(order, "重复"), "issued", False, SUPERVISORS),
    "void one that is back": (lambda orders, order: orders.void(order, "错"), "returned", True, SUPERVISORS),
    "correct an own one": (
        lambda orders, order: orders.correct(order, {"urgent": True}),
        "issued",
        True,
        CLERKS,
    ),
    "correct another's": (
        lambda orders, order: orders.correct(order, {"urgent": True}, "核对"),
        "issued",
        False,
        SUPERVISORS,
    ),
    "print": (lambda orders, order: orders.record_print(order), "issued", False, PRINTERS),
    "get": (lambda orders, order: orders.get(order), "issued", False, READERS),
    "by serial": (lambda orders, _: orders.by_serial("FW2026-000001"), "issued", False, READERS),
    "find": (lambda orders, _: orders.find(RegisterQuery()), "issued", False, READERS),
    "rows": (lambda orders, order: orders.rows([order]), "issued", False, READERS),
    "export": (
        lambda orders, _: orders.export(SHEET, RegisterQuery(), ExportWish("月报")),
        "issued",
        False,
        EXPORTERS,
    ),
    "open for unit": (lambda orders, _: orders.open_for_unit(1), "issued", False, READERS),
    "slips": (lambda orders, order: orders.slips([order]), "issued", False, PRINTERS),
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    from datetime import datetime

    clock = FixedClock(datetime.fromisoformat("2026-11-21T18:26+08:00"))
    desk = open_desk(tmp_path_factory.mktemp("house") / "desk", create=True, clock=clock)
    yield desk
    desk.close()


def order_at(desk: Desk, state: str, writer: int) -> int:
    """An order that the person wrote, brought so far."""
    desk.context.actor = Actor(writer, "写单人", "program", frozenset(Permission))
    orders = desk.orders
    order = orders.issue(NewOrder("换灯泡")).id
    steps: dict[str, Callable[[], object]] = {
        "dispatched": lambda: orders.dispatch(order, "李建国"),
        "arrived": lambda: orders.arrive(order),
        "finished": lambda: orders.finish(order, "已换"),
        "returned": lambda: orders.return_order(order),
    }
    reached = "issued"
    for reached_next, step in steps.items():
        if reached == state:
            break
        step()
        reached = reached_next
    return order


@pytest.mark.parametrize("role", [role.key for role in ROLES])
@pytest.mark.parametrize("command", COMMANDS)
def test_each_role_at_each_command_of_the_orders(house: Desk, role: str, command: str) -> None:
    run, state, own, allowed = COMMANDS[command]
    order = order_at(house, state, writer=1 if own else 2)
    house.context.actor = Actor(1, "某人", role, role_of(role).permissions)
    if role in allowed:
        run(house.orders, order)
    else:
        with pytest.raises(NotAllowedError):
            run(house.orders, order)


@pytest.mark.parametrize("command", COMMANDS)
def test_nobody_signed_in_reaches_no_order(house: Desk, command: str) -> None:
    run, state, _own, _allowed = COMMANDS[command]
    order = order_at(house, state, writer=1)
    house.staff.sign_out()
    with pytest.raises(NotAllowedError, match="请先登录"):
        run(house.orders, order)


@pytest.mark.parametrize("role", sorted({role.key for role in ROLES} & READERS))
@pytest.mark.parametrize("own", [True, False])
def test_a_correction_is_offered_to_those_alone_who_may_make_it(house: Desk, role: str, own: bool) -> None:
    order_id = order_at(house, "issued", 7 if own else 8)
    house.context.actor = Actor(7, "某人", role, role_of(role).permissions)
    offered = house.orders.may_correct(house.orders.get(order_id))
    assert offered == (role in (CLERKS if own else SUPERVISORS))
