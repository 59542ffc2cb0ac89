"""Taking a register out of the house: for a purpose, masked unless the purpose needs it (`roles.md`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal

from frontdesk.core.actor import Permission
from frontdesk.core.errors import DeskError, RefusedError
from frontdesk.core.fields import Choice, Field, Kind
from ui import files
from ui.register.record_panel import Fact, Record, Step
from ui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from frontdesk.core.context import DeskContext
    from frontdesk.core.fields import Register
    from frontdesk.core.query import RegisterQuery
    from frontdesk.exchange.export import ExportWish
    from ui.register.record_panel import Values
    from ui.tasks import Task, TaskRunner

EXPORT = "export"
_PURPOSE = Field("purpose", "用途", required=True, max_length=200, hint="例如：月度统计、物业费核对")
_FULL = Field("full", "电话号码", Kind.FLAG, hint="这个用途需要完整号码")
_ABOUT = "导出会记入操作日志。住户资料不得交给第三方；用途不需要的号码以 138****1234 的样子导出。"


@dataclass(frozen=True)
class ExportSource:
    """A register as it can be taken out. `write(path, wish, task)` writes the sheet in the worker and returns
    the number of rows; `period` tells which part of the register that is, "" for all of it.
    """

    register: Register
    write: Callable[[Path, ExportWish, Task], int]
    period: str = ""


@dataclass(frozen=True)
class ExportJob:
    """A file to be written beside the window; `run(task)` returns the sentence that tells of it."""

    path: Path
    run: Callable[[Task], str]


def export_record(context: DeskContext, parent: QWidget, sources: Sequence[ExportSource]) -> Record:
    """The question for the purpose, as the one step of an empty record; it returns an `ExportJob`."""
    actor = context.actor
    may_see = actor is not None and actor.may(Permission.SEE_FULL_TELEPHONES)
    which = Field(
        "which",
        "导出哪一份",
        Kind.CHOICE,
        required=True,
        choices=tuple(Choice(source.register.name, source.register.title) for source in sources),
    )
    step = Step(
        EXPORT,
        "选择位置并导出",
        "D",
        partial(_job, context, parent, sources),
        fields=(*([which] if len(sources) > 1 else []), _PURPOSE, *([_FULL] if may_see else [])),
        values={"which": sources[0].register.name},
        main=True,
    )
    title = "、".join(source.register.title for source in sources)
    facts = (Fact("范围", sources[0].period), Fact("说明", _ABOUT))
    return Record(f"导出{title}", "", "XLSX", "info", facts, (step,))


def range_of(query: RegisterQuery) -> str:
    """Which part of a register a query takes out: its days, and whether more is filtered."""
    if query.picked is not None:
        return query.picked.label
    filtered = bool(query.text.strip() or query.choices or query.open_only)
    return query.period + (" 筛选后" if filtered else "")


class ExportStrip(ProgressStrip):
    """Runs an export beside the window; `told(sentence, tone)` says how it ended."""

    told = Signal(str, str)

    def __init__(self, tasks: TaskRunner) -> None:
        super().__init__()
        self._tasks = tasks

    def begin(self, job: ExportJob) -> None:
        """Write the sheet, with progress and a button to stop."""
        task = self._tasks.run(job.run, lambda sentence: self.told.emit(sentence, "ok"), self._on_failed)
        self.watch(task, f"正在导出 {job.path.name}")

    def _on_failed(self, error: Exception) -> None:
        if not isinstance(error, DeskError):
            raise error
        self.told.emit(error.message, "danger")


def _job(context: DeskContext, parent: QWidget, sources: Sequence[ExportSource], values: Values) -> ExportJob:
    from frontdesk.exchange.export import ExportWish, personal_fields

    wanted = values.get("which") or sources[0].register.name
    source = next(source for source in sources if source.register.name == wanted)
    name = " ".join(filter(None, (source.register.title, source.period or context.clock.today().isoformat())))
    path = files.ask_where_to_save(parent, f"{name}.xlsx")
    if path is None:
        raise RefusedError("没有选择文件，什么都没有导出。")
    unmasked = personal_fields(source.register) if values.get("full") else frozenset()
    wish = ExportWish(values["purpose"], unmasked, source.period)

    def run(task: Task) -> str:
        return f"已导出 {source.write(path, wish, task):,} 行：{path}"

    return ExportJob(path, run)
