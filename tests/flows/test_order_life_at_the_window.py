"""An order's whole life at the window: its way, the call at the agreed time, the scan, the call-back, the overlap."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from frontdesk.callbacks import rules
from frontdesk.callbacks.register import NewCallback
from frontdesk.orders.register import NewOrder
from ui.widgets.timeline import Timeline

if TYPE_CHECKING:
    from frontdesk.desk import Desk

GOOD = NewCallback("satisfied", "satisfied", "satisfied")
LIFE = ["受理", "派工", "到场", "完成", "返单", "回访", "装订"]


def begin(driver: Any) -> tuple[Any, Desk]:
    driver.sign_in()
    driver.app.window.resize(1366, 768)
    return driver.app.window.show_page("service_order"), driver.app.desk


def finished(desk: Desk, **more: Any) -> int:
    order = desk.orders.issue(NewOrder("换灯泡", unit_no="3-2-1102", category="other", **more))
    desk.orders.dispatch(order.id, "李建国")
    desk.orders.arrive(order.id)
    return desk.orders.finish(order.id, "已换").id


def way(page: Any) -> Timeline:
    return page.record._facts.widget().findChild(Timeline)


def scan(driver: Any, serial: str) -> None:
    """As a scanner types: into the finder, ended by Enter."""
    driver.key(Qt.Key.Key_F2)
    driver.keys(f"FD:{serial}")
    driver.key(Qt.Key.Key_Return)


def test_the_way_leads_from_issue_to_the_bound_volume(driver: Any) -> None:
    """R-ORDER-5, R-ORDER-8, R-ORDER-9, R-ORDER-15: each stop with its time, or by when it is awaited."""
    page, desk = begin(driver)
    number = desk.orders.issue(NewOrder("跑水", at_once=True, unit_no="3-2-1102")).id
    page.open_record(number)
    stops = way(page)._stops
    assert [stop.label for stop in stops] == LIFE
    assert [stop.done for stop in stops] == [True] + 6 * [False]
    assert "前" in stops[2].time
    desk.orders.dispatch(number, "李建国")
    desk.orders.arrive(number)
    desk.orders.finish(number, "已修好")
    page.open_record(number)
    stops = way(page)._stops
    assert [stop.done for stop in stops] == 4 * [True] + 3 * [False]
    assert "前" in stops[4].time
    assert "前" in stops[5].time
    desk.orders.return_order(number)
    desk.callbacks.record(number, GOOD)
    page.open_record(number)
    assert [stop.done for stop in way(page)._stops] == 6 * [True] + [False]


def test_r_order_6_the_call_at_the_agreed_time_is_one_key(driver: Any) -> None:
    """R-ORDER-6: who is there, and that the price stands."""
    page, desk = begin(driver)
    at = desk.context.clock.now() + timedelta(hours=3)
    number = desk.orders.issue(NewOrder("保洁", unit_no="3-2-1102", appointment_at=at, expected_cost=9000)).id
    page.open_record(number)
    driver.key(Qt.Key.Key_Q, driver.ALT)
    assert page.record._form.draft() == {"expected_cost": "90.00"}
    page.record._form.fill("expected_cost", 12000)
    driver.save()
    order = desk.orders.get(number)
    assert order.confirmed_at is not None
    assert order.expected_cost == 12000
    assert "confirm" not in [step.name for step in page.record._steps()]


def test_r_order_8_a_scanned_copy_opens_the_order_at_its_return(driver: Any) -> None:
    """R-ORDER-8: the code of a copy that came back; Ctrl+Enter returns it."""
    page, desk = begin(driver)
    number = finished(desk)
    scan(driver, desk.orders.get(number).serial)
    assert page.record.main_step().name == "return"
    assert page.is_asking()
    driver.save()
    assert desk.orders.get(number).state == "returned"


def test_r_order_8_a_copy_scanned_too_early_says_what_comes_before(driver: Any) -> None:
    """R-ORDER-8: nothing is done by the scan itself."""
    page, desk = begin(driver)
    order = desk.orders.issue(NewOrder("换灯泡"))
    scan(driver, order.serial)
    assert page.opened.id == order.id
    assert page.record.notice.text() == f"{order.serial} 现在是“待派工”，先登记派工、到场、完成，再返单。"
    desk.orders.dispatch(order.id, "李建国")
    scan(driver, order.serial)
    assert page.record.notice.text().endswith("先登记到场、完成，再返单。")
    assert desk.orders.get(order.id).state == "dispatched"
    desk.orders.void(order.id, "重复")
    scan(driver, order.serial)
    assert page.record.notice.text() == f"{order.serial} 现在是“作废”，不用再登记返单。"


def test_a_serial_that_is_typed_opens_the_order_and_asks_nothing(driver: Any) -> None:
    page, desk = begin(driver)
    number = finished(desk)
    driver.key(Qt.Key.Key_F2)
    driver.keys(desk.orders.get(number).serial)
    driver.key(Qt.Key.Key_Return)
    assert page.opened.id == number
    assert not page.is_asking()


def test_r_order_9_a_returned_order_is_called_back_where_it_stands(driver: Any) -> None:
    """R-ORDER-9, R-ORDER-11: three keys on the order; a bad answer leads to the writing."""
    page, desk = begin(driver)
    number = finished(desk)
    desk.orders.return_order(number)
    page.open_record(number)
    driver.save()
    for digit in "131":
        driver.keys(digit)
    driver.save()
    assert desk.callbacks.of_order(number)[-1].timing == "dissatisfied"
    assert "要书面转回部门" in page.record.notice.text()
    driver.save()
    driver.keys("两小时才到，请道歉")
    driver.save()
    assert desk.callbacks.awaited(number).what == rules.REPEAT
    assert page.opened.id == number
    shown = "\n".join(label.text() for label in page.record.findChildren(QLabel) if label.isVisible())
    assert "水平满意 时间不满意 态度满意" in shown
    assert "工程部：两小时才到，请道歉" in shown


def test_r_order_4_an_overlap_is_warned_of_while_the_person_is_typed(driver: Any) -> None:
    """R-ORDER-4: before it is saved; gone when another person is named."""
    page, desk = begin(driver)
    at = desk.context.clock.now() + timedelta(hours=20)
    first, second = (
        desk.orders.issue(NewOrder(content, unit_no="3-2-1102", appointment_at=at)).id
        for content in ("甲", "乙")
    )
    desk.orders.dispatch(first, "李建国")
    page.open_record(second)
    driver.save()
    driver.keys("1")
    notice = page.record._form.notice
    assert "李建国在这个时间已有预约" in notice.text()
    assert desk.orders.get(second).service_person == ""
    page.record._form.editor("service_person").box.setText("马强")
    assert notice.text() == ""


def test_r_order_4_an_overlap_is_warned_of_while_the_time_is_typed(driver: Any) -> None:
    """R-ORDER-4: an appointment that is moved onto another one."""
    page, desk = begin(driver)
    at = desk.context.clock.now() + timedelta(hours=20)
    first = desk.orders.issue(NewOrder("甲", unit_no="3-2-1102", appointment_at=at)).id
    second = desk.orders.issue(NewOrder("乙", appointment_at=at + timedelta(hours=5))).id
    for number in (first, second):
        desk.orders.dispatch(number, "李建国")
    page.open_record(second)
    driver.key(Qt.Key.Key_G, driver.ALT)
    form = page.record._form
    assert form.notice.text() == ""
    form.fill("appointment_at", at)
    form.edited.emit()
    assert "李建国在这个时间已有预约" in form.notice.text()
