"""The orders' papers in 单据账册 by keys: blanks at night, the morning's numbers, the list that finance signs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt

from frontdesk.orders.register import NewLine, NewOrder

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk

ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
ACCOUNTANT_PIN = "135790"


@pytest.fixture
def desk(driver: Any) -> Desk:
    """The desk, with 𬱖赟 in finance."""
    opened: Desk = driver.app.desk
    driver.sign_in("钱伟")
    from frontdesk.core.actor import PROGRAM

    opened.context.actor = PROGRAM
    opened.staff.add_person("𬱖赟", "finance", ACCOUNTANT_PIN)
    return opened


def go_to(driver: Any, title: str) -> Any:
    """The order books by Ctrl+4, and the section by the arrows."""
    driver.key(Qt.Key.Key_4, CONTROL)
    page = driver.page("order_books")
    for _ in range(page.titles().index(title)):
        driver.key(Qt.Key.Key_Down)
    driver.key(Qt.Key.Key_Return)
    return page.current_section()


def take(driver: Any, letter: Qt.Key) -> None:
    """A step by its letter; the test's screen is narrow, so the record is brought into view first."""
    driver.key(Qt.Key.Key_2, ALT)
    driver.key(letter, ALT)


def paid_order(desk: Desk) -> None:
    order = desk.orders.issue(NewOrder("换锁", unit_no="3-2-1102", customer="张晓敏"))
    desk.orders.dispatch(order.id, "李建国")
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "好了", [NewLine("人工", 3500)])
    desk.orders.return_order(order.id, "cash", 3500)


def test_r_order_2_a_night_with_blanks_is_told_of_in_the_morning(
    driver: Any, desk: Desk, qtbot: QtBot
) -> None:
    driver.sign_in("陈晓婧")
    section = go_to(driver, "空白单")
    driver.key(Qt.Key.Key_F8)
    driver.enter("3", "马强", "停电备用")
    run = desk.order_books.blanks.runs()[0]
    assert (run.count, run.given_to, run.is_out) == (3, "马强", True)
    assert section.table.hasFocus()
    # R-ORDER-3: the emergency was served first; the order keeps both times.
    served = desk.context.clock.local(desk.context.clock.now())
    take(driver, Qt.Key.Key_B)
    driver.enter("", f"{served:%H:%M}")
    section.record._form.put_cursor("content")
    driver.keys("水管爆裂，先关阀")
    driver.save()
    order = desk.orders.get(run.order_ids[0])
    assert (order.content, order.service_person, order.urgent) == ("水管爆裂，先关阀", "马强", True)
    assert order.backfilled_at is not None
    # One was lost, the last comes back.
    take(driver, Qt.Key.Key_L)
    driver.save()
    take(driver, Qt.Key.Key_T)
    driver.keys("1")
    driver.save()
    row = desk.order_books.blanks.run(run.id)
    assert (row.filled, row.missing, row.blank, row.is_out) == (1, 1, 1, False)
    # R-ORDER-14: and the foot of the window says so at once.
    qtbot.waitUntil(lambda: "缺号 1" in driver.app.window.status_bar.proof.text())
    # Enter goes to the numbers, and from a number to its order on its own page.
    driver.key(Qt.Key.Key_Return)
    driver.key(Qt.Key.Key_Home)
    driver.key(Qt.Key.Key_Return)
    assert driver.app.window.current_name() == "service_order"
    assert driver.page("service_order").opened.id == order.id
    driver.key(Qt.Key.Key_4, CONTROL)
    assert section.table.hasFocus(), "back where work went on"


def test_r_order_15_the_list_goes_to_finance_over_the_desk(driver: Any, desk: Desk) -> None:
    paid_order(desk)
    driver.sign_in("陈晓婧")
    section = go_to(driver, "移交财务")
    driver.save()
    (drawn,) = desk.order_books.finance.lists(
        desk.context.clock.today() - timedelta(days=1), desk.context.clock.today()
    )
    assert (drawn.lines, drawn.cash) == (1, 3500)
    driver.save()
    section.record._form.put_cursor("pin")
    driver.keys(ACCOUNTANT_PIN)
    driver.save()
    received = desk.order_books.finance.get(drawn.id)
    assert received.received_by == "𬱖赟"
    assert desk.context.actor is not None
    assert desk.context.actor.name == "陈晓婧", "the clerk stays at the desk"


def test_finance_sees_its_own_sections_and_signs_for_itself(driver: Any, desk: Desk) -> None:
    paid_order(desk)
    desk.order_books.finance.draw_up()
    person = next(person for person in desk.staff.people() if person.name == "𬱖赟")
    desk.staff.sign_in(person.id, ACCOUNTANT_PIN)
    driver.app.signed_in()
    page = driver.app.window.show_page("order_books")
    assert page.titles() == ["连号", "移交财务", "签单付款", "收据", "价目表"]
    driver.key(Qt.Key.Key_Down)
    driver.key(Qt.Key.Key_Return)
    driver.save()
    driver.save()
    assert desk.order_books.finance.get(1).received_by == "𬱖赟"


def test_r_order_14_a_day_lists_its_orders_on_their_own_page(driver: Any, desk: Desk) -> None:
    paid_order(desk)
    driver.sign_in("陈晓婧")
    go_to(driver, "连号")
    driver.key(Qt.Key.Key_G, CONTROL)
    assert driver.app.window.current_name() == "service_order"
    assert driver.page("service_order").panel.query.picked.ids == (1,)
