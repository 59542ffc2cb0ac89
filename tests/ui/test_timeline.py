"""An order's way as a picture: where a time has no room it stands in two lines, and every stop can be heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.widgets.timeline import Stop, Timeline

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

SEVEN = [
    Stop(word, "昨天 09:10", done=True) for word in ("受理", "派工", "到场", "完成", "返单", "回访", "装订")
]


def test_a_time_without_room_stands_in_two_lines_and_the_picture_grows(qtbot: QtBot) -> None:
    way = Timeline(SEVEN)
    qtbot.addWidget(way)
    assert way._lines(SEVEN[0], 200) == ["昨天 09:10"]
    assert way._lines(SEVEN[0], 47) == ["昨天", "09:10"]
    assert way.heightForWidth(330) > way.heightForWidth(1400)


def test_each_stop_is_told_with_its_time(qtbot: QtBot) -> None:
    way = Timeline([SEVEN[0], Stop("派工", "", done=False)])
    qtbot.addWidget(way)
    assert "受理 昨天 09:10" in way.accessibleName()
    assert "派工 未到" in way.accessibleName()
