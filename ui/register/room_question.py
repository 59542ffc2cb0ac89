"""Asks once about a room that the estate does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.core.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable


class RoomQuestion:
    """For one open form: a second press keeps what was typed, a place in the grounds may be meant."""

    def __init__(self, unit_by_no: Callable[[str], object | None]) -> None:
        self._unit_by_no = unit_by_no
        self._as_said: set[str] = set()

    def check(self, room: str) -> None:
        """Raises RefusedError the first time for each room there is none of, SurroundingsError."""
        if room and room not in self._as_said and self._unit_by_no(room) is None:
            self._as_said.add(room)
            raise RefusedError(f"没有“{room}”这个房间。确实要这样写，再按一次 Ctrl+⏎。", field="unit_no")
