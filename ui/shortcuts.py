"""The one list of all keys: what a key does is said here, and bound through one function.

To add one: a line in `SHORTCUTS`; the test for doubles, the bottom bar and the help page read the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


class Scope(Enum):
    """Where a key works. WINDOW reaches everywhere, so no other scope may use its keys."""

    WINDOW = "window"  # the shell, always
    PAGE = "page"  # the page in view, handed on by the shell
    FORM = "form"  # while the form has the cursor
    TABLE = "table"  # while the table has the cursor
    DIALOG = "dialog"  # in a window of its own, where the page's keys do not reach


@dataclass(frozen=True)
class Shortcut:
    """One key: `keys` as Qt writes them, the first one is shown; `label` says in Chinese what it does."""

    id: str
    keys: tuple[str, ...]
    label: str
    scope: Scope

    @property
    def shown(self) -> str:
        """The key as it stands on buttons and in the bottom bar: `Ctrl+⏎`."""
        return shown_key(self.keys[0])


TAB_COUNT = 9
COPY_COUNT = 9  # of a multi-part form

SHORTCUTS: tuple[Shortcut, ...] = (
    *(Shortcut(f"tab_{n}", (f"Ctrl+{n}",), f"换到第 {n} 页", Scope.WINDOW) for n in range(1, TAB_COUNT + 1)),
    Shortcut("finder", ("F2",), "查找房号、姓名、电话、单号", Scope.WINDOW),
    Shortcut("change_person", ("F12",), "换人", Scope.WINDOW),
    Shortcut("help", ("F1",), "帮助", Scope.WINDOW),
    Shortcut("stop", ("Shift+Esc",), "停止正在跑的", Scope.WINDOW),  # Esc alone is the page's all the while
    Shortcut("new", ("F5",), "新来电", Scope.PAGE),
    Shortcut("remind", ("F7",), "催办", Scope.PAGE),
    Shortcut("sample", ("F3",), "抽样回访", Scope.PAGE),
    Shortcut("rain", ("F4",), "下过雨", Scope.PAGE),
    Shortcut("turn", ("F6",), "换列表", Scope.PAGE),
    Shortcut("order", ("F8",), "转服务单", Scope.PAGE),
    Shortcut("save", ("Ctrl+Return", "Ctrl+Enter"), "保存", Scope.PAGE),
    Shortcut("print", ("Ctrl+P",), "打印", Scope.PAGE),
    Shortcut("preview", ("Ctrl+Shift+P",), "打印预览", Scope.PAGE),
    Shortcut("print_listed", ("Ctrl+L",), "打印所列", Scope.PAGE),
    Shortcut("align", ("Ctrl+M",), "校准打印机", Scope.PAGE),
    Shortcut("save_pdf", ("Ctrl+S",), "存为 PDF", Scope.PAGE),
    Shortcut("import", ("Ctrl+O",), "导入表格", Scope.PAGE),
    Shortcut("export", ("Ctrl+E",), "导出表格", Scope.PAGE),
    Shortcut("rows", ("Ctrl+G",), "在服务单里列出", Scope.PAGE),
    Shortcut("summary", ("Ctrl+D",), "日汇总", Scope.PAGE),
    Shortcut("filter", ("Ctrl+F",), "筛选", Scope.PAGE),
    Shortcut("clear", ("Alt+K",), "清空", Scope.PAGE),
    Shortcut(
        "undo_last", ("Ctrl+Z",), "撤回上一步", Scope.PAGE
    ),  # a text with its own steps to undo goes first
    Shortcut("back", ("Esc",), "返回", Scope.PAGE),
    Shortcut("more", ("Alt+M",), "更多栏目", Scope.PAGE),
    Shortcut("month_before", ("Alt+Left",), "上一月", Scope.PAGE),
    Shortcut("month_after", ("Alt+Right",), "下一月", Scope.PAGE),
    Shortcut("zone_1", ("Alt+1",), "列表", Scope.PAGE),
    Shortcut("zone_2", ("Alt+2",), "表单", Scope.PAGE),
    Shortcut("zone_3", ("Alt+3",), "住户", Scope.PAGE),
    Shortcut("copy", ("Ctrl+C",), "复制", Scope.TABLE),
    Shortcut("copy_row", ("Ctrl+Shift+C",), "复制整行", Scope.TABLE),
    Shortcut("open", ("Return", "Enter"), "打开", Scope.TABLE),
    Shortcut("all_copies", ("Alt+0",), "打印全部各联", Scope.DIALOG),
    *(Shortcut(f"copy_{n}", (f"Alt+{n}",), f"打印第 {n} 联", Scope.DIALOG) for n in range(1, COPY_COUNT + 1)),
)

_BY_ID = {shortcut.id: shortcut for shortcut in SHORTCUTS}


def shortcut(shortcut_id: str) -> Shortcut:
    """The key of that id. Raises KeyError when the list has none."""
    return _BY_ID[shortcut_id]


def shown_key(keys: str) -> str:
    """A key as people read it on a button."""
    for word, sign in (("Return", "⏎"), ("Enter", "⏎"), ("Left", "←"), ("Right", "→")):
        keys = keys.replace(word, sign)
    return keys


def bind(shortcut_id: str, widget: QWidget, slot: Callable[[], object]) -> list[QShortcut]:
    """Let the key of that id call the slot: WINDOW, PAGE and DIALOG keys in the widget's whole window, the others
    while the widget or a child of it has the cursor.

    No key acts while an input method is composing: the editors keep it (`ui.register.composing`).
    """
    entry = shortcut(shortcut_id)
    wide = entry.scope in (Scope.WINDOW, Scope.PAGE, Scope.DIALOG)
    context = Qt.ShortcutContext.WindowShortcut if wide else Qt.ShortcutContext.WidgetWithChildrenShortcut
    made = []
    for keys in entry.keys:
        key = QShortcut(QKeySequence(keys), widget)
        key.setContext(context)
        key.setAutoRepeat(False)
        key.activated.connect(slot)
        made.append(key)
    return made
