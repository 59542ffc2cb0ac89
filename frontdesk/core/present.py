"""Fetching one record, or saying that there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from frontdesk.core.errors import RefusedError
from frontdesk.core.model import Record

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

R = TypeVar("R", bound=Record)


def present(session: Session, kind: type[R], record_id: int) -> R:
    """The record with that id, void or not. Raises RefusedError when there is none."""
    record = session.get(kind, record_id)
    if record is None:
        raise RefusedError("没有找到这条记录，请刷新后再试。")
    return record
