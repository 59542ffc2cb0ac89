"""A register's fields, declared once: form, table, filter, XLSX and printed register come from them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a field holds. Closed: matched in the editors, the cell formats and the import's check."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    UNIT = "unit"  # a room, found by the finder; the value is the room number as text
    PHONE = "phone"  # text, never a number: leading zeros, extensions
    SERIAL = "serial"
    PERSON = "person"  # a member of staff, by name
    CHOICE = "choice"  # value is the choice's key; the label is shown
    FLAG = "flag"
    INTEGER = "integer"
    MONEY = "money"  # int, fen
    DATE = "date"  # datetime.date
    TIME = "time"  # aware datetime, shown as the local time of day
    MOMENT = "moment"  # aware datetime, shown as local day and time


@dataclass(frozen=True)
class Choice:
    """One value of a closed list: what is stored, and what is shown and printed."""

    key: str
    label: str


@dataclass(frozen=True)
class Field:
    """One field of a register. `width` is the printed column's share in mm; 0 means not printed."""

    name: str
    label: str
    kind: Kind = Kind.TEXT
    required: bool = False
    max_length: int = 60
    choices: tuple[Choice, ...] = ()
    width: float = 0.0
    listed: bool = True  # a column of the table on the screen
    entered: bool = True  # the clerk types it in the form; the rest is filled in
    exported: bool = True  # a column of the XLSX sheet
    hint: str = ""
    heading: str = ""  # of the XLSX sheet's column, where the screen has room for a shorter label only

    def label_of(self, key: str) -> str:
        """The shown label of a stored choice; an unknown key is shown as it stands."""
        return next((choice.label for choice in self.choices if choice.key == key), key)


@dataclass(frozen=True)
class Register:
    """A running table of the desk. `form_id` is its paper in the specification (`F-CALL`)."""

    name: str  # as in announcements and in the journal: "call"
    form_id: str
    title: str  # the paper's title, word for word
    fields: tuple[Field, ...]
    foot_note: str = ""

    def field(self, name: str) -> Field:
        """The field of that name. Raises KeyError when there is none."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def listed(self) -> tuple[Field, ...]:
        """The columns of the table on the screen, in order."""
        return tuple(field for field in self.fields if field.listed)

    @property
    def entered(self) -> tuple[Field, ...]:
        """What the entry form asks for, in order."""
        return tuple(field for field in self.fields if field.entered)

    @property
    def printed(self) -> tuple[Field, ...]:
        """The columns of the printed register, in order."""
        return tuple(field for field in self.fields if field.width > 0)

    @property
    def exported(self) -> tuple[Field, ...]:
        """The columns of the XLSX sheet, in order."""
        return tuple(field for field in self.fields if field.exported)
