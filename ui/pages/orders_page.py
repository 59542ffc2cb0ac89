"""Service orders: table, the order at its next step, and the household beside it (F-ORDER)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from frontdesk.core.actor import Permission
from frontdesk.core.fields import Choice
from frontdesk.core.settings import ORDER_LAYOUT
from frontdesk.orders.register import ORDER, OrderRow
from ui.pages.order_form import OrderForm
from ui.pages.order_record import order_record
from ui.print_desk import CountedPrint, PrintRequest
from ui.register.attempt import LookUp, Saving
from ui.register.columns import Column
from ui.register.export_step import EXPORT, ExportJob, ExportSource, ExportStrip, export_record, range_of
from ui.register.panel import RegisterPanel
from ui.register.record_panel import RecordPanel
from ui.widgets.household_card import HouseholdCardView
from ui.widgets.page import Action, Page
from ui.widgets.zones import FoldingZones, Zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.desk import Desk
    from frontdesk.orders.register import NewOrder
    from ui.print_desk import PrintDesk
    from ui.tasks import TaskRunner

LAYOUTS = (
    Choice("laser", "激光 A5 四页"),
    Choice("two_up", "激光 A4 一页两联"),
    Choice("strike", "针式多联 241 × 139.7"),
    Choice("overprint", "套打（预印纸）"),
)
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
_TABLE, _MIDDLE, _CARD = range(3)
_SHOWN = {"service_order", "order_line", "unit", "resident", "telephone", "standing_note"}


class OrdersPage(Page):
    """Newest first. Ctrl+Enter takes the next step of the order that is open."""

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        super().__init__()
        self._desk, self._printing = desk, printing
        self._opened: OrderRow | None = None
        self._saving = Saving()
        clock = desk.context.clock
        self.panel = RegisterPanel(
            ORDER,
            desk.orders,
            clock.today,
            hint="筛选：编号、房号、内容、服务人员…",
            icon="orders",
            beginning=("这里是服务单", "在来电里按 F8 转来，或在这里按 F8 直接开单。"),
            open_label="未返单",
            own_columns=_COLUMNS,
        )
        self.form = OrderForm(desk)
        self.record = RecordPanel(clock)
        self.card = HouseholdCardView()
        self._look = LookUp(self.form.form.say_hindered)
        self._export_strip = ExportStrip(tasks)
        self.panel.body.addWidget(self._export_strip)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.form)
        self._middle.addWidget(self.record)
        self.zones = FoldingZones(
            [Zone(self.panel, "列表", 570, 1), Zone(self._middle, "单据", 356), Zone(self.card, "住户", 216)],
            parent=self,
        )
        self._connect()
        self.refresh()

    def key_actions(self) -> Sequence[Action]:
        """The next step, print, new, filter, back."""
        in_record = self._middle.currentWidget() is self.record
        step = self.record.main_step() if in_record else None
        actions = []
        if self._may(Permission.WRITE_ORDERS):  # a folder that can only be read answers why
            if step is not None:
                actions.append(Action("save", self.record.confirm, step.label))
            elif not in_record:
                actions.append(Action("save", self.form.save, "开单"))
                actions.append(Action("clear", self.form.draft.clear))
                actions.append(Action("undo_last", self.form.draft.restore, "撤回清空"))
            actions.append(Action("order", self.start_order, "新服务单"))
        # Each print of an order is counted (R-ORDER-18): no paper where nothing can be written.
        if self._opened is not None and self._may(Permission.PRINT) and not self._desk.read_only:
            actions += [
                Action("print", self.print_opened, "打印四联"),
                Action("preview", self.preview_opened),
            ]
        if self._may(Permission.EXPORT):
            actions.append(Action("export", self.begin_export))
        return (*actions, Action("filter", self.panel.filter.put_cursor), Action("back", self._on_back))

    def on_shown(self) -> None:
        """Look again; the cursor goes to the open order's next step, else into the table."""
        self.refresh()
        self._fit_to_role()
        if self._opened is not None:
            self.record.put_cursor()
        else:
            self.panel.put_cursor()

    def on_changed(self, tables: frozenset[str]) -> None:
        """Orders or the estate were written."""
        if tables & _SHOWN:
            self.refresh()

    def is_typing(self) -> bool:
        """Whether an order or a step's question is half typed."""
        asking = self._middle.currentWidget() is self.record and self.record.is_asking()
        return not self.form.is_empty() or asking

    def keep_draft(self) -> None:
        """Write down what is half typed."""
        self.form.draft.keep()

    def person_left(self) -> None:
        """The draft is kept for its writer."""
        self.form.draft.put_away()
        self._leave_record()

    def person_came(self) -> None:
        """Offer what this person had left half typed."""
        self._fit_to_role()
        self.form.draft.offer("这是 {when} 没开完的服务单，接着填即可。")
        self.actions_changed.emit()

    def refresh(self) -> None:
        """Ask for the table and the open order again; a question that is being answered stays."""
        self.panel.refresh()
        if self._opened is not None and not self.record.is_asking():
            # What was warned of when the order was written stays until another one is opened.
            known = self._opened
            order = self._look(lambda: self._desk.orders.get(known.id), known)
            self._show(replace(order, warnings=known.warnings))

    def open_record(self, record_id: int) -> None:
        """Show an order at its next step."""
        self.panel.select(record_id)
        self._show(self._desk.orders.get(record_id))
        self.zones.show_zone(_MIDDLE, focus=True)

    def start_order(self) -> None:
        """Go to the form of a new order (F8)."""
        self._leave_record()
        self.zones.show_zone(_MIDDLE)
        self.form.put_cursor()

    def begin_export(self) -> None:
        """Ask for the purpose of an export of the orders that are shown (Ctrl+E)."""
        query, orders = self.panel.query, self._desk.orders
        source = ExportSource(
            ORDER,
            lambda path, wish, task: orders.export(
                path, query, wish, progress=task.progress, cancelled=task.cancelled
            ),
            range_of(query),
        )
        self._opened = None
        self.record.show_record(export_record(self._desk.context, self, [source]))
        self._raise(self.record)
        self.zones.show_zone(_MIDDLE)
        self.record.take(EXPORT)

    def print_opened(self) -> None:
        """Print the open order's copies (Ctrl+P)."""
        if self._opened is not None:
            self._printing.print_now(self._request(self._opened))

    def preview_opened(self) -> None:
        """Show the open order's copies first (Ctrl+Shift+P)."""
        if self._opened is not None:
            self._printing.preview(self._request(self._opened))

    def resizeEvent(self, event: Any) -> None:
        """The zones take the whole page."""
        super().resizeEvent(event)
        self.zones.setGeometry(self.rect())

    def _connect(self) -> None:
        self.panel.record_opened.connect(self.open_record)
        self.panel.record_selected.connect(self._on_selected)
        self.form.unit_changed.connect(self._on_unit)
        self.form.issue_requested.connect(self._issue)
        self.record.step_done.connect(self._on_step_done)
        self._export_strip.told.connect(self.notice_requested)
        self.record.steps_changed.connect(self.actions_changed)
        self.card.record_opened.connect(self._on_card_line)

    def _request(self, order: OrderRow) -> PrintRequest:
        return PrintRequest(
            ORDER.form_id,
            f"{ORDER.title} {order.serial}",
            lambda choice, task: self._desk.paper.orders(
                [order.id], choice, progress=task.progress, cancelled=task.cancelled
            ),
            lambda: self._counted(order.id),
            LAYOUTS,
            self._desk.context.settings.get(ORDER_LAYOUT),
        )

    def _counted(self, order_id: int) -> CountedPrint:
        # All that depends on who is signed in is settled here: the sheets are made beside the window.
        orders, paper, actor = (
            self._desk.orders,
            self._desk.paper,
            self._desk.context.require(Permission.PRINT),
        )
        reprint = orders.record_print(order_id)
        slips = paper.order_slips([order_id], {order_id: reprint})
        return CountedPrint(
            lambda choice, task: paper.slips(slips, choice, progress=task.progress, cancelled=task.cancelled),
            lambda: orders.take_back_print(order_id, reprint, actor),
        )

    def _issue(self, new: NewOrder) -> None:
        self._saving(
            lambda: self._desk.orders.issue(new),
            self._on_issued,
            self.form.form.show_refusal,
            self.form.form.notice.say,
        )

    def _on_issued(self, order: OrderRow) -> None:
        self.form.draft.saved()
        self.panel.select(order.id)
        self._show(order)
        self.record.put_cursor()

    def _on_selected(self, record_id: int) -> None:
        # Walking the table shows each order beside it, unless something is being typed there.
        if self.form.is_empty() and not self.record.is_asking():
            self._show(self._desk.orders.get(record_id))

    def _on_step_done(self, result: Any) -> None:
        if isinstance(result, ExportJob):
            self._export_strip.begin(result)
            self._leave_record()
            self.panel.put_cursor()
            return
        self._show(result)
        self.record.put_cursor()

    def _show(self, order: OrderRow) -> None:
        self._opened = order
        self.record.show_record(order_record(self._desk, order, self.print_opened))
        self._raise(self.record)
        self._on_unit(order.unit_id)
        self.actions_changed.emit()

    def _raise(self, widget: QWidget) -> None:
        self._middle.setCurrentWidget(widget)
        self._fit_to_role()

    def _fit_to_role(self) -> None:
        """The form of a new order is for those who may write one."""
        shown = self._middle.currentWidget() is self.record or self._may(Permission.WRITE_ORDERS)
        self.zones.set_zone_shown(_MIDDLE, shown=shown)

    def _leave_record(self) -> None:
        self._opened = None
        self._raise(self.form)
        self._on_unit(self.form.unit_id())
        self.actions_changed.emit()

    def _on_unit(self, unit_id: int | None) -> None:
        self.zones.set_zone_shown(_CARD, shown=unit_id is not None)
        if unit_id is None:
            self.card.show_nobody()
        else:
            card = self._look(lambda: self._desk.cards.of(unit_id), None)
            if card is not None:
                self.card.show_card(card)

    def _on_card_line(self, register: str, record_id: int) -> None:
        if register == ORDER.name:
            self.open_record(record_id)
        else:
            self.open_requested.emit(register, record_id)

    def _on_back(self) -> None:
        if self._middle.currentWidget() is self.record and self.record.go_back():
            if self._opened is not None:
                return
            self._leave_record()
        self.panel.put_cursor()

    def _may(self, permission: Permission) -> bool:
        actor = self._desk.context.actor
        return actor is not None and actor.may(permission)
