"""A record is written once, however often the impatient press Ctrl+Enter while the file is busy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from frontdesk.core.errors import FileBusyError, RefusedError, SurroundingsError
from ui.register import attempt
from ui.register.attempt import Saving

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


class File:
    """Busy for so many tries, then it takes the record."""

    def __init__(self, busy: int) -> None:
        self.busy, self.written = busy, 0

    def write(self) -> str:
        if self.busy:
            self.busy -= 1
            raise FileBusyError("忙")
        self.written += 1
        return "存好"


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempt, "RETRY_MS", 5)


def test_presses_while_the_file_is_busy_write_one_record(qtbot: QtBot) -> None:
    file, done, said = File(busy=3), [], []
    saving = Saving(lambda command: command)
    for _press in range(4):
        saving(file.write, done.append, done.append, lambda text, tone: said.append((text, tone)))
    assert said == [("忙", "warn")]
    qtbot.waitUntil(lambda: bool(done))
    qtbot.wait(50)
    assert (done, file.written, said) == (["存好"], 1, [("忙", "warn")] * 3 + [("", "info")])


def test_after_an_answer_of_any_kind_the_next_press_counts() -> None:
    answers = iter([RefusedError("缺房号"), SurroundingsError("磁盘已满")])
    heard: list[object] = []

    def write() -> str:
        if (error := next(answers, None)) is not None:
            raise error
        return "存好"

    saving = Saving(lambda command: command)
    for _press in range(3):
        saving(
            write, heard.append, lambda error: heard.append(error.message), lambda *said: heard.append(said)
        )
    assert heard == ["缺房号", ("磁盘已满", "danger"), "存好"]


def test_when_the_file_stays_busy_the_press_after_the_last_try_begins_anew(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    file = File(busy=attempt.RETRIES + 1)
    saving = Saving(lambda command: command)
    saving(file.write, said.append, said.append, lambda _text, tone: said.append(tone))
    qtbot.waitUntil(lambda: said[-1] == "danger")
    saving(file.write, said.append, said.append, lambda _text, tone: said.append(tone))
    assert said[-1] == "存好"
