"""移交财务: paid orders' copies listed by category, handed over and signed for (F-FINANCE, R-ORDER-15)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.core.money import capital_amount, format_fen, read_money
from frontdesk.core.query import TableRow, Tone, tone
from frontdesk.core.shown import shown_day, shown_moment
from frontdesk.core.typed import read_integer
from frontdesk.order_books.register import FINANCE
from frontdesk.orders.register import SETTLEMENTS
from frontdesk.prices.register import CATEGORIES
from ui.print_desk import PrintRequest
from ui.register.columns import Column
from ui.register.export_step import ExportSource
from ui.register.list_section import Line, Listing, ListSection
from ui.register.record_panel import Fact, Record, Step
from ui.register.secret_editor import SecretEditor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from frontdesk.core.actor import Actor
    from frontdesk.desk import Desk
    from frontdesk.order_books.register import FinanceLineRow, FinanceRow
    from ui.print_desk import PrintDesk
    from ui.register.entry_form import EntryForm
    from ui.register.record_panel import Values
    from ui.tasks import TaskRunner

WAITING = -1  # the list's first line: what no list has yet
_SHOWN = timedelta(days=366)
_LABELS = {choice.key: choice.label for choice in (*CATEGORIES, *SETTLEMENTS)}
_REASON = Field("reason", "收回原因", Kind.LONG_TEXT, required=True, max_length=400)
_COUNT = Field("count", "实收张数", Kind.INTEGER, required=True)
_CASH = Field("cash", "实收现金", Kind.MONEY, required=True)
_DIFFERENCE = Field(
    "difference", "差异说明", Kind.LONG_TEXT, max_length=400, hint="少了哪几张、差多少，为什么"
)
_PIN = Field("pin", "财务的 PIN 码", required=True)


class FinanceSection(ListSection):
    """What waits, and the lists drawn up; finance signs here, or at the clerk's window with its own PIN."""

    icon = "money"
    list_ = Listing(
        "移交财务",
        (
            Field("day", "日期"),
            Field("shift", "班次"),
            Field("lines", "张数", Kind.INTEGER),
            Field("cash", "现金", Kind.MONEY),
            Field("on_account", "签单", Kind.MONEY),
            Field("total", "合计", Kind.MONEY),
            Field("state", "状态", Kind.CHOICE),
        ),
        {
            "day": Column(86, 1, 0),
            "shift": Column(52, 0, 2),
            "lines": Column(52, 0, 1),
            "cash": Column(86, 0, 4),
            "on_account": Column(86, 0, 3),
            "total": Column(92, 0, 0),
            "state": Column(84, 0, 0),
        },
        ("这里是移交财务的清单", "返单的收费服务单会等在这里，下班前开清单、交财务签收。"),
    )
    lines = Listing(
        "清单里的服务单",
        (
            Field("serial", "编号", Kind.SERIAL),
            Field("category", "类别", Kind.CHOICE),
            Field("unit_no", "房号", Kind.UNIT),
            Field("item", "项目", Kind.LONG_TEXT),
            Field("amount", "金额", Kind.MONEY),
            Field("settlement", "结算"),
            Field("remarks", "变动"),
        ),
        {
            "serial": Column(122, 0, 0),
            "category": Column(76, 0, 2),
            "unit_no": Column(86, 0, 1),
            "item": Column(110, 2, 4),
            "amount": Column(80, 0, 0),
            "settlement": Column(48, 0, 3),
            "remarks": Column(60, 1, 5),
        },
        ("没有单子", "收费的服务单返单后列在这里，回车打开那一张。"),
    )
    shows = frozenset({"service_order", "finance_list", "finance_line"})

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        self._lists: dict[int, FinanceRow] = {}
        self._waiting: Sequence[FinanceLineRow] = ()
        super().__init__(desk, printing, tasks)

    def read_list(self) -> Sequence[TableRow]:
        """What waits, if anything does, then the lists of a year, the newest first."""
        finance, today = self.desk.order_books.finance, self.desk.context.clock.today()
        self._waiting = finance.waiting()
        self._lists = {row.id: row for row in finance.lists(today - _SHOWN, today)}
        rows: list[TableRow] = [(row.id, *self._cells(row)) for row in self._lists.values()]
        return [self._waiting_row(), *rows] if self._waiting else rows

    def read_lines(self, record_id: int) -> Sequence[Line]:
        """The orders, by category."""
        if record_id == WAITING:
            return tuple(map(_line, self._waiting))
        return tuple(map(_line, self.desk.order_books.finance.lines(record_id)))

    def record_of(self, record_id: int) -> Record | None:
        """What waits, or a list with its way to finance."""
        if record_id == WAITING:
            return self._waiting_record()
        row = self._lists.get(record_id)
        if row is None:
            return None
        word, colour = _state(row)
        return Record(
            title=f"移交清单 {shown_day(row.day, self.desk.context.clock.today())} {row.shift}".strip(),
            remark=f"{row.lines} 张",
            state=word,
            tone=colour,
            facts=tuple(self._facts(row)),
            steps=tuple(self._steps(row)),
        )

    def print_request(self) -> PrintRequest | None:
        """F-FINANCE of the list that is chosen."""
        row = self._lists.get(self.chosen())
        if row is None:
            return None
        title = f"{FINANCE.title} {row.day} {row.shift}".strip()
        return PrintRequest(
            FINANCE.form_id, title, lambda _choice, _task: self.desk.paper.finance_list(row.id)
        )

    def export_sources(self) -> Sequence[ExportSource]:
        """The lines of the list that is chosen."""
        row = self._lists.get(self.chosen())
        if row is None:
            return ()
        finance = self.desk.order_books.finance
        return (
            ExportSource(
                FINANCE,
                lambda path, wish, _task: finance.export(path, row.id, wish),
                f"{row.day} {row.shift}",
            ),
        )

    def _waiting_row(self) -> TableRow:
        cash, on_account = _sums(self._waiting)
        return (
            WAITING, "待移交", "", str(len(self._waiting)), format_fen(cash), format_fen(on_account),
            format_fen(cash + on_account), "未开清单", tone("state", "warn"),
        )  # fmt: skip

    def _waiting_record(self) -> Record:
        cash, on_account = _sums(self._waiting)
        steps = []
        if self.may(Permission.WRITE_ORDERS):
            draw_up = self.desk.order_books.finance.draw_up
            steps.append(Step("draw_up", "开移交清单", "K", lambda _v: draw_up(), main=True))
        return Record(
            title="待移交财务",
            remark=f"{len(self._waiting)} 张",
            state="未开清单",
            tone="warn",
            facts=(
                *_amounts(self._waiting, cash + on_account),
                Fact("期限", "夜班下班前交财务，最迟次日 24 点"),
            ),
            steps=tuple(steps),
        )

    def _facts(self, row: FinanceRow) -> Iterator[Fact]:
        clock = self.desk.context.clock
        yield from _amounts(self.desk.order_books.finance.lines(row.id), row.cash + row.on_account)
        yield Fact("开单", f"{row.drawn_up_by} {shown_moment(clock, row.drawn_up_at)}")
        yield Fact("签收", f"{row.received_by} {shown_moment(clock, row.received_at)}".strip())
        if row.received_count is not None and row.received_cash is not None:
            yield Fact("实收", f"{row.received_count} 张 · 现金 {format_fen(row.received_cash)} 元")
        yield Fact("差异", row.difference, strong=True)
        yield Fact("收回", row.void_reason)

    def _steps(self, row: FinanceRow) -> Iterator[Step]:
        if row.void_reason or row.received_at is not None:
            return
        if self.may(Permission.RECEIVE_FINANCE_LISTS):
            yield self._receipt(row, ())
        elif self.may(Permission.WRITE_ORDERS):
            accountants = tuple(
                Choice(str(person.id), person.name)
                for person in self.desk.staff.people()
                if person.role == "finance"
            )
            if accountants:
                who = Field("receiver", "财务", Kind.CHOICE, required=True, choices=accountants)
                yield self._receipt(row, (who, _PIN))
        if self.may(Permission.WRITE_ORDERS):
            withdraw = self.desk.order_books.finance.withdraw
            yield Step(
                "withdraw", "收回清单", "Z", lambda v: withdraw(row.id, v["reason"]), (_REASON,), danger=True,
                question="收回这份清单？其中的服务单重新等待移交。",
            )  # fmt: skip

    def _receipt(self, row: FinanceRow, proof: Sequence[Field]) -> Step:
        """Finance counts and signs: signed in itself, or with `proof` beside whoever is."""
        values: dict[str, object] = {"count": row.lines, "cash": row.cash}
        if proof:
            values["receiver"] = proof[0].choices[0].key

        def sign(given: Values) -> FinanceRow:
            return self.desk.order_books.finance.confirm_receipt(
                row.id, self._proved(given), count=given["count"], cash=given["cash"],
                difference=given["difference"] or "",
            )  # fmt: skip

        def follow(form: EntryForm) -> None:
            draft = form.draft()
            as_listed = (
                read_integer(draft.get("count", "")) == row.lines
                and read_money(draft.get("cash", "")) == row.cash
            )
            form.show_field(_DIFFERENCE.name, shown=not as_listed)

        return Step(
            "receive", "财务签收", "Q", sign, (_COUNT, _CASH, _DIFFERENCE, *proof), values, main=True,
            question=f"清点副联 {row.lines} 张、现金 {format_fen(row.cash)} 元，当面签收。",
            own_editors={_PIN.name: SecretEditor}, follow=follow,
        )  # fmt: skip

    def _proved(self, given: Values) -> Actor | None:
        if "receiver" not in given:
            return None
        try:
            return self.desk.staff.prove(int(given["receiver"]), given[_PIN.name])
        except RefusedError as refusal:
            raise RefusedError(refusal.message, field=_PIN.name, rule=refusal.rule) from refusal

    def _cells(self, row: FinanceRow) -> tuple[str, ...]:
        word, colour = _state(row)
        marks = ("void",) if row.void_reason else ()
        return (
            shown_day(row.day, self.desk.context.clock.today()), row.shift, str(row.lines), format_fen(row.cash),
            format_fen(row.on_account), format_fen(row.cash + row.on_account), word, tone("state", colour), *marks,
        )  # fmt: skip


def _state(row: FinanceRow) -> tuple[str, Tone]:
    if row.void_reason:
        return "已收回", "neutral"
    if row.received_at is None:
        return "待签收", "warn"
    return ("有差异", "danger") if row.difference else ("已签收", "ok")


def _sums(lines: Sequence[FinanceLineRow]) -> tuple[int, int]:
    """Cash, and on account; in fen."""
    cash = sum(line.amount for line in lines if line.settlement == "cash")
    return cash, sum(line.amount for line in lines) - cash


def _amounts(lines: Sequence[FinanceLineRow], total: int) -> Iterator[Fact]:
    yield Fact("合计", f"{format_fen(total)} 元  {capital_amount(total)}", strong=True)
    for way in SETTLEMENTS:
        of_way = [line.amount for line in lines if line.settlement == way.key]
        if of_way:
            yield Fact(way.label, f"{len(of_way)} 张 {format_fen(sum(of_way))} 元")
    for kind in CATEGORIES:
        of_kind = [line.amount for line in lines if line.category == kind.key]
        if of_kind:
            yield Fact(kind.label, f"{len(of_kind)} 张 {format_fen(sum(of_kind))} 元")


def _line(line: FinanceLineRow) -> Line:
    marks = ("void",) if line.remarks == "已作废" else ()
    cells = (
        line.serial, _LABELS[line.category], line.unit_no, line.item, format_fen(line.amount),
        _LABELS[line.settlement], line.remarks,
    )  # fmt: skip
    return Line(line.order_id, cells, (tone("category", "neutral"), *marks))
