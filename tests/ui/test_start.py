"""From the first window to the desk in it, at the real program in a process's own event loop."""

from __future__ import annotations

import builtins
import linecache
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from frontdesk.core.errors import SurroundingsError
from frontdesk.core.paths import LOCK_NAME
from ui.first_window import FirstWindow
from ui.main_window import MainWindow
from ui.start import Start, import_as_python_does, main


@pytest.fixture
def start(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Start]:
    # The reporter would stand in pytest's own place, which makes a stray exception fail the test.
    monkeypatch.setattr("ui.error_reporting.ErrorReporter.install", lambda _self: None)
    made = Start(qapp, tmp_path)
    made.window.show()
    yield made
    wait_for_shell(made, qtbot)
    made.window.close()
    made.release()
    made.deleteLater()


def wait_for_shell(start: Start, qtbot: QtBot) -> None:
    """What comes beside the window has come."""
    qtbot.waitUntil(lambda: start.desk_app is not None, timeout=20_000)


def test_the_first_window_says_that_it_opens_before_the_shell_is_there(start: Start) -> None:
    assert start.desk_app is None
    assert start.window.isVisible()
    assert not start.window.grab().isNull()


def test_the_shell_moves_into_the_first_window(start: Start, qtbot: QtBot, tmp_path: Path) -> None:
    wait_for_shell(start, qtbot)
    shell = start.window.centralWidget()
    assert isinstance(shell, MainWindow)
    qtbot.waitUntil(lambda: shell.isVisible() and shell.size() == start.window.size())
    assert start.window.windowTitle() == shell.windowTitle()
    assert (tmp_path / LOCK_NAME).exists()


def test_closing_the_window_tells_the_shell_first(start: Start, qtbot: QtBot) -> None:
    wait_for_shell(start, qtbot)
    assert start.desk_app is not None
    with qtbot.waitSignal(start.desk_app.window.close_requested):
        start.window.close()
    assert not start.window.isVisible()


def test_the_first_window_follows_the_shells_title(qtbot: QtBot) -> None:
    window, shell = FirstWindow(), FirstWindow()
    qtbot.addWidget(window)
    window.take(shell)
    shell.setWindowTitle("富成花园 · 前台")
    assert window.windowTitle() == "富成花园 · 前台"


@pytest.mark.parametrize("display", [":4711", "unix:4711", "nonsense", "127.0.0.1:4711"])
def test_a_display_that_is_dead_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, display: str
) -> None:
    monkeypatch.setenv("DISPLAY", display)
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(SurroundingsError, match="没有回应"):
        main(tmp_path)


def test_a_number_where_no_window_runs_starts_one_and_does_not_wait_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    started: list[tuple[list[str], str]] = []

    def popen(command: list[str], *, env: dict[str, str], **_more: object) -> None:
        started.append((command, env["FRONTDESK_CALLER"]))

    monkeypatch.setattr("subprocess.Popen", popen)
    assert main(tmp_path, number="13800138000") == 0
    [(command, number)] = started
    assert command[-2:] == ["--data", str(tmp_path)]
    assert number == "13800138000"


def test_a_module_that_is_imported_after_qt_is_not_read_for_its_source(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(builtins, "__import__", builtins.__import__)  # and so it is again after this test
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("come_before", "come_after"):
        (tmp_path / f"{name}.py").write_text("here = True\n", encoding="utf-8")
    exec("import come_before")
    import_as_python_does()
    exec("import come_after")
    read = " ".join(linecache.cache)
    assert "come_before" in read
    assert "come_after" not in read
