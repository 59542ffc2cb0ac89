"""That the filters of long registers are answered from an index, not by walking every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

if TYPE_CHECKING:
    from frontdesk.desk import Desk


@pytest.mark.parametrize(
    ("question", "index"),
    [
        (
            "SELECT id FROM service_order WHERE department = '绿化部' ORDER BY id DESC",
            "ix_service_order_department",
        ),
        (
            "SELECT id FROM service_order WHERE settlement = 'cash' ORDER BY id DESC",
            "ix_service_order_settlement",
        ),
        (
            "SELECT id FROM message WHERE taken_at >= '2026-11-21' AND taken_at < '2026-11-22'",
            "ix_message_taken_at",
        ),
    ],
)
def test_a_filter_walks_its_index(desk: Desk, question: str, index: str) -> None:
    with desk.context.read() as session:
        plan = [row[3] for row in session.execute(text(f"EXPLAIN QUERY PLAN {question}"))]
    assert len(plan) == 1, plan  # no sorting beside it
    assert index in plan[0]
