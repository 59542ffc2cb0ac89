"""连号: the serial watch by day, month and year; what is missing, and who follows it (F-ORDER-DAY, R-ORDER-14)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.core.money import format_fen
from frontdesk.core.query import Picked, TableRow, Tone, tone
from frontdesk.order_books.register import ORDER_DAY, Reach
from frontdesk.orders.register import SETTLEMENTS
from ui.books.people import FOLLOWER, anybody_editor
from ui.print_desk import PrintRequest
from ui.register.columns import Column
from ui.register.export_step import ExportSource
from ui.register.list_section import Line, Listing, ListSection
from ui.register.record_panel import Fact, Record, Step
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from frontdesk.desk import Desk
    from frontdesk.order_books.register import MissingRow, SerialWatch, WatchPeriod
    from ui.print_desk import PrintDesk
    from ui.register.record_panel import Values
    from ui.tasks import TaskRunner

_REACHES: dict[Reach, str] = {"day": "按日", "month": "按月", "year": "按年"}
_NOTE = Field("note", "说明", Kind.LONG_TEXT, max_length=400, hint="例如：夜班交接时没有这一张")
_SERIAL = Field("serial", "编号", Kind.SERIAL, required=True, max_length=40)
_OUTCOME = Field(
    "outcome", "下落", Kind.LONG_TEXT, required=True, max_length=400, hint="例如：夹在别的册里，已归位"
)


class WatchSection(ListSection):
    """The auditor's line of each day at the left, and all that stands behind it. F6 goes from days to months and years."""

    icon = "orders"
    list_ = Listing(
        "连号核对",
        (
            Field("period", "日期"),
            Field("runs", "编号"),
            Field("issued", "开出", Kind.INTEGER),
            Field("open", "未返", Kind.INTEGER),
            Field("void", "作废", Kind.INTEGER),
            Field("reprints", "补打", Kind.INTEGER),
            Field("missing", "缺号", Kind.INTEGER),
            Field("verdict", "结论", Kind.CHOICE),
        ),
        {
            "period": Column(72, 0, 0),
            "runs": Column(112, 1, 0),
            "issued": Column(52, 0, 3),
            "open": Column(52, 0, 1),
            "void": Column(52, 0, 4),
            "reprints": Column(52, 0, 5),
            "missing": Column(52, 0, 2),
            "verdict": Column(84, 0, 0),
        },
        ("这里核对服务单的编号", "开出第一张服务单后，每天一行：从哪号到哪号，是否连续，缺了哪几号。"),
    )
    lines = Listing(
        "要交代的编号",
        (Field("what", "情况", Kind.CHOICE), Field("serial", "编号", Kind.SERIAL), Field("told", "说明")),
        {"what": Column(76, 0, 0), "serial": Column(122, 0, 0), "told": Column(160, 1, 0)},
        ("没有要交代的编号", "缺号、未返单、空白、作废、补打和补单列在这里，回车打开那一张。"),
    )
    shows = frozenset({"service_order", "missing_serial", "blank_run"})

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        self._reach: Reach = "day"
        self._day = desk.context.clock.today()
        self._periods: dict[int, WatchPeriod] = {}
        self._watch: SerialWatch | None = None
        super().__init__(desk, printing, tasks)

    def read_list(self) -> Sequence[TableRow]:
        """A line for each day, month or year with numbers."""
        self._watch = None  # counted once for each look at the list
        periods = self.desk.order_books.watch.periods(self._reach, self._day)
        self._periods = {period.first_day.toordinal(): period for period in periods}
        self.list_card.set_title(f"连号核对 · {_REACHES[self._reach]}", self._shown_reach())
        return [(at, *self._cells(period)) for at, period in self._periods.items()]

    def read_lines(self, record_id: int) -> Sequence[Line]:
        """The numbers that somebody has to answer for, missing ones first."""
        return tuple(_lines(self._watched(record_id)))

    def record_of(self, record_id: int) -> Record | None:
        """The auditor's line, the counts behind it, and what may be done about a missing number."""
        if not record_id:
            return None
        period, watch = self._periods[record_id], self._watched(record_id)
        verdict, colour = _verdict(period)
        return Record(
            title=self._shown(period, full=True),
            remark="",
            state=verdict,
            tone=colour,
            facts=tuple(_facts(watch)),
            steps=tuple(self._steps(watch)),
            warnings=tuple(_warnings(watch)),
        )

    def own_actions(self) -> Sequence[Action]:
        """Days, months, years, and the stretch before and after."""
        following = {"day": "按月看", "month": "按年看", "year": "按日看"}
        actions = [Action("turn", self.turn, following[self._reach])]
        if self._reach != "year":
            word = "月" if self._reach == "day" else "年"
            actions += [
                Action("month_before", partial(self._step_on, -1), f"上一{word}"),
                Action("month_after", partial(self._step_on, 1), f"下一{word}"),
            ]
        return actions

    def print_request(self) -> PrintRequest | None:
        """F-ORDER-DAY of the day, month or year that is chosen."""
        period = self._periods.get(self.chosen())
        if period is None:
            return None
        days = (period.first_day, period.last_day)
        return PrintRequest(
            ORDER_DAY.form_id,
            f"{ORDER_DAY.title} {self._shown(period, full=True)}",
            lambda _choice, _task: self.desk.paper.order_day(*days),
        )

    def export_sources(self) -> Sequence[ExportSource]:
        """The sheet of what is chosen."""
        period = self._periods.get(self.chosen())
        if period is None:
            return ()
        days = (period.first_day, period.last_day)
        watch = self.desk.order_books.watch
        return (
            ExportSource(
                ORDER_DAY,
                lambda path, wish, _task: watch.export(path, *days, wish),
                self._shown(period, full=True),
            ),
        )

    def picked(self) -> Picked | None:
        """All orders of the day, month or year, not only those that somebody has to answer for."""
        period = self._periods.get(self.chosen())
        if period is None:
            return None
        ids = self.desk.order_books.watch.order_ids(period.first_day, period.last_day)
        return Picked(self._shown(period, full=True), tuple(ids))

    def turn(self) -> None:
        """From days to months, to years, and to days again; what was chosen stays in view."""
        period = self._periods.get(self.chosen())
        reaches = list(_REACHES)
        self._reach = reaches[(reaches.index(self._reach) + 1) % len(reaches)]
        today = self.desk.context.clock.today()
        self._day = min(period.last_day, today) if period else today
        self._show_period_of(self._day)

    def id_of(self, result: object) -> int:
        """A step about a number leaves the chosen period where it is."""
        return 0

    def _step_on(self, by: int) -> None:
        first = self._day.replace(day=1)
        if self._reach == "month":
            first = first.replace(year=first.year + by, month=1)
        else:
            first = (first + timedelta(days=31)).replace(day=1) if by > 0 else first - timedelta(days=1)
        self._day = min(first, self.desk.context.clock.today())
        self._show_period_of(self._day)

    def _show_period_of(self, day: date) -> None:
        self.refresh()
        for at, period in self._periods.items():
            if period.first_day <= day <= period.last_day:
                self.table.select_id(at)
        self.actions_changed.emit()

    def _watched(self, record_id: int) -> SerialWatch:
        period = self._periods[record_id]
        days = (period.first_day, period.last_day)
        if self._watch is None or (self._watch.first_day, self._watch.last_day) != days:
            self._watch = self.desk.order_books.watch.watch(*days)
        return self._watch

    def _shown_reach(self) -> str:
        if self._reach == "day":
            return f"{self._day.year} 年 {self._day.month} 月"
        return f"{self._day.year} 年" if self._reach == "month" else "近几年"

    def _shown(self, period: WatchPeriod, *, full: bool = False) -> str:
        day = period.first_day
        if self._reach == "day":
            return day.isoformat() if full else f"{day:%m-%d}"
        if self._reach == "month":
            return f"{day.year} 年 {day.month} 月" if full else f"{day.month} 月"
        return f"{day.year} 年" if full else str(day.year)

    def _cells(self, period: WatchPeriod) -> tuple[str, ...]:
        verdict, colour = _verdict(period)
        runs = "、".join(period.runs)
        counts = (period.issued, period.open, period.void, period.reprints, period.missing)
        return (self._shown(period), runs, *map(str, counts), verdict, tone("verdict", colour))

    def _steps(self, watch: SerialWatch) -> Iterator[Step]:
        if not self.may(Permission.WRITE_ORDERS):
            return
        service = self.desk.order_books.watch
        nobodys = [row for row in watch.missing if not row.followed_by]
        line = self.chosen_line()
        proposed = nobodys[0].serial if nobodys else line.cells[1] if line is not None else None
        editors = {FOLLOWER.name: anybody_editor(self.desk)}

        def list_missing(values: Values) -> object:
            return service.list_missing(values["serial"], values["followed_by"], values["note"] or "")

        yield Step(
            "list_missing", "列为缺号", "L", list_missing, (_SERIAL, FOLLOWER, _NOTE),
            {"serial": proposed}, main=bool(nobodys), own_editors=editors,
        )  # fmt: skip
        followed = [row for row in watch.missing if row.followed_by]
        if not followed:
            return
        which = Field(
            "serial", "哪一号", Kind.CHOICE, required=True,
            choices=tuple(Choice(row.serial, f"{row.serial} {row.followed_by}") for row in followed),
        )  # fmt: skip
        chosen = {"serial": _chosen_of(followed, line).serial}
        yield Step(
            "follow", "改跟进人", "R", list_missing, (which, FOLLOWER, _NOTE), chosen, own_editors=editors
        )
        ids = {row.serial: row.id for row in followed}
        yield Step(
            "settle", "查明下落", "X", lambda v: service.settle_missing(ids[v["serial"]], v["outcome"]),
            (which, _OUTCOME), {**chosen, "outcome": "已找到"}, main=not nobodys,
        )  # fmt: skip


def _chosen_of(rows: Sequence[MissingRow], line: Line | None) -> MissingRow:
    wanted = line.cells[1] if line is not None else ""
    return next((row for row in rows if row.serial == wanted), rows[0])


def _verdict(period: WatchPeriod) -> tuple[str, Tone]:
    if period.unfollowed:
        return "缺号待查", "danger"
    return ("有缺号", "warn") if period.missing else ("连续", "ok")


def _warnings(watch: SerialWatch) -> Iterator[str]:
    nobodys = [row.serial for row in watch.missing if not row.followed_by]
    if nobodys:
        yield f"{'、'.join(nobodys[:5])}{' 等' if len(nobodys) > 5 else ''} 缺号，还没有人跟进；交班前要写明谁来跟进。"


def _facts(watch: SerialWatch) -> Iterator[Fact]:
    yield Fact("审计", watch.sentence, strong=True)
    for span in watch.spans:
        yield Fact("首号", span.first_serial)
        yield Fact("末号", span.last_serial)
    counts = (
        ("已返单", watch.returned), ("未返单", len(watch.not_returned)), ("作废", len(watch.void)),
        ("空白未填", len(watch.blank)),
    )  # fmt: skip
    parts = " · ".join(f"{word} {count}" for word, count in counts if count)
    yield Fact("开出", f"{watch.issued} 张" + (f"：{parts}" if parts else ""))
    yield Fact("完成", f"{watch.finished} 张")
    yield Fact("补打", f"{len(watch.reprinted)} 张，共 {watch.reprints} 次" if watch.reprints else "没有")
    yield Fact("补单", f"{len(watch.backfilled)} 张" if watch.backfilled else "没有")
    missing = "\n".join(f"{row.serial} {row.followed_by or '（无人跟进）'}" for row in watch.missing)
    yield Fact("缺号", missing or "没有")
    yield Fact("以前未返", f"{len(watch.earlier_not_returned)} 张" if watch.earlier_not_returned else "")
    for way in SETTLEMENTS:
        lines = [line for line in watch.amounts if line.settlement == way.key]
        if lines:
            count, total = sum(line.count for line in lines), sum(line.amount for line in lines)
            # Money is counted when it comes: of orders of other days too, and not of all of this one's.
            yield Fact(f"返单{way.label}", f"{count} 张 {format_fen(total)} 元（按返单日）")


def _lines(watch: SerialWatch) -> Iterator[Line]:
    for row in watch.missing:
        told = f"{row.followed_by or '还没有人'}跟进 {row.note}".strip()
        yield Line(
            row.order_id, ("缺号", row.serial, told), (tone("what", "warn" if row.followed_by else "danger"),)
        )
    groups: tuple[tuple[str, Tone, object], ...] = (
        ("未返单", "info", watch.not_returned),
        ("空白", "neutral", watch.blank),
        ("作废", "neutral", watch.void),
        ("补打", "neutral", watch.reprinted),
        ("补单", "neutral", watch.backfilled),
        ("以前未返", "warn", watch.earlier_not_returned),
    )
    for word, colour, lines in groups:
        for line in lines:  # type: ignore[attr-defined]
            yield Line(line.order_id, (word, line.serial, line.told), (tone("what", colour),))
