"""The orders' papers in one hand: blank runs, the serial watch, finance lists, bound volumes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.order_books.binding import BindingService
from frontdesk.order_books.blanks import BlankRunService
from frontdesk.order_books.finance import FinanceListService
from frontdesk.order_books.watch import SerialWatchService

if TYPE_CHECKING:
    from datetime import datetime

    from frontdesk.core.context import DeskContext
    from frontdesk.core.due import DueItem
    from frontdesk.orders.service import OrderService


class OrderBooks:
    """What is kept of the orders' papers; each part is an attribute."""

    def __init__(self, context: DeskContext, orders: OrderService) -> None:
        self.blanks = BlankRunService(context, orders)
        self.watch = SerialWatchService(context)
        self.finance = FinanceListService(context)
        self.volumes = BindingService(context)

    def due(self, now: datetime) -> list[DueItem]:
        """Missing serials, copies that finance has not got, and last month's volume."""
        return [*self.watch.due(now), *self.finance.due(now), *self.volumes.due(now)]
