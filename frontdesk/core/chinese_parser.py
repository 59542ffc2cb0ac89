"""argparse in Chinese: usage, help in aligned columns, complaints."""

from __future__ import annotations

import argparse
import re
from functools import partial
from unicodedata import east_asian_width

USAGE = 2  # the exit code of a wrong line

_COMPLAINTS = (
    (r"the following arguments are required: (.*)", r"缺少：\1"),
    (r"unrecognized arguments: (.*)", r"不认识：\1"),
    (r"argument (.*): expected one argument", r"\1 后面要有一个值"),
    (r"argument (.*): expected at least one argument", r"\1 后面至少要有一个值"),
    (r"argument (.*): invalid choice: (.*) \(choose from (.*)\)", r"\1 没有 \2 这一项（可选：\3）"),
    (r"argument (.*): invalid int value: (.*)", r"\1 要整数，不是 \2"),
    (r"argument (.*): ignored explicit argument (.*)", r"\1 后面不要值：\2"),
)


class Parser(argparse.ArgumentParser):
    """Speaks Chinese throughout; argparse's own words too."""

    def __init__(self, **settings: object) -> None:
        formatter = partial(argparse.HelpFormatter, width=200, max_help_position=60)
        super().__init__(add_help=False, allow_abbrev=False, formatter_class=formatter, **settings)  # type: ignore[arg-type]
        self.arguments = self.add_argument_group("参数")
        self.options = self.add_argument_group("选项")
        self.options.add_argument("-h", "--help", action="help", help="显示这段说明，然后结束")

    def format_usage(self) -> str:
        """The line's form, in Chinese."""
        return super().format_usage().replace("usage: ", "用法：", 1)

    def format_help(self) -> str:
        """The whole help, in Chinese."""
        helped = super().format_help().replace("usage: ", "用法：", 1)
        return _aligned(re.sub(r"^(\S+):$", r"\1：", helped, flags=re.MULTILINE))

    def error(self, message: str) -> object:  # type: ignore[override]
        """Say what is wrong with the line, and end with USAGE."""
        for pattern, words in _COMPLAINTS:
            if re.fullmatch(pattern, message):
                message = re.sub(pattern, words, message)
        self.exit(USAGE, f"{self.format_usage()}{self.prog}：{message}\n")


def _aligned(text: str) -> str:
    """Two columns, with characters of double width counted as such: argparse takes each for one."""
    rows = [
        (line, re.fullmatch(r"( {2,4}\S.*?) {2,}(\S.*)", line))
        for line in text.splitlines()
        if line != "  命令"
    ]
    room = max((_width(row[1]) for _, row in rows if row), default=0) + 3
    return (
        "\n".join(row[1] + " " * (room - _width(row[1])) + row[2] if row else line for line, row in rows)
        + "\n"
    )


def _width(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
