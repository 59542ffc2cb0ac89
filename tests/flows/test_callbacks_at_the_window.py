"""Call-backs at the window, by keys: three answers, back in writing, the draw, rain, the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt

from frontdesk.callbacks import rules
from frontdesk.callbacks.register import NewCallback
from frontdesk.core.actor import Actor
from frontdesk.forms.printers import PrinterChoice
from frontdesk.orders.register import NewOrder
from frontdesk.staff.permissions import role_of
from ui import printing

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk

LASER = "前台激光"
GOOD = NewCallback("satisfied", "satisfied", "satisfied")


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[printing.PrintJob]:
    """A printer that is always there; what it was given."""
    jobs: list[printing.PrintJob] = []
    monkeypatch.setattr(printing, "printers", lambda: [LASER])
    monkeypatch.setattr(printing, "send", lambda job, _printer: jobs.append(job))
    return jobs


def finish(desk: Desk, content: str, room: str = "3-2-1102", at: datetime | None = None, **more: Any) -> int:
    unit = desk.estate.unit_by_no(room)
    new = NewOrder(
        content,
        unit_id=unit.id if unit else None,
        unit_no=room,
        customer="张㛃",
        telephone="13800138000",
        **more,
    )
    order = desk.orders.issue(new) if at is None else desk.orders.backfill(new, at)
    desk.orders.dispatch(order.id, "李建国", "工程部", at=at)
    desk.orders.arrive(order.id, at=at)
    desk.orders.finish(order.id, "已修好", at=at)
    return order.id


def start(driver: Any, *contents: str, **more: Any) -> list[int]:
    """Finished orders, and the page of call-backs with the cursor in its table."""
    driver.sign_in()
    driver.app.window.resize(1366, 768)  # list and record side by side
    orders = [finish(driver.app.desk, content, category="other", **more) for content in contents]
    driver.app.window.show_page("callback")
    driver.key(Qt.Key.Key_Home)
    return orders


def answer(driver: Any, digits: str) -> None:
    """Each digit goes to where the cursor is by then."""
    for digit in digits:
        driver.keys(digit)


def test_r_order_9_three_answers_are_three_keys_and_the_next_order_waits(driver: Any) -> None:
    """R-ORDER-9: Enter, 1, 2, 1, Ctrl+Enter."""
    first, second = start(driver, "换灯泡", "修门锁")
    page, desk = driver.page("callback"), driver.app.desk
    assert page.panel.table.current_id() == first
    driver.key(Qt.Key.Key_Return)
    assert page.is_asking()
    answer(driver, "121")
    assert desk.callbacks.of_order(first) == ()
    driver.save()
    (row,) = desk.callbacks.of_order(first)
    assert (row.level, row.timing, row.attitude, row.method) == (
        "satisfied",
        "fair",
        "satisfied",
        "telephone",
    )
    assert desk.callbacks.queue.find(page.panel.query) == [second]
    assert page.panel.table.current_id() == second
    assert page.panel.table.hasFocus()
    assert page.opened.order.id == second
    assert "已存" in page.panel.current.remark.text()


def test_an_answer_that_is_missing_is_asked_for_in_its_place(driver: Any) -> None:
    """R-ORDER-9: level, time and attitude are all asked."""
    (order,) = start(driver, "换灯泡")
    driver.key(Qt.Key.Key_Return)
    driver.keys("1")
    driver.save()
    assert driver.page("callback").record._form.faults() == {"timing": "请填写服务时间。"}
    assert driver.app.desk.callbacks.of_order(order) == ()
    driver.key(Qt.Key.Key_Escape)
    driver.key(Qt.Key.Key_Escape)
    assert driver.page("callback").panel.table.hasFocus()


def test_r_order_11_a_bad_answer_opens_the_writing_and_it_is_printed(
    driver: Any, qtbot: QtBot, sent: list[printing.PrintJob]
) -> None:
    """R-ORDER-11: back to the department in writing, printed, and asked again until the customer is content."""
    import pypdfium2

    (order,) = start(driver, "水龙头漏水")
    page, desk = driver.page("callback"), driver.app.desk
    desk.printers.remember("F-MEMO", PrinterChoice(LASER, "laser"))
    driver.key(Qt.Key.Key_Return)
    answer(driver, "113")
    assert "12 小时内书面转回" in page.record._form.notice.text()
    driver.keys("夜里仍滴水")
    driver.save()
    assert page.record.main_step().name == "refer"
    assert page.record._form.draft() == {"referral": "夜里仍滴水", "referred_to": "工程部"}
    driver.keys("，换阀芯")
    driver.save()
    (row,) = desk.callbacks.of_order(order)
    assert (row.referral, row.referred_to, row.referred_by) == ("夜里仍滴水，换阀芯", "工程部", "陈晓婧")
    assert desk.callbacks.awaited(order).what == rules.REPEAT
    driver.key(Qt.Key.Key_L, driver.ALT)
    qtbot.waitUntil(lambda: bool(sent), timeout=30_000)
    with pypdfium2.PdfDocument(sent[0].pdf) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    assert "内部联络单" in text
    assert "换阀芯" in text
    driver.key(Qt.Key.Key_B, driver.ALT)  # what the department says to it
    driver.enter("阀芯已换", "王师傅")
    driver.save()
    (row,) = desk.callbacks.of_order(order)
    assert (row.reply, row.replied_by) == ("阀芯已换", "王师傅")
    assert row.replied_at is not None
    driver.save()
    answer(driver, "111")
    driver.save()
    assert desk.callbacks.awaited(order).due_at is None  # a leak: until the next rain


def test_who_does_not_answer_is_called_again(driver: Any) -> None:
    first, second = start(driver, "换灯泡", "修门锁")
    page = driver.page("callback")
    driver.key(Qt.Key.Key_N, driver.ALT)
    assert driver.app.desk.callbacks.queue.row(first).tries == 1
    assert page.panel.table.current_id() == second
    assert list(page.panel.table.model()._ids) == [first, second]
    shown = {fact.label: fact.text for fact in page.record._record.facts}
    assert shown["单号"] == driver.app.desk.orders.get(second).serial  # whole: the head cuts it


def test_r_order_10_the_draw_is_shown_made_by_a_key_and_not_made_again(driver: Any) -> None:
    """R-ORDER-10: F3 shows, Ctrl+Enter draws; then there is nothing left to draw."""
    driver.sign_in()
    desk = driver.app.desk
    orders = [finish(desk, f"换灯泡 {at}", category="repair") for at in range(6)]
    driver.app.window.show_page("callback")
    page = driver.page("callback")
    driver.key(Qt.Key.Key_F3)
    assert desk.callbacks.queue.unsampled() == 6
    driver.save()
    (sample,) = desk.callbacks.queue.samples()
    assert len(sample.drawn) == 2
    assert set(sample.order_ids) < set(orders)
    assert [step.name for step in page.record._steps()] == []
    shown = [fact.text for fact in page.record._record.facts]
    assert "6 单中抽出 2 单" in shown
    assert sum("待回访" in text for text in shown) == 2
    driver.save()
    assert desk.callbacks.queue.samples() == [sample]


def test_r_order_11_rain_brings_the_leaks_into_the_list(driver: Any) -> None:
    """R-ORDER-11: F4, the time proposed, Ctrl+Enter; the list shows whom to call for it."""
    (other,) = start(driver, "换灯泡")
    desk, page = driver.app.desk, driver.page("callback")
    yesterday = desk.context.clock.now() - timedelta(days=1)
    leak = finish(desk, "厨房渗水", category="other", at=yesterday)
    desk.callbacks.record(leak, replace(GOOD, called_at=yesterday))
    assert desk.callbacks.queue.find(page.panel.query) == [other]
    driver.key(Qt.Key.Key_F4)
    assert "厨房渗水" in "".join(fact.text for fact in page.record._record.facts)
    driver.save()
    assert page.is_asking()
    driver.save()
    assert desk.callbacks.awaited(leak).what == rules.AFTER_RAIN
    assert page.panel.query.choices == {"what": rules.AFTER_RAIN}
    assert desk.callbacks.queue.find(page.panel.query) == [leak]


def test_the_register_is_turned_to_and_a_call_back_put_right(driver: Any) -> None:
    (order,) = start(driver, "换灯泡")
    desk, page = driver.app.desk, driver.page("callback")
    row = desk.callbacks.record(order, GOOD)
    driver.key(Qt.Key.Key_F6)
    driver.key(Qt.Key.Key_Home)
    assert page.opened.chosen.id == row.id
    driver.key(Qt.Key.Key_G, driver.ALT)
    driver.keys("2")
    driver.save()
    assert desk.callbacks.get(row.id).level == "fair"
    driver.key(Qt.Key.Key_Z, driver.ALT)
    driver.keys("打错了人家")
    driver.save()
    assert desk.callbacks.get(row.id).void_reason == "打错了人家"
    driver.key(Qt.Key.Key_F6)
    assert desk.callbacks.queue.find(page.panel.query) == [order]


def test_a_register_of_many_sheets_is_never_printed_unseen(
    driver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (order,) = start(driver, "换灯泡")
    page = driver.page("callback")
    driver.app.desk.callbacks.record(order, GOOD)
    driver.key(Qt.Key.Key_F6)
    assert page._request().warning == ""
    monkeypatch.setattr("ui.pages.callbacks_page._MANY", 0)
    assert page._request().warning == "共 1 次回访，要打很多页；可以先按日期筛选。"


def test_a_call_back_found_elsewhere_opens_in_the_register(driver: Any) -> None:
    (order,) = start(driver, "换灯泡")
    row = driver.app.desk.callbacks.record(order, GOOD)
    driver.app.window.show_page("call")
    driver.app.window.open_record("callback", row.id)
    page = driver.page("callback")
    assert driver.app.window.current_name() == "callback"
    assert page.opened.chosen.id == row.id
    assert page.panel.table.current_id() == row.id


def test_what_is_pressing_stands_beside_the_tab(driver: Any) -> None:
    (order,) = start(driver, "换灯泡")
    assert driver.app.facts.due()["callback"] == 0
    desk = driver.app.desk
    finish(desk, "跳闸", category="other", urgent=True, at=desk.context.clock.now() - timedelta(days=3))
    assert driver.app.facts.due()["callback"] == 1
    desk.callbacks.record(order, GOOD)
    assert driver.app.facts.due()["callback"] == 1


def test_who_may_only_read_is_asked_nothing(driver: Any) -> None:
    start(driver, "换灯泡")
    desk, page = driver.app.desk, driver.page("callback")
    desk.staff.sign_out()
    desk.context.actor = Actor(99, "何经理", "property_manager", role_of("property_manager").permissions)
    driver.app.signed_in()
    driver.app.window.show_page("callback")
    page.panel.select(page.panel.table.model()._ids[0])
    driver.key(Qt.Key.Key_Return)
    assert not page.is_asking()
    assert {"sample", "rain", "save"}.isdisjoint(action.id for action in page.key_actions())
    assert "turn" in [action.id for action in page.key_actions()]
