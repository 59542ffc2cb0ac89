"""What stands over the window until the desk is open: a word, a question, or what went wrong."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.buttons import PrimaryButton, QuietButton
from ui.widgets.containers import Card, Notice
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from pathlib import Path


_WIDTH = 480  # px


class OpeningView(QWidget):
    """Says 正在打开…; asks before a new register is made; tells what hinders, and offers to try again."""

    create_requested = Signal()
    retry_requested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._card = Card("物业前台", margin=24)
        self._card.setFixedWidth(_WIDTH)  # as wide as its sentences want: then their height is known
        self._text = PlainLabel("正在打开…", "muted", wrap=True, selectable=True)
        self._notice = Notice()
        self._create = PrimaryButton("在这里新建", "⏎")
        self._create.clicked.connect(self.create_requested)
        self._retry = QuietButton("再试一次", "⏎")
        self._retry.clicked.connect(self.retry_requested)
        for widget in (self._text, self._notice, self._create, self._retry):
            self._card.body.addWidget(widget)
        column = QVBoxLayout(self)
        column.addStretch(1)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self._card)
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
        self.say_opening()

    def say_opening(self) -> None:
        """The file is being opened."""
        self._show("正在打开…")

    def ask_to_create(self, folder: Path) -> None:
        """There is no register in the folder: only a person may say that a new one shall begin there."""
        self._show(
            f"这个文件夹里还没有前台数据：\n{_breakable(folder)}\n\n第一次使用请新建；如果以前用过，请检查网络盘或移动硬盘是否接好。"
        )
        self._create.show()
        self._create.setFocus()

    def say_failed(self, sentence: str) -> None:
        """What hinders, in one sentence."""
        self._show("")
        self._notice.say(sentence, "danger")
        self._retry.show()
        self._retry.setFocus()

    def _show(self, text: str) -> None:
        self._text.setText(text)
        self._text.setVisible(bool(text))
        self._notice.clear()
        self._create.hide()
        self._retry.hide()


def _breakable(path: Path) -> str:
    """A path that a label may break behind each separator."""
    return str(path).replace(os.sep, f"{os.sep}\u200b")
