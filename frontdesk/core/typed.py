"""What people type, read: full-width folded, telephones, amounts. Pure functions, no Qt."""

from __future__ import annotations

import re

_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x3002: 0x2E}
_AMOUNT = re.compile(r"[¥￥]?([0-9]{1,9})(?:\.([0-9]{1,2}))?元?")
_THOUSANDS = re.compile(r"[¥￥]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?元?")


def fold_width(text: str) -> str:
    """Full-width letters, figures and signs as the half-width ones: `１３８` is `138`, `。` is a point."""
    return text.translate(_FOLD)


def read_phone(text: str) -> str:
    """A telephone as it is kept: half-width, single parts, never refused (extensions and odd prefixes are real)."""
    return " ".join(fold_width(text).split())


def read_integer(text: str) -> int | None:
    """A whole number of at most nine figures; None when it cannot be read so."""
    folded = fold_width(text).strip()
    return int(folded) if re.fullmatch(r"[+-]?[0-9]{1,9}", folded) else None


def read_money(text: str) -> int | None:
    """An amount in fen: `12.5`, `１２．５０`, `￥1,200元`; None when it cannot be read so."""
    folded = fold_width(text).replace(" ", "")
    if _THOUSANDS.fullmatch(folded):
        folded = folded.replace(",", "")
    match = _AMOUNT.fullmatch(folded)
    if match is None:
        return None
    yuan, cents = match.groups()
    return int(yuan) * 100 + int((cents or "0").ljust(2, "0"))


def shown_money(fen: int) -> str:
    """An amount as it is typed and shown: `1250` is `12.50`."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"
