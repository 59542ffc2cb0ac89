"""The rules of the price list: how lines are known again, found and revised. Pure functions, no database."""

from __future__ import annotations

import itertools
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from frontdesk.core.errors import RefusedError
from frontdesk.core.initials import readings
from frontdesk.core.plain_text import plain_text
from frontdesk.core.search import folded
from frontdesk.prices.register import PRICE, Changes, NewPrice, PriceRow

RULE = "R-ORDER-7"
FEN_MOST = 10**9  # ten million yuan for one piece of work was mistyped
_MOST_SPELLINGS = 16


def checked(new: NewPrice) -> NewPrice:
    """The line, tidied. Raises RefusedError naming the field."""
    tidy = replace(
        new, name=_tidied("name", new.name), unit=_tidied("unit", new.unit), note=_tidied("note", new.note)
    )
    for name in ("name", "unit"):
        if not getattr(tidy, name):
            raise RefusedError(f"请填写“{PRICE.field(name).label}”。", field=name)
    if new.category not in {choice.key for choice in PRICE.field("category").choices}:
        raise RefusedError("请选择“服务类别”。", field="category")
    if not 0 <= new.unit_price <= FEN_MOST:
        raise RefusedError("“单价”的数目不对，请核对。", field="unit_price")
    return tidy


def _tidied(name: str, text: str) -> str:
    field = PRICE.field(name)
    return plain_text(text, field=name, label=field.label, most=field.max_length)


def identity(category: str, name: str) -> tuple[str, str]:
    """What makes two lines the same service: the category, and the name however it is typed."""
    return category, folded(name)


def compared(rows: Iterable[PriceRow], earlier: Iterable[PriceRow]) -> list[PriceRow]:
    """The lines with what an earlier revision asked for the same service."""
    known = {identity(row.category, row.name): row.unit_price for row in earlier}
    return [replace(row, before=known.get(identity(row.category, row.name))) for row in rows]


def changes(rows: Sequence[PriceRow], earlier: Sequence[PriceRow]) -> Changes:
    """What these lines do to those of the revision before."""
    both = compared(rows, earlier)
    stays = {identity(row.category, row.name) for row in rows}
    return Changes(
        added=sum(row.before is None for row in both),
        repriced=sum(row.before not in (None, row.unit_price) for row in both),
        dropped=sum(identity(row.category, row.name) not in stays for row in earlier),
    )


def answers(name: str, typed: str) -> bool:
    """Whether what was typed finds the item: a part of its name, or of its initials (`jf` for 更换角阀)."""
    wanted = folded(typed)
    if wanted in folded(name):
        return True
    return wanted.isascii() and any(wanted in spelling for spelling in _spellings(name))


def matching(rows: Iterable[PriceRow], typed: str, category: str = "") -> list[PriceRow]:
    """The lines that answer what was typed: the one of exactly that name first, then those of `category`."""
    wanted = folded(typed)
    found = [row for row in rows if answers(row.name, typed)]
    found.sort(key=lambda row: (folded(row.name) != wanted, row.category != category, row.position))
    return found


def listed(rows: Iterable[PriceRow], name: str, category: str = "") -> PriceRow | None:
    """The line for a service by its name however it is typed, of this category first; None when it is not listed."""
    wanted = folded(name)
    same = [row for row in rows if wanted and folded(row.name) == wanted]
    return min(same, key=lambda row: row.category != category, default=None)


@lru_cache(2_000)
def _spellings(name: str) -> tuple[str, ...]:
    initials = (
        tuple(dict.fromkeys(reading[0] for reading in readings(char))) or (char for char in folded(char))
        for char in name
        if char.isalnum()
    )
    return tuple(map("".join, itertools.islice(itertools.product(*initials), _MOST_SPELLINGS)))


def next_revision(valid_from: date, months: int) -> date:
    """The day by which the list is to be revised: so many months after it began (R-ORDER-7)."""
    whole = valid_from.year * 12 + valid_from.month - 1 + months
    year, month = divmod(whole, 12)
    return date(year, month + 1, min(valid_from.day, monthrange(year, month + 1)[1]))


def check_valid_from(valid_from: date, latest: date | None, today: date) -> None:
    """Raises RefusedError for a list that would change the price of a day gone by.

    The first list alone may begin before today: a desk that starts with the program has one already.
    """
    if latest is None:
        return
    if valid_from < today:
        raise RefusedError("新版价目只能从今天或以后起执行，已开的单不改价。", field="valid_from", rule=RULE)
    if valid_from <= latest:
        raise RefusedError(f"上一版自 {latest} 起执行，新版要晚于这一天。", field="valid_from", rule=RULE)


def check_price(unit_price: int, list_price: int | None, reason: str) -> None:
    """Raises RefusedError for a price other than the list's without a reason; amounts in fen."""
    if list_price is not None and unit_price != list_price and not reason.strip():
        yuan = f"{list_price // 100}.{list_price % 100:02}"
        raise RefusedError(f"价目表上是 {yuan} 元，按别的价收请写明原因。", field="price_reason", rule=RULE)
