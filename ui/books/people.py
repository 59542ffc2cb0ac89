"""Who follows a number or has blanks: those who serve, by the numbers they have everywhere, then the desk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.core.fields import Field, Kind
from ui.widgets.person_box import PersonEditor

if TYPE_CHECKING:
    from collections.abc import Callable

    from frontdesk.desk import Desk

PERSON_HINT = "序号、姓名或首字母，↓ 列出"
FOLLOWER = Field("followed_by", "谁来跟进", Kind.PERSON, required=True, max_length=120, hint=PERSON_HINT)


def anybody_editor(desk: Desk) -> Callable[[Field], PersonEditor]:
    """An editor that offers everybody; another name is taken as typed."""

    def editor(field: Field) -> PersonEditor:
        from frontdesk.orders.people import ServicePerson

        serving = desk.orders.service_people()
        names = {person.name for person in serving}
        at_desk = [
            ServicePerson(person.name, person.role_label)
            for person in desk.staff.people()
            if person.name not in names
        ]
        return PersonEditor(field, (*serving, *at_desk))

    return editor
