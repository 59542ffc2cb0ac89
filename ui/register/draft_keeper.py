"""Keeps what is half typed in a form: through a crash, a lock, a change of person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from frontdesk.core.errors import SurroundingsError
from frontdesk.core.shown import shown_moment
from ui.register.draft_shelf import BUSY_MS, DraftShelf

if TYPE_CHECKING:
    from frontdesk.core.actor import Actor
    from frontdesk.desk import Desk
    from ui.register.entry_form import EntryForm

PAUSE_MS = 400  # after the last key: a commit is some milliseconds


@dataclass(frozen=True)
class Sent:
    """What stood in a form when somebody wished it to be written, and who that was."""

    actor: Actor | None
    typed: Mapping[str, str]
    edits: int = 0


class DraftKeeper(QObject):
    """One for each form. `usual` is what stands in it before anybody types.

    `kept` comes with each draft on disk, `changed` whenever the form was filled or emptied by the keeper.
    """

    kept = Signal()
    changed = Signal()

    def __init__(
        self, desk: Desk, shelf: DraftShelf, page: str, form: EntryForm, usual: Mapping[str, str]
    ) -> None:
        super().__init__(form)
        self._desk, self._shelf, self._page, self._form = desk, shelf, page, form
        self._usual = dict(usual)
        self._cleared: dict[str, str] = {}
        self._edits = 0  # by hand: a look-up that fills a field is none
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.keep)
        self._offering: tuple[Actor | None, str] = (None, "")
        self._again = QTimer(self, singleShot=True, interval=BUSY_MS)
        self._again.timeout.connect(self._on_again)
        form.edited.connect(self._on_edited)
        shelf.hindered.connect(form.say_hindered)

    def turn_to(self, page: str, usual: Mapping[str, str]) -> None:
        """Keep another page's draft from now on; the form shows that page's `usual` already."""
        self._timer.stop()
        self._again.stop()
        self._page, self._usual, self._cleared = page, dict(usual), {}

    def typed(self) -> dict[str, str]:
        """What is typed beyond the usual; "" where something usual was taken out."""
        draft = self._form.draft()
        return {
            name: draft.get(name, "")
            for name in (*self._usual, *(name for name in draft if name not in self._usual))
            if draft.get(name, "") != self._usual.get(name, "")
        }

    def keep(self) -> None:
        """Write down what is half typed, or drop the draft of an empty form."""
        self._timer.stop()
        if self._shelf.keep(self._page, self.typed()):
            self.kept.emit()

    def offer(self, sentence: str) -> bool:
        """Bring back what the person signed in left half typed, and say so; `{when}` is when that was.

        While the file is busy that is said, and asked again beside the window.
        """
        self._offering = (self._desk.context.actor, sentence)
        if self.typed():
            return False
        try:
            left = self._shelf.left(self._page)
        except SurroundingsError as error:
            self._form.say_hindered(error.message)
            self._again.start()
            return False
        self._form.say_hindered("")
        if left is None:
            return False
        self._edits += 1
        self._form.overlay(left.typed)
        self.changed.emit()
        when = shown_moment(self._desk.context.clock, left.saved_at)
        self._form.notice.say(sentence.replace("{when}", when), "info")
        return True

    def clear(self) -> None:
        """Empty the form and drop its draft; `restore` brings back what stood in it."""
        self._cleared = self.typed() or self._cleared
        self._empty()
        self.keep()

    def restore(self) -> None:
        """Take the last emptying back."""
        if self._cleared:
            self._form.overlay(self._cleared)
            self._cleared = {}
            self.keep()
            self.changed.emit()

    def sent(self) -> Sent:
        """What a command is about to write; see `saved`."""
        return Sent(self._desk.context.actor, self.typed(), self._edits)

    def draft_id(self, sent: Sent) -> int | None:
        """The draft on disk of what was sent: it goes in the unit of work that writes the record."""
        return self._shelf.draft_id(self._page, sent.actor)

    def saved(self, sent: Sent, *, restorable: bool = False) -> bool:
        """What was sent is on disk: the form is emptied and its draft gone. False, with all of it left, when
        something else stands there by now. `restorable`: not all of it went into the record.
        """
        still = self.spend(sent)
        if still:
            self._cleared = dict(sent.typed) if restorable else {}
            self._empty()
            if self._offering[0] is not None and self._offering[0] == self._desk.context.actor == sent.actor:
                # One was set aside, for the form was filled before it could be read.
                self.offer(self._offering[1])
        return still

    def spend(self, sent: Sent) -> bool:
        """As `saved`, for a form that is not used again: what stands in it stays."""
        still = self._edits == sent.edits or self.typed() == sent.typed
        if still:
            self._timer.stop()
        elif self._desk.context.actor == sent.actor:
            self.keep()
        self._shelf.spend(self._page, sent.actor, None if still else sent.typed)
        return still

    def put_away(self) -> None:
        """Empty the form and leave the draft to its writer: somebody else takes the desk."""
        self._timer.stop()
        self._cleared = {}
        self._empty()

    def _on_again(self) -> None:
        actor, sentence = self._offering
        if actor is not None and actor == self._desk.context.actor:
            self.offer(sentence)

    def _on_edited(self) -> None:
        self._edits += 1
        self._timer.start(PAUSE_MS)

    def _empty(self) -> None:
        self._edits += 1
        self._form.clear_refusal()
        self._form.notice.clear()
        self._form.set_draft(self._usual)
        self.changed.emit()
