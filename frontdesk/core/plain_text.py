"""What a person said, made fit to be kept: any text goes in, a text that every engine stores comes out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from frontdesk.core.errors import RefusedError

REASON_MOST = 400
_UNSTORABLE = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without NUL, halves of characters as �: what any engine takes as a value."""
    return _UNSTORABLE.sub("�", text.replace("\0", ""))


def plain_text(text: str, *, field: str, label: str, most: int) -> str:
    """The text as `storable`, without its outer blanks and with line ends as one sign.

    Raises RefusedError when it is longer than `most` characters: nothing is ever cut.
    """
    kept = storable(text).replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(kept) > most:
        raise RefusedError(f"“{label}”有 {len(kept)} 字，最多 {most} 字，请写短一些。", field=field)
    return kept


def names_any(text: str, words: Iterable[str]) -> bool:
    """Whether a text names one of these words (漏水, 消防), however it is typed; the office's lists may have blanks."""
    said = unicodedata.normalize("NFKC", text).casefold()
    return any(word.strip().casefold() in said for word in words if word.strip())


def plain_reason(reason: str) -> str:
    """Why something is corrected or voided, made fit for the journal; may be empty. Raises RefusedError."""
    return plain_text(reason, field="reason", label="原因", most=REASON_MOST)
