"""What a record is called in front of people, by its table and plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from frontdesk.core.shown import masked_telephone

# To add one: the table's name, the word, and the columns that tell one record from another.
RECORDS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "blank_run": ("空白单", ("first_serial", "last_serial")),
    "call": ("来电记录", ("day", "day_no")),
    "callback": ("回访记录", ("serial", "called_at")),
    "callback_lot": ("回访抽样", ("day", "order_id")),
    "custody_agreement": ("托管协议", ("serial",)),
    "custody_inspection": ("托管房巡查", ("unit_no", "inspected_at")),
    "custody_key": ("托管钥匙", ("number",)),
    "custody_request": ("每天巡查要求", ("unit_no", "first_day")),
    "directory_number": ("常用电话", ("name",)),
    "finance_line": ("移交清单行", ("serial",)),
    "finance_list": ("收费服务单移交清单", ("day", "shift")),
    "import_batch": ("导入批次", ("file_name",)),
    "garment": ("洗衣衣物", ("mark", "name")),
    "key": ("钥匙", ("number",)),
    "key_application": ("钥匙申请", ("serial",)),
    "key_count": ("钥匙清点", ("begun_at",)),
    "key_count_line": ("清点差异", ("number",)),
    "key_count_place": ("清点处", ("count_id", "place")),
    "key_issue": ("钥匙登记表", ("quarter", "number")),
    "key_issue_line": ("钥匙登记表行", ("issue_id", "position")),
    "key_loan": ("钥匙领用", ("number", "lent_at")),
    "key_upkeep": ("钥匙登记表更新", ("month",)),
    "laundry_ticket": ("洗衣收据", ("serial",)),
    "message": ("转告记录", ("taken_at", "wanted")),
    "missing_serial": ("缺号", ("serial",)),
    "order_line": ("收费项目", ("order_id", "position")),
    "order_reminder": ("催办", ("order_id", "reminded_at")),
    "order_volume": ("装订册", ("first_serial", "last_serial")),
    "payment_line": ("请求书明细", ("serial",)),
    "payment_request": ("付款请求书", ("serial",)),
    "person": ("员工", ("name",)),
    "phrase": ("常用语", ("code",)),
    "price_item": ("价目", ("name",)),
    "price_revision": ("价目表", ("number",)),
    "printer_setup": ("打印机设置", ("form_id", "printer")),
    "rain": ("下雨", ("rained_at",)),
    "receipt": ("收据", ("serial",)),
    "resident": ("住户", ("name",)),
    "serial_period": ("编号周期", ("label", "first_number")),
    "service_order": ("服务单", ("serial",)),
    "setting": ("设置", ("name",)),
    "standing_note": ("房屋提示", ("text",)),
    "talk": ("约谈记录", ("about", "talked_at")),
    "telephone": ("电话", ("number",)),
    "unit": ("房屋", ("unit_no",)),
    "winter_notice": ("冬季通知", ("unit_no", "winter")),
}


def record_name(table: str, record_id: int, values: Mapping[str, Any]) -> str:
    """`服务单 FW2026-000123`, `来电记录 2026-11-21 · 3`; with the id alone when nothing else is known."""
    label, columns = RECORDS.get(table, (table, ()))
    told = [_told(table, str(values[name])) for name in columns if values.get(name) not in (None, "")]
    return f"{label} {' · '.join(told) or f'(内部号 {record_id})'}"


def _told(table: str, value: str) -> str:
    # A report is printed and sent to technicians (R-RES-2).
    return masked_telephone(value) if table == "telephone" else value
