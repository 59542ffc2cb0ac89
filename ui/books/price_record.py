"""A revision of the price list as the record panel shows it, and a sheet that may become one (F-PRICE, R-ORDER-7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from frontdesk.core.actor import Permission
from frontdesk.core.fields import Field, Kind
from frontdesk.core.money import format_fen
from frontdesk.core.shown import shown_moment
from frontdesk.prices.register import PRICE, Changes, NewPrice, PriceRow, RevisionRow, SheetPreview
from ui.register.record_panel import Fact, Record, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from frontdesk.desk import Desk
    from ui.register.record_panel import Values

VALID_FROM = Field("valid_from", "从哪一天起执行", Kind.DATE, required=True)
WHY = Field("reason", "原因", required=True, max_length=400)
_ENTERED = ("name", "unit", "unit_price", "category", "note")
_PROBLEMS_SHOWN = 8


@dataclass(frozen=True)
class Written:
    """What a step did to the list: the line it wrote, 0 for none; `again` when the next line is to be asked for,
    `to_draft` when the draft is what is looked at next.
    """

    line_id: int = 0
    again: bool = False
    to_draft: bool = False
    said: str = ""


class PriceSteps:
    """The steps of the revision in view, for whoever keeps the list; the others read and print.

    `begin_import` asks for a sheet, `print_list` sends the revision to the printer.
    """

    def __init__(
        self, desk: Desk, begin_import: Callable[[], object], print_list: Callable[[], object]
    ) -> None:
        self._desk, self._begin_import, self._print_list = desk, begin_import, print_list
        self._category = "repair"  # of the line written last: the next is mostly of the same

    def record(self, revision: RevisionRow, line: PriceRow | None, told: Changes | None, said: str) -> Record:
        """The revision with the line that is chosen; `told` is what it changes, None for the first one."""
        word, tone = revision.state(self._desk.context.clock.today())
        number = "新版草稿" if revision.number is None else f"第 {revision.number} 版"
        return Record(
            title=number,
            remark=said or f"{revision.lines} 项",
            state=word,
            tone=tone,
            facts=(*self._about_list(revision, told), *_about_line(line)),
            steps=tuple(self._steps(revision, line)),
        )

    def empty(self) -> Record:
        """No list yet."""
        fact = Fact("价目表", "还没有公布过。公布以后，服务单的收费项目从这里选取。")
        return Record("价目表", "", "还没有", "neutral", (fact,), tuple(self._beginning()))

    def preview(self, sheet: SheetPreview, told: Changes | None) -> Record:
        """What an office's sheet says, and the step that makes it the draft."""
        problems = [Fact("看不懂", problem) for problem in sheet.problems[:_PROBLEMS_SHOWN]]
        if len(sheet.problems) > _PROBLEMS_SHOWN:
            problems.append(Fact("", f"……另有 {len(sheet.problems) - _PROBLEMS_SHOWN} 行"))
        mended = "改好表格后按 Ctrl+O 再读一次；现在什么都没有改动。"
        facts = (
            Fact("读到", f"{len(sheet.lines)} 项", strong=True),
            Fact("与现行版相比", told.shown if told else ""),
            *problems,
            Fact("提示", mended if sheet.problems else "写入草稿后还可以逐行修改，公布以前不影响开单。"),
        )
        may_write = bool(sheet.lines) and not sheet.problems
        step = Step(
            "import", f"写入草稿 {len(sheet.lines)} 项", "D", lambda _v: self._import(sheet), main=True
        )
        state = ("可以写入", "ok") if may_write else ("有看不懂的行", "danger")
        return Record(
            sheet.file_name,
            "",
            state[0],
            "ok" if may_write else "danger",
            facts,
            (step,) if may_write else (),
        )

    def _import(self, sheet: SheetPreview) -> Written:
        count = self._desk.prices.import_sheet(sheet)
        return Written(to_draft=True, said=f"已写入草稿 {count} 项")

    def _about_list(self, revision: RevisionRow, told: Changes | None) -> Iterator[Fact]:
        clock = self._desk.context.clock
        if revision.valid_from is not None:
            until = f" 至 {revision.valid_to}" if revision.valid_to else " 起"
            yield Fact("有效期", f"{revision.valid_from}{until}", strong=True)
        yield Fact("与上一版相比", told.shown if told else "")
        if revision.published_at is not None:
            yield Fact("公布", f"{shown_moment(clock, revision.published_at)}  {revision.published_by}")
        due = self._desk.prices.next_revision_due()
        if due is not None and revision.valid_to is None:
            yield Fact("下次修订", f"{due}  {_left(due, clock.today())}")

    def _steps(self, revision: RevisionRow, line: PriceRow | None) -> Iterator[Step]:
        if self._may(Permission.KEEP_PRICES):
            yield from self._drafting(line) if revision.is_draft else self._beginning()
        if self._may(Permission.PRINT) or self._may(Permission.KEEP_PRICES):
            yield Step("print", "打印价目表", "P", lambda _v: self._printed())

    def _printed(self) -> Written:
        self._print_list()
        return Written()

    def _beginning(self) -> Iterator[Step]:
        if not self._may(Permission.KEEP_PRICES):
            return
        drafted = any(row.is_draft for row in self._desk.prices.revisions())
        label = "接着改草稿" if drafted else "起草新一版"
        yield Step("begin", label, "D", lambda _v: self._begin(), main=True)
        yield Step("import", "导入表格", "I", lambda _v: self._ask_for_sheet())

    def _begin(self) -> Written:
        prices = self._desk.prices
        if not any(row.is_draft for row in prices.revisions()):
            prices.begin_revision()
        return Written(to_draft=True)

    def _ask_for_sheet(self) -> Written:
        self._begin_import()
        return Written()

    def _drafting(self, line: PriceRow | None) -> Iterator[Step]:
        fields = tuple(map(PRICE.field, _ENTERED))
        today = self._desk.context.clock.today()
        last = next((row.valid_from for row in self._desk.prices.revisions() if row.valid_from), None)
        proposed = today if last is None else max(today, last + timedelta(days=1))
        yield Step(
            "publish", "公布", "D", lambda v: self._publish(v["valid_from"]), (VALID_FROM,),
            {"valid_from": proposed}, main=True,
            question="公布后这一版不能再改；在那一天以前开的单，仍按原来的价。",
        )  # fmt: skip
        yield Step("add", "新增一项", "N", self._add, fields, {"category": self._category, "unit": "次"})
        if line is not None:
            values: dict[str, Any] = {name: getattr(line, name) or None for name in _ENTERED}
            values["unit_price"] = line.unit_price
            yield Step(
                "correct", "改这一项", "G", lambda v: self._correct(line.id, v), fields, values, part=line.id
            )
            yield Step(
                "strike", "删去这一项", "S", lambda v: self._strike(line.id, v["reason"]), (WHY,),
                {"reason": "不再提供"}, danger=True, part=line.id,
                question=f"从草稿里删去“{line.name}”？",
            )  # fmt: skip
        yield Step("import", "导入表格", "I", lambda _v: self._ask_for_sheet())
        yield Step(
            "drop", "放弃草稿", "Z", lambda v: self._drop(v["reason"]), (WHY,), danger=True,
            question="放弃整份草稿？已公布的各版不受影响。",
        )  # fmt: skip

    def _publish(self, valid_from: date) -> Written:
        row = self._desk.prices.publish(valid_from)
        return Written(said=f"已公布第 {row.number} 版")

    def _add(self, values: Values) -> Written:
        self._category = values["category"]
        return Written(self._desk.prices.add_line(_new(values)), again=True, said=f"已加“{values['name']}”")

    def _correct(self, line_id: int, values: Values) -> Written:
        self._desk.prices.correct_line(line_id, _new(values))
        return Written(line_id, said="已改")

    def _strike(self, line_id: int, reason: str) -> Written:
        self._desk.prices.strike_line(line_id, reason)
        return Written(said="已删去")

    def _drop(self, reason: str) -> Written:
        self._desk.prices.drop_draft(reason)
        return Written(said="草稿已放弃")

    def _may(self, permission: Permission) -> bool:
        actor = self._desk.context.actor
        return actor is not None and actor.may(permission)


def _new(values: Values) -> NewPrice:
    return NewPrice(
        values["name"], values["unit_price"], values["unit"], values["category"], values["note"] or ""
    )


def _about_line(line: PriceRow | None) -> Sequence[Fact]:
    if line is None:
        return ()
    before = "" if line.before in (None, line.unit_price) else f"（上一版 {format_fen(line.before or 0)} 元）"
    return (
        Fact("项目", line.name, strong=True),
        Fact("类别", PRICE.field("category").label_of(line.category)),
        Fact("单价", f"{format_fen(line.unit_price)} 元/{line.unit}{before}"),
        Fact("说明", line.note),
    )


def _left(due: date, today: date) -> str:
    days = (due - today).days
    if days < 0:
        return f"已过期 {-days} 天"
    return "今天到期" if days == 0 else f"还有 {days} 天"
