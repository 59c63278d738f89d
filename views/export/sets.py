"""The section of the set: every map as a file with an index of them, as one zip."""

from __future__ import annotations

import io
import tempfile
import zipfile
from html import escape
from pathlib import Path

import streamlit as st

from layers.i18n import t
from layers.site import KINDS, Site, write_site
from views import desk
from views.data import Atlas
from views.export import imprints
from views.export.imprints import Given
from views.export.state import ExportState

_ZIP_DATE = (1980, 1, 1, 0, 0, 0)  # fixed: the same set gives the same bytes


def show(state: ExportState, atlas: Atlas) -> None:
    """Draw what the set holds, the imprint, and the button."""
    lang = state.lang
    left, right = st.columns([1.35, 1], gap="medium")
    with right:
        own = imprints.ask(lang)
    with left:
        st.html(f"<p>{escape(t('export.set.what', lang))}</p>")
        only = st.pills(
            t("export.set.only", lang),
            KINDS,
            selection_mode="multi",
            default=KINDS,
            format_func=lambda kind: t(f"export.set.{kind}", lang),
            key=f"export-only-{lang}",
        )
        kinds = tuple(kind for kind in KINDS if kind in only)
        if not kinds:
            st.info(t("export.set.none", lang))
        elif own is not None and atlas.boundaries is not None:
            desk.make(
                t("export.set.make", lang),
                f"park-atlas-set-{lang}.zip",
                "application/zip",
                (kinds, lang, own.mark, atlas.stamp),
                lambda: site_zip(state, atlas, own, kinds),
                lang,
                type="primary",
            )


def site_zip(state: ExportState, atlas: Atlas, own: Given, kinds: tuple[str, ...]) -> bytes:
    """Return the set as a zip of one folder, telling on the page which map is being made."""
    bar = st.progress(0.0)

    def told(number: int, count: int, file: str) -> None:
        words = t("export.set.progress", state.lang, number=number, count=count, file=file)
        bar.progress((number - 1) / count, text=words)

    site = Site(atlas.plans, atlas.boundaries, state.lang, own.imprint, kinds)
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "park-atlas"
        write_site(site, target, told)
        bar.empty()
        return _zipped(target)


def _zipped(folder: Path) -> bytes:
    """Return the files of a folder as a zip that unpacks into a folder of its name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                name = f"{folder.name}/{path.relative_to(folder).as_posix()}"
                info = zipfile.ZipInfo(name, _ZIP_DATE)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, path.read_bytes())
    return out.getvalue()
