"""规律: what comes back again and again, for supervisors: a fault in one place, a person customers complain of (R-ORDER-13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.callbacks.patterns import FAULT, Pattern
from frontdesk.callbacks.register import CALLBACK, PROSE_MOST
from frontdesk.core.actor import Permission
from frontdesk.core.fields import Field, Kind
from frontdesk.core.query import Picked, TableRow, tone
from frontdesk.core.shown import shown_day, shown_moment, shown_serial
from frontdesk.orders.register import ORDER
from ui.register.columns import Column
from ui.register.list_section import Line, Listing, ListSection
from ui.register.record_panel import Fact, Record, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from frontdesk.desk import Desk
    from ui.print_desk import PrintDesk
    from ui.tasks import TaskRunner

_TOLD = Field("told", "告诉谁", required=True, max_length=120)
_TEXT = Field("text", "谈了什么、怎么办", Kind.LONG_TEXT, required=True, max_length=PROSE_MOST)
_WORDS = {FAULT: "同处同类报修", "person": "反复不满意"}


class PatternsSection(ListSection):
    """Each pattern with the rows behind it; a talk or a report upward is recorded here."""

    icon = "repeat"
    list_ = Listing(
        "规律",
        (
            Field("kind", "规律", Kind.CHOICE),
            Field("about", "哪里、谁"),
            Field("count", "次数"),
            Field("last", "最近", Kind.DATE),
            Field("text", "事由", Kind.LONG_TEXT),
            Field("state", "处理", Kind.CHOICE),
        ),
        {
            "kind": Column(104, 0, 1),
            "about": Column(92, 0, 0),
            "count": Column(64, 0, 0),
            "last": Column(64, 0, 3),
            "text": Column(120, 1, 2),
            "state": Column(72, 0, 0),
        },
        ("没有反复出现的问题", "同一处连着几天报同样的修、同一个人反复让客户不满意，会列在这里。"),
    )
    lines = Listing(
        "背后的单子",
        (
            Field("day", "日期", Kind.DATE),
            Field("serial", "服务单", Kind.SERIAL),
            Field("unit_no", "房号", Kind.UNIT),
            Field("text", "内容", Kind.LONG_TEXT),
            Field("service_person", "服务人员", Kind.PERSON),
        ),
        {
            "day": Column(64, 0, 0),
            "serial": Column(92, 0, 0),
            "unit_no": Column(88, 0, 2),
            "text": Column(130, 1, 0),
            "service_person": Column(72, 0, 1),
        },
        ("先选一条规律", "每一张单子列在这里，按 Enter 打开。"),
    )
    shows = frozenset({"service_order", "callback", "talk"})

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        self._found: list[Pattern] = []
        super().__init__(desk, printing, tasks)

    def read_list(self) -> Sequence[TableRow]:
        """What nobody has talked about comes first."""
        found = [*self.desk.patterns.faults(), *self.desk.patterns.people()]
        self._found = sorted(found, key=lambda pattern: not pattern.open)
        return [(at, *self._cells(pattern)) for at, pattern in enumerate(self._found, 1)]

    def read_lines(self, record_id: int) -> Sequence[Line]:
        """The orders of a fault, or the call-backs about a person with their orders."""
        pattern = self._found[record_id - 1]
        line = self._order_line if pattern.kind == FAULT else self._callback_line
        return [line(number) for number in pattern.record_ids]

    def record_of(self, record_id: int) -> Record | None:
        """The pattern with what was said about it, and the step that says more."""
        if not 0 < record_id <= len(self._found):
            return None
        pattern = self._found[record_id - 1]
        return Record(
            title=pattern.about,
            remark=_WORDS[pattern.kind],
            state=_state(pattern),
            tone="danger" if pattern.open else "ok",
            facts=tuple(self._facts(pattern)),
            steps=tuple(self._steps(pattern)),
        )

    def open_rows(self) -> None:
        """List what is behind the pattern on its own page (Ctrl+G): orders, or call-backs about a person."""
        pattern = self._found[self.chosen() - 1]
        page = ORDER.name if pattern.kind == FAULT else CALLBACK.name
        self.rows_requested.emit(page, Picked(f"{pattern.about} {_WORDS[pattern.kind]}", pattern.record_ids))

    def id_of(self, result: object) -> int:
        """The place in the list of what was talked about, wherever it moved to."""
        about = getattr(result, "about", "")
        return next((at for at, pattern in enumerate(self._found, 1) if pattern.about == about), 0)

    def _cells(self, pattern: Pattern) -> tuple[str, ...]:
        today = self.desk.context.clock.today()
        return (
            _WORDS[pattern.kind],
            pattern.about,
            _count(pattern),
            shown_day(pattern.last, today),
            " ".join(pattern.text.split()),
            _state(pattern),
            tone("state", "danger" if pattern.open else "ok"),
        )

    def _facts(self, pattern: Pattern) -> Iterator[Fact]:
        clock = self.desk.context.clock
        first, last = (shown_day(day, clock.today()) for day in (pattern.first, pattern.last))
        yield Fact("哪里" if pattern.kind == FAULT else "服务人员", pattern.about, strong=True)
        yield Fact("次数", f"{_count(pattern)}，{first} 至 {last}", strong=True)
        yield Fact("最近一次", pattern.text)
        for talk in self.desk.patterns.talks(pattern.kind, pattern.about):
            told = f"{shown_moment(clock, talk.talked_at)}  {talk.talked_by} → {talk.told}"
            yield Fact("已上报" if pattern.kind == FAULT else "已谈", f"{told}\n{talk.text}")

    def _steps(self, pattern: Pattern) -> Iterator[Step]:
        if self.may(Permission.WRITE_ORDERS):
            fault = pattern.kind == FAULT
            yield Step(
                "talk", "记上报" if fault else "记谈话", "J",
                lambda v: self.desk.patterns.record_talk(pattern.kind, pattern.about, v["text"], v["told"]),
                (_TOLD, _TEXT), {"told": "项目经理、工程部" if fault else "工程部"}, main=pattern.open,
            )  # fmt: skip

    def _order_line(self, order_id: int) -> Line:
        order, today = self.desk.orders.get(order_id), self.desk.context.clock.today()
        day = shown_day(self.desk.context.clock.local(order.issued_at).date(), today)
        said = " ".join(order.content.split())
        cells = (day, shown_serial(order.serial, today), order.unit_no, said, order.service_person)
        return Line(order_id, cells)

    def _callback_line(self, callback_id: int) -> Line:
        row, today = self.desk.callbacks.get(callback_id), self.desk.context.clock.today()
        day = shown_day(self.desk.context.clock.local(row.called_at).date(), today)
        said = " ".join(f"{row.problem} {row.opinion}".split())
        cells = (day, shown_serial(row.serial, today), row.unit_no, said, row.service_person)
        return Line(row.order_id, cells)


def _state(pattern: Pattern) -> str:
    if pattern.open:
        return "待处理"
    return "已上报" if pattern.kind == FAULT else "已谈"


def _count(pattern: Pattern) -> str:
    return f"连 {pattern.count} 天" if pattern.kind == FAULT else f"{pattern.count} 次"
