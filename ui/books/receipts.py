"""Receipts: who took how much from whom, from an order, a payment request or by itself (F-RECEIPT, R-ORDER-21)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Field, Kind
from frontdesk.core.money import capital_amount, format_fen, read_money
from frontdesk.core.shown import shown_moment
from frontdesk.fees.register import RECEIPT, NewReceipt, ReceiptRow
from ui.books.money import METHOD, TENDERED, VOID_REASON, receipt_request, say_change
from ui.register.columns import Column
from ui.register.export_step import ExportSource, range_of
from ui.register.panel import RegisterPanel
from ui.register.record_panel import Fact, Record, Step
from ui.register.register_page import RegisterPage
from ui.widgets.containers import Card, EmptyState
from ui.widgets.page import Action
from ui.widgets.unit_box import UnitEditor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from frontdesk.desk import Desk
    from ui.print_desk import PrintDesk
    from ui.register.entry_form import EntryForm
    from ui.register.record_panel import Values
    from ui.tasks import TaskRunner

BILL = Field("bill", "单号", max_length=60, hint="扫码或输入服务单、请求书编号；没有就空着")
_ITEM = replace(RECEIPT.field("item"), kind=Kind.LONG_TEXT)  # two lines are seen whole
_TYPED = (_ITEM, *map(RECEIPT.field, ("amount", "unit_no", "payer")))
_COLUMNS = {
    "serial": Column(96, 0, 0),
    "received_at": Column(92, 0, 2),
    "unit_no": Column(88, 0, 1),
    "payer": Column(70, 1, 4),
    "item": Column(130, 3, 0),
    "amount": Column(82, 0, 0),
    "method": Column(56, 0, 3),
    "collector": Column(66, 0, 5),
}
_WHOLE_SERIAL = re.compile(r"\d{3,}$")
_LONG_ENOUGH = re.compile(
    r"(?:^\d{3,}|-\d{4,})$"
)  # of an unknown one it is said; shorter ones are still being typed
RECEIVE = "receive"


class ReceiptsPage(RegisterPage):
    """Newest first. F5 takes money: a serial fills in what is owed, by whom and for what."""

    register = RECEIPT.name
    writes = Permission.TAKE_MONEY
    shows: ClassVar[frozenset[str]] = frozenset({"receipt"})

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        panel = RegisterPanel(
            RECEIPT,
            desk.receipts,
            desk.context.clock.today,
            hint="筛选：编号、房号、交款人、项目、收款人…",
            icon="money",
            beginning=("这里是收据", "管家和财务收款后按 F5 开收据；服务人员不收钱。"),
            open_label="",
            own_columns=_COLUMNS,
        )
        resting = Card(RECEIPT.title)
        resting.body.addWidget(EmptyState("money", "选一张收据", "左边选中后，这里是明细、打印和作废。"), 1)
        super().__init__(
            desk, tasks, panel, resting, word="收据", widths=(430, 330), walking=True, margin=0
        )  # fmt: skip
        self._printing = printing
        self.refresh()

    def get(self, record_id: int) -> ReceiptRow:
        """One receipt."""
        return self.desk.receipts.get(record_id)

    def record_of(self, row: ReceiptRow) -> Record:
        """The receipt, and what may be done with it."""
        void = row.voided_at is not None
        return Record(
            title=row.serial,
            remark=f"{shown_moment(self.desk.context.clock, row.received_at)} · {row.collector}",
            state="作废" if void else "已收",
            tone="neutral" if void else "ok",
            facts=tuple(_facts(row)),
            steps=tuple(self._steps(row)),
        )

    def own_actions(self) -> Sequence[Action]:
        """Take money, and print the receipt that is open."""
        actions = [Action("new", self.begin_receipt, "收款开收据")] if self.may(self.writes) else []
        if self._prints() and self.opened is not None:
            request = receipt_request(self.desk, self.opened)
            actions += [
                Action("print", lambda: self._printing.print_now(request), "打印收据"),
                Action("preview", lambda: self._printing.preview(request)),
            ]
        return actions

    def export_sources(self) -> Sequence[ExportSource]:
        """The receipts that are shown."""
        query, receipts = self.panel.query, self.desk.receipts
        return (
            ExportSource(
                RECEIPT,
                lambda path, wish, task: receipts.export(
                    path, query, wish, progress=task.progress, cancelled=task.cancelled
                ),
                range_of(query),
            ),
        )

    def begin_receipt(self) -> None:
        """Ask what is paid, by whom, how (F5)."""
        money = Taking(self.desk)
        facts = (Fact("说明", "收款人是登录的人；收据一式两联，存根留底，客户联交给住户。"),)
        record = Record("收款开收据", "", "新收据", "info", facts, (money.step(),))
        self.show_question(record, RECEIVE)

    def on_step_result(self, result: Any) -> None:
        """A new receipt is shown, ready to print."""
        row: ReceiptRow = result
        self.panel.refresh()
        self.panel.select(row.id)
        self.show_row(row)
        self.record.put_cursor()

    def _steps(self, row: ReceiptRow) -> Iterator[Step]:
        if self._prints():
            label = "打印收据" if not row.prints else "补打"
            yield Step("print", label, "P", lambda _v: self._print(row), main=not row.prints)
        if row.order_id is not None:
            yield Step("open", "打开服务单", "O", lambda _v: self._open(row, row.order_id or 0))
        if row.voided_at is None and self.may(Permission.TAKE_MONEY):
            yield Step(
                "void", "作废", "Z", lambda v: self.desk.receipts.void(row.id, v["void_reason"]),
                (VOID_REASON,), danger=True,
                question=f"作废 {row.serial}？请先退还 {format_fen(row.amount)} 元、收回客户联；编号不再用。",
            )  # fmt: skip

    def _print(self, row: ReceiptRow) -> ReceiptRow:
        self._printing.print_now(receipt_request(self.desk, row))
        return self.desk.receipts.get(row.id)

    def _open(self, row: ReceiptRow, order_id: int) -> ReceiptRow:
        self.open_requested.emit("service_order", order_id)
        return row

    def _prints(self) -> bool:
        may = self.may(Permission.PRINT) or self.may(Permission.TAKE_MONEY)
        return may and not self.desk.read_only


class Taking:
    """The question for a new receipt. What a serial says stands in the fields as soon as it is whole."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked = ""
        self._filled = False
        self._refusal = ""

    def step(self) -> Step:
        """The one step of the question. Who may not read the residents types the room as it stands on the paper."""
        actor = self._desk.context.actor
        finds_rooms = actor is not None and actor.may(Permission.READ_REGISTERS)
        own = {"unit_no": self._unit_editor} if finds_rooms else {}
        return Step(
            RECEIVE, "收款", "D", self._receive, (BILL, *_TYPED, METHOD, TENDERED), {"method": "cash"},
            main=True, own_editors=own, follow=self._follow,
        )  # fmt: skip

    def _unit_editor(self, field: Field) -> UnitEditor:
        return UnitEditor(field, self._desk.finder.find, self._desk.estate.unit_by_no)

    def _receive(self, values: Values) -> ReceiptRow:
        bill = (values["bill"] or "").strip()
        found = self._desk.receipts.payable(bill) if bill else None
        new = NewReceipt(
            values["item"] or "",
            values["amount"],
            values["unit_no"] or "",
            values["payer"] or "",
            values["method"],
            values["tendered"],
            found.request_id if found else None,
            found.order_id if found else None,
        )
        return self._desk.receipts.receive(new)

    def _follow(self, form: EntryForm) -> None:
        typed = form.draft()
        bill = typed.get("bill", "").strip()
        if bill != self._asked:
            self._asked = bill
            self._look_up(form, bill)
        if self._refusal:
            form.notice.say(self._refusal, "warn")
        else:
            say_change(form, read_money(form.draft().get("amount", "")))

    def _look_up(self, form: EntryForm, bill: str) -> None:
        self._refusal = ""
        try:
            found = self._desk.receipts.payable(bill) if _WHOLE_SERIAL.search(bill) else None
        except RefusedError as refusal:
            found = None
            self._refusal = refusal.message if _LONG_ENOUGH.search(bill) else ""
        if found is None:
            if self._filled:  # by another number, that was typed on the way to this one
                for name in (*(field.name for field in _TYPED), TENDERED.name):
                    form.fill(name, None)
            self._filled = False
            return
        self._filled = True
        form.fill("item", found.item)
        form.fill("amount", found.amount)
        form.fill("unit_no", found.unit_no or None)
        form.fill("payer", found.payer or None)
        form.fill("tendered", found.amount)


def _facts(row: ReceiptRow) -> Iterator[Fact]:
    void = row.voided_at is not None
    yield Fact("房号", row.unit_no, strong=True, struck=void)
    yield Fact("交款人", row.payer)
    yield Fact("项目", row.item, strong=True, struck=void)
    amount = f"{format_fen(row.amount)} 元  {capital_amount(row.amount)}"
    yield Fact("金额", amount, strong=True, struck=void)
    back = f"收 {format_fen(row.tendered)} 元，找零 {format_fen(row.change)} 元" if row.change else ""
    yield Fact("唱收唱付", back)
    yield Fact("方式", RECEIPT.field("method").label_of(row.method))
    yield Fact("打印", f"已打 {row.prints} 次" if row.prints else "还没有打印")
    yield Fact("作废", row.void_reason)
