"""Floor areas: kept in whole square centimetres, typed and shown in square metres. Pure functions."""

from __future__ import annotations

import re
from decimal import Decimal

from frontdesk.core.typed import fold_width

MOST_CM2 = 10_000_000 * 10_000
_AREA = re.compile(r"([0-9]{1,8}(?:\.[0-9]{1,4})?)(?:平方米|平米|㎡|m2|M2|平)?")


def read_area(text: str) -> int | None:
    """`98.5`, `９８．５㎡`, `1,200 平方米` in square centimetres; None when it cannot be read so, or is beyond `MOST_CM2`."""
    read = _AREA.fullmatch(re.sub(r"[\s,]", "", fold_width(text)))
    area = int(Decimal(read[1]) * 10_000) if read else None
    return area if area is not None and area <= MOST_CM2 else None


def shown_area(area_cm2: int | None) -> str:
    """Square metres as short as they are: 985000 gives "98.5"; "" for None."""
    if area_cm2 is None:
        return ""
    return (
        f"{Decimal(area_cm2) / 10_000:f}".rstrip("0").rstrip(".")
        if area_cm2 % 10_000
        else str(area_cm2 // 10_000)
    )
