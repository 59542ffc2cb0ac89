"""The rules of laundry: what must be told of each garment, and which step follows which (R-ORDER-20). No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from frontdesk.core.errors import RefusedError
from frontdesk.core.plain_text import plain_text
from frontdesk.laundry.register import LAUNDRY, UNDAMAGED, NewGarment

RULE = "R-ORDER-20"
MOST_GARMENTS = 60
_MOST_WORDS = 120


def checked_garments(garments: Sequence[NewGarment], number: int) -> list[NewGarment]:
    """Each garment named, marked and looked at; marks given by themselves are `<number>-<position>`.

    Raises RefusedError (field `garments`).
    """
    if not garments:
        raise RefusedError("请逐件登记收取的衣物。", field="garments", rule=RULE)
    if len(garments) > MOST_GARMENTS:
        raise RefusedError(f"一张收据最多 {MOST_GARMENTS} 件，请分开开。", field="garments", rule=RULE)
    checked = [_checked(garment, number, at) for at, garment in enumerate(garments, start=1)]
    marks = [garment.mark for garment in checked]
    twice = next((mark for mark in marks if marks.count(mark) > 1), "")
    if twice:
        raise RefusedError(f"标记号“{twice}”用了两次，每件要不一样。", field="garments", rule=RULE)
    return checked


def _checked(garment: NewGarment, number: int, at: int) -> NewGarment:
    name = plain_text(garment.name, field="garments", label="衣物名称", most=_MOST_WORDS)
    if not name:
        raise RefusedError(f"第 {at} 件要写明是什么衣物。", field="garments", rule=RULE)
    damage = plain_text(garment.damage, field="garments", label="破损检查", most=_MOST_WORDS)
    mark = plain_text(garment.mark, field="garments", label="标记号", most=40)
    return replace(garment, name=name, damage=damage or UNDAMAGED, mark=mark or f"{number}-{at}")


def check_return(return_on: date, today: date) -> None:
    """Raises RefusedError for a day of return that is past."""
    if return_on < today:
        raise RefusedError("归还日期不能早于今天。", field="return_on", rule=RULE)


def check_state(state: str, wanted: str, serial: str) -> None:
    """Raises RefusedError when a ticket does not stand where a step begins."""
    if state != wanted:
        label = LAUNDRY.field("state").label_of(state)
        raise RefusedError(f"{serial} 现在是“{label}”，请按它的下一步登记。", field="state", rule=RULE)


def check_count(told: int | None, sent: int, note: str) -> None:
    """Raises RefusedError when other than what was sent came back and nobody says why."""
    if told is None:
        raise RefusedError("请点清取回的件数。", field="count", rule=RULE)
    if told != sent and not note:
        raise RefusedError(f"送洗 {sent} 件，取回 {told} 件；请写明差在哪里。", field="back_note", rule=RULE)
