"""An order's whole life at the desk: its way from issue to the bound volume, and what the desk itself has to do on it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from frontdesk.callbacks.awaited import time_left
from frontdesk.callbacks.rules import WRITTEN
from frontdesk.core.errors import RefusedError
from frontdesk.core.shown import shown_stamp
from frontdesk.orders.register import ORDER
from frontdesk.orders.rules import AT_WORK_STATES
from ui.callbacks.steps import asking_steps, refer_step, reply_step
from ui.register.attempt import LookUp
from ui.register.record_panel import Step
from ui.widgets.timeline import Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from frontdesk.callbacks.rules import Awaited
    from frontdesk.core.clock import Clock
    from frontdesk.desk import Desk
    from frontdesk.orders.register import OrderRow
    from ui.register.entry_form import EntryForm
    from ui.register.record_panel import Values

_STEPS = (
    ("受理", "issued_at"), ("派工", "dispatched_at"), ("到场", "arrived_at"), ("完成", "finished_at"),
    ("返单", "returned_at"),
)  # fmt: skip
_DUE = ("到场", "返单")  # what `OrderRow.due_at` is about
_AGREED = replace(ORDER.field("expected_cost"), label="电话里说定的费用")


def way_of(desk: Desk, order: OrderRow, awaited: Awaited | None) -> Sequence[Stop]:
    """The order's way: taken, dispatched, there, done, back, called back, bound."""
    clock = desk.context.clock
    late = order.tone if order.tone in ("warn", "danger") else ""
    due_at = order.due_at if order.voided_at is None else None
    stops, told = list[Stop](), due_at is None
    for label, name in _STEPS:
        moment = getattr(order, name)
        by = ""
        if moment is None and due_at is not None and not told and label in _DUE:
            by, told = _by(clock, due_at), True
        stops.append(Stop(label, shown_stamp(clock, moment) or by, moment is not None, late if by else ""))
    volume = (
        desk.order_books.volumes.volume_of(order.serial) if order.returned_at or order.voided_at else None
    )
    bound = f"{volume.month} 月 第{volume.volume_no}册" if volume else ""
    return (*stops, _called_back(clock, order, awaited), Stop("装订", bound, volume is not None))


def _called_back(clock: Clock, order: OrderRow, awaited: Awaited | None) -> Stop:
    if order.called_back_at is not None:
        return Stop("回访", shown_stamp(clock, order.called_back_at), done=True)
    if awaited is None:
        return Stop("回访", "", done=False)
    if awaited.due_at is None:
        return Stop("回访", "等雨后", done=False)
    _, tone = time_left(clock, awaited.due_at)
    return Stop(
        "回访", _by(clock, awaited.due_at), done=False, tone=tone if tone in ("warn", "danger") else ""
    )


def _by(clock: Clock, due_at: datetime) -> str:
    # A stop parts it at the blank where there is no room: 明天 / 14:05前.
    stamp = shown_stamp(clock, due_at)
    return f"{stamp}前" if " " in stamp else f"{stamp} 前"


def desk_steps(desk: Desk, order: OrderRow, awaited: Awaited | None) -> Iterator[Step]:
    """What the desk itself does on an order: the call at the agreed time (R-ORDER-6), and the call-back (R-ORDER-9)."""
    if order.appointment_at is not None and order.confirmed_at is None and order.state in AT_WORK_STATES:
        yield Step(
            "confirm", "电话确认", "Q", lambda v: desk.watch.confirm(order.id, v["expected_cost"]), (_AGREED,),
            {"expected_cost": order.expected_cost}, question="到了约定时间：人到了吗？开始了吗？价格说定了吗？",
        )  # fmt: skip
    if awaited is None:
        return
    back = order.returned_at is not None
    if awaited.what == WRITTEN:
        last = next(
            one for one in reversed(desk.callbacks.of_order(order.id)) if one.reached and not one.voided_at
        )
        yield replace(_of_order(desk, order, refer_step(desk, last, order.department)), main=back)
    for step in asking_steps(desk, order.id, awaited, main=back):
        yield _of_order(desk, order, step)
    for one in desk.callbacks.of_order(order.id):
        if one.awaits_reply:
            yield _of_order(desk, order, reply_step(desk, one))


def warn_of_overlap(desk: Desk, order: OrderRow, *, with_time: bool) -> Callable[[EntryForm], None]:
    """Says while it is typed that the person is taken at that time (R-ORDER-4); `with_time`: the form asks for it too."""

    def follow(form: EntryForm) -> None:
        begins, ends = order.appointment_at, order.appointment_until
        if with_time:
            begins, ends = _typed(form, "appointment_at"), _typed(form, "appointment_until")
        person = _typed(form, "service_person") or ""
        look = LookUp(form.say_hindered)
        told = look(lambda: desk.watch.overlaps(order.id, person, begins, ends), ())
        if told:
            form.notice.say("\n".join(told), "warn")
        elif not look.is_hindered:
            form.notice.clear()

    return follow


def _typed(form: EntryForm, name: str) -> Any:
    """What is typed in a field so far, None while it cannot be read."""
    try:
        return form.editor(name).value()
    except RefusedError:
        return None


def _of_order(desk: Desk, order: OrderRow, step: Step) -> Step:
    """A step that gives the order back instead of the call-back."""

    def run(values: Values) -> OrderRow:
        step.run(values)
        return desk.orders.get(order.id)

    return replace(step, run=run)
