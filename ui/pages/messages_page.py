"""Messages for absent colleagues: taken, passed on, ticked (F-MESSAGE, R-CALL-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QStackedWidget, QWidget

from frontdesk.calls.hints import Case, hint
from frontdesk.calls.register import MESSAGE, MessageRow, NewMessage
from frontdesk.core.actor import Permission
from frontdesk.core.fields import Field, Kind
from frontdesk.core.shown import shown_moment
from frontdesk.paper import period_of
from ui.print_desk import PrintRequest
from ui.register.attempt import Saving
from ui.register.draft_keeper import DraftKeeper
from ui.register.entry_form import EntryForm
from ui.register.export_step import EXPORT, ExportJob, ExportSource, ExportStrip, export_record, range_of
from ui.register.panel import RegisterPanel
from ui.register.record_panel import Fact, Record, RecordPanel, Step
from ui.shortcuts import shortcut
from ui.widgets.buttons import PlainButton, PrimaryButton
from ui.widgets.containers import Card
from ui.widgets.labels import PlainLabel
from ui.widgets.page import Action, Page
from ui.widgets.unit_box import UnitEditor
from ui.widgets.zones import FoldingZones, Zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from frontdesk.desk import Desk
    from ui.print_desk import PrintDesk
    from ui.tasks import TaskRunner

VOID_REASON = Field("void_reason", "作废原因", Kind.LONG_TEXT, required=True, max_length=400)
WHY = Field("why", "原因（别人的或已交班的记录要写）", max_length=400)
FIELDS = tuple(map(MESSAGE.field, ("wanted", "text", "caller", "number", "unit_no")))
_MIDDLE = 1


class MessagesPage(Page):
    """The waiting ones first to the eye: the table marks them, Ctrl+Enter ticks the one that is open."""

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        super().__init__()
        self._desk, self._printing = desk, printing
        self._opened = 0
        self._saving = Saving()
        self.panel = RegisterPanel(
            MESSAGE,
            desk.messages,
            desk.context.clock.today,
            hint="筛选：找谁、来电人、内容…",
            icon="note",
            beginning=("这里是转告记录", "同事不在时，按 F8 记下找谁和什么事，转告后打勾。"),
            open_label="待转告",
        )
        self.form = EntryForm(
            FIELDS,
            desk.context.clock,
            own_editors={
                "unit_no": lambda field: UnitEditor(field, desk.finder.find, desk.estate.unit_by_no)
            },
            phrases=desk.phrases,
            full=("wanted",),
            name="新转告",
        )
        self.draft = DraftKeeper(desk, "message", self.form)
        self.record = RecordPanel(desk.context.clock)
        self._export_strip = ExportStrip(tasks)
        self.panel.body.addWidget(self._export_strip)
        self._middle = QStackedWidget()
        self._form = self._form_card()
        self._middle.addWidget(self._form)
        self._middle.addWidget(self.record)
        self.zones = FoldingZones(
            [Zone(self.panel, "列表", 560, 1), Zone(self._middle, "转告", 380)], parent=self
        )
        self.panel.record_opened.connect(self.open_record)
        self.record.step_done.connect(self._on_step_done)
        self._export_strip.told.connect(self.notice_requested)
        self.record.steps_changed.connect(self.actions_changed)

    def key_actions(self) -> Sequence[Action]:
        """Save or tick, new, filter, print, back."""
        step = self.record.main_step() if self._opened else None
        actions = []
        if self._may(Permission.WRITE_CALLS):  # a folder that can only be read answers why
            if step is not None:
                actions.append(Action("save", self.record.confirm, step.label))
            elif not self._opened:
                actions.append(Action("save", self._save))
                actions.append(Action("clear", self.draft.clear))
                actions.append(Action("undo_last", self.draft.restore, "撤回清空"))
            actions.append(Action("order", self.start_message, "新转告"))
        return (
            *actions,
            Action("filter", self.panel.filter.put_cursor),
            *(self._printing_actions() if self._may(Permission.PRINT) else ()),
            *([Action("export", self.begin_export)] if self._may(Permission.EXPORT) else ()),
            Action("back", self._on_back),
        )

    def begin_export(self) -> None:
        """Ask for the purpose of an export of the messages that are shown (Ctrl+E)."""
        query, messages = self.panel.query, self._desk.messages
        source = ExportSource(
            MESSAGE,
            lambda path, wish, task: messages.export(
                path, query, wish, progress=task.progress, cancelled=task.cancelled
            ),
            range_of(query),
        )
        self._opened = 0
        self.record.show_record(export_record(self._desk.context, self, [source]))
        self._raise(self.record)
        self.zones.show_zone(_MIDDLE)
        self.record.take(EXPORT)

    def on_shown(self) -> None:
        """Look again; the cursor waits in the next message."""
        self.panel.refresh()
        self._fit_to_role()
        if self._opened:
            self.record.put_cursor()
        elif self._may(Permission.WRITE_CALLS):
            self.form.put_cursor()
        else:
            self.panel.put_cursor()

    def on_changed(self, tables: frozenset[str]) -> None:
        """Messages were written."""
        if "message" in tables:
            self.panel.refresh()

    def open_record(self, record_id: int) -> None:
        """Show a message."""
        self.panel.select(record_id)
        self._show(self._desk.messages.get(record_id))
        self.zones.show_zone(_MIDDLE, focus=True)

    def start_message(self) -> None:
        """Go to the form of a new message."""
        self._leave_record()
        self.zones.show_zone(_MIDDLE)
        self.form.put_cursor()

    def is_typing(self) -> bool:
        """Whether a message or a step's question is half typed."""
        asking = self._middle.currentWidget() is self.record and self.record.is_asking()
        return bool(self.draft.typed()) or asking

    def keep_draft(self) -> None:
        """Write down what is half typed."""
        self.draft.keep()

    def person_left(self) -> None:
        """The draft is kept for its writer."""
        self.draft.put_away()
        self._leave_record()

    def person_came(self) -> None:
        """Offer what this person had left half typed."""
        self._fit_to_role()
        self.draft.offer("这是 {when} 没存完的转告，接着填即可。")
        self.actions_changed.emit()

    def resizeEvent(self, event: Any) -> None:
        """The zones take the whole page."""
        super().resizeEvent(event)
        self.zones.setGeometry(self.rect())

    def _form_card(self) -> Card:
        card = Card("新转告")
        clear = PlainButton("清空", shortcut("clear").shown)
        clear.clicked.connect(self.draft.clear)
        card.add_to_head(clear)
        save = PrimaryButton("保存", shortcut("save").shown, "save")
        save.clicked.connect(self._save)
        self.form.end_reached.connect(save.setFocus)
        card.body.addWidget(PlainLabel(hint(self._desk.context, Case.ABSENT), "label", wrap=True))
        card.body.addWidget(self.form, 1)
        card.body.addWidget(save)
        return card

    def _save(self) -> None:
        def take() -> MessageRow:
            values = {name: value for name, value in self.form.values().items() if value is not None}
            return self._desk.messages.take(NewMessage(**{"wanted": "", "text": "", **values}))

        self._saving(take, self._on_saved, self.form.show_refusal, self.form.notice.say)

    def _on_saved(self, message: MessageRow) -> None:
        self.draft.clear()
        self.panel.select(message.id)
        self.form.notice.say(f"已存 {shown_moment(self._desk.context.clock, message.taken_at)}", "ok")
        self.form.put_cursor()

    def _show(self, message: MessageRow) -> None:
        self._opened = message.id
        self.record.show_record(self._record(message))
        self._raise(self.record)
        self.actions_changed.emit()

    def _on_step_done(self, result: Any) -> None:
        if isinstance(result, ExportJob):
            self._export_strip.begin(result)
            self._leave_record()
            self.panel.put_cursor()
        else:
            self._show(result)

    def _record(self, message: MessageRow) -> Record:
        clock = self._desk.context.clock
        waits = message.passed_on_at is None and message.voided_at is None
        state = "作废" if message.voided_at else "待转告" if waits else "已转告"
        return Record(
            title=f"转告 {message.wanted}",
            remark=f"{shown_moment(clock, message.taken_at)} · {message.taken_by}",
            state=state,
            tone="warn" if waits else "neutral",
            facts=(
                Fact("内容", message.text, strong=True, struck=message.voided_at is not None),
                Fact("来电人", message.caller),
                Fact("电话", message.number, strong=True),
                Fact("房号", message.unit_no),
                Fact("转告时间", shown_moment(clock, message.passed_on_at)),
            ),
            steps=tuple(self._steps(message)),
        )

    def _steps(self, message: MessageRow) -> Iterator[Step]:
        if message.voided_at is not None or not self._may(Permission.WRITE_CALLS):
            return
        messages = self._desk.messages
        if message.passed_on_at is None:
            yield Step("pass_on", "已转告", "B", lambda _v: messages.pass_on(message.id), main=True)
        else:
            yield Step(
                "take_back", "还没转告", "B", lambda v: messages.take_back(message.id, v["why"] or ""), (WHY,)
            )
        yield Step(
            "void", "作废", "Z", lambda v: messages.void(message.id, v["void_reason"]), (VOID_REASON,),
            danger=True, question=f"作废给{message.wanted}的这条转告？内容划线留存。",
        )  # fmt: skip

    def _raise(self, widget: QWidget) -> None:
        self._middle.setCurrentWidget(widget)
        self._fit_to_role()

    def _fit_to_role(self) -> None:
        """The form of a new message is for those who may write one."""
        shown = self._middle.currentWidget() is self.record or self._may(Permission.WRITE_CALLS)
        self.zones.set_zone_shown(_MIDDLE, shown=shown)

    def _leave_record(self) -> None:
        self._opened = 0
        self._raise(self._form)
        self.actions_changed.emit()

    def _on_back(self) -> None:
        if self._opened and self.record.go_back():
            return
        if self._opened:
            self._leave_record()
        self.panel.put_cursor()

    def _printing_actions(self) -> Sequence[Action]:
        """The open message's slip, else the register."""
        label = "打印转告单" if self._opened else "打印转告记录"
        return (
            Action("print", lambda: self._printing.print_now(self._request()), label),
            Action("preview", lambda: self._printing.preview(self._request())),
        )

    def _request(self) -> PrintRequest:
        if self._opened:
            slip = self._desk.messages.slip(self._opened)
            title = f"{MESSAGE.title} {slip['wanted']} {slip['taken_at']}"
            return PrintRequest(MESSAGE.form_id, title, lambda _choice, _task: self._desk.paper.message(slip))
        query = self.panel.query
        title = f"{MESSAGE.title} {period_of(query)}"
        return PrintRequest(
            MESSAGE.form_id,
            title,
            lambda _choice, task: self._desk.paper.messages(query, task.progress, task.cancelled),
        )

    def _may(self, permission: Permission) -> bool:
        actor = self._desk.context.actor
        return actor is not None and actor.may(permission)
