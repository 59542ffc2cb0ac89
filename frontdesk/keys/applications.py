"""Applications to copy or scrap a key: reviewed, approved, registered at the desk (F-KEY-APPL, R-KEY-3, R-KEY-9)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from frontdesk.core.actor import Actor, Permission
from frontdesk.core.due import DueItem
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.plain_text import plain_reason, plain_text, storable
from frontdesk.core.present import present
from frontdesk.core.prints import counted_prints, taken_back
from frontdesk.core.query import VOID, RegisterQuery, TableRow, Tone, tone
from frontdesk.core.shown import dated_moment, shown_day, shown_serial
from frontdesk.core.typed import fold_width
from frontdesk.estate.register import Hit
from frontdesk.forms import Slip
from frontdesk.keys import rules
from frontdesk.keys.listing import pieces_of, put_pieces, reading
from frontdesk.keys.model import Key, KeyApplication
from frontdesk.keys.register import APPLICATION, ApplicationRow, NewApplication
from frontdesk.staff.shifts import require_void

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.exchange.export import ExportWish

RULE = "R-KEY-3"
SERIES, PREFIX, DIGITS = "key_application", "YS", 4
WAITED_FOR = timedelta(days=3)
"""How long a step of an application may wait before it is red."""

_TONES: dict[str, Tone] = {
    "applied": "warn", "reviewed": "warn", "approved": "warn", "copying": "info", "done": "ok",
    "refused": "danger", "void": "neutral",
}  # fmt: skip
_OPEN = ("applied", "reviewed", "approved", "copying")
_WAITS_FOR = {
    "applied": "部门经理审核",
    "reviewed": "物业部经理批准",
    "approved": "前台登记",
    "copying": "复制取回",
}
_SEARCHED = (KeyApplication.serial, KeyApplication.key_number, KeyApplication.lock, KeyApplication.applicant)


class ApplicationService:
    """钥匙申请 of one desk. Commands raise RefusedError, NotAllowedError, SurroundingsError.

    `review` and `approve` take the actor that `StaffService.prove` gave where the manager signs beside the clerk;
    without one it is whoever is signed in.
    """

    register = APPLICATION

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    # --- commands -----------------------------------------------------------------------------------

    def apply(self, new: NewApplication) -> ApplicationRow:
        """Write an application, numbered without gaps. One key has one open application at a time."""
        names = ("applicant", "department", "kind", "quantity", "reason")
        told = fitting(APPLICATION, {name: getattr(new, name) for name in names})
        with self._context.transaction(Permission.WRITE_KEYS, action="apply", reason=told["reason"]) as work:
            key = present(work.session, Key, new.key_id)
            _check_fits(key, told["kind"], told["quantity"])
            waiting = select(KeyApplication.serial).where(
                KeyApplication.key_id == key.id, KeyApplication.state.in_(_OPEN)
            )
            if serial := work.session.scalar(waiting):
                raise RefusedError(f"{key.number} 的申请 {serial} 还没有办完。", field="key", rule=RULE)
            year = work.today.year
            number = work.next_serial(SERIES, str(year))
            made = work.add(
                KeyApplication(
                    **told,
                    serial=f"{PREFIX}{year}-{number:0{DIGITS}d}",
                    year=year,
                    number=number,
                    applied_on=work.today,
                    key_id=key.id,
                    key_number=key.number,
                    lock=key.lock,
                    state="applied",
                )
            )
            return _row(made)

    def review(self, application_id: int, by: Actor | None = None) -> ApplicationRow:
        """The department manager agrees: the first step (needs REVIEW_KEYS)."""
        with self._signed(application_id, "review", "applied", by, right=Permission.REVIEW_KEYS) as (
            work,
            one,
        ):
            one.reviewed_at, one.reviewed_by, one.state = work.now, work.actor.name, "reviewed"
            return _row(one)

    def approve(self, application_id: int, by: Actor | None = None) -> ApplicationRow:
        """The property manager approves: the second step, after the first (needs APPROVE_KEYS)."""
        with self._signed(application_id, "approve", "reviewed", by, right=Permission.APPROVE_KEYS) as (
            work,
            one,
        ):
            one.approved_at, one.approved_by, one.state = work.now, work.actor.name, "approved"
            return _row(one)

    def refuse(self, application_id: int, reason: str, by: Actor | None = None) -> ApplicationRow:
        """The manager whose step it is does not agree, and says why; the number stays."""
        why = plain_reason(reason)
        if not why:
            raise RefusedError("不批准请写明原因。", field="reason", rule=RULE)
        with reading(self._context) as session:
            state = present(session, KeyApplication, application_id).state
        right = Permission.REVIEW_KEYS if state == "applied" else Permission.APPROVE_KEYS
        wanted = state if state in ("applied", "reviewed") else "reviewed"
        with self._signed(application_id, "refuse", wanted, by, right=right, reason=why) as (work, one):
            one.refused_at, one.refused_by, one.refusal, one.state = work.now, work.actor.name, why, "refused"
            return _row(one)

    def register_copy(self, application_id: int) -> ApplicationRow:
        """The desk registers an approved copying: a piece goes to the locksmith and the key is 复制中.

        Where nothing hangs (the last one is lost), the copy is made from the spare or the lock, and no piece leaves.
        """
        with self._at_desk("register_application", application_id, "approved", "copy") as (work, one, key):
            pieces = pieces_of(key)
            if pieces.hanging:
                pieces = rules.moved(pieces, rules.TAKE_TO_COPY, 1, key.number)
                put_pieces(work, key, pieces, rules.TAKE_TO_COPY.change, rules.TAKE_TO_COPY.note)
            one.registered_at, one.registered_by, one.state = work.now, work.actor.name, "copying"
            return _row(one)

    def complete_copy(
        self, application_id: int, in_use: int, spare: int = 0, note: str = ""
    ) -> ApplicationRow:
        """The copies are back: `in_use` more hang at the hook, `spare` more are kept; the counts rise by them.

        Another number than was applied for needs `note`.
        """
        told = plain_text(note, field="note", label="说明", most=200)
        with self._at_desk("complete_copy", application_id, "copying", "copy", told) as (work, one, key):
            if min(in_use, spare) < 0 or max(in_use, spare) > rules.MOST_PIECES or not in_use + spare:
                raise RefusedError("请填写取回的把数。", field="quantity", rule=RULE)
            if in_use + spare != one.quantity and not told:
                raise RefusedError(
                    f"申请 {one.quantity} 把，取回 {in_use + spare} 把；请写明原因。", field="note", rule=RULE
                )
            pieces = pieces_of(key)
            if pieces.copying:
                pieces = rules.moved(pieces, rules.COPIED, 1, key.number)
            pieces = rules.grown(pieces, in_use)
            key.spare += spare
            put_pieces(work, key, pieces, "copied", f"增加 {in_use + spare} 把")
            one.done_at, one.state = work.now, "done"
            one.outcome = "；".join(filter(None, (f"取回在用 {in_use} 把、备用 {spare} 把", told)))
            return _row(one)

    def register_scrap(self, application_id: int, *, marked: bool = False) -> ApplicationRow:
        """The desk registers an approved scrapping. All pieces: the number ends and its spares go with it.

        The keys are taken off the hook, or with `marked` stay there with the mark 作废 (R-KEY-9). Refused while
        pieces are out.
        """
        with self._at_desk("register_application", application_id, "approved", "scrap") as (work, one, key):
            left = rules.left_after_scrapping(pieces_of(key), one.quantity, key.number)
            if left.scrapped and key.spare_out:
                raise RefusedError(
                    f"{key.number} 的备用钥匙还有 {key.spare_out} 把领出，请先收回。", field="key", rule=RULE
                )
            put_pieces(work, key, left, "scrapped", "" if left.scrapped else f"{one.quantity} 把")
            one.outcome = f"作废 {one.quantity} 把"
            if left.scrapped:
                spares, key.spare, key.scrapped_on = key.spare, 0, work.today
                kept = "留在原处，贴“作废”标识" if marked else "已撤下"
                one.outcome += f"，备用 {spares} 把一并作废；{kept}" if spares else f"；{kept}"
                if not marked:
                    key.cabinet, key.hook = "", ""
            one.registered_at, one.registered_by = work.now, work.actor.name
            one.done_at, one.state = work.now, "done"
            return _row(one)

    def void(self, application_id: int, reason: str) -> ApplicationRow:
        """Withdraw an application before the desk registered it; its number stays. Raises RefusedError."""
        why = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="void", reason=why) as work:
            one = present(work.session, KeyApplication, application_id)
            require_void(self._context, work, one, why)
            if one.registered_at is not None:
                raise RefusedError(f"{one.serial} 前台已经登记，不能撤销。", rule=RULE)
            one.state = "void"
            work.void(one, why)
            work.flush()
            return _row(one)

    def record_prints(self, ids: Sequence[int]) -> dict[int, int]:
        """Count a print before its sheets leave; by application, how often it was printed before (补打, R-ORDER-18)."""
        with self._context.transaction(Permission.PRINT, action="print") as work:
            return counted_prints(work, KeyApplication, ids)

    def take_back_prints(self, reprints: Mapping[int, int], actor: Actor) -> None:
        """Strike out the counts that `record_prints` gave `actor`, of a print that came to nothing."""
        with self._context.transaction(Permission.PRINT, action="take_back_print", actor=actor) as work:
            taken_back(work, KeyApplication, reprints)

    # --- questions ----------------------------------------------------------------------------------

    def get(self, application_id: int) -> ApplicationRow:
        """One application. Raises RefusedError when there is none."""
        with reading(self._context) as session:
            return _row(present(session, KeyApplication, application_id))

    def hits(self, typed: str) -> list[Hit]:
        """What the finder shows for an application's number, typed or scanned from its paper."""
        said = fold_width(typed).strip().upper()
        scanned = said.startswith("FD:")
        asked = select(KeyApplication).where(KeyApplication.serial == storable(said.removeprefix("FD:")))
        with reading(self._context) as session:
            one = session.scalar(asked)
        if one is None:
            return []
        why = "扫码" if scanned else "单号"
        return [Hit(APPLICATION.name, one.id, one.serial, f"{one.key_number} {one.lock}", why, scanned)]

    def of_key(self, key_id: int) -> list[ApplicationRow]:
        """The applications of a key, newest first."""
        asked = select(KeyApplication).where(KeyApplication.key_id == key_id)
        with reading(self._context) as session:
            return [_row(one) for one in session.scalars(asked.order_by(KeyApplication.id.desc()))]

    def due(self, now: datetime) -> list[DueItem]:  # noqa: ARG002 (each waits from its own last step)
        """Applications that wait for somebody's step, the oldest first; red after three days."""
        asked = select(KeyApplication).where(KeyApplication.state.in_(_OPEN)).order_by(KeyApplication.id)
        with reading(self._context) as session:
            return [_due_item(one) for one in session.scalars(asked)]

    def slips(self, ids: Sequence[int], reprints: Mapping[int, int] | None = None) -> list[Slip]:
        """F-KEY-APPL of these applications, marked 补打 and 作废; `reprints` has what `record_prints` gave."""
        self._context.require(Permission.PRINT)
        counted = reprints or {}
        rows = [self.get(one) for one in ids]
        return [self._slip(row, counted.get(row.id, row.prints)) for row in rows]

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids that answer, newest first (`query.RegisterSource`); `open_only`: some step is still to come."""
        asked = select(KeyApplication.id).where(*_conditions(query)).order_by(KeyApplication.id.desc())
        with reading(self._context) as session:
            return session.scalars(asked).all()

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The table's rows of these ids, in this order (`query.RegisterSource`)."""
        today = self._context.clock.today()
        with reading(self._context) as session:
            found = {one.id: _row(one) for one in session.scalars(_of(ids))}
        rows = (found[number] for number in ids if number in found)
        return [
            _table_row(row, shown_serial(row.serial, today), shown_day(row.applied_on, today)) for row in rows
        ]

    def export(
        self,
        path: Path,
        query: RegisterQuery,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write the applications that answer to an XLSX file, oldest first, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        self._context.require(Permission.EXPORT)
        ids = self.find(query)[::-1]
        with reading(self._context) as session:
            found = {one.id: _row(one) for one in session.scalars(_of(ids))}
        rows = [[getattr(found[number], field.name) for field in APPLICATION.exported] for number in ids]
        return export_register(
            self._context,
            path,
            APPLICATION,
            rows,
            wish,
            total=len(rows),
            progress=progress,
            cancelled=cancelled,
        )

    # --- inside -------------------------------------------------------------------------------------

    @contextmanager
    def _signed(
        self,
        application_id: int,
        action: str,
        wanted: str,
        by: Actor | None,
        *,
        right: Permission,
        reason: str = "",
    ) -> Iterator[tuple[Transaction, KeyApplication]]:
        acting = by or self._context.require(right)
        if not acting.may(right):
            who = "客服部经理" if right is Permission.REVIEW_KEYS else "物业部经理"
            raise NotAllowedError(f"这一步要由{who}本人办理。", field="by", rule=RULE)
        with self._context.transaction(right, action=action, actor=acting, reason=reason) as work:
            one = present(work.session, KeyApplication, application_id)
            _check_state(one, wanted)
            yield work, one
            work.flush()

    @contextmanager
    def _at_desk(
        self, action: str, application_id: int, wanted: str, kind: str, reason: str = ""
    ) -> Iterator[tuple[Transaction, KeyApplication, Key]]:
        with self._context.transaction(Permission.WRITE_KEYS, action=action, reason=reason) as work:
            one = present(work.session, KeyApplication, application_id)
            if one.kind != kind:
                label = APPLICATION.field("kind").label_of(one.kind)
                raise RefusedError(f"{one.serial} 申请的是{label}。", field="kind", rule=RULE)
            _check_state(one, wanted)
            yield work, one, present(work.session, Key, one.key_id)

    def _slip(self, row: ApplicationRow, reprint: int) -> Slip:
        clock = self._context.clock

        def signed(name: str, at: datetime | None) -> str:
            return f"{name}  {dated_moment(clock, at)}" if at else ""

        refused = f"不批准：{row.refusal}（{row.refused_by}）" if row.refused_at else ""
        values = {
            "serial": row.serial,
            "applied_on": row.applied_on.isoformat(),
            "applicant": row.applicant,
            "department": row.department,
            "key": f"{row.key_number}　{row.lock}",
            "kind": APPLICATION.field("kind").label_of(row.kind),
            "quantity": f"{row.quantity} 把",
            "reason": row.reason,
            "reviewed": signed(row.reviewed_by, row.reviewed_at) or refused,
            "approved": signed(row.approved_by, row.approved_at) or (refused if row.reviewed_at else ""),
            "registered": "  ".join(
                filter(None, (signed(row.registered_by, row.registered_at), row.outcome))
            ),
        }
        return Slip(values, code=f"FD:{row.serial}", void_reason=row.void_reason, reprint=reprint)


def _of(ids: Sequence[int]) -> Any:
    return select(KeyApplication).where(KeyApplication.id.in_(ids))


def _check_fits(key: Key, kind: str, quantity: int) -> None:
    if key.voided_at is not None or key.scrapped_on is not None:
        raise RefusedError(f"{key.number} 已作废，不用再申请。", field="key", rule=RULE)
    if not 1 <= quantity <= rules.MOST_PIECES:
        raise RefusedError("请填写把数。", field="quantity", rule=RULE)
    if kind == "scrap" and quantity != key.in_use:
        rules.left_after_scrapping(pieces_of(key), quantity, key.number)


def _check_state(one: KeyApplication, wanted: str) -> None:
    if one.state != wanted:
        label = APPLICATION.field("state").label_of(one.state)
        raise RefusedError(f"{one.serial} 现在是“{label}”，请按它的下一步办理。", field="state", rule=RULE)


def _conditions(query: RegisterQuery) -> Iterator[Any]:
    for word in storable(query.text).split():
        yield or_(*(column.contains(word, autoescape=True) for column in _SEARCHED))
    if query.first_day:
        yield KeyApplication.applied_on >= query.first_day
    if query.last_day:
        yield KeyApplication.applied_on <= query.last_day
    for name, wanted in query.choices.items():
        yield {"state": KeyApplication.state, "kind": KeyApplication.kind}[name] == storable(wanted)
    if query.open_only:
        yield KeyApplication.state.in_(_OPEN)
    if query.picked:
        yield KeyApplication.id.in_(query.picked.ids)


def _table_row(row: ApplicationRow, serial: str, day: str) -> TableRow:
    shown = {
        "serial": serial,
        "applied_on": day,
        "applicant": row.applicant,
        "department": row.department,
        "key_number": f"{row.key_number} {row.lock}",
        "kind": APPLICATION.field("kind").label_of(row.kind),
        "quantity": str(row.quantity),
        "reason": row.reason,
        "state": APPLICATION.field("state").label_of(row.state),
    }
    marks = [VOID] if row.state == "void" else [tone("state", _TONES[row.state])]
    return (row.id, *(shown[field.name] for field in APPLICATION.listed), *marks)


def _due_item(one: KeyApplication) -> DueItem:
    since = one.registered_at or one.approved_at or one.reviewed_at or one.created_at
    kind = APPLICATION.field("kind").label_of(one.kind)
    return DueItem(
        APPLICATION.name,
        one.id,
        f"钥匙{kind}申请 {one.serial}（{one.key_number}）等{_WAITS_FOR[one.state]}",
        "",
        one.applicant,
        since + WAITED_FOR,
        since,
    )


def _row(one: KeyApplication) -> ApplicationRow:
    return ApplicationRow(**{name: getattr(one, name) for name in ApplicationRow.__dataclass_fields__})
