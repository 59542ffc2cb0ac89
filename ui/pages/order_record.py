"""A service order as the record panel shows it: its way, its facts, its next step (R-ORDER-4, 5, 8, 18)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from frontdesk.callbacks.register import satisfaction
from frontdesk.callbacks.rules import WRITTEN
from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Field, Kind
from frontdesk.core.money import capital_amount, format_fen, read_money
from frontdesk.core.shown import shown_moment, shown_span
from frontdesk.orders.register import ORDER, SETTLEMENTS, NewLine, OrderRow
from frontdesk.orders.rules import CORRECTABLE_AFTER, may_correct_field
from ui.orders.damage import damage_fact, damage_steps
from ui.orders.laundry import LaundrySteps
from ui.pages.order_form import LETTERS
from ui.pages.order_life import desk_steps, warn_of_overlap, way_of
from ui.register.record_panel import Fact, Record, Step
from ui.register.room_question import RoomQuestion
from ui.widgets.person_box import PersonEditor
from ui.widgets.price_lines import PriceLinesEditor, shown_quantity
from ui.widgets.unit_box import UnitEditor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from frontdesk.callbacks.rules import Awaited
    from frontdesk.core.clock import Clock
    from frontdesk.desk import Desk
    from ui.print_desk import PrintRequest
    from ui.register.entry_form import EntryForm
    from ui.register.record_panel import Values

LINES = Field("lines", "收费项目", Kind.LONG_TEXT)
VOID_REASON = Field("void_reason", "作废原因", Kind.LONG_TEXT, required=True, max_length=400)
WHY = Field("reason", "更正原因（别人的或已交班的单子要写）", max_length=400)
RESULT = Field("result", "服务结果", Kind.LONG_TEXT, required=True, max_length=4000)
SHORT_REASON = Field("reason", "少收原因", max_length=400)
SIGNED = Field("customer_signed_at", "客户签字时间", Kind.MOMENT, hint="没签就空着")
PAID = Field("paid_amount", "实收金额", Kind.MONEY)
SETTLEMENT = Field("settlement", "结算方式", Kind.CHOICE, choices=SETTLEMENTS)

_CORRECTED = (
    "unit_no", "customer", "telephone", "category", "content", "urgent", "at_once", "appointment_at",
    "appointment_until", "expected_cost", "materials", "service_person", "department", "remarks",
)  # fmt: skip


def order_record(
    desk: Desk,
    order: OrderRow,
    print_order: Callable[[], object],
    print_paper: Callable[[PrintRequest], object],
) -> Record:
    """The order with its way, facts, and the steps that the person signed in may take.

    `print_paper` sends other paper of the order to the printer: a laundry ticket.
    """
    clock = desk.context.clock
    laundry = LaundrySteps(desk, order, print_paper)
    awaited = desk.callbacks.awaited(order.id)
    return Record(
        title=order.serial,
        remark=f"{shown_moment(clock, order.issued_at)} · {order.taken_by}",
        state=order.state_label,
        tone=order.tone,
        facts=(*_facts(desk, order), *laundry.facts()),
        steps=(*_steps(desk, order, awaited, print_order), *laundry.steps()),
        warnings=(*order.warnings, *_to_write(clock, awaited)),
        way=way_of(desk, order, awaited),
    )


def _to_write(clock: Clock, awaited: Awaited | None) -> tuple[str, ...]:
    """What a bad answer asks for next (R-ORDER-11)."""
    if awaited is None or awaited.what != WRITTEN:
        return ()
    return (f"客户不满意，{shown_moment(clock, awaited.due_at)} 前要书面转回部门。",)


def _facts(desk: Desk, order: OrderRow) -> Iterator[Fact]:
    clock = desk.context.clock
    void = order.voided_at is not None
    label = ORDER.field("category").label_of(order.category)
    yield Fact("房号", order.unit_no, strong=True, struck=void)
    yield Fact("客户", f"{order.customer}  {order.telephone}".strip())
    yield Fact("类别", f"{label} · 急修" if order.urgent else label)
    yield Fact("服务内容", order.content, strong=True, struck=void)
    at, until = order.appointment_at, order.appointment_until
    wanted = "马上到场" if order.at_once else shown_span(clock, at, until) if at else ""
    yield Fact("预约", wanted)
    if order.confirmed_at:
        yield Fact("电话确认", shown_moment(clock, order.confirmed_at))
    yield Fact("用料", order.materials)
    yield Fact("预计费用", "" if order.expected_cost is None else f"{format_fen(order.expected_cost)} 元")
    yield Fact("服务人员", f"{order.service_person}  {order.department}".strip())
    yield damage_fact(clock, order)
    yield Fact("服务结果", order.result)
    yield Fact("自检", order.self_check)
    yield Fact("工作量", order.workload)
    for line in order.lines:
        count = f"{format_fen(line.unit_price)} × {shown_quantity(line.quantity)} {line.unit}".strip()
        other = "" if line.list_price in (None, line.unit_price) else format_fen(line.list_price or 0)
        told = f"（价目表 {other}：{line.price_reason}）" if other else ""
        yield Fact("收费项目", f"{line.item}  {count} = {format_fen(line.amount)}{told}")
    if order.finished_at:
        yield Fact("应收", f"{format_fen(order.due_amount)}  {capital_amount(order.due_amount)}", strong=True)
    if order.returned_at:
        way = ORDER.field("settlement").label_of(order.settlement)
        yield Fact("实收", f"{format_fen(order.paid_amount)}  {way}".strip())
        yield Fact("客户签字", shown_moment(clock, order.customer_signed_at) or "未签")
    yield Fact("打印", f"已打 {order.prints} 次" if order.prints else "还没有打印")
    yield Fact("催办", _reminded(desk, order))
    if order.finished_at:
        yield from _callbacks(desk, order)
    yield Fact("备注", order.remarks)
    yield Fact("作废", f"{order.void_reason}（{order.voided_by}）" if void else "")


def _reminded(desk: Desk, order: OrderRow) -> str:
    """How often the customer asked again, and what was said last."""
    if not order.reminders:
        return ""
    last = desk.reminders.of_order(order.id)[-1]
    at = shown_moment(desk.context.clock, last.reminded_at)
    return f"{order.reminders} 次；{at} {last.text}".strip()


def _callbacks(desk: Desk, order: OrderRow) -> Iterator[Fact]:
    """What the customer answered, and what was written to the department about it (R-ORDER-11)."""
    clock = desk.context.clock
    for row in desk.callbacks.of_order(order.id):
        void = row.voided_at is not None
        said = (shown_moment(clock, row.called_at), satisfaction(row), row.opinion, row.problem)
        yield Fact("回访", "  ".join(filter(None, said)), struck=void)
        if row.referred_at:
            at = shown_moment(clock, row.referred_at)
            yield Fact("书面转回", f"{at} {row.referred_to}：{row.referral}", struck=void)
            answered = f"{shown_moment(clock, row.replied_at)} {row.replied_by}：{row.reply}"
            yield Fact("部门答复", answered if row.replied_at else "还没有", struck=void)


def _steps(
    desk: Desk, order: OrderRow, awaited: Awaited | None, print_order: Callable[[], object]
) -> Iterator[Step]:
    actor = desk.context.actor
    if actor is None:
        return
    if order.state != "void" and actor.may(Permission.WRITE_ORDERS):
        main = {"dispatch": _dispatch, "arrive": _arrive, "finish": _finish, "return": _return}.get(
            order.step
        )
        if main is not None:
            yield main(desk, order)
        if order.state == "dispatched":
            yield _dispatch(desk, order, again=True)
        yield from desk_steps(desk, order, awaited)
        yield from damage_steps(desk, order)
    if actor.may(Permission.PRINT) and not desk.read_only:  # each print is counted (R-ORDER-18)
        yield Step(
            "print", "打印四联" if not order.prints else "补打", "P", lambda _v: _printed(order, print_order)
        )
    if not desk.orders.may_correct(order):
        return
    yield _correction(desk, order)
    if order.state != "returned" or actor.may(Permission.CORRECT_ANY):
        yield Step(
            "void", "作废", "Z", lambda v: desk.orders.void(order.id, v["void_reason"]), (VOID_REASON,),
            danger=True, question=f"作废 {order.serial}？编号保留，不会再用。",
        )  # fmt: skip


def _printed(order: OrderRow, print_order: Callable[[], object]) -> OrderRow:
    print_order()
    return order


def _dispatch(desk: Desk, order: OrderRow, *, again: bool = False) -> Step:
    people = desk.orders.service_people()
    who = Field(
        "service_person",
        "服务人员",
        Kind.PERSON,
        required=True,
        max_length=40,
        hint="序号、姓名或首字母，↓ 列出",
    )
    return Step(
        "redispatch" if again else "dispatch", "改派" if again else "派工", "R" if again else "D",
        lambda v: desk.orders.dispatch(order.id, v["service_person"]), (who,),
        {"service_person": order.service_person or None}, main=not again,
        own_editors={"service_person": lambda field: PersonEditor(field, people)},
        follow=warn_of_overlap(desk, order, with_time=False),
    )  # fmt: skip


def _arrive(desk: Desk, order: OrderRow) -> Step:
    return Step("arrive", "已到场", "D", lambda _v: desk.orders.arrive(order.id), main=True)


def _finish(desk: Desk, order: OrderRow) -> Step:
    fields = (RESULT, LINES, *map(ORDER.field, ("materials", "workload", "self_check")))

    def finish(values: Values) -> OrderRow:
        return desk.orders.finish(
            order.id, values["result"], values["lines"] or (),
            materials=values["materials"] or "", workload=values["workload"] or "",
            self_check=values["self_check"] or "",
        )  # fmt: skip

    return Step(
        "finish", "完成", "D", finish, fields,
        {"materials": order.materials or None, "lines": _charges(order)}, main=True,
        own_editors={"lines": _charges_editor(desk, order)},
    )  # fmt: skip


def _return(desk: Desk, order: OrderRow) -> Step:
    fields: tuple[Field, ...] = (SIGNED,)
    values: dict[str, Any] = {"customer_signed_at": desk.context.clock.now()}
    if order.due_amount:
        fields = (SETTLEMENT, PAID, SIGNED, SHORT_REASON)
        values |= {"settlement": "cash", "paid_amount": order.due_amount}

    def take_back(given: Values) -> OrderRow:
        paid = given.get("paid_amount") or 0
        settlement = given.get("settlement") or ""
        short = settlement != "on_account" and paid < order.due_amount
        return desk.orders.return_order(
            order.id, settlement, paid, customer_signed_at=given["customer_signed_at"],
            reason=(given.get("reason") or "") if short else "",
        )  # fmt: skip

    way = ["cash"]  # that the sum in the form was proposed for

    def follow(form: EntryForm) -> None:
        settlement = form.draft().get("settlement", "")
        on_account = settlement == "on_account"
        if on_account != (way[0] == "on_account"):
            form.fill(PAID.name, 0 if on_account else order.due_amount)
        way[0] = settlement
        form.show_field(PAID.name, shown=not on_account)
        paid = read_money(form.draft().get(PAID.name, "") or "0")
        form.show_field(
            SHORT_REASON.name, shown=not on_account and paid is not None and paid < order.due_amount
        )

    due = f"应收 {format_fen(order.due_amount)} 元 {capital_amount(order.due_amount)}"
    question = due if order.due_amount else "没有收费项目，收回单据即可。"
    return Step(
        "return", "返单", "D", take_back, fields, values, main=True, question=question,
        follow=follow if order.due_amount else None,
    )  # fmt: skip


def _correction(desk: Desk, order: OrderRow) -> Step:
    before: dict[str, Any] = {name: getattr(order, name) for name in _CORRECTED}
    fields = [ORDER.field(name) for name in _CORRECTED]
    units: list[UnitEditor] = []
    asked = RoomQuestion(desk.estate.unit_by_no)
    later = [name for name in CORRECTABLE_AFTER if may_correct_field(name, order.state)]
    fields += [*map(ORDER.field, later), LINES]
    before |= {name: getattr(order, name) for name in later} | {"lines": _charges(order)}

    def unit_editor(field: Field) -> UnitEditor:
        units.append(UnitEditor(field, desk.finder.find, desk.estate.unit_by_no))
        return units[-1]

    def correct(values: Values) -> OrderRow:
        changes = {name: _kept(name, values[name], old) for name, old in before.items()}
        changes = {name: value for name, value in changes.items() if value != before[name]}
        if "unit_no" in changes:
            asked.check(changes["unit_no"])
            changes["unit_id"] = units[-1].unit_id
        if not changes:
            raise RefusedError("没有改动；按 Esc 返回。")
        return desk.orders.correct(order.id, changes, values["reason"] or "")

    return Step(
        "correct", "更正", "G", correct, (*fields, WHY), {name: value or None for name, value in before.items()},
        letters=LETTERS,
        own_editors={"unit_no": unit_editor, "lines": _charges_editor(desk, order)},
        follow=warn_of_overlap(desk, order, with_time=True),
    )  # fmt: skip


def _charges(order: OrderRow) -> tuple[NewLine, ...]:
    return tuple(
        NewLine(line.item, line.unit_price, line.quantity, line.unit, line.price_item_id, line.price_reason)
        for line in order.lines
    )


def _charges_editor(desk: Desk, order: OrderRow) -> Callable[[Field], PriceLinesEditor]:
    """With the price list of the order's day (R-ORDER-7)."""
    day = desk.context.clock.local(order.issued_at).date()
    return lambda field: PriceLinesEditor(field, lambda: desk.prices.items_on(day), lambda: order.category)


def _kept(name: str, value: Any, before: Any) -> Any:
    """What an emptied field is kept as: no text where a text stood, nothing paid. A moment that was not touched
    keeps its seconds, which the form does not show.
    """
    if isinstance(before, datetime) and value == before.replace(second=0, microsecond=0):
        return before
    if value is not None:
        return value
    return "" if isinstance(before, str) else 0 if name == PAID.name else None
