"""What the page 四至速绘 shows, as one value; the URL carries what is short enough for it."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from geo.errors import LANGUAGES
from geo.measure import HECTARE_PER_KM2, MU_PER_KM2
from layers.i18n import t

EXAMPLES = ("published", "gaps", "missing", "zones")
EXAMPLE_AREAS = {"published": 1.0, "gaps": 6.1, "missing": 17.88, "zones": None}
PER_KM2 = {"km2": 1.0, "ha": HECTARE_PER_KM2, "mu": MU_PER_KM2}
SOURCES = ("builtin", "server", "upload")
MODES = ("one", "list")
MAX_URL_TEXT = 300  # characters of a clause that an address carries
MAX_AREA = 1e9
_KEYS = ("page", "lang", "mode", "text", "area", "unit", "alias", "zone", "readings", "source",
         "lines")  # fmt: skip
_MOST_ALIASES, _MOST_NAME = 20, 40
_BETWEEN, _IS = ";", "="
_UPLOAD = "upload:"


@dataclass(frozen=True)
class TraceState:
    """The state of the page.

    Attributes
    ----------
    lang : str
    mode : str
        "one" clause or a "list".
    text : str
        The clause as pasted; None until somebody gave one, then the first example is shown.
    area : float or None
        Stated area in ``unit`` (a key of `PER_KM2`).
    aliases : tuple of (written name, reference name)
    zone : int
        Which zone of the text is shown, from 0.
    readings : tuple of int
        For each zone the reading picked, 0 the best.
    source : str
        Where the reference lines come from, one of `SOURCES`; empty for the default.
    network : str
        File name of the uploaded network that the trace is on; an address carries the name only.
    """

    lang: str = "zh"
    mode: str = "one"
    text: str | None = None
    area: float | None = None
    unit: str = "km2"
    aliases: tuple[tuple[str, str], ...] = ()
    zone: int = 0
    readings: tuple[int, ...] = ()
    source: str = ""
    network: str = ""

    @property
    def clause(self) -> str:
        """The clause that is shown."""
        return example("published", self.lang) if self.text is None else self.text

    @property
    def area_km2(self) -> float | None:
        """The stated area in km²."""
        if self.text is None and self.area is None:
            return EXAMPLE_AREAS["published"]
        return self.area / PER_KM2[self.unit] if self.area else None

    @property
    def alias_map(self) -> dict[str, tuple[str, str]]:
        """The aliases as `geo.digitize` takes them."""
        return {written: (line, "") for written, line in self.aliases}

    def reading(self, zone: int) -> int:
        """Return the reading picked for a zone."""
        return self.readings[zone] if zone < len(self.readings) else 0

    def with_reading(self, zone: int, reading: int) -> TraceState:
        """Return the state with another reading of a zone."""
        picked = [*self.readings, *[0] * (zone + 1 - len(self.readings))]
        picked[zone] = reading
        return replace(self, readings=tuple(picked))

    def with_text(self, text: str, area_km2: float | None = None) -> TraceState:
        """Return the state with another clause: what was said of the one before is gone."""
        return replace(
            self, text=text, area=area_km2, unit="km2", aliases=(), zone=0, readings=(), mode="one"
        )

    def with_alias(self, written: str, line: str) -> TraceState:
        """Return the state with a name read as a line; one name has one alias."""
        kept = tuple(pair for pair in self.aliases if pair[0] != written)
        added = (*kept, (written[:_MOST_NAME], line[:_MOST_NAME]))
        return replace(self, aliases=added[-_MOST_ALIASES:], readings=())

    def without_alias(self, written: str) -> TraceState:
        """Return the state without a name's alias."""
        kept = tuple(pair for pair in self.aliases if pair[0] != written)
        return replace(self, aliases=kept, readings=())


def example(name: str, lang: str) -> str:
    """Return the clause of an example."""
    return t(f"trace.example.{name}.text", lang)


def from_query(query: Mapping[str, str]) -> tuple[TraceState, list[str]]:
    """Read a state from URL parameters; what is not valid is told and left at its default.

    Returns
    -------
    TraceState, list of str
        The state, and one line for each parameter that could not be used, in its language.
    """
    lang = query.get("lang", "zh")
    tell = lang if lang in LANGUAGES else "zh"
    messages: list[str] = []

    def one(name: str, known: Collection[str], default: str) -> str:
        value = query.get(name, "")
        if value and value not in known:
            listed = ", ".join(known)
            messages.append(t("app.bad_query", tell, name=name, value=value[:40], known=listed))
        return value if value in known else default

    area = _area(query.get("area", ""))
    if area is None and query.get("area"):
        value = query["area"][:40]
        messages.append(
            t("app.bad_number", tell, name="area", value=value, most=f"{MAX_AREA:,.0f}")
        )
    if strange := [name[:40] for name in query if name not in _KEYS]:
        joined = ",".join(strange[:5])
        messages.append(t("app.bad_name", tell, names=joined))
    network = _network(query.get("lines", ""))
    if query.get("lines") and not network:
        value, known = query["lines"][:40], f"{_UPLOAD}…"
        messages.append(t("app.bad_query", tell, name="lines", value=value, known=known))
    state = TraceState(
        lang=one("lang", LANGUAGES, "zh"),
        mode=one("mode", MODES, "one"),
        text=query["text"][:MAX_URL_TEXT] if "text" in query else None,
        area=area,
        unit=one("unit", list(PER_KM2), "km2"),
        aliases=_aliases(query.get("alias", "")),
        zone=max(0, _whole(query.get("zone", "")) - 1),
        readings=tuple(max(0, _whole(n) - 1) for n in query.get("readings", "").split(",") if n)[
            :50
        ],
        source="upload" if network else one("source", SOURCES[:2], ""),
        network=network,
    )
    return state, messages


def to_query(state: TraceState) -> dict[str, str]:
    """Return the URL parameters of a state; a long clause, and what depends on it, is left out."""
    query = {"page": "trace", "lang": "" if state.lang == "zh" else state.lang}
    query["mode"] = "" if state.mode == "one" else state.mode
    query["source"] = "" if state.source == "upload" else state.source
    if state.source == "upload" and state.network:
        query["lines"] = _UPLOAD + state.network
    if state.text is None or len(state.text) <= MAX_URL_TEXT:
        pairs = [_IS.join(pair) for pair in state.aliases if not _odd("".join(pair))]
        picked = [str(number + 1) for number in state.readings]
        query |= {
            "area": "" if state.area is None else f"{state.area:.10g}",
            "unit": "" if state.unit == "km2" else state.unit,
            "alias": _BETWEEN.join(pairs),
            "zone": str(state.zone + 1) if state.zone else "",
            "readings": ",".join(picked) if any(state.readings) else "",
        }
    found = {name: value for name, value in query.items() if value}
    if state.text is not None and len(state.text) <= MAX_URL_TEXT:
        found["text"] = state.text
    return found


def file_name(name: str) -> str:
    """Return an uploaded file's name without folders and odd characters, the last 60.

    Examples
    --------
    >>> file_name("../我的 路网.gpkg")
    '我的_路网.gpkg'
    """
    own = re.sub(r"[^\w.-]+", "_", name.replace("\\", "/").rsplit("/", 1)[-1])
    return own[-60:].lstrip(".-_")


def _network(text: str) -> str:
    """Return the name of the uploaded network that an address names; empty for none."""
    return file_name(text.removeprefix(_UPLOAD)) if text.startswith(_UPLOAD) else ""


def _odd(name: str) -> bool:
    """Tell whether a name cannot stand in the list of an address."""
    return _BETWEEN in name or _IS in name


def _area(text: str) -> float | None:
    try:
        area = float(text)
    except ValueError:
        return None
    return area if math.isfinite(area) and 0 < area <= MAX_AREA else None


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _aliases(text: str) -> tuple[tuple[str, str], ...]:
    pairs = [pair.split(_IS) for pair in text[:2000].split(_BETWEEN)[:_MOST_ALIASES]]
    found = [(p[0].strip(), p[1].strip()) for p in pairs if len(p) == 2]
    return tuple((a[:_MOST_NAME], b[:_MOST_NAME]) for a, b in found if a and b)
