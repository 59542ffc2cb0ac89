"""Importing the office's sheet: choose, look at what it would do, do it, take it back with one key."""

from __future__ import annotations

from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from frontdesk.core.errors import DeskError, StoppedError
from frontdesk.estate.import_plan import TAKEN, RowState
from ui import files
from ui.estate.preview_table import PREVIEW_FIELDS, TONES, PreviewSource, preview_table
from ui.register.table_model import RegisterTableModel
from ui.shortcuts import shortcut
from ui.widgets.buttons import ChipButton, PrimaryButton, QuietButton
from ui.widgets.containers import Card, Notice
from ui.widgets.drop_zone import DropZone
from ui.widgets.labels import PlainLabel
from ui.widgets.page import Action
from ui.widgets.progress_strip import ProgressStrip

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from frontdesk.desk import Desk
    from frontdesk.estate.household_import import ImportPreview, ImportResult
    from frontdesk.estate.import_undo import UndoResult
    from ui.tasks import Task, TaskRunner

_SUFFIXES = (".xlsx", ".csv")
_HINT = (
    "认得常见的列名：房号、楼栋、单元、业主、使用人、电话、手机、身份证、面积、入住日期、备注……"
    "先预览，确认后才写入；写入后可以一次撤销。"
)


class Stage(Enum):
    """How far the import is."""

    CHOOSING = auto()
    READING = auto()
    LOOKING = auto()
    WRITING = auto()
    DONE = auto()


class ImportView(QWidget):
    """Stands in the page instead of a chain of dialogs. Nothing is written before the preview was seen."""

    actions_changed = Signal()
    busy_changed = Signal(bool)  # the file is being written to
    closed = Signal()

    def __init__(self, desk: Desk, tasks: TaskRunner) -> None:
        super().__init__()
        self._desk, self._tasks = desk, tasks
        self.stage = Stage.CHOOSING
        self._preview: ImportPreview | None = None
        self._batch_id: int | None = None
        self._task: Task | None = None
        self._stoppable = True  # the task
        self._source = PreviewSource()
        self.model = RegisterTableModel(PREVIEW_FIELDS, self._source)
        self.table = preview_table(self.model)
        self._notice = Notice()
        self._notice.action_requested.connect(self.undo)
        self._strip = ProgressStrip()
        self._columns = PlainLabel("", "label", wrap=True)
        self._details = PlainLabel("", "", wrap=True, selectable=True)
        self._details.setMinimumHeight(2 * self._details.fontMetrics().lineSpacing())
        self._details.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.table.record_selected.connect(self._on_row)
        self._chips = {state: ChipButton(state.value) for state in TONES}
        self._choose = PrimaryButton("选择文件", shortcut("import").shown, "import")
        self._choose.clicked.connect(self.choose)
        self._drop = DropZone("把 Excel 名册拖到这里", _HINT, self._choose, _SUFFIXES)
        self._drop.file_dropped.connect(self.read)
        self._write = PrimaryButton("导入", shortcut("save").shown)
        self._write.clicked.connect(self.write)
        self._other = QuietButton("换个文件", shortcut("import").shown)
        self._other.clicked.connect(self.choose)
        self._back = QuietButton("返回", shortcut("back").shown)
        self._back.clicked.connect(self.go_back)
        self._card = Card("导入住户名册")
        self._middle = QStackedLayout()
        self._lay_out()
        self._enter(Stage.CHOOSING)

    def key_actions(self) -> Sequence[Action]:
        """What may be done at this stage."""
        back = Action("back", self.go_back)
        match self.stage:
            case Stage.CHOOSING:
                return (Action("import", self.choose, "选择文件"), back)
            case Stage.LOOKING:
                other = Action("import", self.choose, "换个文件")
                return (Action("save", self.write, self._write.word()), other, back)
            case Stage.DONE:
                return (
                    Action("undo_last", self.undo, "撤销这次导入"),
                    Action("import", self.choose, "再导入一个"),
                    back,
                )
            case _:
                return (Action("back", self.go_back, "停止"),) if self._stoppable else ()

    def begin(self) -> None:
        """Ask for a file, unless something is under way or waits to be looked at."""
        if self.stage is Stage.DONE:
            self._enter(Stage.CHOOSING)
        if self.stage is Stage.CHOOSING:
            self._offer_last()
        self.put_cursor()

    def put_cursor(self) -> None:
        """Where work goes on."""
        if self.stage is Stage.CHOOSING:
            self._choose.setFocus()
        elif self.stage in (Stage.LOOKING, Stage.DONE):
            self.table.setFocus()

    def choose(self) -> None:
        """Ask which file (Ctrl+O)."""
        path = files.ask_for_sheet(self)
        if path is not None:
            self.read(path)

    def read(self, path: Path) -> None:
        """Read a file beside the window and show what it would do."""
        self._card.set_remark(path.name)
        self._notice.clear()
        self._enter(Stage.READING)
        self._run(
            lambda task: self._desk.household_import.preview(
                path, progress=task.progress, cancelled=task.cancelled
            ),
            self._on_read,
            self._on_failed,
            f"正在读取 {path.name}",
        )

    def write(self) -> None:
        """Write what the preview shows, but for the rows at fault: all or nothing."""
        preview = self._preview
        if self.stage is not Stage.LOOKING or preview is None or not preview.changes_something:
            return
        self._enter(Stage.WRITING)
        self._run(
            lambda task: self._desk.household_import.apply(
                preview, progress=task.progress, cancelled=task.cancelled
            ),
            self._on_written,
            self._on_failed,
            "正在写入",
        )

    def undo(self) -> None:
        """Take the import back that was just done."""
        if self._batch_id is None:
            return
        batch_id, before = self._batch_id, self.stage
        self._stoppable = False
        self._enter(Stage.WRITING)
        self._run(
            lambda _task: self._desk.household_import.undo(batch_id),
            self._on_undone,
            partial(self._on_not_undone, before),
            "正在撤销",
        )

    def go_back(self) -> None:
        """Esc: stop what runs, leave the preview, leave the page's layer."""
        if self._task is not None:
            if self._stoppable:
                self._task.cancel()
        elif self.stage is Stage.LOOKING:
            self._notice.clear()
            self._enter(Stage.CHOOSING)
            self.put_cursor()
        else:
            self._notice.clear()
            self._enter(Stage.CHOOSING)
            self.closed.emit()

    def _lay_out(self) -> None:
        chips = QHBoxLayout()
        chips.setSpacing(8)
        for state, chip in self._chips.items():
            chip.clicked.connect(partial(self._on_chip, state))
            chips.addWidget(chip)
        chips.addStretch(1)
        looking = QWidget()
        column = QVBoxLayout(looking)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(chips)
        column.addWidget(self._columns)
        column.addWidget(self.table, 1)
        column.addWidget(self._details)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._write, 1)
        foot.addWidget(self._other)
        foot.addWidget(self._back)
        foot.addStretch(1)
        self._card.body.addWidget(self._notice)
        self._card.body.addWidget(self._strip)
        self._card.body.addLayout(self._middle, 1)
        self._middle.addWidget(self._drop)
        self._middle.addWidget(looking)
        self._card.body.addLayout(foot)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 12, 12, 12)
        outer.addWidget(self._card)

    def _enter(self, stage: Stage) -> None:
        was_busy, self.stage = self.stage is Stage.WRITING, stage
        if was_busy != (stage is Stage.WRITING):
            self.busy_changed.emit(not was_busy)
        looking = stage in (Stage.LOOKING, Stage.WRITING, Stage.DONE)
        self._middle.setCurrentIndex(1 if looking else 0)
        if stage is Stage.CHOOSING:
            self._card.set_remark("")
        self._drop.setEnabled(stage is Stage.CHOOSING)
        self._write.setVisible(stage in (Stage.LOOKING, Stage.WRITING))
        waits = self._preview is not None and self._preview.changes_something
        self._write.setEnabled(stage is Stage.LOOKING and waits)
        self._other.setVisible(stage in (Stage.LOOKING, Stage.DONE))
        self.actions_changed.emit()

    def _run(self, work: Any, done: Any, failed: Any, title: str) -> None:
        self._task = self._tasks.run(work, partial(self._on_ended, done), partial(self._on_ended, failed))
        self._strip.watch(self._task, title, stoppable=self._stoppable)
        if self._stoppable:
            self._strip.put_cursor()
        else:
            self.table.setFocus()

    def _on_ended(self, then: Any, result: Any) -> None:
        self._task, self._stoppable = None, True
        then(result)

    def _on_not_undone(self, before: Stage, error: Exception) -> None:
        self._enter(before)
        if not isinstance(error, DeskError):
            raise error
        key = shortcut("undo_last").shown if before is Stage.DONE else ""
        self._notice.say(error.message, "danger", "再撤销一次", key)
        self.put_cursor()

    def _on_failed(self, error: Exception) -> None:
        self._enter(Stage.LOOKING if self.stage is Stage.WRITING and self._preview else Stage.CHOOSING)
        if isinstance(error, StoppedError):
            self._notice.say("已停止，住户资料没有任何变化。", "info")
        elif isinstance(error, DeskError):
            self._notice.say(error.message, "danger")
        else:
            raise error
        self.put_cursor()

    def _on_read(self, preview: ImportPreview) -> None:
        self._preview = preview
        self._source.show(preview)
        self._columns.setText(_columns_in_words(preview))
        for state, chip in self._chips.items():
            count = self._source.count(state)
            chip.setText(f"{state.value} {count:,}")
            chip.setAccessibleName(f"{state.value} {count} 行")
            chip.setVisible(bool(count))
        bad = self._source.count(RowState.BAD)
        to_mind = (RowState.BAD, RowState.DOUBTFUL)
        self._show_state(next((state for state in to_mind if self._source.count(state)), None))
        to_write = sum(map(self._source.count, TAKEN))
        self._write.set_word(f"导入 {to_write:,} 行" if to_write else "没有要导入的")
        self._enter(Stage.LOOKING)
        self._say_what_to_mind(preview, bad)
        self.put_cursor()

    def _say_what_to_mind(self, preview: ImportPreview, bad: int) -> None:
        before = f"这个文件 {preview.imported_before} 导入过。" if preview.imported_before else ""
        if bad:
            self._notice.say(
                f"{before}有 {bad:,} 行有问题，不会导入；改好表格后可以再导入一次，已导入的不会重复。", "warn"
            )
        elif doubtful := self._source.count(RowState.DOUBTFUL):
            self._notice.say(
                f"{before}有 {doubtful:,} 行请核对（见说明），会照表里写的导入；之后可在住户资料里更正。",
                "warn",
            )
        elif not preview.changes_something:
            self._notice.say(f"{before}表里的内容都已在册，没有要导入的。", "ok")
        elif before:
            self._notice.say(before, "info")

    def _on_written(self, result: ImportResult) -> None:
        self._batch_id = result.batch_id
        self._enter(Stage.DONE)
        if result.batch_id is None:
            self._notice.say("表里的内容都已在册，没有要导入的。", "ok")
        else:
            self._notice.say(_result_in_words(result), "ok", "撤销这次导入", shortcut("undo_last").shown)
        self.put_cursor()

    def _on_undone(self, result: UndoResult) -> None:
        self._batch_id = None
        # The preview that was taken over holds again; an import of another day has none.
        self._enter(Stage.LOOKING if self._preview is not None else Stage.CHOOSING)
        told = f"已撤销：收回 {result.households:,} 户的新增，改回 {result.set_back:,} 处。"
        if result.kept:
            rooms = "、".join(result.kept[:5]) + ("等" if len(result.kept) > 5 else "")
            self._notice.say(f"{told}导入后有人改过的保留不动：{rooms}。", "warn")
        else:
            self._notice.say(told, "ok")
        self.put_cursor()

    def _offer_last(self) -> None:
        self._batch_id = None
        last = next((one for one in self._desk.household_import.batches() if not one.undone), None)
        if last is not None:
            self._batch_id = last.id
            told = f"上次导入：{last.file_name}，{last.rows:,} 行，{last.by} {last.at}。"
            self._notice.say(told, "info", "撤销那次导入")

    def _on_row(self, place: int) -> None:
        # The table has one line for a row; why it cannot be taken is to be read to its end.
        self._details.setText(self._source.told(place))

    def _on_chip(self, state: RowState, _on: bool = False) -> None:
        self._show_state(state if self._chips[state].isChecked() else None)

    def _show_state(self, state: RowState | None) -> None:
        for each, chip in self._chips.items():
            chip.setChecked(each is state)
        self.model.set_query(self._source.query_for(state))
        self.table.setCurrentIndex(self.model.index(0, 0))
        self.table.scrollToTop()
        self._on_row(self.table.current_id())


def _columns_in_words(preview: ImportPreview) -> str:
    taken = "、".join(
        head if head == meaning else f"{head}（{meaning}）" for head, meaning in preview.columns
    )
    unused = f"；没用到的列：{'、'.join(preview.unused)}" if preview.unused else ""
    return f"认出的列：{taken}{unused}"


def _result_in_words(result: ImportResult) -> str:
    parts = [
        f"{count:,} {word}"
        for count, word in (
            (result.units, "个房间"),
            (result.residents, "位住户"),
            (result.telephones, "个电话"),
        )
        if count
    ]
    made = f"新增 {'、'.join(parts)}" if parts else ""
    corrected = f"更新 {result.corrected:,} 处" if result.corrected else ""
    skipped = f"跳过有问题的 {result.bad_rows:,} 行" if result.bad_rows else ""
    return f"已导入：{'，'.join(filter(None, (made, corrected, skipped)))}。"
