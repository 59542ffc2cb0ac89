"""Keeps what is half typed in a form: through a crash, a lock, a change of person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from frontdesk.core.errors import DeskError, FileBusyError
from frontdesk.core.shown import shown_moment

if TYPE_CHECKING:
    from frontdesk.desk import Desk
    from ui.register.entry_form import EntryForm

PAUSE_MS = 400  # after the last key: a commit is some milliseconds
BUSY_MS = 3_000  # while another program holds the file: each try stands the window still


class DraftKeeper(QObject):
    """One for each form of a new record. `usual` is what stands in the empty form.

    `kept` comes with each draft on disk, `changed` whenever the form was filled or emptied by the keeper.
    """

    kept = Signal()
    changed = Signal()

    def __init__(
        self, desk: Desk, page: str, form: EntryForm, usual: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(form)
        self._desk, self._page, self._form = desk, page, form
        self._usual = dict(usual or {})
        self._cleared: dict[str, str] = {}
        self.draft_id: int | None = None
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.keep)
        form.edited.connect(lambda: self._timer.start(PAUSE_MS))
        form.set_draft(self._usual)

    def typed(self) -> dict[str, str]:
        """What is typed beyond the usual."""
        return {name: text for name, text in self._form.draft().items() if text != self._usual.get(name, "")}

    def keep(self) -> None:
        """Write down what is half typed, or drop the draft of an empty form."""
        self._timer.stop()
        if self._desk.read_only or self._desk.context.actor is None:
            return
        try:
            self._write(self.typed())
        except FileBusyError as error:
            self._form.say_hindered(error.message)
            self._timer.start(BUSY_MS)
        except DeskError as error:
            self._form.say_hindered(error.message)
        else:
            self._form.say_hindered("")

    def offer(self, sentence: str) -> bool:
        """Bring back what the person signed in left half typed, and say so; `{when}` is when that was."""
        kept = self._desk.drafts.latest(self._page)
        if kept is None or self.typed():
            return False
        self._form.set_draft({**self._usual, **kept.content})
        self.draft_id = kept.id
        when = shown_moment(self._desk.context.clock, kept.saved_at)
        self._form.notice.say(sentence.replace("{when}", when), "info")
        self.changed.emit()
        return True

    def clear(self) -> None:
        """Empty the form and drop its draft; `restore` brings back what stood in it."""
        self._cleared = self.typed() or self._cleared
        self._empty()
        self.keep()

    def restore(self) -> None:
        """Take the last emptying back."""
        if self._cleared:
            self._form.set_draft({**self._usual, **self._cleared})
            self._cleared = {}
            self.keep()
            self.changed.emit()

    def saved(self) -> None:
        """The record is on disk, and its draft went with it."""
        self.draft_id, self._cleared = None, {}
        self._timer.stop()
        self._empty()

    def put_away(self) -> None:
        """Empty the form and leave the draft to its writer: somebody else takes the desk."""
        self._timer.stop()
        self.draft_id, self._cleared = None, {}
        self._empty()

    def _empty(self) -> None:
        self._form.clear_refusal()
        self._form.set_draft(self._usual)
        self.changed.emit()

    def _write(self, typed: Mapping[str, str]) -> None:
        if typed:
            self.draft_id = self._desk.drafts.save(self._page, typed)
            self.kept.emit()
        elif self.draft_id is not None:
            self._desk.drafts.drop(self.draft_id)
            self.draft_id = None
