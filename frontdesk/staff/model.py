"""Tables of the staff."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from frontdesk.core.model import Base, Code, Moment, Name, Prose, Record


class Person(Record):
    """A member of staff who may sign in. One who left is voided; the name stays on what was written."""

    __tablename__ = "person"

    name: Mapped[Name]
    role: Mapped[Code]
    department: Mapped[Name]
    pin_hash: Mapped[Prose] = mapped_column(info={"secret": True})


class SignInTry(Base):
    """Wrong PINs in a row, kept through a restart; not part of the journal."""

    __tablename__ = "sign_in_try"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[Moment | None]
