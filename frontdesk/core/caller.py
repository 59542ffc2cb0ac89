"""The number that a telephone box tells: data from outside, made plain before anybody trusts it."""

from __future__ import annotations

import re
import unicodedata

from frontdesk.core.errors import RefusedError

_SEPARATORS = re.compile(r"[\s\-.()/]+")
_NUMBER = re.compile(r"\+?[0-9*#]{3,32}")


def caller_number(text: str) -> str:
    """The number without blanks and dashes, full-width digits folded: `+8613800000000`.

    Raises RefusedError for anything that is no telephone number (`anonymous`, a command, a path).
    """
    folded = _SEPARATORS.sub("", unicodedata.normalize("NFKC", text))
    if not _NUMBER.fullmatch(folded):
        raise RefusedError("来电号码只能有数字、+、* 和 #,3 到 32 位。", field="number")
    return folded
