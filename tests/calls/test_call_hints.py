"""What the form tells the clerk to say, by what is typed so far (R-CALL-8)."""

from __future__ import annotations

import pytest

from frontdesk.calls.hints import Case, case_of
from frontdesk.core.settings import ORDER_URGENT_WORDS

ROOM = {"unit_no": "3-2-1102"}


@pytest.mark.parametrize(
    ("typed", "case"),
    [
        ({}, Case.GREETING),
        ({"caller": "张㛃"}, Case.ROOM),
        ({"reason": "电梯困人"}, Case.ROOM),
        (ROOM, Case.ROOM),
        (ROOM | {"reason": "换灯泡"}, Case.READ_BACK),
        (ROOM | {"reason": "换灯泡", "category": "C"}, Case.NEED),
        (ROOM | {"reason": "水管爆了", "category": "C"}, Case.URGENT),
        (ROOM | {"reason": "电梯困人"}, Case.URGENT),
        (ROOM | {"reason": "电梯困人没人管", "category": "A"}, Case.COMPLAINT),
        (ROOM | {"reason": "装修手续", "category": "B"}, Case.ENQUIRY),
        (ROOM | {"reason": "装修手续", "category": "B", "promised_at": "19:00"}, Case.PROMISE),
        (ROOM | {"reason": "快递", "category": "D"}, Case.READ_BACK),
    ],
)
def test_r_call_8_the_case_at_hand_is_read_from_what_is_typed(typed: dict[str, str], case: Case) -> None:
    """R-CALL-8."""
    assert case_of(typed, ORDER_URGENT_WORDS.default) is case
