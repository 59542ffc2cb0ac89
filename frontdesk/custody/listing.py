"""How agreements, their keys and inspections are read, shown and printed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, select

from frontdesk.core.actor import Permission
from frontdesk.core.query import VOID, TableRow, Tone, tone
from frontdesk.core.shown import (
    dated_moment,
    masked_telephone,
    printed_moment,
    shown_day,
    shown_moment,
    shown_serial,
)
from frontdesk.custody import rules
from frontdesk.custody.model import CustodyAgreement, CustodyInspection, CustodyKey
from frontdesk.custody.register import (
    AGREEMENT,
    HANDED_KEY,
    INSPECTION,
    POINTS,
    AgreementRow,
    HandedKeyRow,
    InspectionRow,
)
from frontdesk.keys.listing import row_of
from frontdesk.keys.model import Key

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from frontdesk.core.actor import Actor
    from frontdesk.core.clock import Clock
    from frontdesk.forms.values import Lines

_STATE_TONES: dict[str, Tone] = {"active": "ok", "expired": "warn", "ended": "neutral", "void": "neutral"}
_PROGRESS_TONES: dict[str, Tone] = {
    "fine": "ok", "unreported": "danger", "open": "warn", "settled": "info", "void": "neutral",
}  # fmt: skip
_OF_AGREEMENT = frozenset({"state", "handed", "owner_telephone"})
_JOINED = frozenset({"serial", "unit_no", "owner", "purpose", "housekeeper", "place", "state"})


# --- agreements -------------------------------------------------------------------------------------


def agreement_row(
    agreement: CustodyAgreement, handed: Sequence[HandedKeyRow], actor: Actor | None, today: date
) -> AgreementRow:
    """An agreement as this person may see it."""
    names = AgreementRow.__dataclass_fields__.keys() - _OF_AGREEMENT
    number = agreement.owner_telephone
    full = actor is not None and actor.may(Permission.SEE_FULL_TELEPHONES)
    voided = agreement.voided_at is not None
    return AgreementRow(
        **{name: getattr(agreement, name) for name in names},
        owner_telephone=number if full else masked_telephone(number),
        state=rules.state_of(agreement.ended_on, agreement.ends_on, voided, today),
        handed=tuple(handed),
    )


def state_column(today: date) -> Any:
    """`rules.state_of` for a filter."""
    return case(
        (CustodyAgreement.voided_at.is_not(None), "void"),
        (CustodyAgreement.ended_on.is_not(None), "ended"),
        (CustodyAgreement.ends_on < today, "expired"),
        else_="active",
    )


def agreement_table_row(row: AgreementRow, today: date) -> TableRow:
    """An agreement's row of the table on the screen."""
    shown = {
        "serial": shown_serial(row.serial, today),
        "unit_no": row.unit_no,
        "owner": row.owner,
        "housekeeper": row.housekeeper,
        "purpose": row.purpose,
        "starts_on": shown_day(row.starts_on, today),
        "ends_on": shown_day(row.ends_on, today),
        "keys": row.keys,
        "state": AGREEMENT.field("state").label_of(row.state),
    }
    marks = [VOID] if row.state == "void" else [tone("state", _STATE_TONES[row.state])]
    return (row.id, *(shown[field.name] for field in AGREEMENT.listed), *marks)


def slip_values(row: AgreementRow, company: str) -> Mapping[str, str | Lines]:
    """What goes on F-CUSTODY."""
    names = ("serial", "unit_no", "owner", "owner_telephone", "housekeeper", "purpose", "duties", "remarks")
    asked = ("power_shut", "gas_shut", "water_shut")
    ends = row.ends_on.isoformat() if row.ends_on else "业主领回钥匙止"
    ended = f"{row.ended_on}　{row.returned_to} 领回，{row.ended_by} 经办" if row.ended_on else ""
    return {
        **{name: getattr(row, name) for name in names},
        **{name: AGREEMENT.field(name).label_of(getattr(row, name)) for name in asked},
        **{name: getattr(row, name) for name in ("power_meter", "gas_meter", "water_meter")},
        "company": company,
        "term": f"{row.starts_on} 至 {ends}",
        "signed_on": row.signed_on.isoformat(),
        "ended": ended,
        "keys": [
            {
                "number": key.number,
                "kind": key.kind,
                "quantity": f"{key.quantity} 把",
                "handed_on": key.handed_on.isoformat(),
                "returned": f"{key.returned_on}　{key.returned_to}" if key.returned_on else "",
            }
            for key in row.handed
        ],
    }


# --- their keys -------------------------------------------------------------------------------------


def handed_of(session: Session, agreement_ids: Sequence[int]) -> dict[int, list[HandedKeyRow]]:
    """The keys under these agreements, those voided with one not among them."""
    asked = select(CustodyKey.id).where(
        CustodyKey.agreement_id.in_(agreement_ids), CustodyKey.voided_at.is_(None)
    )
    found: dict[int, list[HandedKeyRow]] = defaultdict(list)
    for row in handed_rows(session, session.scalars(asked.order_by(CustodyKey.id)).all()):
        found[row.agreement_id].append(row)
    return found


def handed_rows(session: Session, ids: Sequence[int]) -> list[HandedKeyRow]:
    """The lines of these ids, in this order; an unknown id is left out."""
    asked = (
        select(CustodyKey, CustodyAgreement, Key)
        .join(CustodyAgreement, CustodyAgreement.id == CustodyKey.agreement_id)
        .join(Key, Key.id == CustodyKey.key_id)
        .where(CustodyKey.id.in_(ids))
    )
    found = {line.id: _handed_row(line, agreement, key) for line, agreement, key in session.execute(asked)}
    return [found[one] for one in ids if one in found]


def _handed_row(line: CustodyKey, agreement: CustodyAgreement, key: Key) -> HandedKeyRow:
    of_agreement = ("serial", "unit_no", "owner", "purpose", "housekeeper")
    stands = row_of(key)
    kept = HandedKeyRow.__dataclass_fields__.keys() - _JOINED
    return HandedKeyRow(
        **{name: getattr(line, name) for name in kept},
        **{name: getattr(agreement, name) for name in of_agreement},
        place=stands.place,
        state=stands.state,
    )


def handed_cells(row: HandedKeyRow) -> dict[str, str]:
    """A key's cells as they go on F-CUSTODY-KEYS, by field."""
    back = f"{row.returned_on} {row.returned_to}" if row.returned_on else ""
    return {
        "unit_no": row.unit_no,
        "owner": row.owner,
        "number": f"{row.number} {row.kind}",
        "kind": row.kind,
        "quantity": str(row.quantity),
        "place": row.place,
        "handed_on": row.handed_on.isoformat(),
        "purpose": row.purpose,
        "housekeeper": row.housekeeper,
        "returned_on": back,
        "returned_to": row.returned_to,
        "serial": row.serial,
    }


def handed_table_row(row: HandedKeyRow, today: date) -> TableRow:
    """A key's row of the table on the screen."""
    shown = handed_cells(row) | {
        "number": row.number,
        "handed_on": shown_day(row.handed_on, today),
        "returned_on": shown_day(row.returned_on, today),
        "serial": shown_serial(row.serial, today),
    }
    marks = [] if row.returned_on else [tone("place", "ok" if row.state == "in" else "warn")]
    return (row.id, *(shown[field.name] for field in HANDED_KEY.listed), *marks)


# --- inspections ------------------------------------------------------------------------------------


def inspection_row(one: CustodyInspection) -> InspectionRow:
    """An inspection as it stands."""
    names = InspectionRow.__dataclass_fields__.keys() - {"progress"}
    return InspectionRow(
        **{name: getattr(one, name) for name in names},
        progress=rules.progress_of(
            one.problem, one.reported_at is not None, one.settled_at is not None, one.voided_at is not None
        ),
    )


def inspection_cells(row: InspectionRow, clock: Clock) -> dict[str, str]:
    """An inspection's cells as they go on F-CUSTODY-INSP, by field."""
    labels = {name: INSPECTION.field(name).label_of(getattr(row, name)) for name in (*POINTS, "reason")}
    way = INSPECTION.field("told_way").label_of(row.told_way)
    by_order = f"服务单 {row.order_serial}" if row.order_serial else ""
    return labels | {
        "inspected_at": printed_moment(clock, row.inspected_at),
        "unit_no": row.unit_no,
        "told": " ".join(filter(None, (dated_moment(clock, row.told_at), way, row.told_whom))),
        "inspector_one": row.inspector_one,
        "inspector_two": "、".join(filter(None, (row.inspector_two, row.others))),
        "problem": "作废" if row.progress == "void" else row.problem,
        "handling": "；".join(filter(None, (row.handling, by_order))),
        "reported_to": row.reported_to,
    }


def inspection_table_row(row: InspectionRow, clock: Clock) -> TableRow:
    """An inspection's row of the table on the screen."""
    shown = inspection_cells(row, clock) | {
        "inspected_at": shown_moment(clock, row.inspected_at),
        "problem": " ".join(row.problem.split()),
        "progress": INSPECTION.field("progress").label_of(row.progress),
    }
    marks = [VOID] if row.progress == "void" else [tone("progress", _PROGRESS_TONES[row.progress])]
    return (row.id, *(shown[field.name] for field in INSPECTION.listed), *marks)
