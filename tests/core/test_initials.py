"""Names by pinyin, from the program's own table."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.core.initials import initials_of, pinyin_keys, readings


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("张晓敏", {"zxm", "zhangxm", "zhangxiaomin"}),
        ("曾志伟", {"zzw", "zengzw", "zengzhiwei"}),  # not ceng
        ("单雄信", {"sxx", "shanxx", "shanxiongxin"}),  # not dan
        ("仇英", {"qy", "qiuy", "qiuying"}),  # not chou
        ("尉迟恭", {"ycg", "yucg", "yuchigong"}),  # not weichi
        ("欧阳娜娜", {"oynn", "ouynn", "ouyangnana"}),
        ("覃雪梅", {"qxm", "txm", "qinxuemei", "tanxuemei"}),  # both are said
        ("吕布", {"lb", "lvbu"}),
        ("㛃䶮", {"jy", "jieyan"}),
        ("王强(租)", {"wq", "wangq", "wangqiang"}),
    ],
)
def test_a_name_may_be_typed_by_initials_surname_and_initials_or_in_full(name: str, keys: set[str]) -> None:
    assert keys <= set(pinyin_keys(name))


def test_a_surname_is_read_as_a_surname_only() -> None:
    assert not any(key.startswith(("ceng", "cz")) for key in pinyin_keys("曾志伟"))
    assert not any(key.startswith("y") for key in pinyin_keys("王强"))


def test_the_table_knows_every_common_character_and_rare_ones_of_names() -> None:
    unknown = [chr(code) for code in range(0x4E00, 0x9FA6) if not readings(chr(code))]
    assert len(unknown) <= 10, unknown  # 兙 瓧 and such: Japanese measures without a reading
    assert readings("𬱖")
    assert readings("赟") == ("yun",)
    assert readings("a") == ()


@given(st.text(max_size=30))
def test_any_name_gives_few_short_keys(name: str) -> None:
    keys = pinyin_keys(name)
    assert len(keys) <= 24
    assert len(initials_of(name)) <= 8
    assert all(key.isascii() and key for key in keys)


def test_the_program_does_not_import_pypinyin() -> None:
    code = "import sys; from frontdesk.core.initials import initials_of; initials_of('张'); print('pypinyin' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "False"
