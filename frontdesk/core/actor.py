"""Who acts at the desk, and what that person may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Permission(Enum):
    """One kind of act. Which role may do what stands in `staff/permissions.py`."""

    READ_REGISTERS = "read_registers"
    WRITE_CALLS = "write_calls"
    WRITE_ORDERS = "write_orders"
    PRINT = "print"
    SET_UP_PRINTERS = "set_up_printers"
    CORRECT_OWN = "correct_own"
    CORRECT_ANY = "correct_any"
    READ_ORDERS = "read_orders"
    SEE_FULL_TELEPHONES = "see_full_telephones"
    KEEP_ESTATE = "keep_estate"
    IMPORT = "import"
    EXPORT = "export"
    KEEP_STAFF = "keep_staff"
    KEEP_SETTINGS = "keep_settings"
    REPORTS = "reports"
    KEEP_PRICES = "keep_prices"
    RECEIVE_FINANCE_LISTS = "receive_finance_lists"
    TAKE_MONEY = "take_money"
    WRITE_KEYS = "write_keys"
    REVIEW_KEYS = "review_keys"  # the first step of an application, and the register's new issue
    APPROVE_KEYS = "approve_keys"  # the second step, and the spot check
    AUTHORISE_SPARES = "authorise_spares"


@dataclass(frozen=True)
class Actor:
    """Whoever is signed in. `person_id` is None for the program itself (first start, demonstration)."""

    person_id: int | None
    name: str
    role: str
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        """Whether this person's role reaches that far."""
        return permission in self.permissions


PROGRAM = Actor(None, "系统", "program", frozenset(Permission))
