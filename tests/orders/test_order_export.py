"""The register of orders as a sheet: text as text, money as numbers, noted with its purpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

from frontdesk.core.actor import Actor
from frontdesk.core.errors import NotAllowedError
from frontdesk.core.query import RegisterQuery
from frontdesk.exchange.export import ExportWish
from frontdesk.orders.register import ORDER, NewLine, NewOrder
from frontdesk.staff.permissions import role_of

if TYPE_CHECKING:
    from pathlib import Path

    from frontdesk.desk import Desk

WISH = ExportWish("月度统计")


def three_orders(desk: Desk) -> None:
    orders = desk.orders
    done = orders.issue(NewOrder("=HYPERLINK(1)", customer="𬱖喆", telephone="013800138000")).id
    orders.dispatch(done, "李建国")
    orders.arrive(done)
    orders.finish(done, "好了", [NewLine("人工", 12345)])
    orders.return_order(done, "cash", 12345)
    orders.void(orders.issue(NewOrder("换灯泡")).id, "重复")
    orders.issue(NewOrder("换锁", category="other"))


def cells(path: Path) -> dict[str, list[object]]:
    """The sheet by its heads: what stands under each."""
    rows = [list(row) for row in load_workbook(path).active.iter_rows(values_only=True)]
    at = next(number for number, row in enumerate(rows) if row[0] == "编号")
    return {str(head): [row[place] for row in rows[at + 1 :]] for place, head in enumerate(rows[at]) if head}


def test_every_declared_field_is_a_column_and_every_order_a_row(desk: Desk, tmp_path: Path) -> None:
    three_orders(desk)
    desk.context.actor = Actor(9, "主管", "supervisor", role_of("supervisor").permissions)
    assert desk.orders.export(tmp_path / "o.xlsx", RegisterQuery(), WISH) == 3
    sheet = cells(tmp_path / "o.xlsx")
    assert list(sheet) == [field.heading or field.label for field in ORDER.exported]
    assert sheet["编号"][:3] == ["FW2026-000001", "FW2026-000002", "FW2026-000003"]
    assert sheet["服务内容"][:3] == ["=HYPERLINK(1)", "换灯泡", "换锁"]
    assert sheet["应收金额"][:3] == [123.45, None, None]
    assert sheet["联系电话"][0] == "013*****8000"
    assert sheet["状态"][:3] == ["已返单", "作废", "待派工"]
    assert sheet["作废原因"][1] == "重复"


def test_a_filter_narrows_the_sheet(desk: Desk, tmp_path: Path) -> None:
    three_orders(desk)
    desk.context.actor = Actor(9, "主管", "supervisor", role_of("supervisor").permissions)
    for query in (
        RegisterQuery(text="换锁"),
        RegisterQuery(choices={"category": "other"}),
        RegisterQuery(open_only=True),
    ):
        assert desk.orders.export(tmp_path / "o.xlsx", query, WISH) == 1


def test_a_clerk_takes_no_register_out_of_the_house(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotAllowedError):
        desk.orders.export(tmp_path / "o.xlsx", RegisterQuery(), WISH)
    assert not (tmp_path / "o.xlsx").exists()
