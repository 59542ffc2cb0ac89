"""Start: from the process's birth to a window that answers, against a bare PySide6 window in the same run.

    python tests/benchmarks/start.py DATA_FOLDER [ROUNDS]

The folder holds a desk (`frontdesk demo` makes one). Each start is a process of its own, bare and desk in
turn; medians, in milliseconds, with the ratio to the bare window. "answers": painted, and the event loop has
come round. "readable": the register's rows are painted, signed in without a PIN being typed.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

BARE = """
import os, time
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(QLabel("desk"))
window.resize(1366, 768)
window.show()
def answers():
    print("answers", time.monotonic() - float(os.environ["BORN"]), flush=True)
    app.quit()
QTimer.singleShot(0, lambda: QTimer.singleShot(0, answers))
app.exec()
"""

DESK = """
import os, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ui.app import DeskApp
from ui.theme import Appearance
def tell(what):
    print(what, time.monotonic() - float(os.environ["BORN"]), flush=True)
app = QApplication([])
desk_app = DeskApp(app, Path(sys.argv[1]), Appearance(app))
desk_app.window.show()
desk_app.start()
QTimer.singleShot(0, lambda: QTimer.singleShot(0, lambda: tell("answers")))
def opened():
    from frontdesk.core.actor import PROGRAM
    desk_app.desk.context.actor = PROGRAM
    desk_app.signed_in()
    desk_app.window.repaint()
    tell("readable")
    app.quit()
desk_app.opened.connect(opened)
app.exec()
desk_app.tasks.close()
"""


def born(code: str, *arguments: str) -> dict[str, float]:
    """Start a process and return what it tells, in ms since its birth."""
    surroundings = {**os.environ, "BORN": str(time.monotonic())}
    surroundings.setdefault("QT_QPA_PLATFORM", "offscreen")
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env=surroundings, capture_output=True, text=True, check=True,
    )  # fmt: skip
    lines = (line.split() for line in done.stdout.splitlines())
    return {name: float(seconds) * 1000 for name, seconds in lines}


def main(folder: Path, rounds: int) -> None:
    """Print the table."""
    bare: list[float] = []
    desk: dict[str, list[float]] = {"answers": [], "readable": []}
    born(BARE), born(DESK, str(folder))  # the first start of each warms the disk's cache
    for _ in range(rounds):
        bare.append(born(BARE)["answers"])
        for name, ms in born(DESK, str(folder)).items():
            desk[name].append(ms)
    base = statistics.median(bare)
    print(f"| {rounds} rounds | ms | × bare |\n| --- | --- | --- |")
    print(f"| bare PySide6 window | {base:.0f} | 1.00 |")
    for name, values in desk.items():
        print(f"| desk {name} | {statistics.median(values):.0f} | {statistics.median(values) / base:.2f} |")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 11)
