"""The number that a telephone box tells is data from outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.caller import caller_number
from frontdesk.core.errors import RefusedError


@pytest.mark.parametrize(
    ("told", "number"),
    [
        ("13800000000", "13800000000"),
        ("+86 138-0000-0000", "+8613800000000"),
        ("(0551) 6288.1234", "055162881234"),
        ("１３８００００", "1380000"),
        ("*62#", "*62#"),
    ],
)
def test_a_number_is_taken_however_it_is_written(told: str, number: str) -> None:
    assert caller_number(told) == number


@pytest.mark.parametrize(
    "told", ["", " ", "anonymous", "138;reboot", "sip:138@box", "+", "1" * 33, "138\0", "三八", "138\u202e"]
)
def test_anything_else_is_refused(told: str) -> None:
    with pytest.raises(RefusedError) as caught:
        caller_number(told)
    assert caught.value.field == "number"


@given(st.text())
def test_what_is_taken_is_short_and_plain(told: str) -> None:
    try:
        number = caller_number(told)
    except RefusedError:
        return
    assert set(number) <= set("+0123456789*#")
    assert 0 < len(number) <= 33
