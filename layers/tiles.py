"""Optional online basemaps: whose tiles the app's map may show below its own layers.

The offline basemap is the default and asks nobody for anything. A person who chooses another one
lets the browser ask that provider for pictures; nothing here makes a request. Tiles are of the app
only: an exported file allows no address at all and refuses them (`layers.page`).

Overlays stay in WGS 84 in every payload. Over tiles in GCJ-02 the page shifts what it draws, and
back what is clicked, in its projection (``layers/assets/tiles.js``).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from geo.errors import AtlasError, unknown
from layers.i18n import t

OFFLINE = "offline"
# Of the environment: "off" or "none", or the ids of those offered, with commas between. What is
# not offered is not allowed by the page's policy either.
SWITCH = "PARK_ATLAS_TILES"
_TIANDITU = (
    "https://t{s}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles"
    "&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}&tk={key}"
)
_KEY = re.compile(r"[0-9A-Za-z]{16,64}")  # Tianditu gives out 32 hexadecimal digits


@dataclass(frozen=True)
class Basemap:
    """One provider's tiles in the grid of Web Mercator.

    Parameters
    ----------
    id : str
        As in addresses of the app; its name and attribution are the words ``tiles.name.<id>`` and
        ``tiles.attribution.<id>``.
    layers : tuple of str
        Address of a tile, lowest layer first: ``{s}`` is one of `subdomains`, ``{x}``, ``{y}`` and
        ``{z}`` the tile, ``{key}`` the key.
    subdomains : tuple of str
    max_zoom : int
        The last zoom with tiles; closer in they are enlarged.
    crs : str
        What the pictures are drawn in: "wgs84" (or CGCS2000, the same at this accuracy) or "gcj02".
    needs_key : bool
    """

    id: str
    layers: tuple[str, ...] = ()
    subdomains: tuple[str, ...] = ()
    max_zoom: int = 18
    crs: str = "wgs84"
    needs_key: bool = False

    def name(self, lang: str) -> str:
        """Return the name of the basemap in a language."""
        return t(f"tiles.name.{self.id}", lang)

    def attribution(self, lang: str) -> str:
        """Return whose the tiles are, "" for none."""
        return t(f"tiles.attribution.{self.id}", lang) if self.layers else ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every origin its tiles come from, for a Content-Security-Policy."""
        origins = (re.match(r"https://[^/]+", layer)[0] for layer in self.layers)
        found = [
            origin.replace("{s}", part)
            for origin in origins
            for part in (self.subdomains if "{s}" in origin else ("",))
        ]
        return tuple(dict.fromkeys(found))


BASEMAPS = {
    one.id: one
    for one in (
        Basemap(OFFLINE),
        Basemap(
            "tianditu",
            # The map, and its names in a picture of their own.
            tuple(_TIANDITU.replace("{layer}", layer) for layer in ("vec", "cva")),
            tuple("01234567"),
            needs_key=True,
        ),
        Basemap("osm", ("https://tile.openstreetmap.org/{z}/{x}/{y}.png",), max_zoom=19),
        Basemap(
            "amap",
            (
                "https://wprd0{s}.is.autonavi.com/appmaptile"
                "?x={x}&y={y}&z={z}&lang=zh_cn&size=1&scl=1&style=7",
            ),
            tuple("1234"),
            crs="gcj02",
        ),
    )
}
ONLINE = tuple(name for name in BASEMAPS if name != OFFLINE)


def offered() -> tuple[str, ...]:
    """Return the ids of the basemaps offered here, the offline one first; see `SWITCH`."""
    said = os.environ.get(SWITCH, "").strip()
    try:
        named = named_in(said) if said else ONLINE
    except ValueError:  # `views.settings` tells of it; until then nothing is asked of anybody
        named = ()
    return tuple(one for one in BASEMAPS if one == OFFLINE or one in named)


def named_in(text: str) -> tuple[str, ...]:
    """Return the online basemaps that a setting names, each once, none for "off" or "none".

    Raises
    ------
    ValueError
        For a name that is none of `ONLINE`.
    """
    text = text.lower()
    if text in ("none", "off"):
        return ()
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    if not set(names) <= set(ONLINE):
        raise ValueError
    return names


def hosts() -> tuple[str, ...]:
    """Return every origin that the app's map may ask for pictures; none when switched off."""
    return tuple(host for one in offered() for host in BASEMAPS[one].hosts)


def get(basemap_id: str) -> Basemap:
    """Return a basemap by its id.

    Raises
    ------
    AtlasError
        When there is none of that id, listing those there are.
    """
    if basemap_id not in BASEMAPS:
        raise unknown("basemap", "底图", basemap_id, list(BASEMAPS))
    return BASEMAPS[basemap_id]


def checked_key(key: str) -> str:
    """Return a key without the blanks around it.

    Raises
    ------
    AtlasError
        When it is not 16 to 64 letters and digits. The message does not repeat it.
    """
    key = key.strip()
    if not _KEY.fullmatch(key):
        raise AtlasError(
            en="the Tianditu key (TIANDITU_KEY) is not one: it must be 16 to 64 letters and digits "
            "(usually 32), without quotes or spaces",
            zh="天地图密钥（TIANDITU_KEY）格式不对：应为 16 至 64 位字母和数字（通常 32 位），"
            "不带引号和空格",
        )
    return key


def payload_part(basemap_id: str, lang: str, key: str = "") -> dict:
    """Return what a basemap adds to the payload of the app's map.

    Parameters
    ----------
    basemap_id : str
        One of `BASEMAPS`.
    lang : str
        "zh" or "en".
    key : str
        The provider's key, if it needs one.

    Returns
    -------
    dict
        Nothing for the offline basemap; else ``tiles``: ``id``; ``layers``, addresses of tiles,
        lowest first; ``subdomains``; ``attribution``, plain text; ``max_zoom``; ``crs``; and
        ``notice``, what is told when no tile comes.

    Raises
    ------
    AtlasError
        For an unknown basemap, for one that is not offered here, and for a key that is missing or
        cannot be one.
    """
    basemap = get(basemap_id)
    if not basemap.layers:
        return {}
    if basemap_id not in offered():
        raise AtlasError(
            en=f"the basemap {basemap.name('en')} is not offered here ({SWITCH})",
            zh=f"此处不提供底图“{basemap.name('zh')}”（{SWITCH}）",
        )
    if basemap.needs_key:
        if not key:
            raise AtlasError(en=t("tiles.no_key", "en"), zh=t("tiles.no_key", "zh"))
        key = checked_key(key)
    notice = "tiles.unreachable_key" if basemap.needs_key else "tiles.unreachable"
    return {
        "tiles": {
            "id": basemap.id,
            "layers": [layer.replace("{key}", key) for layer in basemap.layers],
            "subdomains": list(basemap.subdomains),
            "attribution": basemap.attribution(lang),
            "max_zoom": basemap.max_zoom,
            "crs": basemap.crs,
            "notice": t(notice, lang),
        }
    }
