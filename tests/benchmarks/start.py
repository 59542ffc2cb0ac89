"""Start: from the process's birth to a window that answers, against a bare PySide6 window in the same run.

    python tests/benchmarks/start.py DATA_FOLDER [ROUNDS]

The folder holds a desk (`frontdesk demo` makes one). Each start is a process of its own, bare and desk in turn;
medians, with the ratio to the bare window: the wall's, and the processor's own, which is steadier where others
work on the machine. "answers": painted, and the event loop has come round. "shell": tabs and bars stand.
"readable": the register's rows are painted, signed in without a PIN being typed.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import big_screen

MOST_SECONDS = 120  # a bug stands in a dialog that nobody closes; the folder's log tells which

SCREEN = big_screen(Path(tempfile.gettempdir()))

TELL = """
import os, sys, time
def tell(what):
    wall = (time.monotonic() - float(os.environ["BORN"])) * 1000
    print(what, wall, time.process_time() * 1000, flush=True)
"""

BARE = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(QLabel("desk"))
window.resize(1366, 768)
window.show()
def answers():
    tell("bare")
    app.quit()
QTimer.singleShot(0, lambda: QTimer.singleShot(0, answers))
app.exec()
"""

# The program's own start, looked at from its event loop.
DESK = """
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
run, late = QApplication.exec, [0.0, 0.0]
def beat():
    now = time.monotonic()
    late[:] = now, max(late[1], now - late[0] - 0.02)
def opened():
    from dataclasses import replace
    from frontdesk.core.actor import PROGRAM
    tell("opened")
    desk_app.desk.context.actor = replace(PROGRAM, person_id=1)
    desk_app.signed_in()
    desk_app.window.repaint()
    panel = desk_app.window.page("call").panel
    if not (panel.table.isVisible() and panel.model.rowCount()):
        os._exit(3)  # nothing is shown: then nothing is measured
    tell("readable")
    print("stall", late[1] * 1000, 0)
    desk_app.window.window().close()
def look():
    global desk_app
    start = next((child for child in app.children() if hasattr(child, "desk_app")), None)
    if start.desk_app is None:
        return
    desk_app = start.desk_app
    timer.stop()
    tell("shell")
    desk_app.opened.connect(opened)
def answers():
    tell("answers")
    late[0] = time.monotonic()
    heart.start(20)
    timer.start(1)
def watched(_app):
    global app, timer, heart
    app = QApplication.instance()
    timer, heart = QTimer(), QTimer()
    timer.timeout.connect(look)
    heart.timeout.connect(beat)
    QTimer.singleShot(0, lambda: QTimer.singleShot(0, answers))
    return run()
QApplication.exec = watched
from frontdesk.__main__ import main
sys.exit(main(["--data", sys.argv[1]]))
"""


def born(code: str, *arguments: str) -> dict[str, tuple[float, float]]:
    """Start a process and return what it tells: ms since its birth, and ms of the processor."""
    surroundings = {**os.environ, "QT_QPA_PLATFORM": SCREEN, "BORN": str(time.monotonic())}
    surroundings.pop("PYTHONDONTWRITEBYTECODE", None)  # an office's second start finds everything compiled
    done = subprocess.run(
        [sys.executable, "-c", TELL + code, *arguments],
        env=surroundings, capture_output=True, text=True, check=False, timeout=MOST_SECONDS,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr)
    lines = (line.split() for line in done.stdout.splitlines())
    return {name: (float(wall), float(own)) for name, wall, own in lines}


def table(folder: Path, rounds: int = 11) -> str:
    """Measure, and return the table."""
    born(BARE), born(DESK, str(folder))  # the first start of each warms the disk's cache
    told: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        for name, times in (born(BARE) | born(DESK, str(folder))).items():
            told.setdefault(name, []).append(times)
    middle = {
        name: [statistics.median(each) for each in zip(*times, strict=True)] for name, times in told.items()
    }
    wall, own = middle.pop("bare")
    stall = middle.pop("stall")[0]
    lines = [
        f"| {rounds} starts | wall ms | × bare | processor ms | × bare |",
        "| --- | --- | --- | --- | --- |",
        f"| bare PySide6 window | {wall:.0f} | 1.00 | {own:.0f} | 1.00 |",
    ]
    lines += [
        f"| {name} | {times[0]:.0f} | {times[0] / wall:.2f} | {times[1]:.0f} | {times[1] / own:.2f} |"
        for name, times in middle.items()
    ]
    return "\n".join([*lines, f"| longest stall of the window until then | {stall:.0f} | | | |"])


if __name__ == "__main__":
    print(table(Path(sys.argv[1]), *(int(rounds) for rounds in sys.argv[2:3])))
