"""装订: a month's first copies bound in the order of their serials, and kept (F-ORDER-COVER, R-ORDER-15, R-ORDER-17)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from frontdesk.core.fields import Field, Kind
from frontdesk.core.query import TableRow, Tone, tone
from frontdesk.core.shown import shown_moment
from frontdesk.orders.rules import State
from ui.print_desk import PrintRequest
from ui.register.columns import Column
from ui.register.list_section import Line, Listing, ListSection
from ui.register.record_panel import Fact, Record, Step

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from frontdesk.desk import Desk
    from frontdesk.order_books.register import BoundOrder, MonthToBind, VolumeRow
    from ui.print_desk import PrintDesk
    from ui.register.record_panel import Values
    from ui.tasks import TaskRunner

COVER = "F-ORDER-COVER"
_YEARS = 8  # shown: what has to be kept, and what may soon be given up
_BOUND_BY = Field("bound_by", "装订人", Kind.PERSON, required=True, max_length=120)
_LAST = Field("last_serial", "这一册到哪一号", Kind.SERIAL, max_length=40, hint="太厚要分册时才改")
_REASON = Field("reason", "拆册原因", Kind.LONG_TEXT, required=True, max_length=400)
_WHERE = Field(
    "reason", "去向和原因", Kind.LONG_TEXT, required=True, max_length=400, hint="例如：满五年，移送公司档案室"
)


class BindingSection(ListSection):
    """Months that wait, with what hinders them, then the volumes. Enter opens what hinders."""

    icon = "books"
    list_ = Listing(
        "装订",
        (
            Field("month", "月份"),
            Field("volume", "册"),
            Field("serials", "编号"),
            Field("sheets", "张数", Kind.INTEGER),
            Field("keep", "保存到"),
            Field("state", "状态", Kind.CHOICE),
        ),
        {
            "month": Column(106, 0, 0),
            "volume": Column(60, 0, 2),
            "serials": Column(170, 1, 0),
            "sheets": Column(56, 0, 1),
            "keep": Column(98, 0, 3),
            "state": Column(84, 0, 0),
        },
        ("这里是装订成册的服务单", "一个月过完，第一联按编号装订成册；缺的、没返的会先列出来。"),
    )
    lines = Listing(
        "册里的单子",
        (
            Field("state", "状态", Kind.CHOICE),
            Field("serial", "编号", Kind.SERIAL),
            Field("told", "说明", Kind.LONG_TEXT),
        ),
        {"state": Column(84, 0, 0), "serial": Column(122, 0, 0), "told": Column(180, 1, 0)},
        ("没有单子", "还没返的、空白的和缺号列在这里，回车打开那一张。"),
    )
    shows = frozenset({"service_order", "missing_serial", "order_volume"})

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        self._months: dict[int, MonthToBind] = {}
        self._volumes: dict[int, VolumeRow] = {}
        super().__init__(desk, printing, tasks)

    def read_list(self) -> Sequence[TableRow]:
        """The months to bind, then the volumes, the newest first."""
        volumes, year = self.desk.order_books.volumes, self.desk.context.clock.today().year
        self._months = {_month_id(month): month for month in volumes.to_bind()}
        bound = [volume for ago in range(_YEARS) for volume in volumes.volumes(year - ago)[::-1]]
        self._volumes = {volume.id: volume for volume in bound}
        waiting: list[TableRow] = [
            (
                at, _month(month.year, month.month), "", _serials(month.first_serial, month.last_serial),
                str(month.sheets), "", *_waiting_state(month),
            )
            for at, month in self._months.items()
        ]  # fmt: skip
        rows: list[TableRow] = [(volume.id, *self._cells(volume)) for volume in bound]
        return [*waiting, *rows]

    def read_lines(self, record_id: int) -> Sequence[Line]:
        """What hinders a month first, then its orders; of a volume all that is bound in it."""
        volumes = self.desk.order_books.volumes
        month = self._months.get(record_id)
        if month is None:
            self.lines_card.set_title("册里的单子")
            return tuple(_line(order, bound=True) for order in volumes.orders(record_id))
        hindered = [
            Line(one.order_id, ("待办", one.serial, one.why), (tone("state", "danger"),))
            for one in month.hindrances
        ]
        self.lines_card.set_title("还不能装订的" if hindered else "要装订的单子")
        return hindered or tuple(map(_line, volumes.month_orders(month.year, month.month)))

    def record_of(self, record_id: int) -> Record | None:
        """A month that waits, or a volume."""
        if record_id in self._months:
            return self._month_record(self._months[record_id])
        return self._volume_record(self._volumes[record_id]) if record_id in self._volumes else None

    def print_request(self) -> PrintRequest | None:
        """F-ORDER-COVER of the volume that is chosen."""
        volume = self._volumes.get(self.chosen())
        if volume is None:
            return None
        title = f"服务单装订封面 {_month(volume.year, volume.month)} 第 {volume.volume_no} 册"
        return PrintRequest(COVER, title, lambda _choice, _task: self.desk.paper.order_cover(volume.id))

    def _month_record(self, month: MonthToBind) -> Record:
        clock = self.desk.context.clock
        late = clock.now() > month.due_at
        hindered = len(month.hindrances)
        word: str = "已过期" if late else "待装订"
        colour: Tone = "danger" if late else "warn"
        facts = (
            Fact("编号", _serials(month.first_serial, month.last_serial), strong=True),
            Fact("张数", f"{month.sheets} 张"),
            Fact("期限", f"{shown_moment(clock, month.due_at)} 前装订"),
            Fact(
                "没交代",
                f"{hindered} 张，列在左下；返单、作废，或在“连号”里列为缺号后才能装订" if hindered else "",
            ),
        )
        return Record(
            title=_month(month.year, month.month),
            remark="",
            state=word,
            tone=colour,
            facts=facts,
            steps=(self._binding(month),) if self.may(Permission.WRITE_ORDERS) else (),
        )

    def _binding(self, month: MonthToBind) -> Step:
        actor = self.desk.context.actor
        values = {"bound_by": actor.name if actor else "", "last_serial": month.last_serial}
        return Step(
            "bind", "装订", "D", partial(self._bind, month), (_BOUND_BY, _LAST), values,
            main=not month.hindrances, question="按编号理齐第一联，打洞装订。",
        )  # fmt: skip

    def _bind(self, month: MonthToBind, values: Values) -> VolumeRow:
        last = values["last_serial"] or ""
        return self.desk.order_books.volumes.bind(
            month.year, month.month, values["bound_by"], last_serial="" if last == month.last_serial else last
        )

    def _volume_record(self, volume: VolumeRow) -> Record:
        word, colour = self._state(volume)
        clock = self.desk.context.clock
        facts = (
            Fact("编号", _serials(volume.first_serial, volume.last_serial), strong=True),
            Fact("张数", f"{volume.sheets} 张"),
            Fact("作废", volume.void_serials),
            Fact("缺号", volume.missing_serials),
            Fact("装订", f"{volume.bound_by} {volume.bound_on}"),
            Fact("保存到", volume.keep_until.isoformat()),
            Fact("移出", f"{shown_moment(clock, volume.archived_at)} {volume.archived_by}".strip()),
            Fact("去向", volume.archive_reason),
        )
        return Record(
            title=f"{_month(volume.year, volume.month)} 第 {volume.volume_no} 册",
            remark="",
            state=word,
            tone=colour,
            facts=facts,
            steps=tuple(self._volume_steps(volume)),
        )

    def _volume_steps(self, volume: VolumeRow) -> Iterator[Step]:
        volumes = self.desk.order_books.volumes
        if self.may(Permission.PRINT):
            yield Step("print", "打印封面", "P", lambda _v: self.print_chosen(), main=True)
        if not self.may(Permission.CORRECT_ANY) or volume.archived_at is not None:
            return
        yield Step(
            "archive", "移出保管", "Y", lambda v: volumes.archive(volume.id, v["reason"]), (_WHERE,),
            question="这一册离开前台保管？满保存期限才可以。", danger=True,
        )  # fmt: skip
        yield Step(
            "unbind", "拆册", "Z", lambda v: volumes.unbind(volume.id, v["reason"]), (_REASON,), danger=True,
            question="拆开这一册？里面的单子要重新装订。",
        )  # fmt: skip

    def _cells(self, volume: VolumeRow) -> tuple[str, ...]:
        word, colour = self._state(volume)
        return (
            _month(volume.year, volume.month), f"第 {volume.volume_no} 册",
            _serials(volume.first_serial, volume.last_serial), str(volume.sheets), volume.keep_until.isoformat(),
            word, tone("state", colour),
        )  # fmt: skip

    def _state(self, volume: VolumeRow) -> tuple[str, Tone]:
        if volume.archived_at is not None:
            return "已移出", "neutral"
        return ("满期", "info") if self.desk.context.clock.today() > volume.keep_until else ("已装订", "ok")


def _month_id(month: MonthToBind) -> int:
    return -(month.year * 12 + month.month)


def _month(year: int, month: int) -> str:
    return f"{year} 年 {month} 月"


def _serials(first: str, last: str) -> str:
    return first if first == last else f"{first}–{last.rpartition('-')[2]}"


def _waiting_state(month: MonthToBind) -> tuple[str, str]:
    if month.hindrances:
        return f"差 {len(month.hindrances)} 张", tone("state", "danger")
    return "待装订", tone("state", "warn")


def _line(order: BoundOrder, *, bound: bool = False) -> Line:
    told = " ".join(filter(None, (order.unit_no, order.told)))
    marks = ("void",) if order.state == State.VOID else ()
    word = "已装订" if bound and order.state == State.RETURNED else State(order.state).label
    colour: Tone = "ok" if bound and not marks else "neutral"
    return Line(order.order_id, (word, order.serial, told), (tone("state", colour), *marks))
