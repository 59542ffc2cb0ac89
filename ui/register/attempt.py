"""A command of a page, with every answer it may get: done, refused, busy, or hindered by the surroundings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QTimer

from frontdesk.core.errors import DeskError, FileBusyError, RefusedError

T = TypeVar("T")

RETRY_MS = 700
RETRIES = 20

Refused = Callable[[RefusedError], object]
Say = Callable[[str, str], object]


def attempt(
    command: Callable[[], T], done: Callable[[T], object], refused: Refused, say: Say, tries: int = RETRIES
) -> None:
    """Run a command in the gesture. What was typed stays in the form unless it is done.

    While another program holds the file it is tried again beside the window, every 0.7 s; a refusal goes to
    `refused`, what the surroundings did to `say(sentence, tone)`. A bug flies on to the program's hook.
    """
    try:
        result = command()
    except RefusedError as error:
        refused(error)
    except FileBusyError as error:
        say(error.message, "warn")
        if tries:
            QTimer.singleShot(RETRY_MS, lambda: attempt(command, done, refused, say, tries - 1))
    except DeskError as error:
        say(error.message, "danger")
    else:
        done(result)
