"""The garments of a laundry order: taken, sent, counted back, handed over (F-LAUNDRY, R-ORDER-20)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from frontdesk.core.fields import Field, Kind
from frontdesk.core.shown import shown_day, shown_moment
from frontdesk.laundry.register import LAUNDRY, UNDAMAGED, NewGarment, NewTicket, TicketRow
from ui.print_desk import CountedPrint, PrintRequest
from ui.register.lines_editor import LinesEditor
from ui.register.record_panel import Fact, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from frontdesk.desk import Desk
    from frontdesk.orders.register import OrderRow
    from ui.register.record_panel import Values

GARMENTS = Field(
    "garments", "衣物（一行一件，逗号后写破损）", Kind.LONG_TEXT, required=True, max_length=6000,
    hint="羊毛大衣，左袖口起球",
)  # fmt: skip
COUNT = Field("count", "取回件数", Kind.INTEGER, required=True)
_TOLD = re.compile(r"[，,；;]\s*")


class LaundrySteps:
    """What an order shows of its ticket: facts and steps, each of which gives the order back.

    `print_paper` sends a slip to the printer.
    """

    def __init__(self, desk: Desk, order: OrderRow, print_paper: Callable[[PrintRequest], object]) -> None:
        self._desk, self._order, self._print_paper = desk, order, print_paper
        self._concerned = order.category == "laundry" and order.state not in ("blank", "void")
        self._ticket = desk.laundry.of_order(order.id) if self._concerned else None

    def facts(self) -> Iterator[Fact]:
        """The ticket in a few lines; nothing for other work."""
        ticket = self._ticket
        if ticket is None:
            return
        state = LAUNDRY.field("state").label_of(ticket.state)
        yield Fact("洗衣收据", f"{ticket.serial}  {len(ticket.garments)} 件  {state}", strong=True)
        yield from ticket_facts(self._desk, ticket)

    def steps(self) -> Iterator[Step]:
        """The ticket's next step, and its paper."""
        actor = self._desk.context.actor
        if not self._concerned or actor is None:
            return
        if self._ticket is not None:
            yield from map(self._of_order, ticket_steps(self._desk, self._ticket, self._print_paper))
        elif actor.may(Permission.WRITE_ORDERS):
            yield self._of_order(self._receive())

    def _receive(self) -> Step:
        def receive(values: Values) -> TicketRow:
            return self._desk.laundry.receive(
                NewTicket(
                    self._order.id,
                    tuple(garments_of(values["garments"])),
                    values["return_on"],
                    values["cleaning"],
                    values["price"],
                )
            )

        asked = (GARMENTS, *map(LAUNDRY.field, ("cleaning", "price", "return_on")))
        return Step(
            "laundry_receive", "收取衣物", "E", receive, asked,
            {"cleaning": "dry", "price": self._order.expected_cost},
            question="逐件检查、点清、做标记；客户联交给住户。", own_editors={"garments": LinesEditor},
        )  # fmt: skip

    def _of_order(self, step: Step) -> Step:
        def run(values: Values) -> OrderRow:
            step.run(values)
            return self._desk.orders.get(self._order.id)

        return replace(step, run=run)


def ticket_facts(desk: Desk, ticket: TicketRow) -> Iterator[Fact]:
    """The garments with their marks, and where they are."""
    clock = desk.context.clock
    for garment in ticket.garments:
        damage = "" if garment.damage == UNDAMAGED else f"  {garment.damage}"
        yield Fact(garment.mark, f"{garment.name}{damage}")
    yield Fact("归还日期", shown_day(ticket.return_on, clock.today()))
    sent = f"{shown_moment(clock, ticket.sent_at)}  {ticket.laundry}  {ticket.signed_by}".strip()
    yield Fact("送洗", sent)
    yield Fact("取回", f"{shown_moment(clock, ticket.back_at)}  {ticket.back_note}".strip())
    answer = LAUNDRY.field("satisfaction").label_of(ticket.satisfaction)
    yield Fact("送还", f"{shown_moment(clock, ticket.handed_at)}  {answer}  {ticket.handed_note}".strip())


def ticket_steps(
    desk: Desk, ticket: TicketRow, print_paper: Callable[[PrintRequest], object], *, main: bool = False
) -> Iterator[Step]:
    """A ticket's next step and its paper; each gives the ticket back. `main`: the step is what Ctrl+Enter does."""
    actor = desk.context.actor
    if actor is None:
        return
    if ticket.step and actor.may(Permission.WRITE_ORDERS):
        following = {"send": _send, "take_back": _take_back, "hand_over": _hand_over}[ticket.step]
        yield replace(following(desk, ticket), main=main)
    if actor.may(Permission.PRINT) and not desk.read_only:
        label = "打印洗衣收据" if not ticket.prints else "补打洗衣收据"
        yield Step("laundry_print", label, "Y", lambda _v: _print(desk, ticket, print_paper))


def _send(desk: Desk, ticket: TicketRow) -> Step:
    return Step(
        "laundry_send", "送洗", "E",
        lambda v: desk.laundry.send(ticket.id, v["laundry"] or "", v["signed_by"] or ""),
        tuple(map(LAUNDRY.field, ("laundry", "signed_by"))), {"laundry": desk.laundry.last_company() or None},
    )  # fmt: skip


def _take_back(desk: Desk, ticket: TicketRow) -> Step:
    return Step(
        "laundry_back", "洗衣取回", "E",
        lambda v: desk.laundry.take_back(ticket.id, v["count"], v["back_note"] or ""),
        (COUNT, LAUNDRY.field("back_note")),
        question=f"送洗 {len(ticket.garments)} 件：点清件数，检查破损，核对是不是客户的衣物。",
    )  # fmt: skip


def _hand_over(desk: Desk, ticket: TicketRow) -> Step:
    return Step(
        "laundry_hand_over", "送还衣物", "E",
        lambda v: desk.laundry.hand_over(ticket.id, v["satisfaction"], v["handed_note"] or ""),
        tuple(map(LAUNDRY.field, ("satisfaction", "handed_note"))),
        question=f"当面核对 {len(ticket.garments)} 件，问客户对洗衣质量是否满意。",
    )  # fmt: skip


def _print(desk: Desk, ticket: TicketRow, print_paper: Callable[[PrintRequest], object]) -> TicketRow:
    print_paper(ticket_request(desk, ticket))
    return desk.laundry.get(ticket.id)


def ticket_request(desk: Desk, ticket: TicketRow) -> PrintRequest:
    """A ticket's paper in two parts, counted before it leaves (R-ORDER-18)."""

    def count() -> CountedPrint:
        actor = desk.context.require(Permission.PRINT)
        reprints = desk.laundry.record_prints([ticket.id])
        return CountedPrint(
            lambda _choice, task: desk.paper.laundry(
                [ticket.id], task.progress, task.cancelled, reprints=reprints
            ),
            lambda: desk.laundry.take_back_prints(reprints, actor),
        )

    return PrintRequest(
        LAUNDRY.form_id,
        f"{LAUNDRY.title} {ticket.serial}",
        lambda _choice, task: desk.paper.laundry([ticket.id], task.progress, task.cancelled),
        count,
    )


def garments_of(lines: Iterable[str]) -> Iterator[NewGarment]:
    """One garment a line: its name, and behind the first comma what is damaged."""
    for line in lines:
        name, *damage = _TOLD.split(line, maxsplit=1)
        yield NewGarment(name.strip(), damage[0].strip() if damage else "")
