"""Patterns at the window, for a supervisor: seen, talked about, their rows opened (R-ORDER-13)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from frontdesk.callbacks.register import NewCallback
from frontdesk.orders.register import NewOrder

if TYPE_CHECKING:
    from frontdesk.desk import Desk

BAD = NewCallback("satisfied", "satisfied", "dissatisfied", problem="说话不耐烦")


def served(desk: Desk, content: str, room: str, days_ago: int, person: str = "李建国") -> int:
    at = desk.context.clock.now() - timedelta(days=days_ago)
    order = desk.orders.backfill(NewOrder(content, unit_no=room, category="other"), at)
    desk.orders.dispatch(order.id, person, at=at)
    desk.orders.arrive(order.id, at=at)
    desk.orders.finish(order.id, "已修好", at=at)
    return order.id


def begin(driver: Any) -> tuple[list[int], list[int], Any]:
    """A leak on three days in one room, a person with three bad answers, and the section in view."""
    driver.sign_in("钱伟")
    driver.app.window.resize(1366, 768)
    desk = driver.app.desk
    faults = [served(desk, "卫生间渗水到楼下", "8-3-2004", back) for back in (3, 2, 1)]
    rude = [served(desk, f"换灯泡 {at}", f"3-2-110{at}", 1, "马强") for at in range(3)]
    answers = [desk.callbacks.record(number, BAD).id for number in rude]
    page = driver.app.window.show_page("report")
    section = page.section("规律")
    section.put_cursor()
    return faults, answers, section


def test_r_order_13_a_supervisor_sees_what_comes_back_and_records_the_report(driver: Any) -> None:
    """R-ORDER-13: the fault is reported upward; the record keeps to whom, and the list says so."""
    _, _, section = begin(driver)
    rows = [section.table.model().row_text(at) for at in range(2)]
    assert [(row[0], row[1], row[2], row[5]) for row in rows] == [
        ("同处同类报修", "8-3-2004", "连 3 天", "待处理"),
        ("反复不满意", "马强", "3 次", "待处理"),
    ]
    driver.save()
    driver.save()
    assert section.record._form.faults() == {"text": "请填写谈了什么、怎么办。"}
    driver.keys("请工程部查立管，周五前回复")
    driver.save()
    (talk,) = driver.app.desk.patterns.talks("fault", "8-3-2004")
    assert (talk.talked_by, talk.text) == ("钱伟", "请工程部查立管，周五前回复")
    states = [section.table.model().row_text(at)[5] for at in range(2)]
    assert states == ["待处理", "已上报"]


def test_r_order_13_the_rows_behind_a_pattern_are_opened(driver: Any) -> None:
    """R-ORDER-13: the orders of a fault, the call-backs about a person, each alone or all together."""
    faults, answers, section = begin(driver)
    window = driver.app.window
    driver.key(Qt.Key.Key_G, driver.CONTROL)
    assert window.current_name() == "service_order"
    orders = driver.page("service_order")
    assert set(orders.panel.model._ids) == set(faults)
    assert orders.panel.table.hasFocus()
    window.show_page("report")
    section.put_cursor()
    driver.key(Qt.Key.Key_Down)
    driver.key(Qt.Key.Key_G, driver.CONTROL)
    assert window.current_name() == "callback"
    assert set(driver.page("callback").panel.model._ids) == set(answers)
    window.show_page("report")
    section.put_cursor()
    driver.key(Qt.Key.Key_Home)
    driver.key(Qt.Key.Key_Return)
    driver.key(Qt.Key.Key_Return)
    assert window.current_name() == "service_order"
    assert orders.opened.id == faults[0]


def test_nothing_that_comes_back_says_what_would_stand_here(driver: Any) -> None:
    driver.sign_in("钱伟")
    section = driver.app.window.show_page("report").section("规律")
    assert section.table.model().rowCount() == 0
    assert section.record_of(0) is None


def test_a_clerk_is_not_shown_patterns(driver: Any) -> None:
    """R-ORDER-13: shown to the supervisor."""
    driver.sign_in()
    if "report" in driver.app.offered():
        assert "规律" not in driver.app.window.show_page("report").titles()
