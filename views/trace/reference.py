"""The reference lines of the page: built in, from a path of the server, or uploaded.

The first two are loaded once for all sessions. An uploaded network stays in its own session: the
file is deleted as soon as it is read, no index of it is kept on disk, and no other session sees it.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import streamlit as st

from geo.errors import AtlasError
from geo.files import shown
from geo.network.load import load_network
from geo.reference import GAZETTEER, Reference, load_gazetteer
from layers.i18n import t
from views.trace.state import file_name

ENVIRONMENT = "PARK_ATLAS_REFERENCE"
MOST_BYTES = 200_000_000
_SUFFIXES = (".gpkg", ".zip", ".osm.pbf", ".pbf", ".osm")
_UPLOADED = "trace-network"


def server_path() -> Path | None:
    """Return the network that whoever runs the app has set by ``PARK_ATLAS_REFERENCE``, if any."""
    path = os.environ.get(ENVIRONMENT, "").strip()
    return Path(path).expanduser() if path else None


def sources() -> list[str]:
    """Return where lines can come from here, the default first."""
    return ["server", "builtin", "upload"] if server_path() else ["builtin", "upload"]


def load(source: str) -> tuple[Reference, str]:
    """Return the lines of a source, and what tells them from others.

    Raises
    ------
    AtlasError
        When the file or folder of the server cannot be used.
    """
    path = server_path()
    if source == "server" and path is not None:
        return _network(str(path), _stamp(path)), f"server:{_stamp(path)}"
    if source == "upload" and _UPLOADED in st.session_state:
        kept = st.session_state[_UPLOADED]
        return kept["network"], f"upload:{kept['id']}"
    return _gazetteer(_stamp(GAZETTEER)), f"builtin:{_stamp(GAZETTEER)}"


def has_upload() -> bool:
    """Tell whether this session has a network that was uploaded."""
    return _UPLOADED in st.session_state


def take(upload: Any) -> AtlasError | None:
    """Read an uploaded network into the session; return what is wrong with it, if anything.

    Parameters
    ----------
    upload : UploadedFile or None
        None forgets the one before.
    """
    if upload is None:
        st.session_state.pop(_UPLOADED, None)
        return None
    kept = st.session_state.get(_UPLOADED)
    if kept is None or kept["id"] != upload.file_id:
        st.session_state.pop(_UPLOADED, None)
        try:
            network = read_upload(upload.name, upload.getbuffer())
        except AtlasError as error:
            return error
        st.session_state[_UPLOADED] = {"id": upload.file_id, "network": network}
    return None


def read_upload(name: str, data: Any) -> Reference:
    """Return the network in an uploaded file.

    Parameters
    ----------
    name : str
        What the user calls it; only its ending and its letters are used.
    data : bytes-like

    Raises
    ------
    AtlasError
        When it is too large, of another kind, or holds no network.
    """
    own = file_name(name)
    if not own.lower().endswith(_SUFFIXES):
        listed = " ".join(_SUFFIXES)
        raise AtlasError(
            en=f"{own or '?'}: a network must be one of {listed}",
            zh=f"{own or '?'}：路网文件须为 {listed} 之一",
        )
    size = len(data)
    if size > MOST_BYTES:
        most = MOST_BYTES // 1_000_000
        raise AtlasError(en=f"{own}: larger than {most} MB", zh=f"{own}：超过 {most} MB")
    with tempfile.TemporaryDirectory(prefix="park-atlas-network-") as folder:
        path = Path(folder) / own
        path.write_bytes(data)
        try:
            return load_network(path, cache=False)
        except AtlasError as error:
            # The folder is ours and gone already: the user knows the file by its name.
            texts = {lang: error.text(lang).replace(shown(path), own) for lang in ("en", "zh")}
            raise AtlasError(**texts) from error


def _stamp(path: Path) -> tuple:
    """Return what tells one state of a file or folder from another."""
    files = [path, *sorted(path.iterdir())] if path.is_dir() else [path]
    marks = []
    for file in files:
        try:
            status = file.stat()
        except OSError:
            marks.append((str(file), 0, 0))
        else:
            marks.append((str(file), status.st_mtime_ns, status.st_size))
    return tuple(marks)


@st.cache_resource(show_spinner=False, max_entries=2)
def _gazetteer(stamp: tuple) -> Reference:  # noqa: ARG001 - the cache's key
    return load_gazetteer()


@st.cache_resource(show_spinner=False, max_entries=2)
def _network(path: str, stamp: tuple) -> Reference:  # noqa: ARG001 - the cache's key
    return load_network(Path(path))


def name(source: str, lang: str) -> str:
    """Return a source as the choice shows it."""
    path = server_path()
    return t(f"trace.source.{source}", lang, name=path.name if path else "")
