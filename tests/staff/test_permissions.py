"""What each role may do with the staff and the settings, told anew from roles.md."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import PROGRAM, Actor, Permission
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.settings import ESTATE_NAME
from frontdesk.desk import Desk, open_desk
from frontdesk.forms.printers import PrinterChoice
from frontdesk.staff.permissions import ROLES, is_role, role_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

P = Permission
WRITING = {P.WRITE_CALLS, P.WRITE_ORDERS, P.KEEP_ESTATE, P.CORRECT_OWN, P.CORRECT_ANY}
CLERKS = {"clerk", "housekeeper", "housekeeper_assistant", "supervisor", "department_manager"}


def who_may(permission: Permission) -> set[str]:
    return {role.key for role in ROLES if permission in role.permissions}


def test_the_roles_are_those_of_the_house() -> None:
    assert {role.key: role.label for role in ROLES} == {
        "clerk": "前台值班员",
        "mail_carrier": "送报员",
        "housekeeper": "区域管家",
        "housekeeper_assistant": "管家助理",
        "supervisor": "客服主管",
        "department_manager": "客服部经理",
        "department_head": "部门负责人",
        "property_manager": "物业部经理",
        "general_manager": "项目总经理",
        "finance": "财务",
        "administrator": "系统管理员",
    }
    assert is_role("clerk")
    assert not is_role("program")


def test_clerks_and_those_above_them_write_in_the_registers() -> None:
    for permission in (P.WRITE_CALLS, P.WRITE_ORDERS, P.KEEP_ESTATE, P.CORRECT_OWN):
        assert who_may(permission) == CLERKS


def test_the_administrator_sets_up_printers_but_prints_no_entry_of_a_register() -> None:
    assert who_may(P.SET_UP_PRINTERS) == {"administrator"}
    assert who_may(P.PRINT) == CLERKS | {"property_manager", "general_manager"}


def test_a_department_head_has_nothing_to_do_until_complaints_come() -> None:
    assert role_of("department_head").permissions == role_of("mail_carrier").permissions == frozenset()


def test_only_supervisors_correct_what_is_not_their_own() -> None:
    assert who_may(P.CORRECT_ANY) == {"supervisor", "department_manager"}


def test_finance_reads_orders_keeps_the_prices_receives_lists_and_money_and_does_nothing_else() -> None:
    assert role_of("finance").permissions == {
        P.READ_ORDERS,
        P.KEEP_PRICES,
        P.RECEIVE_FINANCE_LISTS,
        P.TAKE_MONEY,
    }


def test_r_order_21_housekeepers_and_finance_take_money_and_no_clerk() -> None:
    assert who_may(P.TAKE_MONEY) == {"housekeeper", "finance", "supervisor", "department_manager"}


def test_prices_are_kept_by_finance_and_supervisors_and_lists_received_by_finance_alone() -> None:
    assert who_may(P.KEEP_PRICES) == {"finance", "supervisor", "department_manager"}
    assert who_may(P.RECEIVE_FINANCE_LISTS) == {"finance"}


def test_clerks_keep_the_keys_and_each_manager_signs_one_step() -> None:
    """R-KEY-3, R-KEY-4, R-KEY-6."""
    assert who_may(P.WRITE_KEYS) == CLERKS
    assert who_may(P.REVIEW_KEYS) == {"department_manager"}
    assert who_may(P.APPROVE_KEYS) == {"property_manager"}
    assert who_may(P.AUTHORISE_SPARES) == {"general_manager"}


def test_the_administrator_keeps_the_house_but_makes_no_register_entry() -> None:
    may = role_of("administrator").permissions
    assert may >= {P.KEEP_STAFF, P.KEEP_SETTINGS, P.IMPORT}
    assert not may & WRITING
    assert who_may(P.KEEP_STAFF) == who_may(P.KEEP_SETTINGS) == who_may(P.IMPORT) == {"administrator"}


def test_residents_data_leaves_the_house_through_supervisors_and_the_administrator_only() -> None:
    assert who_may(P.EXPORT) == {"supervisor", "department_manager", "administrator"}


# Each command of the service against each role: it goes through, or NotAllowedError; nothing between.
COMMANDS: dict[str, tuple[Callable[[Desk, int], object], set[str]]] = {
    "add_person": (lambda desk, _: desk.staff.add_person(next(NAMES), "clerk", "123456"), {"administrator"}),
    "correct_person": (
        lambda desk, person: desk.staff.correct_person(person, name=next(NAMES), role="clerk"),
        {"administrator"},
    ),
    "set_secret": (lambda desk, person: desk.staff.set_secret(person, "123456"), {"administrator"}),
    "withdraw_person": (lambda desk, person: desk.staff.withdraw_person(person, "离职"), {"administrator"}),
    "remembered": (
        lambda desk, _: desk.printers.remembered("F-ORDER"),
        CLERKS | {"property_manager", "general_manager", "administrator", "finance"},
    ),
    "remember": (
        lambda desk, _: desk.printers.remember("F-ORDER", PrinterChoice(next(NAMES))),
        CLERKS | {"property_manager", "general_manager", "administrator", "finance"},
    ),
    "put a setting": (lambda desk, _: desk.context.settings.put(ESTATE_NAME, "富成花园"), {"administrator"}),
}
NAMES = (f"赟喆{number}" for number in itertools.count())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = open_desk(tmp_path_factory.mktemp("house") / "desk", create=True)
    yield desk
    desk.close()


@pytest.mark.parametrize("role", [role.key for role in ROLES])
@pytest.mark.parametrize("command", COMMANDS)
def test_each_role_at_each_command_of_the_staff(house: Desk, role: str, command: str) -> None:
    run, allowed = COMMANDS[command]
    house.context.actor = PROGRAM
    person = house.staff.add_person(next(NAMES), "clerk", "123456")
    house.context.actor = Actor(None, "某人", role, role_of(role).permissions)
    if role in allowed:
        run(house, person.id)
    else:
        with pytest.raises(NotAllowedError):
            run(house, person.id)


@pytest.mark.parametrize("command", COMMANDS)
def test_nobody_signed_in_may_do_nothing(house: Desk, command: str) -> None:
    house.context.actor = PROGRAM
    person = house.staff.add_person(next(NAMES), "clerk", "123456")
    house.staff.sign_out()
    with pytest.raises(NotAllowedError, match="请先登录"):
        COMMANDS[command][0](house, person.id)


def test_a_role_that_the_house_does_not_know_is_refused(house: Desk) -> None:
    house.context.actor = PROGRAM
    with pytest.raises(RefusedError) as refused:
        house.staff.add_person(next(NAMES), "program", "123456")
    assert refused.value.field == "role"
