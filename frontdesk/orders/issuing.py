"""How an order comes to be: issued with the next serial, taken as a blank, or written after the work (R-ORDER-1…3)."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from frontdesk.core.drafts import drop_draft
from frontdesk.core.errors import RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.shown import shown_moment
from frontdesk.estate.link import linked_unit
from frontdesk.orders import listing, numbering, rules
from frontdesk.orders.charges import total_of
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import ORDER, NewOrder
from frontdesk.orders.rules import State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from frontdesk.core.clock import Clock
    from frontdesk.core.context import Transaction
    from frontdesk.core.settings import SettingsStore


def issue(
    work: Transaction, settings: SettingsStore, new: NewOrder, served_at: datetime | None = None
) -> ServiceOrder:
    """Write an order and take its serial (R-ORDER-1). Raises RefusedError.

    `served_at` says when an emergency was served before it was written (R-ORDER-3).
    """
    values = _values(work, new)
    if served_at is not None:
        rules.check_moment(served_at, None, work.now, field="served_at")
        values |= {"backfilled_at": work.now}
    order = _numbered(work, settings, State.ISSUED, values | {"issued_at": served_at or work.now})
    _drop_draft(work, new)
    return order


def take_blank(work: Transaction, settings: SettingsStore) -> ServiceOrder:
    """Take a serial for a blank of a run (R-ORDER-2)."""
    return _numbered(work, settings, State.BLANK, {"issued_at": work.now})


def fill_blank(
    work: Transaction, clock: Clock, order: ServiceOrder, new: NewOrder, served_at: datetime
) -> None:
    """Write into the register what stands on a blank's paper (R-ORDER-2, 3). Raises RefusedError."""
    if order.state != State.BLANK:
        raise RefusedError(f"{order.serial} 不是空白单，不用补填。", field="serial", rule="R-ORDER-2")
    values = _values(work, new)
    # Typed to the minute, as the number's taking was not.
    at = order.created_at.replace(second=0, microsecond=0)
    taken = rules.Taken("这张空白单取号", at, shown_moment(clock, at))
    rules.check_moment(served_at, taken, work.now, field="served_at")
    before = listing.found_by(order)
    moments = {"issued_at": served_at, "backfilled_at": work.now}
    for name, value in (values | moments | {"state": State.ISSUED.value}).items():
        setattr(order, name, value)
    work.flush()
    listing.INDEX.replace(work.connection, order.id, before, listing.found_by(order))
    _drop_draft(work, new)


def _values(work: Transaction, new: NewOrder) -> dict[str, Any]:
    typed = {name: value for name, value in asdict(new).items() if name not in ("draft_id", "lines")}
    values = fitting(ORDER, typed)
    if new.lines and values["expected_cost"] is None:
        values["expected_cost"] = total_of(new.lines)
    values = linked_unit(work.session, values)
    rules.check_appointment(new.at_once, new.appointment_at, new.appointment_until)
    values["taken_by"] = values["taken_by"] or work.actor.name
    return values


def _numbered(
    work: Transaction, settings: SettingsStore, state: State, values: Mapping[str, Any]
) -> ServiceOrder:
    # The business day, not the clock's: a clock set back must not reopen last year's serials.
    year = work.today.year
    number = work.next_serial(rules.SERIES, str(year))
    serial = numbering.next_serial(work, settings, year, number)
    order = ServiceOrder(**values, serial=serial, year=year, number=number, state=state.value, lines=[])
    work.add(order)
    listing.INDEX.put(work.connection, order.id, listing.found_by(order))
    return order


def _drop_draft(work: Transaction, new: NewOrder) -> None:
    if new.draft_id is not None:
        drop_draft(work.session, new.draft_id, work.actor.person_id)
