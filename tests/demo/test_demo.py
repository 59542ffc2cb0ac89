"""The demonstration: what is made in bulk is of the same kind as what the services write."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, text

from frontdesk.calls.listing import INDEX as CALLS
from frontdesk.calls.model import Call, Message
from frontdesk.calls.register import NewCall
from frontdesk.core.actor import PROGRAM
from frontdesk.core.clock import FixedClock
from frontdesk.core.errors import RefusedError, StoppedError
from frontdesk.core.model import JournalLine
from frontdesk.core.paths import DATABASE_NAME
from frontdesk.core.query import RegisterQuery
from frontdesk.demo import DEMO_STAFF, DemoSize, make_demo
from frontdesk.demo.estate import room_numbers
from frontdesk.demo.papers import BLANKS
from frontdesk.desk import open_desk
from frontdesk.orders.model import ServiceOrder
from frontdesk.orders.register import NewOrder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from frontdesk.desk import Desk

CHINA = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 21, 18, 26, tzinfo=CHINA)
SIZE = DemoSize(units=120, calls=900, orders=300)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_demo(folder, SIZE, clock=FixedClock(NOW))
    return folder


@pytest.fixture
def demo(folder: Path, tmp_path: Path) -> Iterator[Desk]:
    """One's own copy of it, at the moment it was made for, with the program itself signed in."""
    shutil.copy(folder / DATABASE_NAME, tmp_path)
    desk = open_desk(tmp_path, clock=FixedClock(NOW))
    desk.context.actor = PROGRAM
    yield desk
    desk.close()


def test_it_verifies(demo: Desk) -> None:
    report = demo.verify()
    assert report.findings == ()
    assert report.records > SIZE.calls + SIZE.orders + SIZE.units


def test_it_has_the_size_that_was_asked_for(demo: Desk) -> None:
    assert len(demo.calls.find(RegisterQuery())) == SIZE.calls
    assert len(demo.orders.find(RegisterQuery())) == SIZE.orders + BLANKS
    with demo.context.read() as session:
        assert session.scalar(text("SELECT count(*) FROM unit")) == SIZE.units


def test_today_looks_alive_and_nothing_is_of_the_future(demo: Desk) -> None:
    with demo.context.read() as session:
        today = session.scalars(select(Call).where(Call.day == NOW.date())).all()
        states = set(session.scalars(select(ServiceOrder.state)))
        newest = session.scalar(select(JournalLine.at).order_by(JournalLine.at.desc()))
        waiting = session.scalars(select(Message).where(Message.passed_on_at.is_(None))).all()
    assert len(today) > 20
    assert any(call.settled_at is None for call in today)
    assert states >= {"dispatched", "finished", "returned", "void"}
    assert newest is not None
    assert newest <= NOW.astimezone(UTC)
    assert waiting
    assert demo.calls.promised_due()


def test_the_journal_is_in_the_order_of_time(demo: Desk) -> None:
    with demo.context.read() as session:
        moments = session.scalars(select(JournalLine.at).order_by(JournalLine.seq)).all()
    assert moments == sorted(moments)


def test_a_record_made_in_bulk_has_the_same_fields_in_the_journal_as_one_by_a_service(demo: Desk) -> None:
    unit_id, unit_no = 90, demo.estate.household(90).unit.unit_no
    call = NewCall("厨房下水堵塞", "C", unit_id=unit_id, unit_no=unit_no, caller="张㛃", number="13800000000")
    demo.calls.log_with_order(
        call, NewOrder("厨房下水堵塞", unit_id, unit_no, "张㛃", "13800000000", expected_cost=1)
    )
    with demo.context.read() as session:
        for register in ("call", "service_order"):
            lines = session.scalars(
                select(JournalLine.content)
                .where(JournalLine.register == register, JournalLine.action.in_(("create", "issue")))
                .order_by(JournalLine.seq.desc())
            ).all()
            fields = {frozenset(json.loads(content)) for content in lines}
            optional = {"unit_id", "promised_at", "settled_at", "appointment_at", "appointment_until"}
            optional |= {"answered_by_id", "created_by_id"}  # the program itself is nobody
            assert {names - optional for names in fields} == {frozenset(json.loads(lines[0])) - optional}


def test_it_can_be_searched_and_found(demo: Desk) -> None:
    with demo.context.read() as session:
        call = session.scalars(select(Call).where(Call.unit_id.is_not(None)).order_by(Call.id.desc())).first()
        order = session.scalars(select(ServiceOrder).order_by(ServiceOrder.id)).first()
        assert call is not None
        assert order is not None
        assert call.id in CALLS.find(session.connection(), call.reason[:4], 5000)
    assert order.id in demo.orders.find(RegisterQuery(text=order.serial))
    assert demo.finder.find(call.unit_no)[0].label.startswith(call.unit_no)


def test_the_desk_works_on_where_the_demonstration_ends(demo: Desk) -> None:
    before = demo.verify()
    row = demo.calls.log(NewCall("电梯异响", "A"))
    assert row.day == NOW.date()
    order = demo.orders.issue(NewOrder("换灯泡"))
    assert order.serial.startswith("FW2026-")
    after = demo.verify()
    assert before.ok
    assert after.ok


def test_r_order_7_its_orders_charge_what_its_price_list_says(demo: Desk) -> None:
    current = demo.prices.current()
    assert current is not None
    assert (current.number, current.valid_from) == (2, NOW.date().replace(month=7, day=1))
    asked = text(
        "SELECT DISTINCT o.category, l.item, l.unit_price FROM order_line l JOIN service_order o ON o.id = l.order_id"
    )
    with demo.context.read() as session:
        charged = session.execute(asked).all()
    for category, item, fen in charged:
        listed = demo.prices.price_on(item, NOW.date(), category)
        assert listed is not None, item
        assert (listed.unit_price, listed.category) == (fen, category), item
    assert demo.prices.due(NOW) == []


def test_its_papers_are_drawn_up_like_any_desks(demo: Desk) -> None:
    watch = demo.order_books.watch.watch(NOW.date())
    assert watch.missing == ()
    assert watch.issued > 0
    assert demo.order_books.finance.draw_up().lines > 0
    assert demo.order_books.watch.unfollowed() == []


def test_its_call_backs_stand_as_the_rules_would_have_them(demo: Desk) -> None:
    """R-ORDER-9, R-ORDER-10, R-ORDER-11: noted on the order as the service would, most made, some due, few late."""
    with demo.context.read() as session:
        asked = select(ServiceOrder).where(ServiceOrder.finished_at.is_not(None))
        finished = [(order.id, order.called_back_at) for order in session.scalars(asked)]
    for order_id, called_back_at in finished:
        assert (demo.callbacks.awaited(order_id) is None) == (called_back_at is not None), order_id
        if called_back_at is not None:
            assert demo.callbacks.of_order(order_id)[-1].called_at == called_back_at
    queue = demo.callbacks.queue
    waiting = [queue.row(order_id) for order_id in queue.find(RegisterQuery())]
    late = [row for row in waiting if row is not None and row.due_at is not None and row.due_at < NOW]
    assert 0 < len(waiting) < 40
    assert len(late) < 10
    assert sum(called is not None for _, called in finished) > 0.8 * len(finished)
    assert any(sample.drawn for sample in queue.samples())
    assert queue.last_rain() is not None


def test_its_papers_have_gone_their_way(demo: Desk) -> None:
    """R-ORDER-2, R-ORDER-13, R-ORDER-15, R-ORDER-16: every page of the books has something to show."""
    today = NOW.date()
    lists = demo.order_books.finance.lists(today - timedelta(days=7), today)
    assert lists
    assert all(one.received_by == "吴丽" for one in lists)
    assert [volume.month for volume in demo.order_books.volumes.volumes(2026)] == list(range(1, 11))
    (run,) = demo.order_books.blanks.runs()
    assert (run.blank, run.void, run.missing) == (BLANKS - 6, 1, 0)
    requests = demo.payment_requests.of_month(f"{today:%Y-%m}")
    assert {request.state for request in requests} == {"paid", "late"}
    assert demo.receipts.find(RegisterQuery())
    (fault,) = demo.patterns.faults()
    assert fault.count >= 3
    assert fault.open


def test_its_keys_show_every_state_of_the_board(demo: Desk) -> None:
    """R-KEY-2, R-KEY-3, R-KEY-6: some out, one overdue, one scrapped, one copied, one lost; and its register is kept up."""
    board = demo.keys.held.board(NOW)
    assert len(board) > 100
    assert {one.state for one in board} == {"in", "out", "copying", "lost", "void"}
    assert sum(one.overdue for one in board) >= 1
    assert {one.kind for one in board} == {"public", "office", "custody"}
    assert any(char in one.lock for one in board for char in "𬱖㛃")
    out = demo.keys.loans.find(RegisterQuery(open_only=True))
    assert len(out) == sum(one.in_use - one.hanging for one in board if one.state in ("in", "out"))
    assert demo.keys.issues.issues()
    assert demo.keys.counts.last() is not None
    assert {item.register for item in demo.keys.due(NOW)} >= {"key_loan", "key_application"}


def test_its_people_can_sign_in(demo: Desk) -> None:
    people = {person.name: person.id for person in demo.staff.people()}
    assert set(people) == {person.name for person in DEMO_STAFF}
    for person in DEMO_STAFF:
        assert demo.staff.sign_in(people[person.name], person.secret).role == person.role


def told(folder: Path) -> list[tuple[object, ...]]:
    """Everything but what chance makes secret (salts, PINs) and what hangs on it."""
    desk = open_desk(folder, clock=FixedClock(NOW))
    with desk.context.read() as session:
        lines = session.execute(
            text(
                "SELECT at, actor, action, register, record_id, content FROM journal WHERE register <> 'person'"
            )
        ).all()
    desk.close()
    return [tuple(line) for line in lines]


def test_the_same_seed_tells_the_same_story_and_another_another(tmp_path: Path) -> None:
    size = DemoSize(units=20, calls=60, orders=20, seed=1)
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        make_demo(tmp_path / name, DemoSize(**{**vars(size), "seed": seed}), clock=FixedClock(NOW))
    assert told(tmp_path / "a") == told(tmp_path / "b")
    assert told(tmp_path / "a") != told(tmp_path / "c")


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 1, 0, 0, 5, tzinfo=CHINA),
        datetime(2024, 2, 29, 23, 59, 59, tzinfo=CHINA),
        datetime(2026, 7, 1, 6, 0, tzinfo=UTC),
    ],
)
def test_it_can_be_made_at_any_moment(tmp_path: Path, moment: datetime) -> None:
    make_demo(tmp_path / "d", DemoSize(units=9, calls=50, orders=50, years=2), clock=FixedClock(moment))
    desk = open_desk(tmp_path / "d", clock=FixedClock(moment))
    desk.context.actor = PROGRAM
    assert desk.verify().findings == ()
    assert desk.context.clock_behind() == timedelta(0)
    desk.close()


def test_rooms_are_of_several_styles_and_each_stands_once() -> None:
    numbers = room_numbers(1000)
    assert len(set(numbers)) == len(numbers) == 1000
    for style in ("别墅A1", "商铺S-01", "车库B1-001", "A座201", "1-1-101"):
        assert style in numbers


def test_names_have_rare_characters(demo: Desk) -> None:
    with demo.context.read() as session:
        names = "".join(session.scalars(text("SELECT name FROM resident")))
    assert any(ord(char) >= 0x20000 or char in "㛃䶮喆赟" for char in names)


def test_a_folder_with_a_desk_is_not_touched(folder: Path) -> None:
    with pytest.raises(RefusedError, match="已有前台数据"):
        make_demo(folder, SIZE)


def test_stopped_half_way_nothing_is_left(tmp_path: Path) -> None:
    asked = iter([False, True])
    with pytest.raises(StoppedError):
        make_demo(tmp_path / "d", SIZE, clock=FixedClock(NOW), cancelled=lambda: next(asked, True))
    assert list((tmp_path / "d").iterdir()) == []
