"""How an entry of another register names the household that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from frontdesk.core.actor import PROGRAM
from frontdesk.core.errors import RefusedError
from frontdesk.estate.indexing import live_unit
from frontdesk.estate.listing import residents_of
from frontdesk.estate.model import Unit
from frontdesk.estate.register import number_for

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def linked_unit(session: Session, values: dict[str, Any], stood: str = "") -> dict[str, Any]:
    """The values, with a `unit_id` that goes with their `unit_no`.

    Another room number than `stood`, however it is written, finds its household; one that the estate does not have
    is kept as said and belongs to none. Raises RefusedError for a household that there is none.
    """
    unit_no = values.get("unit_no", stood)
    if unit_no != stood and values.get("unit_id") is None:
        unit = live_unit(session, unit_no)
        values = values | (
            {"unit_id": None} if unit is None else {"unit_id": unit.id, "unit_no": unit.unit_no}
        )
    unit_id = values.get("unit_id")
    if unit_id is not None and session.get(Unit, unit_id) is None:
        raise RefusedError("住户资料里没有这一户，请重新选房号。", field="unit_no")
    return values


def household_number(session: Session, unit_id: int, caller: str) -> str:
    """The telephone, unmasked, at which a household is reached about this caller's matter; empty for none."""
    return number_for(residents_of(session, unit_id, PROGRAM), caller)
