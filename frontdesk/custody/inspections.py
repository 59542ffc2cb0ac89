"""托管房巡查: two people go in after the owner was told, and say what they found (F-CUSTODY-INSP, R-KEY-8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, or_, select

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.plain_text import plain_reason, plain_text, storable
from frontdesk.core.present import present
from frontdesk.custody import listing, rules
from frontdesk.custody.model import CustodyAgreement, CustodyInspection, CustodyRequest
from frontdesk.custody.register import INSPECTION, POINTS, REQUEST, WINTER, InspectionRow, NewInspection
from frontdesk.estate.link import linked_unit
from frontdesk.keys.listing import reading
from frontdesk.orders.register import NewOrder
from frontdesk.staff.shifts import require_correction, require_void

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.core.query import RegisterQuery, TableRow
    from frontdesk.exchange.export import ExportWish
    from frontdesk.orders.register import OrderRow
    from frontdesk.orders.service import OrderService

_CORRECTED = frozenset(
    {field.name for field in INSPECTION.entered} - {"unit_no", "inspected_at", "reported_to", "told_at"}
)
_SEARCHED = (
    CustodyInspection.unit_no,
    CustodyInspection.inspector_one,
    CustodyInspection.inspector_two,
    CustodyInspection.problem,
    CustodyInspection.order_serial,
)
_STANDS = CustodyInspection.voided_at.is_(None)
_NOT_SETTLED = _STANDS & (CustodyInspection.problem != "") & CustodyInspection.settled_at.is_(None)


class InspectionService:
    """托管房巡查 of one desk. Commands raise RefusedError, NotAllowedError, SurroundingsError.

    Writing needs WRITE_KEYS; `issue_order` needs WRITE_ORDERS.
    """

    register = INSPECTION

    def __init__(self, context: DeskContext, orders: OrderService) -> None:
        self._context, self._orders = context, orders

    # --- commands -----------------------------------------------------------------------------------

    def record(self, new: NewInspection) -> InspectionRow:
        """Write down what two people found in a home, in custody or merely vacant.

        Refused at its field: without a second, other person (inspector_two), unless the owner was told before (told_at,
        told_way), for a point that was not answered (water …), for an 异常 without words (problem), and for a moment to come.
        With `reported_to` the problem counts as reported now.
        """
        with self._context.transaction(Permission.WRITE_KEYS, action="inspect") as work:
            values = fitting(INSPECTION, vars(new))
            values["inspected_at"] = new.inspected_at or work.now
            if values["inspected_at"] > work.now:
                raise RefusedError("巡查时间不能晚于现在。", field="inspected_at", rule=rules.RULE)
            values = linked_unit(work.session, values)
            rules.check_inspectors(values["inspector_one"], values["inspector_two"])
            values |= self._told(work.session, values)
            rules.check_found(values)
            agreement = _agreement(work.session, values["unit_no"])
            one = work.add(
                CustodyInspection(
                    **values,
                    agreement_id=agreement.id if agreement is not None else None,
                    reported_at=work.now if values["reported_to"] else None,
                    written_by=work.actor.name,
                )
            )
            return listing.inspection_row(one)

    def report(self, inspection_id: int, reported_to: str) -> InspectionRow:
        """The problem was reported, now, to whom: owner, manager, department (R-KEY-8)."""
        told = fitting(INSPECTION, {"reported_to": reported_to})["reported_to"]
        if not told:
            raise RefusedError("请填写上报给谁。", field="reported_to", rule=rules.RULE)
        with self._problem("report_problem", inspection_id) as (work, one):
            one.reported_to, one.reported_at = told, work.now
            return listing.inspection_row(one)

    def settle(self, inspection_id: int, handling: str) -> InspectionRow:
        """The problem is dealt with, and how; it must have been reported before."""
        told = fitting(INSPECTION, {"handling": handling})["handling"]
        if not told:
            raise RefusedError("请写明怎样处理的。", field="handling", rule=rules.RULE)
        with self._problem("settle_problem", inspection_id) as (work, one):
            if one.reported_at is None:
                raise RefusedError("发现的问题还没有上报，请先上报。", field="reported_to", rule=rules.RULE)
            one.handling, one.settled_at = told, work.now
            return listing.inspection_row(one)

    def issue_order(
        self, inspection_id: int, order: NewOrder | None = None
    ) -> tuple[InspectionRow, OrderRow]:
        """Make the problem a service order, in one unit of work; `order` is what the form said, None for `order_for`."""
        with self._context.transaction(Permission.WRITE_ORDERS, action="issue_from_inspection") as work:
            one = present(work.session, CustodyInspection, inspection_id)
            _check_problem(one)
            if one.order_id is not None:
                raise RefusedError(f"这个问题已开服务单 {one.order_serial}。", rule=rules.RULE)
            issued = self._orders.issue_within(work, order or _order_for(work.session, one))
            one.order_id, one.order_serial = issued.id, issued.serial
            work.flush()
            return listing.inspection_row(one), self._orders.row_within(work, issued)

    def correct(self, inspection_id: int, values: Mapping[str, Any], reason: str = "") -> InspectionRow:
        """Mend what was written, by field name; room and moments stay. One's own of the running shift, else a supervisor."""
        reason = plain_reason(reason)
        unknown = set(values) - _CORRECTED
        assert not unknown, unknown
        with self._context.transaction(Permission.CORRECT_OWN, action="correct", reason=reason) as work:
            one = present(work.session, CustodyInspection, inspection_id)
            require_correction(self._context, work, one, reason)
            fit = fitting(INSPECTION, values)
            names = (*POINTS, "inspector_one", "inspector_two", "problem", "reported_to", "told_way")
            stood = {name: getattr(one, name) for name in names} | fit
            rules.check_inspectors(stood["inspector_one"], stood["inspector_two"])
            if not stood["told_way"]:
                raise RefusedError("请选择怎样通知业主的。", field="told_way", rule=rules.RULE)
            rules.check_found(stood)
            for name, value in fit.items():
                setattr(one, name, value)
            work.flush()
            return listing.inspection_row(one)

    def void(self, inspection_id: int, reason: str) -> InspectionRow:
        """Strike out an inspection entered in error; the home is due again as if nobody had gone."""
        why = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="void", reason=why) as work:
            one = present(work.session, CustodyInspection, inspection_id)
            require_void(self._context, work, one, why)
            work.void(one, why)
            work.flush()
            return listing.inspection_row(one)

    # --- questions ----------------------------------------------------------------------------------

    def get(self, inspection_id: int) -> InspectionRow:
        """One inspection. Raises RefusedError when there is none."""
        with reading(self._context) as session:
            return listing.inspection_row(present(session, CustodyInspection, inspection_id))

    def of_agreement(self, agreement_id: int, most: int = 20) -> list[InspectionRow]:
        """The newest inspections under an agreement."""
        asked = select(CustodyInspection).where(CustodyInspection.agreement_id == agreement_id)
        asked = asked.order_by(CustodyInspection.inspected_at.desc(), CustodyInspection.id.desc())
        with reading(self._context) as session:
            return [listing.inspection_row(one) for one in session.scalars(asked.limit(most))]

    def order_for(self, inspection_id: int) -> NewOrder:
        """The service order that a problem would become, for the form to begin with: room, owner, telephone, what is wrong."""
        self._context.require(Permission.WRITE_ORDERS)
        with reading(self._context) as session:
            return _order_for(session, present(session, CustodyInspection, inspection_id))

    def inspectors(self, most: int = 40) -> list[str]:
        """Who went lately, newest first, each once; to choose from."""
        asked = select(CustodyInspection.inspector_one, CustodyInspection.inspector_two)
        with reading(self._context) as session:
            newest = session.execute(asked.order_by(CustodyInspection.id.desc()).limit(most * 5)).all()
        return list(dict.fromkeys(name for pair in newest for name in pair if name))[:most]

    def problems(self) -> list[InspectionRow]:
        """Inspections whose problem is not reported or not settled yet, the oldest first."""
        asked = select(CustodyInspection).where(_NOT_SETTLED).order_by(CustodyInspection.inspected_at)
        with reading(self._context) as session:
            return [listing.inspection_row(one) for one in session.scalars(asked)]

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids that answer, newest first (`query.RegisterSource`); `open_only`: with a problem that is not settled."""
        asked = select(CustodyInspection.id).where(*self._conditions(query))
        asked = asked.order_by(CustodyInspection.inspected_at.desc(), CustodyInspection.id.desc())
        with reading(self._context) as session:
            return session.scalars(asked).all()

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The table's rows of these ids, in this order (`query.RegisterSource`)."""
        clock = self._context.clock
        with reading(self._context) as session:
            return [listing.inspection_table_row(row, clock) for row in _rows(session, ids)]

    def print_rows(self, query: RegisterQuery) -> Iterator[tuple[str, ...]]:
        """The lines of F-CUSTODY-INSP that answer, oldest first."""
        self._context.require(Permission.PRINT)
        ids = self.find(query)[::-1]
        with reading(self._context) as session:
            rows = _rows(session, ids)
        for row in rows:
            shown = listing.inspection_cells(row, self._context.clock)
            yield tuple(shown[field.name] for field in INSPECTION.printed)

    def export(
        self,
        path: Path,
        query: RegisterQuery,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write the inspections that answer to an XLSX file, oldest first, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        self._context.require(Permission.EXPORT)
        ids = self.find(query)[::-1]
        with reading(self._context) as session:
            kept = _rows(session, ids)
        rows = [[getattr(row, field.name) for field in INSPECTION.exported] for row in kept]
        return export_register(
            self._context,
            path,
            INSPECTION,
            rows,
            wish,
            total=len(rows),
            progress=progress,
            cancelled=cancelled,
        )

    # --- inside -------------------------------------------------------------------------------------

    def _told(self, session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
        """When and how the owner was told: as typed, or by the owner's own standing request for that day."""
        at: datetime = values["inspected_at"]
        if values["told_at"] is None and values["reason"] in (REQUEST, WINTER):
            day = self._context.clock.local(at).date()
            asked = select(CustodyRequest).where(
                CustodyRequest.unit_no == values["unit_no"],
                CustodyRequest.voided_at.is_(None),
                CustodyRequest.first_day <= day,
                CustodyRequest.last_day >= day,
                CustodyRequest.asked_at <= at,
            )
            wish = session.scalars(asked.order_by(CustodyRequest.id.desc())).first()
            if wish is not None:
                return {"told_at": wish.asked_at, "told_way": wish.way, "told_whom": wish.asked_by}
        rules.check_told(values["told_at"], values["told_way"], at)
        return {}

    @contextmanager
    def _problem(self, action: str, inspection_id: int) -> Iterator[tuple[Transaction, CustodyInspection]]:
        with self._context.transaction(Permission.WRITE_KEYS, action=action) as work:
            one = present(work.session, CustodyInspection, inspection_id)
            _check_problem(one)
            yield work, one
            work.flush()

    def _conditions(self, query: RegisterQuery) -> Iterator[Any]:
        bounds = self._context.clock.day_bounds
        for word in storable(query.text).split():
            yield or_(*(column.contains(word, autoescape=True) for column in _SEARCHED))
        if query.first_day:
            yield CustodyInspection.inspected_at >= bounds(query.first_day)[0]
        if query.last_day:
            yield CustodyInspection.inspected_at < bounds(query.last_day)[1]
        for name, wanted in query.choices.items():
            column = _progress() if name == "progress" else getattr(CustodyInspection, name)
            yield column == storable(wanted)
        if query.open_only:
            yield _NOT_SETTLED
        if query.picked:
            yield CustodyInspection.id.in_(query.picked.ids)


def _rows(session: Session, ids: Sequence[int]) -> list[InspectionRow]:
    asked = select(CustodyInspection).where(CustodyInspection.id.in_(ids))
    found = {one.id: listing.inspection_row(one) for one in session.scalars(asked)}
    return [found[one] for one in ids if one in found]


def _progress() -> Any:
    return case(
        (CustodyInspection.voided_at.is_not(None), "void"),
        (CustodyInspection.problem == "", "fine"),
        (CustodyInspection.settled_at.is_not(None), "settled"),
        (CustodyInspection.reported_at.is_not(None), "open"),
        else_="unreported",
    )


def _check_problem(one: CustodyInspection) -> None:
    if one.voided_at is not None:
        raise RefusedError("这条巡查记录已经作废。", rule=rules.RULE)
    if not one.problem:
        raise RefusedError("这次巡查没有发现问题。", field="problem", rule=rules.RULE)
    if one.settled_at is not None:
        raise RefusedError("这个问题已经处理完。", field="problem", rule=rules.RULE)


def _agreement(session: Session, unit_no: str) -> CustodyAgreement | None:
    asked = select(CustodyAgreement).where(
        CustodyAgreement.unit_no == unit_no,
        CustodyAgreement.ended_on.is_(None),
        CustodyAgreement.voided_at.is_(None),
    )
    return session.scalars(asked).first()


def _order_for(session: Session, one: CustodyInspection) -> NewOrder:
    agreement = session.get(CustodyAgreement, one.agreement_id) if one.agreement_id else None
    return NewOrder(
        content=plain_text(f"托管房巡查发现：{one.problem}", field="content", label="服务内容", most=1000),
        unit_id=one.unit_id,
        unit_no=one.unit_no,
        customer=agreement.owner if agreement else "",
        telephone=agreement.owner_telephone if agreement else "",
        remarks=f"巡查人 {one.inspector_one}、{one.inspector_two}",
    )
