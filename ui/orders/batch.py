"""The question before a batch that holds orders which were printed already (R-ORDER-18)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ui.print_orders import reprint_warning
from ui.register.record_panel import Fact, Record, Step, Values

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Batch:
    """The orders to print, in this order, with how many of them were printed before."""

    order_ids: tuple[int, ...]
    printed_before: int


def batch_record(listed: Sequence[int], printed: frozenset[int]) -> Record:
    """The question, each of whose steps gives a `Batch`: those not printed yet go by Ctrl+Enter where there are any."""
    fresh = tuple(order_id for order_id in listed if order_id not in printed)
    everything = Batch(tuple(listed), len(printed))
    steps = [
        Step(
            "print_all", f"全部打印，补打 {len(printed):,} 张", "P", partial(_given, everything), main=not fresh
        )
    ]  # fmt: skip
    if fresh:
        words = f"只打没打过的 {len(fresh):,} 张"
        steps.insert(0, Step("print_fresh", words, "D", partial(_given, Batch(fresh, 0)), main=True))
    facts = (
        Fact("列出", f"{len(listed):,} 张", strong=True),
        Fact("没打过", f"{len(fresh):,} 张" if fresh else "没有"),
        Fact("打过", f"{len(printed):,} 张"),
    )
    told = reprint_warning(len(printed), len(listed))
    return Record("打印所列", "", f"{len(printed):,} 张打过", "warn", facts, steps, (told,))


def _given(batch: Batch, _values: Values) -> Batch:
    return batch
