"""Templates against the specification's wording, and what the check says of bad ones."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from frontdesk.core.errors import RefusedError
from frontdesk.core.paths import program_folder
from frontdesk.forms import check_template, form_ids, form_title, ruler_sheet, sample
from frontdesk.forms.template import load, load_slip

# spec/forms.md, word for word
TITLES = {
    "F-CALL": "公共信息记录表",
    "F-CALLBACK": "客户回访记录表",
    "F-CUSTODY": "钥匙托管协议书",
    "F-CUSTODY-INSP": "托管房巡查记录表",
    "F-CUSTODY-KEYS": "托管房钥匙清单",
    "F-KEY": "钥匙登记表",
    "F-KEY-APPL": "钥匙申请表",
    "F-KEY-LOAN": "钥匙领用登记表",
    "F-KEY-TAG": "钥匙标识",
    "F-LAUNDRY": "洗衣收据",
    "F-MEMO": "内部联络单",
    "F-MESSAGE": "转告记录",
    "F-FINANCE": "收费服务单移交清单",
    "F-ORDER": "服务单",
    "F-ORDER-COVER": "服务单装订封面",
    "F-ORDER-DAY": "服务单日统计",
    "F-PRICE": "专项服务项目及收费标准",
    "F-PAYREQ": "付款请求书",
    "F-RECEIPT": "收费单据(收据)",
    "F-REPAIR-SUM": "维修(服务)汇总表",
    "F-SUMMARY": "公共信息日汇总",
}
ORDER_LABELS = [
    "编号", "受理日期时间", "受理方式", "房号", "客户姓名", "联系电话", "服务类别", "服务内容", "急修",
    "预约时间", "用料及数量", "预计费用", "接单人", "服务部门", "服务人员", "派工时间", "到达时间", "完成时间",
    "服务结果", "自检", "工作量", "应收金额", "实收金额", "大写", "结算方式", "客户验证签字", "日期", "返单时间",
    "时间", "回访人", "服务水平", "服务时间", "服务态度", "意见", "备注", "单价", "数量", "金额",
]  # fmt: skip
MESSAGE_LABELS = ["日期时间", "来电人", "房号", "电话", "找谁", "内容", "接听人", "转告时间", "已转告"]
CATEGORIES = ["报修", "有偿服务", "家政", "绿化", "洗衣", "桶装水", "其他"]


@pytest.mark.parametrize("form_id", sorted(TITLES))
def test_titles_stand_as_in_the_specification(form_id: str) -> None:
    assert form_title(form_id) == TITLES[form_id]
    assert form_id in form_ids()


@pytest.mark.parametrize("layout", ["laser", "strike"])
def test_f_order_prints_every_field_that_the_specification_names(read, layout) -> None:
    words = {word.text for word in read(sample("F-ORDER", layout=layout)).words(0)}
    missing = [label for label in [*ORDER_LABELS, *CATEGORIES, "现金", "签单"] if label not in words]
    assert not missing
    text = read(sample("F-ORDER", layout=layout)).text(0)
    assert "收\n费" not in text
    assert all(char in text for char in "收费项目回访")


def test_f_order_offers_the_choices_of_the_specification() -> None:
    offered = {
        cell.field: cell.choices
        for block in load_slip("F-ORDER").block
        for row in block.row
        for cell in row.cells
        if cell.choices
    }
    answers = ("满意", "一般", "不满意")
    assert offered == {
        "category": tuple(CATEGORIES),
        "urgent": ("是", "否"),
        "settlement": ("现金", "签单"),
        "callback_level": answers,
        "callback_time": answers,
        "callback_attitude": answers,
    }


def test_f_order_names_its_four_copies_as_the_regulation_does() -> None:
    copies = [(copy.name, copy.colour) for copy in load_slip("F-ORDER").copies]
    assert copies == [
        ("第一联 客服部", "白"),
        ("第二联 财务", "红"),
        ("第三联 客户", "蓝"),
        ("第四联 服务部门", "黄"),
    ]


def test_f_message_prints_every_field_that_the_specification_names(read) -> None:
    words = {word.text for word in read(sample("F-MESSAGE")).words(0)}
    assert set(MESSAGE_LABELS) <= words


def test_there_is_room_to_sign() -> None:
    from frontdesk.forms.place import plan_of

    template = load_slip("F-ORDER")
    for sheet in template.sheets.values():
        for placed in plan_of(template, sheet).cells:
            if placed.cell.field.endswith("_signature"):
                assert placed.value.w >= 40
                assert placed.value.h >= 8.5


@pytest.mark.parametrize("form_id", form_ids())
def test_the_templates_that_come_along_have_no_problem(form_id: str) -> None:
    assert check_template(form_id) == []


@pytest.mark.parametrize("form_id", form_ids())
def test_every_form_has_a_sample(form_id: str, read) -> None:
    assert form_title(form_id) in read(sample(form_id)).text(0)


@pytest.mark.parametrize("form_id", form_ids())
def test_every_template_tells_the_technician_in_chinese_what_to_do(form_id: str) -> None:
    path = program_folder() / "forms_templates" / f"{form_id}.toml"
    head = path.read_text(encoding="utf-8").split("\nid =")[0]
    assert all(line.startswith("#") for line in head.strip().splitlines())
    assert "forms check" in head
    assert "docs/forms.md" in head


Edit = Callable[..., list[str]]


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Edit:
    """Changes a word in the office's own copy of a template and checks it."""
    shutil.copytree(program_folder() / "forms_templates", tmp_path / "own")
    monkeypatch.setenv("FRONTDESK_TEMPLATES", str(tmp_path / "own"))

    def edit(form_id: str, old: str, new: str) -> list[str]:
        path = tmp_path / "own" / f"{form_id}.toml"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return check_template(form_id)

    return edit


@pytest.mark.parametrize(
    ("form_id", "old", "new", "said"),
    [
        ("F-ORDER", '{ field = "channel",', '{ field = "chanel",', "“chanel”没有在 [fields] 里说明"),
        ("F-ORDER", '{ field = "channel",', '{ field = "remarks",', "“受理方式”没有放到纸上"),
        ("F-ORDER", '{ field = "channel",', '{ field = "remarks",', "“备注”放了不止一次"),
        ("F-ORDER", "[fields]\n", '[fields]\nspecial = { label = "特别" }\n', "“special”（特别）程序不认识"),
        ("F-ORDER", "label_width = 16, width = 38 }", "label_width = 16, width = 48 }", "超出应有的 177 毫米"),
        ("F-ORDER", "label_width = 16, width = 38 }", "label_width = 16, width = 28 }", "不足应有的 177 毫米"),
        ("F-ORDER", "label_width = 20, width = 54 }", "label_width = 60, width = 54 }", "标题比格子宽"),
        ("F-ORDER", "width = 71", "width = 61", "并排的块合计宽 173 毫米"),
        ("F-ORDER", "height = 13.6", "height = 15", "并排的块高度不一"),
        ("F-ORDER", "margin = [7.2, 13.5, 7.2, 13.5]", "margin = [7.2, 13.5, 7.2, 12]", "至少 12.7 毫米"),
        ("F-ORDER", "margin = [7.2, 13.5, 7.2, 13.5]", "margin = [6, 13.5, 7.2, 13.5]", "至少 7 毫米"),
        ("F-ORDER", "margin = [6.5, 6, 5, 12]", "margin = [2, 6, 5, 12]", "至少 4.2 毫米"),
        ("F-ORDER", "paper = [210, 148]", "paper = [50, 40]", "没有地方了"),
        ("F-ORDER", "least_size = 6.5", "least_size = 3", "看不清"),
        ("F-ORDER", 'label = "受理日期时间"', 'label = "受理本单的日期和具体时间（二十四小时制）"', "放不进"),
        ("F-ORDER", '"桶装水", "其他"]', '"桶装水及饮水机清洗消毒", "其他"]', "选项放不下"),
        ("F-ORDER", 'sample = "合格"', f'sample = "{"合格" * 60}"', "“自检”的样张内容放不下"),
        ("F-ORDER", 'label = "单价"', 'label = "单价（以价目表为准，含税）"', "比栏宽"),
        ("F-ORDER", 'heading = "服务"', 'heading = "提供服务的经过和结果的记录"', "比它的块高"),
        ("F-ORDER", 'colour = "红"', 'colour = "彩"', "联的颜色“彩”不认识"),
        ("F-ORDER", 'label = "自检"', 'label = "自检😀"', "U+1F600"),
        ("F-ORDER", "[sheets.strike]", "[sheets.dots]", "版式“dots”程序不认识"),
        ("F-ORDER", "lines = 3", "lines = 0", "应至少有一行一栏"),
        ("F-ORDER", 'table = "charges"', 'table = "prices"', "“prices”没有在 [tables] 里说明"),
        ("F-ORDER", "body_width = 183", 'body_width = "183"', "“body_width”应是数字"),
        ("F-ORDER", "body_width = 183", "body_with = 183", "不认识“body_with”"),
        ("F-ORDER", "body_width = 183\n", "", "缺少“body_width”"),
        ("F-ORDER", "paper = [210, 148]", "paper = [210]", "应有 2 个值"),
        ("F-ORDER", "colour = false", "colour = 0", "应是 true 或 false"),
        ("F-ORDER", 'kind = "slip"', 'kind = "letter"', "kind"),
        ("F-ORDER", 'id = "F-ORDER"', 'id = "F-ODER"', "应与文件名相同"),
        ("F-ORDER", "heading_width = 6", "heading_width = ", "写法有误"),
        ("F-CALL", 'label = "来电缘由", width = 66', 'label = "来电缘由", width = 96', "超出纸面"),
        ("F-CALL", 'label = "记录时间", width = 16', 'label = "记录时间", width = 5', "“记录时间”放不进"),
        ("F-CALL", '{ field = "remarks"', '{ field = "notes"', "“notes”（备注）程序不认识"),
        ("F-CALL", '{ field = "remarks"', '{ field = "reason"', "reason放了不止一次"),
        ("F-CALL", "size = 8.5", "size = 4", "看不清"),
        ("F-KEY-TAG", "across = 4", "across = 20", "太小了"),
        ("F-KEY-TAG", "down = 12", "down = 0", "至少要有一个标签"),
        ("F-KEY-TAG", "height = 7.8", "height = 17.8", "超出可用的 18.0 毫米"),
        ("F-KEY-TAG", "code = 14.5", "code = 19", "标签里放不下"),
        ("F-KEY-TAG", "code = 14.5", "code = 6", "扫不出来"),
        ("F-KEY-TAG", 'field = "lock"', 'field = "look"', "“look”没有在 [fields] 里说明"),
        ("F-MESSAGE", '{ field = "taken_by", label = "接听人", width = 20 }', '{ field = "taken_by", label = "接听人", width = 90 }', "超出纸面"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_template_is_said_in_a_sentence(edited: Edit, form_id, old, new, said) -> None:
    problems = edited(form_id, old, new)
    assert any(said in problem for problem in problems), problems
    assert all(problem.endswith("。") for problem in problems)


def test_an_office_changes_a_word_and_a_width_without_touching_code(edited: Edit, read) -> None:
    assert edited("F-ORDER", 'label = "受理方式"', 'label = "来单方式"') == []
    text = read(sample("F-ORDER")).text(0)
    assert "来单方式" in text
    assert "受理方式" not in text


def test_an_unknown_form_is_a_problem_and_not_a_crash() -> None:
    assert check_template("F-NOWHERE") == ["没有 F-NOWHERE 的表格模板（F-NOWHERE.toml）。"]
    with pytest.raises(RefusedError):
        load("F-NOWHERE")


def test_a_slip_is_no_register_and_a_register_no_slip() -> None:
    from frontdesk.forms.template import load_register

    with pytest.raises(RefusedError, match="单张表格"):
        load_register("F-ORDER")
    with pytest.raises(RefusedError, match="登记表"):
        load_slip("F-CALL")


@pytest.mark.parametrize(("width", "height"), [(241, 139.7), (210, 148), (210, 297)])
def test_the_ruler_has_the_paper_s_size_and_its_box_the_size_that_it_says(read, width, height) -> None:
    paper = read(ruler_sheet(width, height))
    assert paper.size(0) == pytest.approx((width, height), abs=0.02)
    said = next(word.text for word in paper.words(0) if word.text.startswith("此框应为"))
    wide, high = (float(part) for part in said.removeprefix("此框应为").removesuffix("毫米").split("×"))
    boxes = [(right - left, bottom - top) for left, top, right, bottom in paper.boxes(0)]
    assert any(box == pytest.approx((wide, high), abs=0.02) for box in boxes)


def test_importing_the_package_loads_no_pdf_library() -> None:
    """A service imports it at the program's start, before the window is painted."""
    code = "import sys, frontdesk.forms; sys.exit('reportlab' in sys.modules or 'segno' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_office_keeps_only_the_templates_that_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read
) -> None:
    own = (program_folder() / "forms_templates" / "F-CALL.toml").read_text(encoding="utf-8")
    (tmp_path / "F-CALL.toml").write_text(own.replace("本期没有记录。", "无"), encoding="utf-8")
    (tmp_path / "F-OWN.toml").write_text(own.replace('id = "F-CALL"', 'id = "F-OWN"'), encoding="utf-8")
    monkeypatch.setenv("FRONTDESK_TEMPLATES", str(tmp_path))
    assert {*TITLES, "F-OWN"} <= set(form_ids())
    assert load("F-CALL").empty == "无"
    assert form_title("F-ORDER") == "服务单"
    assert check_template("F-OWN") == []
