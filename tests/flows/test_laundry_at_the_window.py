"""Laundry and housekeeping at the order, by keys (R-ORDER-19, R-ORDER-20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from frontdesk.orders.register import NewOrder
from ui.orders.laundry import garments_of

if TYPE_CHECKING:
    from frontdesk.desk import Desk


def opened(driver: Any, category: str) -> int:
    driver.sign_in()
    desk: Desk = driver.app.desk
    order = desk.orders.issue(
        NewOrder("收洗衣服", unit_no="3-2-1102", customer="张晓敏", category=category, expected_cost=9800)
    )
    driver.app.window.open_record("service_order", order.id)
    return order.id


def steps(driver: Any) -> list[str]:
    return [step.name for step in driver.page("service_order").record._steps()]


def form_of(driver: Any) -> Any:
    return driver.page("service_order").record._form


def test_r_order_20_garments_go_their_way_from_the_order(driver: Any) -> None:
    """R-ORDER-20: one letter leads from step to step."""
    order_id = opened(driver, "laundry")
    desk: Desk = driver.app.desk
    record = driver.page("service_order").record
    record.take("laundry_receive")
    form = form_of(driver)
    assert form.draft()["price"] == "98.00"
    form.editor("garments").set_draft("羊毛大衣，左袖口起球\n西装上衣")
    form.editor("return_on").set_draft("+3")
    driver.save()
    ticket = desk.laundry.of_order(order_id)
    assert ticket is not None
    assert [(one.name, one.damage) for one in ticket.garments] == [
        ("羊毛大衣", "左袖口起球"),
        ("西装上衣", "完好"),
    ]
    record.take("laundry_send")
    form_of(driver).fill("laundry", "高洁公司")
    driver.save()
    record.take("laundry_back")
    form_of(driver).fill("count", 1)
    driver.save()
    assert "送洗 2 件，取回 1 件" in form_of(driver).faults()["back_note"]
    form_of(driver).fill("count", 2)
    driver.save()
    record.take("laundry_hand_over")
    form_of(driver).fill("satisfaction", "satisfied")
    driver.save()
    done = desk.laundry.of_order(order_id)
    assert done is not None
    assert (done.state, done.satisfaction) == ("handed", "satisfied")
    assert "laundry_print" in steps(driver)
    assert any("XY" in fact.text for fact in record._record.facts)


def test_other_work_has_no_laundry(driver: Any) -> None:
    opened(driver, "repair")
    assert not [name for name in steps(driver) if name.startswith("laundry")]
    assert "damage" not in steps(driver)


def test_r_order_19_what_is_damaged_is_noted_at_the_order(driver: Any) -> None:
    """R-ORDER-19: the customer's name stands there already."""
    order_id = opened(driver, "housekeeping")
    record = driver.page("service_order").record
    record.take("damage")
    form = form_of(driver)
    assert form.draft()["damage_confirmed_by"] == "张晓敏"
    form.fill("prior_damage", "茶几有裂纹")
    driver.save()
    assert "查看的领班" in form.faults()["damage_seen_by"]
    form.fill("damage_seen_by", "周领班")
    driver.save()
    assert driver.app.desk.orders.get(order_id).prior_damage == "茶几有裂纹"
    assert any(fact.label == "原有损坏" and "周领班" in fact.text for fact in record._record.facts)


@pytest.mark.parametrize(
    ("line", "name", "damage"),
    [
        ("羊毛大衣", "羊毛大衣", ""),
        (" 羊毛大衣 ， 左袖,右袖 ", "羊毛大衣", "左袖,右袖"),
        ("𬱖喆衫;无扣", "𬱖喆衫", "无扣"),
    ],
)
def test_behind_the_first_comma_stands_what_is_damaged(line: str, name: str, damage: str) -> None:
    (garment,) = garments_of([line])
    assert (garment.name, garment.damage) == (name, damage)
