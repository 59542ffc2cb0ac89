"""The window is painted before anything heavy is imported (docs/decisions.md, docs/benchmarks.md)."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {"sqlalchemy", "alembic", "reportlab", "openpyxl", "pypinyin", "argon2", "PIL", "pypdfium2", "segno"}
FOR_THE_FIRST_PAINT = {"ui", "ui.start", "ui.first_window", "ui.main_font"}


def imported_by(module: str) -> set[str]:
    """What is in `sys.modules` of a fresh interpreter after importing the module."""
    ask = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def top_level(modules: set[str]) -> set[str]:
    """The packages that modules belong to."""
    return {name.split(".")[0] for name in modules}


@pytest.mark.parametrize("module", ["frontdesk.__main__", "ui.start", "ui.app", "ui.main_window"])
def test_nothing_heavy_is_imported_before_the_shell_stands(module: str) -> None:
    assert not top_level(imported_by(module)) & HEAVY


def test_the_first_paint_waits_for_no_more_of_the_window_than_itself() -> None:
    imported = imported_by("ui.start")
    assert {name for name in imported if top_level({name}) == {"ui"}} == FOR_THE_FIRST_PAINT
    assert "PySide6.QtNetwork" not in imported


def test_something_heavy_would_be_noticed() -> None:
    assert "sqlalchemy" in top_level(imported_by("frontdesk.core.database"))
