"""Phrase codes: `cfds` and a blank become 厨房下水堵塞. Every clerk may add and mend them."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from frontdesk.calls.model import Phrase, PhraseUse
from frontdesk.calls.register import PhraseRow
from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError, SurroundingsError
from frontdesk.core.paths import resource
from frontdesk.core.plain_text import plain_text
from frontdesk.core.present import present
from frontdesk.core.typed import fold_width

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext, Transaction

_CODE = re.compile("[a-z0-9]{1,20}")


class PhraseService:
    """The phrases of one desk. Commands raise RefusedError, NotAllowedError, SurroundingsError."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def phrases(self, beginning: str = "", most: int = 100) -> list[PhraseRow]:
        """The phrases whose code begins so, or whose text has it somewhere; the most used first."""
        self._context.require(Permission.READ_REGISTERS)
        wanted = _folded(beginning)
        with self._context.read() as session:
            rows = _rows(session)
        found = [row for row in rows if row.code.startswith(wanted) or wanted in row.text.casefold()]
        return found[:most]

    def expand(self, code: str) -> str | None:
        """The text that a typed code stands for, None when it is no code; counts the use."""
        self._context.require(Permission.READ_REGISTERS)
        typed = _folded(code)
        if not _CODE.fullmatch(typed):
            return None
        asked = select(Phrase.id, Phrase.text).where(Phrase.code == typed, Phrase.voided_at.is_(None))
        with self._context.read() as session:
            row = session.execute(asked).first()
        if row is None:
            return None
        phrase_id, text = row
        try:
            self._count(phrase_id)
        except SurroundingsError:
            return text  # the clerk is typing: a count that is lost is not worth a word
        return text

    def add(self, code: str, text: str) -> PhraseRow:
        """A new phrase. A code that was given up may be taken again."""
        code, text = _checked(code, text)
        with self._context.transaction(Permission.WRITE_CALLS) as work:
            known = _of_code(work.session, code)
            if known is None:
                known = work.add(Phrase(code=code, text=text))
            elif known.voided_at is None:
                raise _taken(known)
            else:
                known.text = text
                known.voided_at, known.voided_by, known.void_reason = None, "", ""
            return PhraseRow(known.id, code, text, 0)

    def correct(self, phrase_id: int, code: str, text: str) -> PhraseRow:
        """Change a phrase's code or text."""
        code, text = _checked(code, text)
        with self._context.transaction(Permission.WRITE_CALLS, action="correct") as work:
            phrase = present(work.session, Phrase, phrase_id)
            other = _of_code(work.session, code)
            if other is not None and other is not phrase:
                raise _taken(other)
            phrase.code, phrase.text = code, text
            use = work.session.get(PhraseUse, phrase_id)
            return PhraseRow(phrase_id, code, text, use.uses if use else 0)

    def void(self, phrase_id: int) -> None:
        """Give a phrase up."""
        with self._context.transaction(Permission.WRITE_CALLS, action="void") as work:
            phrase = present(work.session, Phrase, phrase_id)
            if phrase.voided_at is None:
                work.void(phrase, "不再使用")

    def seed(self, work: Transaction) -> None:
        """Put in the phrases that the program brings, into a desk that has none (`StaffService.at_first_start`)."""
        brought = tomllib.loads(resource("seed", "phrases.toml").read_text(encoding="utf-8"))
        for group in brought.values():
            for code, text in group.items():
                work.add(Phrase(code=code, text=text))

    def _count(self, phrase_id: int) -> None:
        with self._context.database.write() as session:
            use = session.get(PhraseUse, phrase_id)
            if use is None:
                session.add(PhraseUse(phrase_id=phrase_id, uses=1))
            else:
                use.uses += 1


def _rows(session: Session) -> list[PhraseRow]:
    uses = func.coalesce(PhraseUse.uses, 0)
    asked = (
        select(Phrase.id, Phrase.code, Phrase.text, uses)
        .outerjoin(PhraseUse, PhraseUse.phrase_id == Phrase.id)
        .where(Phrase.voided_at.is_(None))
        .order_by(uses.desc(), Phrase.id)
    )
    return [PhraseRow(*row) for row in session.execute(asked)]


def _of_code(session: Session, code: str) -> Phrase | None:
    return session.scalar(select(Phrase).where(Phrase.code == code))


def _taken(phrase: Phrase) -> RefusedError:
    if phrase.voided_at is not None:
        return RefusedError(f"短语码 {phrase.code} 属于停用的短语，请用“新增”重新启用它。", field="code")
    return RefusedError(f"短语码 {phrase.code} 已经是“{phrase.text}”，请换一个。", field="code")


def _folded(text: str) -> str:
    return fold_width(text).strip().casefold()


def _checked(code: str, text: str) -> tuple[str, str]:
    code = _folded(code)
    if not _CODE.fullmatch(code):
        raise RefusedError("短语码只用字母和数字，最多 20 个，例如 cfds。", field="code")
    text = plain_text(text, field="text", label="短语", most=400)
    if not text:
        raise RefusedError("请填写短语。", field="text")
    return code, text
