"""The call log: table, the call at hand, and the household beside it (F-CALL, R-CALL-1 … 8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from frontdesk.calls.register import CALL, SUMMARY, CallRow, NewCall
from frontdesk.core.actor import Permission
from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.core.shown import shown_moment
from frontdesk.estate.register import KnownCaller
from ui.pages.call_form import CallForm
from ui.pages.call_record import call_record
from ui.print_desk import PrintRequest
from ui.register.columns import Column
from ui.register.export_step import ExportSource, range_of
from ui.register.form_press import Written
from ui.register.panel import RegisterPanel
from ui.register.register_page import CARD, MIDDLE, RegisterPage
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from PySide6.QtWidgets import QWidget

    from frontdesk.desk import Desk
    from frontdesk.orders.register import OrderRow
    from ui.print_desk import PrintDesk
    from ui.register.record_panel import Record
    from ui.tasks import TaskRunner

_COLUMNS = {
    "day_no": Column(40, 0, 1),
    "logged_at": Column(82, 0, 0),
    "unit_no": Column(78, 0, 0),
    "caller": Column(60, 0, 2),
    "reason": Column(110, 1, 0),
    "order_serial": Column(88, 0, 1),
    "category": Column(42, 0, 0),
    "outcome": Column(118, 0, 0),
}
_RINGS_FOR = timedelta(minutes=30)  # after that F5 is about somebody else
_CLERK = Field("answered_by", "接听人", Kind.CHOICE)


class CallsPage(RegisterPage):
    """Newest first; the form beside it always holds the next call, typed things are never lost."""

    register = CALL.name
    writes = Permission.WRITE_CALLS
    shows: ClassVar[frozenset[str]] = frozenset(
        {"call", "service_order", "unit", "resident", "telephone", "standing_note"}
    )
    draft_words = "这是 {when} 没存完的来电，接着填即可。"

    def __init__(
        self, desk: Desk, printing: PrintDesk, tasks: TaskRunner, parent: QWidget | None = None
    ) -> None:
        panel = RegisterPanel(
            CALL,
            desk.calls,
            desk.context.clock.today,
            hint="筛选：房号、缘由、电话、接听人…",
            icon="calls",
            beginning=("这里是来电记录", "按 F5 记第一个来电：房号、缘由、类别，Ctrl+⏎ 保存。"),
            reader_hint="前台登记来电后，就列在这里。",
            chips=(("category", "A"),),
            own_columns=_COLUMNS,
            asked=(_CLERK, CALL.field("unit_no")),
            read_room=self._read_room,
        )
        form = CallForm(desk)
        super().__init__(desk, tasks, panel, form, word="来电", widths=(590, 324, 194), parent=parent)
        self.form = form
        self._printing = printing
        self._ringing: list[tuple[str, datetime]] = []  # told while something else was typed, and when (UTC)
        form.save_requested.connect(self._log)
        form.order_requested.connect(self._log_with_order)
        form.remind_requested.connect(self._log_with_reminder)
        form.repeat.matter_changed.connect(self.actions_changed)
        self.refresh()

    def get(self, record_id: int) -> CallRow:
        """One call."""
        return self.desk.calls.get(record_id)

    def record_of(self, row: CallRow) -> Record:
        """The call with its steps."""
        return call_record(self.desk, row)

    def own_actions(self) -> Sequence[Action]:
        """New, order, remind, the rarer fields."""
        if not self.may(self.writes):
            return ()
        form_up = not self.shows_record()
        return (
            Action("new", self.start_new),
            *([Action("order", self._on_order)] if form_up or self.record.offers("order") else ()),
            *([Action("remind", self.form.remind)] if form_up and self.form.repeat.matter() else ()),
            *([Action("more", self.form.unfold)] if form_up else ()),
        )

    def printing_actions(self) -> Sequence[Action]:
        """The day's summary, the register."""
        return (
            Action("summary", self._on_summary),
            Action("print", lambda: self._printing.print_now(self._register_request()), "打印记录表"),
            Action("preview", lambda: self._printing.preview(self._register_request())),
        )

    def export_sources(self) -> Sequence[ExportSource]:
        """The calls that are shown, and the summary of the day."""
        query, calls = self.panel.query, self.desk.calls
        day = self._summary_day()
        return (
            ExportSource(
                CALL,
                lambda path, wish, task: calls.export(
                    path, query, wish, progress=task.progress, cancelled=task.cancelled
                ),
                range_of(query),
            ),
            ExportSource(
                SUMMARY, lambda path, wish, _task: calls.export_summary(path, day, wish), day.isoformat()
            ),
        )

    def refresh(self) -> None:
        """Ask for table, counts and card again; what is typed stays."""
        super().refresh()
        self.form.repeat.refresh()
        counts = self.look(self.desk.calls.counts, None)
        if counts is not None:
            self.panel.set_remark(f"今天 {counts.received} 条 · 未完成 {counts.open}")

    def start_call(self) -> None:
        """Go to the next call's form (F5)."""
        self.start_new()

    def incoming(self, number: str) -> None:
        """The caller display tells a number: the household found stands in the empty form.

        While something is typed it is only told.
        """
        if self.is_typing() or not self.may(self.writes):
            self.tell_incoming(number)
            return
        self.leave_record()
        self._begin_with(number)
        self.zones.show_zone(MIDDLE)

    def tell_incoming(self, number: str) -> None:
        """Say who calls, and leave page and cursor where they are; F5 takes the number up later."""
        if self.may(self.writes):
            others = [ringing for ringing in self._ringing if ringing[0] != number]
            self._ringing = [*others, (number, self.desk.context.clock.now())]
        caller = self._caller_of(number)
        known = f"{caller.unit_no} {caller.name}".strip()
        whose = f"（{known}）" if known else ""
        self.notice_requested.emit(f"又有来电 {number}{whose}；手上这条存好后按 F5，号码会填好。", "warn")

    def start_new(self) -> None:
        """Go to the form; who rang while another call was typed stands in it when it is empty."""
        super().start_new()
        now = self.desk.context.clock.now()
        self._ringing = [ringing for ringing in self._ringing if now - ringing[1] < _RINGS_FOR]
        if self._ringing and self.form.is_empty():
            number, rang_at = self._ringing.pop(0)
            self._begin_with(number)
            self.notice_requested.emit("", "warn")
            when = shown_moment(self.desk.context.clock, rang_at)
            self.form.form.notice.say(f"这是 {when} 打进来的号码；不是这一位，按 Alt+K 清空。")

    def show_unit(self, unit_id: int) -> bool:
        """A found unit begins a call in the empty form; else its card is shown beside what is typed."""
        if self.form.is_empty() and self.may(self.writes):
            self.ask(lambda: self.desk.estate.unit(unit_id).unit_no, self._begin_of)
        else:
            self.show_card(unit_id)
            self.zones.show_zone(CARD)
        return True

    def person_came(self) -> None:
        """Offer what this person had left half typed, and those who answer calls in the filter."""
        people = self.look(self.desk.staff.people, None)
        if people is not None:
            clerks = (Choice(person.name, person.name) for person in people)
            self.panel.filter.set_choices(_CLERK.name, tuple(clerks))
        super().person_came()

    def on_step_result(self, result: Any) -> None:
        """A step gives the call back; the one that makes an order gives both."""
        if isinstance(result, tuple):
            self.show_row(result[0])
            self.open_requested.emit("service_order", result[1].id)
        else:
            self.show_row(result)

    def _begin_of(self, unit_no: str) -> None:
        self.leave_record()
        self.form.begin(unit_no=unit_no)
        self.zones.show_zone(MIDDLE)

    def _on_order(self) -> None:
        if self.shows_record():
            self.record.take("order")
        else:
            self.form.read(self.form.order_requested)

    def _log(self, new: NewCall) -> None:
        self.save(
            new,
            self.desk.calls.log,
            Written(self._on_logged, self._saved),
        )

    def _log_with_order(self, new: NewCall) -> None:
        self.save(
            new,
            self.desk.calls.log_with_order,
            Written(
                self._on_logged_with_order,
                lambda both: f"{self._saved(both[0])}，已开服务单 {both[1].serial}",
            ),
        )

    def _log_with_reminder(self, new: NewCall, order_id: int) -> None:
        self.save(
            new,
            lambda known: self.desk.calls.log_with_reminder(known, order_id),
            Written(self._on_reminded, lambda call: f"{self._saved(call)}，已催办 {call.order_serial}"),
        )

    def _saved(self, call: CallRow) -> str:
        return f"已存 {shown_moment(self.desk.context.clock, call.logged_at)} 第 {call.day_no} 条"

    def _on_logged(self, call: CallRow) -> None:
        self.form.saved(self._saved(call))
        self.panel.table.select_id(call.id)
        self.form.put_cursor()

    def _on_reminded(self, call: CallRow) -> None:
        self._on_logged(call)
        self.notice_requested.emit(f"已催办 {call.order_serial}。", "ok")

    def _on_logged_with_order(self, both: tuple[CallRow, OrderRow]) -> None:
        self._on_logged(both[0])
        self.open_requested.emit("service_order", both[1].id)

    def _begin_with(self, number: str) -> None:
        caller = self._caller_of(number)
        self.form.begin(number, caller.unit_no, caller.name)

    def _caller_of(self, number: str) -> KnownCaller:
        return self.look(lambda: self.desk.estate.caller_of(number), KnownCaller())

    def _read_room(self, text: str) -> str:
        unit = self.look(lambda: self.desk.estate.unit_by_no(text), None) if text.strip() else None
        return unit.unit_no if unit else text.strip()

    def _summary_day(self) -> date:
        return self.panel.query.last_day or self.desk.context.clock.today()

    def _on_summary(self) -> None:
        day = self._summary_day()
        title = f"{SUMMARY.title} {day.isoformat()}"
        self._printing.preview(
            PrintRequest(SUMMARY.form_id, title, lambda _choice, _task: self.desk.paper.summary(day))
        )

    def _register_request(self) -> PrintRequest:
        query = self.panel.query
        if query.is_empty:  # years of calls are not what Ctrl+P means
            today = self.desk.context.clock.today()
            query = replace(query, first_day=today, last_day=today)
        title = f"{CALL.title} {query.period}"
        return PrintRequest(
            CALL.form_id,
            title,
            lambda _choice, task: self.desk.paper.calls(query, task.progress, task.cancelled),
        )
