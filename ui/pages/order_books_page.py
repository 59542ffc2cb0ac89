"""The order books: what is kept of the orders' papers, one section each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from ui.books.binding import BindingSection
from ui.books.blanks import BlanksSection
from ui.books.finance import FinanceSection
from ui.books.laundry import LaundryPage
from ui.books.prices import PricesSection
from ui.books.receipts import ReceiptsPage
from ui.books.requests import RequestsPage
from ui.books.watch import WatchSection
from ui.register.register_section import RegisterSection
from ui.register.section_page import SectionPage, SectionSpec

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.desk import Desk
    from ui.print_desk import PrintDesk
    from ui.tasks import TaskRunner


class OrderBooksPage(SectionPage):
    """Each section is a list with its record; a role sees what it has to do with."""

    def __init__(self, desk: Desk, printing: PrintDesk, tasks: TaskRunner) -> None:
        super().__init__(desk.context, "单据账册")
        self._parts = (desk, printing, tasks)

    def specs(self) -> Sequence[SectionSpec]:
        """In the order in which a day, a month and a year go."""
        parts = self._parts
        return (
            SectionSpec("连号", "check", lambda: WatchSection(*parts), (Permission.READ_ORDERS,)),
            SectionSpec("空白单", "draft", lambda: BlanksSection(*parts), (Permission.WRITE_ORDERS,)),
            SectionSpec(
                "移交财务",
                "money",
                lambda: FinanceSection(*parts),
                (Permission.WRITE_ORDERS, Permission.RECEIVE_FINANCE_LISTS),
            ),
            SectionSpec(
                "签单付款", "money", lambda: RegisterSection(RequestsPage(*parts)), (Permission.READ_ORDERS,)
            ),
            SectionSpec(
                "收据", "sheet", lambda: RegisterSection(ReceiptsPage(*parts)), (Permission.READ_ORDERS,)
            ),
            SectionSpec(
                "洗衣",
                "sheet",
                lambda: RegisterSection(LaundryPage(*parts)),
                (Permission.WRITE_ORDERS, Permission.REPORTS),
            ),
            SectionSpec(
                "装订", "books", lambda: BindingSection(*parts), (Permission.WRITE_ORDERS, Permission.REPORTS)
            ),
            SectionSpec("价目表", "note", lambda: PricesSection(*parts), (Permission.READ_ORDERS,)),
        )
