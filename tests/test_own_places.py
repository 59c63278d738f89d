"""Where a user's features lie when a file says nothing, or the wrong thing, of its coordinates."""

from __future__ import annotations

import io
import json
import zipfile

import geopandas as gpd
import numpy as np
import pytest
import shapely
from pyproj import Transformer

from geo import formats, own
from geo.crs import wgs84_to_gcj02
from geo.own.join import join
from geo.plans import load_boundaries
from geo.reference import load_gazetteer
from layers.own import own_part
from views.own import session


def shifted(geometry):
    return shapely.transform(
        geometry, lambda xy: np.column_stack(wgs84_to_gcj02(xy[:, 0], xy[:, 1]))
    )


def settled(data: bytes, name: str, **roles: str) -> session.Session:
    kept = session._read(name, data, "")
    kept.roles = own.Roles(**{**kept.roles.__dict__, **roles})
    session.settle(kept)
    return kept


@pytest.mark.parametrize("kind", ["geojson", "kml"])
@pytest.mark.parametrize("moved", [False, True])
def test_degrees_that_only_a_format_declares_are_measured_and_asked_for(kind, moved):
    park = load_boundaries().geometry["xinzhuang"]
    frame = gpd.GeoDataFrame({"name": ["a"]}, geometry=[shifted(park) if moved else park], crs=4326)
    kept = settled(formats.encode(frame, kind).data, f"a.{kind}")
    assert kept.asking == moved
    assert (kept.hint is not None) == moved
    if moved:
        assert kept.hint[0] == "GCJ-02" and kept.result is None
        kept.chosen = "GCJ-02"
        session.settle(kept)
    (made,) = kept.result.features.geometry
    assert shapely.hausdorff_distance(made, park) < 1e-5
    assert kept.joined.places[0].relation == "inside"


def test_a_crs_that_the_file_itself_declares_is_believed():
    park = shifted(load_boundaries().geometry["xinzhuang"])
    document = {
        "type": "FeatureCollection",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "features": [
            {"type": "Feature", "properties": {}, "geometry": shapely.geometry.mapping(park)}
        ],
    }
    assert not settled(json.dumps(document).encode(), "a.geojson").asking


@pytest.mark.parametrize(("code", "alike"), [(32651, "4550"), (32650, "4548")])
@pytest.mark.parametrize("swapped", [False, True])
def test_utm_is_offered_beside_gauss_kruger_of_the_same_meridian(code, alike, swapped):
    at = (121.38, 31.05)
    x, y = Transformer.from_crs(4326, code, always_xy=True).transform(*at)
    x, y = (y, x) if swapped else (x, y)
    kept = settled(f"名称,X,Y\n甲,{x:.3f},{y:.3f}\n".encode(), "a.csv")
    suffix = "-yx" if swapped else ""
    assert {f"{code}{suffix}", f"{alike}{suffix}"} <= {one.id for one in kept.candidates}
    assert kept.asking and not any(one.sure for one in kept.candidates)
    utm = next(one for one in kept.candidates if one.id == f"{code}{suffix}")
    assert "UTM" in utm.reason.zh and "UTM" in utm.name.en and "km" in utm.reason.en
    kept.chosen = utm.id
    session.settle(kept)
    (made,) = kept.result.features.geometry
    assert (made.x, made.y) == pytest.approx(at, abs=1e-7)


def test_a_large_feature_loses_no_small_park(plans):
    boundaries = load_boundaries()
    shape = shapely.box(120.9, 30.7, 122.0, 31.85)
    frame = gpd.GeoDataFrame({"name": ["上海"]}, geometry=[shape], crs=4326)
    kept = settled(formats.encode(frame, "geojson").data, "a.geojson")
    parks = {park.id: park.zones for park in plans.parks.values()}
    drawn = {
        park for park, zones in parks.items() if any(zone in boundaries.index for zone in zones)
    }
    joined = join(kept.result, boundaries, parks)
    assert {one.park_id for one in joined.parks} == drawn
    assert own_part(kept.result, "zh", joined, dict.fromkeys(parks, "x"))


TWO = "名称,四至,原四至,面积（亩）,公顷\n甲,东至甲路，南至乙路,东至丙路，南至丁路,5000,100".replace(
    "路，南", "路、南"
).encode()


@pytest.mark.parametrize("change", [{"text": "原四至"}, {"area": "公顷"}, {"unit": "ha"}])
def test_clauses_are_traced_again_when_what_they_are_traced_from_changes(change):
    kept = settled(TWO, "a.csv")
    before = kept.clauses
    kept.traced = {2: []}
    session.settle(kept)
    assert kept.untraced == 0 and kept.result is not None
    kept.roles = own.Roles(**{**kept.roles.__dict__, **change})
    session.settle(kept)
    assert kept.untraced == 1 and kept.result is None and kept.clauses != before


def test_another_area_column_is_in_its_own_unit(monkeypatch):
    kept = settled(TWO, "a.csv")
    monkeypatch.setattr(session, "current", lambda: kept)
    assert kept.roles.unit == "mu"
    session.change(area="公顷")
    assert (kept.roles.area, kept.roles.unit) == ("公顷", "ha")
    session.change(unit="m2")
    assert kept.roles.unit == "m2"


def test_a_hint_still_needs_both_readings():
    raw = own.read(b"name,lon,lat\na,121.4,31.1\n", "a.csv")
    prepared = own.prepare(raw, own.guess(raw), own.limits())
    found = own.candidates(raw, prepared)
    assert own.hinted(prepared, found, load_gazetteer(), load_boundaries()) is None
    assert own.doubted(found, None) == found


def test_firms_of_one_park_are_no_corners_of_it():
    rows = [f"紫竹,企业{i},{121.44 + i / 1000},{31.02 + i % 2 / 1000}" for i in range(6)]
    firms = own.read("\n".join(["园区,企业名称,经度,纬度", *rows]).encode(), "a.csv")
    assert own.guess(firms).way == "points"
    numbered = [f"紫竹,{i + 1},{row.split(',', 2)[2]}" for i, row in enumerate(rows)]
    corners = own.read("\n".join(["园区,界址点号,经度,纬度", *numbered]).encode(), "a.csv")
    assert (own.guess(corners).way, own.guess(corners).id) == ("rings", "园区")


@pytest.mark.parametrize(("cell", "way"), [("见附图", "points"), ("POINT (121.4 31)", "wkt")])
def test_a_column_called_geometry_counts_only_with_text_that_is_one(cell, way):
    raw = own.read(f"名称,geometry,经度,纬度\n甲,{cell},121.38,31.05\n".encode(), "a.csv")
    assert own.guess(raw).way == way


@pytest.mark.parametrize("said", ["GBK", "UTF-8", "936"])
def test_a_shapefile_whose_cpg_is_wrong_is_read_as_what_its_texts_are(said):
    frame = gpd.GeoDataFrame(
        {"name": ["莘庄工业区", "漕河泾"]}, geometry=[shapely.box(121, 31, 122, 32)] * 2, crs=4326
    )
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(formats.encode(frame, "shp").data)) as made,
        zipfile.ZipFile(out, "w") as changed,
    ):
        for name in made.namelist():
            cpg = name.endswith(".cpg")
            changed.writestr(name, said.encode() if cpg else made.read(name))
    raw = own.read(out.getvalue(), "a.zip")
    assert [row.values["name"] for row in raw.rows] == ["莘庄工业区", "漕河泾"]
    assert [one.code for one in raw.findings] == ([] if said == "UTF-8" else ["encoding"])
