"""The section of geodata: outlines with figures, for other programs."""

from __future__ import annotations

from html import escape

import streamlit as st

from geo.exchange import Exchange, every_column, parks_features, usual_columns
from geo.exchange.files import SYSTEM_NAMES, SYSTEMS, media_type, suffix, write
from geo.formats import FORMATS
from layers.i18n import t
from views import desk
from views.data import Atlas
from views.export.maps import parks_choice
from views.export.state import FIGURES, ExportState, bound
from views.frame import guarded


def exchange(state: ExportState, atlas: Atlas) -> Exchange:
    """Return what the file holds."""
    columns = (usual_columns if state.figures == FIGURES[0] else every_column)(atlas.plans)
    parks = state.parks or None
    return parks_features(atlas.plans, atlas.boundaries, parks, columns, state.lang)


def stem(state: ExportState) -> str:
    """Return the file's name without ending."""
    parts = ["park-atlas-zones" if state.format == "txt" else "park-atlas-parks"]
    if state.parks:
        parts += state.parks if len(state.parks) <= 3 else [f"{len(state.parks)}"]
    kind = "" if state.format == "gpkg" else state.format
    return "-".join([*parts, *filter(None, [kind]), f"epsg{state.crs}"])


def show(state: ExportState, atlas: Atlas) -> None:
    """Draw what can be chosen, what the file holds, and the button."""
    if atlas.boundaries is None:
        return
    lang = state.lang
    left, right = st.columns([1, 1.35], gap="medium")
    with left:
        st.selectbox(
            t("export.format", lang),
            list(SYSTEMS),
            format_func=lambda name: FORMATS[name].name(lang),
            **bound(f"export-format-{lang}", state.format, "format"),
        )
        st.selectbox(
            t("export.crs", lang),
            list(SYSTEMS[state.format]),
            format_func=lambda code: f"{SYSTEM_NAMES[code].text(lang)} · EPSG:{code}",
            **bound(f"export-crs-{lang}-{state.format}", state.crs, "crs"),
        )
        parks_choice(state, atlas)
        if state.format != "txt":
            st.segmented_control(
                t("export.figures", lang),
                FIGURES,
                format_func=lambda name: t(f"export.figures.{name}", lang),
                required=True,
                **bound(f"export-figures-{lang}", state.figures, "figures"),
            )
        desk.make(
            t("export.geodata", lang),
            f"{stem(state)}{suffix(state.format)}",
            media_type(state.format),
            (state, atlas.stamp),
            lambda: write(exchange(state, atlas), state.format, state.crs).data,
            lang,
            heavy=False,
            type="primary",
        )
    with right:
        guarded(lambda: st.html(holds_html(state, exchange(state, atlas))), lang)


def holds_html(state: ExportState, made: Exchange) -> str:
    """Return what the file holds, and the names of its columns."""
    lang = state.lang
    key = state.format if state.format in ("gpkg", "txt") else "zip"
    counts = {"parks": len(made.parks), "zones": len(made.zones), "sources": len(made.sources)}
    about = escape(t(f"export.geodata.{key}", lang, **counts))
    if state.format == "txt":
        return f'<div class="holds"><p>{about}</p></div>'
    short = state.format == "shp"
    rows = "".join(
        f"<tr><td><code>{escape(field.short if short else field.name)}</code></td>"
        f"<td>{escape(field.about.text(lang))}</td><td>{escape(field.unit)}</td></tr>"
        for field in made.fields
    )
    heads = "".join(
        f"<th>{escape(t(f'export.field.{name}', lang))}</th>" for name in ("name", "about", "unit")
    )
    return (
        f'<div class="holds"><p>{about}</p><table class="rows"><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
