"""What a resident says is shown as it stands: no markup, no shortcut, nothing cut unseen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics, QTextDocument
from PySide6.QtTest import QSignalSpy

from frontdesk.core.fields import Choice
from ui.widgets.buttons import ChipButton, DangerButton, PlainButton, PrimaryButton, QuietButton
from ui.widgets.containers import Card, EmptyState, Notice
from ui.widgets.labels import ElidedLabel, Pill, PlainLabel, plain_tip
from ui.widgets.segmented import SegmentedChoice

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

NASTY = [
    "<h1>免单</h1>",
    "A&B物业",
    "<s>作废</s>",
    "a<br>b",
    "<img src='//10.0.0.9/share/x.png'>",
    "王㛃 <b>䶮</b> &amp;",
]


@pytest.mark.parametrize("text", NASTY)
def test_a_label_shows_markup_literally(qtbot: QtBot, text: str) -> None:
    label = PlainLabel(text)
    qtbot.addWidget(label)
    assert label.text() == text
    assert label.textFormat() == Qt.TextFormat.PlainText
    label.ensurePolished()
    assert label.sizeHint().width() >= QFontMetrics(label.font()).horizontalAdvance(text), "the whole of it"
    assert label.accessibleName() == text


@pytest.mark.parametrize("text", NASTY)
def test_a_label_keeps_the_ampersand_and_takes_no_shortcut(qtbot: QtBot, text: str) -> None:
    label, plain = PlainLabel(text), PlainLabel(text.replace("&", ""))
    for each in (label, plain):
        qtbot.addWidget(each)
    wider = label.sizeHint().width() > plain.sizeHint().width()
    assert wider == ("&" in text)
    assert label.buddy() is None


@pytest.mark.parametrize("text", NASTY)
def test_a_tool_tip_shows_markup_literally(text: str) -> None:
    document = QTextDocument()
    document.setHtml(plain_tip(text))
    assert document.toPlainText() == text


def test_line_breaks_in_a_tool_tip_stay() -> None:
    document = QTextDocument()
    document.setHtml(plain_tip("一\n二"))
    assert document.toPlainText().splitlines() == ["一", "二"]


@pytest.mark.parametrize("kind", [QuietButton, PrimaryButton, DangerButton])
def test_a_button_never_makes_a_mnemonic_of_a_name(qtbot: QtBot, kind: type[QuietButton]) -> None:
    button = kind("转给 A&B物业", "F8")
    qtbot.addWidget(button)
    assert button.shortcut().isEmpty()
    assert button.accessibleName() == "转给 A&B物业"
    assert button.accessibleDescription() == "F8"


def test_a_button_has_room_for_word_and_key(qtbot: QtBot) -> None:
    button = PrimaryButton("保存并开服务单", "Ctrl+⏎")
    qtbot.addWidget(button)
    metrics = QFontMetrics(button.font())
    assert button.sizeHint().width() >= metrics.horizontalAdvance("保存并开服务单Ctrl+⏎")
    assert button.minimumSizeHint().width() >= metrics.horizontalAdvance("保存并开服务单")


def test_a_button_named_apart_keeps_its_name_when_its_word_changes(qtbot: QtBot) -> None:
    button = PlainButton(icon_name="filter", name="更多筛选")
    qtbot.addWidget(button)
    button.set_word("2")
    assert button.accessibleName() == "更多筛选 2"


def test_a_chip_shows_the_ampersand(qtbot: QtBot) -> None:
    chip = ChipButton("A&B")
    qtbot.addWidget(chip)
    assert chip.shortcut().isEmpty()
    assert chip.accessibleName() == "A&B"


def test_an_elided_label_tells_the_whole_in_its_tip(qtbot: QtBot) -> None:
    label = ElidedLabel("<b>富成花园</b> 前台 一二三四五六七八九十")
    qtbot.addWidget(label)
    label.resize(60, 20)
    label.show()
    assert label.text().endswith("…")
    assert "&lt;b&gt;" in label.toolTip()
    label.resize(800, 20)
    assert label.text() == label.whole_text()
    assert label.toolTip() == ""


def test_a_notice_says_its_sentence_with_tone_and_one_action(qtbot: QtBot) -> None:
    notice = Notice()
    qtbot.addWidget(notice)
    assert notice.text() == ""
    notice.say("<h1>免单</h1> 3 天前已报", "warn", "催办", "Alt+U")
    assert notice.text() == "<h1>免单</h1> 3 天前已报"
    assert notice.tone() == "warn"
    assert notice.accessibleName() == "注意：<h1>免单</h1> 3 天前已报"
    action = notice.findChild(PlainButton)
    asked = QSignalSpy(notice.action_requested)
    qtbot.mouseClick(action, Qt.MouseButton.LeftButton)
    assert asked.count() == 1
    notice.clear()
    assert notice.text() == ""


def test_a_notice_grows_with_its_sentence(qtbot: QtBot) -> None:
    notice = Notice()
    qtbot.addWidget(notice)
    notice.say("短", "info")
    low = notice.heightForWidth(240)
    notice.say("很长的一句话，" * 12, "info")
    assert notice.heightForWidth(240) > low + 40


def test_a_card_hides_its_head_without_a_title(qtbot: QtBot) -> None:
    card = Card()
    qtbot.addWidget(card)
    assert card.head.isHidden()
    card.set_title("3-2-1102", "已存 18:26")
    assert not card.head.isHidden()
    assert (card.title.text(), card.remark.whole_text()) == ("3-2-1102", "已存 18:26")


def test_pills_and_empty_states_have_names(qtbot: QtBot) -> None:
    pill, empty = Pill("派工中", "warn"), EmptyState("keys", "还没有钥匙", "按 F5 登记")
    for each in (pill, empty):
        qtbot.addWidget(each)
    assert pill.accessibleName() == "派工中"
    assert empty.accessibleName() == "还没有钥匙 按 F5 登记"
    empty.set("没有符合条件的记录")
    assert empty.accessibleName() == "没有符合条件的记录"


CATEGORIES = tuple(
    Choice(key, f"{key} {word}") for key, word in zip("ABCD", ("投诉", "询问", "需求", "其它"), strict=True)
)


@pytest.fixture
def category(qtbot: QtBot) -> SegmentedChoice:
    made = SegmentedChoice(CATEGORIES, "信息类别")
    qtbot.addWidget(made)
    made.resize(320, 32)
    made.show()
    return made


@pytest.mark.parametrize(
    ("typed", "chosen"), [("c", "C"), ("C", "C"), ("1", "A"), ("4", "D"), ("x", ""), ("9", "")]
)
def test_one_key_chooses(qtbot: QtBot, category: SegmentedChoice, typed: str, chosen: str) -> None:
    qtbot.keyClicks(category, typed)
    assert category.key() == chosen


def test_arrows_move_and_delete_takes_back(qtbot: QtBot, category: SegmentedChoice) -> None:
    chosen: list[str] = []
    category.chosen.connect(chosen.append)
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Left, Qt.Key.Key_Delete):
        qtbot.keyClick(category, key)
    assert chosen == ["A", "B", "A", ""]


def test_a_command_key_does_not_choose(qtbot: QtBot, category: SegmentedChoice) -> None:
    qtbot.keyClick(category, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(category, Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier)
    assert category.key() == ""


def test_a_click_chooses_the_segment_under_it(qtbot: QtBot, category: SegmentedChoice) -> None:
    qtbot.mouseClick(category, Qt.MouseButton.LeftButton, pos=QPoint(250, 16))
    assert category.key() == "D"
    assert category.accessibleName() == "信息类别 D 其它"


def test_segments_without_room_stand_in_two_rows(category: SegmentedChoice) -> None:
    assert category.heightForWidth(320) == 32
    assert category.heightForWidth(160) == 68
