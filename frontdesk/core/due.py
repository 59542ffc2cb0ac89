"""What is due: each register offers its own, the list of due things asks them all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class DueItem:
    """One thing that awaits somebody. `what` and `who` are words, moments are UTC.

    `register` and `record_id` open the record; `since` is when the wait began and `due_at` when it ends.
    `red_at` is when it turns red where that is later than `due_at`, as for finance lists (R-ORDER-15).
    """

    register: str
    record_id: int
    what: str
    unit_no: str
    who: str
    due_at: datetime
    since: datetime
    red_at: datetime | None = None
