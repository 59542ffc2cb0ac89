"""托管协议: a home is taken into custody with its keys, and given back with them (F-CUSTODY, R-KEY-7, R-KEY-8)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from frontdesk.core.actor import PROGRAM, Actor, Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fitting import fitting
from frontdesk.core.plain_text import plain_reason, plain_text, storable
from frontdesk.core.present import present
from frontdesk.core.prints import counted_prints, taken_back
from frontdesk.core.settings import COMPANY_NAME, CUSTODY_CABINET, CUSTODY_DUTIES
from frontdesk.core.shown import printed_moment
from frontdesk.core.typed import fold_width
from frontdesk.custody import listing, rules
from frontdesk.custody.handing import hand_over, next_number
from frontdesk.custody.model import CustodyAgreement, CustodyKey
from frontdesk.custody.register import AGREEMENT, AgreementRow, NewAgreement, NewHandedKey
from frontdesk.estate.link import linked_unit
from frontdesk.estate.listing import residents_of
from frontdesk.estate.register import OWNER, Hit
from frontdesk.forms import Slip
from frontdesk.keys.listing import reading
from frontdesk.keys.model import Key
from frontdesk.staff.model import Person
from frontdesk.staff.shifts import require_correction, require_void

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy.orm import Session

    from frontdesk.core.context import DeskContext, Transaction
    from frontdesk.core.jobs import Cancelled, Progress
    from frontdesk.core.query import RegisterQuery, TableRow
    from frontdesk.exchange.export import ExportWish
    from frontdesk.keys.held import KeyService

SERIES, PREFIX, DIGITS = "custody_agreement", "TG", 4
RESPONSIBLE = ("housekeeper", "supervisor", "department_manager")
"""Roles that may have a home in their care, the usual one first (roles.md)."""

CARE = frozenset({"housekeeper", "ends_on", "owner_telephone", "remarks"})
"""What changes in the course of a custody: any clerk may write it, with a reason."""
_TYPED = frozenset(field.name for field in AGREEMENT.entered)
_CORRECTED = _TYPED - {"unit_no"}
_SEARCHED = (
    CustodyAgreement.serial,
    CustodyAgreement.unit_no,
    CustodyAgreement.owner,
    CustodyAgreement.housekeeper,
    CustodyAgreement.purpose,
)
_IN_FORCE = CustodyAgreement.ended_on.is_(None) & CustodyAgreement.voided_at.is_(None)


class AgreementService:
    """托管协议 of one desk. Commands raise RefusedError, NotAllowedError, SurroundingsError.

    Writing needs WRITE_KEYS (clerks, housekeepers, supervisors), reading READ_REGISTERS, paper PRINT, a sheet EXPORT.
    """

    register = AGREEMENT

    def __init__(self, context: DeskContext, held: KeyService) -> None:
        self._context, self._held = context, held

    # --- commands -----------------------------------------------------------------------------------

    def sign(self, new: NewAgreement) -> AgreementRow:
        """Take a home into custody: its number without gaps, its keys into the register, owner from the estate (R-KEY-7).

        Refused where the home is in custody already (field="unit_no"), without a key (field="keys"), while a valve's
        question is unanswered, and for somebody who is no housekeeper (`housekeepers`).
        """
        with self._context.transaction(Permission.WRITE_KEYS, action="sign_custody") as work:
            values = self._checked(work, new)
            year = work.today.year
            number = work.next_serial(SERIES, str(year))
            agreement = work.add(
                CustodyAgreement(
                    **values,
                    serial=f"{PREFIX}{year}-{number:0{DIGITS}d}",
                    year=year,
                    number=number,
                    signed_on=work.today,
                    handled_by=work.actor.name,
                )
            )
            self._hand_over(work, agreement, new.keys)
            return self._row(work.session, agreement)

    def hand_over_more(self, agreement_id: int, keys: Sequence[NewHandedKey]) -> AgreementRow:
        """The owner brings further keys under an agreement in force."""
        with self._context.transaction(Permission.WRITE_KEYS, action="hand_over_keys") as work:
            agreement = _in_force(work.session, agreement_id)
            self._hand_over(work, agreement, keys)
            return self._row(work.session, agreement)

    def correct(self, agreement_id: int, values: Mapping[str, Any], reason: str = "") -> AgreementRow:
        """Mend or carry on an agreement in force; `values` by field name, all that is entered but the room.

        What is in `CARE` (housekeeper, end of the term, telephone, remarks) any clerk with a reason; the rest as ever: one's
        own of the running shift freely, any other by a supervisor with a reason.
        """
        reason = plain_reason(reason)
        unknown = set(values) - _CORRECTED
        assert not unknown, unknown
        with self._context.transaction(Permission.WRITE_KEYS, action="correct", reason=reason) as work:
            agreement = _in_force(work.session, agreement_id)
            if not set(values) <= CARE:
                require_correction(self._context, work, agreement, reason)
            elif not reason:
                raise RefusedError("请写明变更的原因。", field="reason", rule=rules.RULE)
            fit = fitting(AGREEMENT, values)
            stood = {name: getattr(agreement, name) for name in ("starts_on", "ends_on")} | fit
            rules.check_term(stood["starts_on"], stood["ends_on"])
            if "housekeeper" in fit:
                _check_housekeeper(work.session, fit["housekeeper"])
            for name, value in fit.items():
                setattr(agreement, name, value)
            return self._row(work.session, agreement)

    def end(self, agreement_id: int, returned_to: str, note: str = "") -> AgreementRow:
        """The owner takes all keys back and the custody ends: to whom, today, by whoever is signed in (R-KEY-7).

        Each key leaves the register. Refused while one of them is out (field="keys") and without `returned_to`.
        """
        told = fitting(AGREEMENT, {"returned_to": returned_to})["returned_to"]
        if not told:
            raise RefusedError("请填写谁领回了钥匙。", field="returned_to", rule="R-KEY-7")
        why = plain_text(note, field="note", label="说明", most=200)
        with self._context.transaction(Permission.WRITE_KEYS, action="end_custody", reason=why) as work:
            agreement = _in_force(work.session, agreement_id)
            for line in _lines(work.session, agreement_id):
                key = present(work.session, Key, line.key_id)
                if key.voided_at is None and key.scrapped_on is None:
                    if key.out or key.spare_out:
                        raise RefusedError(
                            f"{key.number} 还在{key.holder or '外面'}手里，收回以后才能退还。",
                            field="keys",
                            rule="R-KEY-7",
                        )
                    self._held.give_up_within(work, key, told)
                line.returned_on, line.returned_to = work.today, told
            agreement.ended_on, agreement.returned_to = work.today, told
            agreement.ended_by, agreement.end_note = work.actor.name, why
            return self._row(work.session, agreement)

    def tell_security(self, agreement_ids: Sequence[int], told_to: str) -> None:
        """Note who of the security department was told to walk round these homes (R-KEY-8); the slip is `Paper.custody_rounds`."""
        name = plain_text(told_to, field="told_to", label="通知了谁", most=60)
        if not name:
            raise RefusedError("请填写通知了保安部的谁。", field="told_to", rule=rules.RULE)
        with self._context.transaction(Permission.WRITE_KEYS, action="tell_security") as work:
            for one in agreement_ids:
                agreement = _in_force(work.session, one)
                agreement.security_told_at, agreement.security_told_to = work.now, name

    def void(self, agreement_id: int, reason: str) -> AgreementRow:
        """Strike out an agreement entered in error; its number stays, keys entered with it are struck out too."""
        why = plain_reason(reason)
        with self._context.transaction(Permission.CORRECT_OWN, action="void", reason=why) as work:
            agreement = present(work.session, CustodyAgreement, agreement_id)
            require_void(self._context, work, agreement, why)
            if agreement.ended_on is not None:
                raise RefusedError("托管已经结束，钥匙已退还，不能作废。", rule="R-KEY-7")
            for line in _lines(work.session, agreement_id):
                if line.made_here:
                    self._held.void_within(work, present(work.session, Key, line.key_id), why)
                work.void(line, why)
            work.void(agreement, why)
            work.flush()
            return self._row(work.session, agreement)

    def record_prints(self, ids: Sequence[int]) -> dict[int, int]:
        """Count a print before its sheets leave; by agreement, how often it was printed before (补打, R-ORDER-18)."""
        with self._context.transaction(Permission.PRINT, action="print") as work:
            return counted_prints(work, CustodyAgreement, ids)

    def take_back_prints(self, reprints: Mapping[int, int], actor: Actor) -> None:
        """Strike out the counts that `record_prints` gave `actor`, of a print that came to nothing."""
        with self._context.transaction(Permission.PRINT, action="take_back_print", actor=actor) as work:
            taken_back(work, CustodyAgreement, reprints)

    # --- questions ----------------------------------------------------------------------------------

    def get(self, agreement_id: int) -> AgreementRow:
        """One agreement. Raises RefusedError when there is none."""
        with reading(self._context) as session:
            return self._row(session, present(session, CustodyAgreement, agreement_id))

    def of_unit(self, unit_id: int) -> AgreementRow | None:
        """The agreement under which a home is in custody now; None when it is not."""
        asked = select(CustodyAgreement).where(_IN_FORCE, CustodyAgreement.unit_id == unit_id)
        with reading(self._context) as session:
            agreement = session.scalars(asked).first()
            return self._row(session, agreement) if agreement is not None else None

    def housekeepers(self) -> list[str]:
        """Who may have a home in their care, housekeepers first; empty in an office that has entered none: then any name goes."""
        with reading(self._context) as session:
            return _responsible(session)

    def duties(self) -> str:
        """The duties that a new agreement begins with: the setting's lines, numbered."""
        return _numbered(self._context.settings.get(CUSTODY_DUTIES))

    def owner_of(self, unit_id: int) -> tuple[str, str]:
        """The owners of a home by the estate's register and the first one's telephone, as whoever is signed in may see it."""
        actor = self._context.require(Permission.READ_REGISTERS)
        with reading(self._context) as session:
            return _owner(session, unit_id, actor)

    def next_key_number(self) -> str:
        """A number for the next key in custody: one after the highest of them (`T-17` after `T-16`)."""
        with reading(self._context) as session:
            return next_number(session)

    def hits(self, typed: str) -> list[Hit]:
        """What the finder shows for an agreement's number, typed or scanned from its paper."""
        said = fold_width(typed).strip().upper()
        scanned = said.startswith(rules.SCAN_PREFIX)
        serial = storable(said.removeprefix(rules.SCAN_PREFIX))
        if not serial.startswith(PREFIX):
            return []
        with reading(self._context) as session:
            one = session.scalar(select(CustodyAgreement).where(CustodyAgreement.serial == serial))
        if one is None:
            return []
        told = f"{one.unit_no} {one.owner}"
        return [Hit(AGREEMENT.name, one.id, one.serial, told, "扫码" if scanned else "单号", scanned)]

    def slips(self, ids: Sequence[int], reprints: Mapping[int, int] | None = None) -> list[Slip]:
        """F-CUSTODY of these agreements, marked 补打 and 作废; `reprints` has what `record_prints` gave."""
        self._context.require(Permission.PRINT)
        counted, made = reprints or {}, []
        with reading(self._context) as session:
            for one in ids:
                agreement = present(session, CustodyAgreement, one)
                row = self._row(session, agreement, PROGRAM)
                company = self._context.settings.get(COMPANY_NAME)
                values = listing.slip_values(row, company)
                made.append(
                    Slip(
                        values,
                        code=f"{rules.SCAN_PREFIX}{row.serial}",
                        void_reason=row.void_reason,
                        reprint=counted.get(row.id, row.prints),
                    )
                )
        return made

    def memo(self, agreement_ids: Sequence[int]) -> dict[str, str]:
        """What goes on F-MEMO for security: walk round these homes, all in force for an empty sequence (R-KEY-8).

        Raises RefusedError when none is in custody.
        """
        self._context.require(Permission.PRINT)
        asked = select(CustodyAgreement).where(_IN_FORCE).order_by(CustodyAgreement.unit_no)
        if agreement_ids:
            asked = asked.where(CustodyAgreement.id.in_(agreement_ids))
        with reading(self._context) as session:
            homes = [f"{one.unit_no}（管家 {one.housekeeper}）" for one in session.scalars(asked)]
        if not homes:
            raise RefusedError("现在没有托管房需要巡逻。", rule=rules.RULE)
        clock = self._context.clock
        text = "下列托管房请安排定期外围巡查，查看门窗、外墙、有无渗漏和陌生人逗留；发现问题立即报前台和责任管家。\n"
        return {
            "serial": "托管房外围巡查",
            "to_department": "保安部",
            "sent_at": printed_moment(clock, clock.now()),
            "text": text + "、".join(homes),
        }

    def find(self, query: RegisterQuery) -> Sequence[int]:
        """The ids that answer, newest first (`query.RegisterSource`); days are those of signing, `open_only`: in force."""
        asked = select(CustodyAgreement.id).where(*self._conditions(query))
        with reading(self._context) as session:
            return session.scalars(asked.order_by(CustodyAgreement.id.desc())).all()

    def rows(self, ids: Sequence[int]) -> list[TableRow]:
        """The table's rows of these ids, in this order (`query.RegisterSource`)."""
        today = self._context.clock.today()
        with reading(self._context) as session:
            return [listing.agreement_table_row(row, today) for row in self._rows(session, ids)]

    def export(
        self,
        path: Path,
        query: RegisterQuery,
        wish: ExportWish,
        *,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> int:
        """Write the agreements that answer to an XLSX file, oldest first, noted with its purpose; returns how many.

        Raises RefusedError, NotAllowedError, SurroundingsError, StoppedError; then there is no file.
        """
        from frontdesk.exchange.export import export_register

        self._context.require(Permission.EXPORT)
        ids = self.find(query)[::-1]
        with reading(self._context) as session:
            rows = [
                [getattr(row, field.name) for field in AGREEMENT.exported] for row in self._rows(session, ids)
            ]
        return export_register(
            self._context,
            path,
            AGREEMENT,
            rows,
            wish,
            total=len(rows),
            progress=progress,
            cancelled=cancelled,
        )

    # --- inside -------------------------------------------------------------------------------------

    def _checked(self, work: Transaction, new: NewAgreement) -> dict[str, Any]:
        values = {name: value for name, value in vars(new).items() if name != "keys"}
        values["starts_on"] = new.starts_on or work.today
        values["duties"] = new.duties.strip() or _numbered(self._context.settings.get(CUSTODY_DUTIES))
        linked = linked_unit(work.session, values)
        if linked["unit_id"] is not None:
            owner, telephone = _owner(work.session, linked["unit_id"], PROGRAM)
            linked["owner"] = linked["owner"].strip() or owner
            linked["owner_telephone"] = linked["owner_telephone"].strip() or telephone
        fit = fitting(AGREEMENT, linked)
        standing = select(CustodyAgreement.serial).where(
            _IN_FORCE, CustodyAgreement.unit_no == fit["unit_no"]
        )
        if serial := work.session.scalar(standing):
            raise RefusedError(
                f"{fit['unit_no']} 已在托管（{serial}），先结束再签新的。", field="unit_no", rule="R-KEY-7"
            )
        rules.check_term(fit["starts_on"], fit["ends_on"])
        _check_housekeeper(work.session, fit["housekeeper"])
        if not new.keys:
            raise RefusedError("请写明交来了哪些钥匙。", field="keys", rule="R-KEY-7")
        return fit

    def _hand_over(
        self, work: Transaction, agreement: CustodyAgreement, keys: Sequence[NewHandedKey]
    ) -> None:
        hand_over(work, self._held, agreement, keys, self._context.settings.get(CUSTODY_CABINET))

    def _conditions(self, query: RegisterQuery) -> Iterator[Any]:
        today = self._context.clock.today()
        for word in storable(query.text).split():
            yield or_(*(column.contains(word, autoescape=True) for column in _SEARCHED))
        if query.first_day:
            yield CustodyAgreement.signed_on >= query.first_day
        if query.last_day:
            yield CustodyAgreement.signed_on <= query.last_day
        for name, wanted in query.choices.items():
            column = listing.state_column(today) if name == "state" else getattr(CustodyAgreement, name)
            yield column == storable(wanted)
        if query.open_only:
            yield _IN_FORCE
        if query.picked:
            yield CustodyAgreement.id.in_(query.picked.ids)

    def _rows(self, session: Session, ids: Sequence[int]) -> list[AgreementRow]:
        asked = select(CustodyAgreement).where(CustodyAgreement.id.in_(ids))
        found = {one.id: one for one in session.scalars(asked)}
        handed = listing.handed_of(session, ids)
        actor, today = self._context.actor, self._context.clock.today()
        return [
            listing.agreement_row(found[one], handed.get(one, ()), actor, today)
            for one in ids
            if one in found
        ]

    def _row(self, session: Session, agreement: CustodyAgreement, actor: Actor | None = None) -> AgreementRow:
        session.flush()
        handed = listing.handed_of(session, [agreement.id]).get(agreement.id, ())
        reader = actor or self._context.actor
        return listing.agreement_row(agreement, handed, reader, self._context.clock.today())


def _in_force(session: Session, agreement_id: int) -> CustodyAgreement:
    agreement = present(session, CustodyAgreement, agreement_id)
    if agreement.voided_at is not None or agreement.ended_on is not None:
        raise RefusedError(f"{agreement.serial} 已经了结，请刷新后再试。", rule="R-KEY-7")
    return agreement


def _lines(session: Session, agreement_id: int) -> Sequence[CustodyKey]:
    asked = select(CustodyKey).where(
        CustodyKey.agreement_id == agreement_id,
        CustodyKey.voided_at.is_(None),
        CustodyKey.returned_on.is_(None),
    )
    return session.scalars(asked.order_by(CustodyKey.id)).all()


def _owner(session: Session, unit_id: int, actor: Actor) -> tuple[str, str]:
    owners = [one for one in residents_of(session, unit_id, actor) if one.relation == OWNER]
    numbers = [number.shown for one in owners for number in one.telephones]
    return "、".join(one.name for one in owners), numbers[0] if numbers else ""


def _responsible(session: Session) -> list[str]:
    asked = select(Person.name, Person.role).where(Person.voided_at.is_(None), Person.role.in_(RESPONSIBLE))
    people = session.execute(asked.order_by(Person.id)).all()
    return [person.name for person in sorted(people, key=lambda one: RESPONSIBLE.index(one.role))]


def _check_housekeeper(session: Session, name: str) -> None:
    known = _responsible(session)
    if known and name not in known:
        raise RefusedError(
            f"“{name}”不是区域管家，托管房由区域管家负责：{'、'.join(known[:4])}。",
            field="housekeeper",
            rule="R-KEY-7",
        )


def _numbered(lines: Sequence[str]) -> str:
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))
