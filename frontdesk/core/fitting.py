"""What was typed into a register's fields, tidied, or refused by name: one check for every register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Kind
from frontdesk.core.money import MOST_FEN
from frontdesk.core.plain_text import plain_text
from frontdesk.core.typed import read_phone

if TYPE_CHECKING:
    from collections.abc import Mapping

    from frontdesk.core.fields import Field, Register

COUNT_MOST = 10**9


def fitting(register: Register, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that fit their fields: texts tidied, telephones folded, amounts and choices within bounds.

    A name that is no field of the register passes with its value as it is. Raises RefusedError naming the field.
    """
    fields = {field.name: field for field in register.fields}
    return {
        name: _fitting(fields[name], value) if name in fields else value for name, value in values.items()
    }


def _fitting(field: Field, value: Any) -> Any:
    if field.kind in (Kind.MONEY, Kind.INTEGER):
        return _bounded(field, value, MOST_FEN if field.kind is Kind.MONEY else COUNT_MOST)
    if field.kind is Kind.CHOICE:
        if value not in {choice.key for choice in field.choices} and (value or field.required):
            raise RefusedError(f"请选择“{field.label}”。", field=field.name)
        return value
    if field.kind in (Kind.MOMENT, Kind.DATE, Kind.TIME, Kind.FLAG):
        return value
    said = read_phone(value) if field.kind is Kind.PHONE else value
    text = plain_text(said, field=field.name, label=field.label, most=field.max_length)
    if field.required and not text:
        raise RefusedError(f"请填写“{field.label}”。", field=field.name)
    return text


def _bounded(field: Field, value: int | None, most: int) -> int | None:
    if value is None and field.required:
        raise RefusedError(f"请填写“{field.label}”。", field=field.name)
    if value is not None and not 0 <= value <= most:
        raise RefusedError(f"“{field.label}”的数目不对，请核对。", field=field.name)
    return value
