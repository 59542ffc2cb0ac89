"""Our own bugs: into the log, and told calmly; the window lives on.

Catches what Python would print to a `stderr` that a windowed build does not have: exceptions in slots,
in threads and in destructors, and what Qt complains of.
"""

from __future__ import annotations

import logging
import platform
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QtMsgType, Signal, qInstallMessageHandler, qVersion
from PySide6.QtWidgets import QApplication, QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from frontdesk.core.errors import DeskError
from ui.widgets.buttons import PrimaryButton, QuietButton
from ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from PySide6.QtCore import QMessageLogContext

_LOG = logging.getLogger("frontdesk.bugs")
_QT_LOG = logging.getLogger("qt")
_QT_LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}

SAFE = "刚才的操作没有做完。已经存下的记录都在，可以继续工作。"
ASK = "如果同样的事再次发生，请复制详情，发给技术人员。"


class ErrorReporter(QObject):
    """Catches what nobody caught. Make one after the QApplication, `install` it, keep it."""

    _caught = Signal(str, str)

    def __init__(self, log: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._log = log
        self._dialog: BugDialog | None = None
        self._before: tuple[Any, ...] = ()
        # Queued, so that a bug in a thread is told in the window's thread, and never inside a paint event.
        self._caught.connect(self._on_caught, Qt.ConnectionType.QueuedConnection)

    def install(self) -> None:
        """Stand where Python and Qt hand over what went wrong."""
        handler = qInstallMessageHandler(_log_qt)
        self._before = (sys.excepthook, threading.excepthook, sys.unraisablehook, handler)
        sys.excepthook = self.report
        threading.excepthook = lambda args: self.report(args.exc_type, args.exc_value, args.exc_traceback)
        sys.unraisablehook = lambda args: _LOG.error(
            "in a destructor: %r",
            args.object,
            exc_info=args.exc_value and (args.exc_type, args.exc_value, args.exc_traceback),
        )

    def uninstall(self) -> None:
        """Stand aside again (tests)."""
        sys.excepthook, threading.excepthook, sys.unraisablehook, handler = self._before
        qInstallMessageHandler(handler)

    def report(
        self, kind: type[BaseException], error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log an exception and tell it; from any thread."""
        if error is None or issubclass(kind, SystemExit | KeyboardInterrupt):
            sys.__excepthook__(kind, error or kind(), trace)
            return
        details = "".join(traceback.format_exception(kind, error, trace))
        if isinstance(error, DeskError):  # a sentence that nobody put in its place is still a sentence
            _LOG.warning("told by nobody but the reporter", exc_info=(kind, error, trace))
            self._caught.emit(error.message, "")
        else:
            _LOG.error("a bug", exc_info=(kind, error, trace))
            self._caught.emit("", details)

    def _on_caught(self, sentence: str, details: str) -> None:
        try:
            if self._dialog is None or not isValid(self._dialog) or not self._dialog.isVisible():
                self._dialog = BugDialog(QApplication.activeWindow())
            self._dialog.tell(sentence, details, str(self._log))
            self._dialog.show()
        except Exception:  # raised here, it would be reported here, and so on for ever
            _LOG.exception("could not be told")


class BugDialog(QDialog):
    """Says that something of ours went wrong and what is safe. Not modal: the call goes on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("物业前台")
        self.setModal(False)
        self.setMinimumWidth(460)
        self.head = PlainLabel("", "head", wrap=True)
        self.text = PlainLabel("", "", wrap=True, selectable=True)
        self._count = PlainLabel("", "hint", wrap=True)
        self.details = QPlainTextEdit()
        self.details.setReadOnly(True)
        self.details.setAccessibleName("详情")
        self.details.setMinimumHeight(160)
        self.copy_button = QuietButton("复制详情")
        self.copy_button.clicked.connect(self._on_copy)
        close = PrimaryButton("继续工作", "Esc")
        close.clicked.connect(self.close)
        close.setDefault(True)
        row = QHBoxLayout()
        row.addWidget(self.copy_button)
        row.addStretch(1)
        row.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 18, 20, 16)
        column.setSpacing(10)
        for widget in (self.head, self.text, self.details, self._count):
            column.addWidget(widget)
        column.addLayout(row)
        self._told: list[str] = []

    @classmethod
    def say(cls, sentence: str) -> None:
        """Show one sentence before there is a window, and wait until it is read."""
        dialog = cls()
        dialog.tell(sentence, "", "")
        dialog.exec()

    def tell(self, sentence: str, details: str, log: str) -> None:
        """Show a surrounding's sentence, or a bug with its details; more of them are added below."""
        self._told.append(details or sentence)
        bug = bool(details)
        self.head.setText("程序出了一点问题" if bug else "没有做成")
        self.text.setText(f"{SAFE}\n{ASK}" if bug else sentence)
        self.details.setVisible(bug)
        self.copy_button.setVisible(bug)
        self.copy_button.set_word("复制详情")
        if bug:
            self.details.setPlainText(f"{_versions()}\n{details}")
        several = f"已连续出现 {len(self._told)} 次。" if len(self._told) > 1 else ""
        self._count.setText(f"{several}详情已记入 {log}" if bug else several)
        self._count.setVisible(bool(self._count.text()))

    def _on_copy(self) -> None:
        QApplication.clipboard().setText(self.details.toPlainText())
        self.copy_button.set_word("已复制")


def _versions() -> str:
    parts = (f"Python {platform.python_version()}", f"Qt {qVersion()}", platform.platform())
    return " · ".join((f"物业前台 {_program_version()}", *parts))


def _program_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("frontdesk")
    except PackageNotFoundError:  # packed without its metadata
        return ""


def _log_qt(kind: QtMsgType, where: QMessageLogContext, text: str) -> None:
    _QT_LOG.log(_QT_LEVELS.get(kind, logging.ERROR), "%s (%s)", text, where.category)
