"""Service orders: issued, dispatched, arrived, finished, returned, or void; serials without gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from frontdesk.core.actor import Actor, Permission
from frontdesk.core.context import DeskContext, Transaction
from frontdesk.core.errors import NotAllowedError, RefusedError, StoppedError
from frontdesk.core.fitting import fitting
from frontdesk.core.plain_text import plain_reason
from frontdesk.core.query import RegisterQuery, TableRow
from frontdesk.core.settings import DEPARTMENTS, ORDER_URGENT_WORDS, SERVICE_PEOPLE
from frontdesk.core.shown import shown_moment
from frontdesk.estate.link import linked_unit
from frontdesk.forms import Slip
from frontdesk.orders import issuing, listing, prints, rules
from frontdesk.orders.appointments import overlaps
from frontdesk.orders.charges import put_lines, total_of
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.people import ServicePerson, service_people
from frontdesk.orders.register import ORDER, NewLine, NewOrder, OrderRow
from frontdesk.orders.rules import ARRIVE, DISPATCH, FINISH, RETURN, State, Step
from frontdesk.orders.shown import ShownOrders
from frontdesk.orders.unfinished import Reworked, no_rework, unfinished
from frontdesk.staff.shifts import may_reach, require_correction, require_void

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.clock import Clock
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.exchange.export import ExportWish

CHUNK = 500  # orders read at once for a sheet
PRINT_CHUNK = 100  # and for paper, with their lines
_NEW_FIELDS = frozenset(NewOrder.__dataclass_fields__) - {"draft_id"}

Settled = Callable[[Transaction, ServiceOrder], None]
Amended = Callable[[Transaction, ServiceOrder], tuple[str, ...]]


class OrderService:
    """The register of service orders.

    `when_settled` is called with each order that comes back, inside its unit of work, so that what stands
    above (the call it came from) is settled together with it or not at all. `when_amended` likewise with each order
    that was voided or put right: what else goes by it (a bill) is put right too, told in sentences, or refuses it.
    """

    register = ORDER

    def __init__(self, context: DeskContext, reworked: Reworked = no_rework) -> None:
        self._context, self._reworked = context, reworked
        self._shown = ShownOrders(context)
        self.when_settled: list[Settled] = []
        self.when_amended: list[Amended] = []

    # --- commands -----------------------------------------------------------------------------------

    def issue(self, new: NewOrder) -> OrderRow:
        """Write a new order and take its serial (R-ORDER-1). Raises RefusedError, NotAllowedError."""
        with self._context.transaction(Permission.WRITE_ORDERS, action="issue") as work:
            return self.row_within(work, self.issue_within(work, new))

    def issue_within(self, work: Transaction, new: NewOrder) -> ServiceOrder:
        """The same inside a caller's unit of work: a call and its order are written together (R-CALL-3)."""
        if not work.actor.may(Permission.WRITE_ORDERS):
            raise NotAllowedError(f"{work.actor.name}的岗位不能开服务单，请找主管或换人登录（F12）。")
        order = issuing.issue(work, self._context.settings, new)
        if new.lines:
            put_lines(work, order, new.lines, self._day_of(order))
        return order

    def backfill(self, new: NewOrder, served_at: datetime, *, blank_id: int | None = None) -> OrderRow:
        """Write an order after the work: an emergency served first (R-ORDER-3), or a blank's paper (R-ORDER-2).

        `served_at` is when it was really taken; the order keeps both times. Raises RefusedError.
        """
        with self._context.transaction(Permission.WRITE_ORDERS, action="backfill") as work:
            if blank_id is None:
                order = issuing.issue(work, self._context.settings, new, served_at)
            else:
                order = _present(work.session, blank_id)
                issuing.fill_blank(work, self._context.clock, order, new, served_at)
            if new.lines:
                put_lines(work, order, new.lines, self._day_of(order))
            return self.row_within(work, order)

    def take_blanks_within(self, work: Transaction, count: int) -> list[ServiceOrder]:
        """Take serials for a run of blanks, inside a caller's unit of work (R-ORDER-2)."""
        return [issuing.take_blank(work, self._context.settings) for _ in range(count)]

    def row_within(self, work: Transaction, order: ServiceOrder) -> OrderRow:
        """An order as it stands inside a caller's unit of work, with warnings about its appointment."""
        words = self._context.settings.get(ORDER_URGENT_WORDS)
        urgency = rules.urgency_warning(order.category, order.content, words, urgent=order.urgent)
        return self._shown.row(order, (*_appointment_warnings(work, self._context.clock, order), *urgency))

    def dispatch(
        self, order_id: int, service_person: str, department: str = "", *, at: datetime | None = None
    ) -> OrderRow:
        """Hand the order to a service person, or to another one before arrival (R-ORDER-4).

        An empty department is the one that the setting names for the person, or as it was. Overlapping appointments,
        and what was not agreed with the customer, are told in the row's `warnings`. Raises RefusedError.
        """
        values = fitting(ORDER, {"service_person": service_person, "department": department})
        if not values["service_person"]:
            raise RefusedError("请选择服务人员。", field="service_person")
        if not any(
            char.isalpha() for char in values["service_person"]
        ):  # a moment typed into the wrong field
            said = values["service_person"]
            raise RefusedError(f"“{said}”不像姓名，请填服务人员。", field="service_person")
        named = values["department"] or self._department_of(values["service_person"])
        with self._step(DISPATCH, order_id, at) as (work, order):
            _assign(order, values | {"department": named or order.department})
            work.flush()
            warnings = (
                *_appointment_warnings(work, self._context.clock, order),
                *rules.agreement_warnings(
                    order.category,
                    order.expected_cost,
                    order.materials,
                    appointed=order.at_once or order.appointment_at is not None,
                ),
                *rules.damage_warning(order.category, confirmed=order.damage_confirmed_at is not None),
            )
        return self._shown.row(order, warnings)

    def arrive(self, order_id: int, *, at: datetime | None = None) -> OrderRow:
        """The service person is at the place (R-ORDER-5). Raises RefusedError."""
        with self._step(ARRIVE, order_id, at) as (_work, order):
            pass
        confirmed = order.damage_confirmed_at is not None
        return self._shown.row(order, rules.damage_warning(order.category, confirmed=confirmed))

    def finish(
        self,
        order_id: int,
        result: str,
        lines: Sequence[NewLine] = (),
        *,
        materials: str | None = None,
        workload: str = "",
        self_check: str = "",
        at: datetime | None = None,
    ) -> OrderRow:
        """The work is done, with its priced lines in place of those agreed; None keeps the materials as agreed.

        Raises RefusedError.
        """
        values = fitting(ORDER, {"result": result, "workload": workload, "self_check": self_check})
        if not values["result"]:
            raise RefusedError("请填写服务结果。", field="result")
        if materials is not None:
            values |= fitting(ORDER, {"materials": materials})
        with self._step(FINISH, order_id, at) as (work, order):
            _assign(order, values | {"due_amount": total_of(lines)})
            put_lines(work, order, lines, self._day_of(order))
        return self._shown.row(order)

    def return_order(
        self,
        order_id: int,
        settlement: str = "",
        paid: int = 0,
        *,
        customer_signed_at: datetime | None = None,
        reason: str = "",
        at: datetime | None = None,
    ) -> OrderRow:
        """The signed order is back at the desk (R-ORDER-8): `cash` or `on_account`, `paid` in fen.

        `reason` says why less was paid than is due. Raises RefusedError.
        """
        values = fitting(ORDER, {"settlement": settlement, "paid_amount": paid})
        reason = plain_reason(reason)
        with self._step(RETURN, order_id, at, reason=reason) as (work, order):
            rules.check_settlement(settlement, order.due_amount, paid, reason)
            self._check_signature(order, customer_signed_at, work.now)
            _assign(order, values | {"customer_signed_at": customer_signed_at})
            if reason and paid < order.due_amount:
                order.remarks = "\n".join(filter(None, (order.remarks, f"少收：{reason}")))
            work.flush()
            for settled in self.when_settled:
                settled(work, order)
        return self._shown.row(order, () if customer_signed_at else ("客户还没有签字，请补签。",))

    def void(self, order_id: int, reason: str) -> OrderRow:
        """Cancel an order; its serial stays taken (R-ORDER-1). One that is back: by a supervisor only.

        Raises RefusedError without a reason, NotAllowedError.
        """
        reason = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="void", reason=reason) as work:
            order = _present(work.session, order_id)
            require_void(self._context, work, order, reason)
            if order.state == State.RETURNED and not work.actor.may(Permission.CORRECT_ANY):
                raise NotAllowedError("已返单的服务单只能由主管作废，请主管登录（F12）。")
            work.void(order, reason)
            order.state = State.VOID.value
            told = self._amended(work, order)
        return self._shown.row(order, told)

    def correct(self, order_id: int, changes: Mapping[str, Any], reason: str = "") -> OrderRow:
        """Put right what was written; the old value stays in the journal (roles.md).

        `changes` maps fields of NewOrder, and of the steps taken so far, to their values; `lines` is a
        sequence of NewLine. One's own of the running shift freely, else a supervisor with a reason.
        Raises RefusedError, NotAllowedError.
        """
        reason = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="correct", reason=reason) as work:
            order = _present(work.session, order_id)
            require_correction(self._context, work, order, reason)
            if order.state == State.BLANK:
                raise RefusedError(f"{order.serial} 还是空白单，请补填。", rule="R-ORDER-2")
            for name in changes:
                if name not in _NEW_FIELDS and not rules.may_correct_field(name, order.state):
                    raise RefusedError("这一栏要等那一步登记过才能更正。", field=name)
            with _findable(work, order):
                values = fitting(ORDER, {name: value for name, value in changes.items() if name != "lines"})
                _assign(order, linked_unit(work.session, values, order.unit_no))
                if "customer_signed_at" in values:
                    self._check_signature(order, order.customer_signed_at, work.now)
                if "lines" in changes:
                    self._reprice(work, order, changes)
                rules.check_appointment(order.at_once, order.appointment_at, order.appointment_until)
                if any(step.moment in changes for step in rules.STEPS):
                    rules.check_times(_taken(order, self._context.clock), work.now)
                if order.state == State.RETURNED:
                    rules.check_settlement(order.settlement, order.due_amount, order.paid_amount, reason)
            warnings = (*_appointment_warnings(work, self._context.clock, order), *self._amended(work, order))
        return self._shown.row(order, warnings)

    def may_correct(self, order: OrderRow) -> bool:
        """Whether whoever is signed in may put an order right: one's own of the running shift, any other by a
        supervisor (roles.md).
        """
        return order.voided_at is None and may_reach(self._context, order.created_by_id, order.created_at)

    def record_print(self, order_id: int) -> int:
        """`record_prints` of one order: how often it was printed before."""
        return self.record_prints([order_id])[order_id]

    def record_prints(
        self,
        order_ids: Sequence[int],
        cancelled: Cancelled | None = None,
        progress: Progress | None = None,
    ) -> dict[int, int]:
        """Count a print of each before the sheets leave (R-ORDER-18), for `slips`; see `prints.count_prints`."""
        return prints.count_prints(self._context, order_ids, cancelled, progress)

    def take_back_prints(self, counts: Mapping[int, int], actor: Actor) -> None:
        """Strike out counts of prints that came to nothing; see `prints.take_back_prints`."""
        prints.take_back_prints(self._context, counts, actor)

    # --- questions ----------------------------------------------------------------------------------

    def printed_before(self, order_ids: Sequence[int]) -> frozenset[int]:
        """Which of these orders were printed already (R-ORDER-18)."""
        return prints.printed_before(self._context, order_ids)

    def get(self, order_id: int) -> OrderRow:
        """One order. Raises RefusedError when there is none."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return self._shown.row(_present(session, order_id))

    def by_serial(self, text: str) -> OrderRow | None:
        """The order of a serial as typed, shown in a table (`FW-000187`, this year's) or scanned from its QR.

        None when there is none.
        """
        self._context.require(Permission.READ_ORDERS)
        meant = rules.serials_meant(text, self._context.clock.today().year)
        asked = select(ServiceOrder).where(ServiceOrder.serial.in_(meant))
        with self._context.read() as session:
            order = session.scalars(asked).first()
            return None if order is None else self._shown.row(order)

    def open_for_unit(self, unit_id: int) -> tuple[OrderRow, ...]:
        """A household's orders that are not back yet, or wait for a rework, newest first."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return tuple(map(self._shown.row, unfinished(session, unit_id, self._reworked)))

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids that answer, newest first; a range for the whole register, else 5,000 at most."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            return listing.find(session, query, self._context.clock)

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The rows of these ids, in this order."""
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            found = {order.id: order for order in listing.table_orders(session, ids)}
        return [self._shown.table_row(found[number]) for number in ids if number in found]

    def slips(
        self,
        order_ids: Sequence[int],
        reprints: Mapping[int, int] | None = None,
        cancelled: Cancelled | None = None,
    ) -> list[Slip]:
        """What goes on paper as F-ORDER, in this order, for whoever may print (R-ORDER-18).

        `reprints` has what `record_prints` gave; an order without is marked as its next print, for a look at
        it. Raises RefusedError, StoppedError.
        """
        self._context.require(Permission.PRINT)
        counted = reprints or {}
        made: list[Slip] = []
        for at in range(0, len(order_ids), PRINT_CHUNK):
            if cancelled and cancelled():
                raise StoppedError("已停止，没有打印。")
            with self._context.read() as session:
                orders = _all_present(session, order_ids[at : at + PRINT_CHUNK])
                made += [self._shown.slip(order, counted.get(order.id, order.prints)) for order in orders]
        return made

    def export(
        self,
        path: Path,
        query: RegisterQuery,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write each order that answers to an XLSX file, oldest first, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        self._context.require(Permission.EXPORT)
        self._context.require(Permission.READ_ORDERS)
        with self._context.read() as session:
            ids = listing.find(session, query, self._context.clock, None)[::-1]
        rows = self._exported(ids)
        return export_register(
            self._context, path, ORDER, rows, wish, total=len(ids), progress=progress, cancelled=cancelled
        )

    def service_people(self) -> tuple[ServicePerson, ...]:
        """Who serves, as the setting has them: `李建国 工程部 08:00-17:30`."""
        return service_people(self._context.settings.get(SERVICE_PEOPLE))

    def departments(self) -> tuple[str, ...]:
        """The departments, as the setting has them."""
        return tuple(self._context.settings.get(DEPARTMENTS))

    # --- inside -------------------------------------------------------------------------------------

    @contextmanager
    def _step(
        self, step: Step, order_id: int, at: datetime | None, *, reason: str = ""
    ) -> Iterator[tuple[Transaction, ServiceOrder]]:
        """One step of an order as one unit of work, at a typed moment or now."""
        with self._context.transaction(Permission.WRITE_ORDERS, action=step.name, reason=reason) as work:
            order = _present(work.session, order_id)
            rules.check_step(step, order.state, order.serial)
            before = [one for one in _taken(order, self._context.clock).values() if one is not None]
            latest = max(before, key=lambda one: one.at)
            if at is not None:
                rules.check_moment(at, latest, work.now, field=step.moment)
            with _findable(work, order):
                order.state = step.to_state.value
                # A clock that was set back puts no step before the one that it follows.
                setattr(order, step.moment, at or max(work.now, latest.at))
                yield work, order

    def _check_signature(self, order: ServiceOrder, signed_at: datetime | None, now: datetime) -> None:
        if signed_at is not None:
            # Typed to the minute, as the issue was not.
            at = order.issued_at.replace(second=0, microsecond=0)
            issued = rules.Taken("受理", at, shown_moment(self._context.clock, at))
            rules.check_moment(signed_at, issued, now, field="customer_signed_at")

    def _amended(self, work: Transaction, order: ServiceOrder) -> tuple[str, ...]:
        work.flush()
        return tuple(sentence for amended in self.when_amended for sentence in amended(work, order))

    def _reprice(self, work: Transaction, order: ServiceOrder, changes: Mapping[str, Any]) -> None:
        """Other lines: they come to what is due once the work is done, before that to what was agreed (R-ORDER-4)."""
        total = total_of(changes["lines"])
        if order.finished_at is not None:
            order.due_amount = total
        elif changes["lines"] and "expected_cost" not in changes:
            order.expected_cost = total
        put_lines(work, order, changes["lines"], self._day_of(order))

    def _exported(self, ids: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        # Read in chunks, so that a clerk can go on writing in between.
        for at in range(0, len(ids), CHUNK):
            with self._context.read() as session:
                chunk = listing.exported_rows(session, ids[at : at + CHUNK])
            yield from chunk

    def _day_of(self, order: ServiceOrder) -> date:
        """The local day whose prices hold for an order."""
        return self._context.clock.local(order.issued_at).date()

    def _department_of(self, name: str) -> str:
        return next((person.department for person in self.service_people() if person.name == name), "")


def _present(session: Session, order_id: int) -> ServiceOrder:
    order = session.get(ServiceOrder, order_id)
    if order is None:
        raise RefusedError("没有这张服务单，请重新查找。", field="serial")
    return order


def _all_present(session: Session, order_ids: Sequence[int]) -> list[ServiceOrder]:
    asked = select(ServiceOrder).where(ServiceOrder.id.in_(order_ids))
    found = {order.id: order for order in session.scalars(asked)}
    if len(found) < len(set(order_ids)):
        raise RefusedError("没有这张服务单，请重新查找。", field="serial")
    return [found[order_id] for order_id in order_ids]


def _assign(order: ServiceOrder, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(order, name, value)


def _taken(order: ServiceOrder, clock: Clock) -> dict[str, rules.Taken | None]:
    """The issue and the steps of an order by their fields, None for one that is still to be taken."""
    words = {"issued_at": "受理"} | {step.moment: step.label for step in rules.STEPS}
    moments = {name: getattr(order, name) for name in words}
    return {
        name: None if at is None else rules.Taken(words[name], at, shown_moment(clock, at))
        for name, at in moments.items()
    }


@contextmanager
def _findable(work: Transaction, order: ServiceOrder) -> Iterator[None]:
    """Keep the search index true to an order that is changed within."""
    before = listing.found_by(order)
    yield
    work.flush()
    listing.INDEX.replace(work.connection, order.id, before, listing.found_by(order))


def _appointment_warnings(work: Transaction, clock: Clock, order: ServiceOrder) -> tuple[str, ...]:
    """Sentences about the person's other appointments at the same time (R-ORDER-4)."""
    own = (order.appointment_at, order.appointment_until)
    return overlaps(work.session, clock, order.service_person, own, order.id)
