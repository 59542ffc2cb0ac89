"""When homes are to be looked at and owners to be told: rounds, after rain, each day at request, in winter (R-KEY-8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from frontdesk.callbacks.model import Rain
from frontdesk.core.actor import Permission
from frontdesk.core.due import DueItem
from frontdesk.core.errors import RefusedError
from frontdesk.core.plain_text import plain_reason, plain_text
from frontdesk.core.present import present
from frontdesk.core.settings import (
    CUSTODY_RAIN_HOURS,
    CUSTODY_ROUND_DAYS,
    CUSTODY_WINTER_FIRST,
    CUSTODY_WINTER_LAST,
)
from frontdesk.custody import listing, rules
from frontdesk.custody.model import CustodyAgreement, CustodyInspection, CustodyRequest, WinterNotice
from frontdesk.custody.register import (
    AGREEMENT,
    INSPECTION,
    RAIN,
    REQUEST,
    WAYS,
    NewRequest,
    RequestRow,
    Untold,
    Visit,
    WinterRow,
)
from frontdesk.estate.link import linked_unit
from frontdesk.estate.listing import in_figures
from frontdesk.keys.listing import reading

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext

_IN_FORCE = CustodyAgreement.ended_on.is_(None) & CustodyAgreement.voided_at.is_(None)
_WAYS = frozenset(way.key for way in WAYS)
_WORDS = {"round": "定期巡查", "rain": "雨后巡查", "request": "业主要求每天巡查"}


@dataclass(frozen=True)
class _Known:
    """What is read once for all homes: those in custody, keys in words, last inspections by room, rains in order."""

    homes: Sequence[CustodyAgreement]
    keys: dict[int, str]
    last: dict[str, datetime]
    rains: list[datetime]
    requests: list[CustodyRequest]


class PlanService:
    """What is due of custody at one desk. Commands raise RefusedError, NotAllowedError, SurroundingsError; they need WRITE_KEYS.

    Rain is noted by `CallbackService.it_rained`, for call-backs and homes alike.
    """

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    # --- commands -----------------------------------------------------------------------------------

    def ask_daily(self, new: NewRequest) -> RequestRow:
        """An owner asks that a home be looked at each day; vacant ones too.

        Refused at its field for days that contradict, and while a request of that home still runs.
        """
        name = _said(new.asked_by, "asked_by", "要求人")
        kept = plain_text(new.note, field="note", label="说明", most=200)
        _check_way(new.way)
        first_day, last_day = new.first_day, new.last_day
        with self._context.transaction(Permission.WRITE_KEYS, action="ask_daily") as work:
            if last_day < first_day or last_day < work.today:
                raise RefusedError("每天巡查的结束日期不对。", field="last_day", rule=rules.RULE)
            told = linked_unit(work.session, {"unit_no": _said(new.unit_no, "unit_no", "房号", 40)})
            running = select(CustodyRequest.id).where(
                CustodyRequest.unit_no == told["unit_no"],
                CustodyRequest.voided_at.is_(None),
                CustodyRequest.last_day >= first_day,
                CustodyRequest.first_day <= last_day,
            )
            if work.session.scalar(running):
                raise RefusedError(
                    f"{told['unit_no']} 这段日子已有每天巡查的要求。", field="first_day", rule=rules.RULE
                )
            at = new.asked_at or work.now
            if at > work.now:
                raise RefusedError("提出要求的时间不能晚于现在。", field="asked_at", rule=rules.RULE)
            made = work.add(
                CustodyRequest(
                    unit_no=told["unit_no"],
                    unit_id=told.get("unit_id"),
                    asked_at=at,
                    asked_by=name,
                    way=new.way,
                    first_day=first_day,
                    last_day=last_day,
                    note=kept,
                )
            )
            return _request_row(made)

    def withdraw_daily(self, request_id: int, reason: str) -> None:
        """The owner does not want it any more, or it was entered in error; a reason is needed."""
        why = plain_reason(reason)
        if not why:
            raise RefusedError("请写明原因。", field="reason", rule=rules.RULE)
        with self._context.transaction(Permission.WRITE_KEYS, action="withdraw_daily", reason=why) as work:
            one = present(work.session, CustodyRequest, request_id)
            if one.voided_at is not None:
                raise RefusedError("这项要求已经撤回。", rule=rules.RULE)
            work.void(one, why)

    def tell_winter(
        self, unit_no: str, way: str, told_whom: str, answer: str = "", *, reached: bool = True
    ) -> WinterRow:
        """The owner of a home, in custody or vacant, was told to let the heating run low; not `reached`: a try that is kept.

        Refused outside of winter (settings), and once the owner has been reached in this one.
        """
        name = _said(told_whom, "told_whom", "通知了谁")
        kept = plain_text(answer, field="answer", label="业主答复", most=200)
        _check_way(way)
        with self._context.transaction(Permission.WRITE_KEYS, action="tell_winter") as work:
            winter = rules.winter_of(work.today, self._limits())
            if winter is None:
                raise RefusedError("现在不是冬季，不用通知低温运行。", rule=rules.RULE)
            told = linked_unit(work.session, {"unit_no": _said(unit_no, "unit_no", "房号", 40)})
            if told["unit_no"] in _told_in(work.session, winter):
                raise RefusedError(f"{told['unit_no']} 今冬已经通知过了。", field="unit_no", rule=rules.RULE)
            made = work.add(
                WinterNotice(
                    winter=winter,
                    unit_no=told["unit_no"],
                    unit_id=told.get("unit_id"),
                    told_at=work.now,
                    told_by=work.actor.name,
                    told_whom=name,
                    way=way,
                    reached=reached,
                    answer=kept,
                )
            )
            return _winter_row(made)

    # --- questions ----------------------------------------------------------------------------------

    def visits(self, now: datetime | None = None, *, all_homes: bool = False) -> list[Visit]:
        """Homes to be inspected, one line a home with what is due first, in the order of time.

        Up to the end of the local day of `now` (UTC), and what is late; with `all_homes` each home with its next visit.
        """
        moment = now or self._context.clock.now()
        tonight = self._context.clock.day_bounds(self._context.clock.local(moment).date())[1]
        with reading(self._context) as session:
            known = self._known(session)
            found = [*self._in_custody(known, moment), *self._vacant(known, moment)]
        # Rain has its hours, not a day: whoever plans the day wants to see it from the first drop.
        wanted = [one for one in found if all_homes or one.due_at < tonight or one.reason in (RAIN, REQUEST)]
        return sorted(wanted, key=lambda one: (one.due_at, in_figures(one.unit_no)))

    def untold(self, now: datetime | None = None) -> list[Untold]:
        """Owners of homes in custody who are still to be told of this winter, room by room; none outside of it."""
        clock, limits = self._context.clock, self._limits()
        winter = rules.winter_of(clock.local(now or clock.now()).date(), limits)
        if winter is None:
            return []
        begins = rules.winter_begins(winter, limits)
        with reading(self._context) as session:
            told = _told_in(session, winter)
            tries = _tries_in(session, winter)
            homes = session.scalars(select(CustodyAgreement).where(_IN_FORCE)).all()
        return [
            Untold(
                one.id, one.unit_no, one.owner, one.housekeeper, clock.day_bounds(first)[0],
                rules.told_by(first, clock), tries.get(one.unit_no, 0),
            )
            for one in sorted(homes, key=lambda one: in_figures(one.unit_no))
            for first in [max(begins, one.starts_on)]
            if one.unit_no not in told
        ]  # fmt: skip

    def requests(self, *, running: bool = True) -> list[RequestRow]:
        """Daily inspections that owners asked for, newest first; `running`: those not over yet."""
        asked = select(CustodyRequest).where(CustodyRequest.voided_at.is_(None))
        if running:
            asked = asked.where(CustodyRequest.last_day >= self._context.clock.today())
        with reading(self._context) as session:
            return [_request_row(one) for one in session.scalars(asked.order_by(CustodyRequest.id.desc()))]

    def winters(self, unit_no: str) -> list[WinterRow]:
        """What was said to a home's owner of winters, newest first."""
        asked = select(WinterNotice).where(WinterNotice.unit_no == unit_no, WinterNotice.voided_at.is_(None))
        with reading(self._context) as session:
            return [_winter_row(one) for one in session.scalars(asked.order_by(WinterNotice.id.desc()))]

    def due(self, now: datetime) -> list[DueItem]:
        """Visits, owners to be told of winter, security to be told, terms that end, problems to report and settle."""
        items = [self._visit_item(one) for one in self.visits(now)]
        items += [
            DueItem(
                AGREEMENT.name, one.agreement_id, "通知业主冬季空调低温运行", one.unit_no, one.housekeeper,
                one.due_at, one.since,
            )
            for one in self.untold(now)
        ]  # fmt: skip
        with reading(self._context) as session:
            items += self._of_agreements(session, now)
            items += self._of_problems(session)
        return sorted(items, key=lambda item: (item.due_at, in_figures(item.unit_no)))

    # --- inside -------------------------------------------------------------------------------------

    def _limits(self) -> rules.Limits:
        get = self._context.settings.get
        return rules.Limits(
            get(CUSTODY_ROUND_DAYS),
            get(CUSTODY_RAIN_HOURS),
            get(CUSTODY_WINTER_FIRST),
            get(CUSTODY_WINTER_LAST),
        )

    def _known(self, session: Session) -> _Known:
        homes = session.scalars(select(CustodyAgreement).where(_IN_FORCE)).all()
        handed = listing.handed_of(session, [one.id for one in homes])
        last = (
            select(CustodyInspection.unit_no, func.max(CustodyInspection.inspected_at))
            .where(CustodyInspection.voided_at.is_(None))
            .group_by(CustodyInspection.unit_no)
        )
        rains = select(Rain.rained_at).where(Rain.voided_at.is_(None)).order_by(Rain.rained_at)
        requests = (
            select(CustodyRequest).where(CustodyRequest.voided_at.is_(None)).order_by(CustodyRequest.id)
        )
        return _Known(
            homes,
            {one: "、".join(key.number for key in keys) for one, keys in handed.items()},
            {row[0]: row[1] for row in session.execute(last)},
            list(session.scalars(rains)),
            list(session.scalars(requests)),
        )

    def _in_custody(self, known: _Known, now: datetime) -> Iterator[Visit]:
        clock, limits = self._context.clock, self._limits()
        for one in known.homes:
            begins = max(one.created_at, clock.day_bounds(one.starts_on)[0])
            last = known.last.get(one.unit_no)
            due = [
                rules.next_round(begins, last, clock, limits),
                rules.after_rain(begins, last, [rain for rain in known.rains if rain <= now], limits),
            ]
            visit = Visit(
                one.id, one.unit_id, one.unit_no, one.owner, one.housekeeper, known.keys.get(one.id, ""),
                "", begins, begins, last,
            )  # fmt: skip
            yield self._soonest(visit, [one for one in due if one], known, now)

    def _vacant(self, known: _Known, now: datetime) -> Iterator[Visit]:
        """Homes without an agreement whose owners asked for daily visits."""
        held = {one.unit_no for one in known.homes}
        for wish in known.requests:
            if wish.unit_no not in held:
                last = known.last.get(wish.unit_no)
                visit = Visit(
                    0,
                    wish.unit_id,
                    wish.unit_no,
                    wish.asked_by,
                    "",
                    "",
                    "",
                    wish.asked_at,
                    wish.asked_at,
                    last,
                )
                found = self._soonest(visit, [], replace(known, requests=[wish]), now)
                if found.reason:
                    yield found

    def _soonest(self, visit: Visit, due: list[rules.Due], known: _Known, now: datetime) -> Visit:
        """The visit with what is due first; without a reason where nothing is."""
        best = min(due, key=lambda one: one.due_at, default=None)
        request_id = 0
        for wish in known.requests:
            if wish.unit_no != visit.unit_no:
                continue
            found = rules.of_request(
                (wish.first_day, wish.last_day), wish.asked_at, visit.last_at, now, self._context.clock
            )
            if found is not None and (best is None or found.due_at <= best.due_at):
                best, request_id = found, wish.id
        if best is None:
            return visit
        return replace(visit, reason=best.reason, since=best.since, due_at=best.due_at, request_id=request_id)

    def _visit_item(self, one: Visit) -> DueItem:
        what = f"托管房{_WORDS[one.reason]}" if one.agreement_id else "空置房业主要求每天巡查"
        register, record = (
            (AGREEMENT.name, one.agreement_id) if one.agreement_id else ("custody_request", one.request_id)
        )
        return DueItem(register, record, what, one.unit_no, one.housekeeper, one.due_at, one.since)

    def _of_agreements(self, session: Session, now: datetime) -> Iterator[DueItem]:
        clock = self._context.clock
        near = clock.local(now).date() + rules.END_NEAR
        for one in session.scalars(select(CustodyAgreement).where(_IN_FORCE)):
            if one.security_told_at is None:
                ends = clock.day_bounds(clock.local(one.created_at).date())[1]
                yield DueItem(
                    AGREEMENT.name, one.id, "通知保安部外围巡查托管房", one.unit_no, one.housekeeper,
                    ends, one.created_at,
                )  # fmt: skip
            if one.ends_on is not None and one.ends_on <= near:
                ends = clock.day_bounds(one.ends_on)[1]
                yield DueItem(
                    AGREEMENT.name, one.id, f"托管到期 {one.serial}，请业主续签或领回钥匙", one.unit_no,
                    one.housekeeper, ends, one.created_at,
                )  # fmt: skip

    def _of_problems(self, session: Session) -> Iterator[DueItem]:
        clock = self._context.clock
        asked = select(CustodyInspection).where(
            CustodyInspection.voided_at.is_(None),
            CustodyInspection.problem != "",
            CustodyInspection.settled_at.is_(None),
        )
        for one in session.scalars(asked.order_by(CustodyInspection.inspected_at)):
            if one.reported_at is None:
                ends = clock.day_bounds(clock.local(one.inspected_at).date())[1]
                what, since = "上报托管房巡查发现的问题", one.inspected_at
            else:
                ends = one.reported_at + rules.SETTLE_WITHIN
                what, since = "处理托管房巡查发现的问题", one.reported_at
            who = "、".join(filter(None, (one.inspector_one, one.inspector_two)))
            yield DueItem(INSPECTION.name, one.id, what, one.unit_no, who, ends, since)


def _said(text: str, field: str, label: str, most: int = 60) -> str:
    said = plain_text(text, field=field, label=label, most=most)
    if not said:
        raise RefusedError(f"请填写“{label}”。", field=field, rule=rules.RULE)
    return said


def _check_way(way: str) -> None:
    if way not in _WAYS:
        raise RefusedError("请选择用什么方式。", field="way", rule=rules.RULE)


def _told_in(session: Session, winter: int) -> set[str]:
    asked = select(WinterNotice.unit_no).where(
        WinterNotice.winter == winter, WinterNotice.voided_at.is_(None), WinterNotice.reached
    )
    return set(session.scalars(asked))


def _tries_in(session: Session, winter: int) -> dict[str, int]:
    asked = (
        select(WinterNotice.unit_no, func.count())
        .where(WinterNotice.winter == winter, WinterNotice.voided_at.is_(None), ~WinterNotice.reached)
        .group_by(WinterNotice.unit_no)
    )
    return {row[0]: row[1] for row in session.execute(asked)}


def _request_row(one: CustodyRequest) -> RequestRow:
    return RequestRow(**{name: getattr(one, name) for name in RequestRow.__dataclass_fields__})


def _winter_row(one: WinterNotice) -> WinterRow:
    return WinterRow(**{name: getattr(one, name) for name in WinterRow.__dataclass_fields__})
