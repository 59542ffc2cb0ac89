"""Custody on paper: the agreement, the list of keys, the register of inspections."""

from __future__ import annotations

from typing import TYPE_CHECKING

import zxingcpp
from pypdfium2 import PdfDocument

from frontdesk.core.query import RegisterQuery
from frontdesk.core.settings import CUSTODY_DUTIES
from frontdesk.custody.register import HANDED_KEY, INSPECTION, NewHandedKey
from frontdesk.forms.template import load_register, load_slip

from .conftest import HOME, visit

if TYPE_CHECKING:
    from frontdesk.desk import Desk

    from .conftest import Sign


def words(pdf: bytes) -> str:
    document = PdfDocument(pdf)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in document)


def test_registers_and_templates_say_the_same_words() -> None:
    for register in (HANDED_KEY, INSPECTION):
        template = load_register(register.form_id)
        assert template.title == register.title
        assert [(column.field, column.label, column.width) for column in template.columns] == [
            (field.name, field.label, field.width) for field in register.printed
        ]


def test_f_custody_keys_and_insp_have_the_columns_of_the_specification() -> None:
    assert [field.label for field in HANDED_KEY.printed] == [
        "房号", "业主", "钥匙编号", "数量", "存放", "托管日期", "用途", "责任管家", "退还日期",
    ]  # fmt: skip
    assert [field.label for field in INSPECTION.printed] == [
        "日期时间", "房号", "事由", "业主确认", "巡查人一", "巡查人二",
        "水", "电", "气", "门窗", "渗漏", "空调", "发现问题", "处理", "上报",
    ]  # fmt: skip


def test_f_custody_is_one_sheet_with_all_that_was_agreed(office: Desk, sign: Sign) -> None:
    """R-KEY-7."""
    one = sign(
        keys=(NewHandedKey("T-01", "入户门", 2), NewHandedKey("T-02", "信箱")),
        gas_meter="0862",
        remarks="<b>冰箱</b>通电",
    )
    agreements = office.custody.agreements
    assert agreements.record_prints([one.id]) == {one.id: 0}
    pdf = office.paper.custody_agreements([one.id], reprints={one.id: 0})
    assert len(PdfDocument(pdf)) == 1
    paper = words(pdf)
    said = ("钥匙托管协议书", "TG2026-0001", HOME, "欧阳㛃䶮", "13800001234", "周赟", "长期在外", "0862",
            "T-01", "2把", "信箱", "2026-11-21至业主领回钥匙止", "<b>冰箱</b>通电", "甲方签字")  # fmt: skip
    assert [word for word in said if word not in paper] == []
    duties = office.context.settings.get(CUSTODY_DUTIES)
    assert [line for line in duties if line not in paper] == []
    assert "补打" not in paper
    picture = PdfDocument(pdf)[0].render(scale=200 / 72).to_pil().convert("L")
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == ["FD:TG2026-0001"]
    reprints = agreements.record_prints([one.id])
    assert "补打第1次" in words(office.paper.custody_agreements([one.id], reprints=reprints))
    assert office.context.actor is not None
    agreements.take_back_prints(reprints, office.context.actor)
    assert agreements.get(one.id).prints == 1
    agreements.void(one.id, "写错房号")
    assert "作废" in words(office.paper.custody_agreements([one.id], reprints={one.id: 0}))


def test_f_custody_offers_yes_and_no_for_each_valve_and_room_to_sign() -> None:
    cells = [
        cell
        for block in load_slip("F-CUSTODY").block
        for row in block.row
        for cell in row.cells
        if cell.field
    ]
    asked = {cell.field: cell.choices for cell in cells if cell.choices}
    assert asked == dict.fromkeys(("power_shut", "gas_shut", "water_shut"), ("是", "否"))
    signed = {cell.field for cell in cells if cell.field.endswith("_signature")}
    assert signed == {"owner_signature", "housekeeper_signature", "return_signature"}


def test_f_custody_keys_and_f_custody_insp_are_printed(office: Desk, sign: Sign) -> None:
    """R-KEY-7, R-KEY-8."""
    sign()
    office.custody.inspections.record(visit(office, leaks="abnormal", problem="𬱖墙渗水"))
    keys = words(office.paper.custody_keys(RegisterQuery(open_only=True)))
    assert all(word in keys for word in ("托管房钥匙清单", "T-01入户门", "业主档案柜", "欧阳㛃䶮"))
    rounds = words(office.paper.custody_inspections(RegisterQuery()))
    assert all(word in rounds for word in ("托管房巡查记录表", "𬱖墙渗水", "李建国", "异常", "电话"))
    assert "本期没有巡查托管房" in words(office.paper.custody_inspections(RegisterQuery("无人")))
