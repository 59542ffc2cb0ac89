"""A command of a page, with every answer it may get: done, refused, busy, or hindered by the surroundings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QElapsedTimer, QTimer

from frontdesk.core.errors import DeskError, FileBusyError, RefusedError, SurroundingsError

T = TypeVar("T")
U = TypeVar("U")

RETRY_MS = 700
RETRIES = 20
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


class Saving:
    """`attempt`, one at a time: a second Ctrl+Enter while the file is busy must not write a second record."""

    def __init__(self) -> None:
        self._retrying = False

    def __call__(
        self, command: Callable[[], T], done: Callable[[T], object], refused: Refused, say: Say
    ) -> None:
        """Run a command unless one is still being tried; the answers go where `attempt` sends them."""
        if self._retrying:
            return

        def told(sentence: str, tone: str) -> None:
            self._retrying = tone == "warn"
            say(sentence, tone)

        def refusing(refusal: RefusedError) -> None:
            self._retrying = False
            refused(refusal)

        def finished(result: T) -> None:
            self._retrying = False
            done(result)

        attempt(command, finished, refusing, told)


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
