"""What a session knows of its user's data: in memory, forgotten as a whole, in no log.

A fault of the program is logged with a number and its type alone: its message could hold a cell.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import streamlit as st

from geo import own
from geo.errors import AtlasError
from geo.own.join import Joined, join
from geo.own.records import OwnData, Raw, Roles
from geo.own.systems import Candidate
from geo.reason import Reason
from geo.reference import Reference, load_gazetteer
from layers.i18n import t
from layers.own import own_part
from views import data, desk

_LOG = logging.getLogger(__name__)
_KEY, _FILE = "own-data", "own-file"
T = TypeVar("T")


@dataclass
class Session:
    """One file and what its user said of it.

    ``bytes`` are kept only of a file with several layers, to read another. ``chosen`` is the id of
    the coordinate system the user chose, "" while nobody has.
    """

    name: str
    raw: Raw
    roles: Roles
    bytes: bytes = b""
    chosen: str = ""
    traced: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    clauses: list[Any] | None = None
    candidates: tuple[Candidate, ...] = ()
    hint: tuple[str, Reason] | None = None
    fault: AtlasError | None = None
    result: OwnData | None = None
    joined: Joined | None = None
    made: tuple | None = None  # what ``result`` was made of
    asked: tuple | None = None  # what ``candidates`` are of
    ready: dict[tuple, Any] = field(default_factory=dict)  # what was made of ``result``

    @property
    def candidate(self) -> Candidate | None:
        """How coordinates are read: as chosen, else as the file declares, else not yet."""
        picked = next((one for one in self.candidates if one.id == self.chosen), None)
        first = self.candidates[0] if self.candidates else None
        return picked or (first if first is not None and first.sure else None)

    @property
    def asking(self) -> bool:
        """Whether the user has to say what the coordinates are in."""
        return bool(self.candidates) and self.candidate is None

    def once(self, key: tuple, make: Callable[[], T]) -> T:
        """Return what is made of the features, made once until they change."""
        if key not in self.ready:
            self.ready[key] = make()
        return self.ready[key]

    @property
    def untraced(self) -> int:
        """How many clauses are still to be traced."""
        return len(self.clauses or ()) - len(self.traced)


def current() -> Session | None:
    """Return what the session holds, None for nothing."""
    kept = st.session_state.get(_KEY)
    return kept if isinstance(kept, Session) else None


def fault() -> AtlasError | None:
    """Return why the last upload was not taken, None when it was."""
    kept = st.session_state.get(_KEY)
    return kept if isinstance(kept, AtlasError) else None


def file_key() -> str:
    """Return the key of the upload widget; a new one after data were removed."""
    return f"{_FILE}-{st.session_state.get('own-turn', 0)}"


def forget() -> None:
    """Forget everything: features, answers, the bytes of the upload, the file made of them."""
    desk.forget()
    turn = st.session_state.get("own-turn", 0) + 1
    for key in [name for name in st.session_state if str(name).startswith("own-")]:
        del st.session_state[key]
    st.session_state["own-turn"] = turn


def tried(work: Callable[[], T]) -> T | AtlasError:
    """Return what ``work`` returns, or a line for the user; nothing of the data is logged."""
    try:
        return work()
    except AtlasError as error:
        return error
    except Exception as error:  # the last line of defence; its message may hold a cell
        # Stricter than `views.logs`: not even where the log may hold what visitors wrote.
        reference = secrets.token_hex(4)
        _LOG.error("own data error %s: %s", reference, type(error).__name__)
        return AtlasError(
            zh=t("own.error.program", "zh", reference=reference),
            en=t("own.error.program", "en", reference=reference),
        )


def take(name: str, content: bytes) -> None:
    """Read an upload into the session; why it could not be read is kept in its place."""
    st.session_state[_KEY] = tried(lambda: _read(name, content, ""))


def _read(name: str, content: bytes, layer: str) -> Session:
    raw = own.read(content, name, layer)
    kept = content if len(raw.layers) > 1 else b""
    return Session(name, raw, own.guess(raw), kept)


def take_layer(layer: str) -> None:
    """Read another sheet or layer of the same file."""
    session = current()
    if session is not None and session.bytes:
        made = tried(lambda: _read(session.name, session.bytes, layer))
        if isinstance(made, AtlasError):
            session.fault = made
        else:
            st.session_state[_KEY] = made


def change(**values: str) -> None:
    """Change what columns are taken for."""
    session = current()
    if session is not None:
        if "area" in values:  # another column is in its own unit
            values = {"unit": own.unit_of(values["area"]), **values}
        session.roles = replace(session.roles, **values)
        _again(session)


def choose(crs: str) -> None:
    """Take the user's word for what the coordinates are in."""
    session = current()
    if session is not None:
        session.chosen = crs
        _again(session)


def _again(session: Session) -> None:
    """Try again after another answer what came to nothing."""
    if session.fault is not None:
        session.fault = session.asked = session.made = None


def settle(session: Session) -> None:
    """Bring candidates, hint and features up to what the user said; cheap when nothing changed."""
    roles, raw = session.roles, session.raw
    geometry = (roles.way, roles.wkt, roles.x, roles.y, roles.ring,
                roles.id if roles.way == "rings" else "",
                # A clause is traced with the area that is stated beside it.
                (roles.text, roles.area, roles.unit) if roles.way == "sizhi" else "")  # fmt: skip
    if session.asked != geometry:
        session.asked, session.fault, session.result = geometry, None, None
        session.candidates, session.hint, session.made = (), None, None
        session.traced, session.clauses = {}, None
        made = tried(lambda: _ask(session, raw, roles))
        session.fault = made if isinstance(made, AtlasError) else None
    if session.fault is not None or session.asking or session.untraced:
        session.result = None
        return
    wanted = (roles, session.chosen, len(session.traced))
    if session.made == wanted:
        return
    session.made, session.ready = wanted, {}
    made = tried(lambda: _make(session))
    if isinstance(made, AtlasError):
        session.fault, session.asked, session.result = made, geometry, None
    else:
        session.result, session.joined = made


def _ask(session: Session, raw: Raw, roles: Roles) -> None:
    """Find out how coordinates may be read, or which clauses are to be traced."""
    if roles.way == "sizhi":
        session.clauses = own.clauses(raw, roles, own.limits())
        return
    prepared = own.prepare(raw, roles, own.limits())
    session.candidates = own.candidates(raw, prepared)
    boundaries = data.load().boundaries
    if not session.candidates or boundaries is None:
        return
    sure = session.candidates[0].sure
    if raw.by_format or not sure:
        told = own.hinted(prepared, session.candidates, gazetteer(), boundaries)
        session.candidates = own.doubted(session.candidates, told) if sure else session.candidates
        session.hint = told if session.asking or not sure else None


def _make(session: Session) -> tuple[OwnData, Joined | None]:
    result = own.make(
        session.raw, session.roles, session.candidate, name=session.name, traced=session.traced
    )
    atlas = data.load()
    if atlas.boundaries is None or not len(result.features):
        return result, None
    zones = {park.id: park.zones for park in atlas.plans.parks.values()}
    return result, join(result, atlas.boundaries, zones)


@st.cache_resource(show_spinner=False)
def gazetteer() -> Reference:
    """Return the built-in reference lines."""
    return load_gazetteer()


def part(session: Session, lang: str) -> dict:
    """Return the payload's part, made once a language."""
    if session.result is None:
        return {}
    atlas = data.load()
    names = {park.id: park.short(lang) for park in atlas.plans.parks.values()}

    def make() -> dict:
        made = tried(lambda: own_part(session.result, lang, session.joined, names))
        return {} if isinstance(made, AtlasError) else made

    return session.once(("part", lang, atlas.stamp), make)
