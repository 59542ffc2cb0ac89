"""While a long job of our own has the file the window answers, and can be locked at once."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from frontdesk.core import database
from ui.sign_in import SignInView
from ui.widgets.containers import Notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from pytestqt.qtbot import QtBot

    from ui.tasks import Task

STILL_S = 1.5  # many times what it takes; the job itself ends only when it is told to


@pytest.fixture
def long_job(
    driver: Any, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], AbstractContextManager[None]]:
    """`with long_job()`: the worker writes to the file and does not end before the block does."""
    monkeypatch.setattr(database, "PATIENCE_SECONDS", 0.05)

    @contextmanager
    def running() -> Iterator[None]:
        begun, may_end = threading.Event(), threading.Event()

        def work(_task: Task) -> None:
            with driver.app.desk.context.database.write():
                begun.set()
                may_end.wait(20)

        driver.app.tasks.run(work)
        assert begun.wait(5)
        try:
            yield
        finally:
            may_end.set()
            qtbot.waitUntil(lambda: not driver.app.tasks.is_busy())

    return running


def _view(driver: Any) -> SignInView:
    return next(view for view in driver.app.window.findChildren(SignInView) if view.isVisible())


def test_the_desk_is_covered_at_once_and_asks_who_is_there_when_the_job_has_ended(
    driver: Any, qtbot: QtBot, long_job: Any
) -> None:
    driver.sign_in()
    driver.key(Qt.Key.Key_F5)
    driver.keys("3-2")
    with long_job():
        began = monotonic()
        driver.app.change_person()
        assert monotonic() - began < STILL_S
        assert driver.app.desk.context.actor is None
        assert driver.app.window.has_layer()
        assert "较长" in _view(driver).findChild(Notice).text()
    view = _view(driver)
    qtbot.waitUntil(lambda: view._chooser._people.chosen() is not None, timeout=6000)
    assert view._chooser._people.chosen().name == "陈晓婧"
    driver.keys("246810")
    assert not driver.app.window.has_layer()
    assert driver.page("call").form.form.draft()["unit_no"] == "3-2"


def test_a_pin_typed_during_the_job_signs_in_as_soon_as_it_has_ended(
    driver: Any, qtbot: QtBot, long_job: Any
) -> None:
    driver.sign_in()
    driver.app.change_person()
    with long_job():
        driver.keys("246810")
        assert driver.app.window.has_layer()
    qtbot.waitUntil(lambda: not driver.app.window.has_layer(), timeout=4000)
    assert driver.app.desk.context.actor.name == "陈晓婧"


def test_f12_locks_the_desk_while_an_import_holds_the_file(driver: Any, long_job: Any) -> None:
    driver.sign_in("钱伟")
    driver.app.window.show_page("resident")
    page = driver.page("resident")
    page.busy_changed.emit(True)
    with long_job():
        driver.key(Qt.Key.Key_F12)
        assert driver.app.window.has_layer()
    page.busy_changed.emit(False)


def test_a_number_that_comes_in_during_the_job_opens_its_call(
    driver: Any, qtbot: QtBot, long_job: Any
) -> None:
    """R-CALL: the telephone does not wait for an import; who calls is found as soon as the file answers."""
    driver.sign_in()
    driver.app.window.show_page("resident")
    with long_job():
        began = monotonic()
        driver.app.incoming("13800138000")
        assert monotonic() - began < STILL_S
        assert driver.app.window.current_name() == "call"
        assert "13800138000" in driver.page("call").form.form.draft().values()
        assert QApplication.focusWidget() is not None
