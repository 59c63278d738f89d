"""The pages of evidence for the zones: what is committed is what the command writes."""

from __future__ import annotations

import importlib.util
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from geo.reference import load_gazetteer
from geo.trace import Ring
from geo.zones import load_zones

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def boundaries():
    """The command as a module."""
    spec = importlib.util.spec_from_file_location("boundaries", ROOT / "docs" / "boundaries.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def written(boundaries, tmp_path_factory):
    """The pages and pictures, written afresh elsewhere."""
    folder = tmp_path_factory.mktemp("docs")
    boundaries.FOLDER, boundaries.PICTURES = folder, folder / "images" / "zones"
    return folder, boundaries.write()


def test_committed_pages_are_up_to_date(written):
    folder, files = written
    stale = [
        str(path.relative_to(folder))
        for path in files
        if path.read_bytes() != (ROOT / "docs" / path.relative_to(folder)).read_bytes()
    ]
    assert not stale, "run: python docs/boundaries.py"


def test_every_zone_with_a_clause_has_a_page_and_a_picture(written):
    folder, _ = written
    zones = [zone for zone in load_zones()[0] if zone.clause]
    for name, lang in (("boundaries.md", "en"), ("boundaries.zh.md", "zh")):
        page = (folder / name).read_text(encoding="utf-8")
        for zone in zones:
            assert f"## {zone.zh if lang == 'zh' else zone.en}" in page
            assert zone.clause in page
            assert f"(images/zones/{zone.id}.svg)" in page


def test_a_picture_colours_every_side_and_names_its_lines(boundaries, written):
    folder, _ = written
    reference = load_gazetteer()
    for zone in (zone for zone in load_zones()[0] if zone.clause):
        ring = boundaries.read_zone(zone, reference).ring
        assert isinstance(ring, Ring)
        text = (folder / "images" / "zones" / f"{zone.id}.svg").read_text(encoding="utf-8")
        drawing = ElementTree.fromstring(text)
        strokes = [node.get("stroke") for node in drawing.iter() if node.get("stroke")]
        for side in {edge.side for edge in ring.edges if edge.named}:
            assert boundaries.COLOURS[side] in strokes
        names = {node.text for node in drawing.iter() if node.text and node.text.strip()}
        met = {edge.feature for edge in ring.edges if edge.named and edge.line.length > 300}
        assert met <= names
        for node in drawing.iter("{http://www.w3.org/2000/svg}text"):
            assert 0 < float(node.get("x")) < boundaries.WIDTH
            assert 0 < float(node.get("y")) < boundaries.HEIGHT
