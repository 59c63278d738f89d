"""Throughput of the four-bounds parser against the least that any reading of a text must do.

Run: `.venv/bin/python benchmarks/parser.py`. The baseline folds the text (NFKC) and runs one
`re.findall` for "direction, 至 or 到, words up to the next punctuation": no qualifiers, no chains,
no tokens, nothing checked. Both read the same clauses in this run, on one core, alternating; the
clauses are four sides each, written in ten phrasings with names drawn at random (seeded), so that
no two are alike.
"""

from __future__ import annotations

import random
import re
import statistics
import sys
import time
import unicodedata
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from geo.sizhi import parse

CLAUSES, RUNS = 2_000, 5
_STEMS = "万芳沈庄召楼江月陈行浦星立跃春申元北松沪闵剑川华宁兰坪昆阳虹梅景西旺双柏都园"
_ENDS = ("路", "路", "路", "公路", "大道", "河", "塘", "泾", "港", "高速")
_FORMS = (
    "东至{0}，南至{1}，西至{2}，北至{3}",
    "四至范围为：东到{0}、南到{1}、西到{2}、北到{3}，面积1.5平方公里",
    "规划范围是东至{0}、{4}，北至{3}，西至{2}，南至{1}、{5}。规划面积约 6.1平方公里",
    "东起{0}，西至{2}，南临{1}，北接{3}，总面积约150公顷",
    "东以{0}为界，南以{1}为界，西以{2}为界，北以{3}为界",
    "东至{0}和{4}，南至{1}绿地，西至规划{2}，北至现状{3}",
    "东至{0}—{4}，南至{1}，西至{2}—{5}，北至{3}",
    "（1）地块：东至{0}中心线，南至{1}以北，西至{2}(规划)，北至{3}，占地面积2250亩",
    "{3}以南、{0}以西、{1}以北、{2}以东",
    "东侧为{0}，南侧为{1}，西侧为{2}，北侧为{3}",
)
_PLAIN = re.compile(r"([东南西北])[至到](\w+)")


def clauses(count: int) -> list[str]:
    """Return clauses that differ in names and take the phrasings in turn."""
    draw = random.Random(4)

    def name() -> str:
        return "".join(draw.sample(_STEMS, draw.choice((1, 2, 2, 2, 3)) + 1)) + draw.choice(_ENDS)

    return [
        _FORMS[number % len(_FORMS)].format(*(name() for _ in range(6))) for number in range(count)
    ]


def baseline(text: str) -> list[tuple[str, str]]:
    return _PLAIN.findall(unicodedata.normalize("NFKC", text))


def per_second(read: Callable[[str], object], texts: list[str]) -> float:
    start = time.perf_counter()
    for text in texts:
        read(text)
    return len(texts) / (time.perf_counter() - start)


def main() -> None:
    texts = clauses(CLAUSES)
    bad = [text for text in texts if len(parse(text).parts) != 1 or parse(text).parts[0].missing()]
    if bad:
        sys.exit(f"{len(bad)} clauses were not read, the first: {bad[0]}")
    ours, plain = [], []
    for _ in range(RUNS):
        ours.append(per_second(parse, texts))
        plain.append(per_second(baseline, texts))
    a, b = statistics.median(ours), statistics.median(plain)
    print(f"parser             {a:8.0f} clauses/s (median of {RUNS} runs of {CLAUSES})")
    print(f"NFKC + one findall {b:8.0f} clauses/s")
    print(f"ratio              {a / b:8.3f}")
    long = (texts[0] + "。") * 800
    for what, text in (("100 kB of clauses", long), ("100 kB of 东至", "东至" * 17_000)):
        start = time.perf_counter()
        parse(text)
        print(f"{what:18} {(time.perf_counter() - start) * 1000:8.0f} ms")


if __name__ == "__main__":
    main()
