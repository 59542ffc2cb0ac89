"""A month's first copies bound in the order of their serials, and how long they are kept (R-ORDER-15, 17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, func, select

from frontdesk.core.actor import Permission
from frontdesk.core.due import DueItem
from frontdesk.core.errors import RefusedError
from frontdesk.core.plain_text import plain_reason, plain_text
from frontdesk.core.settings import ORDER_KEEP_YEARS
from frontdesk.forms import Slip
from frontdesk.order_books import rules
from frontdesk.order_books.model import MissingSerial, OrderVolume
from frontdesk.order_books.register import BoundOrder, Hindrance, MonthToBind, VolumeRow
from frontdesk.order_books.tally import missing_numbers
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.rules import State, serial_from

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from frontdesk.core.clock import Clock
    from frontdesk.core.context import DeskContext

RULE = "R-ORDER-15"
_NAMED = 5  # serials that a refusal names


class BindingService:
    """Bound volumes. One begins where the last one ended: between two of them no number is lost."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def bind(self, year: int, month: int, bound_by: str = "", *, last_serial: str = "") -> VolumeRow:
        """Bind a month that is over; `last_serial` ends a volume early where one would be too thick.

        Every number is returned, void, or listed as missing with who follows it. An empty `bound_by` is
        whoever is signed in. Raises RefusedError naming what is still out.
        """
        name = plain_text(bound_by, field="bound_by", label="装订人", most=120)
        with self._context.transaction(Permission.WRITE_ORDERS, action="bind") as work:
            first_day, last_day = rules.month_days(year, month)
            if last_day >= work.today:
                raise RefusedError(f"{year} 年 {month} 月还没有过完，月底以后再装订。", rule=RULE)
            first, last = _numbers(work.session, self._context.clock, first_day, last_day, last_serial)
            orders = work.session.execute(_of(year, first, last)).all()
            missing, nobodys = _missing(work.session, year, first, last)
            _check_whole(year, orders, missing, nobodys)
            serials = {number: one.serial for number, one in missing.items()}
            serials |= {order.number: order.serial for order in orders}
            volume = OrderVolume(
                year=year,
                month=month,
                volume_no=1 + sum(one.month == month for one in _standing(work.session, year)),
                first_number=first,
                last_number=last,
                first_serial=serials[first],
                last_serial=serials[last],
                sheets=sum(order.number not in missing for order in orders),
                void_serials=rules.in_words([one.serial for one in orders if one.state == State.VOID]),
                missing_serials=rules.in_words(
                    [f"{one.serial}（跟进 {one.followed_by}）" for one in missing.values()]
                ),
                bound_by=name or work.actor.name,
                bound_on=work.today,
                keep_until=rules.keep_until(last_day, self._context.settings.get(ORDER_KEEP_YEARS)),
            )
            return _row(work.add(volume))

    def unbind(self, volume_id: int, reason: str) -> None:
        """Take the year's last volume apart again, by a supervisor. Raises RefusedError, NotAllowedError."""
        kept = plain_reason(reason)
        if not kept:
            raise RefusedError("拆册请写明原因。", field="reason", rule=RULE)
        with self._context.transaction(Permission.CORRECT_ANY, action="unbind", reason=kept) as work:
            volume = _present(work.session, volume_id)
            if volume is not _standing(work.session, volume.year)[-1]:
                raise RefusedError("只能拆最后装订的一册。", rule=RULE)
            work.void(volume, kept)

    def volumes(self, year: int) -> list[VolumeRow]:
        """The volumes of a year, in the order of their serials."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return [_row(volume) for volume in _standing(session, year)]

    def volume(self, volume_id: int) -> VolumeRow:
        """One volume. Raises RefusedError when there is none."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return _row(_present(session, volume_id))

    def volume_of(self, typed: str) -> VolumeRow | None:
        """The volume in which an order's first copy is bound; None while it is in none."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            serial = serial_from(typed)
            order = session.scalars(select(ServiceOrder).where(ServiceOrder.serial == serial)).first()
            for volume in _standing(session, order.year) if order else ():
                if order and volume.first_number <= order.number <= volume.last_number:
                    return _row(volume)
        return None

    def orders(self, volume_id: int) -> list[BoundOrder]:
        """What is bound in a volume, in the order of the serials. Raises RefusedError."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            volume = _present(session, volume_id)
            asked = _of(volume.year, volume.first_number, volume.last_number)
            return [_bound(order) for order in session.execute(asked)]

    def to_bind(self) -> list[MonthToBind]:
        """The months that are over and not bound, the oldest first, with what hinders each."""
        self._context.require(Permission.READ_ORDERS)
        clock = self._context.clock
        today = clock.today()
        months = [(today.year - 1 + at // 12, at % 12 + 1) for at in range(11 + today.month)]
        with self._context.read() as session:
            return [month for at in months if (month := _to_bind(session, clock, *at)) is not None]

    def month_orders(self, year: int, month: int) -> list[BoundOrder]:
        """The orders that the next volume of a month would have. Raises RefusedError when there are none."""
        self._context.require(Permission.READ_ORDERS)
        days = rules.month_days(year, month)
        with self._context.read() as session:
            first, last = _numbers(session, self._context.clock, *days, "")
            return [_bound(order) for order in session.execute(_of(year, first, last))]

    def archive(self, volume_id: int, reason: str) -> VolumeRow:
        """Write down that a volume left the desk's keeping, by a supervisor (R-ORDER-17).

        Raises RefusedError for one younger than five years, or without a reason; NotAllowedError.
        """
        kept = plain_reason(reason)
        if not kept:
            raise RefusedError("移出请写明去向和原因。", field="reason", rule="R-ORDER-17")
        with self._context.transaction(Permission.CORRECT_ANY, action="archive_volume", reason=kept) as work:
            volume = _present(work.session, volume_id)
            if volume.archived_at is not None:
                raise RefusedError("这一册已经移出。", rule="R-ORDER-17")
            years = self._context.settings.get(ORDER_KEEP_YEARS)
            newest = rules.month_days(volume.year, volume.month)[1]
            rules.check_archivable(newest, work.today, years, volume.keep_until)
            volume.archived_at, volume.archived_by = work.now, work.actor.name
            volume.archive_reason = kept
            work.flush()
            return _row(volume)

    def due(self, now: datetime) -> list[DueItem]:
        """Last month's orders while they are not bound: due at the end of this month (R-ORDER-15)."""
        clock = self._context.clock
        today = clock.local(now).date()
        last_day = today.replace(day=1) - timedelta(days=1)
        first_day = last_day.replace(day=1)
        since = clock.day_bounds(last_day)[1]
        ends = clock.day_bounds(rules.month_days(today.year, today.month)[1])[1]
        with self._context.read() as session:
            _, newest = _taken(session, clock, first_day, last_day)
            bound = _standing(session, first_day.year)
        if newest is None or (bound and bound[-1].last_number >= newest):
            return []
        told = f"{first_day.year} 年 {first_day.month} 月的服务单要装订"
        return [DueItem("order_volume", 0, told, "", "前台", ends, since)]

    def slip(self, volume_id: int) -> Slip:
        """F-ORDER-COVER of a volume. Raises RefusedError when there is none."""
        volume = self.volume(volume_id)
        return Slip(
            {
                "month": f"{volume.year} 年 {volume.month} 月",
                "volume_no": f"第 {volume.volume_no} 册",
                "first_serial": volume.first_serial,
                "last_serial": volume.last_serial,
                "sheets": f"{volume.sheets} 张",
                "void_serials": volume.void_serials,
                "missing_serials": volume.missing_serials,
                "bound_by": volume.bound_by,
                "bound_on": volume.bound_on.isoformat(),
                "keep_until": volume.keep_until.isoformat(),
            }
        )


def _taken(session: Session, clock: Clock, first_day: date, last_day: date) -> tuple[int | None, int | None]:
    """The lowest and highest number that was taken on these days of one year."""
    begins, ends = clock.day_bounds(first_day, last_day)
    # The year is told apart within the days: as a condition SQLite would look through all of it.
    of_year = ServiceOrder.year == first_day.year
    asked = select(
        func.min(ServiceOrder.number).filter(of_year), func.max(ServiceOrder.number).filter(of_year)
    ).where(ServiceOrder.created_at >= begins, ServiceOrder.created_at < ends)
    lowest, highest = session.execute(asked).one()
    return lowest, highest


def _numbers(
    session: Session, clock: Clock, first_day: date, last_day: date, ends_with: str
) -> tuple[int, int]:
    """The first and last number of the next volume. Raises RefusedError when there is nothing to bind."""
    lowest, last = _taken(session, clock, first_day, last_day)
    bound = _standing(session, first_day.year)
    if last is None or (bound and bound[-1].last_number >= last):
        raise RefusedError(f"{first_day.year} 年 {first_day.month} 月没有还要装订的服务单。", rule=RULE)
    before = select(func.max(ServiceOrder.number)).where(
        ServiceOrder.year == first_day.year, ServiceOrder.number < lowest
    )
    # A desk's first volume begins behind what came before it; a gap there belongs to this one.
    first = bound[-1].last_number + 1 if bound else (session.scalar(before) or 0) + 1
    if session.scalar(
        select(ServiceOrder.id).where(
            ServiceOrder.year == first_day.year,
            ServiceOrder.number >= first,
            ServiceOrder.number < lowest,
        )
    ):
        raise RefusedError("前一个月的服务单还没有装订，请按月份先后装订。", rule=RULE)
    if not ends_with:
        return first, last
    asked = select(ServiceOrder.number).where(
        ServiceOrder.serial == serial_from(ends_with), ServiceOrder.year == first_day.year
    )
    chosen = session.scalar(asked)
    if chosen is None or not first <= chosen <= last:
        raise RefusedError("这一册最后的编号不在本月还没装订的单里。", field="last_serial", rule=RULE)
    return first, chosen


def _of(year: int, first: int, last: int) -> Select[int, int, str, str, str, str, str]:
    return (
        select(
            ServiceOrder.id,
            ServiceOrder.number,
            ServiceOrder.serial,
            ServiceOrder.state,
            ServiceOrder.unit_no,
            ServiceOrder.content,
            ServiceOrder.void_reason,
        )
        .where(ServiceOrder.year == year, ServiceOrder.number.between(first, last))
        .order_by(ServiceOrder.number)
    )


def _bound(order: Any) -> BoundOrder:
    return BoundOrder(order.id, order.serial, order.state, order.unit_no, order.void_reason or order.content)


def _missing(
    session: Session, year: int, first: int, last: int
) -> tuple[dict[int, MissingSerial], list[int]]:
    """The missing numbers with who follows them, and those that nobody follows."""
    numbers = missing_numbers(session, year, first, last)
    asked = select(MissingSerial).where(MissingSerial.year == year, MissingSerial.number.in_(numbers))
    listed = {one.number: one for one in session.scalars(asked)}
    return {number: listed[number] for number in sorted(listed)}, sorted(numbers - listed.keys())


def _out(orders: Sequence[Any], missing: Mapping[int, MissingSerial]) -> list[Any]:
    """The orders whose first copy is not there to be bound."""
    return [
        order
        for order in orders
        if order.state not in (State.RETURNED, State.VOID) and order.number not in missing
    ]


def _check_whole(
    year: int, orders: Sequence[Any], missing: Mapping[int, MissingSerial], nobodys: Sequence[int]
) -> None:
    if nobodys:
        raise RefusedError(
            f"{year} 年第 {nobodys[0]} 号没有单子，也没有人跟进；请先列为缺号并写明跟进人。", rule=RULE
        )
    out = [order.serial for order in _out(orders, missing)]
    if out:
        named = "、".join(out[:_NAMED]) + (f" 等 {len(out)} 张" if len(out) > _NAMED else "")
        raise RefusedError(f"还没有返单：{named}；请先返单、作废，或列为缺号。", rule=RULE)


def _to_bind(session: Session, clock: Clock, year: int, month: int) -> MonthToBind | None:
    """A month that waits to be bound; None when there is nothing left of it."""
    days = rules.month_days(year, month)
    bound = _standing(session, year)
    lowest, newest = _taken(session, clock, *days)
    if lowest is None or newest is None or (bound and bound[-1].last_number >= newest):
        return None
    first, last = _numbers(session, clock, *days, "")
    orders = session.execute(_of(year, first, last)).all()
    missing, nobodys = _missing(session, year, first, last)
    hindrances = [Hindrance(0, f"{year} 年第 {number} 号", "缺号，没有人跟进") for number in nobodys]
    for order in _out(orders, missing):
        why = "空白单，没有补填" if order.state == State.BLANK else State(order.state).label
        hindrances.append(
            Hindrance(order.id, order.serial, " ".join(filter(None, (why, order.unit_no, order.content))))
        )
    next_month = days[1] + timedelta(days=1)
    return MonthToBind(
        year,
        month,
        orders[0].serial,
        orders[-1].serial,
        sheets=sum(order.number not in missing for order in orders),
        due_at=clock.day_bounds(rules.month_days(next_month.year, next_month.month)[1])[1],
        hindrances=tuple(hindrances),
    )


def _standing(session: Session, year: int) -> Sequence[OrderVolume]:
    asked = select(OrderVolume).where(OrderVolume.year == year, OrderVolume.voided_at.is_(None))
    return session.scalars(asked.order_by(OrderVolume.first_number)).all()


def _present(session: Session, volume_id: int) -> OrderVolume:
    volume = session.get(OrderVolume, volume_id)
    if volume is None or volume.voided_at is not None:
        raise RefusedError("没有这一册，请重新选择。", rule=RULE)
    return volume


def _row(volume: OrderVolume) -> VolumeRow:
    return VolumeRow(**{field.name: getattr(volume, field.name) for field in fields(VolumeRow)})
