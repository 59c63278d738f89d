"""The app's colours, light and dark, as CSS properties; the switch between them.

Streamlit draws its own controls from ``.streamlit/config.toml``, where both themes stand as well;
`views/page.css` names the properties only. Every pair of text and ground that the page uses has a
contrast of at least 4.5, which a test measures.
"""

from __future__ import annotations

import streamlit as st

from layers.i18n import t

# property: (light, dark)
COLOURS = {
    "ink": ("#1d2b36", "#e3eaf0"),
    "soft-ink": ("#3b4a57", "#c6d1da"),
    "strong": ("#17415f", "#a9d1ee"),
    "muted": ("#52626f", "#a9b6c1"),
    "faint": ("#5f6d79", "#98a6b2"),
    "paper": ("#ffffff", "#161e25"),
    "panel": ("#f6f8fa", "#1d2730"),
    "line": ("#d7dee4", "#35424d"),
    "line-soft": ("#e4e9ed", "#2b3741"),
    "line-strong": ("#9aa6b0", "#5b6a76"),
    "rule": ("#dbe4eb", "#33434f"),
    "accent": ("#1f5f8b", "#7db8e0"),
    "on-accent": ("#ffffff", "#0e1a24"),
    "accent-soft": ("#e6eff5", "#22384a"),
    "good": ("#17543a", "#9bd8b8"),
    "good-soft": ("#ddeee6", "#1b382b"),
    "warn": ("#6b4a06", "#ecc876"),
    "warn-soft": ("#fbeed3", "#3a2f14"),
    "bad": ("#7c2416", "#f2a798"),
    "bad-soft": ("#f6dfdb", "#432420"),
    "bad-paper": ("#fbf1ef", "#2b1d1c"),
    "bad-line": ("#e7c9c3", "#5c352f"),
    "bar": ("#17415f", "#0f2a3e"),
    "bar-ink": ("#ffffff", "#f2f7fb"),
    "bar-quiet": ("#c9dbe8", "#b3c9d9"),
    "bar-on": ("#2b6a97", "#24577c"),
    "bar-mark": ("#f2b662", "#f2b662"),
    "shadow": ("rgb(29 42 53 / 18%)", "rgb(0 0 0 / 55%)"),
    # What a word of a clause is.
    "feature": ("#0072b2", "#56b4e9"),
    "feature-ink": ("#0d3a5c", "#cfe7f8"),
    "feature-soft": ("#cfe3f3", "#1f3e56"),
    "qualifier": ("#5c2a50", "#e7bfe0"),
    "qualifier-soft": ("#efe3ee", "#41293d"),
    "remark": ("#5c4a06", "#e8d48a"),
    "remark-soft": ("#fbf0cf", "#3b3414"),
    "part": ("#6b2f00", "#f0bd95"),
    "part-soft": ("#f6dfcf", "#47301f"),
    "area": ("#009e73", "#3fc79f"),
    "area-ink": ("#0d4a35", "#a8e3cf"),
    "area-soft": ("#d9efe6", "#1a3d31"),
    "quiet-soft": ("#eef1f3", "#26313a"),
}
_SWITCH = "theme-wanted"
# Streamlit keeps the choice in the browser and reads it when the page is loaded.
_SET = """<script>
localStorage.setItem('stActiveTheme-' + location.pathname + '-v2', '"{name}"');
location.reload();
</script>"""


def dark() -> bool | None:
    """Return whether the browser shows the dark theme, None when it has not said yet."""
    kind = st.context.theme.type
    return None if kind is None else kind == "dark"


def style() -> str:
    """Return the CSS that sets the colours of the theme shown."""
    light, night = (_properties(side) for side in (0, 1))
    known = dark()
    if known is None:
        preferred = "@media (prefers-color-scheme: dark)"
        return f":root {{ {light} }} {preferred} {{ :root {{ {night} }} }}"
    return f":root {{ {night if known else light} }}"


def _properties(side: int) -> str:
    return " ".join(f"--{name}: {pair[side]};" for name, pair in COLOURS.items())


def switch(lang: str) -> None:
    """Draw the button to the other theme; the page is loaded anew with the same address."""
    place = st.empty()
    if wanted := st.session_state.pop(_SWITCH, ""):
        place.html(_SET.format(name=wanted), unsafe_allow_javascript=True)
    now = "dark" if dark() else "light"
    other = "light" if now == "dark" else "dark"
    st.button(
        t(f"app.theme.{other}", lang),
        key="theme",
        help=t("app.theme.help", lang),
        type="tertiary",
        on_click=st.session_state.__setitem__,
        args=(_SWITCH, other.capitalize()),
    )
