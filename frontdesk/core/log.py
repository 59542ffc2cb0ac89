"""The log: a rotating file in the data folder, for our own bugs. It never holds what residents said."""

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

    def _open(self) -> Any:
        Path(self.baseFilename).parent.mkdir(exist_ok=True)
        return super()._open()

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
    logging.captureWarnings(True)
    return log_path(folder)


def stop_log() -> None:
    """Close the log that `start_log` began."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _DeskLog)]:
        root.removeHandler(handler)
        handler.close()
    logging.captureWarnings(False)


def keep_crashes(folder: Path) -> IO[str] | None:
    """Have Python write down where it stood if the process dies inside a library.

    The file returned must stay open as long as the process runs; None where it cannot be written.
    """
    path = folder / LOG_FOLDER / CRASH_NAME
    try:
        path.parent.mkdir(exist_ok=True)
        file = path.open("a", encoding="utf-8")
    except OSError:
        return None
    faulthandler.enable(file)
    return file
