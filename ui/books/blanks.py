"""空白单: runs of numbered blanks, from the printer to the last number that somebody told of (R-ORDER-2, R-ORDER-3)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Field, Kind
from frontdesk.core.query import TableRow, Tone, tone
from frontdesk.core.shown import shown_moment
from frontdesk.order_books.rules import BLANKS_MOST
from frontdesk.orders.register import ORDER, NewOrder
from frontdesk.orders.rules import State, serial_from
from ui.books.people import FOLLOWER, PERSON_HINT, anybody_editor
from ui.orders.customer import CustomerFiller
from ui.print_orders import order_request
from ui.register.columns import Column
from ui.register.list_section import Line, Listing, ListSection
from ui.register.record_panel import Fact, Record, Step
from ui.widgets.page import Action
from ui.widgets.unit_box import UnitEditor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from frontdesk.desk import Desk
    from frontdesk.order_books.register import RunLine, RunRow
    from frontdesk.orders.register import OrderRow
    from ui.print_desk import PrintDesk, PrintRequest
    from ui.register.record_panel import Values
    from ui.tasks import TaskRunner

_COUNT = Field("count", "张数", Kind.INTEGER, required=True, hint=f"1 到 {BLANKS_MOST}")
_GIVEN = Field("given_to", "交给谁", Kind.PERSON, max_length=120, hint=f"先留在前台就空着；{PERSON_HINT}")
_RECEIVER = Field("given_to", "交给谁", Kind.PERSON, required=True, max_length=120, hint=PERSON_HINT)
_PURPOSE = Field("purpose", "用途", max_length=400, hint="例如：夜间停电备用")
_BACK = Field("count", "退回张数", Kind.INTEGER, required=True)
_SERIAL = Field("serial", "空白单编号", Kind.SERIAL, max_length=40, hint="没用空白单就清空，另取新号")
_WHICH = Field("serial", "空白单编号", Kind.SERIAL, required=True, max_length=40)
_SERVED = Field("served_at", "服务时间", Kind.MOMENT, required=True, hint="先修后补：当时的时间")
_REASON = Field("reason", "作废原因", Kind.LONG_TEXT, required=True, max_length=400)
_NOTE = Field("note", "说明", Kind.LONG_TEXT, max_length=400)
_FILLED = (
    "unit_no", "customer", "telephone", "content", "category", "urgent", "service_person", "materials", "remarks",
)  # fmt: skip
_TAKE = "take"
_ABOUT = "先修后补的单子用“补单”登记：写了空白单的填它的编号，没写的另取新号，两个时间都留下。"


class BlanksSection(ListSection):
    """The runs, the numbers of the one chosen, and its way: printed, given out, come back, each number told of."""

    icon = "draft"
    list_ = Listing(
        "空白单",
        (
            Field("serials", "编号"),
            Field("count", "张数", Kind.INTEGER),
            Field("given_to", "领用人", Kind.PERSON),
            Field("given_at", "交出", Kind.MOMENT),
            Field("blank", "空白", Kind.INTEGER),
            Field("filled", "已补", Kind.INTEGER),
            Field("void", "作废", Kind.INTEGER),
            Field("missing", "缺号", Kind.INTEGER),
            Field("state", "状态", Kind.CHOICE),
        ),
        {
            "serials": Column(166, 1, 0),
            "count": Column(50, 0, 5),
            "given_to": Column(64, 0, 1),
            "given_at": Column(92, 0, 6),
            "blank": Column(50, 0, 0),
            "filled": Column(50, 0, 3),
            "void": Column(50, 0, 4),
            "missing": Column(50, 0, 2),
            "state": Column(76, 0, 0),
        },
        ("这里是成批的空白单", "停电、夜间抢修时先写纸单：按 F8 取一批编号，打印出来交给人。"),
    )
    lines = Listing(
        "这一批的编号",
        (
            Field("serial", "编号", Kind.SERIAL),
            Field("state", "状态", Kind.CHOICE),
            Field("told", "去向", Kind.LONG_TEXT),
            Field("served_at", "服务时间", Kind.MOMENT),
        ),
        {
            "serial": Column(122, 0, 0),
            "state": Column(76, 0, 0),
            "told": Column(150, 1, 0),
            "served_at": Column(98, 0, 1),
        },
        ("先选一批空白单", "每个编号的去向列在这里：补单、作废，或缺号由谁跟进。"),
    )
    shows = frozenset({"service_order", "missing_serial", "blank_run"})

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        self._runs: dict[int, RunRow] = {}
        super().__init__(desk, printing, tasks)

    def read_list(self) -> Sequence[TableRow]:
        """The newest runs first."""
        self._runs = {run.id: run for run in self.desk.order_books.blanks.runs()}
        return [(run.id, *self._cells(run)) for run in self._runs.values()]

    def read_lines(self, record_id: int) -> Sequence[Line]:
        """Each number of the run."""
        return [self._line(line) for line in self.desk.order_books.blanks.lines(record_id)]

    def record_of(self, record_id: int) -> Record | None:
        """A run with its steps; with no run at all what may be begun here."""
        run = self._runs.get(record_id)
        if run is None:
            steps = tuple(self._beginnings()) if self.may(Permission.WRITE_ORDERS) else ()
            return Record("空白单", "", "", "neutral", (Fact("说明", _ABOUT),), steps) if steps else None
        word, colour = _state(run)
        return Record(
            title=_serials(run),
            remark=f"{run.count} 张",
            state=word,
            tone=colour,
            facts=tuple(self._facts(run)),
            steps=tuple(self._steps(run)) if self.may(Permission.WRITE_ORDERS) else (),
        )

    def own_actions(self) -> Sequence[Action]:
        """F8 takes the next run."""
        if not self.may(Permission.WRITE_ORDERS):
            return ()
        return (Action("order", self.begin_run, "领一批空白单"),)

    def begin_run(self) -> None:
        """Ask how many numbers, and for whom."""
        self.show_question(Record("领一批空白单", "", "", "neutral", (), (self._take(),)), _TAKE)

    def print_request(self) -> PrintRequest | None:
        """F-ORDER-BLANK: the blanks of the run, each print counted. Not where nothing can be written."""
        run = self._runs.get(self.chosen())
        if run is None or not run.blank or self.desk.read_only:
            return None
        blanks = self.desk.order_books.blanks.blank_ids(run.id)
        return order_request(self.desk, blanks, f"空白服务单 {_serials(run)}", min(run.printed, len(blanks)))

    def id_of(self, result: Any) -> int:
        """A run; an order or a missing number leaves the cursor where it is."""
        return result.id if hasattr(result, "given_to") else 0

    def _beginnings(self) -> Iterator[Step]:
        yield self._take()
        yield self._fill(None)

    def _steps(self, run: RunRow) -> Iterator[Step]:
        blanks = self.desk.order_books.blanks
        if run.blank and self.may(Permission.PRINT) and not self.desk.read_only:
            label = "补打空白单" if run.printed else "打印空白单"
            yield Step("print", label, "P", lambda _v: self.print_chosen(), main=not run.printed)
        if run.blank:
            yield self._fill(run)
            give = "另交他人" if run.given_to else "交出"
            yield Step(
                "give", give, "J",
                lambda v: blanks.give(run.id, v["given_to"], v["purpose"] or ""), (_RECEIVER, _PURPOSE),
                {"purpose": run.purpose or None}, main=bool(run.printed) and not run.given_to,
                own_editors={_RECEIVER.name: anybody_editor(self.desk)},
            )  # fmt: skip
        if run.is_out:
            yield Step(
                "give_back", "退回", "T", lambda v: blanks.give_back(run.id, v["count"]), (_BACK,),
                {"count": run.blank}, question=f"{run.given_to}退回剩下的空白单，请当面数清。",
            )  # fmt: skip
        if run.blank:
            yield from self._losses(run)

    def _losses(self, run: RunRow) -> Iterator[Step]:
        proposed = {"serial": self._proposed(run)}
        yield Step(
            "list_missing", "列为缺号", "L",
            lambda v: self.desk.order_books.watch.list_missing(v["serial"], v["followed_by"], v["note"] or ""),
            (_WHICH, FOLLOWER, _NOTE), {**proposed, "followed_by": run.given_to or None},
            own_editors={FOLLOWER.name: anybody_editor(self.desk)},
        )  # fmt: skip
        yield Step(
            "void", "作废", "Z", partial(self._void, run), (_WHICH, _REASON), proposed, danger=True,
            question="作废一张空白单？编号保留，不会再用。",
        )  # fmt: skip

    def _take(self) -> Step:
        def take(values: Values) -> RunRow:
            return self.desk.order_books.blanks.take(
                values["count"], values["given_to"] or "", values["purpose"] or ""
            )

        return Step(
            _TAKE, "取号", "N", take, (_COUNT, _GIVEN, _PURPOSE), {"count": 20}, main=True,
            own_editors={_GIVEN.name: anybody_editor(self.desk)},
        )  # fmt: skip

    def _fill(self, run: RunRow | None) -> Step:
        """Write what stands on a paper that was filled by hand: of a blank, or with a number of its own."""
        units: list[UnitEditor] = []
        customer = CustomerFiller(self.desk, self.look)

        def unit_editor(field: Field) -> UnitEditor:
            units.append(UnitEditor(field, self.desk.finder.find, self.desk.estate.unit_by_no))
            units[-1].unit_changed.connect(customer.show_unit)
            return units[-1]

        def fill(values: Values) -> OrderRow:
            given = {name: values[name] for name in _FILLED if values[name] is not None}
            new = NewOrder(**{"content": "", **given}, unit_id=units[-1].unit_id)
            blank_id = self._blank_id(values["serial"]) if values["serial"] else None
            return self.desk.orders.backfill(new, values["served_at"], blank_id=blank_id)

        values = {"category": "repair", "urgent": True}
        if run is not None:
            values["serial"] = self._proposed(run)
            values["service_person"] = run.given_to or None
        return Step(
            "fill", "补单", "B", fill, (_SERIAL, _SERVED, *map(ORDER.field, _FILLED)), values,
            main=run is not None and bool(run.printed) and bool(run.given_to),
            own_editors={"unit_no": unit_editor, "service_person": anybody_editor(self.desk)},
            follow=customer.follow,
        )  # fmt: skip

    def _proposed(self, run: RunRow) -> str | None:
        """The serial that is meant: of the line under the cursor, else the run's first blank."""
        lines = self.desk.order_books.blanks.lines(run.id)
        blanks = [line.serial for line in lines if line.state == State.BLANK and not line.missing]
        chosen = self.chosen_line()
        if chosen is not None and chosen.cells[0] in blanks:
            return chosen.cells[0]
        return blanks[0] if blanks else None

    def _blank_id(self, typed: str) -> int:
        order = self.desk.orders.by_serial(typed)
        if order is None or order.state != State.BLANK:
            raise RefusedError(
                f"{serial_from(typed)} 不是空白单，请核对编号。", field="serial", rule="R-ORDER-2"
            )
        return order.id

    def _void(self, _run: RunRow, values: Values) -> OrderRow:
        return self.desk.orders.void(self._blank_id(values["serial"]), values["reason"])

    def _cells(self, run: RunRow) -> tuple[str, ...]:
        clock = self.desk.context.clock
        word, colour = _state(run)
        counts = (run.blank, run.filled, run.void, run.missing)
        return (
            _serials(run), str(run.count), run.given_to, shown_moment(clock, run.given_at), *map(str, counts),
            word, tone("state", colour),
        )  # fmt: skip

    def _facts(self, run: RunRow) -> Iterator[Fact]:
        clock = self.desk.context.clock
        yield Fact("取号", f"{shown_moment(clock, run.taken_at)}")
        yield Fact("打印", f"已打 {run.printed} 张" if run.printed else "还没有打印")
        yield Fact("领用人", run.given_to or "在前台", strong=True)
        yield Fact("交出", f"{shown_moment(clock, run.given_at)} {run.given_by}".strip())
        yield Fact("用途", run.purpose)
        yield Fact("退回", f"{shown_moment(clock, run.returned_at)} {run.returned_to}".strip())
        yield Fact("还空白", f"{run.blank} 张" if run.blank else "没有")
        told = ((run.filled, "补单"), (run.void, "作废"), (run.missing, "缺号"))
        yield Fact("已交代", " · ".join(f"{word} {count}" for count, word in told if count))

    def _line(self, line: RunLine) -> Line:
        told = f"{line.followed_by}跟进" if line.followed_by else line.told
        served = shown_moment(self.desk.context.clock, line.served_at)
        word, colour = _line_state(line)
        return Line(line.order_id, (line.serial, word, told, served), (tone("state", colour),))


def _serials(run: RunRow) -> str:
    last = run.last_serial.rpartition("-")[2]
    return run.first_serial if run.count == 1 else f"{run.first_serial}–{last}"


def _state(run: RunRow) -> tuple[str, Tone]:
    if run.missing:
        return "有缺号", "warn"
    if not run.blank:
        return "已用完", "ok"
    if run.is_out:
        return "已交出", "info"
    return ("已退回" if run.given_to else "在前台"), "neutral"


def _line_state(line: RunLine) -> tuple[str, Tone]:
    if line.missing:
        return "缺号", "warn"
    if line.state == State.BLANK:
        return "空白", "neutral"
    if line.state == State.VOID:
        return "作废", "neutral"
    return State(line.state).label, "ok"
