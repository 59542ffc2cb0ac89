"""Where things lie: the data folder, and what the program brings along."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import time

DATABASE_NAME = "frontdesk.db"
LOCK_NAME = ".frontdesk.lock"  # lies there while the program runs, and after it died
LOCK_STALE_SECONDS = 30  # a running window touches its lock more often than that


def default_data_folder() -> Path:
    """The data folder of whoever runs the program, as the operating system has it."""
    import platformdirs

    return Path(platformdirs.user_data_dir("frontdesk", appauthor=False))


def window_is_open(folder: Path) -> bool:
    """Whether a window has the folder, on this PC or another: its lock is fresh, as no dead one's is."""
    try:
        touched = (folder / LOCK_NAME).stat().st_mtime
    except OSError:
        return False
    return time() - touched < LOCK_STALE_SECONDS


def program_folder() -> Path:
    """The folder that holds `resources/` and `forms_templates/`, from source or packed."""
    packed = getattr(sys, "_MEIPASS", None)
    return Path(packed) if packed else Path(__file__).resolve().parents[2]


def resource(*parts: str) -> Path:
    """A file under `resources/`."""
    return program_folder().joinpath("resources", *parts)


def template_folder() -> Path:
    """The folder with the forms' templates; an office may point `FRONTDESK_TEMPLATES` at its own."""
    own = os.environ.get("FRONTDESK_TEMPLATES")
    return Path(own) if own else program_folder() / "forms_templates"
