"""Write `resources/pinyin/`: the readings of characters and of surnames, from pypinyin (developers only).

pypinyin takes 160 to 285 ms to import and misreads surnames; the program reads these two files instead.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from pypinyin import Style, pinyin
from pypinyin.pinyin_dict import pinyin_dict

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "pinyin"

# Surnames whose reading as a surname differs from the usual one, and the compound surnames.
SURNAMES = """
曾 zeng|单 shan|仇 qiu|解 xie|查 zha|任 ren|朴 piao|区 ou|盖 ge|盖 gai|覃 qin|覃 tan|尉 wei|乐 yue|乐 le|华 hua|
宁 ning|员 yun|繁 po|折 she|黑 he|秘 bi|种 chong|召 shao|洗 xian|冼 xian|缪 miao|缪 mu|晁 chao|翟 zhai|燕 yan|
盛 sheng|那 na|沈 shen|佴 nai|句 gou|卜 bu|石 shi|车 che|贾 jia|葛 ge|逄 pang|逢 pang|祭 zhai|隗 wei|隗 kui|
应 ying|曲 qu|长 chang|牟 mu|牟 mou|重 chong|要 yao|令 ling|能 nai|阚 kan|柏 bai|谌 chen|谌 shen|郇 xun|郇 huan|
哈 ha|訾 zi|佘 she|干 gan|万 wan|幺 yao|过 guo|相 xiang|占 zhan|尹 yin|殷 yin|褚 chu|
尉迟 yu chi|万俟 mo qi|欧阳 ou yang|司马 si ma|上官 shang guan|诸葛 zhu ge|东方 dong fang|皇甫 huang fu|
令狐 ling hu|慕容 mu rong|宇文 yu wen|长孙 zhang sun|司徒 si tu|司空 si kong|夏侯 xia hou|公孙 gong sun|
轩辕 xuan yuan|端木 duan mu|独孤 du gu|南宫 nan gong|西门 xi men|东郭 dong guo|百里 bai li|呼延 hu yan|
澹台 tan tai|单于 chan yu|申屠 shen tu|钟离 zhong li|濮阳 pu yang|淳于 chun yu|闻人 wen ren|太史 tai shi|
公冶 gong ye|宗政 zong zheng|赫连 he lian|鲜于 xian yu|闾丘 lv qiu|第五 di wu|拓跋 tuo ba|纳兰 na lan|
完颜 wan yan|乐正 yue zheng|亓官 qi guan|司寇 si kou|子车 zi ju|颛孙 zhuan sun|巫马 wu ma|公西 gong xi|
漆雕 qi diao|壤驷 rang si|公良 gong liang|拓拔 tuo ba|夹谷 jia gu|宰父 zai fu|谷梁 gu liang|段干 duan gan|
微生 wei sheng|梁丘 liang qiu|左丘 zuo qiu|东门 dong men|谷利 gu li|南门 nan men|呼衍 hu yan|哥舒 ge shu
"""


def readings(char: str) -> list[str]:
    """All readings without tones, the usual one first."""
    every = pinyin(char, style=Style.NORMAL, heteronym=True, v_to_u=False, errors="ignore")
    return list(dict.fromkeys(reading for reading in (every[0] if every else []) if reading.isascii()))


def main() -> None:
    """Write `readings.tsv` (syllable, characters that usually read so, that also read so) and `surnames.tsv`."""
    usual: dict[str, list[str]] = defaultdict(list)
    also: dict[str, list[str]] = defaultdict(list)
    for code in sorted(pinyin_dict):
        first, *others = readings(chr(code)) or [""]
        usual[first].append(chr(code))
        for other in others:
            also[other].append(chr(code))
    syllables = sorted(filter(None, usual.keys() | also.keys()))
    lines = [f"{one}\t{''.join(usual[one])}\t{''.join(also[one])}\n" for one in syllables]
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "readings.tsv").write_text("".join(lines), encoding="utf-8", newline="\n")
    names = [entry.strip().split(" ", 1) for entry in SURNAMES.replace("\n", "").split("|")]
    (FOLDER / "surnames.tsv").write_text(
        "".join(f"{surname}\t{reading}\n" for surname, reading in names), encoding="utf-8", newline="\n"
    )


if __name__ == "__main__":
    main()
