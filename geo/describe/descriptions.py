"""Descriptions of the polygons of a file: one record a part, and what a reader must know of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import geopandas as gpd
import shapely
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from geo.describe import Describer, Description
from geo.errors import AtlasError
from geo.reason import Reason
from geo.reference import Reference
from geo.sizhi import SIDE_NAMES

MOST_POLYGONS = 5_000
_NAME_FIELDS = ("name_zh", "name", "名称", "地块名称", "title", "name_en")
_ID_FIELDS = ("id", "fid", "zone_id", "地块编号")
_CERTAIN = 0.9


def polygons(frame: gpd.GeoDataFrame) -> list[tuple[int, int, int, Polygon]]:
    """Return the polygons of a frame (WGS 84): row, number of the part, parts of the row, polygon.

    Raises
    ------
    AtlasError
        When there is none, or there are more than 5,000.
    """
    found = []
    for row, geometry in enumerate(frame.geometry):
        parts = [] if geometry is None else list(_areas(geometry))
        found += [(row, number, len(parts), part) for number, part in enumerate(parts, 1)]
    if not found:
        raise AtlasError(en="no polygon in the file", zh="文件中没有多边形")
    if len(found) > MOST_POLYGONS:
        raise AtlasError(
            en=f"{len(found)} polygons are too many: at most {MOST_POLYGONS}",
            zh=f"多边形过多：{len(found)} 个，最多 {MOST_POLYGONS} 个",
        )
    return found


def _areas(geometry: BaseGeometry) -> Iterator[Polygon]:
    """Yield the polygons in a geometry of any kind."""
    for part in shapely.get_parts(geometry):
        if part.geom_type == "Polygon" and not part.is_empty:
            yield part
        elif hasattr(part, "geoms"):
            yield from _areas(part)


def describe_frame(
    frame: gpd.GeoDataFrame, reference: Reference, lang: str = "zh"
) -> Iterator[dict[str, Any]]:
    """Yield a description of each polygon of a frame, as they are made.

    Parameters
    ----------
    frame : geopandas.GeoDataFrame
        WGS 84; features that are no polygons are passed over.
    reference : Reference
    lang : str
        Language of the sentences in ``error``, ``notes`` and ``reason``.

    Yields
    ------
    dict
        As `record`, with ``id`` and ``name`` of the feature, and ``part`` and ``parts`` of a
        feature in several parts.

    Raises
    ------
    AtlasError
        When the frame holds no polygon, or more than 5,000.
    """
    describer = Describer(reference)
    for row, number, parts, polygon in polygons(frame):
        values = frame.iloc[row]
        identity = {
            "id": _first(values, _ID_FIELDS) or str(frame.index[row] + 1),
            "name": _first(values, _NAME_FIELDS),
            "part": number,
            "parts": parts,
        }
        yield identity | record(describer.describe(polygon), lang)


def _first(values: Any, fields: tuple[str, ...]) -> str | None:
    """Return the first of some fields that holds words or a number."""
    lower = {str(name).lower(): name for name in values.index}
    for field in fields:
        value = values[lower[field]] if field in lower else None
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return " ".join(str(value).split())
    return None


def record(made: Description, lang: str = "zh") -> dict[str, Any]:
    """Return a description as JSON: metres whole, shares with three decimals.

    ``named_ring_share`` is the share of the ring on named lines; ``retraced_iou`` how well the
    clause, traced again, gives the outer ring back (1 is wholly).
    """
    return {
        "clause": made.clause,
        "error": made.reason.text(lang) if made.reason else None,
        "area_km2": round(made.area_km2, 4),
        "area_mu": round(made.area_mu, 1),
        "sides": {
            side: [
                {"name": one.name, "written": one.written, "metres": round(one.metres)}
                | (
                    {"offset_m": one.offset_m, "offset_side": one.offset_side}
                    if one.offset_m is not None
                    else {}
                )
                for one in named
            ]
            for side, named in made.sides.items()
        },
        "named_ring_share": round(made.named_share, 3),
        "uncovered": [
            {
                "metres": round(gap.metres),
                "side": gap.side,
                "between": list(gap.between),
                "along": gap.along,
                "at": [gap.lon, gap.lat],
            }
            for gap in made.uncovered
        ],
        "left_out": [
            {"name": one.name, "metres": round(one.metres), "reason": one.reason.text(lang)}
            for one in made.left_out
        ],
        "retraced_iou": None if made.retraced_iou is None else round(made.retraced_iou, 4),
        "notes": [note.text(lang) for note in (*made.notes, *_warnings(made))],
    }


def described_line(made: dict[str, Any]) -> tuple[str, str | None]:
    """Return what a record is called, and its line: the name and the clause; None without one."""
    label = made["name"] or made["id"]
    if made["parts"] > 1:
        label += f"（{made['part']}/{made['parts']}）"
    return label, f"{label}：{made['clause']}" if made["clause"] else None


def _warnings(made: Description) -> Iterator[Reason]:
    """Yield what a reader of the clause must know of it."""
    if made.clause is None:
        return
    for gap in made.uncovered:
        side = SIDE_NAMES.get(gap.side or "", "")
        one, other = gap.between
        yield Reason(
            zh=f"{side}侧 {gap.metres:.0f} 米不在有名线上"
            + (f"（{one}与{other}之间）" if one and other and one != other else ""),
            en=f"{gap.metres:.0f} m of the {gap.side} side are on no named line"
            + (f" (between {one} and {other})" if one and other and one != other else ""),
        )
    for one in made.left_out:
        yield Reason(
            zh=f"未写{one.name}：{one.reason.zh}", en=f"{one.name} is left out: {one.reason.en}"
        )
    if made.retraced_iou is not None and made.retraced_iou < _CERTAIN:
        share = f"{made.retraced_iou:.0%}"
        yield Reason(
            zh=f"仅凭此四至还原不出原边界：重合度 {share}",
            en=f"the clause alone does not give the polygon back: overlap {share}",
        )
