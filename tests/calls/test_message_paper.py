"""Messages and the day's summary as they leave the desk: a slip for one's pigeon-hole, and sheets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from pypdfium2 import PdfDocument

from frontdesk.calls.register import MESSAGE, SUMMARY, NewCall, NewMessage
from frontdesk.core.errors import NotAllowedError
from frontdesk.core.query import RegisterQuery
from frontdesk.exchange.export import ExportWish

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.desk import Desk

FOR_LI = NewMessage(
    "李建国", "请回电，关于阳台漏水 =1+1", caller="王𬱖", unit_no="8-3-2004", number="13900002211"
)


def cells(path: Path) -> list[tuple[object, ...]]:
    sheet = load_workbook(path).active
    assert sheet is not None
    return list(sheet.iter_rows(values_only=True))


def test_r_call_6_a_message_is_printed_as_a_slip_of_one_sheet(desk: Desk) -> None:
    """R-CALL-6."""
    message = desk.messages.take(FOR_LI)
    pdf = PdfDocument(desk.paper.message(desk.messages.slip(message.id)))
    assert len(pdf) == 1
    text = pdf[0].get_textpage().get_text_range()
    pdf.close()
    for said in ("转告记录", "李建国", "王𬱖", "8-3-2004", "13900002211", "关于阳台漏水 =1+1", "陈晓婧"):
        assert said in text


def test_messages_go_into_a_sheet_with_their_telephones_masked(desk: Desk, tmp_path: Path, signed_in) -> None:
    first = desk.messages.take(FOR_LI)
    desk.messages.take(NewMessage("赵赟", "快递到了"))
    desk.messages.pass_on(first.id)
    with pytest.raises(NotAllowedError):
        desk.messages.export(tmp_path / "x.xlsx", RegisterQuery(), ExportWish("月报"))
    with signed_in("supervisor"):
        assert desk.messages.export(tmp_path / "x.xlsx", RegisterQuery(), ExportWish("月报")) == 2
    rows = cells(tmp_path / "x.xlsx")
    assert tuple(field.label for field in MESSAGE.exported) in rows
    assert [(row[1], row[3], row[4], row[8]) for row in rows[-2:]] == [
        ("王𬱖", "139****2211", "李建国", "已转告"),
        (None, None, "赵赟", "未转告"),
    ]


def test_r_call_7_the_days_summary_goes_into_a_sheet(desk: Desk, tmp_path: Path, signed_in) -> None:
    """R-CALL-7."""
    desk.calls.log(NewCall("询问装修", "B", settled=True))
    desk.calls.log(NewCall("噪音", "A", unit_no="3-2-1102"))
    desk.calls.log(NewCall("换灯泡", "C", settled=True))
    today = desk.context.clock.today()
    with signed_in("supervisor"):
        assert desk.calls.export_summary(tmp_path / "x.xlsx", today, ExportWish("日报")) == 3
    rows = cells(tmp_path / "x.xlsx")
    assert tuple(field.label for field in SUMMARY.exported) in rows
    assert [row[:5] for row in rows[-3:]] == [
        ("A 投诉", "客服部", 1, 0, 1),
        ("B 询问", "客服部", 1, 1, 0),
        ("C 合理建议、需求", "客服部", 1, 1, 0),
    ]
    assert "3-2-1102" in str(rows[-3][5])
