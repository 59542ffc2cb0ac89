"""Which paper a printer can be asked for, and in words what to do where one is missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QPageSize
from PySide6.QtPrintSupport import QPrinterInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMED = {(148, 210): "A5", (210, 297): "A4"}
_SAME_MM = 0.5  # a driver rounds its papers to points or tenths of a millimetre
_ASK_SECONDS = 5


def paper_name(width: float, height: float) -> str:
    """A sheet's size in mm as people say it: A5 210 × 148 毫米; 241 × 139.7 毫米 for fan-fold paper."""
    return f"{_name(width, height)} {_millimetres(width)} × {_millimetres(height)} 毫米".strip()


def media(printer: str, width: float, height: float) -> str:
    """The paper as `lp` is asked for it: A5, or Custom.241.0x139.7mm; "" when the queue says that it has neither.

    A paper with a name goes by its size where the queue knows sizes only.
    """
    papers = offered(printer).get("PageSize")
    # Fan-fold paper is fed wide edge first, so its width comes first however the page lies.
    wanted = [_name(width, height), f"Custom.{_exact(width)}x{_exact(height)}mm"]
    known = None if papers is None else {paper.split(".")[0] for paper in papers}
    return next((name for name in wanted if name and (known is None or name.split(".")[0] in known)), "")


def uses_lp() -> bool:
    """Whether sheets go by CUPS' `lp`, else by Qt's own way to the driver."""
    return sys.platform != "win32" and shutil.which("lp") is not None


def has_paper(printer: str, width: float, height: float) -> bool:
    """Whether a printer can be asked for this paper (mm); True also when it does not say."""
    if uses_lp():
        return bool(media(printer, width, height))
    info = QPrinterInfo.printerInfo(printer)
    if info.isNull() or info.supportsCustomPageSizes():
        return True
    wanted_size = QSizeF(*sorted((width, height)))
    return any(
        abs(size.width() - wanted_size.width()) < _SAME_MM
        and abs(size.height() - wanted_size.height()) < _SAME_MM
        for page in info.supportedPageSizes()
        for size in (_upright(page.size(QPageSize.Unit.Millimeter)),)
    )


def offered(printer: str) -> dict[str, Sequence[str]]:
    """What a CUPS queue lets one choose: `PageSize`, `Resolution` … with their values; {} when it does not say."""
    try:
        asked = subprocess.run(
            ["lpoptions", "-p", printer, "-l"],
            capture_output=True,
            text=True,
            timeout=_ASK_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return {}
    lines = (line.partition(":") for line in asked.stdout.splitlines())
    return {name.partition("/")[0]: values.replace("*", "").split() for name, _colon, values in lines}


def missing_paper(printer: str, width: float, height: float) -> str:
    """One sentence for a printer that lacks this paper."""
    return f"打印机“{printer}”没有 {paper_name(width, height)}这种纸。"


def how_to_add(width: float, height: float, *, windows: bool | None = None) -> str:
    """What to do about it on this system, step by step."""
    windows = sys.platform == "win32" if windows is None else windows
    if windows:
        return (
            "新建纸张：打开“设置 › 蓝牙和其他设备 › 打印机和扫描仪 › 打印服务器属性”，勾选“创建新纸张规格”，"
            f"名称写“{_millimetres(width)}×{_millimetres(height)}”，宽 {width / 10:.2f} 厘米、"
            f"高 {height / 10:.2f} 厘米，四边留白都写 0，点“保存规格”。"
            "再到这台打印机的“打印首选项”里选这种纸，回到这里重选一次打印机。"
        )
    return (
        "纸张尺寸由本程序随每次打印送出，驱动要支持自定义纸张：在系统的打印机设置里给它换一个驱动，"
        "针式打印机一般用“Epson 24-Pin Series”。"
        "换好后，终端里 lpoptions -p 打印机名 -l 的 PageSize 一行应有 Custom.WIDTHxHEIGHT；"
        "再回到这里重选一次打印机。"
    )


def _name(width: float, height: float) -> str:
    return _NAMED.get((round(min(width, height)), round(max(width, height))), "")


def _millimetres(side: float) -> str:
    return f"{side:.2f}".rstrip("0").rstrip(".")


def _exact(side: float) -> str:
    short = f"{side:.1f}"
    return short if abs(float(short) - side) < 0.005 else f"{side:.2f}"


def _upright(size: QSizeF) -> QSizeF:
    return QSizeF(*sorted((size.width(), size.height())))
