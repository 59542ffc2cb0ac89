"""What nobody caught: logged, told calmly, and the window lives on."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QTimer, qWarning
from PySide6.QtWidgets import QApplication, QDialog

from frontdesk.core.errors import SurroundingsError
from frontdesk.core.log import start_log, stop_log
from ui.error_reporting import BugDialog, ErrorReporter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytestqt.qtbot import QtBot


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    yield start_log(tmp_path)
    stop_log()


@pytest.fixture
def reporter(log: Path, qtbot: QtBot) -> Iterator[ErrorReporter]:
    reporter = ErrorReporter(log)
    reporter.install()
    yield reporter
    reporter.uninstall()
    for window in QApplication.topLevelWidgets():
        if isinstance(window, BugDialog):
            window.close()
            window.deleteLater()


def dialog() -> BugDialog | None:
    shown = [
        each for each in QApplication.topLevelWidgets() if isinstance(each, BugDialog) and each.isVisible()
    ]
    assert len(shown) <= 1
    return shown[0] if shown else None


def told(qtbot: QtBot) -> BugDialog:
    qtbot.waitUntil(lambda: dialog() is not None)
    found = dialog()
    assert found is not None
    return found


def break_in_a_slot() -> None:
    """An exception that leaves a slot, as Python hands it over."""
    try:
        {}["missing"]
    except KeyError:
        sys.excepthook(*sys.exc_info())


def test_a_bug_is_logged_and_told_and_the_window_lives_on(
    reporter: ErrorReporter, log: Path, qtbot: QtBot
) -> None:
    break_in_a_slot()
    shown = told(qtbot)
    assert "已经存下的记录都在" in shown.text.text()
    assert "KeyError: 'missing'" in shown.details.toPlainText()
    assert "KeyError: 'missing'" in log.read_text(encoding="utf-8")
    assert not shown.isModal()


def test_details_are_copied_for_the_technician(reporter: ErrorReporter, qtbot: QtBot) -> None:
    break_in_a_slot()
    shown = told(qtbot)
    shown.copy_button.click()
    assert "KeyError" in QApplication.clipboard().text()
    assert shown.copy_button.word() == "已复制"


def test_a_bug_that_comes_again_and_again_is_one_dialog_with_a_count(
    reporter: ErrorReporter, qtbot: QtBot
) -> None:
    for _ in range(5):
        break_in_a_slot()
    shown = told(qtbot)
    qtbot.waitUntil(lambda: "5 次" in shown._count.text())


def test_a_bug_in_a_thread_is_told_in_the_window(reporter: ErrorReporter, log: Path, qtbot: QtBot) -> None:
    thread = threading.Thread(target=lambda: {}["in a thread"])
    thread.start()
    thread.join()
    assert "in a thread" in told(qtbot).details.toPlainText()
    assert "in a thread" in log.read_text(encoding="utf-8")


def test_a_bug_in_a_real_slot_reaches_the_reporter(
    reporter: ErrorReporter, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "excepthook", reporter.report)  # pytest-qt stands there too
    QTimer.singleShot(0, lambda: {}["in a slot"])
    assert "in a slot" in told(qtbot).details.toPlainText()


def test_what_the_surroundings_did_is_told_as_its_sentence_without_a_trace(
    reporter: ErrorReporter, qtbot: QtBot
) -> None:
    error = SurroundingsError("磁盘已满，本次没有写入；已有记录完好。<b>&</b>")
    reporter.report(SurroundingsError, error, None)
    shown = told(qtbot)
    assert shown.text.text() == error.message
    assert not shown.details.isVisible()
    assert not shown.copy_button.isVisible()


def test_a_failing_destructor_is_logged_and_not_told(
    reporter: ErrorReporter, log: Path, qtbot: QtBot
) -> None:
    class Broken:
        def __del__(self) -> None:
            raise ValueError("in a destructor")

    Broken()
    gc.collect()
    assert "ValueError: in a destructor" in log.read_text(encoding="utf-8")
    assert dialog() is None


def test_what_qt_complains_of_is_logged(reporter: ErrorReporter, log: Path) -> None:
    qWarning("a cable hangs loose")
    assert "a cable hangs loose" in log.read_text(encoding="utf-8")


def test_without_stderr_as_in_a_windowed_build_nothing_is_lost(
    reporter: ErrorReporter, log: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    monkeypatch.setattr(sys, "__stderr__", None)
    break_in_a_slot()
    assert "KeyError" in told(qtbot).details.toPlainText()
    assert "KeyError" in log.read_text(encoding="utf-8")


def test_standing_aside_gives_the_hooks_back(log: Path, qapp: QApplication) -> None:
    before = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    reporter = ErrorReporter(log, QObject())
    reporter.install()
    reporter.uninstall()
    assert (sys.excepthook, threading.excepthook, sys.unraisablehook) == before


def test_the_log_turns_over_and_keeps_few_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frontdesk.core.log.MOST_BYTES", 2000)
    path = start_log(tmp_path)
    for number in range(300):
        logging.getLogger("frontdesk.test").warning("第 %d 行 张㛃", number)
    stop_log()
    files = sorted(each.name for each in path.parent.iterdir())
    assert files == ["crash.log", "frontdesk.log", *(f"frontdesk.log.{number}" for number in range(1, 6))]
    assert all(each.stat().st_size <= 2200 for each in path.parent.iterdir())


def test_a_log_without_a_place_stays_silent_and_makes_no_data_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "not yet"
    start_log(folder)
    logging.getLogger("frontdesk.test").error("nobody hears this")
    stop_log()
    assert not folder.exists()
    assert capsys.readouterr().err == ""


def test_a_crash_inside_a_library_is_written_down(tmp_path: Path) -> None:
    script = (
        "import ctypes, sys\nfrom pathlib import Path\nfrom frontdesk.core.log import start_log\n"
        "start_log(Path(sys.argv[1]))\nctypes.string_at(0)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False, capture_output=True)
    assert done.returncode != 0
    assert "ctypes" in (tmp_path / "log" / "crash.log").read_text(encoding="utf-8")


def test_a_bug_is_told_after_the_window_of_the_last_one_is_gone(
    reporter: ErrorReporter, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    parent = QDialog()
    parent.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    with qtbot.waitActive(parent):
        parent.show()
    reporter.report(ValueError, ValueError("one"), None)
    assert told(qtbot).parent() is parent
    parent.close()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    reporter.report(ValueError, ValueError("two"), None)
    assert "two" in told(qtbot).details.toPlainText()
    assert "could not be told" not in caplog.text
