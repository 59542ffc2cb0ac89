"""The window's shell: pages when first shown, keys where they act, zones that fold."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from ui.main_window import MainWindow, PageSpec
from ui.widgets.page import Action, Page
from ui.widgets.search_box import SearchBox
from ui.widgets.zones import FoldingZones, Zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from pytestqt.qtbot import QtBot

TITLES = {
    "today": "今日待办",
    "calls": "来电登记",
    "visits": "来访接待",
    "orders": "服务单",
    "keys": "钥匙",
    "mail": "邮件报刊",
    "valuables": "寄存物品",
    "passes": "出门条",
    "complaints": "投诉",
    "handover": "交接班",
    "more": "更多台账",
}
SIZES = [(1366, 768), (1024, 768), (1024, 600), (683, 384), (560, 340), (1920, 1080)]


class Facts:
    """What the shell shows, as a test wants it."""

    def __init__(self) -> None:
        self.person = "陈晓婧"
        self.light = ("最近备份 18:02", "ok")
        self.counts = {"today": 9, "mail": 117}

    def estate_name(self) -> str:
        return "A&B<h1>花园</h1>"

    def person_name(self) -> str:
        return self.person

    def shift(self) -> str:
        return "中班 14:00–22:00"

    def local_now(self) -> datetime:
        return datetime(2026, 11, 21, 18, 26, tzinfo=UTC)

    def backup(self) -> tuple[str, str]:
        return self.light

    def due(self) -> Mapping[str, int]:
        return self.counts

    def proof(self) -> str:
        return "服务单 000181–000187 连续 · 作废 0 · 缺号 0"


class CallPage(Page):
    def __init__(self, built: list[str], name: str) -> None:
        super().__init__()
        built.append(name)
        self.name = name
        self.done: list[str] = []
        self.line = QLineEdit(self)
        QVBoxLayout(self).addWidget(self.line)
        self.offered: list[Action] = []

    def key_actions(self) -> Sequence[Action]:
        return self.offered

    def open_record(self, record_id: int) -> None:
        self.done.append(f"open {record_id}")

    def offer(self, *ids: str) -> None:
        self.offered = [Action(each, lambda each=each: self.done.append(each)) for each in ids]
        self.actions_changed.emit()


@pytest.fixture
def built() -> list[str]:
    return []


@pytest.fixture
def facts() -> Facts:
    return Facts()


@pytest.fixture
def elsewhere() -> list[str]:
    return []


@pytest.fixture
def window(qtbot: QtBot, built: list[str], facts: Facts, elsewhere: list[str]) -> Iterator[MainWindow]:
    specs = [
        PageSpec(name, title, name, lambda name=name: CallPage(built, name)) for name, title in TITLES.items()
    ]
    made = MainWindow(specs, facts, actions={"calls": Action("new", lambda: elsewhere.append("new"))})
    made.set_finder(SearchBox("房号 · 姓名", "F2"))
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
    made.show_page("calls")
    yield made
    made.close()


def page(window: MainWindow) -> CallPage:
    shown = window.page(window.current_name())
    assert isinstance(shown, CallPage)
    return shown


def press(qtbot: QtBot, window: MainWindow, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    together = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        together |= modifier
    qtbot.keyClick(QApplication.focusWidget() or window, key, together)


CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_pages_are_built_when_first_shown(window: MainWindow, built: list[str]) -> None:
    assert built == ["calls"]
    window.show_page("keys")
    window.show_page("calls")
    assert built == ["calls", "keys"]


@pytest.mark.parametrize(("figure", "name"), list(enumerate(TITLES, 1))[:9])
def test_ctrl_figure_shows_its_tab(qtbot: QtBot, window: MainWindow, figure: int, name: str) -> None:
    page(window).line.setFocus()
    press(qtbot, window, getattr(Qt.Key, f"Key_{figure}"), CTRL)
    assert window.current_name() == name
    assert window.sidebar.item(name).isChecked()


def test_the_sidebar_shows_pages_by_mouse_and_by_keyboard(qtbot: QtBot, window: MainWindow) -> None:
    shown = QSignalSpy(window.page_shown)
    qtbot.mouseClick(window.sidebar.item("orders"), Qt.MouseButton.LeftButton)
    assert window.current_name() == "orders"
    window.sidebar.item("orders").setFocus()
    press(qtbot, window, Qt.Key.Key_Down)
    press(qtbot, window, Qt.Key.Key_Return)
    assert window.current_name() == "keys"
    assert shown.count() == 2


def test_the_sidebars_arrows_step_over_pages_that_the_role_is_not_offered(
    qtbot: QtBot, window: MainWindow
) -> None:
    offered = list(TITLES)[0:3:2]
    window.offer(offered)
    window.sidebar.item(offered[0]).setFocus()
    press(qtbot, window, Qt.Key.Key_Down)
    assert window.sidebar.item(offered[1]).hasFocus()


def test_f5_is_no_key_of_a_role_that_has_no_page_for_it(
    qtbot: QtBot, window: MainWindow, elsewhere: list[str]
) -> None:
    window.show_page("orders")
    press(qtbot, window, Qt.Key.Key_F5)
    window.offer(["orders"])
    press(qtbot, window, Qt.Key.Key_F5)
    assert elsewhere == ["new"]


def test_a_key_does_what_the_page_in_view_offers(qtbot: QtBot, window: MainWindow) -> None:
    page(window).offer("order", "save", "preview")
    page(window).line.setFocus()
    press(qtbot, window, Qt.Key.Key_F8)
    press(qtbot, window, Qt.Key.Key_Return, CTRL)
    press(qtbot, window, Qt.Key.Key_Enter, CTRL)
    press(qtbot, window, Qt.Key.Key_P, CTRL, SHIFT)
    press(qtbot, window, Qt.Key.Key_F7)
    assert page(window).done == ["order", "save", "save", "preview"]


def test_f5_begins_a_call_from_anywhere_unless_the_page_has_its_own(
    qtbot: QtBot, window: MainWindow, elsewhere: list[str]
) -> None:
    press(qtbot, window, Qt.Key.Key_F5)
    assert elsewhere == ["new"]
    page(window).offer("new")
    press(qtbot, window, Qt.Key.Key_F5)
    assert (elsewhere, page(window).done) == (["new"], ["new"])


def test_a_key_that_does_nothing_here_is_left_to_the_widgets(qtbot: QtBot, window: MainWindow) -> None:
    seen: list[int] = []

    class Line(QLineEdit):
        def keyPressEvent(self, event: object) -> None:
            seen.append(event.key())  # type: ignore[attr-defined]

    line = Line(page(window))
    line.show()
    line.setFocus()
    press(qtbot, window, Qt.Key.Key_Escape)
    assert seen == [Qt.Key.Key_Escape]
    page(window).offer("back")
    press(qtbot, window, Qt.Key.Key_Escape)
    assert seen == [Qt.Key.Key_Escape]
    assert page(window).done == ["back"]


def test_the_bottom_bar_names_the_keys_that_work_here(qtbot: QtBot, window: MainWindow) -> None:
    page(window).offer("order", "print")
    hints = window.status_bar.hints
    assert hints.accessibleName().startswith("F8 转服务单，Ctrl+P 打印，F5 新来电")
    assert hints.shown()[:2] == ["order", "print"]
    qtbot.mouseClick(hints, Qt.MouseButton.LeftButton, pos=QPoint(8, 12))
    assert page(window).done == ["order"]


def test_hints_without_room_are_left_out_whole(window: MainWindow) -> None:
    page(window).offer("order", "remind", "save", "print", "preview", "filter", "back")
    window.resize(1366, 768)
    wide = len(window.status_bar.hints.shown())
    window.resize(683, 384)
    assert 0 < len(window.status_bar.hints.shown()) < wide


def test_f2_puts_the_cursor_into_the_finder(qtbot: QtBot, window: MainWindow) -> None:
    page(window).line.setFocus()
    press(qtbot, window, Qt.Key.Key_F2)
    assert isinstance(QApplication.focusWidget(), SearchBox)


def test_f12_and_f1_ask_for_person_and_help(qtbot: QtBot, window: MainWindow) -> None:
    person, help_ = QSignalSpy(window.person_change_requested), QSignalSpy(window.help_requested)
    press(qtbot, window, Qt.Key.Key_F12)
    press(qtbot, window, Qt.Key.Key_F1)
    assert person.count() == 1
    assert help_.at(0) == ["calls"]


def test_under_a_layer_no_key_of_the_desk_works_and_nothing_typed_is_lost(
    qtbot: QtBot, window: MainWindow, elsewhere: list[str]
) -> None:
    page(window).line.setText("厨房下水")
    lock = QLineEdit()
    window.show_layer(lock)
    assert QApplication.focusWidget() is lock
    for key in (Qt.Key.Key_F5, Qt.Key.Key_F2, Qt.Key.Key_F12):
        press(qtbot, window, key)
    press(qtbot, window, Qt.Key.Key_3, CTRL)
    assert (elsewhere, window.current_name()) == ([], "calls")
    assert QApplication.focusWidget() is lock
    window.leave_layer()
    assert not window.has_layer()
    assert page(window).line.text() == "厨房下水"
    press(qtbot, window, Qt.Key.Key_F5)
    assert elsewhere == ["new"]


def test_leaving_without_a_layer_does_nothing(window: MainWindow) -> None:
    window.leave_layer()
    assert window.isVisible()


def test_pages_reach_one_another_through_the_window(window: MainWindow) -> None:
    page(window).open_requested.emit("orders", 187)
    assert window.current_name() == "orders"
    assert page(window).done == ["open 187"]


def test_a_page_may_say_something_above_itself(window: MainWindow) -> None:
    page(window).notice_requested.emit("磁盘已满，已登记的都在。", "warn")
    assert window.notice.text() == "磁盘已满，已登记的都在。"
    window.notice.action_requested.emit()
    assert window.notice.text() == ""


def test_the_shell_shows_the_facts_as_they_stand(window: MainWindow, facts: Facts, qtbot: QtBot) -> None:
    window.resize(1366, 768)
    qtbot.waitUntil(lambda: window.status_bar.proof.text() == facts.proof())  # counted after the painting
    assert window.top_bar.estate.whole_text() == "A&B<h1>花园</h1> · 前台"
    assert window.top_bar.clock.text() == "11月21日 周六 18:26"
    assert window.sidebar.item("mail").due() == 117
    assert window.sidebar.item("calls").due() == 0
    assert window.status_bar.proof.text() == facts.proof()
    facts.person, facts.light, facts.counts = "王㛃", ("三天未备份", "danger"), {"calls": 2}
    window.refresh()
    assert window.top_bar.person.word() == "王㛃"
    assert window.top_bar.backup.accessibleName() == "三天未备份"
    qtbot.waitUntil(lambda: window.sidebar.item("calls").due() == 2)
    assert window.sidebar.item("mail").due() == 0


@pytest.mark.parametrize("size", SIZES)
def test_nothing_of_the_shell_is_cut_at_any_size(
    window: MainWindow, size: tuple[int, int], qapp: QApplication
) -> None:
    window.resize(*size)
    qapp.processEvents()
    bar = window.top_bar
    shown = [each for each in bar.findChildren(QWidget) if each.parent() is bar and each.isVisible()]
    rects = sorted((each.geometry() for each in shown), key=lambda rect: rect.left())
    assert rects[-1].right() <= bar.width()
    assert all(left.right() < right.left() for left, right in pairwise(rects))
    for label in bar.findChildren(QLabel):
        if label.isVisible() and label is not bar.estate:
            assert label.width() >= label.sizeHint().width(), label.text()
    assert bar.person.width() >= bar.person.minimumSizeHint().width()
    proof = window.status_bar.proof
    assert proof.width() >= proof.sizeHint().width()
    assert window.size().toTuple() == size


def test_a_low_window_keeps_every_tab_within_reach(window: MainWindow, qapp: QApplication) -> None:
    window.resize(683, 384)
    window.show_page("more")
    qapp.processEvents()
    item = window.sidebar.item("more")
    assert not item.visibleRegion().isEmpty()
    assert item.toolTip() == "更多台账"


@pytest.mark.parametrize("size", SIZES)
def test_every_widget_has_an_accessible_name(window: MainWindow, size: tuple[int, int]) -> None:
    window.resize(*size)
    nameless = [
        each
        for each in window.findChildren(QWidget)
        if each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.isVisible() and not each.accessibleName()
        and each is not page(window).line
    ]  # fmt: skip
    assert nameless == []


def test_closing_is_told_before_the_window_is_gone(window: MainWindow) -> None:
    closed = QSignalSpy(window.close_requested)
    window.close()
    assert closed.count() == 1


@pytest.mark.parametrize("module", ["ui.main_window", "ui.register.entry_form", "ui.register.table_view"])
def test_nothing_heavy_is_imported_before_the_window_stands(module: str) -> None:
    heavy = ("sqlalchemy", "reportlab", "openpyxl", "pypinyin", "alembic", "argon2", "PySide6.QtPrintSupport")
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


class Zones:
    """Three zones with a line of text each."""

    def __init__(self, qtbot: QtBot) -> None:
        self.lines = [QLineEdit() for _ in range(3)]
        self.widgets = [self._widget(line) for line in self.lines]
        titles = ("列表", "表单", "住户")
        widths = ((520, 1), (340, 0), (220, 0))
        self.zones = FoldingZones(
            [
                Zone(widget, title, width, stretch, line)
                for widget, title, (width, stretch), line in zip(
                    self.widgets, titles, widths, self.lines, strict=True
                )
            ]
        )
        qtbot.addWidget(self.zones)
        self.zones.resize(1300, 600)
        with qtbot.waitActive(self.zones):
            self.zones.show()

    @staticmethod
    def _widget(line: QLineEdit) -> QWidget:
        widget = QWidget()
        QVBoxLayout(widget).addWidget(line)
        return widget

    def visible(self) -> list[bool]:
        return [widget.isVisible() for widget in self.widgets]


@pytest.fixture
def three(qtbot: QtBot) -> Zones:
    return Zones(qtbot)


@pytest.mark.parametrize(
    ("width", "columns", "visible"),
    [(1300, 3, [True] * 3), (1000, 2, [True, True, False]), (620, 1, [True, False, False])],
)
def test_the_card_folds_first_then_all_share_a_place(
    three: Zones, width: int, columns: int, visible: list[bool]
) -> None:
    three.zones.resize(width, 600)
    assert three.zones.columns() == columns
    assert three.visible() == visible


def test_alt_figures_show_a_zone_wherever_it_is(qtbot: QtBot, three: Zones) -> None:
    three.zones.resize(620, 600)
    for figure, line in ((3, 2), (2, 1), (1, 0)):
        key = getattr(Qt.Key, f"Key_{figure}")
        qtbot.keyClick(QApplication.focusWidget() or three.zones, key, Qt.KeyboardModifier.AltModifier)
        assert three.visible() == [i == line for i in range(3)]
        assert QApplication.focusWidget() is three.lines[line]


def test_a_click_on_the_strip_shows_a_zone(qtbot: QtBot, three: Zones) -> None:
    three.zones.resize(1000, 600)
    chip = next(each for each in three.zones.findChildren(QPushButton) if each.text() == "住户 Alt+3")
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert three.visible() == [True, False, True]


def test_a_zone_that_is_taken_out_leaves_no_chip_over_the_others(three: Zones) -> None:
    three.zones.resize(620, 600)
    three.zones.set_zone_shown(2, shown=False)
    assert [chip.text() for chip in three.zones.findChildren(QPushButton) if chip.isVisible()] == [
        "列表 Alt+1",
        "表单 Alt+2",
    ]
    three.zones.resize(1300, 600)
    assert not [chip for chip in three.zones.findChildren(QPushButton) if chip.isVisible()]


def test_folding_keeps_what_is_typed_and_the_cursor(three: Zones) -> None:
    three.zones.show_zone(1, focus=True)
    three.lines[1].setText("厨房下水")
    for width in (1000, 620, 1000, 1300, 620):
        three.zones.resize(width, 600)
        assert three.lines[1].text() == "厨房下水"
        assert QApplication.focusWidget() is three.lines[1]
        assert three.widgets[1].isVisible()


def test_a_card_taken_out_gives_its_room_away(three: Zones) -> None:
    three.zones.resize(1000, 600)
    three.zones.set_zone_shown(2, shown=False)
    assert three.zones.columns() == 2
    assert three.visible() == [True, True, False]
    three.zones.show_zone(2)
    assert three.visible() == [True, True, False]
    three.zones.set_zone_shown(2, shown=True)
    three.zones.resize(1300, 600)
    assert three.visible() == [True] * 3


@pytest.mark.parametrize("action", ["show_page", "page"])
def test_an_unknown_page_is_a_bug(window: MainWindow, action: str) -> None:
    call: Callable[[str], object] = getattr(window, action)
    with pytest.raises(KeyError):
        call("no-such-page")


def test_what_is_said_under_a_layer_waits_until_it_is_gone(window: MainWindow) -> None:
    window.say("3-2-1102 的来电已存。", "ok")
    window.show_layer(QWidget())
    window.say("")
    window.say("FW2026-000001 派工：已写入。", "ok")
    assert "已写入" not in window.notice.text()
    window.leave_layer()
    assert window.notice.text() == "FW2026-000001 派工：已写入。"


def test_a_record_of_a_page_that_is_not_offered_is_told_and_opens_nothing(
    window: MainWindow, built: list[str]
) -> None:
    window.offer(["calls"])
    for name in ("orders", "key"):
        window.open_record(name, 1)
        assert window.notice.text() == "这一条没有可以打开的页面，只能在这里看。"
    assert built == ["calls"]
    assert window.current_name() == "calls"
