"""What the issuing office puts on its maps: asked once a session, in no address and on no disk."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from geo.errors import AtlasError
from layers.i18n import t
from layers.imprint import LOGO_MOST, LONGEST, Imprint
from layers.logos import foreign_encoding, picture_kind
from views.frame import plain
from views.help.hints import hint
from views.settings import settings

_KEPT = "export-texts"  # survives while another page is open, which the fields do not
_LOGO = "export-logo"
_LABELS = {"title": "map_title", "subtitle": "map_subtitle"}
_FIELDS = (
    ("title", "title_en"),
    ("subtitle", "subtitle_en"),
    ("office", "office_en"),
    ("approval", "date"),
)


@dataclass(frozen=True)
class Given:
    """An imprint, and what tells it from another."""

    imprint: Imprint
    mark: str


def ask(lang: str, titles: bool = True) -> Given | None:
    """Draw the fields; return what they hold, None with a line where that cannot be used."""
    with st.expander(t("export.imprint", lang), expanded=False):
        hint(t("export.imprint.hint", lang), lang)
        for pair in _FIELDS:
            if titles or pair[0] not in ("title", "subtitle"):
                for column, name in zip(st.columns(2), pair, strict=True):
                    with column:
                        _field(name, lang)
        _logo(lang)
    return given(lang)


def _field(name: str, lang: str) -> None:
    """Draw one field."""
    kept = st.session_state.setdefault(_KEPT, {"office": settings().office})
    key = f"export-text-{name}-{lang}"
    st.session_state.setdefault(key, kept.get(name, ""))
    st.text_input(
        t(f"export.{_LABELS.get(name, name)}", lang),
        key=key,
        max_chars=LONGEST.get(name, 20),
        placeholder="2026-05-19" if name == "date" else None,
        on_change=lambda: kept.update({name: st.session_state[key]}),
    )


def _logo(lang: str) -> None:
    """Draw the choice of a logo; one that cannot be used is refused with its reason."""
    file = st.file_uploader(
        t("export.logo", lang, most=LOGO_MOST // 1000),
        type=["png", "jpg", "jpeg", "webp", "svg"],
        key=f"export-logo-file-{lang}",
    )
    if file is not None:
        data = file.getvalue()
        wrong = logo_fault(data, lang)
        st.session_state[_LOGO] = b"" if wrong else data
        if wrong:
            st.error(plain(wrong))
    if st.session_state.get(_LOGO):
        hint(t("export.logo.kept", lang), lang)
        st.button(t("export.logo.none", lang), key="export-logo-none", on_click=_forget)


def _forget() -> None:
    """Drop the logo, the uploaded file with it."""
    st.session_state[_LOGO] = b""
    for key in [key for key in st.session_state if str(key).startswith("export-logo-file-")]:
        del st.session_state[key]


def logo_fault(data: bytes, lang: str) -> str:
    """Return why a file cannot be a logo, empty when it can."""
    if len(data) > LOGO_MOST:
        return t("export.logo.large", lang, most=LOGO_MOST // 1000)
    if picture_kind(data):
        return ""
    return t("export.logo.bad" if foreign_encoding(data) is None else "export.logo.coded", lang)


def given(lang: str) -> Given | None:
    """Return the imprint of the session, None with a line when a field cannot be used."""
    texts = {name: text for name, text in st.session_state.get(_KEPT, {}).items() if text}
    logo = st.session_state.get(_LOGO, b"")
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = None
            if logo:
                path = Path(folder) / "logo"
                path.write_bytes(logo)
            imprint = Imprint(**texts, logo=path)
    except AtlasError as error:
        st.error(plain(error.text(lang)))
        return None
    mark = hashlib.sha256(repr(sorted(texts.items())).encode() + logo).hexdigest()
    return Given(imprint, mark)
