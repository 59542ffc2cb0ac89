"""Payment requests: orders on account summed per room, printed in one go, paid or collected (F-PAYREQ, R-ORDER-16)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from frontdesk.core.actor import Permission
from frontdesk.core.errors import DeskError
from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.core.money import capital_amount, format_fen
from frontdesk.core.query import Tone
from frontdesk.core.settings import ACCOUNT_BILLED_BY, ACCOUNT_BILLING_DAY
from frontdesk.core.shown import shown_moment, shown_serial
from frontdesk.fees.register import PAYMENT_REQUEST, NewReceipt, ReceiptRow, RequestRow
from ui.books.money import METHOD, TENDERED, VOID_REASON, bills_request, receipt_request, say_change
from ui.register.columns import Column
from ui.register.export_step import ExportSource, range_of
from ui.register.panel import RegisterPanel
from ui.register.record_panel import Fact, Record, Step
from ui.register.register_page import RegisterPage
from ui.widgets.containers import Card, EmptyState
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from frontdesk.desk import Desk
    from frontdesk.fees.register import Unbilled
    from ui.print_desk import PrintDesk
    from ui.register.record_panel import Values
    from ui.tasks import TaskRunner

_COLUMNS = {
    "serial": Column(96, 0, 0),
    "month": Column(74, 0, 3),
    "unit_no": Column(92, 1, 0),
    "customer": Column(74, 1, 4),
    "orders": Column(48, 0, 5),
    "total": Column(82, 0, 0),
    "pay_by": Column(80, 0, 2),
    "state": Column(96, 0, 0),
    "paid_at": Column(96, 0, 6),
}
_TONES: dict[str, Tone] = {"unpaid": "warn", "late": "danger", "paid": "ok"}
DRAW_UP, ORDER = "draw_up", "order_id"
_SHOWN_AFTER_MS = 300


class RequestsPage(RegisterPage):
    """Newest first, the unpaid ones by a chip. F5 sums what is not billed yet; Ctrl+Enter takes the money."""

    register = PAYMENT_REQUEST.name
    writes = Permission.WRITE_ORDERS
    shows: ClassVar[frozenset[str]] = frozenset(
        {"payment_request", "payment_line", "receipt", "service_order"}
    )

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        panel = RegisterPanel(
            PAYMENT_REQUEST,
            desk.payment_requests,
            desk.context.clock.today,
            hint="筛选：编号、房号、客户、月份…",
            icon="money",
            beginning=("这里是付款请求书", _beginning(desk)),
            open_label="未付",
            own_columns=_COLUMNS,
        )
        resting = Card(PAYMENT_REQUEST.title)
        resting.body.addWidget(EmptyState("money", "选一张请求书", "左边选中后，这里是明细和收款。"), 1)
        super().__init__(
            desk, tasks, panel, resting, word="请求书", widths=(430, 330), walking=True, margin=0
        )  # fmt: skip
        self._printing, self._tasks = printing, tasks
        self._unprinted: Sequence[int] = ()
        self.refresh()

    def refresh(self) -> None:
        """Table and record again, with what waits to be billed beside the title."""
        super().refresh()
        self._unprinted = self.look(self.desk.payment_requests.unprinted, self._unprinted)
        waiting = self.look(self.desk.payment_requests.unbilled, None)
        billed_here = self.desk.context.settings.get(ACCOUNT_BILLED_BY) == "payment_request"
        waits = waiting is not None and waiting.orders > 0 and billed_here
        self.panel.set_remark(f"还没汇总 {waiting.orders} 单" if waits and waiting else "")

    def get(self, record_id: int) -> RequestRow:
        """One request."""
        return self.desk.payment_requests.get(record_id)

    def record_of(self, row: RequestRow) -> Record:
        """The request with its orders, and the way it is paid."""
        receipt = self.desk.receipts.of(request_id=row.id) if row.state == "paid" else None
        return Record(
            title=row.serial,
            remark=f"{row.month} · {row.created_by}",
            state=PAYMENT_REQUEST.field("state").label_of(row.state),
            tone=_TONES.get(row.state, "neutral"),
            facts=tuple(_facts(self.desk, row, receipt)),
            steps=tuple(self._steps(row, receipt)),
        )

    def own_actions(self) -> Sequence[Action]:
        """Sum up, and print what was summed up."""
        actions = [Action("new", self.begin_draw_up, "汇总签单")] if self.may(self.writes) else []
        if self._unprinted and self.may(Permission.PRINT) and not self.desk.read_only:
            actions.append(Action("summary", self.print_new, f"打印没打过的 {len(self._unprinted)} 张"))
        return actions

    def printing_actions(self) -> Sequence[Action]:
        """The request that is open."""
        if self.opened is None or self.desk.read_only:
            return ()
        row: RequestRow = self.opened
        request = bills_request(self.desk, [row.id], f"{PAYMENT_REQUEST.title} {row.serial}")
        return (
            Action("print", lambda: self._printing.print_now(request), "打印请求书"),
            Action("preview", lambda: self._printing.preview(request)),
        )

    def export_sources(self) -> Sequence[ExportSource]:
        """The requests that are shown."""
        query, requests = self.panel.query, self.desk.payment_requests
        return (
            ExportSource(
                PAYMENT_REQUEST,
                lambda path, wish, task: requests.export(
                    path, query, wish, progress=task.progress, cancelled=task.cancelled
                ),
                range_of(query),
            ),
        )

    def begin_draw_up(self) -> None:
        """Tell what would be billed, and ask (F5)."""
        self.ask(self.desk.payment_requests.unbilled, self._ask_to_draw_up)

    def print_new(self) -> None:
        """Print all requests that were never printed, as one file with progress (Ctrl+D)."""
        ids = self.desk.payment_requests.unprinted()
        if ids:
            self._printing.print_now(bills_request(self.desk, ids, f"{PAYMENT_REQUEST.title} {len(ids)} 张"))

    def on_step_result(self, result: Any) -> None:
        """New requests are made beside the window; money taken leads to its receipt."""
        match result:
            case str():
                self._draw_up()
            case ReceiptRow():
                self._on_received(result)
            case RequestRow():
                self.show_row(result)
                self.record.put_cursor()

    def _ask_to_draw_up(self, waiting: Unbilled) -> None:
        day = self.desk.context.settings.get(ACCOUNT_BILLING_DAY)
        steps = []
        if waiting.orders:
            steps = [
                Step(
                    DRAW_UP, f"开 {waiting.rooms} 张请求书", "D",
                    lambda _v: DRAW_UP, main=True,
                    question=f"把 {waiting.orders} 张签单按户汇总，开 {waiting.rooms} 张付款请求书？",
                )
            ]  # fmt: skip
        facts = (
            Fact("签单", f"{waiting.orders} 单" if waiting.orders else "没有还没汇总的签单。", strong=True),
            Fact("户数", f"{waiting.rooms} 户" if waiting.orders else ""),
            Fact("合计", _money(waiting.total) if waiting.orders else "", strong=True),
            Fact("说明", f"每月 {day} 日起汇总已返单的签单（含桶装水）；一张单只进一张请求书。"),
        )
        state, tone = ("待汇总", "warn") if waiting.orders else ("已汇总", "ok")
        self.show_question(Record("汇总签单", "", state, tone, facts, tuple(steps)), DRAW_UP)  # type: ignore[arg-type]

    def _draw_up(self) -> None:
        """Hundreds of rooms in one unit of work: the window goes on meanwhile."""
        self.leave_question()
        task = self._tasks.run(
            lambda _task: self.desk.payment_requests.draw_up(),
            self._on_drawn_up,
            self._on_not_drawn_up,
            owner=self,
        )
        self.export_strip.watch(task, "正在汇总签单", after_ms=_SHOWN_AFTER_MS, stoppable=False)

    def _on_not_drawn_up(self, error: Exception) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.notice_requested.emit(error.message, "danger")

    def _on_drawn_up(self, rows: Sequence[RequestRow]) -> None:
        self.panel.filter.reset()
        self.refresh()
        total = sum(row.total for row in rows)
        step = Step(
            "print_new",
            f"打印 {len(self._unprinted)} 张",
            "P",
            lambda _v: self._print_new(rows[0]),
            main=True,
        )
        facts = (
            Fact("张数", f"{len(rows)} 张", strong=True),
            Fact("编号", f"{rows[0].serial} – {rows[-1].serial}" if len(rows) > 1 else rows[0].serial),
            Fact("合计", _money(total), strong=True),
            Fact("付款期限", rows[0].pay_by.isoformat()),
        )
        steps = (step,) if self.may(Permission.PRINT) else ()
        if self.is_typing() or not self.isVisible():  # somebody is at work with something else by now
            self.notice_requested.emit(f"已开 {len(rows)} 张付款请求书，按 Ctrl+D 打印。", "ok")
            return
        self.opened = None
        self._raise(self.record)
        self.record.show_record(Record("已开请求书", "", "待打印", "info", facts, steps))
        self.record.put_cursor()
        self.actions_changed.emit()

    def _print_new(self, first: RequestRow) -> RequestRow:
        self.print_new()
        return self.desk.payment_requests.get(first.id)

    def _on_received(self, receipt: ReceiptRow) -> None:
        back = f"，找零 {format_fen(receipt.change)} 元" if receipt.change else ""
        self.notice_requested.emit(f"已收款，收据 {receipt.serial}{back}。", "ok")
        if receipt.request_id is not None:
            self.show_row(self.desk.payment_requests.get(receipt.request_id))
        self.record.put_cursor()

    def _steps(self, row: RequestRow, receipt: ReceiptRow | None) -> Iterator[Step]:
        if row.state in ("unpaid", "late") and self.may(Permission.TAKE_MONEY):
            yield self._take_money(row)
        if receipt is not None and self.may(Permission.TAKE_MONEY):
            yield Step(
                "receipt", "打印收据" if not receipt.prints else "补打收据", "D",
                lambda _v: self._print_receipt(row, receipt), main=True,
            )  # fmt: skip
        if self.may(Permission.PRINT) and not self.desk.read_only:
            yield Step("print", "打印请求书" if not row.prints else "补打", "P", lambda _v: self._print(row))
        yield from self._order_steps(row)
        if row.state in ("unpaid", "late") and self.may(Permission.CORRECT_OWN):
            yield Step(
                "void", "作废", "Z", lambda v: self.desk.payment_requests.void(row.id, v["void_reason"]),
                (VOID_REASON,), danger=True,
                question=f"作废 {row.serial}？其中的签单可以重新汇总，编号不再用。",
            )  # fmt: skip

    def _take_money(self, row: RequestRow) -> Step:
        def receive(values: Values) -> ReceiptRow:
            return self.desk.receipts.receive(
                NewReceipt(request_id=row.id, method=values["method"], tendered=values["tendered"])
            )

        label = "上门收款" if row.state == "late" else "收款"
        return Step(
            "receive", label, "D", receive, (METHOD, TENDERED), {"method": "cash", "tendered": row.total},
            main=True, question=f"应收 {_money(row.total)}",
            follow=lambda form: say_change(form, row.total),
        )  # fmt: skip

    def _order_steps(self, row: RequestRow) -> Iterator[Step]:
        if len(row.lines) == 1:
            (line,) = row.lines
            yield Step("open", "打开服务单", "O", lambda _v: self._open(row, line.order_id))
        elif row.lines:
            today = self.desk.context.clock.today()
            choices = tuple(
                Choice(str(line.order_id), f"{shown_serial(line.serial, today)} {line.service[:12]}")
                for line in row.lines
            )
            which = Field(ORDER, "哪一张", Kind.CHOICE, required=True, choices=choices)
            first = {ORDER: choices[0].key}
            yield Step("open", "打开服务单", "O", lambda v: self._open(row, int(v[ORDER])), (which,), first)

    def _open(self, row: RequestRow, order_id: int) -> RequestRow:
        self.open_requested.emit("service_order", order_id)
        return row

    def _print(self, row: RequestRow) -> RequestRow:
        self._printing.print_now(bills_request(self.desk, [row.id], f"{PAYMENT_REQUEST.title} {row.serial}"))
        return self.desk.payment_requests.get(row.id)

    def _print_receipt(self, row: RequestRow, receipt: ReceiptRow) -> RequestRow:
        self._printing.print_now(receipt_request(self.desk, receipt))
        return row


def _beginning(desk: Desk) -> str:
    if desk.context.settings.get(ACCOUNT_BILLED_BY) != "payment_request":
        return "本小区的签单随缴费通知单收取；设置里可以改成付款请求书。"
    day = desk.context.settings.get(ACCOUNT_BILLING_DAY)
    return f"每月 {day} 日起按 F5，把签单按户汇总成付款请求书。"


def _facts(desk: Desk, row: RequestRow, receipt: ReceiptRow | None) -> Iterator[Fact]:
    clock = desk.context.clock
    void = row.state == "void"
    yield Fact("房号", f"{row.unit_no}  {row.customer}".strip(), strong=True, struck=void)
    yield Fact("合计", _money(row.total), strong=True, struck=void)
    yield Fact("付款期限", f"{row.pay_by}  {_left(row, clock.today())}".strip())
    for line in row.lines:
        serial = shown_serial(line.serial, clock.today())
        yield Fact(serial, f"{line.day:%m-%d}  {line.service}  {format_fen(line.amount)}")
    if row.paid_at is not None:
        by = f"  {receipt.serial}（{receipt.collector}）" if receipt else ""
        yield Fact("付款", f"{shown_moment(clock, row.paid_at)}{by}")
    yield Fact("打印", f"已打 {row.prints} 次" if row.prints else "还没有打印")
    yield Fact("作废", row.void_reason)


def _left(row: RequestRow, today: date) -> str:
    if row.state == "late":
        return f"已过 {(today - row.pay_by).days} 天，请上门收款"
    if row.state != "unpaid":
        return ""
    days = (row.pay_by - today).days
    return "今天到期" if days == 0 else f"还有 {days} 天"


def _money(fen: int) -> str:
    return f"{format_fen(fen)} 元  {capital_amount(fen)}"
