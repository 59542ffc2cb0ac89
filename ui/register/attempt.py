"""A command of a page, with every answer it may get: done, refused, busy, or hindered by the surroundings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from frontdesk.core.errors import DeskError, FileBusyError, RefusedError, SurroundingsError

T = TypeVar("T")
U = TypeVar("U")

Wrap = Callable[[Callable[[], Any]], Callable[[], Any]]

RETRY_MS = 700
RETRIES = 20
AGAIN_MS = 2_000  # after a look-up that got no answer
PAUSE_MS = 1_500  # after a look-up that was hindered: each costs the file's patience, and keys wait meanwhile

Refused = Callable[[RefusedError], object]
Say = Callable[[str, str], object]


def attempt(
    command: Callable[[], T], done: Callable[[T], object], refused: Refused, say: Say, tries: int = RETRIES
) -> None:
    """Run a command in the gesture. What was typed stays in the form unless it is done.

    While another program holds the file it is tried again beside the window, every 0.7 s; a refusal goes to
    `refused`, what the surroundings did to `say(sentence, tone)`, in the tone warn as long as it is tried
    again. A bug flies on to the program's hook.
    """
    try:
        result = command()
    except RefusedError as error:
        refused(error)
    except FileBusyError as error:
        say(error.message, "warn" if tries else "danger")
        if tries:
            QTimer.singleShot(RETRY_MS, lambda: attempt(command, done, refused, say, tries - 1))
    except DeskError as error:
        say(error.message, "danger")
    else:
        done(result)


class Saving(QObject):
    """`attempt` of what somebody pressed, one at a time: a second Ctrl+Enter must not write a second record.

    `on_behalf` binds the command to whoever is signed in at the press; the values are the caller's to bind. What
    was said of a busy file is taken back by an empty sentence as soon as the file answers.
    """

    waiting_changed = Signal(bool)

    def __init__(self, on_behalf: Wrap, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_behalf = on_behalf
        self.is_waiting = False  # the file is busy; the command is tried again

    def __call__(
        self, command: Callable[[], T], done: Callable[[T], object], refused: Refused, say: Say
    ) -> bool:
        """Run a command; its answers go where `attempt` sends them. False while an earlier one still waits."""
        if self.is_waiting:
            return False

        def told(sentence: str, tone: str) -> None:
            if not isValid(self):  # its form is gone; the command is tried on
                return
            self._wait(tone == "warn")
            say(sentence, tone)

        def answered(answer: Callable[[Any], object], what: Any) -> None:
            if not isValid(self):
                return
            if self.is_waiting:
                self._wait(False)
                say("", "info")
            answer(what)

        attempt(self._on_behalf(command), partial(answered, done), partial(answered, refused), told)
        return True

    def _wait(self, waits: bool) -> None:
        if waits != self.is_waiting:
            self.is_waiting = waits
            self.waiting_changed.emit(waits)


class AskAgain(QTimer):
    """Asks once more, some seconds after `start`, for a widget whose look-up got no answer.

    Only while the widget is in view: under the sign-in there is nobody for whom it may be read.
    """

    def __init__(self, ask: Callable[[], object], place: QWidget) -> None:
        super().__init__(place, singleShot=True, interval=AGAIN_MS)
        self._ask, self._place = ask, place
        self.timeout.connect(self._on_timeout)

    def _on_timeout(self) -> None:
        if self._place.isVisibleTo(self._place.window()):
            self._ask()
        else:
            self.start()


class LookUp:
    """Reads while somebody types: no key is lost and nothing raised where the surroundings hinder it.

    `say` gets the sentence, and "" when the file answers again.
    """

    def __init__(self, say: Callable[[str], object]) -> None:
        self._say = say
        self._hindered = QElapsedTimer()

    @property
    def is_hindered(self) -> bool:
        """Whether the last look-up got no answer."""
        return self._hindered.isValid()

    def __call__(self, read: Callable[[], T], otherwise: U) -> T | U:
        """What was read, or `otherwise` now and for a moment after a read that was hindered."""
        if self._hindered.isValid() and self._hindered.elapsed() < PAUSE_MS:
            return otherwise
        try:
            result = read()
        except SurroundingsError as error:
            self._hindered.start()
            self._say(error.message)
            return otherwise
        if self._hindered.isValid():
            self._hindered.invalidate()
            self._say("")
        return result
