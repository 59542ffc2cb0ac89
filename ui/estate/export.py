"""Taking the residents out of the house: for a purpose, masked unless the purpose needs it (`roles.md`)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from frontdesk.core.actor import Permission
from frontdesk.core.errors import RefusedError
from frontdesk.core.fields import Choice, Field, Kind
from frontdesk.estate.register import PHONES, RESIDENTS
from ui import files
from ui.register.record_panel import Fact, Record, Step

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from frontdesk.core.fields import Register
    from frontdesk.desk import Desk
    from frontdesk.exchange.export import ExportWish
    from ui.register.record_panel import Values
    from ui.tasks import Task

EXPORT = "export"
_REGISTERS = {register.name: register for register in (RESIDENTS, PHONES)}
_WHICH = Field(
    "which",
    "导出哪一份",
    Kind.CHOICE,
    required=True,
    choices=tuple(Choice(register.name, register.title) for register in _REGISTERS.values()),
)
_PURPOSE = Field("purpose", "用途", required=True, max_length=200, hint="例如：物业费核对")
_FULL = Field("full", "电话号码", Kind.FLAG, hint="这个用途需要完整号码")
_ABOUT = "导出会记入操作日志。住户资料不得交给第三方；用途不需要的号码以 138****1234 的样子导出。"


@dataclass(frozen=True)
class ExportJob:
    """A file to be written beside the window; `run(task)` returns the sentence that tells of it."""

    path: Path
    run: Callable[[Task], str]


def export_record(desk: Desk, parent: QWidget) -> Record:
    """The question for the purpose, as the one step of an empty record; it returns an `ExportJob`."""
    actor = desk.context.actor
    may_see = actor is not None and actor.may(Permission.SEE_FULL_TELEPHONES)
    step = Step(
        EXPORT,
        "选择位置并导出",
        "D",
        partial(_job, desk, parent),
        fields=(_WHICH, _PURPOSE, _FULL) if may_see else (_WHICH, _PURPOSE),
        values={"which": RESIDENTS.name},
        main=True,
    )
    return Record("导出住户资料", "", "XLSX", "info", (Fact("说明", _ABOUT),), (step,))


def _job(desk: Desk, parent: QWidget, values: Values) -> ExportJob:
    from frontdesk.exchange.export import ExportWish, personal_fields

    register = _REGISTERS[values["which"]]
    day = desk.context.clock.today().isoformat()
    path = files.ask_where_to_save(parent, f"{register.title} {day}.xlsx")
    if path is None:
        raise RefusedError("没有选择文件，什么都没有导出。")
    unmasked = personal_fields(register) if values.get("full") else frozenset()
    return ExportJob(path, partial(_write, desk, register, path, ExportWish(values["purpose"], unmasked)))


def _write(desk: Desk, register: Register, path: Path, wish: ExportWish, task: Task) -> str:
    count = desk.estate.export(register, path, wish, progress=task.progress, cancelled=task.cancelled)
    return f"已导出 {count:,} 行：{path}"
