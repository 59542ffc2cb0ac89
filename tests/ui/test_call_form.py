"""The form of a new call."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.estate.register import NewResident, NewUnit
from ui.pages.call_form import CallForm
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from frontdesk.desk import Desk


@pytest.mark.parametrize(("full", "shown"), [(False, "138****8000"), (True, "13800138000")])
def test_r_call_2_the_registered_number_is_read_back_when_none_is_typed(
    desk: Desk, qtbot: QtBot, *, full: bool, shown: str
) -> None:
    """R-CALL-2."""
    desk.context.actor, clerk = PROGRAM, desk.context.actor
    assert clerk is not None
    unit = desk.estate.add_unit(NewUnit("3-2-1102"))
    desk.estate.add_resident(NewResident(unit.id, "张㛃", telephones=("13800138000",)))
    hidden = frozenset() if full else frozenset({Permission.SEE_FULL_TELEPHONES})
    desk.context.actor = replace(clerk, permissions=clerk.permissions - hidden)
    form = CallForm(desk)
    qtbot.addWidget(form)
    form.show()
    form.begin(unit_no="3-2-1102")
    qtbot.waitUntil(lambda: form.unit_id() == unit.id)
    assert f"3-2-1102  18:26  登记号码 {shown}" in [label.text() for label in form.findChildren(PlainLabel)]
    form.begin("0551-62229275", "3-2-1102")
    assert "3-2-1102  18:26  0551-62229275" in [label.text() for label in form.findChildren(PlainLabel)]
