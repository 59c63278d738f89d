"""A user's own data as a part of the map's payload."""

from __future__ import annotations

import json

import geopandas as gpd
import pytest
import shapely

from geo import formats, own
from geo.own.join import join
from geo.plans import load_boundaries
from layers.own import own_part
from layers.page import APP, SCRIPTS

SHAPES = [
    shapely.box(121.380, 31.080, 121.384, 31.084),
    shapely.box(121.0, 31.0, 121.01, 31.01),
    shapely.LineString([(121.38, 31.08), (121.39, 31.09)]),
    shapely.Point(121.38, 31.08),
    shapely.MultiPoint([(121.38, 31.08), (121.39, 31.08)]),
]


def made(count: int = 0, **columns):
    names = ["甲", "", "丙", "丁", "戊"]
    frame = gpd.GeoDataFrame({"name": names, **columns}, geometry=SHAPES, crs=4326)
    raw = own.read(formats.encode(frame, "geojson").data, "a.geojson")
    roles = own.guess(raw)
    prepared = own.prepare(raw, roles, own.limits())
    return own.make(raw, roles, own.candidates(raw, prepared)[0], name="a.geojson")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_drawn(lang, plans):
    result = made(备注=["x" * 500, None, 1, 2.5, "五"])
    parks = load_boundaries()
    joined = join(result, parks, {park.id: park.zones for park in plans.parks.values()})
    names = {park.id: park.short(lang) for park in plans.parks.values()}
    part = own_part(result, lang, joined, names)["own"]
    json.dumps(part, allow_nan=False)
    items = part["items"]
    assert [one["form"] for one in items] == ["area", "area", "line", "point", "point"]
    assert len(items[4]["shape"]) == 4 and len(items[3]["shape"]) == 2
    assert items[1]["name"] == {"zh": "第 2 行", "en": "Row 2"}[lang]
    assert names[joined.places[0].park_id] in " ".join(items[0]["tip"])
    assert max(len(text) for one in items for text in one["facts"]) < 160
    assert [one["kind"] for one in part["legend"]["entries"]] == ["area", "line", "point"]
    (south, west), (north, east) = part["bounds"]
    assert (west, south, east, north) == (121.0, 31.0, 121.39, 31.09)


def test_the_key_tells_one_set_from_another():
    first, again = made(), made()
    assert own_part(first, "zh")["own"]["key"] == own_part(again, "en")["own"]["key"]
    other = own_part(
        own.OwnData("b", "csv", first.features.iloc[:2], first.crs), "zh"
    )  # fmt: skip
    assert other["own"]["key"] != own_part(first, "zh")["own"]["key"]


def test_marks_that_turn_text_around_are_left_out():
    frame = gpd.GeoDataFrame({"name": ["a\u202egnp.exe"], "备注": ["\u2066x"]},
                             geometry=SHAPES[:1], crs=4326)  # fmt: skip
    raw = own.read(formats.encode(frame, "geojson").data, "a.geojson")
    roles = own.guess(raw)
    prepared = own.prepare(raw, roles, own.limits())
    part = own_part(own.make(raw, roles, own.candidates(raw, prepared)[0]), "zh")
    text = json.dumps(part, ensure_ascii=False)
    assert "agnp.exe" in text and "\u202e" not in text and "\u2066" not in text


def test_nothing_is_no_part():
    assert own_part(own.OwnData("b", "csv", made().features.iloc[:0], None), "zh") == {}


def test_the_script_is_the_apps_alone():
    assert "own.js" in APP and "own.js" not in SCRIPTS
