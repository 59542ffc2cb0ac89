"""Who sits at the desk is proven by PIN or password; wrong ones make a growing wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from frontdesk.core.database import Database
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.model import JournalLine
from frontdesk.core.settings import COMPANY_NAME, ESTATE_NAME
from frontdesk.desk import Desk, open_desk
from frontdesk.staff.model import Person
from frontdesk.staff.secrets import hashed, matches, wait_after, wait_in_words, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from frontdesk.core.clock import FixedClock
    from frontdesk.staff.service import PersonRow

PASSWORD = "correct horse 喆"


@pytest.fixture
def new(tmp_path: Path, clock: FixedClock) -> Iterator[Desk]:
    desk = open_desk(tmp_path / "desk", create=True, clock=clock)
    yield desk
    desk.close()


@pytest.fixture
def house(new: Desk) -> Desk:
    """A desk after its first start, the administrator signed in."""
    new.staff.first_start("富成物业", "富成花园", "李㛃", PASSWORD)
    return new


@pytest.fixture
def clerk(house: Desk) -> PersonRow:
    return house.staff.add_person("陈晓婧", "clerk", "246810", department="客服部")


def try_wrong(desk: Desk, person: PersonRow, times: int) -> str:
    told = ""
    for _ in range(times):
        with pytest.raises(RefusedError) as refused:
            desk.staff.sign_in(person.id, "000000")
        assert refused.value.field == "secret"
        told = refused.value.message
    return told


def test_first_start_names_the_estate_and_signs_the_administrator_in(new: Desk) -> None:
    assert new.staff.is_new
    actor = new.staff.first_start(" 富成物业 ", "富成花园", "李㛃", PASSWORD)
    assert new.context.actor is actor
    assert (actor.name, actor.role) == ("李㛃", "administrator")
    assert not new.staff.is_new
    assert new.context.settings.get(COMPANY_NAME) == "富成物业"
    assert new.context.settings.get(ESTATE_NAME) == "富成花园"


def test_first_start_is_all_or_nothing(new: Desk) -> None:
    def fails(work: object) -> None:
        raise ZeroDivisionError

    new.staff.at_first_start.append(fails)
    with pytest.raises(ZeroDivisionError):
        new.staff.first_start("富成物业", "富成花园", "李㛃", PASSWORD)
    assert new.staff.is_new
    assert new.context.actor is None
    new.context.settings.load()
    assert new.context.settings.get(ESTATE_NAME) == ""


@pytest.mark.parametrize(
    ("estate", "name", "password", "field"),
    [
        ("", "李㛃", PASSWORD, "estate"),
        ("富成花园", " ", PASSWORD, "name"),
        ("富成花园", "李" * 41, PASSWORD, "name"),
        ("富成花园", "李㛃", "1234567", "secret"),
        ("富成花园", "李㛃", "x" * 129, "secret"),
    ],
)
def test_first_start_says_which_field_will_not_do(
    new: Desk, estate: str, name: str, password: str, field: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        new.staff.first_start("富成物业", estate, name, password)
    assert refused.value.field == field
    assert new.staff.is_new


def test_a_desk_with_an_administrator_has_no_second_first_start(house: Desk) -> None:
    with pytest.raises(RefusedError):
        house.staff.first_start("别家", "别的小区", "王某", PASSWORD)
    assert house.context.settings.get(ESTATE_NAME) == "富成花园"


def test_the_right_pin_changes_who_is_signed_in(house: Desk, clerk: PersonRow) -> None:
    actor = house.staff.sign_in(clerk.id, "246810")
    assert house.context.actor == actor
    assert (actor.person_id, actor.name, actor.role) == (clerk.id, "陈晓婧", "clerk")


def test_a_pin_typed_in_full_width_is_the_same_pin(house: Desk, clerk: PersonRow) -> None:
    assert house.staff.sign_in(clerk.id, "２４６８１０").name == "陈晓婧"


def test_two_people_may_have_the_same_pin(house: Desk, clerk: PersonRow) -> None:
    other = house.staff.add_person("赟喆", "clerk", "246810")
    assert house.staff.sign_in(other.id, "246810").name == "赟喆"
    assert house.staff.sign_in(clerk.id, "246810").name == "陈晓婧"
    assert hashed("246810") != hashed("246810")


def test_a_wrong_pin_leaves_whoever_was_signed_in(house: Desk, clerk: PersonRow) -> None:
    before = house.context.actor
    assert try_wrong(house, clerk, 1) == "PIN 码不对，还可以试 4 次。"
    assert house.context.actor == before


def test_after_five_wrong_pins_even_the_right_one_waits_a_quarter_of_an_hour(
    house: Desk, clerk: PersonRow, clock: FixedClock
) -> None:
    assert "15 分钟" in try_wrong(house, clerk, 5)
    clock.advance(timedelta(minutes=14, seconds=59))
    with pytest.raises(RefusedError, match="请 1 分钟后再试"):
        house.staff.sign_in(clerk.id, "246810")
    clock.advance(timedelta(seconds=1))
    assert house.staff.sign_in(clerk.id, "246810").name == "陈晓婧"


def test_the_wait_doubles_with_each_further_wrong_pin(
    house: Desk, clerk: PersonRow, clock: FixedClock
) -> None:
    try_wrong(house, clerk, 5)
    clock.advance(timedelta(minutes=15))
    assert "30 分钟" in try_wrong(house, clerk, 1)
    clock.advance(timedelta(minutes=30))
    assert "1 小时" in try_wrong(house, clerk, 1)


def test_a_try_during_the_wait_does_not_lengthen_it(house: Desk, clerk: PersonRow, clock: FixedClock) -> None:
    try_wrong(house, clerk, 5)
    clock.advance(timedelta(minutes=10))
    try_wrong(house, clerk, 3)
    assert house.staff.wait(clerk.id) == timedelta(minutes=5)


def test_the_right_pin_makes_all_five_tries_free_again(house: Desk, clerk: PersonRow) -> None:
    try_wrong(house, clerk, 4)
    house.staff.sign_in(clerk.id, "246810")
    assert try_wrong(house, clerk, 1) == "PIN 码不对，还可以试 4 次。"


def test_one_persons_wait_is_nobody_elses(house: Desk, clerk: PersonRow) -> None:
    other = house.staff.add_person("周雨桐", "clerk", "135791")
    try_wrong(house, clerk, 5)
    assert house.staff.sign_in(other.id, "135791").name == "周雨桐"


def test_the_wait_survives_a_restart(
    house: Desk, clerk: PersonRow, clock: FixedClock, tmp_path: Path
) -> None:
    try_wrong(house, clerk, 5)
    house.close()
    again = open_desk(tmp_path / "desk", clock=clock)
    assert again.staff.wait(clerk.id) == timedelta(minutes=15)
    with pytest.raises(RefusedError):
        again.staff.sign_in(clerk.id, "246810")
    again.close()


def test_a_clock_set_back_neither_frees_nor_locks_for_ever(
    house: Desk, clerk: PersonRow, clock: FixedClock
) -> None:
    try_wrong(house, clerk, 5)
    clock.put(datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(RefusedError, match="15 分钟"):
        house.staff.sign_in(clerk.id, "246810")
    clock.advance(timedelta(minutes=15))
    assert house.staff.sign_in(clerk.id, "246810").name == "陈晓婧"


def test_a_new_pin_from_the_administrator_ends_the_wait(house: Desk, clerk: PersonRow) -> None:
    try_wrong(house, clerk, 5)
    house.staff.set_secret(clerk.id, "112233")
    assert house.staff.sign_in(clerk.id, "112233").name == "陈晓婧"


def test_changing_ones_own_pin_asks_for_the_old_one(house: Desk, clerk: PersonRow) -> None:
    house.staff.sign_in(clerk.id, "246810")
    with pytest.raises(RefusedError, match="还可以试 4 次"):
        house.staff.change_own_secret("000000", "112233")
    house.staff.change_own_secret("246810", "112233")
    assert house.staff.sign_in(clerk.id, "112233").name == "陈晓婧"
    with pytest.raises(RefusedError):
        house.staff.sign_in(clerk.id, "246810")


def test_nobody_signed_in_has_no_pin_to_change(house: Desk) -> None:
    house.staff.sign_out()
    assert house.context.actor is None
    with pytest.raises(NotAllowedError):
        house.staff.change_own_secret("246810", "112233")


@pytest.mark.parametrize("pin", ["12345", "1234567", "abcdef", "", "12 456", "一二三四五六"])
def test_a_pin_has_six_digits(house: Desk, pin: str) -> None:
    with pytest.raises(RefusedError) as refused:
        house.staff.add_person("吴倩", "clerk", pin)
    assert refused.value.field == "secret"


@pytest.mark.parametrize(
    "role", ["department_manager", "department_head", "property_manager", "general_manager", "administrator"]
)
def test_a_manager_signs_in_by_password(house: Desk, role: str) -> None:
    with pytest.raises(RefusedError, match="至少 8 个字符"):
        house.staff.add_person("孙浩", role, "123456")
    person = house.staff.add_person("孙浩", role, "long enough")
    assert person.by_password
    assert house.staff.sign_in(person.id, "long enough").role == role


def test_no_secret_stands_in_the_file_or_in_the_journal(house: Desk, clerk: PersonRow) -> None:
    house.staff.set_secret(clerk.id, "975313")
    with house.context.read() as session:
        kept = session.scalars(select(Person.pin_hash)).all()
        journal = session.scalars(select(JournalLine.content)).all()
    assert all(text.startswith("$argon2id$") for text in kept)
    assert not any("246810" in text or "975313" in text or "$argon2" in text for text in journal)
    assert sum("pin_hash" in text for text in journal) == 3


def test_who_left_cannot_sign_in_and_the_name_is_free_again(house: Desk, clerk: PersonRow) -> None:
    house.staff.withdraw_person(clerk.id, "离职")
    assert "陈晓婧" not in [person.name for person in house.staff.people()]
    with pytest.raises(RefusedError, match="已停用"):
        house.staff.sign_in(clerk.id, "246810")
    assert house.staff.add_person("陈晓婧", "clerk", "246810").id != clerk.id


def test_withdrawing_asks_for_a_reason(house: Desk, clerk: PersonRow) -> None:
    with pytest.raises(RefusedError) as refused:
        house.staff.withdraw_person(clerk.id, " ")
    assert refused.value.field == "reason"


def test_two_people_at_the_desk_cannot_bear_one_name(house: Desk, clerk: PersonRow) -> None:
    with pytest.raises(RefusedError, match="陈晓婧（二）"):
        house.staff.add_person("陈晓婧 ", "clerk", "135791")


def test_the_last_administrator_stays(house: Desk) -> None:
    admin = next(person for person in house.staff.people() if person.role == "administrator")
    with pytest.raises(RefusedError, match="最后一位"):
        house.staff.withdraw_person(admin.id, "离职")
    with pytest.raises(RefusedError, match="最后一位"):
        house.staff.correct_person(admin.id, name="李㛃", role="clerk", secret="123456")
    house.staff.add_person("王𬱖", "administrator", "another one")
    house.staff.withdraw_person(admin.id, "离职")
    assert house.context.actor is None


def test_a_clerk_who_becomes_a_manager_needs_a_password(house: Desk, clerk: PersonRow) -> None:
    with pytest.raises(RefusedError) as refused:
        house.staff.correct_person(clerk.id, name="陈晓婧", role="department_manager")
    assert refused.value.field == "secret"
    row = house.staff.correct_person(
        clerk.id, name="陈晓婧", role="department_manager", secret="long enough", reason="升职"
    )
    assert (row.role, row.role_label) == ("department_manager", "客服部经理")
    assert house.staff.sign_in(clerk.id, "long enough").role == "department_manager"


def test_correcting_oneself_changes_at_once_what_stands_on_new_entries(house: Desk) -> None:
    admin = house.staff.people()[0]
    house.staff.correct_person(admin.id, name="李㛃㛃", role="administrator")
    assert house.context.actor is not None
    assert house.context.actor.name == "李㛃㛃"


def test_the_chooser_lists_clerks_first(house: Desk, clerk: PersonRow) -> None:
    house.staff.add_person("财务张", "finance", "123456")
    house.staff.add_person("主管王", "supervisor", "123456")
    assert [person.role for person in house.staff.people()] == [
        "clerk",
        "supervisor",
        "finance",
        "administrator",
    ]


def test_a_folder_that_can_only_be_read_still_lets_people_in(
    house: Desk, clerk: PersonRow, clock: FixedClock
) -> None:
    try_wrong(house, clerk, 1)
    house.close()
    desk = Desk(house.folder, Database(house.database.path, read_only=True), clock)
    with pytest.raises(RefusedError, match="PIN 码不对。"):
        desk.staff.sign_in(clerk.id, "000000")
    assert desk.staff.sign_in(clerk.id, "246810").name == "陈晓婧"
    desk.close()


def test_waits_are_capped_at_a_day() -> None:
    minutes = [wait_after(failures) // timedelta(minutes=1) for failures in range(4, 13)]
    assert minutes == [0, 15, 30, 60, 120, 240, 480, 960, 1440]
    assert wait_after(10**6) == timedelta(days=1)


def test_a_wait_is_never_longer_than_it_was_set() -> None:
    now = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    assert wait_until(now + timedelta(minutes=3), 5, now) == now + timedelta(minutes=3)
    assert wait_until(now + timedelta(days=900), 5, now) == now + timedelta(minutes=15)


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(seconds=1), "1 分钟"),
        (timedelta(minutes=14, seconds=1), "15 分钟"),
        (timedelta(minutes=60), "1 小时"),
        (timedelta(minutes=61), "1 小时 1 分钟"),
    ],
)
def test_waits_are_told_in_words_rounded_up(span: timedelta, told: str) -> None:
    assert wait_in_words(span) == told


def test_an_endless_secret_is_refused_without_hashing_it() -> None:
    assert not matches("1" * 129, "not even a hash")


def test_half_a_character_in_a_secret_is_wrong_not_a_crash(house: Desk, clerk: PersonRow) -> None:
    with pytest.raises(RefusedError, match="不对"):
        house.staff.sign_in(clerk.id, "24681\ud83d")


@pytest.mark.parametrize("name", ["陈\u200b晓婧", "\u202e陈晓婧", "系统", " 系统 "])
def test_a_name_that_passes_for_another_is_refused(house: Desk, name: str) -> None:
    with pytest.raises(RefusedError) as refused:
        house.staff.add_person(name, "clerk", "246810")
    assert refused.value.field == "name"
    assert house.staff.add_person("陈㛃䶮𬱖", "clerk", "246810").name == "陈㛃䶮𬱖"
