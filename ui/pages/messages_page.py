"""Messages for absent colleagues: taken, passed on, ticked (F-MESSAGE, R-CALL-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from frontdesk.calls.register import MESSAGE, MessageRow, NewMessage
from frontdesk.core.actor import Permission
from frontdesk.core.fields import Field, Kind
from frontdesk.core.shown import printed_moment, shown_moment
from ui.pages.message_form import MessageForm
from ui.print_desk import PrintRequest
from ui.register.columns import Column
from ui.register.export_step import ExportSource, range_of
from ui.register.form_press import Written
from ui.register.panel import RegisterPanel
from ui.register.record_panel import Fact, Record, Step
from ui.register.register_page import RegisterPage
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from frontdesk.desk import Desk
    from ui.print_desk import PrintDesk
    from ui.tasks import TaskRunner

VOID_REASON = Field("void_reason", "作废原因", Kind.LONG_TEXT, required=True, max_length=400)
WHY = Field("why", "原因（别人的或已交班的记录要写）", max_length=400)


class MessagesPage(RegisterPage):
    """The waiting ones first to the eye: the table marks them, Ctrl+Enter ticks the one that is open."""

    register = MESSAGE.name
    writes = Permission.WRITE_CALLS
    shows: ClassVar[frozenset[str]] = frozenset({"message"})
    draft_words = "这是 {when} 没存完的转告，接着填即可。"

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        panel = RegisterPanel(
            MESSAGE,
            desk.messages,
            desk.context.clock.today,
            hint="筛选：找谁、来电人、内容…",
            icon="note",
            beginning=("这里是转告记录", "同事不在时，按 F8 记下找谁和什么事，转告后打勾。"),
            reader_hint="前台记下的转告，就列在这里。",
            open_label="待转告",
            own_columns={"passed_on": Column(146, 0, 0)},  # 已转告 昨天 21:19
        )
        form = MessageForm(desk)
        super().__init__(desk, tasks, panel, form, word="转告", widths=(560, 380))
        self.form = form
        self._printing = printing
        form.take_requested.connect(self._take)

    def get(self, record_id: int) -> MessageRow:
        """One message."""
        return self.desk.messages.get(record_id)

    def record_of(self, row: MessageRow) -> Record:
        """The message with the steps that may be taken."""
        clock = self.desk.context.clock
        waits = row.passed_on_at is None and row.voided_at is None
        state = "作废" if row.voided_at else "待转告" if waits else "已转告"
        return Record(
            title=f"转告 {row.wanted}",
            remark=f"{shown_moment(clock, row.taken_at)} · {row.taken_by}",
            state=state,
            tone="warn" if waits else "neutral",
            facts=(
                Fact("内容", row.text, strong=True, struck=row.voided_at is not None),
                Fact("来电人", row.caller),
                Fact("电话", row.number, strong=True),
                Fact("房号", row.unit_no),
                Fact("转告时间", shown_moment(clock, row.passed_on_at)),
            ),
            steps=tuple(self._steps(row)),
        )

    def own_actions(self) -> Sequence[Action]:
        """A new message."""
        if not self.may(self.writes):
            return ()
        return (Action("order", self.start_new, "新转告"),)

    def printing_actions(self) -> Sequence[Action]:
        """The open message's slip, else the register."""
        label = "打印转告单" if self.opened else "打印转告记录"
        return (
            Action("print", lambda: self._printing.print_now(self._request()), label),
            Action("preview", lambda: self._printing.preview(self._request())),
        )

    def export_sources(self) -> Sequence[ExportSource]:
        """The messages that are shown."""
        query, messages = self.panel.query, self.desk.messages
        return (
            ExportSource(
                MESSAGE,
                lambda path, wish, task: messages.export(
                    path, query, wish, progress=task.progress, cancelled=task.cancelled
                ),
                range_of(query),
            ),
        )

    def _take(self, new: NewMessage) -> None:
        self.save(
            new,
            self.desk.messages.take,
            Written(self._on_taken, self._saved),
        )

    def _on_taken(self, message: MessageRow) -> None:
        self.panel.select(message.id)
        self.form.form.notice.say(self._saved(message), "ok")
        self.form.put_cursor()

    def _saved(self, message: MessageRow) -> str:
        return f"已存 {shown_moment(self.desk.context.clock, message.taken_at)} 给{message.wanted}的转告"

    def _steps(self, message: MessageRow) -> Iterator[Step]:
        if message.voided_at is not None or not self.may(Permission.WRITE_CALLS):
            return
        messages = self.desk.messages
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

    def _request(self) -> PrintRequest:
        desk, opened = self.desk, self.opened
        if opened is not None:
            taken = printed_moment(desk.context.clock, opened.taken_at)
            return PrintRequest(
                MESSAGE.form_id,
                f"{MESSAGE.title} {opened.wanted} {taken}",
                lambda _choice, _task: desk.paper.message(desk.messages.slip(opened.id)),
            )
        query = self.panel.query
        title = f"{MESSAGE.title} {query.period}"
        return PrintRequest(
            MESSAGE.form_id,
            title,
            lambda _choice, task: desk.paper.messages(query, task.progress, task.cancelled),
        )
