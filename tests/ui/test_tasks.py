"""Long jobs beside the window: progress, stopping, and errors that come back."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QSignalSpy
from shiboken6 import delete

from ui.tasks import Task, TaskRunner, Work
from ui.widgets.buttons import QuietButton
from ui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot


@pytest.fixture
def runner(qapp: object) -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.close()


def test_the_result_comes_back_in_the_windows_thread(qtbot: QtBot, runner: TaskRunner) -> None:
    seen: list[tuple[object, bool, bool]] = []
    main = threading.current_thread()
    worked_in: list[threading.Thread] = []

    def work(_task: Task) -> str:
        worked_in.append(threading.current_thread())
        return "四联服务单"

    task = runner.run(work, lambda result: seen.append((result, threading.current_thread() is main, True)))
    with qtbot.waitSignal(task.ended):
        pass
    assert seen == [("四联服务单", True, True)]
    assert worked_in[0] is not main


def test_an_error_comes_back_as_it_is(qtbot: QtBot, runner: TaskRunner) -> None:
    errors: list[Exception] = []
    broken = ValueError("坏")

    def work(_task: Task) -> None:
        raise broken

    task = runner.run(work, failed=errors.append)
    with qtbot.waitSignal(task.ended):
        pass
    assert errors == [broken]


def test_an_error_that_nobody_takes_reaches_the_programs_hook(qtbot: QtBot, runner: TaskRunner) -> None:
    def work(_task: Task) -> None:
        raise ValueError("坏")

    with qtbot.captureExceptions() as caught:
        task = runner.run(work)
        with qtbot.waitSignal(task.ended):
            pass
    assert [str(error[1]) for error in caught] == ["坏"]


def test_progress_is_told_and_its_end_never_left_out(qtbot: QtBot, runner: TaskRunner) -> None:
    def work(task: Task) -> None:
        for i in range(1, 10_001):
            task.progress(i, 10_000)

    task = runner.run(work)
    told = QSignalSpy(task.progressed)
    with qtbot.waitSignal(task.ended):
        pass
    assert told.at(told.count() - 1) == [10_000, 10_000]
    assert told.count() < 1_000, "the window is not flooded"


def test_jobs_run_one_after_another(qtbot: QtBot, runner: TaskRunner) -> None:
    order: list[int] = []
    running: list[int] = []

    def work(number: int) -> None:
        running.append(number)
        order.append(len(running))
        running.remove(number)

    tasks = [runner.run(lambda _task, n=n: work(n)) for n in range(5)]
    with qtbot.waitSignal(tasks[-1].ended):
        pass
    assert order == [1] * 5


def test_a_strip_shows_a_job_and_stops_it(qtbot: QtBot, runner: TaskRunner) -> None:
    strip = ProgressStrip()
    qtbot.addWidget(strip)
    going = threading.Event()

    def work(task: Task) -> str:
        task.progress(500, 10_000)
        going.wait(10)
        return "停" if task.cancelled() else "完"

    results: list[str] = []
    task = runner.run(work, results.append)
    strip.watch(task, "正在导入住户")
    with qtbot.waitSignal(task.progressed):
        pass
    assert not strip.isHidden()
    assert strip.count_text() == "500 / 10,000"
    button = strip.findChild(QuietButton)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not button.isEnabled()
    assert button.word() == "正在停止…"
    with qtbot.waitSignal(task.ended):
        going.set()
    assert results == ["停"]
    assert strip.isHidden()


def test_closing_stops_what_runs(qtbot: QtBot) -> None:
    runner = TaskRunner()
    started = threading.Event()
    stopped: list[bool] = []

    def work(task: Task) -> None:
        started.set()
        while not task.cancelled():
            threading.Event().wait(0.005)
        stopped.append(True)

    runner.run(work)
    started.wait(5)
    runner.close()
    assert stopped == [True]


def test_a_job_is_bound_to_whoever_begins_it(qtbot: QtBot, runner: TaskRunner) -> None:
    seated = ["陈晓婧"]

    def on_behalf(work: Work) -> Work:
        name = seated[0]
        return lambda task: (name, work(task))

    runner.on_behalf = on_behalf
    begin, seen = threading.Event(), []
    task = runner.run(lambda _task: begin.wait(5), seen.append)
    seated[0] = "别人"
    begin.set()
    with qtbot.waitSignal(task.ended):
        pass
    assert seen == [("陈晓婧", True)]


def test_nobody_is_told_when_the_owner_is_gone_and_the_job_is_asked_to_stop(
    qtbot: QtBot, runner: TaskRunner
) -> None:
    owner, told = QObject(), []
    begun, go_on = threading.Event(), threading.Event()

    def work(_task: Task) -> str:
        begun.set()
        assert go_on.wait(10)
        return "核验报告"

    task = runner.run(work, told.append, told.append, owner=owner)
    assert begun.wait(10)
    delete(owner)
    assert task.cancelled()
    with qtbot.waitSignal(task.ended):
        go_on.set()
    assert told == []


def test_a_bug_of_a_job_without_its_owner_still_reaches_the_programs_hook(
    qtbot: QtBot, runner: TaskRunner
) -> None:
    owner, go_on = QObject(), threading.Event()

    def work(_task: Task) -> None:
        assert go_on.wait(10)
        raise ValueError("坏")

    task = runner.run(work, owner=owner)
    delete(owner)
    with qtbot.captureExceptions() as caught, qtbot.waitSignal(task.ended):
        go_on.set()
    assert [kind for kind, _error, _trace in caught] == [ValueError]
