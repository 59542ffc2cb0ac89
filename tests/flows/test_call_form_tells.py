"""What stands at the head of 新来电, and what a correction that corrects nothing answers."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt


def test_the_form_names_who_is_signed_in(driver: Any) -> None:
    driver.sign_in()
    driver.key(Qt.Key.Key_F5)
    form = driver.page("call").form
    assert form.remark.whole_text() == "陈晓婧"
    driver.app.change_person()
    driver.sign_in("李慕颖")
    assert form.remark.whole_text() == "李慕颖"


def test_an_emptied_form_tells_of_no_draft(driver: Any) -> None:
    driver.sign_in()
    driver.key(Qt.Key.Key_F5)
    form = driver.page("call").form
    form.form.put_cursor("reason")
    driver.keys("灯不亮")
    form.draft.keep()
    assert form.remark.whole_text() == "草稿已存"
    form.draft.clear()
    assert form.remark.whole_text() == "陈晓婧"


def test_that_a_call_was_saved_is_read_whole_at_1366(driver: Any) -> None:
    driver.app.window.resize(1366, 768)
    driver.sign_in()
    driver.key(Qt.Key.Key_F5)
    form = driver.page("call").form
    form.form.put_cursor("reason")
    driver.keys("灯不亮")
    form.form.put_cursor("category")
    driver.keys("c")
    driver.save()
    assert form.remark.whole_text().startswith("已存")
    form.remark.repaint()
    assert form.remark.width() >= form.remark.fontMetrics().horizontalAdvance(form.remark.whole_text())


def test_a_correction_without_a_change_says_so_and_writes_nothing(driver: Any) -> None:
    driver.sign_in()
    driver.key(Qt.Key.Key_F5)
    form = driver.page("call").form
    form.form.put_cursor("reason")
    driver.keys("灯不亮")
    form.form.put_cursor("category")
    driver.keys("c")
    form.form.put_cursor("promised_at")
    driver.keys("+2h")
    driver.save()
    call = driver.app.desk.calls.get(1)
    page = driver.page("call")
    page.open_record(1)
    page.record.take("correct")
    driver.save()
    assert page.record.is_asking()
    assert driver.app.desk.calls.get(1) == call
