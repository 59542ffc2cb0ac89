"""The window is painted before anything heavy is imported (docs/decisions.md, docs/benchmarks.md)."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"sqlalchemy", "alembic", "reportlab", "openpyxl", "pypinyin", "argon2", "PIL", "pypdfium2", "segno"}


def imported_by(module: str) -> set[str]:
    """The top-level names in `sys.modules` of a fresh interpreter after importing the module."""
    ask = f"import sys, {module}; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["frontdesk.__main__", "ui.app", "ui.main_window"])
def test_nothing_heavy_is_imported_before_the_window_is_painted(module: str) -> None:
    assert not imported_by(module) & HEAVY


def test_something_heavy_would_be_noticed() -> None:
    assert "sqlalchemy" in imported_by("frontdesk.core.database")
