"""The window as it first appears: one word, painted before the theme and the shell are even imported."""

from __future__ import annotations

from PySide6.QtGui import QCloseEvent, QFont
from PySide6.QtWidgets import QApplication, QGridLayout, QLabel, QMainWindow, QWidget

from ui.main_font import FAMILY, TEXT_PX, add_main_font

TITLE_BAR = 40  # px

# Qt's namespace of enumerations costs a fifth of a bare window's start when it is first named: not in this file.


class FirstWindow(QMainWindow):
    """The program's frame on the screen, from its first moment to its last; the shell moves in with `take`."""

    def __init__(self) -> None:
        super().__init__()
        add_main_font()
        font = QFont(FAMILY)
        font.setPixelSize(TEXT_PX)
        self.setFont(font)
        self.setWindowTitle("物业前台")
        word = QLabel("正在打开…")
        place = QWidget()
        grid = QGridLayout(place)
        grid.addWidget(word, 1, 1)
        for line in (0, 2):
            grid.setRowStretch(line, 1 + line)
            grid.setColumnStretch(line, 1)
        self.setCentralWidget(place)
        self.resize(1366, 768)
        self._shell: QMainWindow | None = None

    def appear(self) -> None:
        """Show at the usual size; maximised where that does not fit with its frame, so that nothing is cut off."""
        room = self.screen().availableSize()
        if room.width() < self.width() or room.height() < self.height() + TITLE_BAR:
            self.resize(min(self.width(), room.width()), min(self.height(), room.height() - TITLE_BAR))
            self.showMaximized()
        else:
            self.show()

    def take(self, shell: QMainWindow) -> None:
        """Hold the shell from now on: its title is this window's, and it hears of the closing first."""
        self._shell = shell
        self.setFont(QApplication.font())
        self.setMinimumSize(shell.minimumSize())
        self.setWindowTitle(shell.windowTitle())
        shell.windowTitleChanged.connect(self.setWindowTitle)
        self.setCentralWidget(shell)

    def closeEvent(self, event: QCloseEvent) -> None:
        """The shell keeps what is half typed, and may refuse."""
        if self._shell is not None and not self._shell.close():
            event.ignore()
            return
        super().closeEvent(event)
