"""The settings page: what is offered to whom, saved whole, refused in place."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QPushButton, QWidget

from frontdesk.core.actor import PROGRAM
from frontdesk.core.settings import (
    DEPARTMENTS,
    ESTATE_NAME,
    IDLE_LOCK_MINUTES,
    ORDER_COPY_NAMES,
    ORDER_DIGITS,
    ORDER_PREFIX,
    SHIFT_HOURS,
    THEME,
    shown_settings,
)
from frontdesk.estate.register import NewUnit
from ui.pages.settings_page import SettingsPage
from ui.print_desk import PrintDesk
from ui.settings.own_secret import OwnSecretSection
from ui.settings.records import RecordsSection
from ui.settings.values import ValuesSection, field_of
from ui.settings.verification import VerificationSection
from ui.widgets.containers import Notice
from ui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk
    from ui.tasks import TaskRunner

PASSWORD = "guanliyuan8"
FOR_ALL = "我的密码"


@pytest.fixture
def page(house: Desk, tasks: TaskRunner, qtbot: QtBot) -> SettingsPage:
    window, strip = QWidget(), ProgressStrip()
    qtbot.addWidget(window)
    qtbot.addWidget(strip)
    printing = PrintDesk(house.printers, tasks, lambda _text, _tone: None, window, strip)
    page = SettingsPage(house, printing, tasks)
    qtbot.addWidget(page)
    page.resize(1180, 660)
    with qtbot.waitExposed(page):
        page.show()
    page.on_shown()
    return page


def records(page: SettingsPage, title: str) -> RecordsSection:
    section = page.section(title)
    assert isinstance(section, RecordsSection)
    return section


def group(page: SettingsPage, title: str) -> ValuesSection:
    section = page.section(title)
    assert isinstance(section, ValuesSection)
    return section


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisible()]


def sign_in(house: Desk, role: str, name: str = "曾㛃") -> None:
    secret = PASSWORD if role in ("department_manager", "general_manager") else "123456"
    person = house.staff.add_person(name, role, secret)
    house.staff.sign_in(person.id, secret)


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        ("clerk", ["常用语", "外部电话", "打印", FOR_ALL]),
        ("supervisor", ["常用语", "外部电话", "打印", "数据核验", FOR_ALL]),
        ("finance", [FOR_ALL]),
        ("mail_carrier", [FOR_ALL]),
    ],
)
def test_what_a_role_may_not_do_is_not_offered(
    page: SettingsPage, house: Desk, role: str, offered: list[str]
) -> None:
    assert page.titles()[:2] == ["人员", "公司"]
    sign_in(house, role)
    page.on_shown()
    assert page.titles() == offered


def test_every_declared_setting_has_a_field_in_some_section(page: SettingsPage) -> None:
    shown = {
        name
        for title in page.titles()
        if isinstance(section := page.section(title), ValuesSection)
        for name in section.form.values()
    }
    assert shown == {setting.name for setting in shown_settings()}


def test_choices_are_shown_in_chinese() -> None:
    field = field_of(THEME)
    assert [choice.label for choice in field.choices] == ["跟随系统", "浅色", "深色"]
    for setting in shown_settings():
        assert len(setting.labels) == len(setting.choices)


def test_values_are_saved_together(page: SettingsPage, house: Desk, qtbot: QtBot) -> None:
    section = group(page, "公司")
    section.form.fill(ESTATE_NAME.name, "A&B<i>花园</i>")
    section.form.fill(DEPARTMENTS.name, ["客服部", "工程部"])
    with qtbot.waitSignal(section.settings_saved):
        section.save()
    assert house.context.settings.get(ESTATE_NAME) == "A&B<i>花园</i>"
    assert house.context.settings.get(DEPARTMENTS) == ["客服部", "工程部"]
    assert any(text.startswith("已存 18:26") for text in texts(section))


@pytest.mark.parametrize(("typed", "sentence"), [(2, "3 到 9"), ("六", "整数"), (None, "请填写")])
def test_a_refused_value_says_why_and_nothing_is_saved(
    page: SettingsPage, house: Desk, typed: object, sentence: str
) -> None:
    section = group(page, "服务单")
    section.form.fill(ORDER_PREFIX.name, "XX")
    section.form.fill(ORDER_DIGITS.name, typed)
    section.save()
    assert sentence in section.form.faults()[ORDER_DIGITS.name]
    assert house.context.settings.get(ORDER_PREFIX) == "FW"


def test_shift_hours_that_do_not_read_are_refused(page: SettingsPage, house: Desk) -> None:
    section = group(page, "班次")
    section.form.fill(SHIFT_HOURS.name, ["早班 6点"])
    section.save()
    assert "早班 6点" in section.form.faults()[SHIFT_HOURS.name]
    assert house.context.settings.get(SHIFT_HOURS) == SHIFT_HOURS.default


def test_enter_breaks_the_line_in_a_list(page: SettingsPage) -> None:
    section = group(page, "班次")
    section.put_cursor()
    line = page.focusWidget()
    QTest.keyClick(line, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(line, Qt.Key.Key_Return)
    QTest.keyClicks(line, "x")
    assert section.form.values()[SHIFT_HOURS.name] == [*SHIFT_HOURS.default, "x"]


def test_the_theme_takes_effect_as_it_is_chosen(page: SettingsPage, house: Desk, qtbot: QtBot) -> None:
    section = group(page, "外观")
    section.put_cursor()
    with qtbot.waitSignal(page.settings_saved):
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Right)
    assert house.context.settings.get(THEME) == "light"


def test_what_is_half_typed_is_not_overwritten_by_looking_elsewhere(page: SettingsPage, house: Desk) -> None:
    section = group(page, "登录")
    section.form.editor(IDLE_LOCK_MINUTES.name).set_draft("3")
    section.form.edited.emit()
    page.section("公司")
    assert group(page, "登录").form.values()[IDLE_LOCK_MINUTES.name] == 3
    assert house.context.settings.get(IDLE_LOCK_MINUTES) == 10


def test_a_person_is_taken_on_and_let_go_by_keyboard(page: SettingsPage, house: Desk) -> None:
    section = records(page, "人员")
    section.begin_new()
    section.form.fill("name", "王㛃")
    section.form.fill("role", "clerk")
    section.save()
    assert "6 位" in section.form.faults()["secret"]
    QTest.keyClicks(page.focusWidget(), "123456")
    section.save()
    assert [row.name for row in house.staff.people()] == ["王㛃", "李国强"]
    assert section.table.current_id() == house.staff.people()[0].id
    section._ask_to_withdraw()
    assert any("停用“王㛃”" in text for text in texts(section))
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    assert "请写明原因。" in texts(section)
    QTest.keyClicks(page.focusWidget(), "left")
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    assert [row.name for row in house.staff.people()] == ["李国强"]
    assert section.form.notice.text() == "已停用：王㛃"


def test_the_last_administrator_cannot_be_let_go(page: SettingsPage, house: Desk) -> None:
    section = records(page, "人员")
    section.put_cursor()
    section._ask_to_withdraw()
    QTest.keyClicks(page.focusWidget(), "x")
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    assert any("最后一位系统管理员" in text for text in texts(section))
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Escape)
    assert not section.question.is_asking()
    assert len(house.staff.people()) == 1


def test_what_is_half_typed_of_one_record_waits_while_another_is_looked_at(
    page: SettingsPage, house: Desk
) -> None:
    sign_in(house, "clerk")
    page.on_shown()
    section = records(page, "常用语")
    section.put_cursor()
    first = section.table.current_id()
    QTest.keyClick(section.table, Qt.Key.Key_Return)
    section.form.editor("text").set_draft("half typed")
    section.form.edited.emit()
    section.put_cursor()
    QTest.keyClick(section.table, Qt.Key.Key_Down)
    assert section.form.values()["text"] != "half typed"
    QTest.keyClick(section.table, Qt.Key.Key_Up)
    assert section.table.current_id() == first
    assert section.form.values()["text"] == "half typed"
    assert "还没有保存" in texts(section)


def test_the_lists_are_found_as_one_types(page: SettingsPage, house: Desk) -> None:
    sign_in(house, "clerk")
    page.on_shown()
    section = records(page, "外部电话")
    assert section.model.rowCount() > 5
    section._search.setText("119")
    assert section.model.rowCount() == 1
    section._search.setText("没有的")
    assert section.model.rowCount() == 0


def test_ones_own_pin_is_changed_only_with_the_present_one(page: SettingsPage, house: Desk) -> None:
    sign_in(house, "clerk")
    page.on_shown()
    section = page.section(FOR_ALL)
    assert isinstance(section, OwnSecretSection)
    section.form.put_cursor()
    for secret in ("000000", "654321", "654322"):
        QTest.keyClicks(page.focusWidget(), secret)
        QTest.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    assert "again" in section.form.faults()
    QTest.keyClicks(page.focusWidget(), "654321")
    section.save()
    assert "current" in section.form.faults()
    QTest.keyClicks(page.focusWidget(), "123456")
    section.save()
    assert section.form.notice.tone() == "ok"
    clerk = next(row for row in house.staff.people() if row.role == "clerk")
    assert house.staff.sign_in(clerk.id, "654321")


def test_verification_reports_in_words(page: SettingsPage, qtbot: QtBot) -> None:
    section = page.section("数据核验")
    assert isinstance(section, VerificationSection)
    section.start()
    qtbot.waitUntil(lambda: bool(section.report_text()), timeout=60_000)
    assert "操作日志" in section.report_text()
    assert section.findChild(Notice).tone() == "ok"
    assert section.findChild(QPushButton).isEnabled()


def test_a_short_list_needs_no_scrolling(page: SettingsPage) -> None:
    section = group(page, "服务单")
    QTest.qWait(1)
    text = section.form.editor(ORDER_COPY_NAMES.name).findChild(QPlainTextEdit)
    assert text.verticalScrollBar().maximum() == 0


def test_the_cursor_waits_at_the_button_that_stops(page: SettingsPage, qtbot: QtBot) -> None:
    section = page.section("数据核验")
    assert isinstance(section, VerificationSection)
    section.put_cursor()
    section.start()
    assert page.focusWidget().accessibleName() == "停止"
    qtbot.waitUntil(lambda: not section._running, timeout=60_000)
    assert page.focusWidget() is not None
    assert section.isAncestorOf(page.focusWidget())


def test_verification_can_be_stopped(page: SettingsPage, qtbot: QtBot) -> None:
    section = page.section("数据核验")
    assert isinstance(section, VerificationSection)
    section.start()
    QTest.keyClick(section._strip._cancel, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not section._running, timeout=60_000)
    assert "停止" in section.findChild(Notice).text() or section.report_text()


def test_what_search_misses_is_told_and_made_anew_by_f8(
    page: SettingsPage, house: Desk, qtbot: QtBot
) -> None:
    house.context.actor, administrator = PROGRAM, house.context.actor
    house.estate.add_unit(NewUnit("3-2-1102"))
    house.context.actor = administrator
    with house.database.write() as session:
        session.connection().exec_driver_sql("DELETE FROM finder_key WHERE kind = 'room'")
    section = page.section("数据核验")
    assert isinstance(section, VerificationSection)
    section.start()
    qtbot.waitUntil(lambda: bool(section.report_text()), timeout=60_000)
    notice = section.findChild(Notice)
    assert (notice.tone(), "按 F8 重建" in notice.text()) == ("warn", True)
    assert "房屋 3-2-1102：查找用的索引与它不符" in section.report_text()
    busy: list[bool] = []
    page.busy_changed.connect(busy.append)
    next(action for action in page.key_actions() if action.id == "order").run()
    qtbot.waitUntil(lambda: not section._running, timeout=60_000)
    assert busy == [True, False]
    assert notice.tone() == "ok"
    assert [hit.label for hit in house.finder.find("3-2-1102")] == ["3-2-1102"]


def test_a_clock_set_right_is_confirmed_with_a_reason(
    page: SettingsPage, house: Desk, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=-1))
    page.on_shown()
    assert "慢 24 小时" in page._clock_notice.text()
    page._clock_notice.action_requested.emit()
    QTest.keyClick(page.focusWidget(), Qt.Key.Key_Return)
    assert page._clock_notice.text() == ""
    assert not house.context.clock_behind()


def test_somebody_without_that_power_is_told_whom_to_ask(
    page: SettingsPage, house: Desk, clock: FixedClock
) -> None:
    sign_in(house, "clerk")
    clock.advance(timedelta(minutes=-30))
    page.on_shown()
    assert "30 分钟" in page._clock_notice.text()
    assert "请管理员" in page._clock_notice.text()
