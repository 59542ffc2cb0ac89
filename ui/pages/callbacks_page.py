"""Call-backs: whom to call, the most pressing first; three answers in three keys; the register (F-CALLBACK)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from frontdesk.callbacks.register import CALLBACK, CallbackRow, satisfaction
from frontdesk.callbacks.rules import AFTER_RAIN
from frontdesk.core.actor import Permission
from frontdesk.core.query import RegisterQuery
from frontdesk.core.shown import shown_moment, shown_serial
from ui.callbacks.lists import CallbackLists
from ui.callbacks.record import Case, case_record, rain_record, sample_record
from ui.callbacks.steps import REFER
from ui.print_desk import PrintRequest
from ui.register.export_step import ExportSource, range_of
from ui.register.register_page import RegisterPage
from ui.widgets.containers import Card, EmptyState
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.core.query import Picked
    from frontdesk.desk import Desk
    from ui.print_desk import PrintDesk
    from ui.register.panel import RegisterPanel
    from ui.register.record_panel import Record
    from ui.tasks import TaskRunner

_MANY = 300  # call-backs on paper, some twenty sheets: the preview comes first


class CallbacksPage(RegisterPage):
    """Enter on a row asks at once; the next row waits when it is saved."""

    register = CALLBACK.name
    writes = Permission.WRITE_ORDERS
    shows: ClassVar[frozenset[str]] = frozenset({"callback", "callback_lot", "rain", "service_order"})

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        self._lists = CallbackLists(desk)
        resting = Card("回访")
        resting.body.addWidget(
            EmptyState("phone", "选一张单子", "左边选中后按 Enter，问三句话，按三个数字。"), 1
        )
        super().__init__(
            desk, tasks, cast("RegisterPanel", self._lists), resting, word="回访", widths=(560, 372, 216),
            walking=True,
        )  # fmt: skip
        self._printing = printing
        self._lists.case_opened.connect(self.ask_customer)
        self._lists.sample_requested.connect(self.show_sample)
        self._lists.rain_requested.connect(self.show_rain)
        self._lists.turned.connect(self._on_turned)
        self.refresh()

    def get(self, record_id: int) -> Case:
        """The order behind a row of the list in view, with all that was asked about it."""
        chosen = None if self._lists.shows_queue else self.desk.callbacks.get(record_id)
        order_id = record_id if chosen is None else chosen.order_id
        waiting = self.desk.callbacks.queue.row(order_id)
        return Case(
            record_id,
            self.desk.orders.get(order_id),
            self.desk.callbacks.of_order(order_id),
            self.desk.callbacks.awaited(order_id),
            waiting.tries if waiting else 0,
            chosen,
        )

    def record_of(self, row: Case) -> Record:
        """The case at its next step."""
        return case_record(self.desk, row, self._print_referral)

    def open_record(self, record_id: int) -> None:
        """Show a call-back of the register."""
        self._lists.show_list(queue=False)
        super().open_record(record_id)

    def ask_customer(self, order_id: int) -> None:
        """Enter on an order that waits: its next step is asked at once, with the telephone number beside it."""
        self._lists.show_list(queue=True)
        super().open_record(order_id)
        step = self.record.main_step()
        if self.opened is not None and self.opened.id == order_id and step is not None:
            self.record.take(step.name)

    def show_sample(self) -> None:
        """The draws of the last days, and the one that is to be made (F3)."""
        self.ask(lambda: sample_record(self.desk, self.desk.callbacks.queue.samples()), self._show_apart)

    def show_rain(self) -> None:
        """Ask whether it rained (F4)."""
        self.ask(lambda: rain_record(self.desk, self.desk.callbacks.queue.for_rain()), self._show_apart)

    def on_step_result(self, result: Any) -> None:
        """A draw is shown, rain leads to its list, an answer to the next order or to the writing."""
        match result:
            case CallbackRow():
                self._on_called(result)
            case int():
                self._on_rained(result)
            case list():
                self.panel.refresh()
                self.show_sample()
            case Case():
                self.show_row(result)
                self.record.put_cursor()

    def own_actions(self) -> Sequence[Action]:
        """The draw, rain, and the other list."""
        writing = [Action("sample", self.show_sample), Action("rain", self.show_rain)]
        other = "回访记录" if self._lists.shows_queue else "待回访"
        return (*(writing if self.may(self.writes) else ()), Action("turn", self._lists.turn, other))

    def printing_actions(self) -> Sequence[Action]:
        """The register: what is shown of it, or today's."""
        return (
            Action("print", lambda: self._printing.print_now(self._request()), "打印回访记录表"),
            Action("preview", lambda: self._printing.preview(self._request())),
        )

    def export_sources(self) -> Sequence[ExportSource]:
        """The call-backs that are shown, or today's."""
        query, callbacks = self._made_query(), self.desk.callbacks
        return (
            ExportSource(
                CALLBACK,
                lambda path, wish, task: callbacks.export(
                    path, query, wish, progress=task.progress, cancelled=task.cancelled
                ),
                range_of(query),
            ),
        )

    def show_rows(self, picked: Picked) -> None:
        """List these call-backs of the register alone."""
        self._lists.show_list(queue=False)
        super().show_rows(picked)

    def _show_apart(self, record: Record) -> None:
        """What belongs to no order; nothing is done before its key."""
        self.show_card(None)
        self.show_question(record, "")
        self.record.put_cursor()

    def _on_called(self, row: CallbackRow) -> None:
        if row.bad and row.voided_at is None and row.referred_at is None:
            self._show_writing(row)
        elif row.referred_at is not None or row.voided_at is not None or not self._lists.shows_queue:
            self.panel.refresh()
            self._show_again(row)
        else:
            self._go_on(row)

    def _show_writing(self, row: CallbackRow) -> None:
        """What was answered badly goes back in writing: that is asked now."""
        self._show_again(row)
        self.record.take(REFER)

    def _show_again(self, row: CallbackRow) -> None:
        known = row.order_id if self._lists.shows_queue else row.id
        self.ask(lambda: self._seen(known), self._stand)
        if row.replied_at is not None and row.voided_at is None:
            self.record.notice.say(f"已记{row.referred_to}的答复；改好后再回访。", "ok")
        elif row.referred_at is not None and row.voided_at is None:
            told = f"已书面转回{row.referred_to}，{shown_moment(self.desk.context.clock, row.referred_at)}。"
            self.record.notice.say(f"{told}按 Alt+L 打印转回单；改好后再回访。", "ok")
        self.record.put_cursor()

    def _go_on(self, row: CallbackRow) -> None:
        """The next order of the queue is shown; Enter asks there."""
        model, clock = self._lists.queue.model, self.desk.context.clock
        at = model.row_of(row.order_id)
        self.leave_record()
        self.panel.refresh()
        still = model.row_of(row.order_id)
        following = still + 1 if still >= 0 else max(at, 0)
        self._lists.queue.set_remark(
            f"已存 {shown_moment(clock, row.called_at)}  {shown_serial(row.serial, clock.today())} {satisfaction(row)}"
        )
        if model.rowCount():
            self._lists.select(model.id_at(min(following, model.rowCount() - 1)))
        self.put_cursor_into_table()

    def _on_rained(self, leaks: int) -> None:
        self.leave_record()
        self._lists.show_list(queue=True)
        told = f"已记下雨，共 {leaks} 处漏水维修要雨后回访。" if leaks else "已记下雨，没有要回访的漏水维修。"
        self.notice_requested.emit(told, "ok")
        if leaks:
            self._lists.filter.set_query(RegisterQuery(choices={"what": AFTER_RAIN}))
        self.put_cursor_into_table()

    def _on_turned(self) -> None:
        self.leave_record()
        self.put_cursor_into_table()

    def _made_query(self) -> RegisterQuery:
        today = self.desk.context.clock.today()
        return (
            RegisterQuery(first_day=today, last_day=today) if self._lists.shows_queue else self._lists.query
        )

    def _request(self) -> PrintRequest:
        query, paper = self._made_query(), self.desk.paper
        rows = len(self.look(lambda: self.desk.callbacks.find(query), ()))
        much = f"共 {rows} 次回访，要打很多页；可以先按日期筛选。" if rows > _MANY else ""
        return PrintRequest(
            CALLBACK.form_id,
            f"{CALLBACK.title} {query.period}",
            lambda _choice, task: paper.callbacks(query, task.progress, task.cancelled),
            warning=much,
        )

    def _print_referral(self, callback_id: int) -> Case:
        paper, row = self.desk.paper, self.desk.callbacks.get(callback_id)
        request = PrintRequest(
            "F-MEMO", f"内部联络单 {row.serial}", lambda _choice, _task: paper.referral(callback_id)
        )
        self._printing.print_now(request)
        return cast("Case", self.opened)
