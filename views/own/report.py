"""The panel below the map: what was read and found, where it lies, and files of it."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from geo.own.numbers import M2_PER
from geo.own.records import Finding
from geo.own.systems import Candidate
from layers.i18n import t, with_unit
from layers.own import amount, feature_name
from views.data import Atlas
from views.frame import plain
from views.own import files, session
from views.own.against import cited, park_rows
from views.own.session import Session

_SHOWN = 60  # lines of the report on the page; the workbook has all
_ROWS = 12  # of the table before it scrolls
# What colours a severity, of the house's three.
_LEVEL = {"error": "low", "warning": "medium", "info": "note"}
_COLUMN_ROLES = {
    "shapes": ("name", "id", "area"),
    "wkt": ("wkt", "name", "id", "area"),
    "sizhi": ("text", "name", "id", "area"),
    "points": ("x", "y", "name", "id", "area"),
    "rings": ("x", "y", "id", "ring", "name", "area"),
}
_UNITS = ("", *M2_PER)
_PLACES = {"mu": 2, "ha": 3, "km2": 5}  # decimals of a parcel's area
_NUMBERS = {"diff": "%+.1f", "share": "%.1f", "distance": "%.0f"}
_IN_UNIT = ("area", "stated", "own", "own_sum", "plan")  # columns whose head names the unit


def show(kept: Session, atlas: Atlas, lang: str, unit: str) -> None:
    """Draw the panel."""
    with st.container(border=True, key="own-panel"):
        name = kept.name.replace("\\", "/").rpartition("/")[2][-60:]
        st.html(
            f'<div class="card"><h3>{escape(t("own.title", lang))}<i>{escape(name)}</i></h3></div>'
        )
        _tiles(kept, lang, unit)
        _findings(kept, lang)
        with st.expander(t("own.columns", lang)):
            columns(kept, lang, "panel")
        if len(kept.result.features):
            _parks(kept, atlas, lang, unit)
            _table(kept, atlas, lang, unit)
            files.buttons(kept, atlas, lang)
        else:
            files.report_button(kept, atlas, lang)


def _tiles(kept: Session, lang: str, unit: str) -> None:
    """Draw the numbers that matter first."""
    result, joined, counts = kept.result, kept.joined, kept.result.counts()
    area = float(result.features["area_m2"].sum())
    kinds = result.features.geometry.geom_type.str.removeprefix("Multi").value_counts()
    shapes = t("app.separator", lang).join(
        t(f"own.kind.{kind}", lang, count=f"{n:,}") for kind, n in kinds.items()
    )
    tiles = [(t("own.tile.features", lang), f"{len(result.features):,}",
              shapes or t("own.nothing", lang))]  # fmt: skip
    if area:
        tiles.append(
            (t("own.tile.area", lang), _amount(area, lang, unit), t("own.tile.area.note", lang))
        )
    if joined is not None:
        within = sum(one.relation != "outside" for one in joined.places)
        words = {one: sum(p.relation == one for p in joined.places) for one in
                 ("inside", "mostly", "partly", "outside")}  # fmt: skip
        note = t("own.tile.where.note", lang, **{key: f"{n:,}" for key, n in words.items()})
        tiles.append((t("own.tile.where", lang), f"{within:,}", note))
    text = t("own.counts", lang, **{one: f"{n:,}" for one, n in counts.items()})
    crs = result.crs
    told = t("own.crs.traced", lang) if crs is None else crs.name.text(lang)
    tiles.append((t("own.tile.quality", lang), text, told))
    st.html(
        '<div class="tiles">'
        + "".join(
            f'<div class="tile"><h4>{escape(a)}</h4><strong>{escape(b)}</strong>'
            f"<p>{escape(c)}</p></div>"
            for a, b, c in tiles
        )
        + "</div>"
    )


def _amount(area_m2: float, lang: str, unit: str) -> str:
    """Return an area in the unit that is chosen; for mu with hectares beside it."""
    if unit == "mu":
        return amount(area_m2, lang)
    return with_unit(f"{area_m2 / M2_PER[unit]:,.{_PLACES[unit]}f}", _unit(unit, lang), lang)


def _unit(unit: str, lang: str) -> str:
    return t(f"official.unit.{unit}", lang)


def _findings(kept: Session, lang: str) -> None:
    """Draw the report, the gravest lines first."""
    found = kept.result.report
    if not found:
        return
    grave = any(one.severity == "error" for one in found)
    with st.expander(t("own.report", lang, count=f"{len(found):,}"), expanded=grave):
        crs = kept.result.crs
        if crs is not None:
            st.caption(plain(crs_text(crs, lang)))
        heads = "".join(
            f"<th>{escape(t(f'own.col.{name}', lang))}</th>"
            for name in ("severity", "finding", "rows")
        )
        lines = "".join(
            f'<tr><td><span class="level {_LEVEL[one.severity]}">'
            f"{escape(t(f'own.severity.{one.severity}', lang))}</span></td>"
            f"<td>{escape(sentence(one, lang))}</td>"
            f'<td class="ids">{escape(one.rows_text() or "—")}</td></tr>'
            for one in found[:_SHOWN]
        )
        st.html(f'<div class="sheet"><table class="rows"><tr>{heads}</tr>{lines}</table></div>')
        if len(found) > _SHOWN:
            st.caption(t("own.report.more", lang, count=len(found) - _SHOWN))


def sentence(one: Finding, lang: str) -> str:
    """Return a finding as it is read: in English with a capital letter."""
    return capital(one.text.text(lang))


def capital(text: str) -> str:
    """Return a sentence with a capital letter."""
    return text[:1].upper() + text[1:]


def crs_text(crs: Candidate | None, lang: str) -> str:
    """Return what coordinates were read as, and on whose word."""
    if crs is None:
        return t("own.crs.traced", lang)
    name = crs.name.text(lang)
    if not crs.sure:
        return t("own.crs.chosen", lang, name=name)
    return t("own.crs.why", lang, name=name, why=crs.reason.text(lang))


def columns(kept: Session, lang: str, where: str) -> None:
    """Draw what each column is taken for, each to be changed.

    Parameters
    ----------
    kept : Session
    lang : str
    where : str
        Tells the widgets of one place from those of another.
    """
    roles, raw = kept.roles, kept.raw
    if not raw.drawn:
        ways = ("wkt", "sizhi", "points", "rings")
        _choice(t("own.way", lang), ways, roles.way, "way", lang, where,
                {one: t(f"own.way.{one}", lang) for one in ways})  # fmt: skip
    none = {"": t("own.column.none", lang)}
    shown = _COLUMN_ROLES[roles.way]
    places = st.columns(2 if where == "panel" else 1)
    for number, role in enumerate(shown):
        with places[number % len(places)]:
            _choice(t(f"own.role.{role}", lang), ("", *raw.columns), getattr(roles, role), role,
                    lang, where, none)  # fmt: skip
            if role == "area" and roles.area:
                units = {one: t(f"own.unit.{one}", lang) for one in M2_PER}
                units[""] = t("own.unit.unknown", lang)
                _choice(t("own.unit", lang), _UNITS, roles.unit, "unit", lang, where, units)


def _choice(
    label: str, options: tuple[str, ...], now: str, role: str, lang: str, where: str,
    names: dict[str, str],
) -> None:  # fmt: skip
    """Draw one selectbox bound to a role."""
    key = f"own-{where}-{role}-{lang}-{len(options)}"
    st.session_state[key] = now if now in options else options[0]
    st.selectbox(
        label,
        options,
        format_func=lambda one: names.get(one, one),
        key=key,
        on_change=lambda: session.change(**{role: st.session_state[key]}),
    )


def _parks(kept: Session, atlas: Atlas, lang: str, unit: str) -> None:
    """Draw what lies in each park, beside the land that the plan says is available there."""
    rows = kept.once(("parks", lang, unit, atlas.stamp), lambda: park_rows(kept, atlas, lang, unit))
    if not rows:
        return
    names = ("park", "count", "own", "plan", "source")
    heads = "".join(
        f'<th class="{"number" if name in ("count", "own", "plan") else ""}">'
        f"{escape(column_name(name, lang, unit))}</th>"
        for name in names
    )
    lines = "".join(
        f"<tr><td>{escape(row.park)}</td>"
        f'<td class="number">{escape(row.count)}</td>'
        f'<td class="number">{escape(row.own)}</td>'
        f'<td class="number">{escape(row.plan)}</td>'
        f'<td class="ids">{escape(row.short)}</td></tr>'
        for row in rows
    )
    st.html(
        f'<h4 class="own-head">{escape(t("own.parks", lang))}</h4>'
        f'<div class="sheet"><table class="rows"><tr>{heads}</tr>{lines}</table></div>'
        f'<p class="quiet">{escape(t("own.parks.caveat", lang))}</p>'
        + "".join(f'<p class="quiet">{escape(one)}</p>' for one in cited(rows, lang))
    )


def _table(kept: Session, atlas: Atlas, lang: str, unit: str) -> None:
    """Draw the features as a table."""
    shown = kept.once(("table", lang, unit, atlas.stamp), lambda: table(kept, atlas, lang, unit))
    st.html(f'<h4 class="own-head">{escape(t("own.table", lang))}</h4>')
    area = f"%.{_PLACES[unit]}f"
    st.dataframe(
        shown,
        hide_index=True,
        placeholder="—",
        height=min(len(shown), _ROWS) * 35 + 38,
        column_config={
            column_name(name, lang, unit): st.column_config.NumberColumn(format=form)
            for name, form in (_NUMBERS | dict.fromkeys(("area", "stated"), area)).items()
        },
    )


def column_name(name: str, lang: str, unit: str = "mu") -> str:
    """Return the head of a column, with the unit where it is of areas."""
    words = {"unit": _unit(unit, lang)} if name in _IN_UNIT else {}
    return t(f"own.col.{name}", lang, **words)


def table(kept: Session, atlas: Atlas, lang: str, unit: str = "mu") -> pd.DataFrame:
    """Return the features as a table of what was measured and joined, areas in ``unit``."""
    features, joined = kept.result.features, kept.joined
    names = {park.id: park.short(lang) for park in atlas.plans.parks.values()}
    area = features["area_m2"].where(features["area_m2"] > 0) / M2_PER[unit]
    stated = features["stated_m2"] / M2_PER[unit]
    made = {
        "row": features["row"],
        "name": [feature_name(row, lang) for _, row in features.iterrows()],
        "area": area.round(_PLACES[unit] + 2),
        "stated": stated.round(_PLACES[unit] + 2),
        "diff": ((area / stated - 1) * 100).round(1),
    }
    if joined is not None:
        places = joined.places
        made |= {
            "relation": [t(f"own.relation.{one.relation}", lang) for one in places],
            "park": [names.get(one.park_id, "") for one in places],
            "share": [round(100 * one.share, 1) for one in places],
            "distance": [
                round(one.distance_m) if one.relation == "outside" else None for one in places
            ],
        }
    if (features["basis"] == "sizhi").any():
        made["confidence"] = [
            t(f"own.confidence.{one}", lang) if one else "" for one in features["confidence"]
        ]
    return pd.DataFrame({column_name(key, lang, unit): list(value) for key, value in made.items()})
