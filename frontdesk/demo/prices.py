"""The demonstration's price list: what its orders charge, published when the story begins and each half year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from frontdesk.prices.register import NewPrice

if TYPE_CHECKING:
    from frontdesk.demo.words import Words
    from frontdesk.desk import Desk


def publish_prices(desk: Desk, words: Words, begins: date, today: date) -> None:
    """Publish the list from the story's first day, and anew from this half year's (R-ORDER-7)."""
    lines = {
        (service.category, name): NewPrice(name, fen, unit, service.category)
        for service in words.services
        for name, unit, fen in service.lines
    }
    desk.prices.begin_revision()
    for line in lines.values():
        desk.prices.add_line(line)
    desk.prices.publish(begins)
    half_year = today.replace(month=1 if today.month <= 6 else 7, day=1)
    if half_year > begins:
        desk.prices.begin_revision()
        desk.prices.publish(half_year)
