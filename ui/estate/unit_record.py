"""A room as the record panel shows it: number, area, standing notes, who lives there; and its withdrawal."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.estate.area import read_area, shown_area
from frontdesk.estate.register import UNIT_KINDS, NewUnit, UnitRow
from ui.register.choice_editors import SegmentEditor
from ui.register.record_panel import Fact, Record, Step
from ui.widgets.segmented import StackedChoice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from frontdesk.desk import Desk
    from frontdesk.estate.register import Household
    from ui.register.record_panel import Values

REASON = Field("reason", "原因", required=True, max_length=400)
_ROOM = Field("unit_no", "房号", required=True, max_length=40)
_AREA = Field("area", "建筑面积（㎡）", max_length=20, hint="例如：98.5")
_NOTE = Field(
    "text", "备忘", Kind.LONG_TEXT, required=True, max_length=400, hint="前台人人要知道的事，红字提示"
)
_KIND = {choice.key: choice.label for choice in UNIT_KINDS}


def unit_record(desk: Desk, household: Household, newcomer: Step | None) -> Record:
    """The room with the steps that the person signed in may take; each gives the room back, a withdrawal None.

    `newcomer` is the step that enters somebody in it, where the role may.
    """
    unit = household.unit
    return Record(
        title=unit.unit_no,
        remark="房间",
        state=_KIND.get(unit.kind, ""),
        tone="info",
        facts=(
            Fact("房号", unit.unit_no, strong=True),
            area_fact(household),
            Fact("住户", "、".join(one.name for one in household.residents) or "没有登记住户"),
            Fact("备忘", "\n".join(note.text for note in household.notes)),
        ),
        steps=tuple(_steps(desk, household, newcomer)),
    )


def area_fact(household: Household) -> Fact:
    """The floor area, where it is known."""
    area = shown_area(household.unit.area_cm2)
    return Fact("建筑面积", f"{area} ㎡" if area else "")


def note_steps(desk: Desk, household: Household, then: object) -> Iterator[Step]:
    """Write a standing note, or take one off; both give `then` back."""

    def note(values: Values) -> object:
        desk.estate.add_note(household.unit.id, values["text"])
        return then

    def unnote(values: Values) -> object:
        desk.estate.withdraw_note(int(values["note"]), values["reason"])
        return then

    yield Step("note", "写备忘", "B", note, fields=(_NOTE,))
    if household.notes:
        notes = tuple(Choice(str(each.id), each.text) for each in household.notes)
        field = Field("note", "撤下哪一条", Kind.CHOICE, required=True, choices=notes)
        values = {"note": notes[0].key} if len(notes) == 1 else {}
        yield Step(
            "unnote",
            "撤备忘",
            "C",
            unnote,
            fields=(field, REASON),
            values=values,
            own_editors={"note": partial(SegmentEditor, kind=StackedChoice)},  # a note may be four lines long
        )


def _steps(desk: Desk, household: Household, newcomer: Step | None) -> Iterator[Step]:
    actor, unit = desk.context.actor, household.unit
    if actor is None or desk.read_only or not actor.may(Permission.KEEP_ESTATE):
        return
    yield Step(
        "correct",
        "改房间",
        "G",
        partial(_correct, desk, unit),
        fields=(_ROOM, _AREA, replace(REASON, hint="例如：房号写错、按房产证更正")),
        values={"unit_no": unit.unit_no, "area": shown_area(unit.area_cm2) or None},
        main=True,
        question=f"改 {unit.unit_no} 的房号或面积，这一户所有人一起改。",
    )
    if newcomer is not None:
        yield newcomer
    yield from note_steps(desk, household, unit)
    yield Step(
        "withdraw",
        "撤销房间",
        "X",
        partial(_withdraw, desk, unit),
        fields=(replace(REASON, hint="例如：房号录错、两户打通"),),
        danger=True,
        question=_withdrawal(household),
    )


def _withdrawal(household: Household) -> str:
    names = "、".join(one.name for one in household.residents)
    with_them = f"连同住户 {names} " if names else ""
    return f"撤销 {household.unit.unit_no}？{with_them}不再出现在查找和住户卡里，记录仍保留。"


def _correct(desk: Desk, unit: UnitRow, values: Values) -> UnitRow:
    area = read_area(values["area"]) if values["area"] else None
    if values["area"] and area is None:
        raise RefusedError("面积看不懂，请写平方米数，例如 98.5。", field="area")
    if (values["unit_no"], area) == (unit.unit_no, unit.area_cm2):
        raise RefusedError("房号和面积都没有改动。", field="unit_no")
    return desk.estate.correct_unit(unit.id, NewUnit(values["unit_no"], area), values["reason"])


def _withdraw(desk: Desk, unit: UnitRow, values: Values) -> None:
    desk.estate.withdraw_unit(unit.id, values["reason"])
