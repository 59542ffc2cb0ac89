"""What must not move or vanish under a clerk's hands: the cursor, the sentence that says why, the key bar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication

from frontdesk.core.errors import SurroundingsError
from frontdesk.core.fields import Field, Kind
from frontdesk.orders.register import NewLine
from ui.widgets.price_lines import PriceLinesEditor

if TYPE_CHECKING:
    from ui.app import DeskApp

FULL = "磁盘已满，本次没有写入；已有记录完好，内容仍在窗口里。请腾出空间后再保存一次。"


@pytest.mark.parametrize("page", ["call", "service_order", "message"])
def test_a_number_from_outside_moves_neither_page_nor_cursor_while_something_is_typed(
    driver: Any, page: str
) -> None:
    driver.sign_in()
    shown = driver.app.window.show_page(page)
    form = shown.form.form
    name = {"call": "reason", "service_order": "content", "message": "text"}[page]
    form.put_cursor(name)
    driver.keys("厨房漏水")
    driver.app.incoming("13800138000")
    driver.keys("很急")
    assert driver.app.window.current_name() == page
    assert form.draft()[name] == "厨房漏水很急"
    assert "13800138000" in driver.app.window.notice.text()
    assert driver.page("call").form.is_empty() == (page != "call")


def test_a_number_from_outside_begins_a_call_where_nothing_is_typed(driver: Any) -> None:
    driver.sign_in()
    driver.app.window.show_page("service_order")
    driver.app.incoming("13800138001")
    assert driver.app.window.current_name() == "call"
    assert driver.page("call").form.draft.typed()["number"] == "13800138001"


@pytest.mark.parametrize("key", ["save", "order", "draft"])
def test_a_full_disk_is_told_where_it_can_be_seen(
    driver: Any, desk_app: DeskApp, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    def full(*_args: Any) -> None:
        raise SurroundingsError(FULL)

    driver.sign_in()
    desk_app.window.resize(1366, 768)
    form = driver.page("call").form.form
    driver.enter("1102")
    form.put_cursor("reason")
    driver.enter("厨房漏水")
    driver.keys("c")
    assert desk_app.desk is not None
    for owner, name in ((desk_app.desk.calls, "log"), (desk_app.desk.calls, "log_with_order")):
        monkeypatch.setattr(owner, name, full)
    monkeypatch.setattr(desk_app.desk.drafts, "save", full)
    if key == "draft":
        driver.page("call").form.draft.keep()
    else:
        driver.key(Qt.Key.Key_Return if key == "save" else Qt.Key.Key_F8, _modifier(key))
    QApplication.processEvents()
    assert form.notice.text() == FULL
    assert in_full_view(form.notice, desk_app.window)


def in_full_view(widget: Any, window: Any) -> bool:
    """Whether no part of a widget is cut off by what it stands in."""
    whole = QRect(QPoint(0, 0), widget.size())
    inside = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    return widget.visibleRegion().boundingRect() == whole and window.rect().contains(inside)


def _modifier(key: str) -> Qt.KeyboardModifier:
    return Qt.KeyboardModifier.ControlModifier if key == "save" else Qt.KeyboardModifier.NoModifier


def test_who_may_write_no_calls_sees_tables_and_no_form(driver: Any, desk_app: DeskApp) -> None:
    assert desk_app.desk is not None
    admin = next(person for person in desk_app.desk.staff.people() if person.name == "林雅")
    desk_app.desk.staff.sign_in(admin.id, "administrator-1")
    desk_app.signed_in()
    assert desk_app.window.current_name() == "settings"
    for name in ("call", "service_order", "message"):
        page = driver.app.window.show_page(name)
        assert page.panel.isVisible()
        assert not page.form.isVisible()
        assert not {action.id for action in page.key_actions()} & {"save", "new", "order", "clear"}


def test_the_void_of_a_returned_order_is_offered_to_a_supervisor_only(driver: Any, desk_app: DeskApp) -> None:
    driver.sign_in()
    order_id = driver.issue_order()
    assert desk_app.desk is not None
    orders = desk_app.desk.orders
    orders.dispatch(order_id, "李建国")
    orders.arrive(order_id)
    orders.finish(order_id, "已疏通", ())
    orders.return_order(order_id, "", 0)
    page = driver.page("service_order")
    page.open_record(order_id)
    assert "void" not in {step.name for step in page.record._steps()}
    desk_app.change_person()
    driver.sign_in("钱伟")
    page.open_record(order_id)
    assert "void" in {step.name for step in page.record._steps()}


@pytest.mark.parametrize("behind", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_typed_behind_the_pin_does_not_land_in_the_call(
    driver: Any, desk_app: DeskApp, behind: Qt.Key
) -> None:
    view = desk_app.window._layers.currentWidget()
    assert desk_app.desk is not None
    clerk = next(person for person in desk_app.desk.staff.people() if person.name == "陈晓婧")
    people = view._chooser._people
    people.set_people(people._people, clerk.id)
    for name in "246810":
        driver.keys(name)
    unit = driver.page("call").form.form.editor("unit_no")
    assert unit.inner.hasFocus()
    driver.key(behind)
    assert unit.inner.hasFocus()
    driver.keys("1")
    driver.key(Qt.Key.Key_Return)
    assert not unit.inner.hasFocus(), "only the first one is swallowed"


def test_on_account_asks_for_no_money_and_a_reason_is_asked_only_for_too_little(
    driver: Any, desk_app: DeskApp
) -> None:
    """R-ORDER-8: 签单 pays nothing at the desk."""
    driver.sign_in()
    order_id = driver.issue_order()
    assert desk_app.desk is not None
    orders = desk_app.desk.orders
    orders.dispatch(order_id, "李建国")
    orders.arrive(order_id)
    orders.finish(order_id, "已疏通", (NewLine("人工", 6000, 1500, "次"),))
    page = driver.page("service_order")
    page.open_record(order_id)
    page.record.take("return")
    form = page.record._form
    assert asked(form) == {"settlement", "paid_amount", "customer_signed_at"}
    form.put_cursor("paid_amount")
    driver.keys("50")
    assert "reason" in asked(form)
    form.put_cursor("settlement")
    driver.keys("2")
    assert asked(form) == {"settlement", "customer_signed_at"}
    assert form.values()["paid_amount"] == 0
    form.put_cursor("settlement")
    driver.keys("1")
    assert form.values()["paid_amount"] == 9000
    assert "reason" not in asked(form)


def asked(form: Any) -> set[str]:
    """The fields of a form that are in sight."""
    return {name for name, row in form._rows.items() if not row.isHidden()}


def test_the_item_of_a_price_line_has_room_for_its_words(qtbot: Any) -> None:
    editor = PriceLinesEditor(Field("lines", "收费项目", Kind.LONG_TEXT))
    qtbot.addWidget(editor)
    editor.resize(300, 200)
    editor.show()
    item, *rest = editor._lines[0].cells
    qtbot.waitUntil(lambda: item.width() >= 180)
    assert all(cell.width() >= 40 and cell.y() > item.y() for cell in rest)


def test_what_went_well_goes_by_itself_and_what_did_not_stays(
    driver: Any, desk_app: DeskApp, qtbot: Any
) -> None:
    window = desk_app.window
    window._passing.setInterval(30)
    driver.sign_in()
    window.say("已送到打印机。", "ok")
    qtbot.waitUntil(lambda: not window.notice.text())
    window.say("已存为 PDF。", "ok")
    window.show_page("service_order")
    assert not window.notice.text()
    window.say("打印机没有回应。", "danger")
    window.show_page("call")
    qtbot.wait(80)
    assert window.notice.text() == "打印机没有回应。"
    driver.key(Qt.Key.Key_Escape)
    assert not window.notice.text()
    window.say("打印机没有回应。", "danger")
    desk_app.change_person()
    assert not window.notice.text()


def test_the_finder_says_that_it_found_nothing_and_forgets_when_left(driver: Any, desk_app: DeskApp) -> None:
    driver.sign_in()
    driver.key(Qt.Key.Key_F2)
    finder = desk_app.window._finder
    driver.keys("zzzz")
    assert [line.title for line in finder.hits()] == ["没有找到“zzzz”"]
    driver.key(Qt.Key.Key_Return)
    assert finder.text() == "zzzz"
    driver.key(Qt.Key.Key_Escape)
    assert finder.text() == ""
    driver.keys("1102")
    desk_app.window.show_page("service_order")
    assert finder.text() == ""


def test_help_and_the_change_of_page_stand_in_the_key_bar_at_every_width(
    driver: Any, desk_app: DeskApp
) -> None:
    driver.sign_in()
    driver.key(Qt.Key.Key_F5)
    for width in (1366, 1024, 800, 640):
        desk_app.window.resize(width, 700)
        QApplication.processEvents()
        shown = desk_app.window.status_bar.hints.shown()
        assert {"", "help"} <= set(shown), width
        assert shown[0] == "save"  # of the form in view


@pytest.mark.parametrize(
    ("typed", "name"), [("2", "马强"), ("lj", "李建国"), ("王师傅", "王师傅"), ("", "李建国")]
)
def test_who_serves_is_found_by_number_initials_or_arrow_and_another_name_is_taken(
    driver: Any, desk_app: DeskApp, typed: str, name: str
) -> None:
    driver.sign_in()
    order_id = driver.issue_order()
    driver.save()
    if typed == "":
        driver.key(Qt.Key.Key_Down)
        box = driver.page("service_order").record._form.editor("service_person").box
        assert [line.title for line in box.hits()] == ["李建国", "马强"]
    else:
        driver.keys(typed)
    if typed in ("lj", ""):
        driver.key(Qt.Key.Key_Return)  # takes the hit, and the form waits for the next one
        driver.key(Qt.Key.Key_Return)
    else:
        driver.save()
    assert desk_app.desk is not None
    order = desk_app.desk.orders.get(order_id)
    assert (order.service_person, order.state) == (name, "dispatched")
