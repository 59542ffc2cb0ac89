"""Money in fen, written, read and in 大写."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.errors import RefusedError
from frontdesk.core.money import MOST_FEN, capital_amount, format_fen, parse_fen

AMOUNTS = st.integers(-MOST_FEN, MOST_FEN)


@pytest.mark.parametrize(("fen", "text"), [(12345, "123.45"), (0, "0.00"), (-5, "-0.05"), (100, "1.00")])
def test_fen_are_written_with_two_decimals(fen: int, text: str) -> None:
    assert format_fen(fen) == text


@given(AMOUNTS)
def test_what_is_written_is_read_back(fen: int) -> None:
    assert parse_fen(format_fen(fen)) == fen


@given(st.integers(0, MOST_FEN))
def test_grouping_full_width_and_yuan_change_nothing(fen: int) -> None:
    grouped = f"{fen // 100:,}.{fen % 100:02}"
    wide = "".join(chr(ord(char) + 0xFEE0) for char in grouped)
    assert parse_fen(grouped) == parse_fen(f"{wide}元") == parse_fen(f" ¥ {grouped} ") == fen


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("123.45", 12345), ("１２３．４", 12340), ("123", 12300), ("0.1", 10), (".5", 50), ("5.", 500),
        ("50元", 5000), ("￥50元整", 5000), ("¥1,234.5", 123450), ("1，234", 123400), ("-3", -300),
        ("-¥3", -300), ("¥-3", -300), ("007", 700), ("12。5", 1250),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_type_them(text: str, fen: int) -> None:
    assert parse_fen(text) == fen


@pytest.mark.parametrize(
    "text",
    ["", "元", "-", ".", "1.234", "1,23", "12,3456", "1e5", "五十", "①", "½", "1-2", "--1", "1.2.3", "0x10", "١٢", "nan", "9" * 16, "9" * 5000],
)  # fmt: skip
def test_what_is_no_amount_is_refused_in_words(text: str) -> None:
    with pytest.raises(RefusedError, match="金额") as refused:
        parse_fen(text)
    assert refused.value.field == "amount"
    assert len(refused.value.message) < 60


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (12345, "壹佰贰拾叁元肆角伍分"),
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (50, "伍角整"),
        (105, "壹元零伍分"),
        (150, "壹元伍角整"),
        (1000, "壹拾元整"),
        (1500, "壹拾伍元整"),
        (11000, "壹佰壹拾元整"),
        (10100, "壹佰零壹元整"),
        (100100, "壹仟零壹元整"),
        (100005, "壹仟元零伍分"),
        (168032, "壹仟陆佰捌拾元叁角贰分"),
        (1000000, "壹万元整"),
        (1000100, "壹万零壹元整"),
        (1001000, "壹万零壹拾元整"),
        (10000000, "壹拾万元整"),
        (10700053, "壹拾万柒仟元伍角叁分"),
        (10010100, "壹拾万零壹佰零壹元整"),
        (1000000000, "壹仟万元整"),
        (10000000000, "壹亿元整"),
        (10000000100, "壹亿零壹元整"),
        (10000010000, "壹亿零壹佰元整"),
        (10001000000, "壹亿零壹万元整"),
        (10010000000, "壹亿零壹拾万元整"),
        (100000000001, "壹拾亿元零壹分"),
        (-12100, "负壹佰贰拾壹元整"),
        (-1, "负壹分"),
    ],
)
def test_capital_amount_is_right_to_the_last_case(fen: int, words: str) -> None:
    assert capital_amount(fen) == words


@given(AMOUNTS)
def test_capital_amount_reads_back_and_keeps_the_rules_of_writing(fen: int) -> None:
    words = capital_amount(fen)
    assert _read(words) == fen
    assert "零零" not in words
    assert not re.search("零[元万亿角]", words.replace("零元整", ""))
    assert words.endswith("分") != words.endswith("整")
    assert not re.search("(^|[负零元万亿])拾", words), "拾 never stands without 壹"


def test_an_amount_beyond_all_bounds_is_a_bug_not_a_word() -> None:
    with pytest.raises(ValueError, match=str(MOST_FEN + 1)):
        capital_amount(MOST_FEN + 1)


def _read(words: str) -> int:
    """An independent reading of 大写: by place, not by the groups that wrote it."""
    sign = -1 if words.startswith("负") else 1
    total = group = digit = 0
    for char in words.removeprefix("负"):
        if char in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(char)
        elif char in "拾佰仟":
            group, digit = group + digit * 10 ** ("拾佰仟".index(char) + 1), 0
        elif char in "万亿元":
            scale = {"万": 10**4, "亿": 10**8, "元": 1}[char]
            total, group, digit = total + (group + digit) * scale * 100, 0, 0
        elif char in "角分":
            total, digit = total + digit * {"角": 10, "分": 1}[char], 0
    return sign * total
