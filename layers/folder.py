"""A folder of files that is replaced as a whole: all new or, after any fault, as it was.

One run at a time writes a folder; what a run that was killed had begun, the next one undoes.

The folder's index says in a marker which files were made with it. Only those are ever replaced or
removed; whatever else lies in the folder stays.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from geo.errors import AtlasError
from geo.files import shown
from layers.inline import as_json
from layers.workroom import PREFIX, Busy, Workroom, beside, inside

_MARKER = re.compile(
    r'<script type="application/json" id="park-atlas-files">(\[[^<]{0,200000}\])</script>'
)
# What a file of a set may be called: nothing that leads out of its folder, ASCII for every share.
_NAME = re.compile(r"(?:[a-z0-9][a-z0-9._-]*/)?[a-z0-9][a-z0-9._-]*\.html", re.ASCII)
_FOLDER = re.compile(r"[a-z0-9][a-z0-9._-]*", re.ASCII)
_INDEX_MOST = 20_000_000  # bytes read of what may be an index


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
        # Told before any work; what a dead run left is looked at once it is undone.
        self.old = self._old_files() if not inside(path).is_dir() else []
        self._room: Workroom | None = None
        self._files: list[str] = []

    @staticmethod
    def marker(files: Iterable[str]) -> str:
        """Return the markup by which an index names the files made with it."""
        listed = as_json(list(files))
        return f'<script type="application/json" id="park-atlas-files">{listed}</script>'

    def __enter__(self) -> Folder:
        try:
            # Where a rename ends up on the same disk.
            room = inside(self.path) if self.path.is_dir() else beside(self.path)[0]
            self._room = Workroom(room)
            self._tidy_beside()
            self._undo()
            self._room.clear()
            # What is there counts from now on, when nobody else changes it.
            self.old = self._old_files()
        except Busy:
            raise AtlasError(
                en=f"another run is writing {shown(self.path)}; try again when it has ended",
                zh=f"另一个进程正在写入 {shown(self.path)}；请等它完成后再试",
            ) from None
        except OSError as error:
            self._clear()
            raise self._fault(error) from error
        except BaseException:
            self._clear()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._clear()

    def _clear(self) -> None:
        if self._room is not None:
            self._room.close()

    def _tidy_beside(self) -> None:
        """Take away what a dead run left that began before the folder, or one above, was there."""
        for other in beside(self.path):
            if other != self._room.path and other.is_dir() and not other.is_symlink():
                with suppress(Busy, OSError):
                    Workroom(other).close()

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
        path = self._room.new / name
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        except OSError as error:
            raise self._fault(error) from error
        self._files.append(name)
        return len(data)

    def install(self) -> None:
        """Put the files into the folder and take away those of the set before that are gone.

        The index comes last, in one rename. After a fault everything is put back; after the end of
        the process the next run does so.

        Raises
        ------
        AtlasError
            As of `check`: since then others may have written into the folder.
        """
        self.old = self._old_files()
        self.check(self._files)
        try:
            if self._room.path == inside(self.path):
                self._replace()
            else:
                self._appear()
        except OSError as error:
            raise self._fault(error) from error

    def _appear(self) -> None:
        """Make the folder of the new files, at once: it was not there."""
        made: list[Path] = []
        try:
            _make(self.path.parent, made)
            if self.path.is_dir():
                self.path.rmdir()  # somebody made it meanwhile; what is not empty stays
            self._room.new.replace(self.path)
        except BaseException:
            for folder in reversed(made):
                with suppress(OSError):  # others may have put something into it
                    folder.rmdir()
            raise

    def _replace(self) -> None:
        """Put the new files in the place of the old ones, one by one."""
        new, old = self._room.new, self._room.old
        gone = self._gone(self._files)
        names = [*gone, *self._files]
        folders = {(self.path / name).parent for name in self._files} - {self.path}
        made = sorted(folder.name for folder in folders if not folder.exists())
        had = [name for name in names if os.path.lexists(self.path / name)]
        self._room.begin({"new": self._files, "had": had, "made": made})
        try:
            for name in made:
                (self.path / name).mkdir()
            for name in names:
                if name in had:
                    (old / name).parent.mkdir(exist_ok=True)
                    _keep(self.path / name, old / name, copied=name == self.index)
                if name not in gone:
                    (new / name).replace(self.path / name)
        except BaseException:
            with suppress(OSError):  # then the next run does it
                self._undo()
            raise
        self._room.done()
        for folder in {(self.path / name).parent for name in gone} - {self.path}:
            with suppress(OSError):  # what is not empty stays
                folder.rmdir()

    def _undo(self) -> None:
        """Put back what a run, this one or a dead one, had begun to replace.

        Done twice it does no more than once. What is not in ``new`` any more was put in place.
        """
        steps = self._room.steps()
        if steps is not None and self._room.path == inside(self.path):
            new, had, made = (_names(steps, key) for key in ("new", "had", "made"))
            for name in [*had, *(name for name in new if name not in had)]:
                target, kept = self.path / name, self._room.old / name
                if self._elsewhere(name):
                    continue
                if os.path.lexists(kept):
                    target.parent.mkdir(exist_ok=True)
                    kept.replace(target)
                elif name not in had and not (self._room.new / name).exists():
                    target.unlink(missing_ok=True)
            for name in made:
                with suppress(OSError):  # others may have put something into it
                    (self.path / name).rmdir()
        self._room.done()

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
            if all(one.name.startswith(PREFIX) for one in self.path.iterdir()):
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


def _keep(target: Path, kept: Path, *, copied: bool) -> None:
    """Move a file aside, or copy it, so that it is there all the time."""
    if not copied:
        target.replace(kept)
        return
    part = kept.with_name(f"{kept.name}.part")
    shutil.copy2(target, part, follow_symlinks=False)
    part.replace(kept)


def _names(steps: object, key: str) -> list[str]:
    """Return the names that a list of steps has, those that lead nowhere else."""
    listed = steps.get(key) if isinstance(steps, dict) else None
    pattern = _FOLDER if key == "made" else _NAME
    known = listed if isinstance(listed, list) else []
    return [name for name in known if isinstance(name, str) and pattern.fullmatch(name)]
