"""A small demonstration, and the command line as the tests call it."""

from __future__ import annotations

import io
import sys
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from frontdesk.__main__ import main
from frontdesk.core.clock import FixedClock
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.demo import DemoSize, make_demo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Frontdesk = Callable[..., tuple[int, str, str]]

NOW = datetime(2026, 11, 21, 18, 26, tzinfo=timezone(timedelta(hours=8)))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder, DemoSize(units=40, calls=120, orders=40), clock=FixedClock(NOW))
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A small demonstration of one's own."""
    own = tmp_path / "desk"
    own.mkdir()
    (own / DATABASE_NAME).write_bytes((made / DATABASE_NAME).read_bytes())
    return own


@pytest.fixture
def frontdesk(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Frontdesk:
    """Runs a line and gives exit code, output and complaints; `secret` is what stands on standard input."""

    def call(*line: object, secret: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "stdin", io.StringIO(f"{secret}\n"))
        code = main([str(word) for word in line])
        told = capsys.readouterr()
        return code, told.out, told.err

    return call
