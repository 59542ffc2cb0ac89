"""What people type, read: full-width folded, telephones, whole numbers; amounts are in `money`. Pure functions."""

from __future__ import annotations

import re

_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x3002: 0x2E}


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
