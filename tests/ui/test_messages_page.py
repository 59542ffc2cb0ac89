"""The page of messages: what may be printed and taken out, and by whom."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from frontdesk.calls.register import NewMessage
from frontdesk.core.actor import Permission
from frontdesk.forms.printers import PrinterChoice
from ui.pages.messages_page import MessagesPage
from ui.tasks import TaskRunner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk


class Asked:
    """Stands in for the print desk, which is tried elsewhere."""

    def __init__(self) -> None:
        self.requests: list[Any] = []

    def print_now(self, request: Any) -> None:
        self.requests.append(request)


@pytest.fixture
def printing() -> Asked:
    return Asked()


@pytest.fixture
def page(desk: Desk, printing: Asked, qtbot: QtBot) -> Iterator[MessagesPage]:
    tasks = TaskRunner()
    page = MessagesPage(desk, printing, tasks)  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.resize(1100, 700)
    page.show()
    yield page
    tasks.close()


def labels(page: MessagesPage) -> dict[str, str]:
    return {action.id: action.label for action in page.key_actions()}


def test_r_call_6_ctrl_p_prints_the_open_message_else_the_register(
    page: MessagesPage, printing: Asked, desk: Desk
) -> None:
    """R-CALL-6."""
    message = desk.messages.take(NewMessage("李建国", "请回电"))
    for opened, label, title in (
        (False, "打印转告记录", "转告记录 全部"),
        (True, "打印转告单", "转告记录 李建国 2026-11-21 18:26"),
    ):
        if opened:
            page.open_record(message.id)
        (action,) = (each for each in page.key_actions() if each.id == "print")
        assert action.label == label
        action.run()
        assert printing.requests[-1].title == title
    assert printing.requests[-1].make(PrinterChoice(), None).startswith(b"%PDF")


def test_who_may_not_print_or_export_is_offered_neither(page: MessagesPage, desk: Desk) -> None:
    actor = desk.context.actor
    assert actor is not None
    assert {"print", "preview"} <= set(labels(page))
    assert "export" not in labels(page)
    desk.context.actor = replace(actor, permissions=frozenset({Permission.READ_REGISTERS, Permission.EXPORT}))
    assert not {"print", "preview"} & set(labels(page))
    assert "export" in labels(page)


def test_an_export_asks_for_its_purpose(page: MessagesPage, desk: Desk) -> None:
    actor = desk.context.actor
    assert actor is not None
    desk.context.actor = replace(actor, permissions=actor.permissions | {Permission.EXPORT})
    page.begin_export()
    assert page.record.is_asking()
