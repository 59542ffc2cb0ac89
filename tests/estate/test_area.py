"""Square metres as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.estate.area import MOST_CM2, read_area, shown_area


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("98.5", 985_000),
        ("９８．５㎡", 985_000),
        ("1,200 平方米", 12_000_000),
        ("0.0001", 1),
        ("100", 1_000_000),
        ("十", None),
        ("-3", None),
        ("98.55555", None),
        ("99999999", None),
        ("", None),
    ],
)
def test_an_area_is_read_as_it_is_written_or_not_at_all(text: str, area: int | None) -> None:
    assert read_area(text) == area


@given(area=st.integers(0, MOST_CM2))
def test_what_is_shown_reads_as_what_is_kept(area: int) -> None:
    assert read_area(shown_area(area)) == area


def test_no_area_shows_nothing() -> None:
    assert shown_area(None) == ""
