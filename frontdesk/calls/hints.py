"""What to say on the telephone for the case at hand (R-CALL-8); the office words it in the settings."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from frontdesk.calls.register import COMPLAINT, ENQUIRY, NEED
from frontdesk.core.plain_text import names_any
from frontdesk.core.settings import CALL_HINTS, DESK_NAME, ESTATE_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from frontdesk.core.context import DeskContext


class Case(Enum):
    """A moment of a call. Its value is the word before the bar in the setting's line."""

    GREETING = "问候"
    ROOM = "问房号"
    COMPLAINT = "投诉"
    ENQUIRY = "询问"
    NEED = "需求"
    URGENT = "急修"
    OUTSIDE = "职责之外"
    ABSENT = "找人不在"
    PROMISE = "承诺"
    READ_BACK = "复述"
    CLOSING = "结束"


_BY_CATEGORY = {COMPLAINT: Case.COMPLAINT, ENQUIRY: Case.ENQUIRY, NEED: Case.NEED}


def case_of(typed: Mapping[str, str], urgent_words: Sequence[str]) -> Case:
    """The case at hand by what is typed of a call so far, as `draft()` of its form has it.

    `urgent_words` are what endangers somebody as people tell it (R-ORDER-12).
    """
    reason, category = typed.get("reason", ""), typed.get("category", "")
    if not typed:
        return Case.GREETING
    if not (typed.get("unit_no") and reason):
        return Case.ROOM
    if category in ("", NEED) and names_any(reason, urgent_words):
        return Case.URGENT
    if typed.get("promised_at"):
        return Case.PROMISE
    return _BY_CATEGORY.get(category, Case.READ_BACK)


def hint(context: DeskContext, case: Case, time: str = "") -> str:
    """The sentence for a case, with the estate's, the desk's and one's own name, and the promised time as shown.

    A case that the office has no line for is answered by the program's own.
    """
    lines = _lines(CALL_HINTS.default) | _lines(context.settings.get(CALL_HINTS))
    said = lines[case.value]
    names = {
        "{小区}": context.settings.get(ESTATE_NAME),
        "{前台}": context.settings.get(DESK_NAME),
        "{姓名}": context.actor.name if context.actor else "",
        "{时间}": time or "约定的时间",
    }
    for place, name in names.items():
        said = said.replace(place, name)
    return said


def _lines(lines: list[str]) -> dict[str, str]:
    parts = (line.partition("|") for line in lines)
    return {case.strip(): said.strip() for case, bar, said in parts if bar and said.strip()}
