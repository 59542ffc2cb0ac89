"""Money is whole fen. Here it is written, read and put into 大写, which receipts and orders want beside digits."""

from __future__ import annotations

import re

from frontdesk.core.errors import RefusedError
from frontdesk.core.typed import fold_width

MOST_FEN = 10**14 - 1
"""The largest amount: 999,999,999,999.99 yuan. What is above was mistyped, and SQLite's integers end near."""

_AMOUNT = re.compile(r"(-?)(\d+)(?:\.(\d{0,2}))?|(-?)\.(\d{1,2})")
_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d{0,2})?")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿")


def format_fen(fen: int) -> str:
    """Fen as yuan with two decimals and no grouping: 12345 gives "123.45", -5 gives "-0.05"."""
    yuan, rest = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{yuan}.{rest:02}"


def parse_fen(text: str) -> int:
    """Yuan as people type them, in fen: "123.45", "１２３．４", "¥1,234", "50元", "-3".

    Full-width characters are folded. Raises RefusedError for anything else, for grouping commas out of
    place, for a third decimal (nobody owes a tenth of a fen) and above `MOST_FEN`.
    """
    plain = (
        re.sub(r"\s", "", fold_width(text).replace("−", "-"))
        .removesuffix("整")
        .removesuffix("元")
        .removesuffix("圆")
    )
    sign = "-" if plain.startswith("-") else ""
    plain = sign + re.sub(r"^(¥|￥|RMB|CNY)", "", plain.removeprefix("-"), flags=re.IGNORECASE)
    if "," in plain:
        plain = plain.replace(",", "") if _GROUPED.fullmatch(plain) else "?"
    found = _AMOUNT.fullmatch(plain) if plain.isascii() else None
    if not found:
        raise RefusedError(f"金额“{text.strip()[:20]}”看不懂，请写成 123.45 这样。", field="amount")
    minus, yuan, decimals = found[1] or found[4], found[2] or "0", found[3] or found[5] or ""
    fen = int(yuan) * 100 + int(decimals.ljust(2, "0")) if len(yuan) <= 15 else MOST_FEN + 1
    if fen > MOST_FEN:
        raise RefusedError(f"金额“{text.strip()[:20]}”太大，请核对。", field="amount")
    return -fen if minus else fen


def read_money(text: str) -> int | None:
    """An amount that is paid or asked, in fen; None for what `parse_fen` refuses, and below nothing."""
    try:
        fen = parse_fen(text)
    except RefusedError:
        return None
    return fen if fen >= 0 else None


def capital_amount(fen: int) -> str:
    """The amount in 大写: 12345 gives 壹佰贰拾叁元肆角伍分, 1000 gives 壹拾元整, 0 gives 零元整.

    整 follows 元 or 角, never 分; 零 stands once for zeros between digits, also between 元 and 分;
    a negative amount begins with 负. Raises ValueError above `MOST_FEN`.
    """
    if abs(fen) > MOST_FEN:
        raise ValueError(fen)
    yuan, rest = divmod(abs(fen), 100)
    jiao, cents = divmod(rest, 10)
    words = "负" if fen < 0 else ""
    if yuan:
        words += _whole(yuan) + "元"
    if not rest:
        return words + ("整" if yuan else "零元整")
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif yuan:
        words += "零"
    return words + (f"{_DIGITS[cents]}分" if cents else "整")


def _whole(number: int) -> str:
    """A positive whole number: groups of four digits, each with its own 万 or 亿."""
    words = ""
    gap = False
    for power in reversed(range(len(_GROUPS))):
        group = number // 10 ** (4 * power) % 10000
        if not group:
            gap = gap or bool(words)
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _group(group) + _GROUPS[power]
        gap = False
    return words


def _group(group: int) -> str:
    words = ""
    gap = False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = bool(words)
    return words
