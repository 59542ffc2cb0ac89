"""The estate's registers declared (residents; F-PHONES), and the plain values its services take and give.

No SQL here: the window imports this module at its start.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from frontdesk.core.fields import Choice, Field, Kind, Register

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

OWNER, OCCUPANT, FAMILY, EMERGENCY = "owner", "occupant", "family", "emergency"

RELATIONS = (
    Choice(OWNER, "业主"),
    Choice(OCCUPANT, "使用人"),
    Choice(FAMILY, "家属"),
    Choice(EMERGENCY, "紧急联系人"),
)
GENDERS = (Choice("male", "男"), Choice("female", "女"))
UNIT_KINDS = (
    Choice("residence", "住宅"),
    Choice("villa", "别墅"),
    Choice("shop", "商铺"),
    Choice("garage", "车库"),
    Choice("other", "其他"),
)

RESIDENTS = Register(
    "resident",
    "F-OWNER",
    "业主基本情况登记表",
    (
        Field("unit_no", "房号", Kind.UNIT, required=True, max_length=40, width=28),
        Field("name", "姓名", required=True, max_length=120, width=28),
        Field("relation", "身份", Kind.CHOICE, required=True, choices=RELATIONS, width=20),
        Field("telephones", "电话", Kind.PHONE, max_length=200, width=50, hint="几个号码用空格隔开"),
        Field("gender", "性别", Kind.CHOICE, choices=GENDERS, listed=False, width=12),
        Field("birthday", "出生日期", Kind.DATE, listed=False, exported=False),
        Field("identity_no", "证件号码", max_length=40, listed=False, exported=False),
        Field("moved_in", "入住日期", Kind.DATE, width=24),
        Field("remarks", "备注", Kind.LONG_TEXT, max_length=1000, width=60),
    ),
)

PHONES = Register(
    "phones",
    "F-PHONES",
    "业主电话联络表",
    (
        Field("unit_no", "房号", Kind.UNIT, width=28),
        Field("owner", "业主", width=30),
        Field("owner_telephone", "电话", Kind.PHONE, width=40),
        Field("occupant", "使用人", width=30),
        Field("occupant_telephone", "电话", Kind.PHONE, width=40),
        Field("emergency", "紧急联系人", width=30),
        Field("emergency_telephone", "电话", Kind.PHONE, width=40),
    ),
)


@dataclass(frozen=True)
class NewUnit:
    """A unit to be entered; `area_cm2` is the floor area in square centimetres."""

    unit_no: str
    area_cm2: int | None = None


@dataclass(frozen=True)
class NewResident:
    """Somebody to be entered in a unit; `relation` is a key of RELATIONS."""

    unit_id: int
    name: str
    relation: str = OWNER
    telephones: tuple[str, ...] = ()
    gender: str = ""
    birthday: date | None = None
    identity_no: str = ""
    moved_in: date | None = None
    remarks: str = ""


@dataclass(frozen=True)
class UnitRow:
    """A unit as it stands."""

    id: int
    unit_no: str
    building: str
    entrance: str
    room: str
    kind: str
    area_cm2: int | None


@dataclass(frozen=True)
class TelephoneRow:
    """A telephone as whoever is signed in may see it: `shown` is masked unless the role reaches further."""

    id: int
    shown: str
    remarks: str = ""


@dataclass(frozen=True)
class ResidentRow:
    """A resident; telephones and identity number as whoever is signed in may see them."""

    id: int
    unit_id: int
    name: str
    relation: str
    relation_label: str
    telephones: tuple[TelephoneRow, ...]
    gender: str = ""
    birthday: date | None = None
    identity_no: str = ""
    moved_in: date | None = None
    remarks: str = ""


@dataclass(frozen=True)
class KnownCaller:
    """Whose telephone rings: room and name, each "" unless it can be one alone."""

    unit_no: str = ""
    name: str = ""


@dataclass(frozen=True)
class NoteRow:
    """A standing note and who wrote it on which local day."""

    id: int
    text: str
    by: str
    since: date


@dataclass(frozen=True)
class Household:
    """What the card beside a form shows of a unit: owner first, withdrawn people left out."""

    unit: UnitRow
    residents: tuple[ResidentRow, ...]
    notes: tuple[NoteRow, ...]

    @property
    def heading(self) -> str:
        """The name that stands for the unit: its first owner, else whoever lives there."""
        return self.residents[0].name if self.residents else ""


def number_for(residents: Sequence[ResidentRow], caller: str) -> str:
    """Where a household is reached, as `residents` show it: the caller's telephone, else its first owner's."""
    named = [one for one in residents if caller and one.name == caller.strip()]
    owners = [one for one in residents if one.relation == OWNER]
    return next((one.telephones[0].shown for one in (*named, *owners) if one.telephones), "")


@dataclass(frozen=True)
class Hit:
    """One answer of the finder: a unit, or a record that another register looked up.

    `register` and `record_id` say what to open (`"unit"`, the unit's id); `label` is the large text,
    `detail` stands beside it, `why` says what matched; `scanned`: its paper is at hand.
    """

    register: str
    record_id: int
    label: str
    detail: str = ""
    why: str = ""
    scanned: bool = False
