"""The two lists of call-backs: whom to call, and what was said. One is in view, F6 turns to the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from frontdesk.callbacks.awaited import AWAITED
from frontdesk.callbacks.register import CALLBACK
from ui.register.attempt import LookUp
from ui.register.columns import Column
from ui.register.panel import RegisterPanel
from ui.shortcuts import shortcut
from ui.widgets.buttons import PlainButton

if TYPE_CHECKING:
    from frontdesk.core.query import RegisterQuery
    from frontdesk.desk import Desk
    from ui.register.filter_bar import FilterBar
    from ui.register.table_model import RegisterTableModel
    from ui.register.table_view import RegisterTableView

_QUEUE_COLUMNS = {
    "due": Column(134, 0, 0),  # 今天 08:30 前, as a pill
    "what": Column(108, 0, 0),
    "unit_no": Column(88, 0, 0),
    "customer": Column(64, 0, 4),
    "content": Column(130, 3, 1),
    "service_person": Column(64, 0, 3),
    "finished_at": Column(92, 0, 2),
    "serial": Column(92, 0, 5),
}
_MADE_COLUMNS = {
    "called_at": Column(92, 0, 0),
    "unit_no": Column(88, 0, 0),
    "customer": Column(64, 0, 4),
    "method": Column(64, 0, 6),
    "occasion": Column(96, 0, 3),
    "serial": Column(92, 0, 5),
    "service_person": Column(64, 0, 2),
    "satisfaction": Column(110, 1, 0),
    "problem": Column(110, 3, 1),
    "called_by": Column(64, 0, 4),
}


class CallbackLists(QWidget):
    """Behaves as a `RegisterPanel` for the one in view: the register's rows are call-backs, the queue's are orders."""

    record_selected = Signal(int)
    record_opened = Signal(int)  # a call-back of the register
    query_changed = Signal(object)
    case_opened = Signal(int)  # an order of the queue
    sample_requested = Signal()
    rain_requested = Signal()
    turn_requested = Signal()
    turned = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        today = desk.context.clock.today
        self.queue = RegisterPanel(
            AWAITED,
            desk.callbacks.queue,
            today,
            hint="筛选：房号、内容、服务人员…",
            icon="repeat",
            beginning=("没有要回访的", "完工的服务单会按期限排在这里，最急的在最上面。"),
            open_label="已超时",
            day_label="今天到期",
            own_columns=_QUEUE_COLUMNS,
        )
        self.made = RegisterPanel(
            CALLBACK,
            desk.callbacks,
            today,
            hint="筛选：房号、服务人员、问题…",
            icon="repeat",
            beginning=("这里是客户回访记录表", "在“待回访”里按 Enter 回访，记录就在这里。"),
            reader_hint="前台回访后，记录就在这里。",
            open_label="待书面转回",
            own_columns=_MADE_COLUMNS,
        )
        self._stack = QStackedWidget()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(8)
        self.body.addWidget(self._stack, 1)
        self._desk = desk
        self._look = LookUp(self.queue.set_remark)
        self._sample = self._button(self.queue, "抽样", "sample", self.sample_requested)
        self._button(self.queue, "下过雨", "rain", self.rain_requested)
        for panel, word in ((self.queue, "回访记录"), (self.made, "待回访")):
            self._button(panel, word, "turn", self.turn_requested)
            panel.record_selected.connect(self.record_selected)
            panel.query_changed.connect(self.query_changed)
            self._stack.addWidget(panel)

        self.turn_requested.connect(self.turn)
        self.queue.record_opened.connect(self.case_opened)
        self.made.record_opened.connect(self.record_opened)

    @property
    def current(self) -> RegisterPanel:
        """The list in view."""
        return self.queue if self._stack.currentWidget() is self.queue else self.made

    @property
    def shows_queue(self) -> bool:
        """Whether the list of whom to call is in view."""
        return self.current is self.queue

    @property
    def query(self) -> RegisterQuery:
        """What is shown at present."""
        return self.current.query

    @property
    def filter(self) -> FilterBar:
        """The filter of the list in view."""
        return self.current.filter

    @property
    def model(self) -> RegisterTableModel:
        """The rows in view."""
        return self.current.model

    @property
    def table(self) -> RegisterTableView:
        """The table in view."""
        return self.current.table

    def turn(self) -> None:
        """Show the other list (F6)."""
        self.show_list(queue=not self.shows_queue)

    def show_list(self, *, queue: bool) -> None:
        """Show the list of whom to call, or the register of what was said."""
        wanted = self.queue if queue else self.made
        if wanted is not self.current:
            self._stack.setCurrentWidget(wanted)
            wanted.refresh()
            self.turned.emit()

    def let_begin(self, *, may: bool) -> None:
        """Say in both empty lists what holds for this person."""
        self.queue.let_begin(may=may)
        self.made.let_begin(may=may)

    def refresh(self) -> None:
        """Look again in the list in view."""
        self.current.refresh()
        if self.shows_queue:
            waiting = self._look(self._desk.callbacks.queue.unsampled, 0)
            self._sample.set_word(f"抽样 {waiting}" if waiting else "抽样")

    def begin_anew(self) -> None:
        """Forget in both lists what was looked for; whom to call is in view."""
        self._stack.setCurrentWidget(self.queue)
        self.queue.begin_anew()
        self.made.begin_anew()

    def _button(self, panel: RegisterPanel, word: str, key: str, wish: SignalInstance) -> PlainButton:
        button = PlainButton(word, shortcut(key).shown)
        button.clicked.connect(wish)
        panel.add_to_head(button)
        return button

    def select(self, record_id: int) -> None:
        """Put the cursor on a record of the list in view."""
        self.current.select(record_id)

    def put_cursor(self) -> None:
        """Put the cursor into the table."""
        self.current.put_cursor()
