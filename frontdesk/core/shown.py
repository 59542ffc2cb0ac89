"""How times, days and telephones are shown, the same everywhere. Pure functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date, datetime

    from frontdesk.core.clock import Clock

_AREA_CODE = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})(?=[0-9]{7})", re.ASCII)
_DIGITS = re.compile(r"\d")
_EXTENSION = re.compile(r"(.*\d)(\s*(?:-|转|分机|#|\*|,)+\s*\d{1,6})", re.DOTALL)
_LOCAL = 7  # figures, the least that a landline has without its area code


def shown_moment(clock: Clock, moment: datetime | None) -> str:
    """A moment, short: `18:24` today, `昨天 09:10`, `明天 09:10`, `11-18 07:05` this year, else with the year.

    Empty for None.
    """
    if moment is None:
        return ""
    local, today = clock.local(moment), clock.today()
    near = {0: "", -1: "昨天 ", 1: "明天 "}.get((local.date() - today).days)
    if near is not None:
        return f"{near}{local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d %H:%M}"


def shown_span(clock: Clock, begins: datetime, ends: datetime | None) -> str:
    """From when to when: `明天 10:30–11:30`; a day of its own at the end only when it is another one."""
    if ends is None:
        return shown_moment(clock, begins)
    same = clock.local(begins).date() == clock.local(ends).date()
    return (
        f"{shown_moment(clock, begins)}–{clock.local(ends):%H:%M}"
        if same
        else (f"{shown_moment(clock, begins)}–{shown_moment(clock, ends)}")
    )


def shown_stamp(clock: Clock, moment: datetime | None) -> str:
    """A moment where there is little room, as in a table: `18:24` today, `昨天 09:10`, `11-18`, `2025-11-18`."""
    if moment is None:
        return ""
    local, today = clock.local(moment), clock.today()
    if abs((local.date() - today).days) <= 1:
        return shown_moment(clock, moment)
    return shown_day(local.date(), today)


def shown_day(day: date | None, today: date) -> str:
    """A day, short: `11-18` this year, else `2025-11-18`; empty for None."""
    if day is None:
        return ""
    return f"{day:%m-%d}" if day.year == today.year else day.isoformat()


def shown_serial(serial: str, today: date) -> str:
    """A serial where there is little room: `FW2026-000187` is `FW-000187` in its own year, `FW202611-0012` `FW11-0012`."""
    return re.sub(rf"(?<=\D){today.year:04}(?=(?:\d\d){{0,2}}-)", "", serial, count=1)


def printed_moment(clock: Clock, moment: datetime | None) -> str:
    """A moment in full, as it goes on paper: `2026-11-21 18:24`; empty for None."""
    return f"{clock.local(moment):%Y-%m-%d %H:%M}" if moment else ""


def dated_moment(clock: Clock, moment: datetime | None) -> str:
    """A moment on paper beside which the year stands: `11-21 18:24`; empty for None."""
    return f"{clock.local(moment):%m-%d %H:%M}" if moment else ""


def masked_telephone(number: str) -> str:
    """A telephone for those who need not see it: `138****1234`, `0551-****9275`; short ones keep their last two
    figures. An extension stays: without the number before it, it reaches nobody.
    """
    main, extension = _main_and_extension(number)
    places = [found.start() for found in _DIGITS.finditer(main)]
    area = _area_of(main)
    hidden = places[len(area) or 3 : -4] if len(places) >= 8 else places[:-2]
    return "".join("*" if place in hidden else char for place, char in enumerate(main)) + extension


def _main_and_extension(number: str) -> tuple[str, str]:
    """`0551-62229275` and `-801`; a number without an extension, and "". A mobile's groups are no extension."""
    found = _EXTENSION.fullmatch(number)
    if found is None:
        return number, ""
    local = _digits(found[1]).removeprefix(_area_of(number))
    is_landline = _LOCAL <= len(local) <= _LOCAL + 1 and not local.startswith("1")
    return (found[1], found[2]) if is_landline else (number, "")


def _area_of(number: str) -> str:
    found = _AREA_CODE.match(_digits(number))
    return found[0] if found else ""


def _digits(number: str) -> str:
    return "".join(_DIGITS.findall(number))


def masked_identity(number: str) -> str:
    """An identity number for those who need not see it: `110***********1234`."""
    return number if len(number) < 8 else f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}"
