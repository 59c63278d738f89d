"""How an area that chose between readings counts, and how a name that is on no line is told."""

from __future__ import annotations

import pytest

from geo.build import build
from geo.digitize.evidence import confidence
from geo.reference import load_districts, load_gazetteer
from geo.zones import load_zones


@pytest.mark.parametrize(
    ("share", "error", "by_area", "level"),
    [
        (0.95, 1.0, False, "high"),
        (0.95, 1.0, True, "medium"),  # the area chose the ring, so agreeing with it proves nothing
        (0.80, 1.0, True, "medium"),
        (0.95, 60.0, True, "low"),  # but an area that even the chosen ring misses still counts
        (0.95, None, False, "medium"),
    ],
)
def test_an_area_that_chose_the_ring_is_no_evidence_for_it(share, error, by_area, level):
    assert confidence(share, error, [], (), by_area) == level


@pytest.fixture(scope="module")
def zones() -> dict[str, dict]:
    collection = build(*load_zones(), load_gazetteer(), load_districts())
    return {f["properties"]["id"]: f["properties"] for f in collection["features"]}


def test_zones_whose_area_had_a_say_are_marked_and_never_high(zones):
    chosen = {zone for zone, properties in zones.items() if properties.get("chosen_by_area")}
    # By a line chosen among three sidings, and by readings that the clause allows equally.
    assert {"minhang-base-west", "xinzhuang"} <= chosen
    assert all(zones[zone]["confidence"] != "high" for zone in chosen)
    for zone in chosen - {"minhang-base-west"}:
        assert zones[zone]["alternatives_km2"]


def test_a_name_on_no_line_says_what_was_tried(zones):
    told = [decision["zh"] for decision in zones["maqiao"]["decisions"]]
    (missed,) = [words for words in told if "不在参考线中" in words]
    for tried in ("水富路", "水富公路", "水富大道"):
        assert tried in missed
    assert any("tried 水富路" in decision["en"] for decision in zones["maqiao"]["decisions"])


def test_every_long_stretch_off_the_named_lines_is_told(zones):
    for zone, properties in zones.items():
        told = " ".join(decision["zh"] for decision in properties["decisions"])
        for edge in properties.get("evidence", []):
            if edge["kind"] in {"extended", "straight"} and edge["length_m"] > 50:
                assert f"{edge['length_m']:,} 米" in told, (zone, edge)
