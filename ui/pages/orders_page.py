"""Service orders: table, the order at its next step, and the household beside it (F-ORDER)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from frontdesk.core.actor import Permission
from frontdesk.orders.prints import MOST_AT_ONCE
from frontdesk.orders.register import ORDER, OrderRow
from frontdesk.orders.rules import before_return
from ui.orders.batch import Batch, batch_record
from ui.pages.order_form import OrderForm
from ui.pages.order_record import order_record
from ui.print_orders import order_request
from ui.register.columns import Column
from ui.register.export_step import ExportSource, range_of
from ui.register.form_press import Written
from ui.register.panel import RegisterPanel
from ui.register.register_page import RegisterPage
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.desk import Desk
    from frontdesk.orders.register import NewOrder
    from ui.print_desk import PrintDesk, PrintRequest
    from ui.register.record_panel import Record
    from ui.tasks import TaskRunner

_COLUMNS = {
    "serial": Column(94, 0, 0),
    "issued_at": Column(98, 0, 1),
    "unit_no": Column(88, 0, 0),
    "customer": Column(64, 0, 3),
    "content": Column(130, 3, 0),
    "category": Column(68, 0, 2),
    "appointment_at": Column(98, 0, 4),
    "service_person": Column(64, 0, 2),
    "state": Column(76, 0, 0),
    "due_amount": Column(72, 0, 5),
}


class OrdersPage(RegisterPage):
    """Newest first. Ctrl+Enter takes the next step of the order that is open."""

    register = ORDER.name
    writes = Permission.WRITE_ORDERS
    shows: ClassVar[frozenset[str]] = frozenset(
        {"service_order", "order_line", "unit", "resident", "telephone", "standing_note"}
    )
    draft_words = "这是 {when} 没开完的服务单，接着填即可。"

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        panel = RegisterPanel(
            ORDER,
            desk.orders,
            desk.context.clock.today,
            hint="筛选：编号、房号、内容、服务人员…",
            icon="orders",
            beginning=("这里是服务单", "在来电里按 F8 转来，或在这里按 F8 直接开单。"),
            reader_hint="前台开出的服务单，就列在这里。",
            open_label="未返单",
            own_columns=_COLUMNS,
        )
        form = OrderForm(desk)
        super().__init__(desk, tasks, panel, form, word="单据", widths=(570, 356, 216), walking=True)
        self.form = form
        self._printing = printing
        form.issue_requested.connect(self._issue)
        form.remind_requested.connect(self._remind)
        form.repeat.matter_changed.connect(self.actions_changed)
        self.refresh()

    def get(self, record_id: int) -> OrderRow:
        """One order. What was warned of when it was written stays until another one is opened."""
        order = self.desk.orders.get(record_id)
        if self.opened is not None and self.opened.id == record_id:
            order = replace(order, warnings=self.opened.warnings)
        return order

    def record_of(self, row: OrderRow) -> Record:
        """The order at its next step."""
        return order_record(self.desk, row, self.print_opened, self._printing.print_now)

    def own_actions(self) -> Sequence[Action]:
        """A new order, a reminder of one that the room has already."""
        if not self.may(self.writes):
            return ()
        remind = not self.shows_record() and self.form.repeat.matter() is not None
        return (
            *([Action("remind", self.form.remind)] if remind else ()),
            Action("order", self.start_new, "新服务单"),
        )

    def printing_actions(self) -> Sequence[Action]:
        """The open order's copies. Each print is counted (R-ORDER-18): no paper where nothing can be written."""
        if self.desk.read_only:
            return ()
        opened = (
            Action("print", self.print_opened, "打印各联"),
            Action("preview", self.preview_opened),
        )
        return (*(opened if self.opened is not None else ()), Action("print_listed", self.print_listed))

    def export_sources(self) -> Sequence[ExportSource]:
        """The orders that are shown."""
        query, orders = self.panel.query, self.desk.orders
        return (
            ExportSource(
                ORDER,
                lambda path, wish, task: orders.export(
                    path, query, wish, progress=task.progress, cancelled=task.cancelled
                ),
                range_of(query),
            ),
        )

    def refresh(self) -> None:
        """Ask for the table and the open order again; what is typed stays."""
        super().refresh()
        self.form.repeat.refresh()

    def print_opened(self) -> None:
        """Print the open order's copies (Ctrl+P)."""
        if self.opened is not None:
            self._printing.print_now(self._request(self.opened))

    def preview_opened(self) -> None:
        """Show the open order's copies first (Ctrl+Shift+P)."""
        if self.opened is not None:
            self._printing.preview(self._request(self.opened))

    def print_listed(self) -> None:
        """Show all orders that are listed, in the order of their numbers, to print or save them (Ctrl+L).

        Where some were printed before, it is asked first which ones are meant (R-ORDER-18).
        """
        listed = sorted(self.panel.model.ids())
        if len(listed) > MOST_AT_ONCE:
            self.notice_requested.emit(
                f"这里有 {len(listed):,} 张服务单，一次最多打印 {MOST_AT_ONCE:,} 张；请先按日期等筛选。",
                "warn",
            )
        elif listed:
            self.ask(
                lambda: self.desk.orders.printed_before(listed),
                lambda printed: self._ask_which(listed, printed),
            )

    def open_scanned(self, record_id: int) -> None:
        """A returned copy was scanned: the order opens at its return, or says what comes before it."""
        self.open_record(record_id)
        order = self.opened
        if order is None or order.id != record_id:
            return
        if order.step == "return":
            self.record.take("return")
            return
        if lacking := before_return(order.state):
            told = f"{order.serial} 现在是“{order.state_label}”，先登记{'、'.join(lacking)}，再返单。"
        else:
            told = f"{order.serial} 现在是“{order.state_label}”，不用再登记返单。"
        self.record.notice.say(told, "warn" if lacking else "info")

    def on_step_result(self, result: Any) -> None:
        """A batch that was chosen is shown to be printed; an order as it stands now."""
        if isinstance(result, Batch):
            self.leave_question()
            self._preview_batch(result)
        else:
            super().on_step_result(result)

    def _ask_which(self, listed: Sequence[int], printed: frozenset[int]) -> None:
        if printed:
            self.show_question(batch_record(listed, printed), "print_listed")
            self.record.put_cursor()
        else:
            self._preview_batch(Batch(tuple(listed), 0))

    def _preview_batch(self, batch: Batch) -> None:
        title = f"{ORDER.title} {range_of(self.panel.query)} {len(batch.order_ids):,} 张"
        self._printing.preview(order_request(self.desk, batch.order_ids, title, batch.printed_before))

    def _request(self, order: OrderRow) -> PrintRequest:
        return order_request(self.desk, [order.id], f"{ORDER.title} {order.serial}")

    def _issue(self, new: NewOrder) -> None:
        self.save(
            new,
            self.desk.orders.issue,
            Written(self._on_issued, lambda order: f"已开服务单 {order.serial}"),
        )

    def _on_issued(self, order: OrderRow) -> None:
        self.panel.select(order.id)
        self.show_row(order)
        self.record.put_cursor()

    def _remind(self, order_id: int, words: str) -> None:
        self.save(
            None,
            lambda _none: self.desk.reminders.remind(order_id, words),
            # Only the words go to the order.
            Written(lambda _row: self.open_record(order_id), lambda _row: "已催办", restorable=True),
        )
