"""A room that is typed and saved at once is that room: on the household's card, in its open orders, on paper."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from frontdesk.core.actor import PROGRAM
from frontdesk.estate.register import NewUnit
from ui.pages.order_form import LETTERS


def typed(driver: Any, room: str) -> Any:
    """A call with its room typed last, the cursor still in it."""
    driver.sign_in()
    driver.key(Qt.Key.Key_F5)
    form = driver.page("call").form
    form.form.put_cursor("reason")
    driver.keys("灯不亮")
    form.form.put_cursor("category")
    driver.keys("c")
    form.form.put_cursor("unit_no")
    driver.keys(room)
    return form


@pytest.mark.parametrize("key", ["save", "order"])
@pytest.mark.parametrize("room", ["3-2-1102", "321102", "zxm"])
def test_a_room_typed_and_saved_at_once_is_the_households(driver: Any, room: str, key: str) -> None:
    typed(driver, room)
    driver.save() if key == "save" else driver.key(Qt.Key.Key_F8)
    call = driver.app.desk.calls.get(1)
    assert call.unit_no == "3-2-1102"
    assert call.unit_id == driver.app.desk.estate.unit_by_no("3-2-1102").id
    if key == "order":
        assert driver.app.desk.orders.get(1).unit_id == call.unit_id


def test_what_finds_several_rooms_is_asked_once_and_then_kept_as_typed(driver: Any) -> None:
    desk = driver.app.desk
    desk.context.actor = PROGRAM
    desk.estate.add_unit(NewUnit("5-1-1102"))
    form = typed(driver, "1102")
    driver.save()
    assert "2 处" in form.form.faults()["unit_no"]
    assert len(form.form.editor("unit_no").box.hits()) == 2
    driver.save()
    call = driver.app.desk.calls.get(1)
    assert (call.unit_no, call.unit_id) == ("1102", None)


def test_a_place_that_is_no_room_is_kept_as_said(driver: Any) -> None:
    typed(driver, "东门岗亭")
    driver.save()
    assert driver.app.desk.calls.get(1).unit_no == "东门岗亭"


def test_an_order_is_corrected_to_a_room_typed_at_once(driver: Any) -> None:
    driver.sign_in()
    order_id = driver.issue_order()
    page = driver.page("service_order")
    page.record.take("correct")
    page.record._form.put_cursor("unit_no")
    driver.keys("S-05")
    driver.save()
    order = driver.app.desk.orders.get(order_id)
    assert order.unit_no == "商铺S-05"
    assert order.unit_id == driver.app.desk.estate.unit_by_no("商铺S-05").id


def test_the_correction_of_an_order_has_the_letters_of_its_form_and_asks_about_a_room_that_there_is_none(
    driver: Any,
) -> None:
    driver.sign_in()
    order_id = driver.issue_order()
    page = driver.page("service_order")
    new = page._resting.form.letters()
    page.record.take("correct")
    asked = page.record._form
    same = {name: letter for name, letter in asked.letters().items() if name in LETTERS}
    assert same == {name: new[name] for name in LETTERS if name in same}
    assert len(same) >= 5
    asked.editor("unit_no").set_draft("9-9-9999")
    page.record.confirm()
    assert "没有“9-9-9999”这个房间" in asked.faults()["unit_no"]
    assert driver.app.desk.orders.get(order_id).unit_no == "3-2-1102"
    page.record.confirm()
    assert driver.app.desk.orders.get(order_id).unit_no == "9-9-9999"
