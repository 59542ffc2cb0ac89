"""The question before something is withdrawn: it names the thing, asks why, and stands in the form."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.widgets.buttons import DangerButton, QuietButton
from ui.widgets.composing import LineEdit
from ui.widgets.labels import PlainLabel


class ReasonStrip(QWidget):
    """Hidden until `ask`. Enter confirms with the reason typed, Esc goes back and nothing has happened."""

    confirmed = Signal(str)
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._question = PlainLabel("", "danger", wrap=True)
        self._reason = LineEdit()
        self._reason.setAccessibleName("原因")
        self._reason.advance_requested.connect(self._on_confirm)
        self._fault = PlainLabel("", "error", wrap=True)
        self._confirm = DangerButton("", "⏎")
        self._confirm.clicked.connect(self._on_confirm)
        self._back = QuietButton("返回", "Esc")
        self._back.clicked.connect(self.dismiss)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._confirm, 1)
        row.addWidget(self._back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._question)
        column.addWidget(self._reason)
        column.addWidget(self._fault)
        column.addLayout(row)
        self.hide()

    def ask(self, question: str, verb: str, *, hint: str = "请写明原因", proposed: str = "") -> None:
        """Show the question; `verb` stands on the button, `proposed` is a reason to accept or overwrite."""
        self._question.setText(question)
        self._confirm.set_word(verb)
        self._reason.setPlaceholderText(hint)
        self._reason.setText(proposed)
        self._say("")
        self.show()
        self._reason.setFocus()
        self._reason.selectAll()

    def is_asking(self) -> bool:
        """Whether the question stands there."""
        return not self.isHidden()

    def dismiss(self) -> None:
        """Take the question back."""
        if self.is_asking():
            self.hide()
            self.dismissed.emit()

    def refuse(self, sentence: str) -> None:
        """Say why it cannot be done; the question stays."""
        self._say(sentence)
        self._reason.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _on_confirm(self) -> None:
        reason = self._reason.text().strip()
        if reason:
            self.confirmed.emit(reason)
        else:
            self.refuse("请写明原因。")

    def _say(self, sentence: str) -> None:
        self._fault.setText(sentence)
        self._fault.setVisible(bool(sentence))
