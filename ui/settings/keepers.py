"""The short lists that the settings page keeps: people, phrases, outside bodies.

To add one: a class with these members, and a line in `ui/pages/settings_page.py`.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.core.query import tone
from frontdesk.core.settings import DEPARTMENTS
from frontdesk.staff.permissions import ROLES
from ui.register.secret_editor import SecretEditor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from frontdesk.core.query import TableRow
    from frontdesk.desk import Desk
    from ui.register.editors import Editor


class Keeper:
    """A list of records: how it is shown, asked for and kept. Commands raise DeskError."""

    title: str
    icon: str
    new_title: str
    withdraw_verb: str
    proposed_reason: str
    empty: tuple[str, str]
    listed: Sequence[Field]
    entered: Sequence[Field]
    own_editors: Mapping[str, Callable[[Field], Editor]] = MappingProxyType({})

    def rows(self) -> Sequence[TableRow]:
        """All that are in use, as the table shows them."""
        raise NotImplementedError

    def values(self, record_id: int) -> Mapping[str, Any]:
        """What the form shows of one."""
        raise NotImplementedError

    def add(self, values: Mapping[str, Any]) -> int:
        """Enter a new one; its id."""
        raise NotImplementedError

    def correct(self, record_id: int, values: Mapping[str, Any]) -> None:
        """Write changed values."""
        raise NotImplementedError

    def withdraw(self, record_id: int, reason: str) -> None:
        """Take one out of use."""
        raise NotImplementedError


class PeopleKeeper(Keeper):
    """Who may sign in, in which role."""

    title, icon = "人员", "staff"
    new_title = "新增人员"
    withdraw_verb, proposed_reason = "停用", ""
    empty = ("没有这样的人员", "按 F5 新增")
    listed = (
        Field("name", "姓名"),
        Field("role_label", "岗位"),
        Field("department", "部门"),
        Field("way", "登录方式", Kind.CHOICE),
    )
    own_editors = MappingProxyType({"secret": SecretEditor})

    def __init__(self, desk: Desk) -> None:
        self._staff = desk.staff
        departments = desk.context.settings.get(DEPARTMENTS)
        roles = tuple(Choice(role.key, role.label) for role in ROLES)
        self.entered = (
            Field("name", "姓名", required=True, max_length=40),
            Field("role", "岗位", Kind.CHOICE, required=True, choices=roles),
            Field("department", "部门", max_length=40, hint="、".join(departments[:4])),
            Field("secret", "PIN 码或密码", max_length=128, hint="新增必填；修改时留空 = 不变"),
        )

    def rows(self) -> list[TableRow]:
        """Name, role, department, and how the person signs in."""
        return [
            (
                person.id,
                person.name,
                person.role_label,
                person.department,
                "密码" if person.by_password else "PIN 码",
                tone("way", "info" if person.by_password else "neutral"),
            )
            for person in self._staff.people()
        ]

    def values(self, record_id: int) -> dict[str, Any]:
        """Everything but the secret, which nobody can read."""
        person = next(person for person in self._staff.people() if person.id == record_id)
        return {"name": person.name, "role": person.role, "department": person.department or None}

    def add(self, values: Mapping[str, Any]) -> int:
        """Take somebody on."""
        return self._staff.add_person(
            values["name"], values["role"], values["secret"] or "", department=values["department"] or ""
        ).id

    def correct(self, record_id: int, values: Mapping[str, Any]) -> None:
        """Change name, role, department; the secret only when one was typed."""
        self._staff.correct_person(
            record_id,
            name=values["name"],
            role=values["role"],
            department=values["department"] or "",
            secret=values["secret"] or "",
        )

    def withdraw(self, record_id: int, reason: str) -> None:
        """Let somebody go; the name stays on what was written."""
        self._staff.withdraw_person(record_id, reason)


class PhraseKeeper(Keeper):
    """Phrase codes."""

    title, icon = "常用语", "note"
    new_title = "新增常用语"
    withdraw_verb, proposed_reason = "停用", "不再使用"
    empty = ("没有这样的常用语", "按 F5 新增，例如 cfds = 厨房下水堵塞")
    listed = (
        Field("code", "短语码", Kind.SERIAL),
        Field("text", "短语", Kind.LONG_TEXT),
        Field("uses", "用过", Kind.INTEGER),
    )
    entered = (
        Field("code", "短语码", required=True, max_length=20, hint="字母或数字，例如 cfds"),
        Field("text", "短语", Kind.LONG_TEXT, required=True, max_length=400),
    )

    def __init__(self, desk: Desk) -> None:
        self._phrases = desk.phrases

    def rows(self) -> list[TableRow]:
        """The most used first."""
        return [
            (row.id, row.code, row.text, str(row.uses) if row.uses else "")
            for row in self._phrases.phrases(most=5000)
        ]

    def values(self, record_id: int) -> dict[str, Any]:
        """Code and text."""
        row = next(row for row in self._phrases.phrases(most=5000) if row.id == record_id)
        return {"code": row.code, "text": row.text}

    def add(self, values: Mapping[str, Any]) -> int:
        """A new phrase."""
        return self._phrases.add(values["code"], values["text"]).id

    def correct(self, record_id: int, values: Mapping[str, Any]) -> None:
        """Another code or text."""
        self._phrases.correct(record_id, values["code"], values["text"])

    def withdraw(self, record_id: int, reason: str) -> None:
        """Give it up."""
        self._phrases.void(record_id)


class DirectoryKeeper(Keeper):
    """The telephones of outside bodies (R-CALL-5)."""

    title, icon = "外部电话", "phone"
    new_title = "新增外部电话"
    withdraw_verb, proposed_reason = "停用", "不再使用"
    empty = ("没有这样的单位", "按 F5 新增，例如 供水抢修")
    listed = (
        Field("name", "单位"),
        Field("number", "电话", Kind.SERIAL),
        Field("remarks", "备注", Kind.LONG_TEXT),
    )
    entered = (
        Field("name", "单位", required=True, max_length=60),
        Field("number", "电话", Kind.PHONE, max_length=40),
        Field("remarks", "备注", Kind.LONG_TEXT, max_length=120),
    )

    def __init__(self, desk: Desk) -> None:
        self._directory = desk.directory

    def rows(self) -> list[TableRow]:
        """In the directory's order."""
        return [(row.id, row.name, row.number, row.remarks) for row in self._directory.bodies()]

    def values(self, record_id: int) -> dict[str, Any]:
        """Name, number, remarks."""
        row = next(row for row in self._directory.bodies() if row.id == record_id)
        return {"name": row.name, "number": row.number or None, "remarks": row.remarks or None}

    def add(self, values: Mapping[str, Any]) -> int:
        """A new body."""
        return self._directory.add(values["name"], values["number"] or "", values["remarks"] or "").id

    def correct(self, record_id: int, values: Mapping[str, Any]) -> None:
        """Another name or number."""
        self._directory.correct(record_id, values["name"], values["number"] or "", values["remarks"] or "")

    def withdraw(self, record_id: int, reason: str) -> None:
        """Take it out."""
        self._directory.void(record_id)
