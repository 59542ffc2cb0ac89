"""Phrase codes, the directory, and what to say: the small things beside the call's form."""

from __future__ import annotations

import tomllib

import pytest

from frontdesk.calls.hints import Case, hint
from frontdesk.core import journal
from frontdesk.core.actor import PROGRAM, Permission
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.core.initials import initials_of
from frontdesk.core.paths import resource
from frontdesk.core.settings import CALL_HINTS, ESTATE_NAME
from frontdesk.desk import Desk


def seeded(desk: Desk) -> Desk:
    with desk.context.transaction(Permission.WRITE_CALLS, actor=PROGRAM) as work:
        desk.phrases.seed(work)
        desk.directory.seed(work)
    return desk


def brought() -> dict[str, str]:
    groups = tomllib.loads(resource("seed", "phrases.toml").read_text(encoding="utf-8")).values()
    pairs = [pair for group in groups for pair in group.items()]
    assert len(pairs) == len(dict(pairs)), "a code stands twice"
    return dict(pairs)


def journal_lines(desk: Desk) -> int:
    with desk.context.read() as session:
        return journal.head(session.connection())[0]


def test_the_program_brings_some_sixty_phrases_whose_codes_are_their_initials() -> None:
    phrases = brought()
    assert len(phrases) >= 60
    assert phrases["cfds"] == "厨房下水堵塞"
    for code, text in phrases.items():
        assert any(is_within(code, initials) for initials in initials_of(text)), (code, text)


def is_within(code: str, initials: str) -> bool:
    rest = iter(initials)
    return all(letter in rest for letter in code)


@pytest.mark.parametrize("typed", ["cfds", "CFDS", " cfds ", "ｃｆｄｓ"])
def test_a_code_becomes_its_phrase_however_it_is_typed(desk: Desk, typed: str) -> None:
    assert seeded(desk).phrases.expand(typed) == "厨房下水堵塞"


@pytest.mark.parametrize("typed", ["", "厨房", "cfdsx", "%", "\0", "\ud83d"])
def test_no_phrase_answers_to_what_is_no_code(desk: Desk, typed: str) -> None:
    assert seeded(desk).phrases.expand(typed) is None


def test_the_most_used_stand_first_and_uses_leave_no_line_in_the_journal(desk: Desk) -> None:
    seeded(desk)
    before = journal_lines(desk)
    for code in ("mtds", "dtkr", "mtds"):
        desk.phrases.expand(code)
    assert [(row.code, row.uses) for row in desk.phrases.phrases(most=2)] == [("mtds", 2), ("dtkr", 1)]
    assert journal_lines(desk) == before


def test_phrases_are_looked_up_by_the_beginning_of_the_code_or_by_words(desk: Desk) -> None:
    seeded(desk)
    assert {row.code for row in desk.phrases.phrases("cf")} == {"cfds"}
    assert "cfds" in {row.code for row in desk.phrases.phrases("下水")}


def test_phrases_are_added_corrected_given_up_and_taken_again(desk: Desk) -> None:
    added = desk.phrases.add("ZDY", "自动门夹人")
    assert (added.code, desk.phrases.expand("zdy")) == ("zdy", "自动门夹人")
    with pytest.raises(RefusedError) as refusal:
        desk.phrases.add("zdy", "别的")
    assert refusal.value.field == "code"
    other = desk.phrases.add("zdm", "自动门不开")
    with pytest.raises(RefusedError):
        desk.phrases.correct(other.id, "zdy", "自动门不开")
    assert desk.phrases.correct(added.id, "zdmj", "自动门夹到人").text == "自动门夹到人"
    desk.phrases.void(added.id)
    assert desk.phrases.expand("zdmj") is None
    with pytest.raises(RefusedError):
        desk.phrases.correct(other.id, "zdmj", "自动门不开")
    assert desk.phrases.add("zdmj", "又用上了").id == added.id
    assert desk.phrases.expand("zdmj") == "又用上了"


@pytest.mark.parametrize("code", ["", "下水", "a b", "x" * 21, "a-b"])
def test_a_code_is_letters_and_figures(desk: Desk, code: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        desk.phrases.add(code, "什么")
    assert refusal.value.field == "code"


def test_a_use_that_cannot_be_counted_does_not_disturb_the_clerk(desk: Desk) -> None:
    seeded(desk)
    desk.database.read_only = True
    assert desk.phrases.expand("cfds") == "厨房下水堵塞"
    desk.database.read_only = False
    assert {row.uses for row in desk.phrases.phrases()} == {0}


def test_first_start_fills_phrases_and_directory(desk: Desk) -> None:
    desk.staff.first_start("某物业", "富成花园", "管理员", "correct horse battery")
    assert len(desk.phrases.phrases()) == len(brought())
    assert {body.name for body in desk.directory.bodies()} >= {
        *("供水", "供电", "供气", "派出所", "居委会", "火警", "匪警"),
    }


def test_r_call_5_the_directory_gives_numbers_and_is_kept_by_the_desk(desk: Desk, signed_in) -> None:
    """R-CALL-5."""
    seeded(desk)
    numbers = {body.name: body for body in desk.directory.bodies()}
    assert (numbers["火警"].number, numbers["匪警"].number) == ("119", "110")
    water = desk.directory.correct(numbers["供水"].id, "供水", "０５１２ 96390", "")
    assert water.number == "0512 96390"
    added = desk.directory.add("物业维修基金", "65001234")
    assert desk.directory.bodies()[-1] == added
    assert desk.directory.bodies("供水") == [water]
    desk.directory.void(added.id)
    assert added not in desk.directory.bodies()
    with pytest.raises(RefusedError):
        desk.directory.add(" ", "1")
    with signed_in("administrator"), pytest.raises(NotAllowedError):
        desk.directory.add("热力", "1")


def test_r_call_8_each_case_has_something_to_say(desk: Desk) -> None:
    """R-CALL-8."""
    for case in Case:
        said = hint(desk.context, case)
        assert said
        assert "{" not in said
    assert "陈晓婧" in hint(desk.context, Case.GREETING)
    assert "19:00" in hint(desk.context, Case.PROMISE, "19:00")


def test_r_call_8_the_office_words_it_and_what_it_leaves_out_the_program_has(desk: Desk, signed_in) -> None:
    """R-CALL-8."""
    with signed_in("administrator"):
        desk.context.settings.put(ESTATE_NAME, "富成花园")
        desk.context.settings.put(CALL_HINTS, ["问候|{小区}您好 {0} {姓名.x}", "结束|", "没有竖线"])
    assert hint(desk.context, Case.GREETING) == "富成花园您好 {0} {姓名.x}"
    assert hint(desk.context, Case.CLOSING).startswith("感谢")
