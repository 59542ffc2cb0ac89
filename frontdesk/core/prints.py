"""Prints on record before their sheets leave, so that no crash lets out an unmarked second one (R-ORDER-18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar, cast

from frontdesk.core.model import Record
from frontdesk.core.present import present

if TYPE_CHECKING:
    from frontdesk.core.context import Transaction

R = TypeVar("R", bound=Record)


class _Printed(Protocol):
    prints: int


def counted_prints(work: Transaction, kind: type[R], ids: Sequence[int]) -> dict[int, int]:
    """Count one print of each; by id, how often it was printed before. `kind` has a column `prints`.

    Raises RefusedError for an unknown one.
    """
    before: dict[int, int] = {}
    for record_id in ids:
        record = cast("_Printed", present(work.session, kind, record_id))
        before[record_id] = record.prints
        record.prints += 1
    return before


def taken_back(work: Transaction, kind: type[R], reprints: Mapping[int, int]) -> None:
    """Strike the counts out again; one that was printed once more meanwhile keeps its mark too many."""
    for record_id, before in reprints.items():
        record = cast("_Printed", present(work.session, kind, record_id))
        if record.prints == before + 1:
            record.prints = before
