"""PySide6 6.12.0 drops one reference to None at each call that returns nothing (before Python 3.12).

The desk dies of it after some thousand calls; `pyproject.toml` shuts that version out, and this counts.
"""

from __future__ import annotations

import subprocess
import sys

import pytest

CALLS = 5_000

COUNT = f"""
import sys
from PySide6.QtCore import QObject, QTimer
thing, timer = QObject(), QTimer()
before = sys.getrefcount(None)
for number in range({CALLS}):
    thing.setObjectName("x")
    timer.setInterval(number)
    thing.blockSignals(False)
print(before - sys.getrefcount(None))
"""


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal there: nothing to count")
def test_calls_into_qt_keep_the_count_of_references_to_none() -> None:
    done = subprocess.run([sys.executable, "-c", COUNT], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert abs(int(done.stdout)) < CALLS // 100
