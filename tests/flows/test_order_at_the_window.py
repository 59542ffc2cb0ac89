"""A service order's whole way at the window, by keyboard: dispatched, done, paid, put right, printed, void."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import select

from frontdesk.core.model import JournalLine
from frontdesk.forms.printers import PrinterChoice
from frontdesk.orders.register import NewOrder
from ui import printing

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk
    from ui.print_preview import PreviewDialog

LASER = "前台激光"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[printing.PrintJob]:
    """A printer that is always there; what it was given."""
    jobs: list[printing.PrintJob] = []
    monkeypatch.setattr(printing, "printers", lambda: [LASER])
    monkeypatch.setattr(printing, "send", lambda job, _printer: jobs.append(job))
    return jobs


def told(desk: Desk, register: str, action: str) -> list[Any]:
    with desk.context.read() as session:
        lines = session.scalars(select(JournalLine).order_by(JournalLine.seq)).all()
    return [line for line in lines if line.register == register and line.action == action]


def finish_with_two_lines(driver: Any) -> None:
    """From issued to finished: 李建国, two price lines of 90.00 and 25.50."""
    driver.save()
    driver.keys("1")
    driver.save()
    driver.save()
    driver.save()
    driver.enter("已疏通，换存水弯")
    driver.enter("人工", "次", "60", "1.5", "存水弯", "只", "25.5", "1")


def test_an_order_goes_its_way_and_is_returned_on_account(driver: Any) -> None:
    """R-ORDER-4, 8: each step is Ctrl+Enter; the sum is shown while it is typed."""
    driver.sign_in()
    number = driver.issue_order()
    finish_with_two_lines(driver)
    lines = driver.page("service_order").record._form.editor("lines")
    assert lines.total() == 11550
    assert lines._total.text() == "合计 115.50 元  壹佰壹拾伍元伍角整"
    driver.save()
    order = driver.app.desk.orders.get(number)
    assert [(line.item, line.amount) for line in order.lines] == [("人工", 9000), ("存水弯", 2550)]
    assert (order.state, order.due_amount) == ("finished", 11550)
    driver.save()
    driver.keys("2")  # 签单
    driver.save()
    order = driver.app.desk.orders.get(number)
    assert (order.state, order.settlement, order.paid_amount) == ("returned", "on_account", 0)


def test_enter_on_a_name_of_the_list_picks_it_and_the_next_one_dispatches(driver: Any) -> None:
    driver.sign_in()
    number = driver.issue_order()
    orders, record = driver.app.desk.orders, driver.page("service_order").record
    driver.save()
    driver.keys("1")
    driver.key(Qt.Key.Key_Return)
    assert orders.get(number).state == "issued"
    assert record._form.draft() == {"service_person": "李建国"}
    driver.key(Qt.Key.Key_Return)
    assert (orders.get(number).state, orders.get(number).service_person) == ("dispatched", "李建国")


def test_too_little_cash_wants_a_reason_and_loses_nothing(driver: Any) -> None:
    driver.sign_in()
    number = driver.issue_order()
    finish_with_two_lines(driver)
    driver.save()
    driver.save()
    form = driver.page("service_order").record._form
    form.fill("paid_amount", 10000)
    driver.save()
    assert list(form.faults()) == ["reason"]
    assert form.draft()["paid_amount"] == "100.00"
    driver.keys("业主只有一百")
    driver.save()
    assert driver.app.desk.orders.get(number).paid_amount == 10000


def test_voiding_an_order_asks_for_the_reason_and_names_it(driver: Any) -> None:
    driver.sign_in()
    number = driver.issue_order()
    serial = driver.app.desk.orders.get(number).serial
    record = driver.page("service_order").record
    driver.key(Qt.Key.Key_Z, driver.ALT)
    assert serial in record._asking.question
    driver.save()
    assert record._form.faults() == {"void_reason": "请填写作废原因。"}
    driver.key(Qt.Key.Key_Escape)
    assert driver.app.desk.orders.get(number).state == "issued"
    driver.key(Qt.Key.Key_Z, driver.ALT)
    driver.keys("重复开单")
    driver.save()
    order = driver.app.desk.orders.get(number)
    assert (order.state, order.void_reason, order.voided_by) == ("void", "重复开单", "陈晓婧")


def test_r_order_18_ctrl_p_after_f8_prints_and_a_reprint_is_marked(
    driver: Any, qtbot: QtBot, sent: list[printing.PrintJob]
) -> None:
    """R-ORDER-18."""
    import pypdfium2

    driver.sign_in()
    driver.app.desk.printers.remember("F-ORDER", PrinterChoice(LASER, "laser"))
    number = driver.issue_order()
    for count in (1, 2):
        driver.key(Qt.Key.Key_P, driver.CONTROL)
        qtbot.waitUntil(
            lambda count=count: len(sent) == count and not driver.app.tasks.is_busy(), timeout=30_000
        )
        assert driver.app.desk.orders.get(number).prints == count
    texts = []
    for job in sent:
        with pypdfium2.PdfDocument(job.pdf) as pdf:
            texts.append([page.get_textpage().get_text_range() for page in pdf])
    first, second = texts
    assert len(first) == len(second) == 4
    assert not any("补打" in page for page in first)
    assert all("补打" in page for page in second)
    assert [action.id for action in driver.page("service_order").key_actions()].count("print") == 1


def test_the_first_ctrl_p_of_a_desk_shows_the_preview_and_prints_from_it(
    driver: Any, qtbot: QtBot, sent: list[printing.PrintJob], monkeypatch: pytest.MonkeyPatch
) -> None:
    dialogs: list[PreviewDialog] = []
    desk_prints = driver.app.printing
    shown: Callable[..., PreviewDialog] = desk_prints.preview
    monkeypatch.setattr(desk_prints, "preview", lambda request: dialogs.append(shown(request)))
    driver.sign_in()
    number = driver.issue_order()
    driver.key(Qt.Key.Key_P, driver.CONTROL)
    (dialog,) = dialogs
    qtbot.waitUntil(lambda: dialog.sheets.pages() == 4, timeout=30_000)
    assert dialog.paper.text() == "A5 210 × 148 毫米"
    qtbot.keyClick(dialog, Qt.Key.Key_Return, driver.CONTROL)
    qtbot.waitUntil(lambda: bool(sent), timeout=30_000)
    assert driver.app.desk.orders.get(number).prints == 1
    assert [job.title for job in sent] == ["服务单 " + driver.app.desk.orders.get(number).serial]


def test_a_correction_keeps_the_old_value_in_the_journal(driver: Any) -> None:
    driver.sign_in()
    number = driver.issue_order()
    driver.key(Qt.Key.Key_G, driver.ALT)
    form = driver.page("service_order").record._form
    form.fill("content", "卫生间渗水到楼下")
    driver.save()
    assert driver.app.desk.orders.get(number).content == "卫生间渗水到楼下"
    (line,) = told(driver.app.desk, "service_order", "correct")
    assert "厨房下水堵塞" in line.content
    assert "卫生间渗水到楼下" in line.content


def test_a_returned_orders_money_can_be_put_right(driver: Any) -> None:
    driver.sign_in()
    number = driver.issue_order()
    finish_with_two_lines(driver)
    driver.save()
    driver.save()
    driver.save()  # cash, as proposed
    assert driver.app.desk.orders.get(number).paid_amount == 11550
    driver.key(Qt.Key.Key_G, driver.ALT)
    form = driver.page("service_order").record._form
    assert form.draft()["paid_amount"] == "115.50"
    form.fill("settlement", "on_account")
    form.fill("paid_amount", None)
    driver.save()
    order = driver.app.desk.orders.get(number)
    assert (order.settlement, order.paid_amount, order.state) == ("on_account", 0, "returned")


def test_an_appointment_that_overlaps_is_warned_of_until_another_order_is_opened(driver: Any) -> None:
    driver.sign_in()
    desk = driver.app.desk
    at = desk.context.clock.now() + timedelta(hours=20)
    orders = [
        desk.orders.issue(NewOrder(content, unit_no="3-2-1102", appointment_at=at)).id
        for content in ("甲", "乙")
    ]
    desk.orders.dispatch(orders[0], "李建国")
    driver.app.window.open_record("service_order", orders[1])
    driver.save()
    driver.keys("1")
    driver.save()
    notice = driver.page("service_order").record.notice
    assert "李建国在这个时间已有预约" in notice.text()
    driver.page("service_order").refresh()
    assert "李建国在这个时间已有预约" in notice.text()
    driver.app.window.open_record("service_order", orders[0])
    assert notice.text() == ""
