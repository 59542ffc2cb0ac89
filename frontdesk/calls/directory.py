"""The numbers of outside bodies, at hand at the desk (R-CALL-5)."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from frontdesk.calls.model import DirectoryNumber
from frontdesk.calls.register import BodyRow
from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.paths import resource
from frontdesk.core.plain_text import plain_text
from frontdesk.core.present import present
from frontdesk.core.typed import read_phone

if TYPE_CHECKING:
    from frontdesk.core.context import DeskContext, Transaction


class DirectoryService:
    """供水, 供电, 供气, 派出所 …: names and numbers. Commands raise RefusedError, NotAllowedError, SurroundingsError."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def bodies(self, beginning: str = "") -> list[BodyRow]:
        """All bodies in the directory's order, or those whose name or remarks have the text in them."""
        self._context.require(Permission.READ_REGISTERS)
        asked = (
            select(DirectoryNumber)
            .where(DirectoryNumber.voided_at.is_(None))
            .order_by(DirectoryNumber.position, DirectoryNumber.id)
        )
        with self._context.read() as session:
            rows = [_row(body) for body in session.scalars(asked)]
        wanted = beginning.strip()
        return [row for row in rows if wanted in row.name or wanted in row.remarks]

    def add(self, name: str, number: str, remarks: str = "") -> BodyRow:
        """A new body, at the end."""
        values = _checked(name, number, remarks)
        with self._context.transaction(Permission.WRITE_CALLS) as work:
            last = work.session.scalar(select(func.max(DirectoryNumber.position))) or 0
            return _row(work.add(DirectoryNumber(position=last + 1, **values)))

    def correct(self, body_id: int, name: str, number: str, remarks: str = "") -> BodyRow:
        """Write another name or number."""
        values = _checked(name, number, remarks)
        with self._context.transaction(Permission.WRITE_CALLS, action="correct") as work:
            body = present(work.session, DirectoryNumber, body_id)
            for field, value in values.items():
                setattr(body, field, value)
            return _row(body)

    def void(self, body_id: int) -> None:
        """Take a body out."""
        with self._context.transaction(Permission.WRITE_CALLS, action="void") as work:
            body = present(work.session, DirectoryNumber, body_id)
            if body.voided_at is None:
                work.void(body, "不再使用")

    def seed(self, work: Transaction) -> None:
        """Put in what the program brings (`StaffService.at_first_start`); local numbers are left for the desk to fill."""
        brought = tomllib.loads(resource("seed", "directory.toml").read_text(encoding="utf-8"))
        for position, body in enumerate(brought["body"], start=1):
            work.add(DirectoryNumber(position=position, **body))


def _row(body: DirectoryNumber) -> BodyRow:
    return BodyRow(body.id, body.name, body.number, body.remarks)


def _checked(name: str, number: str, remarks: str) -> dict[str, str]:
    values = {
        "name": plain_text(name, field="name", label="单位", most=60),
        "number": plain_text(read_phone(number), field="number", label="电话", most=40),
        "remarks": plain_text(remarks, field="remarks", label="备注", most=120),
    }
    if not values["name"]:
        raise RefusedError("请填写单位名称。", field="name")
    return values
