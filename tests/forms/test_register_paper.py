"""Registers on paper: F-CALL, F-MESSAGE, F-SUMMARY."""

from __future__ import annotations

import pytest

from frontdesk.calls.register import CALL, MESSAGE, SUMMARY
from frontdesk.core.errors import RefusedError, StoppedError
from frontdesk.core.fields import Field, Register
from frontdesk.forms import render_register
from frontdesk.forms.template import load_register
from frontdesk.order_books.register import FINANCE, ORDER_DAY
from frontdesk.prices.register import PRICE

COLUMNS = [
    "序号", "记录日期", "记录时间", "房间号", "来电号码", "来电缘由",
    "工单编号", "接听人", "信息接受人", "完成情况", "信息类别", "备注",
]  # fmt: skip
NOTE = "注:信息类别A代表投诉;B代表询问;C代表合理建议、需求;D代表其它"


def row(number: int, reason: str = "角阀漏水。", clerk: str = "陈晓赟") -> list[str]:
    return [
        str(number), "2026-11-21", "08:42", "3-2-1102", "13800001234", reason,
        "FW2026-000123", clerk, "工程部", "已派工", "C", "",
    ]  # fmt: skip


def printed(rows, letterhead, **more) -> bytes:
    return render_register(
        CALL,
        rows,
        letterhead=letterhead,
        period="2026-11-21",
        printed_by="李喆",
        printed_at="2026-11-21 18:26",
        **more,
    )


def test_f_call_has_exactly_the_twelve_columns_in_this_order_and_its_foot_note(letterhead, read) -> None:
    paper = read(printed([row(1)], letterhead))
    heads = [word.text for word in paper.words(0) if word.text in COLUMNS]
    assert heads == COLUMNS
    assert [field.label for field in CALL.printed] == COLUMNS
    assert "公共信息记录表" in paper.text(0)
    assert NOTE in paper.text(0)


def test_register_and_template_say_the_same_words() -> None:
    """The paper's wording stands in the template, the screen's in the register: they may not part."""
    for register in (CALL, MESSAGE, SUMMARY, PRICE, ORDER_DAY, FINANCE):
        template = load_register(register.form_id)
        labels = {field.name: field.label for field in register.printed}
        assert {column.field: column.label for column in template.columns} == labels
        assert template.title == register.title
        widths = {field.name: field.width for field in register.printed}
        assert {
            column.field: column.width for column in template.columns
        } == widths  # the sheet's columns too
        assert template.note == register.foot_note


def test_each_page_bears_head_title_estate_period_clerk_time_and_number(letterhead, read) -> None:
    paper = read(printed([row(at) for at in range(1, 121)], letterhead))
    count = len(paper)
    assert count > 2
    for page in range(count):
        text = paper.text(page)
        assert paper.size(page) == pytest.approx((297, 210), abs=0.05)
        for said in (*COLUMNS, "公共信息记录表", letterhead.company, letterhead.estate, "李喆", NOTE):
            assert said in text
        assert "打印时间2026-11-2118:26" in text
        assert f"第{page + 1}页共{count}页" in text


def test_rows_stand_in_order_and_each_stands_once(letterhead, read) -> None:
    paper = read(printed([row(at, f"事由{at}号。") for at in range(1, 301)], letterhead))
    found = [
        word.text for page in range(len(paper)) for word in paper.words(page) if word.text.startswith("事由")
    ]
    assert found == [f"事由{at}号。" for at in range(1, 301)]


def test_a_long_cell_wraps_and_its_row_grows(letterhead, read) -> None:
    short = read(printed([row(1), row(2)], letterhead)).words(0)
    long = read(printed([row(1, "漏水" * 60), row(2)], letterhead)).words(0)
    assert _y(long, "2") > _y(short, "2") + 10


def test_a_row_longer_than_a_page_goes_on_and_nothing_is_cut(letterhead, read) -> None:
    reason = "".join(chr(0x4E00 + at) for at in range(4000))
    paper = read(printed([row(1), row(2, reason), row(3)], letterhead))
    assert len(paper) > 1
    assert set(reason) <= set(paper.all_text())
    assert "续" in {word.text for word in paper.words(1)}
    lowest = max(word.y for page in range(len(paper)) for word in paper.words(page))
    assert lowest < 210 - 7


def test_text_stays_within_its_column(letterhead, read) -> None:
    words = ["13800001234转80211", "a" * 200, "欧阳𬱖㛃䶮" * 20, "FW2026-0001234567890"]
    cells = [[words[(at + turn) % len(words)] for at in range(12)] for turn in range(4)]
    paper = read(printed(cells, letterhead))
    template = load_register("F-CALL")
    edges, left = [], template.margin[3]
    for column in template.columns:
        edges.append((left, left + column.width))
        left += column.width
    for page in range(len(paper)):
        for box in _runs(paper, page):
            assert any(a - 0.1 <= box[0] and box[1] <= b + 0.1 for a, b in edges)


def _runs(paper, page: int) -> list[tuple[float, float]]:
    """Left and right edge of each character below the head."""
    text = paper.document[page].get_textpage()
    points = 72 / 25.4
    height = paper.document[page].get_height()
    found = []
    for at in range(text.count_chars()):
        left, _, right, top = text.get_charbox(at)
        y = (height - top) / points
        if 33 < y < 196 and right > left and text.get_text_range(at, 1).strip():
            found.append((left / points, right / points))
    return found


def test_an_empty_register_says_so(letterhead, read) -> None:
    assert "本期没有记录。" in read(printed([], letterhead)).text(0)


def test_what_no_font_has_is_named_at_the_foot(letterhead, read) -> None:
    text = read(printed([row(1, "谢谢😀")], letterhead)).text(0)
    assert "谢谢〓" in text
    assert "U+1F600" in text
    assert NOTE in text


@pytest.mark.parametrize("said", ["<b>x</b>", "A&B", "=HYPERLINK(1)", "<zhang>", "(\\"])
def test_markup_and_formulas_are_text(letterhead, read, said) -> None:
    assert said in read(printed([row(1, said)], letterhead)).text(0)


def test_progress_counts_rows_and_cancel_stops(letterhead) -> None:
    told: list[tuple[int, int]] = []
    printed([row(at) for at in range(250)], letterhead, progress=lambda done, of: told.append((done, of)))
    assert told == [(100, 250), (200, 250), (250, 250)]
    with pytest.raises(StoppedError):
        printed([row(1)], letterhead, cancelled=lambda: True)


def test_columns_are_found_by_name_wherever_the_register_has_them(letterhead, read) -> None:
    turned = Register("call", "F-CALL", "", tuple(reversed(CALL.fields)))
    pdf = render_register(
        turned, [list(reversed(row(7)))], letterhead=letterhead, period="", printed_by="", printed_at=""
    )
    heads = {word.text: word.x for word in read(pdf).words(0)}
    assert heads["角阀漏水。"] == pytest.approx(load_register("F-CALL").margin[3] + 1 + 91, abs=0.1)


def test_a_column_that_the_register_does_not_have_is_refused(letterhead) -> None:
    other = Register("call", "F-CALL", "", (Field("day_no", "序号", width=10),))
    with pytest.raises(RefusedError, match="来电缘由"):
        render_register(other, [["1"]], letterhead=letterhead, period="", printed_by="", printed_at="")


def test_f_summary_names_the_open_ones(letterhead, read) -> None:
    pdf = render_register(
        SUMMARY,
        [["C 需求", "工程部", "9", "7", "2", "5 号 15:31 3-2-1102 张喆昇：角阀漏水\n9 号 17:02 李㛃：灯不亮"]],
        letterhead=letterhead, period="2026-11-21", printed_by="李喆", printed_at="",
    )  # fmt: skip
    words = [word.text for word in read(pdf).words(0)]
    assert any("张喆昇" in word for word in words)
    assert _y(read(pdf).words(0), "9 号 17:02 李㛃：灯不亮") > _y(read(pdf).words(0), "工程部")


def test_f_message_is_a_slip_and_a_register(letterhead, read) -> None:
    cells = ["2026-11-21 18:24", "赵䶮", "3-2-1102", "13800001234", "李建国", "请回电话。", "陈晓赟", "", ""]
    pdf = render_register(MESSAGE, [cells], letterhead=letterhead, period="", printed_by="", printed_at="")
    assert all(cell.replace(" ", "") in read(pdf).text(0) for cell in cells)


def _y(words, text: str) -> float:
    return next(word.y for word in words if word.text == text)


def test_cancel_is_heard_while_rows_are_still_being_read(letterhead) -> None:
    read_so_far: list[int] = []

    def rows():
        for at in range(100_000):
            read_so_far.append(at)
            yield row(at)

    with pytest.raises(StoppedError):
        printed(rows(), letterhead, cancelled=lambda: len(read_so_far) > 5)
    assert len(read_so_far) == 6
