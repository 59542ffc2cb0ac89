"""What was typed is on record, in its place, or offered again: through a busy file, Esc, another person, midnight."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import Qt

from frontdesk.calls.register import NewCall
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.estate.register import NewResident

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

NIGHT = datetime(2026, 11, 21, 23, 50, tzinfo=UTC)


@pytest.fixture
def file(driver: Any, estate_folder: Path) -> Path:
    """The register's file; whoever finds it busy waits no longer than it takes to see it."""
    with driver.app.desk.context.read() as session:
        session.connection().connection.driver_connection.execute("PRAGMA busy_timeout = 30")
    return estate_folder / DATABASE_NAME


def type_call(driver: Any, reason: str = "电梯有异响") -> Any:
    driver.key(Qt.Key.Key_F5)
    card = driver.page("call").form
    card.form.put_cursor("reason")
    driver.enter(reason)
    driver.keys("c")
    return card


def type_correction(driver: Any, words: str = "a remark of a minute") -> Any:
    """Half of a correction of the record that is open on the page in view."""
    page = driver.page(driver.app.window.current_name())
    page.record.take("correct")
    page.record._form.put_cursor("remarks")
    driver.keys(words)
    return page


def test_what_one_person_sent_is_written_in_that_name_when_another_sits_there(
    driver: Any, qtbot: QtBot, file: Path, held: Any
) -> None:
    driver.sign_in()
    card = type_call(driver)
    with held(file):
        driver.save()
        assert "占用" in card.form.notice.text()
        driver.app.change_person()
    driver.sign_in("李慕颖")
    desk = driver.app.desk
    qtbot.waitUntil(lambda: desk.calls.counts().received == 1, timeout=6000)
    assert desk.calls.get(1).answered_by == "陈晓婧"
    assert card.is_empty()
    qtbot.waitUntil(lambda: "已存" in driver.app.window.notice.text())
    assert driver.app.window.notice.text() == "陈晓婧刚才要存的已存。", "that it is done, not what it says"
    driver.app.change_person()
    driver.sign_in()
    assert card.is_empty(), "its draft went with the call"


def test_what_is_typed_while_a_call_waits_for_the_file_stays_in_the_form(
    driver: Any, qtbot: QtBot, file: Path, held: Any
) -> None:
    driver.sign_in()
    card = type_call(driver)
    with held(file):
        driver.save()
        card.form.put_cursor("reason")
        driver.keys("，还困着两个人")
    desk = driver.app.desk
    qtbot.waitUntil(lambda: desk.calls.counts().received == 1, timeout=6000)
    qtbot.waitUntil(lambda: "没有写进去" in driver.app.window.notice.text())
    assert desk.calls.get(1).reason == "电梯有异响"
    assert card.form.draft()["reason"] == "电梯有异响，还困着两个人"
    assert desk.drafts.latest("call").content["reason"] == "电梯有异响，还困着两个人"


def test_what_was_said_of_the_busy_file_goes_when_the_call_is_written(
    driver: Any, qtbot: QtBot, file: Path, held: Any
) -> None:
    driver.sign_in()
    card = type_call(driver)
    with held(file):
        driver.save()
        driver.key(Qt.Key.Key_Return, driver.CONTROL)
    qtbot.waitUntil(card.is_empty, timeout=6000)
    assert card.form.notice.text() == ""
    assert driver.app.desk.calls.counts().received == 1


def test_what_the_file_did_not_take_before_another_came_is_there_for_its_writer(
    driver: Any, qtbot: QtBot, file: Path, held: Any
) -> None:
    driver.sign_in()
    card = type_call(driver, "水漫出来了")
    with held(file):
        driver.app.change_person()
    driver.sign_in("李慕颖")
    assert card.is_empty()
    driver.app.change_person()
    driver.sign_in()
    assert card.form.draft()["reason"] == "水漫出来了"
    assert "没存完" in card.form.notice.text()
    driver.save()
    assert driver.app.desk.calls.counts().received == 1
    assert card.form.notice.text() == "", "what was said of the draft goes with it"


def test_a_step_that_waits_for_the_file_closes_no_other_question(
    driver: Any, qtbot: QtBot, file: Path, held: Any
) -> None:
    driver.sign_in()
    first = driver.issue_order()
    driver.app.window.show_page("call")
    second = driver.issue_order("S-05")
    desk, page = driver.app.desk, driver.page("service_order")
    page.open_record(first)
    page.record.take("dispatch")
    driver.keys("1")
    with held(file):
        driver.save()
        assert "占用" in page.record._form.notice.text()
        assert page.record.notice.text() == "", "once is enough"
    driver.key(Qt.Key.Key_Escape)
    page.open_record(second)
    page.record.take("dispatch")
    assert "还在等" in page.record.notice.text() or desk.orders.get(first).service_person
    qtbot.waitUntil(lambda: desk.orders.get(first).service_person == "李建国", timeout=6000)
    type_correction(driver)
    qtbot.waitUntil(lambda: "派工：已写入" in driver.app.window.notice.text())
    assert page.record.is_asking()
    assert page.record._form.draft()["remarks"] == "a remark of a minute"
    assert desk.orders.get(second).service_person == ""


@pytest.mark.parametrize("by", ["Esc", "another record", "another person"])
def test_a_half_filled_step_is_offered_when_it_is_taken_again(driver: Any, by: str) -> None:
    driver.sign_in()
    order = driver.issue_order()
    driver.app.window.show_page("call")
    other = driver.issue_order("S-05")
    page = driver.page("service_order")
    page.open_record(order)
    type_correction(driver)
    if by == "Esc":
        driver.key(Qt.Key.Key_Escape)
    elif by == "another record":
        page.open_record(other)
        page.record.take("correct")
        assert page.record._form.draft().get("remarks") is None
    else:
        driver.app.change_person()
        driver.sign_in("钱伟")
        page.open_record(order)
        page.record.take("correct")
        assert page.record._form.draft().get("remarks") is None, "it is the writer's alone"
        driver.app.change_person()
        driver.sign_in()
        driver.app.window.show_page("service_order")
    page.open_record(order)
    page.record.take("correct")
    assert page.record._form.draft()["remarks"] == "a remark of a minute"
    assert "没做完" in page.record._form.notice.text()
    driver.save()
    assert driver.app.desk.orders.get(order).remarks == "a remark of a minute"
    page.record.take("correct")
    assert page.record._form.notice.text() == "", "what is on record is no draft"


def test_alt_k_empties_what_is_in_view_alone(driver: Any) -> None:
    driver.sign_in()
    call = driver.app.desk.calls.log(NewCall("灯坏了", "C"))
    card = type_call(driver, "half")
    page = driver.page("call")
    page.open_record(call.id)
    type_correction(driver)
    driver.key(Qt.Key.Key_K, driver.ALT)
    assert card.form.draft()["reason"] == "half"
    assert page.record._form.draft().get("remarks") is None
    driver.app.window.act("undo_last")
    assert page.record._form.draft()["remarks"] == "a remark of a minute"


def test_f8_over_a_half_typed_correction_makes_no_order(driver: Any) -> None:
    driver.sign_in()
    call = driver.app.desk.calls.log(NewCall("灯坏了", "C"))
    driver.app.window.show_page("call")
    page = driver.page("call")
    page.open_record(call.id)
    type_correction(driver)
    driver.key(Qt.Key.Key_F8)
    page.record.take("order")
    assert page.record._form.draft()["remarks"] == "a remark of a minute"
    assert driver.app.desk.calls.get(call.id).order_serial == ""


@pytest.mark.parametrize("typed", ["明天9点", "今天 15:00", "15:00", "昨天 9:10"])
def test_a_time_in_words_means_the_same_after_midnight(
    driver: Any, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    driver.sign_in()
    clock = driver.app.desk.context.clock
    night = NIGHT.replace(tzinfo=clock.local(NIGHT).tzinfo).astimezone(UTC)
    monkeypatch.setattr(clock, "now", lambda: night)
    driver.key(Qt.Key.Key_F5)
    card = driver.page("call").form
    editor = card.form.editor("promised_at")
    card.form.put_cursor("promised_at")
    driver.keys(typed)
    untouched = editor.value()
    monkeypatch.setattr(clock, "now", lambda: night + timedelta(minutes=20))
    assert editor.value() == untouched, "before the field was left"
    driver.key(Qt.Key.Key_Tab)
    assert editor.value() == untouched
    driver.app.change_person()
    driver.sign_in("李慕颖")
    driver.app.change_person()
    monkeypatch.setattr(clock, "now", lambda: night + timedelta(days=1))
    driver.sign_in()
    assert editor.value() == untouched, "from the draft, a day later"


def test_the_chip_of_today_shows_the_new_day_after_midnight(
    driver: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.sign_in()
    clock = driver.app.desk.context.clock
    night = NIGHT.replace(tzinfo=clock.local(NIGHT).tzinfo).astimezone(UTC)
    monkeypatch.setattr(clock, "now", lambda: night)
    driver.key(Qt.Key.Key_F5)
    page = driver.page("call")
    page.panel.filter._day_chip.click()
    monkeypatch.setattr(clock, "now", lambda: night + timedelta(minutes=20))
    call = driver.app.desk.calls.log(NewCall("灯坏了", "C"))
    page.refresh()
    assert page.panel.filter._day_chip.isChecked()
    assert page.panel.model.row_of(call.id) == 0


def test_who_rings_while_a_call_is_typed_stands_in_the_next_form(driver: Any) -> None:
    driver.sign_in()
    card = type_call(driver)
    driver.app.incoming("13800138000")
    driver.app.incoming("13328254125")
    driver.app.incoming("13800138000")
    driver.save()
    assert card.is_empty()
    driver.key(Qt.Key.Key_Escape)
    driver.key(Qt.Key.Key_F5)
    assert card.form.draft()["number"] == "13328254125"
    assert "打进来" in card.form.notice.text()
    driver.key(Qt.Key.Key_F5)
    assert card.form.draft()["number"] == "13328254125", "what is typed is not replaced"
    driver.key(Qt.Key.Key_K, driver.ALT)
    driver.key(Qt.Key.Key_F5)
    assert card.form.draft()["number"] == "13800138000"


def test_a_room_typed_while_the_file_was_busy_is_looked_up_when_it_answers(
    driver: Any, qtbot: QtBot, file: Path, held: Any
) -> None:
    driver.sign_in()
    driver.key(Qt.Key.Key_F5)
    card = driver.page("call").form
    with held(file):
        driver.enter("321102")
        assert card.unit_id() is None
    qtbot.waitUntil(lambda: card.unit_id() is not None, timeout=6000)
    assert card.form.draft()["unit_no"] == "3-2-1102"
    assert card.form.draft()["caller"] == "张晓敏"


def test_a_correction_has_the_letters_of_the_form_and_asks_about_a_room_that_there_is_none(
    driver: Any,
) -> None:
    driver.sign_in()
    call = driver.app.desk.calls.log(NewCall("灯坏了", "C", unit_no="3-2-1102"))
    driver.app.window.show_page("call")
    page = driver.page("call")
    page.open_record(call.id)
    page.record.take("correct")
    letters = page.form.form.letters()
    assert {name: letters[name] for name in ("unit_no", "reason", "caller", "number")} == {
        name: page.record._form.letters()[name] for name in ("unit_no", "reason", "caller", "number")
    }
    page.record._form.put_cursor("unit_no")
    driver.key(Qt.Key.Key_D, driver.ALT)
    assert page.record._form.draft()["unit_no"] == "3-2-1102", "Alt and a letter is a key, never text"
    driver.keys("9-9-9")
    driver.save()
    assert "没有“9-9-9”这个房间" in page.record._form.faults()["unit_no"]
    assert driver.app.desk.calls.get(call.id).unit_no == "3-2-1102"
    driver.save()
    assert driver.app.desk.calls.get(call.id).unit_no == "9-9-9"


def test_the_caller_display_names_who_has_the_number_alone(driver: Any) -> None:
    desk = driver.app.desk
    driver.sign_in()
    unit = desk.estate.unit_by_no("8-3-2004")
    desk.estate.add_resident(NewResident(unit.id, "喆赟", "family", ("13328254125",)))
    driver.app.incoming("13328254125")
    typed = driver.page("call").form.form.draft()
    assert (typed["unit_no"], typed["caller"], typed["number"]) == ("8-3-2004", "喆赟", "13328254125")
    driver.key(Qt.Key.Key_K, driver.ALT)
    driver.page("call").show_unit(unit.id)
    assert driver.page("call").form.form.draft()["caller"] == "王𬱖", "whose household it is"
    driver.page("call").form.form.put_cursor("number")
    driver.keys("d")
    driver.page("call").form.form.put_cursor("reason")
    driver.enter("灯坏了")
    driver.keys("c")
    driver.save()
    assert "没有数字" in driver.page("call").form.form.faults()["number"]
