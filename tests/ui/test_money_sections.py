"""Payment requests and receipts at the window (F-PAYREQ, F-RECEIPT, R-ORDER-16, R-ORDER-21)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QApplication

from frontdesk.core.actor import Actor
from frontdesk.core.settings import ACCOUNT_BILLED_BY
from frontdesk.fees.register import NewReceipt
from frontdesk.orders.register import NewLine, NewOrder
from frontdesk.prices.register import NewPrice
from frontdesk.staff.permissions import role_of
from ui.books.receipts import ReceiptsPage
from ui.books.requests import RequestsPage
from ui.facts import DeskFacts
from ui.register.register_section import RegisterSection

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk
    from ui.print_desk import PrintRequest
    from ui.tasks import TaskRunner


class Printer:
    """Counts and makes what a section hands it, as a print does."""

    def __init__(self) -> None:
        self.given: list[PrintRequest] = []
        self.sheets: list[bytes] = []

    def print_now(self, request: PrintRequest) -> None:
        self.given.append(request)
        assert request.count is not None
        counted = request.count()
        self.sheets.append(counted.make(None, Quiet()))  # type: ignore[arg-type]

    def preview(self, request: PrintRequest) -> None:
        self.given.append(request)


class Quiet:
    def progress(self, _done: int, _total: int) -> None: ...

    def cancelled(self) -> bool:
        return False


def act_as(desk: Desk, role: str) -> None:
    desk.context.actor = Actor(7, "周赟", role, role_of(role).permissions)


def returned(desk: Desk, room: str, fen: int, settlement: str = "on_account") -> int:
    order = desk.orders.issue(NewOrder("换锁<b>", unit_no=room, customer="𬱖喆"))
    desk.orders.dispatch(order.id, "李建国")
    desk.orders.arrive(order.id)
    desk.orders.finish(order.id, "好了", [NewLine("人工", fen)])
    desk.orders.return_order(order.id, settlement, 0 if settlement == "on_account" else fen)
    return order.id


@pytest.fixture
def make(qtbot: QtBot, tasks: TaskRunner) -> Callable[..., Any]:
    def made(kind: Any, desk: Desk) -> Any:
        section = RegisterSection(kind(desk, Printer(), tasks))
        qtbot.addWidget(section)
        section.resize(900, 620)
        with qtbot.waitExposed(section):
            section.show()
        section.activateWindow()
        desk.context.subscribe(section.on_changed)
        section.on_shown()
        section.put_cursor()
        return section

    return made


def press(section: RegisterSection, action: str) -> None:
    next(each for each in section.key_actions() if each.id == action).run()
    QApplication.processEvents()


def facts(section: RegisterSection) -> dict[str, str]:
    record = section.page.record._record
    assert record is not None
    return {fact.label: fact.text for fact in record.facts if fact.text}


def steps(section: RegisterSection) -> list[str]:
    return [step.name for step in section.page.record._steps()]


def ids(section: RegisterSection) -> set[str]:
    return {action.id for action in section.key_actions()}


def test_r_order_16_orders_on_account_are_summed_and_printed_by_keys(
    desk: Desk, make: Callable[..., Any], qtbot: QtBot
) -> None:
    """R-ORDER-16: F5 tells what would be billed, Ctrl+Enter bills it, Ctrl+Enter prints the batch."""
    for room, fen in (("3-2-1102", 3500), ("3-2-1102", 1500), ("3-2-1103", 990)):
        returned(desk, room, fen)
    section = make(RequestsPage, desk)
    assert section.page.panel.remark.text() == "还没汇总 3 单"
    press(section, "new")
    assert facts(section)["合计"].startswith("59.90 元")
    press(section, "save")  # beside the window
    qtbot.waitUntil(lambda: section.page.record.title.text() == "已开请求书")
    assert [row.total for row in desk.payment_requests.of_month("2026-11")] == [5000, 990]
    press(section, "save")
    (request,) = section.page._printing.given
    assert (request.form_id, request.title) == ("F-PAYREQ", "付款请求书 2 张")
    assert section.page._printing.sheets[0].startswith(b"%PDF")
    assert [desk.payment_requests.get(number).prints for number in (1, 2)] == [1, 1]
    assert "summary" not in ids(section)
    press(section, "new")
    assert facts(section)["签单"] == "没有还没汇总的签单。"


def test_r_order_21_money_is_taken_for_a_request_and_the_receipt_printed(
    desk: Desk, make: Callable[..., Any], qtbot: QtBot
) -> None:
    """R-ORDER-21: the change is called out while the sum is typed."""
    returned(desk, "3-2-1102", 3500)
    desk.payment_requests.draw_up()
    act_as(desk, "housekeeper")
    section = make(RequestsPage, desk)
    assert steps(section)[0] == "receive"
    press(section, "save")
    form = section.page.record._form
    form.put_cursor("tendered")
    qtbot.keyClicks(QApplication.focusWidget(), "50")
    assert form.notice.text() == "收 50.00 元，找零 15.00 元"
    form.put_cursor("tendered")
    qtbot.keyClicks(QApplication.focusWidget(), "30")
    assert form.notice.text() == "还差 5.00 元"
    press(section, "save")
    assert "少于应收" in form.faults()["tendered"]
    form.put_cursor("tendered")
    qtbot.keyClicks(QApplication.focusWidget(), "50")
    press(section, "save")
    assert desk.payment_requests.get(1).state == "paid"
    assert "SJ2026-000001" in facts(section)["付款"]
    assert steps(section)[0] == "receipt"
    press(section, "save")
    assert section.page._printing.given[-1].form_id == "F-RECEIPT"
    assert desk.receipts.get(1).prints == 1


def test_a_clerk_draws_up_and_prints_but_takes_no_money(desk: Desk, make: Callable[..., Any]) -> None:
    """R-ORDER-21."""
    returned(desk, "3-2-1102", 3500)
    desk.payment_requests.draw_up()
    section = make(RequestsPage, desk)
    assert "receive" not in steps(section)
    receipts = make(ReceiptsPage, desk)
    assert "new" not in ids(receipts)


def test_finance_reads_takes_money_and_draws_up_nothing(desk: Desk, make: Callable[..., Any]) -> None:
    returned(desk, "3-2-1102", 3500)
    desk.payment_requests.draw_up()
    act_as(desk, "finance")
    section = make(RequestsPage, desk)
    assert {"new", "print", "summary"} & ids(section) == set()
    assert steps(section) == ["receive", "open"]
    assert {"new", "filter"} <= ids(make(ReceiptsPage, desk))


def test_an_estate_that_bills_with_the_fee_notice_is_told_so(
    desk: Desk, make: Callable[..., Any], qtbot: QtBot
) -> None:
    act_as(desk, "administrator")
    desk.context.settings.put(ACCOUNT_BILLED_BY, "fee_notice")
    act_as(desk, "clerk")
    returned(desk, "3-2-1102", 100)
    section = make(RequestsPage, desk)
    assert section.page.panel.remark.text() == ""
    said: list[str] = []
    section.notice_requested.connect(lambda sentence, _tone: said.append(sentence))
    press(section, "new")
    press(section, "save")
    qtbot.waitUntil(lambda: bool(said))
    assert "缴费通知单" in said[-1]
    assert desk.payment_requests.of_month("2026-11") == []


def test_a_request_opens_its_orders(desk: Desk, make: Callable[..., Any], qtbot: QtBot) -> None:
    order_id = returned(desk, "3-2-1102", 100)
    desk.payment_requests.draw_up()
    section = make(RequestsPage, desk)
    with qtbot.waitSignal(section.open_requested) as opened:
        section.page.record.take("open")
    assert opened.args == ["service_order", order_id]


def test_r_order_21_a_serial_fills_in_what_is_paid(
    desk: Desk, make: Callable[..., Any], qtbot: QtBot
) -> None:
    """R-ORDER-21: from an order or a request, typed or scanned, or by itself."""
    order_id = returned(desk, "3-2-1102", 12000, "cash")
    act_as(desk, "finance")
    section = make(ReceiptsPage, desk)
    press(section, "new")
    qtbot.keyClicks(QApplication.focusWidget(), "FD:FW2026-000001")
    form = section.page.record._form
    typed = form.draft()
    assert (typed["item"], typed["amount"], typed["unit_no"], typed["payer"]) == (
        "换锁<b>（FW2026-000001）",
        "120.00",
        "3-2-1102",
        "𬱖喆",
    )
    press(section, "save")
    (receipt,) = [desk.receipts.get(number) for number in (1,)]
    assert (receipt.order_id, receipt.amount, receipt.collector) == (order_id, 12000, "周赟")
    assert facts(section)["打印"] == "还没有打印"
    press(section, "save")  # the main step prints
    assert desk.receipts.get(1).prints == 1
    press(section, "new")
    qtbot.keyClicks(QApplication.focusWidget(), "FW-000001")
    section.page.record._form.fill("item", "换锁")
    section.page.record._form.fill("amount", 100)
    press(section, "save")
    assert "已开收据 SJ2026-000001" in section.page.record._form.faults()["bill"]


def test_a_bare_number_finds_the_order_and_an_unknown_one_is_told(
    desk: Desk, make: Callable[..., Any], qtbot: QtBot
) -> None:
    returned(desk, "3-2-1102", 12000, "cash")
    act_as(desk, "finance")
    section = make(ReceiptsPage, desk)
    press(section, "new")
    form = section.page.record._form
    qtbot.keyClicks(QApplication.focusWidget(), "001")
    assert (form.draft()["amount"], form.draft()["unit_no"]) == ("120.00", "3-2-1102")
    assert form.notice.text() == ""
    qtbot.keyClicks(QApplication.focusWidget(), "9")  # another order's money does not stay beside this number
    assert {form.draft().get(name, "") for name in ("item", "amount", "unit_no", "payer")} == {""}
    assert form.notice.text() == "没有单号 0019，请核对。"


def test_a_receipt_without_a_bill_is_typed_by_hand_and_voided_by_who_took_it(
    desk: Desk, make: Callable[..., Any]
) -> None:
    act_as(desk, "finance")
    section = make(ReceiptsPage, desk)
    press(section, "new")
    form = section.page.record._form
    form.fill("item", "临时停车费")
    form.fill("amount", 1500)
    press(section, "save")
    assert (desk.receipts.get(1).item, desk.receipts.get(1).tendered) == ("临时停车费", 1500)
    section.page.record.take("void")
    section.page.record._form.fill("void_reason", "退款")
    press(section, "save")
    assert facts(section)["作废"] == "退款"
    assert steps(section) == ["print"]


def test_escape_goes_from_the_question_to_the_table_and_out(desk: Desk, make: Callable[..., Any]) -> None:
    act_as(desk, "finance")
    desk.receipts.receive(NewReceipt("停车费", 100))
    section = make(ReceiptsPage, desk)
    press(section, "new")
    assert section.is_typing()
    assert section.go_back()
    assert not section.is_typing()
    assert section.page.panel.table.hasFocus()
    assert not section.go_back()


def test_the_tab_counts_what_presses_for_finance_too(desk: Desk) -> None:
    """R-ORDER-7, R-ORDER-16: the list that is to be revised, and the bills that are late."""
    facts = DeskFacts()
    facts.desk = desk
    act_as(desk, "finance")
    desk.prices.begin_revision()
    desk.prices.add_line(NewPrice("疏通下水", 6000))
    desk.prices.publish(date(2026, 1, 1))
    assert facts.due() == {"order_books": 1}
    act_as(desk, "clerk")
    assert {name: facts.due()[name] for name in ("call", "message", "order_books")} == {
        "call": 0,
        "message": 0,
        "order_books": 1,
    }
    act_as(desk, "mail_carrier")
    assert facts.due() == {}
