"""Housekeeping work: what is damaged before it begins is recorded, looked at and confirmed first (R-ORDER-19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import Actor
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.orders.register import NewOrder
from frontdesk.safety.verify import Verification
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

CLEANING = NewOrder("保洁两小时", unit_no="3-2-1102", category="housekeeping", at_once=True, expected_cost=1)
TOLD = "家政：动工前请登记原有损坏，由领班查看、住户确认。"


def test_r_order_19_dispatch_and_arrival_remind_of_it_until_it_is_recorded(
    desk: Desk, clock: FixedClock
) -> None:
    """R-ORDER-19."""
    order = desk.orders.issue(CLEANING)
    assert TOLD in desk.orders.dispatch(order.id, "刘赟").warnings
    noted = desk.prior_damage.record(order.id, "茶几玻璃有裂纹 <b>", "周领班", "张㛃")
    assert (
        noted.prior_damage,
        noted.damage_seen_by,
        noted.damage_confirmed_by,
        noted.damage_confirmed_at,
    ) == (
        "茶几玻璃有裂纹 <b>",
        "周领班",
        "张㛃",
        clock.now(),
    )
    assert desk.orders.arrive(order.id).warnings == ()
    (slip,) = desk.orders.slips([order.id])
    assert "【原有损坏】茶几玻璃有裂纹 <b>；领班 周领班 查看，张㛃 确认。" in str(slip.values["remarks"])
    assert Verification(desk.database).run().findings == ()


def test_r_order_19_other_work_is_not_asked_about(desk: Desk) -> None:
    """R-ORDER-19."""
    order = desk.orders.issue(NewOrder("换锁", at_once=True))
    assert TOLD not in desk.orders.dispatch(order.id, "李建国").warnings
    assert desk.orders.arrive(order.id).warnings == ()
    with pytest.raises(RefusedError, match="不是家政") as refused:
        desk.prior_damage.record(order.id, "无", "周领班", "张㛃")
    assert refused.value.rule == "R-ORDER-19"


@pytest.mark.parametrize("missing", ["prior_damage", "damage_seen_by", "damage_confirmed_by"])
def test_r_order_19_foreman_and_resident_must_both_be_named(desk: Desk, missing: str) -> None:
    """R-ORDER-19: nothing damaged is told in words, too."""
    order = desk.orders.issue(CLEANING)
    told = {"prior_damage": "无", "damage_seen_by": "周领班", "damage_confirmed_by": "张㛃"} | {missing: " "}
    with pytest.raises(RefusedError) as refused:
        desk.prior_damage.record(order.id, *told.values())
    assert (refused.value.field, refused.value.rule) == (missing, "R-ORDER-19")


def test_r_order_19_it_comes_before_the_work_is_finished(desk: Desk) -> None:
    """R-ORDER-19."""
    order = desk.orders.issue(CLEANING)
    desk.orders.dispatch(order.id, "刘赟")
    desk.orders.arrive(order.id)
    desk.prior_damage.record(order.id, "无", "周领班", "张㛃")
    desk.prior_damage.record(order.id, "门框掉漆", "周领班", "张㛃")
    assert desk.orders.finish(order.id, "干净").prior_damage == "门框掉漆"
    with pytest.raises(RefusedError, match="完工以前"):
        desk.prior_damage.record(order.id, "沙发脏", "周领班", "张㛃")
    desk.context.actor = Actor(9, "吴丽", "finance", role_of("finance").permissions)
    with pytest.raises(NotAllowedError):
        desk.prior_damage.record(order.id, "无", "周领班", "张㛃")
