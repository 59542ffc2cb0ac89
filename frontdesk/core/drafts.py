"""What is half typed: kept through a crash, offered again, gone with the record that it became.

A draft is nobody's business but its writer's: it is not journaled, has no serial, and is told to no listener.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, delete, select

from frontdesk.core.errors import NotAllowedError
from frontdesk.core.model import Draft
from frontdesk.core.settings import DRAFT_DAYS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext


_ASIDE = "+"  # behind the name of a page


@dataclass(frozen=True)
class KeptDraft:
    """One draft as it was saved last; `saved_at` is UTC."""

    id: int
    page: str
    saved_at: datetime
    content: Mapping[str, Any]


class DraftStore:
    """The drafts of whoever is signed in: one for each page, and any number beside it that were set aside."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def save(self, page: str, content: Mapping[str, Any]) -> int:
        """Keep what stands in a page's form, in place of what was kept before; returns the draft's id.

        `content` holds JSON's own kinds only. Raises NotAllowedError when nobody is signed in, SurroundingsError.
        """
        person_id, now = self._person(), self._context.clock.now()
        text = json.dumps(dict(content))
        with self._context.database.write() as session:
            known = session.scalar(_of(page, person_id))
            if known is None:
                known = Draft(page=page, person_id=person_id)
                session.add(known)
            known.saved_at, known.content = now, text
            session.flush()
            return known.id

    def latest(self, page: str) -> KeptDraft | None:
        """What the person signed in left half typed on that page."""
        with self._context.read() as session:
            draft = session.scalar(_of(page, self._person()))
        if draft is None:
            return None
        return KeptDraft(draft.id, draft.page, draft.saved_at, json.loads(draft.content))

    def set_aside(self, draft_id: int) -> None:
        """Keep an own draft beside its page's: another one is about to take its place. Raises as `save`."""
        self._move(draft_id, lambda page: page + _ASIDE)

    def take_back(self, page: str) -> bool:
        """Make the newest that was set aside the page's draft again; False when there is none. Raises as `save`."""
        with self._context.read() as session:
            aside = session.scalar(_of(page + _ASIDE, self._person()))
        if aside is not None:
            self._move(aside.id, lambda _page: page)
        return aside is not None

    def drop_steps(self, record: str, but: Collection[str]) -> None:
        """Throw away what was half filled in for steps that a record, named `record`, does not have any more.

        The page of a step's draft is `record:step`. One for a part of the record, `record:step:part`, stays: its step
        is there as long as that part is looked at. Raises as `save`.
        """
        begins = f"{record}:"
        own = select(Draft.id, Draft.page).where(
            Draft.person_id == self._person(), Draft.page.startswith(begins, autoescape=True)
        )
        with self._context.read() as session:
            found = session.execute(own).all()
        stale = [
            draft_id
            for draft_id, page in found
            if ":" not in page[len(begins) :] and page[len(begins) :] not in but
        ]
        if stale:
            with self._context.database.write() as session:
                session.execute(delete(Draft).where(Draft.id.in_(stale)))

    def forget_old(self, session: Session) -> bool:
        """Throw away everybody's drafts that nobody touched for the days of the setting; False when there is none."""
        before = self._context.clock.now() - timedelta(days=self._context.settings.get(DRAFT_DAYS))
        old = session.scalars(select(Draft.id).where(Draft.saved_at < before)).all()
        if old:
            session.execute(delete(Draft).where(Draft.id.in_(old)))
        return bool(old)

    def drop(self, draft_id: int) -> None:
        """Throw an own draft away; one that is gone already, or another's, is left. Raises NotAllowedError, SurroundingsError."""
        person_id = self._person()
        with self._context.database.write() as session:
            drop_draft(session, draft_id, person_id)

    def _move(self, draft_id: int, to: Callable[[str], str]) -> None:
        person_id = self._person()
        with self._context.database.write() as session:
            draft = session.get(Draft, draft_id)
            if draft is not None and draft.person_id == person_id:
                draft.page = to(draft.page)

    def _person(self) -> int | None:
        if self._context.actor is None:
            raise NotAllowedError("请先登录。")
        return self._context.actor.person_id


def drop_draft(session: Session, draft_id: int, person_id: int | None) -> None:
    """Throw a person's draft away within the unit of work that writes its record, so that a crash doubles nothing."""
    session.execute(delete(Draft).where(Draft.id == draft_id, Draft.person_id == person_id))


def _of(page: str, person_id: int | None) -> Select[Draft]:
    own = select(Draft).where(Draft.page == page, Draft.person_id == person_id)
    return own.order_by(Draft.id.desc()).limit(1)
