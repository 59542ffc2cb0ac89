"""An order's priced lines: written, struck out, and held against the price list of its day (R-ORDER-7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from frontdesk.core.errors import RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.orders import rules
from frontdesk.orders.model import OrderLine, ServiceOrder
from frontdesk.orders.register import LINE, NewLine
from frontdesk.prices.listing import item_on
from frontdesk.prices.model import PriceItem
from frontdesk.prices.rules import RULE, check_price

if TYPE_CHECKING:
    from frontdesk.core.context import Transaction


def put_lines(work: Transaction, order: ServiceOrder, lines: Sequence[NewLine], day: date) -> None:
    """Make these the order's lines; those that stood are struck out. What they come to is the caller's to write first:
    one step of the order is one line in the journal.

    `day` is the order's local day, whose prices hold. Raises RefusedError for another price without a reason.
    """
    standing = list(order.lines)
    with work.session.no_autoflush:
        checked = [_checked(work, order, line, day, standing) for line in lines]
    for struck_out in standing:
        work.void(struck_out, "更正")
    for position, (line, values) in enumerate(zip(lines, checked, strict=True), start=1):
        amount = rules.line_amount(line.unit_price, line.quantity)
        work.add(OrderLine(order_id=order.id, position=position, amount=amount, **values))
    work.flush()
    work.session.refresh(order, ["lines"])


def total_of(lines: Sequence[NewLine]) -> int:
    """What these lines come to, in fen. Raises RefusedError for a line that cannot stand, and as `rules.total`."""
    for line in lines:
        fitting(LINE, {name: getattr(line, name) for name in ("item", "unit", "quantity", "unit_price")})
    return rules.total(lines)


def _checked(
    work: Transaction, order: ServiceOrder, line: NewLine, day: date, standing: Sequence[OrderLine]
) -> dict[str, Any]:
    typed = {name: value for name, value in asdict(line).items() if name != "price_item_id"}
    values = fitting(LINE, typed)
    listed = _listed(work, order.category, line, day)
    item, revision = listed or (None, None)
    list_price = item.unit_price if item else None
    if list_price is None or line.unit_price == list_price:
        values["price_reason"] = ""
    elif not values["price_reason"]:
        # A correction of something else does not ask again for what was told already.
        told = (one for one in standing if (one.item, one.unit_price) == (values["item"], line.unit_price))
        values["price_reason"] = next((one.price_reason for one in told), "")
    check_price(line.unit_price, list_price, values["price_reason"])
    return values | {
        "price_item_id": item.id if item else None,
        "list_price": list_price,
        "price_revision": revision,
    }


def _listed(work: Transaction, category: str, line: NewLine, day: date) -> tuple[PriceItem, int] | None:
    """The line of that day's list, by what was picked, else by its name: a service typed by hand has its price too."""
    if line.price_item_id is None:
        return item_on(work.session, day, category, line.item)
    picked = work.session.get(PriceItem, line.price_item_id)
    found = item_on(work.session, day, picked.category, picked.name) if picked else None
    if found is None:
        raise RefusedError(f"{day} 的价目表里没有“{line.item}”，请重新选择项目。", field="item", rule=RULE)
    return found
