"""What stands around the pages, read from the open desk; before it is open, as much as is known."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from ui.register.attempt import LookUp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from frontdesk.desk import Desk

_NEAR = timedelta(hours=1)  # a promised reply counts as due from an hour before


class DeskFacts:
    """`ui.main_window.ShellFacts` of a desk that may still be opening.

    While another program holds the file, what was last read is told again: the shell never waits or fails.
    """

    def __init__(self) -> None:
        self.desk: Desk | None = None
        self._look = LookUp(lambda _sentence: None)  # the page in view tells what hinders the file
        self._behind = timedelta(0)
        self._due: Mapping[str, int] = {}
        self._proof = ""

    def estate_name(self) -> str:
        """The estate's name from the settings."""
        if self.desk is None:
            return "物业"
        from frontdesk.core.settings import ESTATE_NAME

        return self.desk.context.settings.get(ESTATE_NAME) or "物业"

    def person_name(self) -> str:
        """Who is signed in."""
        actor = self.desk.context.actor if self.desk else None
        return actor.name if actor else ""

    def shift(self) -> str:
        """中班 14:00–22:00."""
        if self.desk is None:
            return ""
        from frontdesk.core.settings import SHIFT_HOURS
        from frontdesk.core.shift_hours import shift_hours
        from frontdesk.staff.shifts import shift_at

        shift = shift_at(self.local_now(), shift_hours(self.desk.context.settings.get(SHIFT_HOURS)))
        return f"{shift.name} {shift.hours}".strip()

    def local_now(self) -> datetime:
        """The local moment."""
        if self.desk is None:
            return datetime.now().astimezone()
        return self.desk.context.clock.local(self.desk.context.clock.now())

    def backup(self) -> tuple[str, str]:
        """Whether writing is safe at all: a folder that can only be read, a clock set back."""
        if self.desk is None:
            return "", "neutral"
        if self.desk.read_only:
            return "只读：文件夹不能写入", "danger"
        self._behind = self._look(self.desk.context.clock_behind, self._behind)
        return (
            ("电脑时钟比最后一条记录早", "danger") if self._behind > timedelta(minutes=1) else ("", "neutral")
        )

    def due(self) -> Mapping[str, int]:
        """Promised replies that are near or late, call-backs that are due today, messages that wait, bills, prices and laundry."""
        if self.desk is None or self.desk.context.actor is None:
            return {}
        from frontdesk.core.actor import Permission

        if not self.desk.context.actor.may(Permission.READ_ORDERS):
            return {}
        self._due = self._look(partial(_counts, self.desk), self._due)
        return self._due

    def proof(self) -> str:
        """服务单 FW2026-000181–000187 连续 · 作废 0 · 缺号 0."""
        if self.desk is None or self.desk.context.actor is None:
            return ""
        from frontdesk.core.actor import Permission

        if not self.desk.context.actor.may(Permission.READ_ORDERS):
            return ""
        watch, today = self.desk.order_books.watch, self.desk.context.clock.today()
        self._proof = self._look(lambda: watch.serial_line(today).shown, self._proof)
        return self._proof


def _counts(desk: Desk) -> Mapping[str, int]:
    from frontdesk.core.actor import Permission

    actor, now = desk.context.actor, desk.context.clock.now()
    books = {"order_books": len(desk.prices.due(now)) + desk.payment_requests.pressing(now)}
    if actor is None or not actor.may(Permission.READ_REGISTERS):
        return books
    late = [reply for reply in desk.calls.promised_due() if reply.left < _NEAR]
    books["order_books"] += desk.laundry.pressing()
    return books | {
        "call": len(late),
        "callback": desk.callbacks.queue.pressing(),
        "message": len(desk.messages.waiting()),
    }
