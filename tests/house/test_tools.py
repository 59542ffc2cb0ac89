"""The tools that watch over the code run with the tests: a plain `pytest` is the whole check."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
SCRIPTS = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(["ruff", "check"], id="ruff finds nothing"),
        pytest.param(["ruff", "format", "--check"], id="every file is formatted"),
        pytest.param(["mypy"], id="types hold"),
        pytest.param(["lint-imports", "--no-logo"], id="import contracts are kept"),
    ],
)
def test_tool_has_no_complaint(command: list[str]) -> None:
    tool = str(SCRIPTS / command[0])
    done = subprocess.run([tool, *command[1:]], cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
