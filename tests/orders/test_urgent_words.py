"""What endangers somebody is urgent: an order that reads so and is not marked is told of (R-ORDER-12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from frontdesk.calls.register import NewCall
from frontdesk.core.actor import PROGRAM
from frontdesk.core.settings import ORDER_URGENT_WORDS
from frontdesk.orders.register import NewOrder

if TYPE_CHECKING:
    from frontdesk.desk import Desk

TOLD = "内容像急修（有危险的要先到场），请核对要不要标“急修”。"


@pytest.mark.parametrize(
    "content",
    [
        "三号电梯困人", "电梯失控", "承重墙裂缝变大", "家里突然停电", "插座漏电", "水管爆了", "水泵不转",
        "楼梯扶手断了", "阳台栏杆松动", "外墙砖要掉下来", "窗扇脱落", "厨房燃气味很大",
    ],
)  # fmt: skip
def test_r_order_12_danger_in_words_is_told_unless_the_order_is_marked(desk: Desk, content: str) -> None:
    """R-ORDER-12: lifts, structure, indoor wiring, pumps and pipes, rails, windows and facade, all that endangers."""
    assert TOLD in desk.orders.issue(NewOrder(content)).warnings
    assert TOLD not in desk.orders.issue(NewOrder(content, urgent=True)).warnings


@pytest.mark.parametrize("content", ["换灯泡", "门锁不好开", "马桶水箱一直流水", "喆䶮"])
def test_r_order_12_what_endangers_nobody_is_not(desk: Desk, content: str) -> None:
    """R-ORDER-12."""
    assert TOLD not in desk.orders.issue(NewOrder(content)).warnings


def test_r_order_12_a_call_that_becomes_an_order_is_read_too_and_other_services_are_not(desk: Desk) -> None:
    """R-ORDER-12."""
    _call, order = desk.calls.log_with_order(NewCall("电梯困人", "C"))
    assert TOLD in order.warnings
    assert TOLD not in desk.orders.issue(NewOrder("打扫燃气灶", category="housekeeping")).warnings


def test_r_order_12_the_office_words_the_list(desk: Desk) -> None:
    """R-ORDER-12."""
    clerk, desk.context.actor = desk.context.actor, PROGRAM
    desk.context.settings.put(ORDER_URGENT_WORDS, ["蜂窝"])
    desk.context.actor = clerk
    assert TOLD in desk.orders.issue(NewOrder("窗外有个大蜂窝")).warnings
    assert TOLD not in desk.orders.issue(NewOrder("电梯困人")).warnings
