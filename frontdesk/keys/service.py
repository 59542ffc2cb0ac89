"""The keys in one hand: the register, loans, applications, counts, upkeep and issues."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.keys.applications import ApplicationService
from frontdesk.keys.counts import CountService
from frontdesk.keys.held import KeyService
from frontdesk.keys.importing import KeyImport
from frontdesk.keys.issues import IssueService
from frontdesk.keys.loans import LoanService

if TYPE_CHECKING:
    from datetime import datetime

    from frontdesk.core.context import DeskContext
    from frontdesk.core.due import DueItem
    from frontdesk.estate.register import Hit


class KeyBooks:
    """What the desk keeps of keys; each part is an attribute.

    `held`: the register and the board; `loans`: lent and returned; `applications`: copying and scrapping; `counts`:
    what hangs there against the book; `issues`: the monthly word that the register is right, and its quarterly issues; `sheets`:
    keys from an office's own list.
    """

    def __init__(self, context: DeskContext) -> None:
        self.held = KeyService(context)
        self.loans = LoanService(context)
        self.held.lend_for_good = self.loans.lend_for_good_within
        self.applications = ApplicationService(context)
        self.counts = CountService(context)
        self.issues = IssueService(context)
        self.sheets = KeyImport(context, self.held)

    def hits(self, typed: str) -> list[Hit]:
        """What the finder shows for what was typed or scanned: a key, or an application's paper."""
        return [*self.held.hits(typed), *self.applications.hits(typed)]

    def due(self, now: datetime) -> list[DueItem]:
        """Keys to come back, applications that wait, the shift's count, the spot check, upkeep and re-issue."""
        return [
            *self.loans.due(now),
            *self.applications.due(now),
            *self.counts.due(now),
            *self.issues.due(now),
        ]
