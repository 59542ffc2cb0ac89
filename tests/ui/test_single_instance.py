"""Two starts in one folder, as real processes: the second tells the first, and only one writes."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.errors import RefusedError, SurroundingsError
from ui import single_instance
from ui.single_instance import LOCK_NAME, claim

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    Start = Callable[..., subprocess.Popen[str]]

FIRST = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from ui.single_instance import claim
app = QCoreApplication([])
instance = claim(Path(sys.argv[1]))
assert instance is not None
instance.show_requested.connect(lambda: print("show", flush=True))
instance.call_requested.connect(lambda number: print("call", number, flush=True))
print("ready", flush=True)
app.exec()
"""

STEP_BACK = """
if instance is None:
    print("told", flush=True)
    sys.exit()
"""

SECOND = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from ui.single_instance import claim
app = QCoreApplication([])
print("first" if claim(Path(sys.argv[1]), number=sys.argv[2]) else "told")
"""


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[subprocess.Popen[str]] = []

    def begin(program: str, *arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", program, *arguments], stdout=subprocess.PIPE, text=True, encoding="utf-8"
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.fixture
def first(start: Start, tmp_path: Path) -> subprocess.Popen[str]:
    process = start(FIRST, str(tmp_path))
    assert line(process) == "ready"
    return process


def test_a_second_start_shows_the_first_window_and_ends(
    first: subprocess.Popen[str], start: Start, tmp_path: Path
) -> None:
    assert line(start(SECOND, str(tmp_path), "")) == "told"
    assert line(first) == "show"


def test_the_caller_display_tells_the_running_window(
    first: subprocess.Popen[str], start: Start, tmp_path: Path
) -> None:
    assert line(start(SECOND, str(tmp_path), "+86 138-0000-0000")) == "told"
    assert line(first) == "call +8613800000000"


def test_another_folder_is_another_desk(first: subprocess.Popen[str], start: Start, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    assert line(start(SECOND, str(other), "")) == "first"
    assert (tmp_path / LOCK_NAME).exists()


def test_the_same_folder_by_another_way_is_the_same_desk(
    first: subprocess.Popen[str], start: Start, tmp_path: Path
) -> None:
    (tmp_path / "sub").mkdir()
    assert line(start(SECOND, str(tmp_path / "sub" / ".."), "")) == "told"
    assert line(first) == "show"


def test_after_a_crash_the_next_start_is_the_first(
    first: subprocess.Popen[str], start: Start, tmp_path: Path
) -> None:
    first.kill()
    first.wait()
    assert (tmp_path / LOCK_NAME).exists()
    assert line(start(SECOND, str(tmp_path), "")) == "first"


def test_of_many_starts_at_once_one_becomes_the_program(start: Start, tmp_path: Path) -> None:
    processes = [
        start(FIRST.replace("assert instance is not None", STEP_BACK), str(tmp_path)) for _ in range(4)
    ]
    assert sorted(line(process) for process in processes) == ["ready", "told", "told", "told"]


def test_a_folder_that_is_not_there_yet_is_not_made(start: Start, tmp_path: Path) -> None:
    folder = tmp_path / "not yet"
    process = start(FIRST, str(folder))
    assert line(process) == "ready"
    assert line(start(SECOND, str(folder), "")) == "told"
    assert not folder.exists()


@pytest.mark.parametrize("number", ["anonymous", "138;rm -rf /", "1" * 33, "<b>138</b>", "138\0show"])
def test_a_number_that_is_none_is_refused_before_anything_is_told(tmp_path: Path, number: str) -> None:
    with pytest.raises(RefusedError, match="来电号码"):
        claim(tmp_path, number=number)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "line_sent", [b"quit\n", b"call anonymous\n", b"call \xff\xfe\n", b"\n", b"show me\n"], ids=repr
)
def test_the_window_obeys_nothing_but_its_two_words(tmp_path: Path, qtbot: QtBot, line_sent: bytes) -> None:
    instance = claim(tmp_path)
    assert instance is not None
    heard: list[object] = []
    instance.show_requested.connect(lambda: heard.append("show"))
    instance.call_requested.connect(heard.append)
    assert answer(tmp_path, line_sent, qtbot) == b""
    assert heard == []
    assert answer(tmp_path, b"call 138\n", qtbot) == b"taken\n"
    assert heard == ["138"]
    instance.release()


def test_a_flood_is_cut_off(tmp_path: Path, qtbot: QtBot) -> None:
    instance = claim(tmp_path)
    assert instance is not None
    assert answer(tmp_path, b"call " + b"1" * 100_000, qtbot) == b""
    assert answer(tmp_path, b"show\n", qtbot) == b"taken\n"
    instance.release()


def answer(folder: Path, sent: bytes, qtbot: QtBot) -> bytes:
    """What the window says to a line; both ends live in this process."""
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(single_instance._server_name(folder))
    assert socket.waitForConnected(1000)
    socket.write(sent)
    qtbot.waitUntil(lambda: socket.state() is QLocalSocket.LocalSocketState.UnconnectedState)
    return bytes(socket.readAll().data())


def test_a_released_folder_can_be_claimed_again(tmp_path: Path, qtbot: QtBot) -> None:
    instance = claim(tmp_path)
    assert instance is not None
    instance.release()
    again = claim(tmp_path)
    assert again is not None
    again.release()


def test_a_desk_held_by_another_pc_is_told_with_its_name(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / LOCK_NAME).write_text("4711\nfrontdesk\nother-pc\n0\n0\n", encoding="utf-8")
    monkeypatch.setattr(single_instance, "PATIENCE", 0.1)
    with pytest.raises(SurroundingsError, match="other-pc"):
        claim(tmp_path)


def test_a_lock_that_is_kept_fresh_does_not_grow_stale(tmp_path: Path, qtbot: QtBot) -> None:
    instance = claim(tmp_path)
    assert instance is not None
    os.utime(tmp_path / LOCK_NAME, (0, 0))
    instance._on_fresh()
    assert (tmp_path / LOCK_NAME).stat().st_mtime > 1_000_000
    instance.release()
