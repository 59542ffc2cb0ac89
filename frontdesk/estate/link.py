"""How an entry of another register names the household that it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from frontdesk.core.actor import PROGRAM
from frontdesk.core.errors import RefusedError
from frontdesk.estate.listing import residents_of
from frontdesk.estate.model import Unit
from frontdesk.estate.register import number_for

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def linked_unit(session: Session, values: dict[str, Any], stood: str = "") -> dict[str, Any]:
    """The values, with a `unit_id` that goes with their `unit_no`.

    Another room number than `stood`, typed without the finder, belongs to no household. Raises RefusedError for a
    household that there is none.
    """
    if values.get("unit_no", stood) != stood and "unit_id" not in values:
        values = values | {"unit_id": None}
    unit_id = values.get("unit_id")
    if unit_id is not None and session.get(Unit, unit_id) is None:
        raise RefusedError("住户资料里没有这一户，请重新选房号。", field="unit_no")
    return values


def household_number(session: Session, unit_id: int, caller: str) -> str:
    """The telephone, unmasked, at which a household is reached about this caller's matter; empty for none."""
    return number_for(residents_of(session, unit_id, PROGRAM), caller)
