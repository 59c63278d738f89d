"""The choropleth and its labels where zones share a figure, have their own, or overlap."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from shapely.geometry import Point

from geo.errors import AtlasError
from geo.plans import load_boundaries
from layers.page import MapView, payload
from layers.parks import ParksLayer

LAND = ("land_mu", "2021-2025")


def with_own(plans, zone: str, value: str):
    """Return the plans with a figure of one zone of 闵行经济技术开发区 beside the park's."""
    whole = plans.figure("metdz", *LAND)
    own = replace(whole, zones=(zone,), value=Decimal(value), printed=f"{value}亩")
    return replace(plans, figures=[*plans.figures, own])


def drawn(plans, boxes) -> dict[str, dict]:
    return {zone["zone"]: zone for zone in payload(MapView(), plans, boxes)["zones"]}


def test_a_zone_with_its_own_figure_leaves_the_parks_to_the_others(plans, boxes):
    """The park's first zone is the one with its own: its 607 still has a class and a label."""
    mixed = with_own(plans, "metdz", "3000")
    zones = drawn(mixed, boxes)
    assert zones["metdz"]["value"] == "3,000 亩"
    assert zones["minhang-base-east"]["value"] == "3 片区共 607 亩"
    assert zones["minhang-base-west"]["value"] == "", "written once"
    layer = ParksLayer(mixed, boxes, "zh", tuple(mixed.parks), *LAND)
    for name, expected in (("metdz", 3000), ("minhang-base-east", 607)):
        low, high = layer.classes.limits[zones[name]["class"]]
        assert low <= expected <= high


def test_a_zone_of_one_side_only_stops_the_map(plans, boxes):
    zizhu = replace(plans.parks["zizhu"], zones=("zizu",))
    misspelt = replace(plans, parks={**plans.parks, "zizhu": zizhu})
    for data, frame in ((misspelt, boxes), (plans, boxes.drop(index="zizhu"))):
        with pytest.raises(AtlasError, match=r"parks\.yaml, line \d+, field 'zones': zone 'ziz"):
            payload(MapView(), data, frame)


def test_a_parks_figure_beyond_all_others_has_a_class(plans, boxes):
    """Its first zone has a figure of its own, so only the other zones speak of it."""
    mixed = with_own(plans, "metdz", "100")
    whole = plans.figure("metdz", *LAND)
    most = replace(whole, value=Decimal(50_000))
    mixed = replace(mixed, figures=[most if f == whole else f for f in mixed.figures])
    layer = ParksLayer(mixed, boxes, "zh", ("metdz",), *LAND)
    east = next(zone for zone in layer.payload_zones if zone["zone"] == "minhang-base-east")
    assert layer.classes.limits[east["class"]] == (50_000, 50_000)


def test_each_figure_is_classified_once(plans, boxes):
    layer = ParksLayer(with_own(plans, "minhang-base-west", "0"), boxes, "zh", ("metdz",), *LAND)
    zones = {zone["zone"]: zone for zone in layer.payload_zones}
    assert zones["minhang-base-west"]["class"] == "zero"
    assert zones["metdz"]["value"] == "3 片区共 607 亩"
    assert zones["minhang-base-east"]["value"] == ""
    assert min(low for low, _ in layer.classes.limits) == 250


def test_an_approximate_figure_says_so_on_the_map(plans, boxes):
    zones = drawn(plans, boxes)
    assert zones["pujiang"]["value"] == "约 2,000 亩"
    assert "约 2,000 亩" in zones["pujiang"]["tip"][0]
    assert zones["zizhu"]["value"] == "690 亩"


def test_a_figure_for_several_zones_says_so_in_its_one_label(plans):
    drawn = payload(MapView(), plans, load_boundaries())
    values = {zone["zone"]: zone["value"] for zone in drawn["zones"]}
    assert values["metdz"] == "3 片区共 607 亩"
    assert values["aerospace-1"] == "2 片区共 1,391 亩"
    assert values["aerospace-2"] == values["minhang-base-east"] == ""
    assert values["xinzhuang"] == "760.1 亩"


def test_a_label_stands_on_ground_that_no_zone_on_top_covers(plans):
    boundaries = load_boundaries()
    drawn = payload(MapView(), plans, boundaries)
    order = [zone["zone"] for zone in drawn["zones"]]
    spots = {z["zone"]: Point(z["at"][0] / drawn["scale"], z["at"][1] / drawn["scale"])
             for z in drawn["zones"]}  # fmt: skip
    for i, zone in enumerate(order):
        assert boundaries.geometry[zone].contains(spots[zone])
        above = boundaries.geometry[order[i + 1 :]]
        assert not above.contains(spots[zone]).any(), zone
