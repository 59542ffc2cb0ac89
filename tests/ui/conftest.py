"""Windows in tests wear the program's own style, so that what is measured is what is seen."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from frontdesk.desk import open_desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from PySide6.QtWidgets import QApplication, QWidget
    from pytestqt.qtbot import QtBot

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk
    from ui.print_desk import PrintRequest
    from ui.register.list_section import ListSection
    from ui.tasks import TaskRunner
    from ui.theme import Appearance

PASSWORD = "guanliyuan8"  # the administrator's


@pytest.fixture(scope="session")
def appearance(qapp: QApplication) -> Appearance:
    """The application's appearance, in light."""
    from ui.theme import Appearance

    return Appearance(qapp, "light")


@pytest.fixture(autouse=True)
def _light(appearance: Appearance) -> Iterator[None]:
    appearance.set_setting("light")
    yield
    appearance.set_setting("light")


@pytest.fixture
def compose(qapp: QApplication) -> Callable[..., None]:
    """Speak to a widget as an input method does: `compose(widget, "zhang")`, then `compose(widget, "", "张")`."""
    from PySide6.QtGui import QInputMethodEvent

    def send(widget: QWidget, preedit: str, commit: str = "") -> None:
        event = QInputMethodEvent(preedit, [])
        if commit:
            event.setCommitString(commit)
        qapp.sendEvent(widget, event)

    return send


class QuietFacts:
    """What the window shows around the pages, where that does not matter."""

    def estate_name(self) -> str:
        return "富成花园"

    def person_name(self) -> str:
        return "陈晓婧"

    def shift(self) -> str:
        return ""

    def local_now(self) -> datetime:
        return datetime(2026, 11, 21, 18, 26, tzinfo=UTC)

    def backup(self) -> tuple[str, str]:
        return ("", "ok")

    def due(self) -> dict[str, int]:
        return {}

    def proof(self) -> str:
        return ""


@pytest.fixture
def quiet_facts() -> QuietFacts:
    """Facts for a window whose zones are not looked at."""
    return QuietFacts()


@pytest.fixture
def tasks() -> Iterator[TaskRunner]:
    """The worker, closed at the end."""
    from ui.tasks import TaskRunner

    runner = TaskRunner()
    yield runner
    runner.close()


class AskedPrinting:
    """Stands in for the print desk, which is tried elsewhere."""

    def __init__(self) -> None:
        self.requests: list[PrintRequest] = []

    def print_now(self, request: PrintRequest) -> None:
        self.requests.append(request)

    preview = print_now


@pytest.fixture
def asked_printing() -> AskedPrinting:
    """What was wished to be printed."""
    return AskedPrinting()


@pytest.fixture
def show_section(
    desk: Desk, asked_printing: AskedPrinting, tasks: TaskRunner, qtbot: QtBot
) -> Callable[[type[ListSection]], Any]:
    """Show a section of the order books by itself, the cursor in its list."""

    def show(kind: type[ListSection]) -> Any:
        section = kind(desk, asked_printing, tasks)  # type: ignore[arg-type]
        qtbot.addWidget(section)
        section.resize(960, 640)
        with qtbot.waitExposed(section):
            section.show()
        section.on_shown()
        section.put_cursor()
        return section

    return show


@pytest.fixture
def house(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    """A desk after its first start, its administrator 李国强 signed in."""
    desk = open_desk(tmp_path / "house", create=True, clock=clock)
    desk.staff.first_start("富成物业", "富成花园", "李国强", PASSWORD)
    yield desk
    desk.close()


@pytest.fixture
def staffed(house: Desk) -> Desk:
    """The house with 陈晓婧 (clerk, 111111), 曾㛃 (supervisor, 222222) and 赵喆 (manager, password9)."""
    house.staff.add_person("陈晓婧", "clerk", "111111")
    house.staff.add_person("曾㛃", "supervisor", "222222")
    house.staff.add_person("赵喆", "department_manager", "password9")
    return house


@pytest.fixture
def sign_in(staffed: Desk) -> Callable[[str], None]:
    """Sign one of the staffed desk's people in by name."""
    secrets = {"李国强": PASSWORD, "陈晓婧": "111111", "曾㛃": "222222", "赵喆": "password9"}

    def as_person(name: str) -> None:
        person = next(row for row in staffed.staff.people() if row.name == name)
        staffed.staff.sign_in(person.id, secrets[name])

    return as_person
