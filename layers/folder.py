"""A folder of files that is replaced as a whole: all new or, after any fault, as it was.

The folder's index says in a marker which files were made with it. Only those are ever replaced or
removed; whatever else lies in the folder stays.
"""

from __future__ import annotations

import json
import re
import shutil
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from geo.errors import AtlasError
from geo.files import shown
from layers.inline import as_json

_MARKER = re.compile(
    r'<script type="application/json" id="park-atlas-files">(\[[^<]{0,200000}\])</script>'
)
# What a file of a set may be called: nothing that leads out of its folder, ASCII for every share.
_NAME = re.compile(r"(?:[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*\.html", re.ASCII)
_INDEX_MOST = 20_000_000  # bytes read of what may be an index
_PREFIX = ".park-atlas-"


class Folder:
    """Collects files, then puts them into a folder; use it with ``with``.

    Parameters
    ----------
    path : pathlib.Path
        The folder; it need not be there.
    index : str
        The file whose marker names the files of a set.

    Raises
    ------
    AtlasError
        When the path is no folder, or it holds files but no set of ours.
    """

    def __init__(self, path: Path, index: str) -> None:
        self.path, self.index = path, index
        self.old = self._old_files()
        self._made: Path | None = None
        self._files: list[str] = []

    @staticmethod
    def marker(files: Iterable[str]) -> str:
        """Return the markup by which an index names the files made with it."""
        listed = as_json(list(files))
        return f'<script type="application/json" id="park-atlas-files">{listed}</script>'

    def __enter__(self) -> Folder:
        try:
            # Where a rename ends up on the same disk: in the folder, which may be a disk of its
            # own, or in the nearest one above that is there.
            near = self.path if self.path.is_dir() else self.path.absolute().parent
            while not near.exists():
                near = near.parent
            self._made = Path(tempfile.mkdtemp(dir=near, prefix=_PREFIX))
            (self._made / "new").mkdir()
            (self._made / "old").mkdir()
        except OSError as error:
            self._clear()
            raise self._fault(error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clear()

    def _clear(self) -> None:
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)

    def check(self, files: Iterable[str]) -> None:
        """Raise when what is not of the set there stands where a file is written or taken away.

        Of the set are plain files and links that its index names, in folders that are no links.
        """
        files = list(files)
        try:
            for name in files:
                assert _NAME.fullmatch(name), name
                if self._elsewhere(name):
                    raise self._foreign((self.path / name).parent.name)
            for name in [*files, *self._gone(files)]:
                if not _may_go(self.path / name, name in self.old):
                    raise self._foreign(name)
        except OSError as error:
            raise self._fault(error) from error

    def _elsewhere(self, name: str) -> bool:
        """Say whether a name's folder is a link, or none at all: what is there is not ours."""
        folder = (self.path / name).parent
        return folder != self.path and (folder.is_symlink() or _is_other(folder))

    def _gone(self, files: Iterable[str]) -> list[str]:
        """Return the files of ours that a new set has not; what stands elsewhere is not ours."""
        kept = set(files)
        return [name for name in self.old if name not in kept and not self._elsewhere(name)]

    def put(self, name: str, text: str) -> int:
        """Keep a file for the folder; return its bytes."""
        data = text.encode("utf-8")
        path = self._made / "new" / name
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise self._fault(error) from error
        self._files.append(name)
        return len(data)

    def install(self) -> None:
        """Put the files into the folder and take away those of the set before that are gone.

        The index comes last. After a fault everything is put back.

        Raises
        ------
        AtlasError
            As of `check`: since then others may have written into the folder.
        """
        self.check(self._files)
        moved: list[tuple[Path, Path]] = []
        made: list[Path] = []
        new, old = self._made / "new", self._made / "old"
        gone = self._gone(self._files)
        try:
            for name in self._files:
                _make((self.path / name).parent, made)
            for name in [*gone, *self._files]:
                target = self.path / name
                if target.exists() or target.is_symlink():
                    (old / name).parent.mkdir(exist_ok=True)
                    _move(target, old / name, moved)
                if name not in gone:
                    _move(new / name, target, moved)
        except BaseException as error:
            for source, target in reversed(moved):
                target.replace(source)
            for folder in reversed(made):
                with suppress(OSError):  # others may have put something into it
                    folder.rmdir()
            if isinstance(error, OSError):
                raise self._fault(error) from error
            raise
        for folder in {(self.path / name).parent for name in gone} - {self.path}:
            with suppress(OSError):  # what is not empty stays
                folder.rmdir()

    def _old_files(self) -> list[str]:
        """Return the files of the set that is there, none when there is nothing."""
        if "\0" in str(self.path):
            raise AtlasError(
                en=f"not the name of a folder: {str(self.path)!r}",
                zh=f"不是文件夹名：{str(self.path)!r}",
            )
        try:
            if not self.path.exists():
                if self.path.is_symlink():
                    raise NotADirectoryError(20, "Not a directory")
                return []
            if not self.path.is_dir():
                raise AtlasError(
                    en=f"{shown(self.path)} is a file, not a folder",
                    zh=f"{shown(self.path)} 是文件，不是文件夹",
                )
            if all(one.name.startswith(_PREFIX) for one in self.path.iterdir()):
                return []
            found = self._marked()
        except OSError as error:
            raise self._fault(error) from error
        if found is None:
            raise AtlasError(
                en=f"{shown(self.path)} holds files that are no set of maps made by this program; "
                "choose an empty folder or a new one",
                zh=f"{shown(self.path)} 中的文件不是本程序生成的图集；请选择空文件夹或新文件夹",
            )
        return found

    def _marked(self) -> list[str] | None:
        """Return the files that the index there names and itself, None without our marker."""
        index = self.path / self.index
        if not index.is_file() or index.is_symlink() or index.stat().st_size > _INDEX_MOST:
            return None
        try:
            found = _MARKER.search(index.read_text(encoding="utf-8"))
            names = json.loads(found[1]) if found else None
        except (ValueError, RecursionError):
            return None
        safe = isinstance(names, list) and all(
            isinstance(name, str) and _NAME.fullmatch(name) for name in names
        )
        # A name that leads elsewhere is not one we wrote: then nothing here is ours.
        return [*dict.fromkeys(names), self.index] if safe else None

    def _foreign(self, name: str) -> AtlasError:
        """Return the error for a file that is not ours where one of ours belongs."""
        where = shown(self.path / name)
        return AtlasError(
            en=f"{where} is in the way: it is not of the set of maps that was made there",
            zh=f"{where} 不属于此前生成的图集，不会被覆盖；请先移开",
        )

    def _fault(self, error: OSError) -> AtlasError:
        """Return the error for what the system refused."""
        reason = error.strerror or str(error)
        return AtlasError(
            en=f"cannot write {shown(self.path)}: {reason}",
            zh=f"无法写入 {shown(self.path)}：{reason}",
        )


def _is_other(folder: Path) -> bool:
    """Say whether something that is no folder stands in a folder's place."""
    return folder.exists() and not folder.is_dir()


def _may_go(target: Path, ours: bool) -> bool:
    """Say whether a new file may take this place: an empty one, or that of a file of ours."""
    try:
        mode = target.lstat().st_mode
    except FileNotFoundError:
        return True
    return ours and (stat.S_ISREG(mode) or stat.S_ISLNK(mode))


def _make(folder: Path, made: list[Path]) -> None:
    """Make a folder and those above it that are missing, and note which."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        one.mkdir()
        made.append(one)


def _move(source: Path, target: Path, moved: list[tuple[Path, Path]]) -> None:
    """Rename a file and note it."""
    source.replace(target)
    moved.append((source, target))
