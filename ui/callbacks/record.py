"""What the page of call-backs shows in its middle: an order and what was said about it, a day's draw, the rain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from frontdesk.callbacks.awaited import time_left
from frontdesk.callbacks.register import CALLBACK, QUESTIONS
from frontdesk.callbacks.rules import AFTER_RAIN, WRITTEN
from frontdesk.core.actor import Permission
from frontdesk.core.fields import Field, Kind
from frontdesk.core.money import format_fen
from frontdesk.core.query import RegisterQuery
from frontdesk.core.settings import CALLBACK_AFTER_RAIN_HOURS, CALLBACK_SAMPLE_PERCENT
from frontdesk.core.shown import shown_day, shown_moment, shown_serial
from ui.callbacks.steps import asking_steps, mending_steps, refer_step, reply_step
from ui.register.record_panel import Fact, Record, Step

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from frontdesk.callbacks.awaited import AwaitedRow
    from frontdesk.callbacks.register import CallbackRow, Sample
    from frontdesk.callbacks.rules import Awaited
    from frontdesk.core.clock import Clock
    from frontdesk.core.query import Tone
    from frontdesk.desk import Desk
    from frontdesk.orders.register import OrderRow

DRAW, RAINED = "draw", "rained"
_RAINED_AT = Field("rained_at", "什么时候下的", Kind.MOMENT, required=True)
_NAMED = 12  # leaks that the question about rain names


@dataclass(frozen=True)
class Case:
    """An order with all that was asked about it. `id` is the row's in the list in view; `chosen` is the call-back
    that was opened there, None from the list of whom to call.
    """

    id: int
    order: OrderRow
    made: tuple[CallbackRow, ...]
    awaited: Awaited | None
    tries: int = 0
    chosen: CallbackRow | None = None

    @property
    def unit_id(self) -> int | None:
        """The household beside it."""
        return self.order.unit_id

    @property
    def last(self) -> CallbackRow | None:
        """The last call-back that stands and reached somebody."""
        return next((one for one in reversed(self.made) if one.reached and one.voided_at is None), None)

    @property
    def referred(self) -> CallbackRow | None:
        """The last call-back that went back in writing."""
        return next((one for one in reversed(self.made) if one.referred_at and one.voided_at is None), None)


def case_record(desk: Desk, case: Case, print_referral: Callable[[int], object]) -> Record:
    """The case with its next step: ask, or send back in writing."""
    order, clock = case.order, desk.context.clock
    state, tone = _state(clock, case)
    return Record(
        title=f"{order.unit_no} {order.customer}".strip() or order.serial,
        # The telephone stands in the head too: in a low window the facts give way to the question.
        remark=order.telephone,
        state=state,
        tone=tone,
        facts=tuple(_facts(clock, case)),
        steps=tuple(_steps(desk, case, print_referral)),
        warnings=late_reply(desk, case.referred),
    )


def late_reply(desk: Desk, referred: CallbackRow | None) -> tuple[str, ...]:
    """A sentence while a department's answer is late; none else."""
    due_at = desk.callbacks.reply_due(referred) if referred is not None else None
    if referred is None or due_at is None or desk.context.clock.now() < due_at:
        return ()
    return (f"{referred.referred_to}到 {shown_moment(desk.context.clock, due_at)} 还没有答复，请催。",)


def _state(clock: Clock, case: Case) -> tuple[str, Tone]:
    if case.chosen is not None and case.chosen.voided_at is not None:
        return "作废", "neutral"
    if case.awaited is None:
        return "已回访", "ok"
    left, tone = time_left(clock, case.awaited.due_at)
    return f"{case.awaited.what} {left}", tone


def _facts(clock: Clock, case: Case) -> Iterator[Fact]:
    order = case.order
    yield Fact("电话", order.telephone or "单上没有，见住户卡", strong=True)
    yield Fact("服务内容", order.content, strong=True)
    yield Fact("单号", order.serial)
    yield Fact("服务结果", order.result)
    yield Fact("服务人员", f"{order.service_person}  {order.department}".strip())
    yield Fact("完工", shown_moment(clock, order.finished_at))
    yield Fact("费用", f"{format_fen(order.due_amount)} 元" if order.due_amount else "")
    if case.awaited is not None and case.awaited.due_at is not None:
        yield Fact("期限", f"{case.awaited.what}，{shown_moment(clock, case.awaited.due_at)} 前")
    if case.tries:
        yield Fact("没打通", f"{case.tries} 次，上次 {shown_moment(clock, case.made[-1].called_at)}")
    for one in case.made:
        if one.reached:
            yield from _made_facts(clock, one)


def _made_facts(clock: Clock, one: CallbackRow) -> Iterator[Fact]:
    void = one.voided_at is not None
    yield Fact(one.occasion, f"{shown_moment(clock, one.called_at)}  {one.called_by}", struck=void)
    yield Fact("满意度", _answers(one), strong=one.bad, struck=void)
    yield Fact("客户的话", one.opinion, struck=void)
    yield Fact("问题", one.problem, struck=void)
    if one.referred_at:
        to = (
            f"{shown_moment(clock, one.referred_at)} → {one.referred_to}（{one.referred_by}）\n{one.referral}"
        )
        yield Fact("书面转回", to, struck=void)
        answered = f"{shown_moment(clock, one.replied_at)} {one.replied_by}\n{one.reply}"
        yield Fact("部门答复", answered if one.replied_at else "还没有", struck=void)
    yield Fact("作废", one.void_reason)


def _answers(one: CallbackRow) -> str:
    return "  ".join(
        f"{CALLBACK.field(name).label.removeprefix('服务')} {CALLBACK.field(name).label_of(getattr(one, name))}"
        for name in QUESTIONS
    )


def _steps(desk: Desk, case: Case, print_referral: Callable[[int], object]) -> Iterator[Step]:
    actor = desk.context.actor
    if actor is None:
        return
    if actor.may(Permission.WRITE_ORDERS) and case.order.voided_at is None:
        last = case.last
        if case.awaited is not None and case.awaited.what == WRITTEN and last is not None:
            yield refer_step(desk, last, case.order.department)
        yield from asking_steps(desk, case.order.id, case.awaited, main=case.awaited is not None)
    referred = case.referred
    if referred is not None and referred.awaits_reply and actor.may(Permission.WRITE_ORDERS):
        yield reply_step(desk, referred)
    if referred is not None and actor.may(Permission.PRINT):
        yield Step("print", "打印转回单", "L", lambda _v: print_referral(referred.id))
    mended = case.chosen or case.last
    if mended is not None and mended.voided_at is None and actor.may(Permission.CORRECT_OWN):
        yield from mending_steps(desk, mended)


def sample_record(desk: Desk, samples: Sequence[Sample]) -> Record:
    """The draws of the last days with what became of each order, and the draw that is still to be made (R-ORDER-10)."""
    percent = desk.context.settings.get(CALLBACK_SAMPLE_PERCENT)
    waiting = [sample for sample in samples if sample.waiting]
    steps = []
    actor = desk.context.actor
    if waiting and actor is not None and actor.may(Permission.WRITE_ORDERS):
        draw = Step(
            DRAW,
            "抽样",
            "C",
            lambda _v: [desk.callbacks.draw_sample(each.day) for each in waiting],
            main=True,
        )
        steps.append(draw)
    return Record(
        title="报修抽样回访",
        remark=f"每天完工报修的 {percent}%",
        state=f"{sum(sample.waiting for sample in waiting)} 单未抽" if waiting else "已抽",
        tone="warn" if waiting else "ok",
        facts=tuple(_sample_facts(desk, samples)) or (Fact("", "最近七天没有完工的报修单。"),),
        steps=steps,
    )


def _sample_facts(desk: Desk, samples: Sequence[Sample]) -> Iterator[Fact]:
    today = desk.context.clock.today()
    yield Fact("规则", "由程序随机抽取并记录，抽过不能重抽；当天回访，最迟三天。")
    for sample in samples:
        late = f"；之后又完工 {sample.waiting} 单，还没抽" if sample.waiting and sample.in_urn else ""
        told = f"{sample.in_urn} 单中抽出 {len(sample.drawn)} 单{late}"
        if not sample.in_urn:
            told = f"完工 {sample.waiting} 单，还没有抽"
        yield Fact("今天" if sample.day == today else shown_day(sample.day, today), told, strong=True)
        for order_id, serial in zip(sample.order_ids, sample.drawn, strict=True):
            order = desk.orders.get(order_id)
            asked = any(one.reached and not one.voided_at for one in desk.callbacks.of_order(order_id))
            said = f"{order.unit_no}  {' '.join(order.content.split())}  {'已回访' if asked else '待回访'}"
            yield Fact(shown_serial(serial, today), said)


def rain_record(desk: Desk, leaks: Sequence[AwaitedRow]) -> Record:
    """The question whether it rained, with the repaired leaks that are called back for it (R-ORDER-11)."""
    clock = desk.context.clock
    hours = desk.context.settings.get(CALLBACK_AFTER_RAIN_HOURS)
    last = desk.callbacks.queue.last_rain()
    more = f"等 {len(leaks)} 处" if len(leaks) > _NAMED else ""
    names = [f"{row.unit_no}  {' '.join(row.content.split())}" for row in leaks[:_NAMED]]
    step = Step(
        RAINED, "记下雨", "X", lambda v: desk.callbacks.it_rained(v["rained_at"]), (_RAINED_AT,),
        {"rained_at": clock.now()}, main=True,
    )  # fmt: skip
    about = (
        f"记下雨以后，修过的漏水 {hours} 小时内逐户再回访一次。"
        if leaks
        else "现在没有等雨后回访的漏水维修。"
    )
    before = len(desk.callbacks.queue.find(RegisterQuery(choices={"what": AFTER_RAIN})))
    return Record(
        title="下过雨",
        remark=f"上次 {shown_moment(clock, last)}" if last else "",
        state=f"{len(leaks)} 处等雨后回访",
        tone="info" if leaks else "neutral",
        facts=(
            Fact("说明", about),
            Fact("漏水维修", "\n".join(filter(None, (*names, more)))),
            Fact("以前的雨", f"还有 {before} 处没有回访" if before else ""),
        ),
        steps=(step,),
    )
