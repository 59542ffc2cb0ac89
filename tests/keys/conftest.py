"""What the tests of keys share: a cabinet of keys, and people of every role beside the clerk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from frontdesk.core.actor import Actor
from frontdesk.keys.register import KeyRow, NewKey
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from frontdesk.desk import Desk

Enter = Callable[..., KeyRow]


def somebody(role: str, name: str = "某人") -> Actor:
    """Who a role's PIN would prove, without the 100 ms of one."""
    return Actor(77, name, role, role_of(role).permissions)


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A desk with the clerk 陈晓婧, whose rights are those of the role."""
    assert desk.context.actor is not None
    clerk = desk.context.actor
    desk.context.actor = Actor(clerk.person_id, clerk.name, "clerk", role_of("clerk").permissions)
    return desk


@pytest.fixture
def enter(office: Desk) -> Enter:
    """Enters one key; the lock's name follows the number unless it is given."""

    def go(number: str = "A-01", lock: str = "", **values: object) -> KeyRow:
        return office.keys.held.add(NewKey(number, lock or f"{number} 号门", **values))  # type: ignore[arg-type]

    return go
