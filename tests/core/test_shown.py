"""Short times, masks, and texts fit to be kept."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.clock import FixedClock
from frontdesk.core.errors import RefusedError
from frontdesk.core.plain_text import plain_text, storable
from frontdesk.core.shown import (
    dated_moment,
    masked_identity,
    masked_telephone,
    printed_moment,
    shown_day,
    shown_moment,
    shown_span,
    shown_stamp,
)


@pytest.mark.parametrize(
    ("at", "moment", "stamp"),
    [
        ("2026-11-21T18:24", "18:24", "18:24"),
        ("2026-11-21T00:00", "00:00", "00:00"),
        ("2026-11-20T23:59", "昨天 23:59", "昨天 23:59"),
        ("2026-11-22T09:10", "明天 09:10", "明天 09:10"),
        ("2026-11-18T07:05", "11-18 07:05", "11-18"),
        ("2026-11-23T07:05", "11-23 07:05", "11-23"),
        ("2025-11-21T07:05", "2025-11-21 07:05", "2025-11-21"),
    ],
)
def test_times_are_short_and_local(clock: FixedClock, at: str, moment: str, stamp: str) -> None:
    when = datetime.fromisoformat(f"{at}+08:00")
    assert shown_moment(clock, when) == moment
    assert shown_stamp(clock, when) == stamp
    assert printed_moment(clock, when) == at.replace("T", " ")
    assert dated_moment(clock, when) == at.replace("T", " ")[5:]


def test_no_moment_shows_nothing(clock: FixedClock) -> None:
    assert shown_moment(clock, None) == shown_stamp(clock, None) == printed_moment(clock, None) == ""
    assert shown_day(None, date(2026, 11, 21)) == ""


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800138000", "138****8000"),
        ("138 0013 8000", "138 **** 8000"),
        ("0512-65001234", "0512-****1234"),
        ("0551-62229275", "0551-****9275"),
        ("(010)65001234", "(010)****1234"),
        ("02165001234", "021****1234"),
        ("0553-6229275", "0553-***9275"),
        ("0551-62229275-801", "0551-****9275-801"),
        ("0551-62229275转801", "0551-****9275转801"),
        ("055162229275 转 8", "0551****9275 转 8"),
        ("62229275-139", "622*9275-139"),
        ("6222927-139", "*****27-139"),
        ("138-0013-8000", "138-****-8000"),
        ("010-6500-1234", "010-****-1234"),
        ("400-882-1234", "400-***-1234"),
        ("013800138000", "013*****8000"),
        ("65001234", "650*1234"),
        ("8012", "**12"),
        ("", ""),
    ],
)
def test_r_res_2_telephones_keep_head_and_tail(number: str, masked: str) -> None:
    """R-RES-2."""
    assert masked_telephone(number) == masked


@given(number=st.text("0123456789- +", max_size=30))
def test_r_res_2_a_mask_hides_figures_and_changes_nothing_else(number: str) -> None:
    """R-RES-2."""
    masked = masked_telephone(number)
    assert len(masked) == len(number)
    assert all(
        shown == char or (shown == "*" and char.isdigit()) for shown, char in zip(masked, number, strict=True)
    )
    figures = sum(char.isdigit() for char in number)
    hidden = masked.count("*")
    # An area code of four figures tells no more than a mobile's first three; an extension of six nothing at all.
    extension = range(7) if "-" in number else range(1)
    assert any(
        hidden in ((main - 7, main - 8) if main >= 8 else (max(0, main - 2),))
        for main in (figures - more for more in extension)
    )


def test_r_res_2_identity_numbers_keep_three_and_four() -> None:
    """R-RES-2."""
    assert masked_identity("110101199003071234") == "110***********1234"
    assert masked_identity("1234567") == "1234567"


@given(text=st.text(st.characters(), max_size=60))
def test_any_text_can_be_kept_and_keeping_it_twice_changes_nothing(text: str) -> None:
    kept = plain_text(text, field="reason", label="来电缘由", most=100)
    kept.encode()
    assert "\0" not in kept
    assert "\r" not in kept
    assert plain_text(kept, field="reason", label="来电缘由", most=100) == kept
    assert storable(kept) == kept


def test_what_is_too_long_is_refused_with_its_length_never_cut() -> None:
    with pytest.raises(RefusedError) as refusal:
        plain_text("字" * 101, field="reason", label="来电缘由", most=100)
    assert refusal.value.field == "reason"
    assert "101" in refusal.value.message


def test_a_span_names_its_day_once(clock: FixedClock) -> None:
    begins = datetime.fromisoformat("2026-11-22T10:30+08:00")
    assert shown_span(clock, begins, begins + timedelta(hours=1)) == "明天 10:30–11:30"
    assert shown_span(clock, begins, begins + timedelta(days=1)) == "明天 10:30–11-23 10:30"
    assert shown_span(clock, begins, None) == "明天 10:30"
