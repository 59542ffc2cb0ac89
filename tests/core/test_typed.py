"""Full-width figures, telephones and amounts as they are typed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.money import format_fen, read_money
from frontdesk.core.typed import fold_width, read_integer, read_phone

full_width = str.maketrans("0123456789.", "０１２３４５６７８９．")


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("12.5", 1250),
        ("0.1", 10),
        ("１２．５０", 1250),
        ("12。5", 1250),
        ("￥1,200元", 120000),
        ("¥3", 300),
        (" 8 ", 800),
        ("12.345", None),
        ("1,20", None),
        ("-3", None),
        ("", None),
        ("²", None),
        ("三元", None),
    ],
)
def test_amounts_are_read_to_the_fen(typed: str, fen: int | None) -> None:
    assert read_money(typed) == fen


@given(st.integers(0, 99_999_999_999))
def test_a_shown_amount_is_read_back(fen: int) -> None:
    assert read_money(format_fen(fen)) == fen
    assert read_money(format_fen(fen).translate(full_width)) == fen


@given(st.text(max_size=20))
def test_no_text_makes_the_readers_fall(typed: str) -> None:
    read_money(typed)
    read_integer(typed)
    read_phone(typed)


@given(st.text(max_size=20))
def test_folding_twice_is_folding_once(typed: str) -> None:
    assert fold_width(fold_width(typed)) == fold_width(typed)


def test_telephones_keep_their_zeros_and_extensions() -> None:
    assert read_phone("　０１０－８８８６ ８８８８ 转 802 ") == "010-8886 8888 转 802"


def test_whole_numbers_are_read() -> None:
    assert read_integer(" １２ ") == 12
    assert read_integer("1.5") is None
    assert read_integer("٣") is None
