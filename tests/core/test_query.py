"""What a register's table is asked for."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from frontdesk.core.query import RegisterQuery, tone


def test_a_new_query_asks_for_the_whole_register() -> None:
    assert RegisterQuery().is_empty
    assert RegisterQuery(text="  ").is_empty


@pytest.mark.parametrize(
    "query",
    [
        RegisterQuery(text="漏水"),
        RegisterQuery(first_day=date(2026, 11, 21)),
        RegisterQuery(last_day=date(2026, 11, 21)),
        RegisterQuery(choices={"category": "A"}),
        RegisterQuery(open_only=True),
    ],
)
def test_whatever_is_asked_for_leaves_something_out(query: RegisterQuery) -> None:
    assert not query.is_empty


def test_a_query_is_not_changed_behind_its_back() -> None:
    with pytest.raises(FrozenInstanceError):
        RegisterQuery().text = "x"  # type: ignore[misc]
    with pytest.raises(TypeError):
        RegisterQuery().choices["category"] = "A"  # type: ignore[index]


def test_a_mark_names_the_field_and_its_tone() -> None:
    assert tone("state", "warn") == "state=warn"
