"""Custody in one hand: agreements, the keys under them, inspections, and what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.custody.agreements import AgreementService
from frontdesk.custody.handing import HandedKeyService
from frontdesk.custody.inspections import InspectionService
from frontdesk.custody.plan import PlanService

if TYPE_CHECKING:
    from datetime import datetime

    from frontdesk.core.context import DeskContext
    from frontdesk.core.due import DueItem
    from frontdesk.estate.register import Hit
    from frontdesk.keys.held import KeyService
    from frontdesk.orders.service import OrderService


class CustodyBooks:
    """What the desk keeps of homes in custody; each part is an attribute.

    `agreements`: signed, carried on, ended (F-CUSTODY); `handed`: the keys under them (F-CUSTODY-KEYS); `inspections`: who went in and
    what they found (F-CUSTODY-INSP); `plan`: visits to come, daily requests, owners to be told in winter. For an inspection
    its keys are borrowed and returned as any other, by `KeyBooks.loans` (F-KEY-LOAN): `AgreementRow.handed` has their ids.
    """

    def __init__(self, context: DeskContext, held: KeyService, orders: OrderService) -> None:
        self.agreements = AgreementService(context, held)
        self.handed = HandedKeyService(context)
        self.inspections = InspectionService(context, orders)
        self.plan = PlanService(context)

    def hits(self, typed: str) -> list[Hit]:
        """What the finder shows for an agreement's number, typed or scanned."""
        return self.agreements.hits(typed)

    def due(self, now: datetime) -> list[DueItem]:
        """All that is due of homes in custody, the soonest first; `now` is UTC."""
        return self.plan.due(now)
