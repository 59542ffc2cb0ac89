"""A resident as the record panel shows it, and the steps that keep the estate true."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Field, Kind
from frontdesk.estate.register import RESIDENTS, NewResident, NewUnit, UnitRow
from ui.estate.unit_record import REASON, area_fact, note_steps
from ui.register.lines_editor import LinesEditor
from ui.register.record_panel import Fact, Record, Step
from ui.widgets.unit_box import UnitEditor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from frontdesk.desk import Desk
    from frontdesk.estate.register import Household, ResidentRow
    from ui.register.record_panel import Values

_TELEPHONES = Field("telephones", "电话", Kind.LONG_TEXT, max_length=400, hint="一行一个号码")
_REASON = Field("reason", "原因", max_length=400, hint="例如：本人来前台更正")
_ROOM = Field("unit_no", "房号", Kind.UNIT, required=True, max_length=40)
_NEW_ROOM = Field("new_unit", "新建房间", Kind.FLAG, hint="房号不在册，新建这个房间")
_PERSON = (
    *(RESIDENTS.field(name) for name in ("name", "relation")),
    _TELEPHONES,
    *(RESIDENTS.field(name) for name in ("gender", "birthday", "identity_no", "moved_in", "remarks")),
)
_SHORT = (RESIDENTS.field("name"), RESIDENTS.field("relation"), _TELEPHONES)
_TEXTS = ("name", "relation", "gender", "identity_no", "remarks")
_BY_LINES = {"telephones": LinesEditor}

# What a step gives back: the resident or the room to show next, None for nobody, or a sentence to say.
Outcome = int | UnitRow | str | None


def resident_record(desk: Desk, resident: ResidentRow, household: Household) -> Record:
    """The resident with the steps that the person signed in may take. Each step returns an `Outcome`."""
    return Record(
        title=resident.name,
        remark=household.unit.unit_no,
        state=resident.relation_label,
        tone="accent" if resident.relation == "owner" else "info",
        facts=tuple(_facts(resident, household)),
        steps=tuple(_steps(desk, resident, household)),
    )


def new_record(desk: Desk) -> Record:
    """The form of a new resident, as the one step of an empty record."""
    step = Step(
        "add",
        "登记",
        "D",
        partial(_add, desk),
        fields=(_ROOM, _NEW_ROOM, *_PERSON),
        values={"relation": "owner"},
        main=True,
        own_editors={"unit_no": partial(_unit_editor, desk), **_BY_LINES},
    )
    return Record("新增住户", "", "新", "info", (), (step,))


def _unit_editor(desk: Desk, field: Field) -> UnitEditor:
    return UnitEditor(field, desk.finder.find, desk.estate.unit_by_no)


def _facts(resident: ResidentRow, household: Household) -> Iterator[Fact]:
    telephones = (f"{one.shown}  {one.remarks}".strip() for one in resident.telephones)
    yield Fact("房号", household.unit.unit_no, strong=True)
    yield Fact("电话", "\n".join(telephones), strong=True)
    yield Fact("性别", RESIDENTS.field("gender").label_of(resident.gender))
    yield Fact("出生日期", resident.birthday.isoformat() if resident.birthday else "")
    yield Fact("证件号码", resident.identity_no)
    yield Fact("入住日期", resident.moved_in.isoformat() if resident.moved_in else "")
    yield Fact("备注", resident.remarks)
    yield area_fact(household)


def _steps(desk: Desk, resident: ResidentRow, household: Household) -> Iterator[Step]:
    actor = desk.context.actor
    if actor is None or desk.read_only:
        return
    if actor.may(Permission.KEEP_ESTATE):
        yield _correct_step(desk, resident)
        yield join_step(desk, household.unit.id, "同住人", "family")
        yield from note_steps(desk, household, resident.id)
        yield Step("room", "房间", "F", lambda _values: household.unit)
    if not actor.may(Permission.SEE_FULL_TELEPHONES) and (resident.telephones or resident.identity_no):
        yield Step(
            "reveal",
            "看完整号码",
            "K",
            partial(_reveal, desk, resident),
            fields=(replace(REASON, label="用途", hint="会记入日志"),),
        )
    if actor.may(Permission.KEEP_ESTATE):
        yield Step(
            "withdraw",
            "迁出",
            "X",
            partial(_withdraw, desk, resident),
            fields=(replace(REASON, hint="例如：已搬走、已过户"),),
            danger=True,
            question=f"{household.unit.unit_no} {resident.name} 迁出？以后查找和住户卡里不再出现，记录仍保留。",
        )


def join_step(desk: Desk, unit_id: int, label: str, relation: str) -> Step:
    """Enter somebody in that room."""
    return Step(
        "join",
        label,
        "T",
        partial(_join, desk, unit_id),
        fields=_SHORT,
        values={"relation": relation},
        own_editors=_BY_LINES,
    )


def _correct_step(desk: Desk, resident: ResidentRow) -> Step:
    shown: dict[str, Any] = {
        name: getattr(resident, name) or None for name in (*_TEXTS, "birthday", "moved_in")
    }
    shown["telephones"] = [one.shown for one in resident.telephones]
    return Step(
        "correct",
        "更正",
        "G",
        partial(_correct, desk, resident, shown),
        fields=(*_PERSON, _REASON),
        values=shown,
        main=True,
        own_editors=_BY_LINES,
    )


def _add(desk: Desk, values: Values) -> Outcome:
    unit = desk.estate.unit_by_no(values["unit_no"])
    if unit is None and not values["new_unit"]:
        raise RefusedError(
            f"没有 {values['unit_no']} 这个房间，请再核对；确实有，请勾选“新建房间”。", field="unit_no"
        )
    if unit is None:
        unit = desk.estate.add_unit(NewUnit(values["unit_no"]))
    return _join(desk, unit.id, values)


def _join(desk: Desk, unit_id: int, values: Values) -> Outcome:
    new = NewResident(
        unit_id,
        values["name"],
        values["relation"],
        tuple(values["telephones"]),
        gender=values.get("gender") or "",
        birthday=values.get("birthday"),
        identity_no=values.get("identity_no") or "",
        moved_in=values.get("moved_in"),
        remarks=values.get("remarks") or "",
    )
    return desk.estate.add_resident(new)


def _correct(desk: Desk, resident: ResidentRow, shown: Mapping[str, Any], values: Values) -> Outcome:
    # Only what was changed is sent: what is shown masked must not overwrite what is kept.
    changes = {
        name: (value or "") if name in _TEXTS else value
        for name, value in values.items()
        if name in (*_TEXTS, "birthday", "moved_in") and value != shown[name]
    }
    if "*" in changes.get("identity_no", ""):
        raise RefusedError("带 * 的证件号码看不全，请填完整的。", field="identity_no")
    telephones = values["telephones"] if values["telephones"] != shown["telephones"] else None
    desk.estate.correct_resident(resident.id, changes, values["reason"] or "", telephones=telephones)
    return resident.id


def _reveal(desk: Desk, resident: ResidentRow, values: Values) -> Outcome:
    numbers, identity = desk.estate.reveal(resident.id, values["reason"])
    parts = [*numbers, *([f"证件 {identity}"] if identity else [])]
    return f"{resident.name}：{'、'.join(parts)}（已记入日志）"


def _withdraw(desk: Desk, resident: ResidentRow, values: Values) -> Outcome:
    desk.estate.withdraw_resident(resident.id, values["reason"])
    return None
