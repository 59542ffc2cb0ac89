"""A call as the record panel shows it, with what may be done next."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from frontdesk.calls.hints import Case, hint
from frontdesk.calls.register import CALL, CallRow
from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.core.shown import shown_moment
from ui.pages.call_form import LETTERS
from ui.register.record_panel import Fact, Record, Step
from ui.register.room_question import RoomQuestion
from ui.widgets.unit_box import UnitEditor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from frontdesk.desk import Desk
    from ui.register.record_panel import Values

REASON = Field("void_reason", "作废原因", Kind.LONG_TEXT, required=True, max_length=400)
WHY = Field("why", "原因（别人的或已交班的记录要写）", max_length=400)
OUTCOME = Field("outcome", "处理结果", Kind.LONG_TEXT, max_length=1000)
NOTE = Field("note", "对方答复、报修号", max_length=400)
_CORRECTED = (
    "unit_no", "caller", "number", "reason", "category", "recipient", "promised_at", "appointment_at",
    "goods", "outcome", "remarks",
)  # fmt: skip


def call_record(desk: Desk, call: CallRow) -> Record:
    """The call with its facts and the steps that the person signed in may take."""
    clock = desk.context.clock
    return Record(
        title=f"第 {call.day_no} 条",
        remark=f"{shown_moment(clock, call.logged_at)} · {call.answered_by}",
        state=call.progress,
        tone=call.tone,
        facts=tuple(_facts(desk, call)),
        steps=tuple(_steps(desk, call)),
    )


def _facts(desk: Desk, call: CallRow) -> Iterator[Fact]:
    clock = desk.context.clock
    void = call.voided_at is not None
    yield Fact("房间号", call.unit_no, strong=True, struck=void)
    yield Fact("来电人", call.caller)
    yield Fact("来电号码", call.number, strong=True)
    yield Fact("来电缘由", call.reason, strong=True, struck=void)
    yield Fact("信息类别", CALL.field("category").label_of(call.category))
    yield Fact("工单编号", call.order_serial)
    yield Fact("信息接受人", call.recipient)
    yield Fact("首问负责", call.answered_by)
    yield Fact("承诺回复", shown_moment(clock, call.promised_at))
    yield Fact("预约时间", shown_moment(clock, call.appointment_at))
    yield Fact("携出物品", call.goods)
    yield Fact("已转报", call.outside_body)
    yield Fact("完成情况", call.outcome)
    yield Fact("办结时间", shown_moment(clock, call.settled_at))
    yield Fact("备注", call.remarks)
    yield Fact("作废原因", call.void_reason)


def _steps(desk: Desk, call: CallRow) -> Iterator[Step]:
    actor = desk.context.actor
    if actor is None or call.voided_at is not None:
        return
    calls = desk.calls
    if actor.may(Permission.WRITE_CALLS):
        if call.settled_at is None:
            yield Step(
                "settle", "办结", "B", lambda v: calls.settle(call.id, v["outcome"] or ""), (OUTCOME,),
                {"outcome": call.outcome or None}, main=True,
            )  # fmt: skip
            if not call.order_serial:
                yield Step("order", "转服务单 F8", "F", lambda _v: calls.make_order(call.id))
            yield _outside(desk, call)
        elif calls.may_correct(call):
            yield Step("reopen", "重新打开", "B", lambda v: calls.reopen(call.id, v["why"] or ""), (WHY,))
    if calls.may_correct(call):
        yield _correction(desk, call)
        yield Step(
            "void", "作废", "Z", lambda v: calls.void(call.id, v["void_reason"]), (REASON,), danger=True,
            question=f"作废 {call.day:%m-%d} 第 {call.day_no} 条？号码保留，内容划线留存。",
        )  # fmt: skip


def _outside(desk: Desk, call: CallRow) -> Step:
    bodies = tuple(Choice(body.name, f"{body.name} {body.number}") for body in desk.directory.bodies())
    whom = Field("body", "转报单位", Kind.CHOICE, required=True, choices=bodies)
    return Step(
        "outside", "转报外部", "W",
        lambda v: desk.calls.report_outside(call.id, v["body"], v["note"] or ""), (whom, NOTE),
        question=hint(desk.context, Case.OUTSIDE),
    )  # fmt: skip


def _correction(desk: Desk, call: CallRow) -> Step:
    fields = tuple(map(CALL.field, _CORRECTED))
    before: dict[str, Any] = {name: getattr(call, name) or None for name in _CORRECTED}
    asked = RoomQuestion(desk.estate.unit_by_no)

    def correct(values: Values) -> CallRow:
        changes = {
            name: "" if values[name] is None and before[name] is not None and isinstance(before[name], str)
            else values[name]
            for name in _CORRECTED
            if _shown(values[name]) != _shown(before[name])
        }  # fmt: skip
        if not changes:
            raise RefusedError("没有改动；按 Esc 返回。")
        asked.check(changes.get("unit_no", ""))
        return desk.calls.correct(call.id, changes, values["why"] or "")

    return Step(
        "correct", "更正", "G", correct, (*fields, WHY), before, letters=LETTERS,
        own_editors={"unit_no": lambda field: UnitEditor(field, desk.finder.find, desk.estate.unit_by_no)},
    )  # fmt: skip


def _shown(value: Any) -> Any:
    """As far as the form shows it: a moment to its minute."""
    return value.replace(second=0, microsecond=0) if isinstance(value, datetime) else value
