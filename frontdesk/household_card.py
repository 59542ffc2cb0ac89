"""The household card: what the whole desk knows of one unit, gathered from the registers.

To add a register's part: a function that gives its section, and its line in `HouseholdCards.of`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from frontdesk.core.shown import shown_serial, shown_stamp
from frontdesk.custody.register import AGREEMENT
from frontdesk.keys.register import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from frontdesk.calls.service import CallService
    from frontdesk.core.context import DeskContext
    from frontdesk.core.query import Tone
    from frontdesk.custody.register import AgreementRow
    from frontdesk.estate.register import Household
    from frontdesk.estate.service import EstateService
    from frontdesk.keys.register import KeyRow
    from frontdesk.orders.service import OrderService

RECENT_CALLS = 5


@dataclass(frozen=True)
class CardLine:
    """One line; with `register` and `record_id` it can be opened. `lead` stands before the text: a serial, a day."""

    lead: str
    text: str
    register: str = ""
    record_id: int = 0
    tone: Tone = "neutral"


@dataclass(frozen=True)
class CardSection:
    """One register's part of the card: `count` stands beside the title."""

    title: str
    count: int
    lines: tuple[CardLine, ...]


@dataclass(frozen=True)
class HouseholdCard:
    """The unit with its people and notes, and the registers' sections that have something to say."""

    household: Household
    sections: tuple[CardSection, ...]


class HouseholdCards:
    """Asks each register; owns nothing."""

    def __init__(
        self,
        context: DeskContext,
        estate: EstateService,
        orders: OrderService,
        calls: CallService,
        *,
        keys_of: Callable[[int], Sequence[KeyRow]],
        custody_of: Callable[[int], AgreementRow | None],
    ) -> None:
        self._context, self._estate, self._orders, self._calls = context, estate, orders, calls
        self._keys_of, self._custody_of = keys_of, custody_of

    def of(self, unit_id: int) -> HouseholdCard:
        """The card of a unit. Raises RefusedError for an unknown unit, NotAllowedError."""
        household = self._estate.household(unit_id)
        sections = (
            self._custody(unit_id),
            self._open_orders(unit_id),
            self._keys(unit_id),
            self._recent_calls(unit_id),
        )
        return HouseholdCard(household, tuple(section for section in sections if section.lines))

    def _custody(self, unit_id: int) -> CardSection:
        """That the home is in custody, in whose care, and how one goes in (R-KEY-8)."""
        agreement = self._custody_of(unit_id)
        if agreement is None:
            return CardSection("托管房", 0, ())
        ends = f" 至 {agreement.ends_on}" if agreement.ends_on else ""
        late = agreement.state == "expired"
        care = CardLine(
            agreement.serial,
            f"{'托管到期未领回' if late else '托管中'} 管家 {agreement.housekeeper}{ends}",
            AGREEMENT.name,
            agreement.id,
            "warn" if late else "info",
        )
        rule = CardLine("", "进房须先和业主确认，两人以上同行，填巡查记录。", tone="warn")
        return CardSection("托管房", 1, (care, rule))

    def _open_orders(self, unit_id: int) -> CardSection:
        actor = self._context.require(Permission.READ_REGISTERS)
        today = self._context.clock.today()
        orders = self._orders.open_for_unit(unit_id) if actor.may(Permission.READ_ORDERS) else ()
        lines = (
            CardLine(
                shown_serial(order.serial, today),
                # Back, and not done with: the customer was not content.
                f"{order.content} {'等返工' if order.returned_at else order.state_label}",
                "service_order",
                order.id,
            )
            for order in orders
        )
        return CardSection("未完服务单", len(orders), tuple(lines))

    def _keys(self, unit_id: int) -> CardSection:
        """The household's keys that the desk keeps, and who has them now (R-KEY-7)."""
        keys = self._keys_of(unit_id)
        lines = (
            CardLine(
                key.number,
                f"{key.lock} {KEY.field('state').label_of(key.state)} {key.holder or key.place}".rstrip(),
                KEY.name,
                key.id,
                "warn" if key.state != "in" else "neutral",
            )
            for key in keys
        )
        return CardSection("托管钥匙", len(keys), tuple(lines))

    def _recent_calls(self, unit_id: int) -> CardSection:
        clock = self._context.clock
        calls = self._calls.recent_for_unit(unit_id, RECENT_CALLS)
        lines = (CardLine(shown_stamp(clock, call.logged_at), call.reason, "call", call.id) for call in calls)
        return CardSection("最近来电", len(calls), tuple(lines))
