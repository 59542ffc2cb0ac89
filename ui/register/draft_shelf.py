"""Where half typed things wait: on disk, and in memory for as long as another program holds the file."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from frontdesk.core.errors import DeskError, FileBusyError, SurroundingsError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    from frontdesk.core.actor import Actor
    from frontdesk.desk import Desk

BUSY_MS = 3_000  # while another program holds the file: each try stands the window still


@dataclass
class _Slip:
    """One person's draft of one page: what it should be, and whether the disk has it so."""

    actor: Actor
    typed: dict[str, str] = field(default_factory=dict)
    draft_id: int | None = None
    written: bool = True
    seen: bool = False  # what the disk had before is in here, or there was nothing


@dataclass(frozen=True)
class Left:
    """What somebody left half typed; `saved_at` is UTC."""

    typed: Mapping[str, str]
    saved_at: datetime


class DraftShelf(QObject):
    """Outlives the forms that are typed in. Each draft is its writer's, whoever sits there when the file answers.

    `hindered(sentence)` tells what keeps a draft from the disk, "" that nothing does any more.
    """

    hindered = Signal(str)

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._slips: dict[tuple[int | None, str], _Slip] = {}
        self._timer = QTimer(self, singleShot=True, interval=BUSY_MS)
        self._timer.timeout.connect(self._write)

    def keep(self, page: str, typed: Mapping[str, str]) -> bool:
        """Keep what is typed, {} drops the draft; True when a draft is on disk now. Nobody signed in keeps nothing."""
        actor = self._desk.context.actor
        if self._desk.read_only or actor is None:
            return False
        slip = self._slip(actor, page)
        if slip.typed != typed:
            slip.typed, slip.written = dict(typed), False
        self._write()
        return slip.written and bool(typed)

    def left(self, page: str) -> Left | None:
        """What the person signed in left half typed there. Raises SurroundingsError."""
        actor = self._desk.context.actor
        if actor is None:
            return None
        slip = self._slips.get((actor.person_id, page))
        if slip is not None and not slip.written:
            return Left(slip.typed, self._desk.context.clock.now()) if slip.typed else None
        if slip is not None:
            # The form is empty again. Should the file not answer now, what it has is another draft than what is typed next.
            slip.seen, slip.draft_id = False, None
        drafts = self._desk.drafts
        kept = drafts.latest(page) or (drafts.latest(page) if drafts.take_back(page) else None)
        if kept is None:
            return None
        slip = self._slip(actor, page)
        slip.typed, slip.draft_id, slip.seen = dict(kept.content), kept.id, True
        return Left(slip.typed, kept.saved_at)

    def draft_id(self, page: str, actor: Actor | None) -> int | None:
        """The draft on disk, for the unit of work that makes a record of it."""
        slip = self._slips.get((actor.person_id, page)) if actor is not None else None
        return slip.draft_id if slip is not None else None

    def spend(self, page: str, actor: Actor | None, sent: Mapping[str, str] | None = None) -> None:
        """What was sent is on record: its draft goes, unless it holds something else; without `sent` it goes anyway."""
        slip = self._slips.get((actor.person_id, page)) if actor is not None else None
        if slip is not None:
            # A draft that went with the record is written again when it holds more by now.
            slip.typed, slip.written = {} if sent in (None, slip.typed) else slip.typed, False
            self._write()

    def drop_steps(self, record: str, but: Collection[str]) -> None:
        """Drop what was half filled in for steps that the record does not have any more. A busy file is asked again next time."""
        if self._desk.read_only or self._desk.context.actor is None:
            return
        with suppress(SurroundingsError):
            self._desk.drafts.drop_steps(record, but)

    def is_unwritten(self) -> bool:
        """Whether something waits in memory alone."""
        return any(not slip.written for slip in self._slips.values())

    def _slip(self, actor: Actor, page: str) -> _Slip:
        slip = self._slips.setdefault((actor.person_id, page), _Slip(actor))
        slip.actor = actor
        return slip

    def _write(self) -> None:
        self._timer.stop()
        try:
            for (_person_id, page), slip in self._slips.items():
                if not slip.written:
                    self._write_one(page, slip)
            self._slips = {of: slip for of, slip in self._slips.items() if slip.typed}
        except FileBusyError as error:
            self._timer.start(BUSY_MS)
            self.hindered.emit(error.message)
        except DeskError as error:
            self.hindered.emit(error.message)
        else:
            self.hindered.emit("")

    def _write_one(self, page: str, slip: _Slip) -> None:
        with self._desk.context.acting(slip.actor):
            if slip.typed:
                if not slip.seen:
                    self._set_aside(page, slip)
                slip.draft_id = self._desk.drafts.save(page, slip.typed)
            elif slip.draft_id is not None:
                self._desk.drafts.drop(slip.draft_id)
                slip.draft_id = None
        slip.written = True

    def _set_aside(self, page: str, slip: _Slip) -> None:
        """What was left before is not lost by what is typed while the file could not be asked for it."""
        before = self._desk.drafts.latest(page)
        if before is not None and before.content != slip.typed:
            self._desk.drafts.set_aside(before.id)
        slip.seen = True
