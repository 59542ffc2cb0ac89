"""Asking for a file: the one dialog that cannot stand in a page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

SHEETS_IN = "表格 (*.xlsx *.csv)"
SHEET_OUT = "Excel 表格 (*.xlsx)"
PDF_OUT = "PDF (*.pdf)"


def ask_for_sheet(parent: QWidget) -> Path | None:
    """An existing sheet to read; None when the user goes back."""
    name, _chosen = QFileDialog.getOpenFileName(parent, "选择表格", str(_documents()), SHEETS_IN)
    return Path(name) if name else None


def ask_where_to_save(parent: QWidget, proposed: str) -> Path | None:
    """Where to write a sheet, `.xlsx` added if missing; None when the user goes back."""
    return _where(parent, "保存到", proposed, SHEET_OUT, ".xlsx")


def ask_where_to_save_pdf(parent: QWidget, proposed: str) -> Path | None:
    """Where to write sheets, `.pdf` added if missing; None when the user goes back."""
    return _where(parent, "存为 PDF", proposed, PDF_OUT, ".pdf")


def _where(parent: QWidget, title: str, proposed: str, kinds: str, suffix: str) -> Path | None:
    name, _chosen = QFileDialog.getSaveFileName(parent, title, str(_documents() / proposed), kinds)
    if not name:
        return None
    path = Path(name)
    return path if path.suffix.lower() == suffix else path.with_name(f"{path.name}{suffix}")


def _documents() -> Path:
    folder = Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))
    return folder if folder.is_dir() else Path.home()  # else its name stands there as if it were the file's
