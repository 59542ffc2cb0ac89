"""The price list: drafted, published, asked for the price of a day (R-ORDER-7)."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from frontdesk.core.actor import Actor
from frontdesk.core.errors import NotAllowedError, RefusedError
from frontdesk.exchange.export import ExportWish
from frontdesk.exchange.sheet_in import read_sheet
from frontdesk.prices import rules
from frontdesk.prices.model import PriceItem
from frontdesk.prices.register import PRICE, NewPrice
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

TODAY = date(2026, 11, 21)


@pytest.fixture
def finance(desk: Desk) -> Desk:
    """The desk with somebody of finance signed in."""
    sign_in(desk, "finance")
    return desk


def sign_in(desk: Desk, role: str) -> None:
    desk.context.actor = Actor(None, "周赟", role, role_of(role).permissions)


def published(desk: Desk, valid_from: date, *prices: tuple[str, int]) -> int:
    """A revision whose lines are these, and only these; returns its id."""
    begun = desk.prices.begin_revision()
    for line in desk.prices.lines(begun.id):
        desk.prices.strike_line(line.id, "改版")
    for name, fen in prices:
        desk.prices.add_line(NewPrice(name, fen))
    return desk.prices.publish(valid_from).id


def test_the_declared_fields_are_columns_of_the_table() -> None:
    columns = set(PriceItem.__table__.columns.keys())
    assert {field.name for field in PRICE.fields} <= columns
    assert {field.name for field in PRICE.entered} == set(NewPrice.__dataclass_fields__)


def test_r_order_7_each_day_has_the_price_of_the_list_that_held_on_it(
    finance: Desk, clock: FixedClock
) -> None:
    published(finance, date(2026, 7, 1), ("疏通下水", 6000))
    published(finance, date(2026, 12, 1), ("疏通下水", 8000))
    assert finance.prices.price_on("疏通下水", date(2026, 6, 30)) is None
    days = {date(2026, 7, 1): 6000, TODAY: 6000, date(2026, 11, 30): 6000, date(2026, 12, 1): 8000}
    for day, fen in days.items():
        found = finance.prices.price_on("疏通下水", day)
        assert found is not None
        assert found.unit_price == fen, day


def test_r_order_7_a_revision_says_until_when_it_was_valid(finance: Desk) -> None:
    published(finance, date(2026, 7, 1), ("疏通下水", 6000))
    published(finance, date(2026, 12, 1), ("疏通下水", 8000))
    newest, before = finance.prices.revisions()
    assert (newest.number, newest.valid_from, newest.valid_to) == (2, date(2026, 12, 1), None)
    assert (before.number, before.valid_to) == (1, date(2026, 11, 30))
    assert before.period == "第 1 版　有效期 2026-07-01 至 2026-11-30"
    assert newest.period == "第 2 版　有效期 2026-12-01 起"
    current = finance.prices.current()
    assert current is not None
    assert current.number == 1


def test_r_order_7_a_revision_is_held_against_the_one_before(finance: Desk) -> None:
    """R-ORDER-7: old revisions stay readable, and what a new one changes is told before it is published."""
    first = published(finance, date(2026, 1, 1), ("疏通下水", 5000), ("换锁芯", 5000))
    second = published(finance, TODAY, ("疏通 下水", 6000), ("换锁芯", 5000), ("喆䶮清洗", 1))
    draft = finance.prices.begin_revision()
    finance.prices.strike_line(finance.prices.lines(draft.id)[0].id, "停办")
    assert [line.name for line in finance.prices.earlier_lines(second)] == ["疏通下水", "换锁芯"]
    assert finance.prices.earlier_lines(first) == []
    assert len(finance.prices.earlier_lines(draft.id)) == 3
    rows = rules.compared(finance.prices.lines(second), finance.prices.earlier_lines(second))
    assert [row.before for row in rows] == [5000, 5000, None]
    told = rules.changes(finance.prices.lines(second), finance.prices.earlier_lines(second))
    assert told.shown == "新增 1 项，调价 1 项"
    assert rules.changes(rows, rows).shown == "没有变化"
    left = rules.changes(finance.prices.lines(draft.id), finance.prices.earlier_lines(draft.id))
    assert left.shown == "取消 1 项"


def test_r_order_7_a_revision_says_whether_it_holds_today(finance: Desk) -> None:
    """R-ORDER-7."""
    published(finance, date(2026, 1, 1), ("疏通下水", 1))
    published(finance, TODAY, ("疏通下水", 2))
    published(finance, date(2026, 12, 1), ("疏通下水", 3))
    finance.prices.begin_revision()
    assert [row.state(TODAY)[0] for row in finance.prices.revisions()] == [
        "草稿",
        "未到日期",
        "执行中",
        "已停用",
    ]


def test_a_new_revision_begins_as_a_draft_with_the_lines_of_the_last(finance: Desk) -> None:
    published(finance, date(2026, 7, 1), ("疏通下水", 6000), ("换锁芯", 5000))
    draft = finance.prices.begin_revision()
    assert (draft.is_draft, draft.lines, draft.period) == (True, 2, "草稿，未公布")
    assert [line.name for line in finance.prices.lines(draft.id)] == ["疏通下水", "换锁芯"]
    with pytest.raises(RefusedError, match="已有一份没公布的草稿"):
        finance.prices.begin_revision()
    assert finance.prices.items_on(TODAY)[0].revision == 1


def test_r_order_7_what_is_published_is_never_changed(finance: Desk) -> None:
    old = published(finance, date(2026, 7, 1), ("疏通下水", 6000))
    (line,) = finance.prices.lines(old)
    with pytest.raises(RefusedError, match="已公布的价目不能改") as refused:
        finance.prices.correct_line(line.id, NewPrice("疏通下水", 1))
    assert refused.value.rule == "R-ORDER-7"
    finance.prices.begin_revision()
    for change in (
        lambda: finance.prices.correct_line(line.id, NewPrice("疏通下水", 1)),
        lambda: finance.prices.strike_line(line.id, "不做了"),
    ):
        with pytest.raises(RefusedError, match="不在草稿里"):
            change()
    assert finance.prices.lines(old) == [line]


@pytest.mark.parametrize("valid_from", [date(2026, 11, 20), date(2026, 11, 25)])
def test_r_order_7_a_list_does_not_change_the_price_of_a_day_gone_by(finance: Desk, valid_from: date) -> None:
    published(finance, date(2026, 7, 1), ("疏通下水", 6000))
    published(finance, date(2026, 11, 25), ("疏通下水", 7000))
    finance.prices.begin_revision()
    with pytest.raises(RefusedError) as refused:
        finance.prices.publish(valid_from)
    assert (refused.value.field, refused.value.rule) == ("valid_from", "R-ORDER-7")
    assert finance.prices.publish(date(2026, 11, 26)).number == 3


def test_an_empty_list_is_not_published(finance: Desk) -> None:
    finance.prices.begin_revision()
    with pytest.raises(RefusedError, match="还是空的"):
        finance.prices.publish(TODAY)


def test_a_draft_given_up_leaves_no_gap_in_the_revisions_numbers(finance: Desk) -> None:
    published(finance, date(2026, 7, 1), ("疏通下水", 6000))
    finance.prices.begin_revision()
    with pytest.raises(RefusedError, match="原因"):
        finance.prices.drop_draft(" ")
    finance.prices.drop_draft("改明年再调")
    finance.prices.begin_revision()
    assert finance.prices.publish(TODAY).number == 2


def test_lines_are_numbered_without_a_gap_when_one_is_struck(finance: Desk) -> None:
    draft = finance.prices.begin_revision()
    ids = [finance.prices.add_line(NewPrice(name, 100)) for name in ("甲", "乙", "丙")]
    finance.prices.strike_line(ids[1], "不做了")
    assert [(line.position, line.name) for line in finance.prices.lines(draft.id)] == [(1, "甲"), (2, "丙")]
    finance.prices.correct_line(ids[2], NewPrice("丙 <b>", 150, "米", "gardening", "=1+1"))
    assert finance.prices.print_rows(draft.id)[1] == ("2", "绿化", "丙 <b>", "米", "1.50", "=1+1")


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (NewPrice(" ", 1), "name"),
        (NewPrice("换锁", 1, unit=""), "unit"),
        (NewPrice("换锁", -1), "unit_price"),
        (NewPrice("换锁", 10**10), "unit_price"),
        (NewPrice("换锁", 1, category="x"), "category"),
        (NewPrice("疏通　下水", 1), "name"),
    ],
)
def test_a_line_that_does_not_fit_is_refused_by_its_field(finance: Desk, new: NewPrice, field: str) -> None:
    finance.prices.begin_revision()
    finance.prices.add_line(NewPrice("疏通下水", 6000))
    with pytest.raises(RefusedError) as refused:
        finance.prices.add_line(new)
    assert refused.value.field == field


@pytest.mark.parametrize("typed", ["角阀", "ghjf", "JF", "dn15", "ＤＮ", "更换", ""])
def test_an_item_is_found_by_any_part_of_its_name_or_initials(finance: Desk, typed: str) -> None:
    published(finance, TODAY, ("更换角阀DN15", 3500))
    rows = finance.prices.items_on(TODAY)
    assert [row.name for row in rules.matching(rows, typed)] == ["更换角阀DN15"]
    assert rules.matching(rows, "水表") == []


@given(st.text(min_size=1, max_size=20), st.data())
def test_every_item_is_found_by_every_piece_of_its_name(name: str, data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(name) - 1))
    assert rules.answers(name, name[first : data.draw(st.integers(first + 1, len(name)))])


def test_items_of_the_orders_own_category_come_first(finance: Desk) -> None:
    finance.prices.begin_revision()
    finance.prices.add_line(NewPrice("上门费", 2000))
    finance.prices.add_line(NewPrice("上门费", 3000, category="housekeeping"))
    finance.prices.publish(TODAY)
    rows = finance.prices.items_on(TODAY)
    assert [row.unit_price for row in rules.matching(rows, "smf", "housekeeping")] == [3000, 2000]
    named = rules.listed(rows, " 上门 费", "housekeeping")
    assert named is not None
    assert named.unit_price == 3000
    assert rules.listed(rows, "") is None
    assert rules.listed(rows, "上门") is None
    found = finance.prices.price_on(" 上门费", TODAY, "housekeeping")
    assert found is not None
    assert found.unit_price == 3000


def test_the_item_of_exactly_that_name_comes_before_what_begins_so(finance: Desk) -> None:
    published(finance, TODAY, ("疏通下水主管", 9000), ("疏通下水", 6000))
    found = rules.matching(finance.prices.items_on(TODAY), "疏通下水")
    assert [row.unit_price for row in found] == [6000, 9000]


@pytest.mark.parametrize(
    ("begins", "months", "due"),
    [
        (date(2026, 7, 1), 6, date(2027, 1, 1)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2023, 8, 31), 6, date(2024, 2, 29)),
        (date(2026, 12, 15), 12, date(2027, 12, 15)),
    ],
)
def test_r_order_7_the_list_is_revised_every_half_year(begins: date, months: int, due: date) -> None:
    assert rules.next_revision(begins, months) == due


def test_r_order_7_the_next_revision_is_due_a_month_ahead(finance: Desk, clock: FixedClock) -> None:
    assert finance.prices.due(clock.now()) == []
    published(finance, date(2026, 6, 1), ("疏通下水", 6000))
    assert finance.prices.next_revision_due() == date(2026, 12, 1)
    (item,) = finance.prices.due(clock.now())
    assert clock.local(item.due_at).date() == date(2026, 12, 1)
    assert (item.who, item.register) == ("财务", "price_revision")
    assert finance.prices.due(item.since - timedelta(seconds=1)) == []
    published(finance, date(2026, 12, 1), ("疏通下水", 6000))
    assert finance.prices.due(clock.now()) == []


def office_sheet(path: Path, *rows: tuple[object, ...]) -> Path:
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


HEAD = ("序号", "服务类别", "项目", "计量单位", "单价（元）", "备注")


def test_an_offices_sheet_becomes_the_draft(finance: Desk, tmp_path: Path) -> None:
    path = office_sheet(
        tmp_path / "价目.xlsx",
        ("富成花园收费标准",),
        HEAD,
        (1, "报修", "更换角阀", "只", 35, "不含人工"),
        (2, None, "疏通下水", "次", "60元", None),
        (3, "洗衣", "𬱖喆牌羽绒服", "件", 45.5, "=1+1"),
    )
    preview = finance.prices.preview_sheet(path)
    assert preview.problems == ()
    assert preview.lines[1] == NewPrice("疏通下水", 6000, "次", "repair", "")
    assert preview.lines[2].unit_price == 4550
    assert finance.prices.import_sheet(preview) == 3
    draft = finance.prices.revisions()[0]
    assert (draft.is_draft, draft.lines) == (True, 3)
    assert finance.prices.import_sheet(preview) == 3
    assert finance.prices.revisions()[0].lines == 3


def test_a_sheet_with_a_bad_row_changes_nothing_and_says_which(finance: Desk, tmp_path: Path) -> None:
    path = office_sheet(
        tmp_path / "x.xlsx",
        HEAD,
        (1, "报修", "更换角阀", "只", "面议", ""),
        (2, "修理", "换锁", "次", 10, ""),
        (3, "报修", "疏通", "次", 10, ""),
        (4, "报修", " 疏通", "次", 12, ""),
    )
    preview = finance.prices.preview_sheet(path)
    assert [problem.split("：")[0] for problem in preview.problems] == ["第 2 行", "第 3 行", "第 5 行"]
    with pytest.raises(RefusedError, match="什么都没有改动"):
        finance.prices.import_sheet(preview)
    assert finance.prices.revisions() == []
    with pytest.raises(RefusedError, match="没认出表头"):
        finance.prices.preview_sheet(office_sheet(tmp_path / "y.xlsx", ("甲", "乙"), (1, 2)))


def test_what_is_exported_can_be_imported_again(finance: Desk, tmp_path: Path) -> None:
    """By finance too, which keeps the list (roles.md): it is published, and nobody's data."""
    revision = published(finance, TODAY, ("更换角阀", 3500), ("=cmd|'/c'!A1", 1))
    path = tmp_path / "价目.xlsx"
    assert finance.prices.export(revision, path, ExportWish("发给新住户")) == 2
    preview = finance.prices.preview_sheet(path)
    assert not preview.problems, read_sheet(path).rows
    assert [(line.name, line.unit_price) for line in preview.lines] == [
        ("更换角阀", 3500),
        ("=cmd|'/c'!A1", 1),
    ]


@pytest.mark.parametrize("role", ["clerk", "housekeeper", "property_manager", "administrator"])
def test_the_list_is_kept_by_finance_and_supervisors_only(desk: Desk, role: str) -> None:
    sign_in(desk, role)
    for command in (
        desk.prices.begin_revision,
        lambda: desk.prices.add_line(NewPrice("换锁", 1)),
        lambda: desk.prices.publish(TODAY),
        lambda: desk.prices.preview_sheet(Path("x.xlsx")),
    ):
        with pytest.raises(NotAllowedError):
            command()
    assert desk.prices.items_on(TODAY) == []


def test_f_price_prints_all_lines_with_number_and_validity(finance: Desk) -> None:
    from pypdfium2 import PdfDocument

    revision = published(finance, date(2026, 7, 1), *((f"项目{number}䶮", number) for number in range(1, 90)))
    pdf = PdfDocument(finance.paper.prices(revision))
    texts = ["".join(page.get_textpage().get_text_range().split()) for page in pdf]
    pdf.close()
    assert len(texts) > 1
    assert all("专项服务项目及收费标准" in text and "第1版有效期2026-07-01起" in text for text in texts)
    assert all(f"项目{number}䶮" in "".join(texts) for number in range(1, 90))
    assert ["公司（盖章）" in text for text in texts] == [False] * (len(texts) - 1) + [True]
