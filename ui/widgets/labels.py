"""Labels that show text as it stands: what a resident says is never markup, and `&` is a letter."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui import theme
from ui.rare_font import ensure_rare_font

Tone = str  # a token with a `_soft` twin: neutral, info, ok, warn, danger, accent


class PlainLabel(QLabel):
    """A label of plain text. `kind` is one of the style sheet's types: head, section, label, hint, muted,
    error, warn, large, danger; "" is body text.
    """

    def __init__(
        self,
        text: str = "",
        kind: str = "",
        *,
        wrap: bool = False,
        selectable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setWordWrap(wrap)
        if kind:
            self.setProperty("type", kind)
        if selectable:
            self.setTextInteractionFlags(
                Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
            )
            self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setText(text)

    def setText(self, text: str) -> None:
        """Show the text; also its accessible name."""
        super().setText(text)
        self.setAccessibleName(text)
        ensure_rare_font(text)

    def set_kind(self, kind: str) -> None:
        """Change the type: the style sheet is asked again."""
        if self.property("type") != kind:
            self.setProperty("type", kind)
            self.style().polish(self)


class ElidedLabel(PlainLabel):
    """One line that may be shorter than its text, ends in … then, and tells the whole in its tool tip."""

    def __init__(self, text: str = "", kind: str = "", *, parent: QWidget | None = None) -> None:
        self._whole = ""
        super().__init__(text, kind, parent=parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMinimumWidth(24)

    def setText(self, text: str) -> None:
        """Show as much of the text as there is room for."""
        self._whole = text
        self.setAccessibleName(text)
        ensure_rare_font(text)
        self.updateGeometry()
        self._fit()

    def whole_text(self) -> str:
        """The text, not shortened."""
        return self._whole

    def sizeHint(self) -> QSize:
        """The room that the whole text takes."""
        self.ensurePolished()
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._whole) + 4, metrics.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the text to the new width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        self.ensurePolished()
        metrics = QFontMetrics(self.font())
        fitting = metrics.elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width() - 2, 24))
        QLabel.setText(self, fitting)
        self.setToolTip(plain_tip(self._whole) if fitting != self._whole else "")


class Pill(QWidget):
    """A word in a rounded field of a state's colour: never colour alone."""

    def __init__(self, text: str = "", tone: Tone = "neutral", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._tone = "", tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set(text, tone)

    def set(self, text: str, tone: Tone | None = None) -> None:
        """Show another word, and another tone if given."""
        self._text, self._tone = text, tone or self._tone
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The word shown."""
        return self._text

    def sizeHint(self) -> QSize:
        """Round for one figure, longer for a word; 20 px high."""
        metrics = QFontMetrics(theme.text_font(theme.HINT_PX))
        return QSize(max(26, metrics.horizontalAdvance(self._text) + 16), 20)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint field and word."""
        painter = QPainter(self)
        paint_pill(painter, self.rect(), self._text, self._tone)


def paint_pill(painter: QPainter, rect: QRect, text: str, tone: Tone) -> None:
    """Paint a pill that fills the rectangle, in logical px."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color(f"{tone}_soft"))
    radius = rect.height() / 2
    painter.drawRoundedRect(rect, radius, radius)
    painter.setPen(theme.color("accent_text" if tone == "accent" else tone))
    painter.setFont(theme.text_font(theme.HINT_PX))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextSingleLine, text)
    painter.restore()


def plain_tip(text: str) -> str:
    """The text as a tool tip that Qt cannot take for markup."""
    if not text:
        return ""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<p style="white-space:pre-wrap">{escaped}</p>'
