"""Counting what hangs there before the book says what should, at handover and for the spot check (R-KEY-5, R-KEY-6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import Select, select

from frontdesk.core.actor import Actor, Permission
from frontdesk.core.due import DueItem
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.plain_text import plain_reason, plain_text
from frontdesk.core.present import present
from frontdesk.core.settings import SHIFT_HOURS
from frontdesk.core.shift_hours import shift_hours
from frontdesk.keys import rules
from frontdesk.keys.listing import pieces_of, reading
from frontdesk.keys.model import Key, KeyCount, KeyCountLine, KeyCountPlace
from frontdesk.keys.register import (
    OCCASIONS,
    SPARES,
    CountRow,
    Difference,
    PlaceCount,
    ToCount,
)
from frontdesk.staff.shifts import shift_at, shift_ends

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext, Transaction

RULE = "R-KEY-5"
NEAR = timedelta(days=7)
"""So long before the end of a month its spot check stands in the list of due things."""


class CountService:
    """清点钥匙. The order is the rule: `begin`, `tell` each cabinet's total, `count_keys` where it does not agree, `explain`, `close`.

    Nothing that this service answers has a figure of the register before the same place was told. Handover asks
    `last` and `open_count`. Commands raise RefusedError, NotAllowedError, SurroundingsError.
    """

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    # --- commands -----------------------------------------------------------------------------------

    def begin(self, occasion: str = "handover", by: Actor | None = None) -> CountRow:
        """Begin a count of all cabinets and the spares; `occasion` is a key of OCCASIONS.

        The spot check is the property manager's: `by` (proved by `StaffService.prove`) or whoever is signed in must
        have APPROVE_KEYS. Refused while another count is open, or where there is no key.
        """
        acting = by or self._context.require(Permission.WRITE_KEYS, Permission.APPROVE_KEYS)
        if occasion not in {choice.key for choice in OCCASIONS}:
            raise RefusedError("请选择是交接清点还是抽查。", field="occasion", rule=RULE)
        right = Permission.APPROVE_KEYS if occasion == "spot_check" else Permission.WRITE_KEYS
        if not acting.may(right):
            who = "物业部经理" if occasion == "spot_check" else "值班人员"
            raise NotAllowedError(f"这种清点要由{who}办理。", field="by", rule="R-KEY-6")
        with self._context.transaction(right, action="begin_count", actor=acting) as work:
            if work.session.scalar(_open()) is not None:
                raise RefusedError("上一次清点还没有结束，请先完成它。", rule=RULE)
            places = _places(work.session)
            if not places:
                raise RefusedError("还没有登记钥匙，没有可清点的。", rule=RULE)
            count = work.add(KeyCount(occasion=occasion, begun_at=work.now, counted_by=acting.name))
            work.add_all([KeyCountPlace(count_id=count.id, place=place) for place in places])
            return self._row(work.session, count)

    def tell(self, count_id: int, totals: Mapping[str, int | None]) -> CountRow:
        """How many keys hang in each of these cabinets (place of `PlaceCount` to number); told once, for good.

        Only now the register is looked at. A place that does not agree says so, and not by how much.
        """
        with self._counting(count_id, "tell_count") as (work, count):
            standing = {place.place: place for place in _of(work.session, count)}
            for name, told in totals.items():
                place = standing.get(name)
                if place is None or place.told is not None:
                    raise RefusedError(f"{rules.place_label(name)}已经点过，或不在这次清点里。", rule=RULE)
                place.told = rules.check_told(told, name)
                place.book = sum(book for _, book in _hanging(work.session, name))
            work.flush()
            return self._row(work.session, count)

    def keys_of(self, count_id: int, place: str) -> list[ToCount]:
        """The keys of a place in the order of its hooks, without any figure: to be counted one by one."""
        with reading(self._context) as session:
            present(session, KeyCount, count_id)
            return [ToCount(key.id, key.number, key.lock, key.hook) for key, _ in _hanging(session, place)]

    def count_keys(self, count_id: int, place: str, counted: Mapping[int, int | None]) -> CountRow:
        """A place counted key by key (`counted`: id to number), all of its keys; the differences come out of it."""
        with self._counting(count_id, "count_keys") as (work, count):
            found = next((one for one in _of(work.session, count) if one.place == place), None)
            if found is None or found.told is None or found.by_key_at is not None:
                raise RefusedError("请先报这一处的总数，再逐把核对。", rule=RULE)
            for key, book in _hanging(work.session, place):
                told = counted.get(key.id)
                if told is None or told < 0:
                    raise RefusedError(f"请点清 {key.number} 实际有几把。", field=str(key.id), rule=RULE)
                if told != book:
                    work.add(
                        KeyCountLine(
                            place_id=found.id, key_id=key.id, number=key.number, lock=key.lock, told=told, book=book
                        )
                    )  # fmt: skip
            found.by_key_at = work.now
            work.flush()
            return self._row(work.session, count)

    def explain(self, difference_id: int, explanation: str) -> CountRow:
        """Why a key does not hang there as the register has it. What became of it is told of the key itself (报失, 归还)."""
        told = plain_text(explanation, field="explanation", label="差异说明", most=400)
        if not told:
            raise RefusedError("请写明差在哪里、怎样处理。", field="explanation", rule=RULE)
        with self._context.read() as session:
            line = present(session, KeyCountLine, difference_id)
            place = present(session, KeyCountPlace, line.place_id)
        with self._counting(place.count_id, "explain_count") as (work, count):
            line = present(work.session, KeyCountLine, difference_id)
            line.explanation, line.explained_by = told, work.actor.name
            work.flush()
            return self._row(work.session, count)

    def close(self, count_id: int) -> CountRow:
        """The count is done: everything told, and each difference explained. Raises RefusedError."""
        with self._counting(count_id, "close_count") as (work, count):
            row = self._row(work.session, count)
            owed = {
                "told": "还有没点的地方，请先报数。",
                "by_key": "有地方与登记不符，请逐把核对。",
                "explain": "还有差异没有说明。",
            }
            if row.next_step in owed:
                raise RefusedError(owed[row.next_step], field=row.next_step, rule=RULE)
            count.closed_at, count.closed_by = work.now, work.actor.name
            work.flush()
            return self._row(work.session, count)

    def give_up(self, count_id: int, reason: str) -> None:
        """Break a count off, with a reason; what was told stays on record."""
        why = plain_reason(reason)
        if not why:
            raise RefusedError("放弃清点请写明原因。", field="reason", rule=RULE)
        with self._counting(count_id, "give_up_count", why) as (work, count):
            work.void(count, why)

    # --- questions ----------------------------------------------------------------------------------

    def get(self, count_id: int) -> CountRow:
        """One count. Raises RefusedError when there is none."""
        with reading(self._context) as session:
            return self._row(session, present(session, KeyCount, count_id))

    def open_count(self) -> CountRow | None:
        """The count that is under way; None usually."""
        with reading(self._context) as session:
            count = session.scalar(_open())
            return self._row(session, count) if count is not None else None

    def last(self, occasion: str = "") -> CountRow | None:
        """The last count that was closed, of one occasion where it is given: what a handover has on record."""
        asked = select(KeyCount).where(KeyCount.closed_at.is_not(None))
        if occasion:
            asked = asked.where(KeyCount.occasion == occasion)
        with reading(self._context) as session:
            count = session.scalars(asked.order_by(KeyCount.id.desc())).first()
            return self._row(session, count) if count is not None else None

    def counts(self, most: int = 100) -> list[CountRow]:
        """The newest counts, without those that were broken off."""
        asked = select(KeyCount).where(KeyCount.voided_at.is_(None)).order_by(KeyCount.id.desc())
        with reading(self._context) as session:
            return [self._row(session, one) for one in session.scalars(asked.limit(most))]

    def counted_in_shift(self, now: datetime | None = None) -> bool:
        """Whether a handover count was closed in the shift that runs at `now` (UTC)."""
        return self._counted_since(self._shift_begins(now or self._context.clock.now()))

    def due(self, now: datetime) -> list[DueItem]:
        """The running shift's count until it is closed, and the property manager's monthly spot check (R-KEY-5, 6)."""
        self._context.require(Permission.READ_REGISTERS)
        clock = self._context.clock
        with self._context.read() as session:
            if not _places(session):
                return []
            checked = session.scalar(
                select(KeyCount.closed_at)
                .where(KeyCount.occasion == "spot_check", KeyCount.closed_at.is_not(None))
                .order_by(KeyCount.closed_at.desc())
            )
            entered = session.scalar(select(Key.created_at).order_by(Key.id)) or now
        items = []
        begins = self._shift_begins(now)
        if not self._counted_since(begins):
            hours = shift_hours(self._context.settings.get(SHIFT_HOURS))
            items.append(
                DueItem("key_count", 0, "交接前清点钥匙", "", "值班员", shift_ends(clock, now, hours), begins)
            )
        last = clock.local(checked or entered).date()
        owed = rules.month_end(last)
        if checked is not None:
            owed = rules.month_end(owed + timedelta(days=1))
        due_at = clock.day_bounds(owed)[1]
        if now >= due_at - NEAR:
            since = clock.day_bounds(owed.replace(day=1))[0]
            items.append(DueItem("key_count", 0, f"{owed.month} 月抽查钥匙", "", "物业部经理", due_at, since))
        return items

    # --- inside -------------------------------------------------------------------------------------

    @contextmanager
    def _counting(
        self, count_id: int, action: str, reason: str = ""
    ) -> Iterator[tuple[Transaction, KeyCount]]:
        rights = (Permission.WRITE_KEYS, Permission.APPROVE_KEYS)
        with self._context.transaction(*rights, action=action, reason=reason) as work:
            count = present(work.session, KeyCount, count_id)
            if count.closed_at is not None or count.voided_at is not None:
                raise RefusedError("这次清点已经结束。", rule=RULE)
            yield work, count

    def _shift_begins(self, now: datetime) -> datetime:
        clock = self._context.clock
        shift = shift_at(clock.local(now), shift_hours(self._context.settings.get(SHIFT_HOURS)))
        return clock.moment(shift.day, shift.begins)

    def _counted_since(self, moment: datetime) -> bool:
        asked = select(KeyCount.id).where(
            KeyCount.occasion == "handover", KeyCount.voided_at.is_(None), KeyCount.closed_at >= moment
        )
        with reading(self._context) as session:
            return session.scalar(asked) is not None

    def _row(self, session: Session, count: KeyCount) -> CountRow:
        places = _of(session, count)
        names = {place.id: place.place for place in places}
        lines = session.scalars(
            select(KeyCountLine).where(KeyCountLine.place_id.in_(names)).order_by(KeyCountLine.id)
        )
        return CountRow(
            count.id,
            count.occasion,
            count.begun_at,
            count.counted_by,
            count.closed_at,
            count.closed_by,
            tuple(map(_place_row, places)),
            tuple(
                Difference(
                    line.id, line.key_id, line.number, line.lock, names[line.place_id],
                    line.told, line.book, line.explanation, line.explained_by,
                )
                for line in lines
            ),
        )  # fmt: skip


def _open() -> Select[KeyCount]:
    return select(KeyCount).where(KeyCount.closed_at.is_(None), KeyCount.voided_at.is_(None))


def _of(session: Session, count: KeyCount) -> Sequence[KeyCountPlace]:
    asked = select(KeyCountPlace).where(KeyCountPlace.count_id == count.id).order_by(KeyCountPlace.id)
    return session.scalars(asked).all()


def _place_row(place: KeyCountPlace) -> PlaceCount:
    agrees = None if place.told is None else place.told == place.book
    shown = agrees or place.by_key_at is not None
    return PlaceCount(
        place.id,
        place.place,
        rules.place_label(place.place),
        place.told,
        place.book if shown else None,
        agrees,
        place.by_key_at is not None,
    )


def _places(session: Session) -> list[str]:
    """The cabinets in natural order, "" for keys that have none, and the spares where there are any."""
    standing = (Key.voided_at.is_(None), Key.scrapped_on.is_(None))
    cabinets = sorted(session.scalars(select(Key.cabinet).where(*standing).distinct()), key=rules.natural)
    spares = session.scalar(select(Key.id).where(*standing, Key.spare > 0).limit(1))
    return [*cabinets, *([SPARES] if spares is not None else [])]


def _hanging(session: Session, place: str) -> list[tuple[Key, int]]:
    """The keys of a place in the order of its hooks, each with what must hang there."""
    asked = select(Key).where(Key.voided_at.is_(None), Key.scrapped_on.is_(None))
    asked = asked.where(Key.spare > 0) if place == SPARES else asked.where(Key.cabinet == place)
    keys = sorted(session.scalars(asked), key=lambda key: (rules.natural(key.hook), key.natural))
    return [
        (key, key.spare - key.spare_out if place == SPARES else pieces_of(key).hanging)
        for key in keys
        if place or pieces_of(key).in_use
    ]
