"""Files that leave the house: written whole or not at all, and never among the desk's own data."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from frontdesk.core.errors import RefusedError, SurroundingsError
from frontdesk.core.paths import DATABASE_NAME

if TYPE_CHECKING:
    from pathlib import Path


def require_outside_data(path: Path) -> None:
    """Let a target pass that lies in no data folder. Raises RefusedError: what is there must not be written over."""
    try:
        folders = path.expanduser().resolve().parents
        inside = any((folder / DATABASE_NAME).exists() for folder in folders)
    except (OSError, RuntimeError) as error:  # a loop of links
        raise SurroundingsError(f"写不了文件：{path}。请检查文件夹，或换一个地方保存。") from error
    if inside:
        raise RefusedError(f"{path} 在前台的数据文件夹里，没有写入；请换一个文件夹保存。", field="output")


def put_file(path: Path, content: bytes) -> None:
    """Write a file, safely on disk when this returns; one that was there stays as it is until then.

    Raises RefusedError inside a data folder, SurroundingsError.
    """
    require_outside_data(path)
    part = path.with_name(f"{path.name}.part")
    try:
        try:
            with part.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise SurroundingsError(
            f"写不了文件：{path}。已有记录完好；请检查文件夹和磁盘空间，或换一个地方保存。"
        ) from error
