"""洗衣: what was taken from whom, where it is, and by when it must be back (F-LAUNDRY, R-ORDER-20)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from frontdesk.core.actor import Permission
from frontdesk.core.fields import Field, Kind
from frontdesk.core.money import format_fen
from frontdesk.core.query import Tone
from frontdesk.core.shown import shown_moment
from frontdesk.laundry.register import LAUNDRY, TicketRow
from ui.orders.laundry import ticket_facts, ticket_request, ticket_steps
from ui.print_desk import PrintRequest
from ui.register.columns import Column
from ui.register.export_step import ExportSource, range_of
from ui.register.panel import RegisterPanel
from ui.register.record_panel import Fact, Record, Step
from ui.register.register_page import RegisterPage
from ui.widgets.containers import Card, EmptyState
from ui.widgets.page import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from frontdesk.desk import Desk
    from ui.print_desk import PrintDesk
    from ui.tasks import TaskRunner

_COLUMNS = {
    "serial": Column(98, 0, 1),
    "received_at": Column(92, 0, 4),
    "unit_no": Column(88, 0, 0),
    "customer": Column(64, 0, 3),
    "garments": Column(120, 3, 0),
    "count": Column(46, 0, 5),
    "return_on": Column(74, 0, 0),
    "state": Column(78, 0, 0),
}
_TONES: dict[str, Tone] = {"received": "warn", "sent": "info", "back": "warn", "handed": "ok"}
_REASON = Field("void_reason", "作废原因", Kind.LONG_TEXT, required=True, max_length=400)


class LaundryPage(RegisterPage):
    """Newest first, what is not handed back by a chip. Ctrl+Enter takes the next step; a ticket begins at its order."""

    register = LAUNDRY.name
    writes = Permission.WRITE_ORDERS
    shows: ClassVar[frozenset[str]] = frozenset({"laundry_ticket", "garment"})

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        panel = RegisterPanel(
            LAUNDRY,
            desk.laundry,
            desk.context.clock.today,
            hint="筛选：编号、服务单号、房号、姓名…",
            icon="sheet",
            beginning=("这里是洗衣登记", "在“洗衣”类的服务单里按 Alt+E 收取衣物，收据就列在这里。"),
            open_label="未送还",
            own_columns=_COLUMNS,
        )
        resting = Card(LAUNDRY.title)
        resting.body.addWidget(
            EmptyState("sheet", "选一张收据", "左边选中后，这里是衣物、送洗、取回和送还。"), 1
        )
        super().__init__(
            desk, tasks, panel, resting, word="收据", widths=(430, 340), walking=True, margin=0
        )  # fmt: skip
        self._printing = printing
        self.refresh()

    def get(self, record_id: int) -> TicketRow:
        """One ticket."""
        return self.desk.laundry.get(record_id)

    def record_of(self, row: TicketRow) -> Record:
        """The ticket at its next step."""
        clock = self.desk.context.clock
        late = bool(row.step) and row.return_on < clock.today()
        state = LAUNDRY.field("state").label_of(row.state)
        return Record(
            title=row.serial,
            remark=f"{shown_moment(clock, row.received_at)} · {row.handled_by}",
            state=state,
            tone="danger" if late else _TONES.get(row.state, "neutral"),
            facts=tuple(_facts(self.desk, row)),
            steps=tuple(self._steps(row)),
            warnings=(_late(row.return_on, clock.today()),) if late else (),
        )

    def printing_actions(self) -> Sequence[Action]:
        """The ticket that is open, and the register as it is listed."""
        if self.desk.read_only:
            return ()
        register = Action("print_listed", lambda: self._printing.preview(self._register()), "打印登记表")
        if self.opened is None:
            return (register,)
        request = ticket_request(self.desk, self.opened)
        return (
            Action("print", lambda: self._printing.print_now(request), "打印洗衣收据"),
            Action("preview", lambda: self._printing.preview(request)),
            register,
        )

    def export_sources(self) -> Sequence[ExportSource]:
        """The tickets that are shown."""
        query, laundry = self.panel.query, self.desk.laundry
        return (
            ExportSource(
                LAUNDRY,
                lambda path, wish, task: laundry.export(
                    path, query, wish, progress=task.progress, cancelled=task.cancelled
                ),
                range_of(query),
            ),
        )

    def _steps(self, row: TicketRow) -> Iterator[Step]:
        yield from ticket_steps(self.desk, row, self._printing.print_now, main=True)
        yield Step("open", "打开服务单", "O", lambda _v: self._open(row))
        if row.voided_at is None and self.desk.laundry.may_void(row):
            yield Step(
                "void", "作废", "Z", lambda v: self.desk.laundry.void(row.id, v["void_reason"]), (_REASON,),
                danger=True, question=f"作废 {row.serial}？请先把衣物退给客户；编号保留，不会再用。",
            )  # fmt: skip

    def _open(self, row: TicketRow) -> TicketRow:
        self.open_requested.emit("service_order", row.order_id)
        return row

    def _register(self) -> PrintRequest:
        query, paper = self.panel.query, self.desk.paper
        return PrintRequest(
            LAUNDRY.form_id,
            f"洗衣登记表 {range_of(query)}".strip(),
            lambda _choice, task: paper.laundry_register(query, task.progress, task.cancelled),
        )


def _facts(desk: Desk, row: TicketRow) -> Iterator[Fact]:
    void = row.voided_at is not None
    yield Fact("房号", row.unit_no, strong=True, struck=void)
    yield Fact("客户", f"{row.customer}  {row.telephone}".strip())
    cleaning = LAUNDRY.field("cleaning").label_of(row.cleaning)
    yield Fact(
        "件数", f"{len(row.garments)} 件  {cleaning}  {format_fen(row.price)} 元", strong=True, struck=void
    )
    yield from ticket_facts(desk, row)
    yield Fact("服务单", row.order_serial)
    yield Fact("打印", f"已打 {row.prints} 次" if row.prints else "还没有打印")
    yield Fact("作废", row.void_reason)


def _late(return_on: date, today: date) -> str:
    return f"说好的归还日期已过 {(today - return_on).days} 天，请催洗衣公司，并向客户说明。"
