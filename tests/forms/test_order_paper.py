"""F-ORDER on paper: layouts, copies, marks, codes, long and rare text."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.core.errors import RefusedError, StoppedError
from frontdesk.forms import CopyName, Letterhead, Slip, render_slip

COPIES = ("第一联客服部", "第二联财务", "第三联客户", "第四联服务部门")
LAYOUTS = ("laser", "two_up", "strike", "overprint")


def test_laser_gives_four_a5_pages_and_each_names_its_copy(order, letterhead, read) -> None:
    paper = read(render_slip("F-ORDER", [order], letterhead=letterhead))
    assert [paper.size(page) for page in range(len(paper))] == [pytest.approx((210, 148), abs=0.05)] * 4
    for page, name in enumerate(COPIES):
        text = paper.text(page)
        assert name in text
        assert not any(other in text for other in COPIES if other != name)
        assert f"第{page + 1}联共4联" in text


def test_two_up_puts_two_copies_on_an_a4_page_with_a_cut_line(order, letterhead, read) -> None:
    paper = read(render_slip("F-ORDER", [order], letterhead=letterhead, layout="two_up"))
    assert [paper.size(page) for page in range(len(paper))] == [pytest.approx((210, 297), abs=0.05)] * 2
    assert COPIES[0] in paper.text(0)
    assert COPIES[1] in paper.text(0)
    assert COPIES[3] in paper.text(1)
    cuts = [
        box for box in paper.boxes(0) if box[1] == pytest.approx(148.5, abs=0.3) and box[2] - box[0] > 190
    ]
    assert cuts


def test_one_strike_is_one_fan_fold_page_that_names_all_copies(order, letterhead, read) -> None:
    paper = read(render_slip("F-ORDER", [order], letterhead=letterhead, layout="strike"))
    assert len(paper) == 1
    assert paper.size(0) == pytest.approx((241, 139.7), abs=0.05)
    assert all(name in paper.text(0) for name in COPIES)


def test_one_strike_is_black_only_and_keeps_the_sprockets_free(order, letterhead, read) -> None:
    marked = replace(order, void_reason="客户取消", reprint=2)
    paper = read(render_slip("F-ORDER", [marked], letterhead=letterhead, layout="strike"))
    picture = paper.document[0].render(scale=2, no_smoothtext=True, no_smoothpath=True).to_pil()
    assert {colour for _count, colour in picture.convert("RGB").getcolors()} == {(0, 0, 0), (255, 255, 255)}
    from PIL import ImageChops

    grey = paper.document[0].render(scale=200 / 72).to_pil().convert("L")
    left, top, right, bottom = (edge * 25.4 / 200 for edge in ImageChops.invert(grey).getbbox())
    assert left >= 12.7
    assert right <= 241 - 12.7
    assert top >= 7
    assert bottom <= 139.7 - 7


def test_overprint_gives_the_values_alone_in_the_places_of_the_strike(order, letterhead, read) -> None:
    struck = read(render_slip("F-ORDER", [order], letterhead=letterhead, layout="strike"))
    over = read(render_slip("F-ORDER", [order], letterhead=letterhead, layout="overprint"))
    assert "服务内容" not in over.text(0)
    assert "服务单" not in over.text(0)
    assert letterhead.company not in over.text(0)
    places = {(word.text, round(word.x, 1), round(word.y, 1)) for word in struck.words(0)}
    values = over.words(0)
    assert len(values) > 25
    assert all((word.text, round(word.x, 1), round(word.y, 1)) in places for word in values)


@pytest.mark.parametrize(("right", "down"), [(0.1, 0.0), (-2.3, 1.7), (0.0, -0.4)])
def test_overprint_moves_by_tenths_of_a_millimetre(order, letterhead, read, right, down) -> None:
    still = read(render_slip("F-ORDER", [order], letterhead=letterhead, layout="overprint")).words(0)
    moved = read(
        render_slip("F-ORDER", [order], letterhead=letterhead, layout="overprint", offset_mm=(right, down))
    ).words(0)
    for before, after in zip(still, moved, strict=True):
        assert (after.x - before.x, after.y - before.y) == pytest.approx((right, down), abs=0.01)


def test_overprint_is_scaled_from_the_upper_left_corner(order, letterhead, read) -> None:
    still = read(render_slip("F-ORDER", [order], letterhead=letterhead, layout="overprint")).words(0)
    grown = read(
        render_slip("F-ORDER", [order], letterhead=letterhead, layout="overprint", scale=1.01)
    ).words(0)
    for before, after in zip(still, grown, strict=True):
        assert (after.x, after.y) == pytest.approx((before.x * 1.01, before.y * 1.01), abs=0.02)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_code_of_the_serial_is_read_from_each_page(order, letterhead, read, layout) -> None:
    paper = read(render_slip("F-ORDER", [order], letterhead=letterhead, layout=layout))
    for page in range(len(paper)):
        codes = zxingcpp.read_barcodes(paper.picture(page))
        assert {code.text for code in codes} == {"FD:FW2026-000123"}
        assert len(codes) == (2 if layout == "two_up" else 1)


def test_the_code_is_read_from_the_needles_dots_and_from_the_faint_tilted_fourth_copy(
    order, letterhead, read
) -> None:
    paper = read(render_slip("F-ORDER", [order], letterhead=letterhead, layout="strike"))
    struck = paper.picture(0, dpi=180).point(lambda grey: 0 if grey < 128 else 255)
    assert zxingcpp.read_barcodes(struck)[0].text == "FD:FW2026-000123"
    faint = struck.point(lambda grey: 205 if grey < 128 else 235).rotate(4, fillcolor=235, expand=True)
    assert zxingcpp.read_barcodes(faint)[0].text == "FD:FW2026-000123"


def test_the_code_is_13_to_15_mm_wide(order, letterhead, read) -> None:
    for layout in ("laser", "strike"):
        picture = read(render_slip("F-ORDER", [order], letterhead=letterhead, layout=layout)).picture(
            0, dpi=400
        )
        corners = zxingcpp.read_barcodes(picture)[0].position
        side = (corners.top_right.x - corners.top_left.x) * 25.4 / 400
        assert 12.8 <= side <= 15.1


def test_r_order_18_a_reprint_is_marked_with_its_count(order, letterhead, read) -> None:
    """R-ORDER-18."""
    for layout in LAYOUTS:
        paper = read(
            render_slip("F-ORDER", [replace(order, reprint=3)], letterhead=letterhead, layout=layout)
        )
        assert all("补打第3次" in paper.text(page) for page in range(len(paper)))
    first = read(render_slip("F-ORDER", [order], letterhead=letterhead))
    assert "补打" not in first.all_text()


def test_r_order_18_a_void_copy_is_marked_with_its_reason(order, letterhead, read) -> None:
    """R-ORDER-18."""
    for layout in LAYOUTS:
        void = replace(order, void_reason="客户来电取消，改由厂家上门")
        paper = read(render_slip("F-ORDER", [void], letterhead=letterhead, layout=layout))
        for page in range(len(paper)):
            assert "作废原因：客户来电取消，改由厂家上门" in paper.text(page)
    assert "作废" not in read(render_slip("F-ORDER", [order], letterhead=letterhead)).all_text()


def test_copies_are_chosen_and_named_by_the_setting(order, letterhead, read) -> None:
    names = [CopyName("第一联 存根", "粉"), CopyName("第二联 财务", "#00695c"), CopyName("第三联 客户", "绿")]
    paper = read(render_slip("F-ORDER", [order], letterhead=letterhead, copies=[3, 1], copy_names=names))
    assert len(paper) == 2
    assert "第三联客户" in paper.text(0)
    assert "第一联存根" in paper.text(1)
    assert "共3联" in paper.text(0)


@pytest.mark.parametrize("wrong", [[0], [5], [1, 9]])
def test_a_copy_that_there_is_not_is_refused(order, letterhead, wrong) -> None:
    with pytest.raises(RefusedError, match="没有第"):
        render_slip("F-ORDER", [order], letterhead=letterhead, copies=wrong)


@pytest.mark.parametrize("colour", ["紫花", "#12", "#zzzzzz", ""])
def test_a_colour_that_is_none_is_refused(order, letterhead, colour) -> None:
    with pytest.raises(RefusedError, match="颜色"):
        render_slip("F-ORDER", [order], letterhead=letterhead, copy_names=[CopyName("第一联", colour)])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_4000_characters_go_on_over_further_sheets_and_none_is_lost(order, letterhead, read, layout) -> None:
    content = "".join(chr(0x4E00 + at) for at in range(4000))
    long = replace(order, values={**order.values, "content": content})
    paper = read(render_slip("F-ORDER", [long], letterhead=letterhead, layout=layout, copies=[4]))
    words = [word.text for page in range(len(paper)) for word in paper.words(page)]
    seen = set("".join(words))
    assert set(content) <= seen
    text = paper.all_text()
    assert "（接续页）" in text
    sheets = text.count("服务内容（续）") + 1
    assert f"续1/{sheets}" in text
    assert f"续{sheets}/{sheets}" in text
    assert text.count("FW2026-000123") == sheets + 1
    assert text.count("第四联服务部门") == (0 if layout == "overprint" else sheets + 1)


def test_the_rest_of_a_long_text_begins_where_the_box_ends(order, letterhead, read) -> None:
    content = "".join(f"{number:04}" for number in range(1000))
    long = replace(order, values={**order.values, "content": content})
    paper = read(render_slip("F-ORDER", [long], letterhead=letterhead, copies=[1]))
    assert content in paper.all_text().replace("服务内容（续）", "").replace("\n", "") or _in_pieces(
        content, paper
    )


def _in_pieces(content: str, paper) -> bool:
    """The lines of digits, in order of pages and heights, make up the whole text."""
    lines = [w.text for page in range(len(paper)) for w in paper.words(page) if len(w.text) > 60]
    last = [w.text for w in paper.words(len(paper) - 1) if w.text.isdigit() and w.text.endswith("0999")]
    return "".join(dict.fromkeys(lines + last)) == content


def test_more_lines_than_the_table_takes_go_on_a_further_sheet(order, letterhead, read) -> None:
    lines = [
        {"item": f"第{at}项服务", "unit_price": "1.00", "quantity": "1 次", "amount": f"{at}.00"}
        for at in range(40)
    ]
    paper = read(
        render_slip(
            "F-ORDER",
            [replace(order, values={**order.values, "charges": lines})],
            letterhead=letterhead,
            copies=[1],
        )
    )
    text = paper.all_text()
    assert all(f"第{at}项服务" in text for at in range(40))
    assert "其余38项接续页" in text
    assert len(paper) > 1


@pytest.mark.parametrize("name", ["㛃", "䶮", "𬱖", "喆", "赟", "𠮷", "𪚥"])
def test_rare_names_are_printed_and_can_be_copied_out_again(order, letterhead, read, name) -> None:
    values = {**order.values, "customer": f"欧阳{name}娜"}
    for layout in ("laser", "strike"):
        paper = read(
            render_slip("F-ORDER", [replace(order, values=values)], letterhead=letterhead, layout=layout)
        )
        assert f"欧阳{name}娜" in paper.text(0)
        assert "〓" not in paper.text(0)


def test_a_rare_character_is_drawn_and_not_boxed(order, letterhead, read) -> None:
    def ink(name: str) -> int:
        values = {**order.values, "customer": name}
        paper = read(render_slip("F-ORDER", [replace(order, values=values)], letterhead=letterhead))
        return sum(grey < 128 for grey in paper.picture(0).get_flattened_data())

    assert ink("𪚥") > ink("一") + 100
    assert ink("𪚥") != ink("𠮷")


@pytest.mark.parametrize(
    ("char", "code"), [("😀", "U+1F600"), ("👩", "U+1F469"), ("\x0e", "U+000E"), ("\ud83d", "U+D83D")]
)
def test_what_no_font_has_is_marked_and_named_on_the_sheet(order, letterhead, read, char, code) -> None:
    values = {**order.values, "remarks": f"谢谢{char}！"}
    for layout in ("laser", "strike", "overprint"):
        paper = read(
            render_slip("F-ORDER", [replace(order, values=values)], letterhead=letterhead, layout=layout)
        )
        assert "谢谢〓！" in paper.text(0)
        assert code in paper.text(0)


def test_what_has_no_shape_is_left_out_without_a_mark(order, letterhead, read) -> None:
    values = {**order.values, "remarks": "发票\u202egpj\u200b好\ufe0f"}
    text = read(render_slip("F-ORDER", [replace(order, values=values)], letterhead=letterhead)).text(0)
    assert "发票gpj好" in text
    assert "〓" not in text


@pytest.mark.parametrize(
    "said",
    [
        "<b>免单</b>",
        "A&B物业",
        "<zhang>",
        "</para>",
        "x<y",
        "<img src='/etc/passwd'/>",
        "100%",
        "(\\)",
        "{0}%s",
        "=1+1",
    ],
)
def test_what_a_resident_says_is_text_and_never_markup(order, letterhead, read, said) -> None:
    values = {**order.values, "content": said, "customer": said}
    paper = read(render_slip("F-ORDER", [replace(order, values=values)], letterhead=letterhead))
    assert paper.text(0).count(said.replace(" ", "")) == 2


def test_tabs_and_line_breaks_are_blanks_and_lines(order, letterhead, read) -> None:
    values = {**order.values, "content": "一\t二\r\n三\v四\u2028五"}
    words = read(render_slip("F-ORDER", [replace(order, values=values)], letterhead=letterhead)).words(0)
    found = {word.text: word for word in words}
    lines = [found[text] for text in ("三", "四", "五")]
    assert lines[0].y < lines[1].y < lines[2].y
    assert "二" in found or "一 二" in {" ".join(text.split()) for text in found}


def test_a_choice_is_ticked_and_a_word_that_is_no_choice_is_still_printed(order, letterhead, read) -> None:
    def paper(category: str):
        values = {**order.values, "category": category}
        return read(render_slip("F-ORDER", [replace(order, values=values)], letterhead=letterhead))

    assert paper("家政").picture(0).tobytes() != paper("绿化").picture(0).tobytes()
    assert "宠物" in paper("宠物").all_text()
    assert (
        "代客看护宠物及植物，每周三次，周末除外" in paper("代客看护宠物及植物，每周三次，周末除外").all_text()
    )


def test_a_missing_value_stays_blank(letterhead, read) -> None:
    paper = read(render_slip("F-ORDER", [Slip({})], letterhead=letterhead))
    assert len(paper) == 4
    assert "客户验证签字" in paper.text(0)
    assert "年月日" in paper.text(0)


def test_many_orders_come_in_order_and_are_counted(order, letterhead, read) -> None:
    slips = [replace(order, values={**order.values, "serial": f"FW2026-{at:06}"}) for at in range(1, 8)]
    told: list[tuple[int, int]] = []
    pdf = render_slip(
        "F-ORDER", slips, letterhead=letterhead, progress=lambda done, of: told.append((done, of))
    )
    paper = read(pdf)
    assert len(paper) == 28
    assert [f"FW2026-{page // 4 + 1:06}" in paper.text(page) for page in range(28)] == [True] * 28
    assert told == [(done, 7) for done in range(1, 8)]


def test_a_cancelled_run_makes_nothing(order, letterhead) -> None:
    asked = iter([False, False, True])
    with pytest.raises(StoppedError):
        render_slip("F-ORDER", [order] * 5, letterhead=letterhead, cancelled=lambda: next(asked))


def test_the_same_values_give_the_same_bytes(order, letterhead) -> None:
    assert render_slip("F-ORDER", [order], letterhead=letterhead) == render_slip(
        "F-ORDER", [order], letterhead=letterhead
    )


def test_fonts_are_embedded_as_subsets(order, letterhead, read) -> None:
    pdf = render_slip("F-ORDER", [order], letterhead=letterhead)
    assert b"Helvetica" not in pdf
    assert b"/FontFile2" in pdf
    assert len(pdf) < 200_000


def test_two_threads_draw_at_once_and_agree(order, letterhead) -> None:
    from concurrent.futures import ThreadPoolExecutor

    alone = render_slip("F-ORDER", [order], letterhead=letterhead)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: render_slip("F-ORDER", [order], letterhead=letterhead), range(8)))
    assert all(pdf == alone for pdf in together)


@pytest.mark.parametrize("layout", ["strike", "overprint"])
def test_a_layout_that_a_form_does_not_have_is_refused(order, letterhead, layout) -> None:
    with pytest.raises(RefusedError, match="没有"):
        render_slip("F-MESSAGE", [order], letterhead=letterhead, layout=layout)


def test_an_unknown_form_is_refused(order, letterhead) -> None:
    with pytest.raises(RefusedError, match="F-NOWHERE"):
        render_slip("F-NOWHERE", [order], letterhead=letterhead)


def test_a_long_reason_of_a_void_goes_on_a_further_sheet(order, letterhead, read) -> None:
    reason = "".join(chr(0x4E00 + at) for at in range(300))
    for layout in ("laser", "strike"):
        void = replace(order, void_reason=reason)
        paper = read(render_slip("F-ORDER", [void], letterhead=letterhead, layout=layout, copies=[1]))
        assert set(reason) <= set(paper.all_text())


def test_nothing_to_print_is_refused_rather_than_an_empty_page(order, letterhead) -> None:
    with pytest.raises(RefusedError, match="没有要打印"):
        render_slip("F-ORDER", [], letterhead=letterhead)
    with pytest.raises(RefusedError, match="没有选"):
        render_slip("F-ORDER", [order], letterhead=letterhead, copies=[])


def test_an_absurdly_long_letterhead_is_made_small_and_not_cut(order, read) -> None:
    long = Letterhead(
        *("".join(chr(start + at) for at in range(90)) for start in range(0x4E00, 0x5200, 0xD0))
    )
    for layout in ("laser", "strike"):
        seen = set(read(render_slip("F-ORDER", [order], letterhead=long, layout=layout)).text(0))
        for part in (long.company, long.estate, long.address, long.telephone, long.desk):
            assert set(part) <= seen


def test_what_no_font_has_in_the_letterhead_is_named_too(order, read) -> None:
    text = read(render_slip("F-ORDER", [order], letterhead=Letterhead("物业😀公司", "花园"))).text(0)
    assert "物业〓公司" in text
    assert "U+1F600" in text


@pytest.mark.parametrize(("layout", "least"), [("laser", 6.5), ("strike", 8.0), ("overprint", 8.0)])
def test_nothing_is_printed_smaller_than_can_be_read(order, letterhead, read, layout, least) -> None:
    long = {name: "很长的内容" * 40 for name in order.values if name not in ("charges", "serial", "category")}
    slip = replace(order, values={**order.values, **long}, void_reason="很长的原因" * 40, reprint=12)
    paper = read(
        render_slip("F-ORDER", [slip], letterhead=letterhead, layout=layout, printed_at="2026-11-21 18:26")
    )
    assert min(word.size for page in range(len(paper)) for word in paper.words(page)) >= least


@given(st.text(max_size=300))
@settings(max_examples=60)
def test_whatever_is_typed_is_printed_or_named(read, said: str) -> None:
    slip = Slip({"serial": "FW2026-000001", "content": said, "customer": said}, code="FD:FW2026-000001")
    pdf = render_slip("F-ORDER", [slip], letterhead=Letterhead("公司", "花园"), copies=[1])
    text = unicodedata.normalize("NFKC", read(pdf).all_text())  # pdfium takes ligatures apart
    for char in said:
        if unicodedata.category(char) not in ("Cf", "Mn", "Me") and not char.isspace():
            plain = "".join(unicodedata.normalize("NFKC", char).split())
            assert plain in text or f"U+{ord(char):04X}" in text
