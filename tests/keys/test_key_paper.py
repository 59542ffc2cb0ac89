"""Keys on paper: the register and its issues, loans by the month, applications, labels for the tags."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
import zxingcpp
from pypdfium2 import PdfDocument

from frontdesk.core.errors import RefusedError, StoppedError
from frontdesk.core.query import RegisterQuery
from frontdesk.forms import Slip, render_labels
from frontdesk.forms.samples import LETTERHEAD
from frontdesk.forms.template import load_labels, load_register, load_slip
from frontdesk.keys.register import KEY, LOAN, NewApplication, NewLoan, Wanted

from .conftest import somebody

if TYPE_CHECKING:
    from frontdesk.core.clock import FixedClock
    from frontdesk.desk import Desk

    from .conftest import Enter


def words(pdf: bytes) -> str:
    document = PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def codes(pdf: bytes, page: int = 0) -> list[str]:
    picture = PdfDocument(pdf)[page].render(scale=200 / 72).to_pil().convert("L")
    return [one.text for one in zxingcpp.read_barcodes(picture)]


def test_register_and_template_say_the_same_words() -> None:
    for register in (KEY, LOAN):
        template = load_register(register.form_id)
        assert template.title == register.title
        assert [(column.field, column.label, column.width) for column in template.columns] == [
            (field.name, field.label, field.width) for field in register.printed
        ]


def test_f_key_and_an_old_issue_of_it(office: Desk, enter: Enter, clock: FixedClock) -> None:
    """R-KEY-6."""
    key = enter("A-01", "𬱖家㛃门", cabinet="A柜", hook="3", spare=1)
    issue = office.keys.issues.issue(by=somebody("department_manager", "孙国庆"))
    office.keys.loans.lend(NewLoan((Wanted(key.id),), "李䶮", "检修"))
    clock.advance(timedelta(days=1))
    now = words(office.paper.keys(RegisterQuery()))
    assert all(word in now for word in ("钥匙登记表", "𬱖家㛃门", "A柜-3", "领出", "李䶮"))
    then = words(office.paper.key_issue(issue.id))
    assert all(word in then for word in ("第1期", "2026-Q4", "在库", "增加"))
    assert "李䶮" not in then


def test_f_key_loan_of_a_month_is_filed(office: Desk, enter: Enter, clock: FixedClock) -> None:
    (loan,) = office.keys.loans.lend(NewLoan((Wanted(enter("A-01").id),), "李䶮", "检修", "工程部"))
    office.keys.loans.take_back(loan.id, returned_by="王喆")
    month = RegisterQuery(first_day=date(2026, 11, 1), last_day=date(2026, 11, 30))
    paper = words(office.paper.key_loans(month))
    assert all(word in paper for word in ("2026-11-01至2026-11-30", "李䶮", "工程部", "王喆", "陈晓婧"))
    other = RegisterQuery(first_day=date(2026, 12, 1), last_day=date(2026, 12, 31))
    assert "本期没有领用钥匙" in words(office.paper.key_loans(other))


def test_f_key_appl_has_both_approvals_and_its_code(office: Desk, enter: Enter) -> None:
    """R-KEY-3."""
    service = office.keys.applications
    one = service.apply(NewApplication(enter("A-01").id, "copy", 2, "只剩一把", "李䶮", "工程部"))
    service.review(one.id, somebody("department_manager", "孙国庆"))
    assert service.record_prints([one.id]) == {one.id: 0}
    reprints = service.record_prints([one.id])
    pdf = office.paper.key_applications([one.id], reprints=reprints)
    paper = words(pdf)
    assert all(word in paper for word in ("YS2026-0001", "孙国庆11-2118:26", "物业部经理批准", "补打第1次"))
    assert codes(pdf) == ["FD:YS2026-0001"]
    assert office.context.actor is not None
    service.take_back_prints(reprints, office.context.actor)
    assert service.get(one.id).prints == 1


def test_f_key_appl_names_the_fields_of_the_specification() -> None:
    labels = {field.label for field in load_slip("F-KEY-APPL").fields.values()}
    assert labels >= {
        "编号", "申请日期", "申请人", "部门", "钥匙", "类别", "数量", "原因", "部门经理审核", "物业部经理批准", "前台登记",
    }  # fmt: skip


def test_r_key_1_a_tag_has_number_name_hook_and_a_code_that_finds_the_key(office: Desk, enter: Enter) -> None:
    """R-KEY-1."""
    keys = [enter(f"A-{n}", f"{n} 号㛃门", cabinet="A柜", hook=str(n)) for n in (1, 2)]
    pdf = office.paper.key_tags([key.id for key in keys])
    paper = words(pdf)
    assert all(word in paper for word in ("A-1", "1号㛃门", "A柜-1", "A-2"))
    found = [office.keys.held.find_key(code) for code in codes(pdf)]
    assert sorted(key.number for key in found if key) == ["A-1", "A-2"]


def test_labels_go_on_where_a_sheet_was_begun_and_over_to_the_next() -> None:
    grid = load_labels("F-KEY-TAG")
    places = grid.across * grid.down
    label = Slip({"number": "A-1", "lock": "<b>门</b>", "place": "A柜-1"}, "FD:KEY-000001")

    def pages(count: int, first: int) -> list[int]:
        document = PdfDocument(
            render_labels("F-KEY-TAG", [label] * count, letterhead=LETTERHEAD, first=first)
        )
        return ["".join(page.get_textpage().get_text_range().split()).count("A柜-1") for page in document]

    assert pages(places, 1) == [places]
    assert pages(3, places) == [1, 2]
    assert pages(places + 1, 1) == [places, 1]
    for wrong in (0, places + 1):
        with pytest.raises(RefusedError, match="一页有"):
            pages(1, wrong)
    with pytest.raises(RefusedError, match="没有要打印的"):
        pages(0, 1)
    with pytest.raises(StoppedError):
        render_labels("F-KEY-TAG", [label], letterhead=LETTERHEAD, cancelled=lambda: True)
    with pytest.raises(RefusedError, match="不能按标签"):
        render_labels("F-KEY", [label], letterhead=LETTERHEAD)
    with pytest.raises(RefusedError, match="标签"):
        load_register("F-KEY-TAG")


def test_r_key_9_a_scrapped_key_s_label_carries_the_mark() -> None:
    """R-KEY-9."""
    label = Slip({"number": "A-1"}, "FD:KEY-000001", void_reason="作废")
    assert "作废" in words(render_labels("F-KEY-TAG", [label], letterhead=LETTERHEAD))
