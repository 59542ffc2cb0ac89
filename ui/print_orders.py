"""Service orders as the print desk is asked for them: one, or all that are listed (F-ORDER, R-ORDER-18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from frontdesk.core.fields import Choice
from frontdesk.core.settings import ORDER_LAYOUT
from frontdesk.orders.register import ORDER
from ui.print_desk import CountedPrint, PrintRequest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from frontdesk.desk import Desk
    from frontdesk.forms.printers import PrinterChoice
    from ui.tasks import Task

LAYOUTS = (
    Choice("laser", "激光 A5 每联一张"),
    Choice("two_up", "激光 A4 一页两联"),
    Choice("strike", "针式多联 241 × 139.7"),
    Choice("overprint", "套打（预印纸）"),
)


def order_request(desk: Desk, order_ids: Sequence[int], title: str, printed_before: int = 0) -> PrintRequest:
    """A request for these orders, in this order. Each print of each of them is counted before it leaves.

    `printed_before`: so many of a batch were printed already, which is said before they are counted once more.
    """
    paper = desk.paper

    def make(choice: PrinterChoice, task: Task) -> bytes:
        slips = paper.order_slips(order_ids, cancelled=task.cancelled)
        return paper.slips(slips, choice, progress=task.progress, cancelled=task.cancelled)

    return PrintRequest(
        ORDER.form_id,
        title,
        make,
        lambda: _counted(desk, order_ids),
        LAYOUTS,
        desk.context.settings.get(ORDER_LAYOUT),
        tuple(copy.name for copy in paper.copy_names()),
        reprint_warning(printed_before, len(order_ids)) if printed_before else "",
    )


def reprint_warning(printed: int, among: int) -> str:
    """What to know before a batch with orders that were printed already leaves as paper or as a file."""
    which = f"这 {among:,} 张都" if printed == among else f"其中 {printed:,} 张已经"
    return f"{which}打印过，打印或存为 PDF 都会标“补打”，并记入连号核对。"


def _counted(desk: Desk, order_ids: Sequence[int]) -> CountedPrint:
    """A thousand orders are counted beside the window, in pieces; so is one."""
    orders, paper, actor = desk.orders, desk.paper, desk.context.require(Permission.PRINT)
    counts: dict[int, int] = {}

    def make(choice: PrinterChoice, task: Task) -> bytes:
        counts.update(orders.record_prints(order_ids, task.cancelled, task.progress))
        slips = paper.order_slips(order_ids, counts, task.cancelled)
        return paper.slips(slips, choice, progress=task.progress, cancelled=task.cancelled)

    return CountedPrint(make, lambda: orders.take_back_prints(counts, actor))
