"""What the filter row asks for, as conditions on a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_

from frontdesk.core.plain_text import storable

if TYPE_CHECKING:
    from frontdesk.core.clock import Clock
    from frontdesk.core.query import RegisterQuery


def conditions_of(
    query: RegisterQuery, searched: Sequence[Any], chosen: Mapping[str, Any], clock: Clock, moment: Any
) -> Iterator[Any]:
    """Each word of the text stands in one of `searched`; `chosen` maps choices to columns; days are of `moment`."""
    for word in storable(query.text).split():
        yield or_(*(column.contains(word, autoescape=True) for column in searched))
    if query.first_day:
        yield moment >= clock.day_bounds(query.first_day)[0]
    if query.last_day:
        yield moment < clock.day_bounds(query.last_day)[1]
    for name, key in query.choices.items():
        yield chosen[name] == storable(key)
