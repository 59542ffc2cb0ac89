"""People who stand at the desk in the tests of the call log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from frontdesk.core.actor import PROGRAM, Actor, Permission
from frontdesk.desk import Desk
from frontdesk.staff.model import Person
from frontdesk.staff.permissions import role_of

SignedIn = Callable[..., AbstractContextManager[Actor]]


@pytest.fixture
def signed_in(desk: Desk) -> SignedIn:
    """`with signed_in("supervisor"):` puts somebody of that role at the desk for a while."""

    @contextmanager
    def stand(role: str, name: str = "周雨桐") -> Iterator[Actor]:
        before = desk.context.actor
        with desk.context.transaction(Permission.KEEP_STAFF, actor=PROGRAM) as work:
            person = work.add(Person(name=name, role=role, department="客服部"))
        desk.context.actor = Actor(person.id, name, role, role_of(role).permissions)
        yield desk.context.actor
        desk.context.actor = before

    return stand
