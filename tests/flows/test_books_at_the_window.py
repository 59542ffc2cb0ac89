"""The price list, the bills and the receipts where people find them: in 单据账册, by keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt

from frontdesk.orders.register import NewLine, NewOrder
from ui.books.prices import PricesSection
from ui.register.register_section import RegisterSection

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk


@pytest.fixture
def books(driver: Any) -> Any:
    driver.sign_in("钱伟")
    return driver.app.window.show_page("order_books")


def test_who_may_finds_the_sections_there(books: Any, driver: Any) -> None:
    assert {"签单付款", "收据", "价目表"} <= set(books.titles())
    assert isinstance(books.section("价目表"), PricesSection)
    assert isinstance(books.section("收据"), RegisterSection)


def test_a_price_is_published_and_found_in_the_next_order(books: Any, driver: Any) -> None:
    """R-ORDER-7: from the list to the order, without the mouse."""
    desk: Desk = driver.app.desk
    section = books.section("价目表")
    driver.key(Qt.Key.Key_Return)
    driver.key(Qt.Key.Key_F5)
    driver.key(Qt.Key.Key_F5)
    form = section.record._form
    driver.enter("更换角阀")
    form.put_cursor("unit_price")
    driver.keys("35")
    driver.save()
    driver.key(Qt.Key.Key_Escape)
    driver.save()
    driver.save()
    current = desk.prices.current()
    assert current is not None
    assert [line.name for line in desk.prices.lines(current.id)] == ["更换角阀"]
    driver.app.window.show_page("service_order")
    driver.key(Qt.Key.Key_F8)
    orders = driver.page("service_order")
    orders.form.put_cursor("lines")
    driver.enter("ghjf")
    assert orders.form.form.draft()["lines"].startswith('[["更换角阀", "次", "35.00"')


def test_r_order_16_a_bill_is_drawn_up_at_the_window(books: Any, driver: Any, qtbot: QtBot) -> None:
    """R-ORDER-16: on the day or after it; before that it says from which day on."""
    desk: Desk = driver.app.desk
    order = desk.orders.issue(NewOrder("换锁", unit_no="3-2-1102", customer="张晓敏"))
    desk.orders.dispatch(order.id, "李建国")
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "好了", [NewLine("人工", 3500)])
    desk.orders.return_order(order.id, "on_account")
    section = books.section("签单付款")
    driver.key(Qt.Key.Key_Return)
    driver.key(Qt.Key.Key_F5)
    assert section.is_typing()
    driver.save()
    qtbot.waitUntil(lambda: not driver.app.tasks.is_busy(), timeout=20_000)
    if desk.context.clock.today().day >= 15:
        assert section.page.panel.table.model().rowCount() == 1
        assert desk.payment_requests.unbilled().orders == 0
    else:
        assert "15 日起" in driver.app.window.notice.text()
    driver.key(Qt.Key.Key_Escape)
    driver.key(Qt.Key.Key_Escape)
    driver.key(Qt.Key.Key_Escape)
    assert not section.is_typing()
