"""The call log: table, the call at hand, and the household beside it (F-CALL, R-CALL-1 … 8)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from frontdesk.calls.register import CALL, SUMMARY, CallRow, NewCall
from frontdesk.core.actor import Permission
from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.core.shown import shown_moment
from frontdesk.paper import period_of
from ui.pages.call_form import CallForm
from ui.pages.call_record import call_record
from ui.print_desk import PrintRequest
from ui.register.attempt import LookUp, Saving
from ui.register.columns import Column
from ui.register.export_step import EXPORT, ExportJob, ExportSource, ExportStrip, export_record, range_of
from ui.register.panel import RegisterPanel
from ui.register.record_panel import RecordPanel
from ui.widgets.household_card import HouseholdCardView
from ui.widgets.page import Action, Page
from ui.widgets.zones import FoldingZones, Zone

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from frontdesk.desk import Desk
    from frontdesk.orders.register import OrderRow
    from ui.print_desk import PrintDesk
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
_CLERK = Field("answered_by", "接听人", Kind.CHOICE)
_TABLE, _FORM, _CARD = range(3)
_SHOWN = {"call", "service_order", "unit", "resident", "telephone", "standing_note"}


class CallsPage(Page):
    """Newest first; the form beside it always holds the next call, typed things are never lost."""

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        super().__init__()
        self._desk, self._printing = desk, printing
        self._opened: CallRow | None = None
        self._saving = Saving()
        clock = desk.context.clock
        self.panel = RegisterPanel(
            CALL,
            desk.calls,
            clock.today,
            hint="筛选：房号、缘由、电话、接听人…",
            icon="calls",
            beginning=("这里是来电记录", "按 F5 记第一个来电：房号、缘由、类别，Ctrl+⏎ 保存。"),
            chips=(("category", "A"),),
            own_columns=_COLUMNS,
            asked=(_CLERK, CALL.field("unit_no")),
            read_room=self._read_room,
        )
        self.form = CallForm(desk)
        self.record = RecordPanel(clock)
        self.card = HouseholdCardView()
        self._look = LookUp(self.form.form.say_hindered)
        self._export_strip = ExportStrip(tasks)
        self.panel.body.addWidget(self._export_strip)
        self._middle = QStackedWidget()
        self._middle.addWidget(self.form)
        self._middle.addWidget(self.record)
        self.zones = FoldingZones(
            [
                Zone(self.panel, "列表", 590, 1),
                Zone(self._middle, "来电", 324),
                Zone(self.card, "住户", 194),
            ],
            parent=self,
        )
        self.zones.set_zone_shown(_CARD, shown=False)
        self._connect()
        self.refresh()

    def key_actions(self) -> Sequence[Action]:
        """New, save, order, filter, print, export, undo, back."""
        asking = self._middle.currentWidget() is self.record
        save = (
            Action("save", self.record.confirm, self._step_label())
            if asking
            else Action("save", self._on_save)
        )
        may_write = self._may(Permission.WRITE_CALLS)  # a folder that can only be read answers why
        writing = (Action("new", self.start_call), Action("order", self._on_order), save) if may_write else ()
        drafting = (
            Action("clear", self.form.draft.clear),
            Action("more", self.form.unfold),
            Action("undo_last", self.form.draft.restore, "撤回清空"),
        )
        printing = (
            Action("summary", self._on_summary),
            Action("print", lambda: self._printing.print_now(self._register_request()), "打印记录表"),
            Action("preview", lambda: self._printing.preview(self._register_request())),
        )
        return (
            *writing,
            Action("filter", self.panel.filter.put_cursor),
            *(printing if self._may(Permission.PRINT) else ()),
            *([Action("export", self.begin_export)] if self._may(Permission.EXPORT) else ()),
            *(drafting if may_write else ()),
            Action("back", self._on_back),
        )

    def on_shown(self) -> None:
        """Look again; the cursor waits in the room of the next call."""
        self.refresh()
        self._fit_to_role()
        if not self._may(Permission.WRITE_CALLS) and self._opened is None:
            self.panel.put_cursor()
        elif self._middle.currentWidget() is self.form:
            self.form.put_cursor()
        else:
            self.record.put_cursor()

    def on_changed(self, tables: frozenset[str]) -> None:
        """Calls, orders or the estate were written."""
        if tables & _SHOWN:
            self.refresh()

    def refresh(self) -> None:
        """Ask for table, counts and card again; what is typed stays."""
        self.panel.refresh()
        counts = self._look(self._desk.calls.counts, None)
        if counts is not None:
            self.panel.set_remark(f"今天 {counts.received} 条 · 未完成 {counts.open}")
        if self.card.unit_id is not None:
            self._show_card(self.card.unit_id)
        if self._opened is not None and not self.record.is_asking():
            known = self._opened
            self._show(self._look(lambda: self._desk.calls.get(known.id), known))

    def open_record(self, record_id: int) -> None:
        """Show a call beside the table; the call being typed stays behind it."""
        self.panel.select(record_id)
        self._show(self._desk.calls.get(record_id))
        self.zones.show_zone(_FORM, focus=True)

    def start_call(self) -> None:
        """Go to the next call's form (F5)."""
        self._leave_record()
        self.zones.show_zone(_FORM)
        self.form.put_cursor()

    def is_typing(self) -> bool:
        """Whether a call or a step's question is half typed."""
        return not self.form.is_empty() or self._is_asking()

    def incoming(self, number: str) -> None:
        """The caller display tells a number: the household found stands in the empty form.

        While something is typed it is only told.
        """
        if self.is_typing() or not self._may(Permission.WRITE_CALLS):
            self.tell_incoming(number)
            return
        self._leave_record()
        self.form.begin(number, self._room_of(number))
        self.zones.show_zone(_FORM)

    def tell_incoming(self, number: str) -> None:
        """Say who calls, and leave page and cursor where they are."""
        unit_no = self._room_of(number)
        whose = f"({unit_no})" if unit_no else ""
        self.notice_requested.emit(f"又有来电 {number}{whose}；手上这条存好后按 F5 再记。", "warn")

    def begin_export(self) -> None:
        """Ask for the purpose of an export of the calls that are shown (Ctrl+E)."""
        query, calls = self.panel.query, self._desk.calls
        source = ExportSource(
            CALL,
            lambda path, wish, task: calls.export(
                path, query, wish, progress=task.progress, cancelled=task.cancelled
            ),
            range_of(query),
        )
        day = self._summary_day()
        summary = ExportSource(
            SUMMARY, lambda path, wish, _task: calls.export_summary(path, day, wish), day.isoformat()
        )
        self._opened = None
        self.record.show_record(export_record(self._desk.context, self, [source, summary]))
        self._raise(self.record)
        self.zones.show_zone(_FORM)
        self.record.take(EXPORT)

    def keep_draft(self) -> None:
        """Write down what is half typed."""
        self.form.draft.keep()

    def show_unit(self, unit_id: int) -> bool:
        """A found unit begins a call in the empty form; else its card is shown beside what is typed."""
        if self.form.is_empty() and self._may(Permission.WRITE_CALLS):
            self._leave_record()
            self.form.begin(unit_no=self._desk.estate.unit(unit_id).unit_no)
            self.zones.show_zone(_FORM)
        else:
            self._show_card(unit_id)
            self.zones.show_zone(_CARD)
        return True

    def person_left(self) -> None:
        """Somebody else takes the desk: the draft is kept for its writer."""
        self.form.draft.put_away()
        self._leave_record()

    def person_came(self) -> None:
        """Offer what this person had left half typed."""
        clerks = (Choice(person.name, person.name) for person in self._desk.staff.people())
        self.panel.filter.set_choices(_CLERK.name, tuple(clerks))
        self._fit_to_role()
        self.form.draft.offer("这是 {when} 没存完的来电，接着填即可。")
        self.actions_changed.emit()

    def _connect(self) -> None:
        self.panel.record_opened.connect(self.open_record)
        self.form.unit_changed.connect(self._on_unit)
        self.form.save_requested.connect(self._log)
        self.form.order_requested.connect(self._log_with_order)
        self.record.step_done.connect(self._on_step_done)
        self._export_strip.told.connect(self.notice_requested)
        self.record.steps_changed.connect(self.actions_changed)
        self.card.record_opened.connect(self._on_card_line)

    def resizeEvent(self, event: Any) -> None:
        """The zones take the whole page."""
        super().resizeEvent(event)
        self.zones.setGeometry(self.rect())

    def _on_unit(self, unit_id: int | None) -> None:
        if unit_id is None:
            self.card.show_nobody()
            self.zones.set_zone_shown(_CARD, shown=False)  # the table has the room until a unit is known
        else:
            self._show_card(unit_id)

    def _show_card(self, unit_id: int) -> None:
        card = self._look(lambda: self._desk.cards.of(unit_id), None)
        if card is not None:
            self.zones.set_zone_shown(_CARD, shown=True)
            self.card.show_card(card)

    def _on_card_line(self, register: str, record_id: int) -> None:
        if register == CALL.name:
            self.open_record(record_id)
        else:
            self.open_requested.emit(register, record_id)

    def _on_save(self) -> None:
        self.form.read(self.form.save_requested)

    def _on_order(self) -> None:
        if self._middle.currentWidget() is self.record:
            self.record.take("order")
        else:
            self.form.read(self.form.order_requested)

    def _log(self, new: NewCall) -> None:
        self._save(lambda: self._desk.calls.log(new), self._on_logged)

    def _log_with_order(self, new: NewCall) -> None:
        self._save(lambda: self._desk.calls.log_with_order(new), self._on_logged_with_order)

    def _save(self, command: Callable[[], Any], done: Callable[[Any], object]) -> None:
        self._saving(command, done, self.form.form.show_refusal, self.form.form.notice.say)

    def _on_logged(self, call: CallRow) -> None:
        when = shown_moment(self._desk.context.clock, call.logged_at)
        self.form.saved(f"已存 {when} 第 {call.day_no} 条")
        self.panel.table.select_id(call.id)
        self.form.put_cursor()

    def _on_logged_with_order(self, both: tuple[CallRow, OrderRow]) -> None:
        self._on_logged(both[0])
        self.open_requested.emit("service_order", both[1].id)

    def _show(self, call: CallRow) -> None:
        self._opened = call
        self.record.show_record(call_record(self._desk, call))
        self._raise(self.record)
        if call.unit_id is not None:
            self._show_card(call.unit_id)
        self.actions_changed.emit()

    def _raise(self, widget: QWidget) -> None:
        self._middle.setCurrentWidget(widget)
        self._fit_to_role()

    def _fit_to_role(self) -> None:
        """The form of a new call is for those who may write one."""
        shown = self._middle.currentWidget() is self.record or self._may(Permission.WRITE_CALLS)
        self.zones.set_zone_shown(_FORM, shown=shown)

    def _leave_record(self) -> None:
        self._opened = None
        self._raise(self.form)
        self._on_unit(self.form.unit_id())
        self.actions_changed.emit()

    def _on_step_done(self, result: Any) -> None:
        if isinstance(result, ExportJob):
            self._export_strip.begin(result)
            self._leave_record()
            self.panel.put_cursor()
            return
        call = result[0] if isinstance(result, tuple) else result
        self._show(call)
        if isinstance(result, tuple):
            self.open_requested.emit("service_order", result[1].id)

    def _on_back(self) -> None:
        if self._middle.currentWidget() is self.record:
            if not self.record.go_back() or self._opened is None:
                self._leave_record()
                self.panel.put_cursor()
        else:
            self.panel.put_cursor()

    def _is_asking(self) -> bool:
        return self._middle.currentWidget() is self.record and self.record.is_asking()

    def _room_of(self, number: str) -> str:
        """The room of a number that one household alone has."""
        units = self._look(lambda: self._desk.estate.units_of_number(number), [])
        return units[0].unit_no if len(units) == 1 else ""

    def _step_label(self) -> str:
        step = self.record.main_step()
        return step.label if step else "保存"

    def _read_room(self, text: str) -> str:
        unit = self._desk.estate.unit_by_no(text) if text.strip() else None
        return unit.unit_no if unit else text.strip()

    def _may(self, permission: Permission) -> bool:
        actor = self._desk.context.actor
        return actor is not None and actor.may(permission)

    def _summary_day(self) -> date:
        return self.panel.query.last_day or self._desk.context.clock.today()

    def _on_summary(self) -> None:
        day = self._summary_day()
        title = f"{SUMMARY.title} {day.isoformat()}"
        self._printing.preview(
            PrintRequest(SUMMARY.form_id, title, lambda _choice, _task: self._desk.paper.summary(day))
        )

    def _register_request(self) -> PrintRequest:
        query = self.panel.query
        if query.is_empty:  # years of calls are not what Ctrl+P means
            today = self._desk.context.clock.today()
            query = replace(query, first_day=today, last_day=today)
        title = f"{CALL.title} {period_of(query)}"
        return PrintRequest(
            CALL.form_id,
            title,
            lambda _choice, task: self._desk.paper.calls(query, task.progress, task.cancelled),
        )
