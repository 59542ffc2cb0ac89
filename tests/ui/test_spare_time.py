"""Small work is done when nobody types, and only then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from frontdesk.core.errors import SurroundingsError
from ui import spare_time
from ui.idle_lock import IdleWatch
from ui.spare_time import SpareTime


class Steps:
    """Work in so many steps; the last one says that nothing is left."""

    def __init__(self, count: int) -> None:
        self.left = count
        self.taken = 0

    def __call__(self) -> bool:
        self.taken += 1
        self.left -= 1
        return self.left > 0


@pytest.fixture
def idle(qapp: QApplication, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> IdleWatch:
    monkeypatch.setattr(spare_time, "EVERY_MS", 1)
    return IdleWatch(qapp)


def spare(idle: IdleWatch, step: Callable[[], bool], *, quiet: float, busy: bool = False) -> SpareTime:
    idle.quiet_seconds = lambda: quiet  # type: ignore[method-assign]
    made = SpareTime(idle, step, lambda: busy)
    made.wake()
    return made


def test_steps_are_taken_until_nothing_is_left(idle: IdleWatch, qtbot: QtBot) -> None:
    steps = Steps(3)
    made = spare(idle, steps, quiet=60)
    qtbot.waitUntil(made.is_done)
    assert steps.taken == 3


@pytest.mark.parametrize(("quiet", "busy"), [(0.5, False), (60, True)])
def test_no_step_is_taken_while_somebody_types_or_a_job_runs(
    idle: IdleWatch, qtbot: QtBot, quiet: float, busy: bool
) -> None:
    steps = Steps(3)
    made = spare(idle, steps, quiet=quiet, busy=busy)
    qtbot.wait(30)
    assert steps.taken == 0
    assert not made.is_done()


def test_a_busy_file_is_tried_again_after_the_next_change(idle: IdleWatch, qtbot: QtBot) -> None:
    def busy_file() -> bool:
        raise SurroundingsError("数据文件正被另一个程序占用。")

    made = spare(idle, busy_file, quiet=60)
    qtbot.waitUntil(made.is_done)
    made.wake()
    assert not made.is_done()
