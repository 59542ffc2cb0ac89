"""What is half typed is kept, for its writer, through a crash."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from frontdesk.calls.register import NewCall
from frontdesk.core import journal
from frontdesk.core.actor import PROGRAM
from frontdesk.core.clock import FixedClock
from frontdesk.core.errors import NotAllowedError, SurroundingsError
from frontdesk.core.settings import DRAFT_DAYS
from frontdesk.desk import Desk, open_desk

HALF = {"reason": "厨房下水堵\n<b>", "caller": "张㛃𬱖", "number": "１３８", "urgent": True, "odd": "\ud83d"}


def test_a_draft_is_kept_as_it_was_typed_and_replaced_by_what_is_typed_next(desk: Desk) -> None:
    first = desk.drafts.save("calls", HALF)
    assert desk.drafts.save("calls", {**HALF, "caller": "张"}) == first
    kept = desk.drafts.latest("calls")
    assert kept is not None
    assert (kept.id, kept.page, kept.content) == (first, "calls", {**HALF, "caller": "张"})
    assert kept.saved_at == desk.context.clock.now()


def test_each_page_has_its_own_draft(desk: Desk) -> None:
    calls = desk.drafts.save("calls", {"reason": "一"})
    orders = desk.drafts.save("orders", {"content": "二"})
    assert calls != orders
    desk.drafts.drop(calls)
    assert desk.drafts.latest("calls") is None
    assert desk.drafts.latest("orders") is not None


def test_a_draft_that_is_gone_is_dropped_again_without_a_word(desk: Desk) -> None:
    draft = desk.drafts.save("calls", HALF)
    desk.drafts.drop(draft)
    desk.drafts.drop(draft)
    assert desk.drafts.latest("calls") is None


def test_nobody_is_offered_what_somebody_else_typed(desk: Desk) -> None:
    desk.drafts.save("calls", HALF)
    actor = desk.context.actor
    assert actor is not None
    desk.context.actor = replace(actor, person_id=None, name="系统")
    assert desk.drafts.latest("calls") is None
    mine = desk.drafts.save("calls", {"reason": "别的"})
    assert (kept := desk.drafts.latest("calls")) is not None
    assert kept.id == mine
    desk.context.actor = None
    with pytest.raises(NotAllowedError):
        desk.drafts.latest("calls")
    with pytest.raises(NotAllowedError):
        desk.drafts.save("calls", HALF)


def test_a_draft_leaves_no_line_in_the_journal_and_tells_no_page(desk: Desk) -> None:
    told: list[frozenset[str]] = []
    desk.context.subscribe(told.append)
    with desk.context.read() as session:
        before = journal.head(session.connection())
    desk.drafts.drop(desk.drafts.save("calls", HALF))
    with desk.context.read() as session:
        assert journal.head(session.connection()) == before
    assert told == []


def test_a_folder_that_cannot_be_written_is_said(desk: Desk) -> None:
    desk.database.read_only = True
    with pytest.raises(SurroundingsError):
        desk.drafts.save("calls", HALF)


CRASHING = """
import os, signal, sys
from pathlib import Path
from frontdesk.core.actor import PROGRAM
from frontdesk.desk import open_desk
desk = open_desk(Path(sys.argv[1]))
desk.context.actor = PROGRAM
desk.drafts.save("calls", {"reason": "说到一半"})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_a_draft_survives_a_crash(tmp_path: Path, clock: FixedClock) -> None:
    open_desk(tmp_path, create=True, clock=clock).close()
    ended = subprocess.run([sys.executable, "-c", CRASHING, str(tmp_path)], check=False, timeout=60)
    assert ended.returncode == -9
    desk = open_desk(tmp_path, clock=clock)
    desk.context.actor = PROGRAM
    kept = desk.drafts.latest("calls")
    desk.close()
    assert kept is not None
    assert kept.content == {"reason": "说到一半"}


def test_nobody_throws_away_anothers_draft_by_dropping_or_by_saving(desk: Desk) -> None:
    draft = desk.drafts.save("calls", HALF)
    owner, desk.context.actor = desk.context.actor, PROGRAM
    desk.drafts.drop(draft)
    desk.calls.log(NewCall("漏水", "C", draft_id=draft))
    desk.context.actor = owner
    assert desk.drafts.latest("calls") is not None
    desk.calls.log(NewCall("漏水", "C", draft_id=draft))
    assert desk.drafts.latest("calls") is None


def test_a_draft_set_aside_comes_back_when_its_page_is_free_again(desk: Desk) -> None:
    first = desk.drafts.save("call", HALF)
    desk.drafts.set_aside(first)
    assert desk.drafts.latest("call") is None
    second = desk.drafts.save("call", {"reason": "二"})
    desk.drafts.drop(second)
    assert desk.drafts.take_back("call")
    kept = desk.drafts.latest("call")
    assert kept is not None
    assert (kept.id, kept.content) == (first, HALF)
    assert not desk.drafts.take_back("call")


def test_the_drafts_of_steps_that_a_record_lost_go_and_no_others(desk: Desk) -> None:
    for page in (
        "order:1:dispatch",
        "order:1:finish",
        "order:1:correct:7",
        "order:11:dispatch",
        "order_1:dispatch",
    ):
        desk.drafts.save(page, HALF)
    desk.drafts.drop_steps("order:1", ["finish"])
    assert desk.drafts.latest("order:1:dispatch") is None
    for page in ("order:1:finish", "order:1:correct:7", "order:11:dispatch", "order_1:dispatch"):
        assert desk.drafts.latest(page) is not None


def test_the_spare_time_forgets_drafts_older_than_the_setting(desk: Desk, clock: FixedClock) -> None:
    desk.drafts.save("old", HALF)
    clock.advance(timedelta(days=desk.context.settings.get(DRAFT_DAYS) - 1))
    desk.drafts.save("new", HALF)
    while desk.tidy():
        pass
    assert desk.drafts.latest("old") is not None
    clock.advance(timedelta(days=1, minutes=1))
    assert desk.tidy()
    assert desk.drafts.latest("old") is None
    assert desk.drafts.latest("new") is not None
