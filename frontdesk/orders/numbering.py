"""How the orders' one gap-free count of a year is written on paper: FW2026-000123, FW202611-0012, FW20261121-007.

Companies number by the year, the month or the day. The count itself never changes (R-ORDER-1): a period says from
which number on it is written how, so that each period's own numbers run from 1 without gap by construction. Prefix,
figures and kind are settings; what is changed there holds from the next period on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from frontdesk.core.settings import ORDER_DIGITS, ORDER_PERIOD, ORDER_PREFIX
from frontdesk.orders.model import SerialPeriod, ServiceOrder
from frontdesk.orders.rules import serial_text

if TYPE_CHECKING:
    from datetime import date

    from sqlalchemy.orm import Session

    from frontdesk.core.context import Transaction
    from frontdesk.core.settings import SettingsStore

_LABELS = {"year": "%Y", "month": "%Y%m", "day": "%Y%m%d"}
_OF_A_YEAR = re.compile(r"([A-Z]+)\d{4}-(\d+)")


@dataclass(frozen=True)
class Style:
    """How serials are to be written: `kind` is year, month or day."""

    kind: str
    prefix: str
    digits: int


@dataclass(frozen=True)
class Period:
    """From `first_number` of a year's count on, until the next period, serials are written in this style.

    `counted_before` are the numbers that bear the same label already: a clock that ran ahead left the label and
    came back to it.
    """

    first_number: int
    label: str
    style: Style
    counted_before: int = 0

    def serial(self, number: int) -> str:
        """What is printed for a number of the year's count."""
        own = number - self.first_number + 1 + self.counted_before
        return serial_text(self.style.prefix, self.label, own, self.style.digits)


def label_of(kind: str, day: date) -> str:
    """What stands between prefix and number: 2026, 202611 or 20261121."""
    return day.strftime(_LABELS[kind])


def period_for(periods: Sequence[Period], wished: Style, today: date, number: int) -> Period:
    """The period of the number that is taken on this day: the last one while it lasts, else one in the style wished.

    `periods` are the year's so far, in order. A label that was used before goes on in its own style.
    """
    last = periods[-1] if periods else None
    if last is not None and label_of(last.style.kind, today) == last.label:
        return last
    label = label_of(wished.kind, today)
    ends = [period.first_number for period in periods[1:]] + [number]
    same = [(period, end) for period, end in zip(periods, ends, strict=False) if period.label == label]
    counted = sum(end - period.first_number for period, end in same)
    return Period(number, label, same[-1][0].style if same else wished, counted)


class Numbering:
    """The periods of a file, as far as they are asked for."""

    def __init__(self, session: Session, settings: SettingsStore) -> None:
        self._session, self._settings = session, settings
        self._years: dict[int, list[Period]] = {}

    def serial(self, year: int, number: int) -> str:
        """What is printed, or would be, for a number of a year's count."""
        periods = self.periods(year)
        return next(period for period in reversed(periods) if period.first_number <= number).serial(number)

    def periods(self, year: int) -> list[Period]:
        """A year's periods, in order; one from 1 on for a year that began before there were any."""
        if year not in self._years:
            rows = self._session.scalars(
                select(SerialPeriod).where(SerialPeriod.year == year).order_by(SerialPeriod.first_number)
            )
            self._years[year] = [_period(row) for row in rows] or [self._undeclared(year)]
        return self._years[year]

    def wished(self) -> Style:
        """What the settings ask for, from the next period on."""
        get = self._settings.get
        return Style(get(ORDER_PERIOD), get(ORDER_PREFIX), get(ORDER_DIGITS))

    def _undeclared(self, year: int) -> Period:
        asked = select(ServiceOrder.serial).where(ServiceOrder.year == year)
        newest = self._session.scalar(asked.order_by(ServiceOrder.number.desc()).limit(1)) or ""
        read = _OF_A_YEAR.fullmatch(newest)
        wished = self.wished()
        style = Style("year", read[1], len(read[2])) if read else Style("year", wished.prefix, wished.digits)
        return Period(1, str(year), style)


def next_serial(work: Transaction, settings: SettingsStore, year: int, number: int) -> str:
    """The serial of the number just taken; writes down the period where it begins one."""
    numbering = Numbering(work.session, settings)
    known = select(SerialPeriod.id).where(SerialPeriod.year == year).limit(1)
    declared = work.session.scalar(known) is not None
    before = numbering.periods(year) if declared or number > 1 else []
    period = period_for(before, numbering.wished(), work.today, number)
    if not declared and before:
        _declare(work, year, before[0])
    if period not in before:
        _declare(work, year, period)
    return period.serial(number)


def _declare(work: Transaction, year: int, period: Period) -> None:
    work.add(
        SerialPeriod(
            year=year,
            first_number=period.first_number,
            label=period.label,
            kind=period.style.kind,
            prefix=period.style.prefix,
            digits=period.style.digits,
            counted_before=period.counted_before,
        )
    )


def _period(row: SerialPeriod) -> Period:
    style = Style(row.kind, row.prefix, row.digits)
    return Period(row.first_number, row.label, style, row.counted_before)
