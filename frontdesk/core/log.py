"""The log: a rotating file in the data folder, for our own bugs, and beside it one for crashes of libraries.

It never holds what residents said: the database hides what it was given from its errors.
"""

from __future__ import annotations

import faulthandler
import logging
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO, Any

LOG_FOLDER = "log"
LOG_NAME = "frontdesk.log"
CRASH_NAME = "crash.log"
MOST_BYTES = 1_000_000
KEPT_FILES = 5

_FORMAT = "%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"


class _DeskLog(RotatingFileHandler):
    """Makes its folder with its first line, but never the data folder: that is done by an explicit act.

    Where nothing can be written (read-only folder, full disk) it stays silent: there is nobody to tell.
    """

    _crashes: IO[str] | None = None

    def _open(self) -> Any:
        Path(self.baseFilename).parent.mkdir(exist_ok=True)
        return super()._open()

    def keep_crashes(self) -> None:
        """Have Python write down where it stood if the process dies inside a library."""
        try:
            Path(self.baseFilename).parent.mkdir(exist_ok=True)
            self._crashes = Path(self.baseFilename).with_name(CRASH_NAME).open("a", encoding="utf-8")
        except OSError:
            return
        faulthandler.enable(self._crashes)

    def close(self) -> None:
        """Close both files."""
        super().close()
        if self._crashes is not None:
            faulthandler.disable()
            self._crashes.close()
            self._crashes = None

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 (logging's own name)
        """Leave out a line that cannot be written."""


def log_path(folder: Path) -> Path:
    """Where the log of a data folder stands."""
    return folder / LOG_FOLDER / LOG_NAME


def start_log(folder: Path) -> Path:
    """Send warnings and errors of the whole process to the folder's log; returns its path.

    Called again, it moves the log to the other folder. Times in it are local.
    """
    root = logging.getLogger()
    stop_log()
    handler = _DeskLog(
        log_path(folder), maxBytes=MOST_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter(_FORMAT))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    handler.keep_crashes()
    logging.captureWarnings(True)
    return log_path(folder)


def stop_log() -> None:
    """Close the log that `start_log` began."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _DeskLog)]:
        root.removeHandler(handler)
        handler.close()
    logging.captureWarnings(False)
