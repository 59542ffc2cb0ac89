"""Drafts that meet: one typed while the older could not be read, one of a step that is gone, one of a setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt

from frontdesk.core.paths import DATABASE_NAME
from frontdesk.core.settings import ESTATE_ADDRESS

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

PASSWORD = "administrator-1"


def test_what_is_typed_before_the_older_draft_can_be_read_does_not_take_its_place(
    driver: Any, qtbot: QtBot, estate_folder: Path, held: Any
) -> None:
    driver.sign_in()
    desk, card = driver.app.desk, driver.page("call").form
    with desk.context.read() as session:
        session.connection().connection.driver_connection.execute("PRAGMA busy_timeout = 30")
    driver.key(Qt.Key.Key_F5)
    card.form.put_cursor("reason")
    driver.keys("昨天没写完的：赟的车位")
    driver.app.change_person()
    driver.sign_in("李慕颖")
    driver.app.change_person()
    person = next(person for person in desk.staff.people() if person.name == "陈晓婧")
    desk.staff.sign_in(person.id, "246810")
    with held(estate_folder / DATABASE_NAME):
        driver.app.signed_in()
        card.form.put_cursor("reason")
        driver.enter("今天新来的")
        driver.keys("c")
        card.draft.keep()
    driver.save()
    qtbot.waitUntil(lambda: desk.calls.counts().received == 1, timeout=6000)
    assert desk.calls.get(1).reason == "今天新来的"
    qtbot.waitUntil(lambda: card.form.draft().get("reason") == "昨天没写完的：赟的车位")
    assert "没存完" in card.form.notice.text()


def test_a_step_that_the_record_has_no_more_takes_its_draft_along(driver: Any, qtbot: QtBot) -> None:
    driver.sign_in()
    order_id = driver.issue_order()
    desk, page = driver.app.desk, driver.page("service_order")
    page.record.take("dispatch")
    page.record._form.editor(page.record._asking.fields[0].name).set_draft("马强")
    page.record.draft.keep()
    draft = f"service_order:{order_id}:dispatch"
    assert desk.drafts.latest(draft) is not None
    driver.key(Qt.Key.Key_Escape)
    assert desk.drafts.latest(draft) is not None
    desk.orders.void(order_id, "住户取消")
    page.refresh()
    assert desk.drafts.latest(draft) is None


def test_a_setting_half_typed_waits_for_its_writer(driver: Any) -> None:
    desk, window = driver.app.desk, driver.app.window
    people = {person.name: person.id for person in desk.staff.people()}

    def administrator() -> Any:
        desk.staff.sign_in(people["林雅"], PASSWORD)
        driver.app.signed_in()
        window.show_page("settings")
        return driver.page("settings").section("公司")

    editor = administrator().form.editor(ESTATE_ADDRESS.name)
    editor.put_cursor()
    driver.keys("23 Peach Lane")
    driver.app.change_person()
    driver.sign_in()
    window.show_page("settings")
    driver.app.change_person()
    section = administrator()
    assert section.form.draft()[ESTATE_ADDRESS.name] == "23 Peach Lane"
    assert "没存完" in section.form.notice.text()
    section.save()
    assert desk.context.settings.get(ESTATE_ADDRESS) == "23 Peach Lane"
    assert desk.drafts.latest("settings:公司") is None


def test_a_person_half_changed_waits_while_another_is_looked_at_and_keeps_no_secret(driver: Any) -> None:
    desk = driver.app.desk
    people = {person.name: person.id for person in desk.staff.people()}
    desk.staff.sign_in(people["林雅"], PASSWORD)
    driver.app.signed_in()
    driver.app.window.show_page("settings")
    section = driver.page("settings").section("人员")
    section.table.select_id(people["陈晓婧"])
    section.form.editor("department").put_cursor()
    driver.keys("Desk")
    section.form.editor("secret").put_cursor()
    driver.keys("975310")
    section.table.select_id(people["李慕颖"])
    kept = desk.drafts.latest(f"settings:人员:{people['陈晓婧']}")
    assert dict(kept.content) == {"department": "Desk"}
    section.table.select_id(people["陈晓婧"])
    assert section.form.draft()["department"] == "Desk"
    assert section.form.values()["secret"] is None
    section.save()
    assert desk.drafts.latest(kept.page) is None
    assert next(row for row in desk.staff.people() if row.name == "陈晓婧").department == "Desk"
