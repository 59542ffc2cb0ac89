"""The roles of the house and what each may do (`roles.md`).

To add a role: one line in ROLES, and one in the table of tests/staff/test_permissions.py.
"""

from __future__ import annotations

from dataclasses import dataclass

from frontdesk.core.actor import Permission


@dataclass(frozen=True)
class Role:
    """One role. `by_password`: signs in with a password of eight characters or more, not a six-digit PIN."""

    key: str
    label: str
    permissions: frozenset[Permission]
    by_password: bool = False


_READER = frozenset({Permission.READ_REGISTERS, Permission.READ_ORDERS})
_CLERK = _READER | {
    Permission.WRITE_CALLS,
    Permission.WRITE_ORDERS,
    Permission.KEEP_ESTATE,
    Permission.PRINT,
    Permission.CORRECT_OWN,
    Permission.WRITE_KEYS,
}
# Visits and duns an area, and takes money against a receipt (R-ORDER-21).
_HOUSEKEEPER = _CLERK | {Permission.SEE_FULL_TELEPHONES, Permission.TAKE_MONEY}
_SUPERVISOR = _HOUSEKEEPER | {
    Permission.CORRECT_ANY,
    Permission.REPORTS,
    Permission.EXPORT,
    Permission.KEEP_PRICES,
}
_APPROVER = _READER | {Permission.PRINT, Permission.SEE_FULL_TELEPHONES, Permission.REPORTS}
_FINANCE = frozenset(
    {
        Permission.READ_ORDERS,
        Permission.KEEP_PRICES,
        Permission.RECEIVE_FINANCE_LISTS,
        Permission.TAKE_MONEY,
    }
)
_ADMINISTRATOR = _READER | {
    Permission.SET_UP_PRINTERS,
    Permission.IMPORT,
    Permission.EXPORT,
    Permission.KEEP_STAFF,
    Permission.KEEP_SETTINGS,
}

ROLES: tuple[Role, ...] = (
    Role("clerk", "前台值班员", _CLERK),
    Role("mail_carrier", "送报员", frozenset()),  # the mail and paper registers come with their own
    Role("housekeeper", "区域管家", _HOUSEKEEPER),
    Role("housekeeper_assistant", "管家助理", _CLERK),
    Role("supervisor", "客服主管", _SUPERVISOR),
    Role("department_manager", "客服部经理", _SUPERVISOR | {Permission.REVIEW_KEYS}, by_password=True),
    Role("department_head", "部门负责人", frozenset(), by_password=True),  # until complaints come
    Role("property_manager", "物业部经理", _APPROVER | {Permission.APPROVE_KEYS}, by_password=True),
    Role("general_manager", "项目总经理", _APPROVER | {Permission.AUTHORISE_SPARES}, by_password=True),
    Role("finance", "财务", _FINANCE),
    Role("administrator", "系统管理员", _ADMINISTRATOR, by_password=True),
)
ADMINISTRATOR = "administrator"

_BY_KEY = {role.key: role for role in ROLES}


def role_of(key: str) -> Role:
    """The role of that key. Raises KeyError when there is none."""
    return _BY_KEY[key]


def is_role(key: str) -> bool:
    """Whether the house knows such a role."""
    return key in _BY_KEY
