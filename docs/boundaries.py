"""Write the pages of evidence for the digitised zones: docs/boundaries.md and boundaries.zh.md.

Run `python docs/boundaries.py` (part of `make screenshots`). Everything is made from the published
clauses and the built-in gazetteer, in this run: one picture a zone, the ring over the reference
lines with its sides coloured, and under it what every stretch of the ring lies on. The same inputs
give the same bytes, and a test holds the pages to that.
"""

from __future__ import annotations

import math
import sys
from html import escape
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import LineString
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from geo import PLANS  # noqa: E402 - the project's own modules need the path above
from geo.build import PARKS, read_zone  # noqa: E402
from geo.files import read_json, write_atomic  # noqa: E402
from geo.reference import Reference, load_gazetteer  # noqa: E402
from geo.trace import Ring  # noqa: E402
from geo.trace.edges import Edge  # noqa: E402
from geo.zones import Zone, load_zones  # noqa: E402

FOLDER = ROOT / "docs"
PICTURES = FOLDER / "images" / "zones"
WIDTH, HEIGHT, MARGIN = 760, 560, 46
_LEAST_TOLD_M = 60.0
# Okabe and Ito's palette: told apart by colour-blind eyes, and on paper.
COLOURS = {
    "north": "#0072b2", "east": "#d55e00", "south": "#009e73", "west": "#aa3377",
}  # fmt: skip
GAP = "#444444"
SIDES = {
    "zh": {"north": "北", "east": "东", "south": "南", "west": "西"},
    "en": {"north": "north", "east": "east", "south": "south", "west": "west"},
}
KINDS = {
    "zh": {
        "measured": "文列界线", "border": "行政界", "bridged": "借道", "extended": "顺延",
        "straight": "直线",
    },
    "en": {
        "measured": "measured", "border": "border", "bridged": "bridged", "extended": "extended",
        "straight": "straight",
    },
}  # fmt: skip
LEVELS = {"zh": {"high": "高", "medium": "中", "low": "低"}}
WORDS = {
    "zh": {
        "title": "各片区边界的依据",
        "intro": "本页由 `python docs/boundaries.py` 生成：四至文字取自《规划》，界线取自内置参考线"
        "（© OpenStreetMap 贡献者，ODbL 1.0；区界由高德数据转换）。示意图，不作为权属界线依据。",
        "legend": "图例：环的各边按四至方位着色（北 蓝、东 橙、南 绿、西 紫）；"
        "虚线为不在所列界线上的段（借道、顺延、直线）；灰线为文中所列界线的全部走向。"
        "方格为 1 km。",
        "clause": "四至",
        "area": "追踪面积",
        "published": "公布面积",
        "named": "环线在所列界线上的占比",
        "closure": "缺口",
        "none": "无",
        "confidence": "可信度",
        "unresolved": "图上没有的名称",
        "unused": "未用上的名称",
        "decisions": "文字未定之处",
        "head": "| 边 | 段 | 依据 | 长度 m |",
        "both": "两片区合计",
        "count": "{count} 处，共 {sum} 米，最大 {largest} 米",
        "unnamed": "无名道路或河道",
        "between": "{0}与{1}之间",
        "summary": "| 片区 | 追踪 km² | 公布 km² | 相差 | 占比 | 可信度 |",
    },
    "en": {
        "title": "The evidence for each zone's boundary",
        "intro": "Written by `python docs/boundaries.py`: clauses from the plan, lines from the "
        "built-in gazetteer (© OpenStreetMap contributors, ODbL 1.0; district borders converted "
        "from AMap). Schematic, not evidence of any title.",
        "legend": "The sides of the ring are coloured by the compass word of the clause (north "
        "blue, east orange, south green, west purple); dashed stretches lie on no line the clause "
        "names (bridged, extended, straight); grey is the whole course of the lines it does name. "
        "The grid is 1 km.",
        "clause": "Clause",
        "area": "Traced",
        "published": "Published",
        "named": "Share of the ring on the lines named",
        "closure": "Gaps",
        "none": "none",
        "confidence": "Confidence",
        "unresolved": "Names on no map",
        "unused": "Names not used",
        "decisions": "What the clause leaves open",
        "head": "| side | stretch | lies on | length m |",
        "both": "both zones",
        "count": "{count}, {sum} m in all, the largest {largest} m",
        "unnamed": "a road or river without a name",
        "between": "between {0} and {1}",
        "summary": "| zone | traced km² | published km² | difference | share | confidence |",
    },
}


class Frame:
    """The ground of one picture, fitted to a ring; local metres to picture units, north up."""

    def __init__(self, ring: Ring) -> None:
        west, south, east, north = ring.polygon.bounds
        self.scale = min(
            (WIDTH - 2 * MARGIN) / (east - west), (HEIGHT - 2 * MARGIN) / (north - south)
        )
        self.west = (west + east) / 2 - WIDTH / 2 / self.scale
        self.north = (south + north) / 2 + HEIGHT / 2 / self.scale
        self.box = shapely.box(
            self.west, self.north - HEIGHT / self.scale, self.west + WIDTH / self.scale, self.north
        )

    def path(self, geometry: BaseGeometry) -> str:
        """Return a geometry's lines as SVG path data, to a tenth of a unit."""
        parts = []
        for line in shapely.get_parts(shapely.simplify(geometry, 0.4 / self.scale)):
            points = [self.point(*xy) for xy in line.coords]
            parts.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points))
        return "".join(parts)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Return a place in picture units."""
        return (x - self.west) * self.scale, (self.north - y) * self.scale


def picture(zone: Zone, ring: Ring, reference: Reference) -> str:
    """Return a zone's picture as SVG: grid, named lines, ring by side, names beside it."""
    frame = Frame(ring)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" aria-label="{escape(zone.zh)}" '
        "font-family=\"'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei',sans-serif\">",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fbfaf7"/>',
        f'<path d="{_grid(frame)}" stroke="#e6e2d8" fill="none"/>',
    ]
    named = sorted({edge.feature for edge in ring.edges if edge.named and edge.feature})
    for name in named:
        course = shapely.intersection(reference.lines[name].geometry, frame.box)
        parts.append(
            f'<path d="{frame.path(course)}" stroke="#b9b3a6" stroke-width="1.6" fill="none"/>'
        )
    outline = frame.path(ring.polygon.exterior)
    parts.append(f'<path d="{outline}Z" fill="#f0e442" fill-opacity="0.22"/>')
    parts += [_stretch(frame, edge) for edge in ring.edges]
    parts += _labels(frame, ring)
    return "\n".join([*parts, "</svg>", ""])


def _grid(frame: Frame) -> str:
    """Return the lines of the kilometre grid (EPSG:4549)."""
    west, south, east, north = frame.box.bounds
    lines = [
        LineString([(x * 1000, south), (x * 1000, north)])
        for x in range(math.ceil(west / 1000), math.floor(east / 1000) + 1)
    ]
    lines += [
        LineString([(west, y * 1000), (east, y * 1000)])
        for y in range(math.ceil(south / 1000), math.floor(north / 1000) + 1)
    ]
    return "".join(frame.path(line) for line in lines)


def _stretch(frame: Frame, edge: Edge) -> str:
    """Return one stretch of ring: coloured by side, dashed where no named line runs."""
    colour = COLOURS.get(edge.side or "", GAP)
    style = f'stroke="{colour}" stroke-width="3.4" stroke-linecap="round" fill="none"'
    if not edge.named:
        style += ' stroke-dasharray="2 7"' if edge.kind != "bridged" else ' stroke-dasharray="9 6"'
    return f'<path d="{frame.path(edge.line)}" {style}/>'


def _labels(frame: Frame, ring: Ring) -> list[str]:
    """Return the names of the ring's features, each once, where it is longest, outside the ring.

    A label that would cover another moves along its stretch; with no room left it is left out, for
    the table under the picture names every stretch.
    """
    longest: dict[str, Edge] = {}
    for edge in ring.edges:
        told = edge.kind in {"measured", "border", "bridged"} and edge.line.length >= _LEAST_TOLD_M
        if edge.feature and told:
            known = longest.get(edge.feature)
            if known is None or edge.line.length > known.line.length:
                longest[edge.feature] = edge
    taken: list[BaseGeometry] = []
    labels = []
    for name, edge in sorted(longest.items(), key=lambda item: -item[1].line.length):
        for share in (0.5, 0.35, 0.65, 0.2, 0.8):
            x, y = _beside(frame, edge, share)
            half = 7.2 * len(name)
            x = min(max(x, half + 4), WIDTH - half - 4)
            y = min(max(y, 16), HEIGHT - 8)
            room = shapely.box(x - half, y - 13, x + half, y + 5)
            if not any(room.intersects(other) for other in taken):
                taken.append(room)
                labels.append(
                    f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-size="14" '
                    f'fill="{COLOURS.get(edge.side or "", GAP)}" stroke="#fbfaf7" '
                    f'stroke-width="4" paint-order="stroke">{escape(name)}</text>'
                )
                break
    return labels


def _beside(frame: Frame, edge: Edge, share: float) -> tuple[float, float]:
    """Return a place beside a stretch, on its outer side: the ring runs clockwise."""
    line, reach = edge.line, edge.line.length * share
    before = frame.point(*line.interpolate(max(reach - 60, 0)).coords[0])
    behind = frame.point(*line.interpolate(min(reach + 60, line.length)).coords[0])
    x, y = frame.point(*line.interpolate(reach).coords[0])
    along = (behind[0] - before[0], behind[1] - before[1])
    size = math.hypot(*along) or 1.0
    outward = (along[1] / size, -along[0] / size)
    # Beside a line that runs up the picture a name needs half its width more.
    wide = 12 + abs(outward[0]) * 22
    return x + outward[0] * wide, y + outward[1] * 16 + 5


def page(lang: str, told: list[tuple[dict[str, Any], Ring | None]]) -> str:
    """Return the page of evidence in one language."""
    words = WORDS[lang]
    lines = [f"# {words['title']}", "", words["intro"], "", words["legend"], ""]
    lines += [words["summary"], "|---|---:|---:|---:|---:|---|"]
    lines += [_row(zone, lang) for zone, _ in told]
    for zone, ring in told:
        lines += ["", *_section(zone, ring, lang)]
    return "\n".join(lines) + "\n"


def _row(zone: dict[str, Any], lang: str) -> str:
    """Return a zone's row of the summary."""
    link = f"[{zone[f'name_{lang}']}](#{zone['id']})"
    area = "—" if zone["area_km2"] is None else f"{zone['area_km2']:.3f}"
    share = "—" if zone["named_ring_share"] is None else f"{zone['named_ring_share']:.0%}"
    cells = [link, area, _published(zone, lang), _error(zone), share, _level(zone, lang)]
    return f"| {' | '.join(cells)} |"


def _published(zone: dict[str, Any], lang: str) -> str:
    if shared := zone.get("published_area_shared"):
        return f"{shared['published_area_km2']:g} ({WORDS[lang]['both']})"
    return "—" if zone["published_area_km2"] is None else f"{zone['published_area_km2']:g}"


def _error(zone: dict[str, Any]) -> str:
    return "—" if zone["area_error_pct"] is None else f"{zone['area_error_pct']:+.1f} %"


def _level(zone: dict[str, Any], lang: str) -> str:
    return LEVELS.get(lang, {}).get(zone["confidence"], zone["confidence"])


def _section(zone: dict[str, Any], ring: Ring | None, lang: str) -> list[str]:
    """Return one zone's evidence."""
    words = WORDS[lang]
    name = zone[f"name_{lang}"]
    lines = [f'<a id="{zone["id"]}"></a>', "", f"## {name}", ""]
    if ring is not None:
        lines += [f"![{name}](images/zones/{zone['id']}.svg)", ""]
    facts = [(words["clause"], zone["clause"])]
    if ring is not None:
        closure = zone["closure"]
        gaps = words["count"].format(
            count=closure["gaps"], sum=closure["sum_m"], largest=closure["largest_m"]
        )
        facts += [
            (words["area"], f"{zone['area_km2']:.3f} km² ({_error(zone)})"),
            (words["published"], _published(zone, lang)),
            (words["named"], f"{zone['named_ring_share']:.0%}"),
            (words["closure"], gaps if closure["gaps"] else words["none"]),
        ]
    facts.append((words["confidence"], _level(zone, lang)))
    comma = "、" if lang == "zh" else ", "
    for key in ("unresolved", "unused"):
        if zone.get(key):
            facts.append((words[key], comma.join(zone[key])))
    lines += [f"- **{label}**{'：' if lang == 'zh' else ': '}{value}" for label, value in facts]
    if zone["decisions"]:
        lines += ["", f"**{words['decisions']}**", ""]
        lines += [f"- {reason[lang]}" for reason in zone["decisions"]]
    if ring is not None:
        lines += ["", words["head"], "|---|---|---|---:|"]
        lines += [_evidence(edge, lang) for edge in ring.edges]
    return lines


def _evidence(edge: Edge, lang: str) -> str:
    """Return one stretch of ring as a row."""
    words = WORDS[lang]
    what = edge.feature or words["unnamed"]
    if edge.between:
        what = words["between"].format(*edge.between)
    side = SIDES[lang].get(edge.side or "", "—")
    return f"| {side} | {KINDS[lang][edge.kind]} | {what} | {edge.line.length:,.0f} |"


def write() -> list[Path]:
    """Write both pages and the pictures; return the files written."""
    reference = load_gazetteer()
    zones, _ = load_zones(PLANS / "boundaries.yaml")
    stored = {f["properties"]["id"]: f["properties"] for f in read_json(PARKS)["features"]}
    told: list[tuple[dict[str, Any], Ring | None]] = []
    written = []
    for zone in zones:
        if not zone.clause:
            continue
        ring = read_zone(zone, reference).ring
        found = ring if isinstance(ring, Ring) else None
        told.append((stored[zone.id], found))
        if found is not None:
            path = PICTURES / f"{zone.id}.svg"
            written.append(write_atomic(path, picture(zone, found, reference)))
    for lang, name in (("en", "boundaries.md"), ("zh", "boundaries.zh.md")):
        written.append(write_atomic(FOLDER / name, page(lang, told)))
    return written


if __name__ == "__main__":
    for path in write():
        print(path.relative_to(ROOT))
