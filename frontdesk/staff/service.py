"""The people of the desk: who there is, who is signed in, and what happens after wrong PINs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from unicodedata import category

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from frontdesk.core.actor import PROGRAM, Actor, Permission
from frontdesk.core.context import DeskContext, Transaction
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.model import JournalLine
from frontdesk.core.plain_text import plain_reason, plain_text
from frontdesk.core.settings import COMPANY_NAME, ESTATE_NAME, SHIFT_HOURS
from frontdesk.core.shift_hours import shift_hours
from frontdesk.staff.model import Person, SignInTry
from frontdesk.staff.permissions import ADMINISTRATOR, ROLES, is_role, role_of
from frontdesk.staff.secrets import (
    FREE_TRIES,
    check_secret,
    hashed,
    matches,
    wait_after,
    wait_in_words,
    wait_until,
)
from frontdesk.staff.shifts import Shift, shift_at

NAME_MOST = 40
NAMES_MOST = 120  # of company and estate: they stand in the head of every form
FirstStart = Callable[[Transaction], None]


@dataclass(frozen=True)
class PersonRow:
    """Somebody who may sign in. `by_password`: asks for a password instead of a six-digit PIN."""

    id: int
    name: str
    role: str
    role_label: str
    department: str
    by_password: bool


class StaffService:
    """People, roles, sign-in. `at_first_start`: what else is put into a new file, in the same unit of work."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context
        self.at_first_start: list[FirstStart] = []

    @property
    def is_new(self) -> bool:
        """Whether nobody can administer this desk yet: the first start has to be gone through."""
        with self._context.read() as session:
            return not _administrators(session)

    def people(self) -> tuple[PersonRow, ...]:
        """Everybody who may sign in, in the order of roles.md and then as they came."""
        asked = select(Person).where(Person.voided_at.is_(None)).order_by(Person.id)
        with self._context.read() as session:
            rows = [_row(person) for person in session.scalars(asked)]
        order = {role.key: number for number, role in enumerate(ROLES)}
        return tuple(sorted(rows, key=lambda row: order[row.role]))

    def last_at_desk(self) -> int | None:
        """Who wrote last, and so will most likely sign in next; None when that was nobody's own doing."""
        newest = select(JournalLine.actor_id).order_by(JournalLine.seq.desc()).limit(1)
        with self._context.read() as session:
            return session.scalar(newest)

    def shift(self) -> Shift:
        """The shift that runs now. Raises RefusedError when the setting of hours does not read."""
        local = self._context.clock.local(self._context.clock.now())
        return shift_at(local, shift_hours(self._context.settings.get(SHIFT_HOURS)))

    # --- who is there -------------------------------------------------------------------------------

    def first_start(self, company: str, estate: str, name: str, secret: str) -> Actor:
        """Name the company and the estate, make the administrator, and sign that person in: all or nothing.

        Raises RefusedError when the desk has an administrator, or for a name or password that will not do.
        """
        company = plain_text(company, field="company", label="公司名称", most=NAMES_MOST)
        estate = plain_text(estate, field="estate", label="小区名称", most=NAMES_MOST)
        if not estate:
            raise RefusedError("请填写小区名称。", field="estate")
        check_secret(secret, role_of(ADMINISTRATOR))
        kept = hashed(secret)
        settings = self._context.settings
        with self._context.transaction(Permission.KEEP_STAFF, action="first_start", actor=PROGRAM) as work:
            if _administrators(work.session):
                raise RefusedError("这个前台已经有系统管理员，请直接登录。")
            settings.write(work, COMPANY_NAME, company)
            settings.write(work, ESTATE_NAME, estate)
            person = self._add(work, name, ADMINISTRATOR, "", kept)
            for put_in in self.at_first_start:
                put_in(work)
        settings.load()
        return self._signed_in(person)

    def add_person(self, name: str, role: str, secret: str, *, department: str = "") -> PersonRow:
        """Take somebody on. The same PIN as another's is allowed. Raises RefusedError, NotAllowedError."""
        self._context.require(Permission.KEEP_STAFF)
        _check_role(role)
        check_secret(secret, role_of(role))
        kept = hashed(secret)
        with self._context.transaction(Permission.KEEP_STAFF, action="add_person") as work:
            return _row(self._add(work, name, role, department, kept))

    def correct_person(
        self,
        person_id: int,
        *,
        name: str,
        role: str,
        department: str = "",
        secret: str = "",
        reason: str = "",
    ) -> PersonRow:
        """Change name, role or department; `secret` only where it changes too.

        Raises RefusedError: (field="secret") when the new role signs in the other way and no secret is
        given; the last administrator cannot become something else.
        """
        self._context.require(Permission.KEEP_STAFF)
        reason = plain_reason(reason)
        _check_role(role)
        if secret:
            check_secret(secret, role_of(role))
        kept = hashed(secret) if secret else ""
        with self._context.transaction(Permission.KEEP_STAFF, action="correct_person", reason=reason) as work:
            person = _present(work.session, person_id)
            if role != person.role:
                _check_administrators_left(work.session, person)
                if not kept and role_of(role).by_password != role_of(person.role).by_password:
                    raise RefusedError(
                        "换了岗位，登录方式也变了，请同时设置新的 PIN 码或密码。", field="secret"
                    )
            person.name = _checked_name(work.session, name, person.id)
            person.role, person.department = role, _checked_department(department)
            if kept:
                _put_secret(work.session, person, kept)
            row = _row(person)
        self._refresh_actor(person)
        return row

    def withdraw_person(self, person_id: int, reason: str) -> None:
        """Let somebody go: no more sign-in; the name stays on what was written. Raises RefusedError."""
        reason = plain_reason(reason)
        if not reason:
            raise RefusedError("停用人员请写明原因。", field="reason")
        with self._context.transaction(
            Permission.KEEP_STAFF, action="withdraw_person", reason=reason
        ) as work:
            person = _present(work.session, person_id)
            _check_administrators_left(work.session, person)
            work.void(person, reason)
        if self._context.actor and self._context.actor.person_id == person_id:
            self.sign_out()

    def set_secret(self, person_id: int, secret: str) -> None:
        """Give somebody a new PIN or password, which also ends a wait. Raises RefusedError, NotAllowedError."""
        self._context.require(Permission.KEEP_STAFF)
        with self._context.read() as session:
            check_secret(secret, role_of(_present(session, person_id).role))
        kept = hashed(secret)
        with self._context.transaction(Permission.KEEP_STAFF, action="set_secret") as work:
            _put_secret(work.session, _present(work.session, person_id), kept)

    def change_own_secret(self, current: str, secret: str) -> None:
        """Change one's own PIN or password. A wrong current one counts as a wrong try.

        Raises RefusedError, field="current" or "secret".
        """
        actor = self._context.actor
        if actor is None or actor.person_id is None:
            raise NotAllowedError("请先登录。")
        try:
            person = self._proven(actor.person_id, current)
        except RefusedError as refusal:
            raise RefusedError(refusal.message, field="current") from refusal
        check_secret(secret, role_of(person.role))
        kept = hashed(secret)
        with self._context.transaction(Permission.KEEP_STAFF, action="set_secret", actor=actor) as work:
            _put_secret(work.session, _present(work.session, person.id), kept)

    # --- signing in ---------------------------------------------------------------------------------

    def sign_in(self, person_id: int, secret: str) -> Actor:
        """Prove who sits at the desk; from now on that name stands on what is written.

        Raises RefusedError (field="secret") for a wrong secret, saying how many tries are left, or how long
        to wait: five are free, then 15 minutes, doubling, kept through a restart. Whoever was signed in stays.
        """
        return self._signed_in(self._proven(person_id, secret))

    def prove(self, person_id: int, secret: str) -> Actor:
        """Somebody who signs beside whoever is signed in, with their own secret; the desk stays with the other.

        Raises RefusedError as `sign_in`.
        """
        return actor_of(self._proven(person_id, secret))

    def sign_out(self) -> None:
        """Lock the desk: nobody is signed in."""
        self._context.actor = None

    def wait(self, person_id: int) -> timedelta:
        """How long this person has still to wait before another try; zero usually."""
        now = self._context.clock.now()
        with self._context.read() as session:
            tried = session.get(SignInTry, person_id)
        if tried is None or tried.locked_until is None:
            return timedelta(0)
        until = wait_until(tried.locked_until, tried.failures, now)
        if until < tried.locked_until and not self._context.database.read_only:
            with self._context.database.write() as session:
                session.merge(tried).locked_until = until
        return max(until - now, timedelta(0))

    def _signed_in(self, person: Person) -> Actor:
        actor = actor_of(person)
        self._context.actor = actor
        return actor

    def _refresh_actor(self, person: Person) -> None:
        actor = self._context.actor
        if actor is not None and actor.person_id == person.id:
            self._context.actor = actor_of(person)

    def _proven(self, person_id: int, secret: str) -> Person:
        with self._context.read() as session:
            person = _present(session, person_id)
            tried_before = session.get(SignInTry, person_id) is not None
        left = self.wait(person_id)
        if left:
            raise RefusedError(
                f"错误次数过多，请 {wait_in_words(left)}后再试，或请管理员重设。", field="secret"
            )
        if not matches(secret, person.pin_hash):
            raise self._wrong(person)
        if tried_before and not self._context.database.read_only:
            with self._context.database.write() as session:
                _forget_tries(session, person_id)
        return person

    def _wrong(self, person: Person) -> RefusedError:
        told = "密码不对" if role_of(person.role).by_password else "PIN 码不对"
        if self._context.database.read_only:
            return RefusedError(f"{told}。", field="secret")  # nothing can be entered here, nor counted
        with self._context.database.write() as session:
            tried = session.get(SignInTry, person.id) or SignInTry(person_id=person.id, failures=0)
            tried.failures += 1
            wait = wait_after(tried.failures)
            tried.locked_until = self._context.clock.now() + wait if wait else None
            session.add(tried)
        if wait:
            told += f"，已连错 {tried.failures} 次，请 {wait_in_words(wait)}后再试，或请管理员重设。"
        else:
            told += f"，还可以试 {FREE_TRIES - tried.failures} 次。"
        return RefusedError(told, field="secret")

    def _add(self, work: Transaction, name: str, role: str, department: str, kept: str) -> Person:
        checked = _checked_name(work.session, name)
        return work.add(
            Person(name=checked, role=role, department=_checked_department(department), pin_hash=kept)
        )


def actor_of(person: Person) -> Actor:
    """What a person may do at the desk."""
    return Actor(person.id, person.name, person.role, role_of(person.role).permissions)


def _row(person: Person) -> PersonRow:
    role = role_of(person.role)
    return PersonRow(person.id, person.name, role.key, role.label, person.department, role.by_password)


def _present(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None or person.voided_at is not None:
        raise RefusedError("名单里没有这个人，或已停用；请重新选择。", field="person")
    return person


def _check_role(role: str) -> None:
    if not is_role(role):
        raise RefusedError("请选择岗位。", field="role")


def _checked_name(session: Session, name: str, own_id: int | None = None) -> str:
    tidy = " ".join(plain_text(name, field="name", label="姓名", most=NAME_MOST).split())
    if not tidy:
        raise RefusedError("请填写姓名。", field="name")
    if any(
        category(char) in ("Cc", "Cf") for char in tidy
    ):  # a zero-width sign makes two of a name look alike
        raise RefusedError("姓名里有看不见的字符，请重新输入。", field="name")
    if tidy == PROGRAM.name:
        raise RefusedError(f"“{tidy}”是程序自己的署名，请换一个姓名。", field="name")
    same = select(Person.id).where(Person.name == tidy, Person.voided_at.is_(None))
    if any(found != own_id for found in session.scalars(same)):
        # The name alone stands on what is written: two of a name could not be told apart on paper.
        raise RefusedError(f"已经有一位{tidy}，请加以区分，例如“{tidy}（二）”。", field="name")
    return tidy


def _checked_department(department: str) -> str:
    return plain_text(department, field="department", label="部门", most=NAME_MOST)


def _administrators(session: Session) -> int:
    asked = select(func.count()).where(Person.role == ADMINISTRATOR, Person.voided_at.is_(None))
    return session.scalar(asked) or 0


def _check_administrators_left(session: Session, person: Person) -> None:
    if person.role == ADMINISTRATOR and _administrators(session) == 1:
        raise RefusedError("这是最后一位系统管理员；请先另设一位，再改这一位。", field="role")


def _put_secret(session: Session, person: Person, kept: str) -> None:
    person.pin_hash = kept
    _forget_tries(session, person.id)


def _forget_tries(session: Session, person_id: int) -> None:
    session.execute(delete(SignInTry).where(SignInTry.person_id == person_id))
