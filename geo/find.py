"""The command `python -m geo find`: the site finder for the terminal."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from geo.errors import AtlasError
from geo.reason import Reason
from geo.terminal import aligned

if TYPE_CHECKING:
    from geo.finder import Judgement, Need, Ranking, Result
    from geo.plans import Plans

Told = Callable[[str, str], str]
# The criteria of `geo.finder` as options; the finder itself is imported when it is asked.
OPTIONS = {
    "industry": ("ID", "industry, id or name", "产业的编号或名称"),
    "land": ("MU", "available land, at least (mu)", "可用土地，不少于（亩）"),
    "industrial_land": ("MU", "available industrial land, at least (mu)",
                        "可用工业用地，不少于（亩）"),
    "factory": ("10K_M2", "factory space, at least (×10,000 m²)", "可用厂房，不少于（万平方米）"),
    "office": ("10K_M2", "office space, at least (×10,000 m²)", "可用楼宇，不少于（万平方米）"),
    "density": (
        "D",
        "output density, at least (×100 million yuan/km²)",
        "单位土地面积产出，不少于（亿元/平方公里）",
    ),
    "metro": ("M", "distance to a metro station, at most (m)", "距地铁站，不超过（米）"),
    "expressway": (
        "M", "distance to an expressway ramp, at most (m)", "距快速路匝道，不超过（米）",
    ),
}  # fmt: skip
_DETAILED = 3  # parks whose reasons the terminal shows; --json has all
_STATUS = {
    "met": Reason("达到", "met"),
    "partly": Reason("部分达到", "partly met"),
    "not-met": Reason("未达到", "not met"),
    "unknown": Reason("未知", "not known"),
}
_SIGNS = {"is": "", "at-least": "≥ ", "at-most": "≤ "}


def add_command(commands: Any, told: Told) -> argparse.ArgumentParser:
    """Add the command to a command line; return its parser."""
    find = commands.add_parser(
        "find",
        help=told("parks by what is asked of them", "按需求选址"),
        description=told(
            "Ranks the parks by what is asked of them, with the reason for every point and what "
            "the plans promise there. A need is a weight unless --must makes it a hard limit.",
            "按需求为园区排名，写明每一项得分的理由，以及规划对该处的承诺。各项默认按权重计分，"
            "用 --must 设为硬性要求。",
        ),
    )
    for name, (metavar, english, chinese) in OPTIONS.items():
        find.add_argument(_option(name), metavar=metavar, help=told(english, chinese))
    find.add_argument(
        "--period",
        default="",
        metavar="YEARS",
        help=told(
            "only the plans of this period, such as 2021-2025", "只用某一规划期的规划，如 2021-2025"
        ),
    )
    find.add_argument(
        "--must",
        action="append",
        default=[],
        metavar="NAMES",
        help=told("hard limits, such as land,industry", "硬性要求，如 land,industry"),
    )
    find.add_argument(
        "--weight",
        action="append",
        default=[],
        metavar="NAME=1-5",
        help=told("the weight of a need (default 1)", "某项的权重（默认 1）"),
    )
    find.add_argument(
        "--json", action="store_true", help=told("print JSON and nothing else", "只输出 JSON")
    )
    return find


def _option(name: str) -> str:
    return "--" + name.replace("_", "-")


def run(args: argparse.Namespace, lang: str) -> int:
    """Run the command."""
    from geo.access import load_access
    from geo.finder import as_dict, make_needs, rank
    from geo.plans import Plans, load_boundaries

    plans = Plans.load()
    values = {name: getattr(args, name) for name in OPTIONS}
    # An empty value is a slip, not a need that is not there.
    for name, value in values.items():
        if value is not None and not value.strip():
            option = _option(name)
            raise AtlasError(en=f"{option} has no value", zh=f"{option} 没有给出值")
    must = [_name(part) for given in args.must for part in given.split(",") if part.strip()]
    weights = dict(_weight(part) for given in args.weight for part in given.split(","))
    needs = make_needs(values, plans, must, weights, args.period)
    ranking = rank(needs, plans, load_boundaries(), load_access())
    if args.json:
        print(json.dumps(as_dict(ranking), ensure_ascii=False, indent=1))
    else:
        print(format_ranking(ranking, plans, lang))
    return 0


def _name(given: str) -> str:
    """Return a criterion as options write it (industrial-land) or as the data do."""
    return given.strip().replace("-", "_")


def _weight(given: str) -> tuple[str, str]:
    name, mark, weight = given.partition("=")
    if not (mark and name.strip() and weight.strip()):
        raise AtlasError(
            en=f"--weight must be NAME=1-5, such as land=3, not {given!r}",
            zh=f"--weight 应写作“名称=1 至 5”，如 land=3，不能是“{given}”",
        )
    return _name(name), weight.strip()


def format_ranking(ranking: Ranking, plans: Plans, lang: str) -> str:
    """Return a ranking as text for a terminal: a table, the best parks' reasons, the notes."""
    wanted = ranking.needs.wanted
    zh = lang == "zh"
    head = ["名次", "园区", "得分"] if zh else ["rank", "park", "score"]
    table = [[*head, *(need.of.name.text(lang) for need in wanted)]]
    for result in ranking.results:
        cells = [_cell(one, lang) for one in result.judgements]
        table.append([_place(result, lang), result.name.text(lang), _score(result), *cells])
    asked = ("；" if zh else "; ").join(_asked(need, plans, lang) for need in wanted)
    lines = [asked, "", aligned(table, left=len(table[0]))] if wanted else [aligned(table, left=3)]
    best = [one for one in ranking.ranked if wanted and (one.rank or 1) <= _DETAILED]
    for result in best[:_DETAILED]:
        lines += ["", *_details(result, lang)]
    if ranking.wider:
        lines += ["", "全区全市目标" if zh else "targets of the district and the city"]
        lines += [f"  {_promise(one.label, one.words, one.citation.text, lang)}"
                  for one in ranking.wider]  # fmt: skip
    lines += ["", *(f"* {note.text(lang)}" for note in ranking.notes)] if ranking.notes else []
    if wanted:
        lines.append(
            "* 各园区的全部理由、出处和说明见 --json"
            if zh
            else "* --json has every park's reasons, sources and caveats"
        )
    return "\n".join(lines)


def _asked(need: Need, plans: Plans, lang: str) -> str:
    """Return a need in words: "可用土地 ≥ 50 亩（硬性要求）"."""
    zh = lang == "zh"
    value = (
        plans.tags[need.value].name(lang) if isinstance(need.value, str) else (f"{need.value:,f}")
    )
    amount = f"{need.of.name.text(lang)} {_SIGNS[need.of.direction]}{value}"
    unit = need.of.unit.text(lang)
    mode = (
        ("硬性要求" if zh else "hard limit")
        if need.must
        else (f"权重 {need.weight}" if zh else f"weight {need.weight}")
    )
    return f"{amount}{' ' if unit else ''}{unit}" + (f"（{mode}）" if zh else f" ({mode})")


def _place(result: Result, lang: str) -> str:
    zh = lang == "zh"
    if result.group == "excluded":
        return "排除" if zh else "out"
    if result.group == "cannot-say":
        return "无法判断" if zh else "cannot say"
    return "—" if result.rank is None else str(result.rank)


def _score(result: Result) -> str:
    if result.score_low is None:
        return "—"
    low, high = result.score_low, result.score_high
    return f"{low}" if low == high else f"{low}–{high}"


def _cell(judgement: Judgement, lang: str) -> str:
    status, shown = _STATUS[judgement.status].text(lang), judgement.shown.text(lang)
    if judgement.value is None and judgement.status == "unknown":
        return status
    mark = "，" if lang == "zh" else ", "
    return status if judgement.value is None else f"{shown}{mark}{status}"


def _details(result: Result, lang: str) -> list[str]:
    """Return the reasons of a park, and what the plans promise of what was asked for."""
    lines = [result.name.text(lang)]
    for one in result.judgements:
        lines.append(f"  {one.why.text(lang)}")
        lines += [f"    [{citation.text.text(lang)}]" for citation in one.citations]
        lines += [f"    ! {caveat.text(lang)}" for caveat in one.caveats]
    asked = [one for one in result.promises if one.asked]
    told = asked or list(result.promises)
    if told:
        lines.append("  规划承诺" if lang == "zh" else "  what the plans promise")
    lines += [f"    {_promise(p.label, p.words, p.citation.text, lang)}" for p in told]
    return lines


def _promise(label: Reason, words: Reason, citation: Reason, lang: str) -> str:
    mark = "：" if lang == "zh" else ": "
    return f"{label.text(lang)}{mark}{words.text(lang)} [{citation.text(lang)}]"
