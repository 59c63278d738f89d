"""Where the files of a set are made before they are put in place.

One run at a time has it, and it keeps what a run was about to do, so that the next one can undo
what a killed one began.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt

PREFIX = ".park-atlas-"
_LOCK, _STEPS = "lock", "steps.json"
_TAKEN = (errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_STEPS_MOST = 1_000_000  # bytes read of what may be a list of steps


class Busy(Exception):  # noqa: N818 - told by the caller, who knows what is being written
    """Another run works here."""


def inside(folder: Path) -> Path:
    """Return the room of a folder that is there: within it, for it may be a disk of its own."""
    return folder / f"{PREFIX}work"


def beside(folder: Path) -> list[Path]:
    """Return where the room of a folder can be that is not there yet, the nearest place first."""
    target = Path(os.path.realpath(folder))
    own = hashlib.sha256(os.fsencode(target)).hexdigest()[:16]
    return [near / f"{PREFIX}{own}" for near in target.parents if near.exists()]


class Workroom:
    """A hidden folder with ``new`` files, ``old`` ones, and a lock that ends with its process.

    Parameters
    ----------
    path : pathlib.Path
        The room's folder, of `inside` or `beside`. What a dead run left in it is kept until
        `clear`.

    Raises
    ------
    Busy
        When another run has it.
    OSError
        When it cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.new, self.old = path / "new", path / "old"
        self._lock = _locked(path)

    def clear(self) -> None:
        """Make it empty, with nothing of a run before."""
        self._empty(ignore_errors=False)
        self.new.mkdir()
        self.old.mkdir()

    def begin(self, steps: dict[str, Any]) -> None:
        """Keep what is going to be done, until `done`: from here on a dead run has to be undone."""
        part = self.path / "steps.part"
        with part.open("w", encoding="utf-8") as stream:
            json.dump(steps, stream)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(self.path / _STEPS)

    def steps(self) -> dict[str, Any] | None:
        """Return what a run had begun and not ended, None when there is nothing to undo."""
        kept = self.path / _STEPS
        if not kept.is_file() or kept.stat().st_size > _STEPS_MOST:
            return None
        try:
            return json.loads(kept.read_text(encoding="utf-8"))
        except (ValueError, RecursionError):
            return None

    def done(self) -> None:
        """Say that there is nothing to undo any more."""
        (self.path / _STEPS).unlink(missing_ok=True)

    def close(self) -> None:
        """Leave the room; it goes, unless something could not be undone."""
        lock = self.path / _LOCK
        if (self.path / _STEPS).exists():
            self._lock.close()
            return
        self._empty(ignore_errors=True)
        # Taken away while it is held: who waits for it sees that it is another one.
        with suppress(OSError):
            lock.unlink()
        self._lock.close()
        if fcntl is None:
            with suppress(OSError):
                lock.unlink()
        with suppress(OSError):
            self.path.rmdir()

    def _empty(self, *, ignore_errors: bool) -> None:
        for one in list(self.path.iterdir()) if self.path.is_dir() else []:
            if one.name == _LOCK:
                continue
            if one.is_dir() and not one.is_symlink():
                shutil.rmtree(one, ignore_errors=ignore_errors)
            else:
                one.unlink(missing_ok=True)


def _locked(room: Path) -> IO[bytes]:
    """Make a room and return its lock, held by this process alone."""
    for _ in range(20):
        with suppress(FileExistsError):
            room.mkdir()
        if room.is_symlink() or not room.is_dir():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        with suppress(FileNotFoundError):
            stream = (room / _LOCK).open("ab")
            try:
                _hold(stream)
                # The run before may have taken it away in between.
                if os.path.samestat(os.fstat(stream.fileno()), (room / _LOCK).stat()):
                    return stream
            except BaseException:
                stream.close()
                raise
            stream.close()
    raise Busy


def _hold(stream: IO[bytes]) -> None:
    """Lock a file for this process, or raise `Busy`."""
    try:
        if fcntl is not None:
            fcntl.flock(stream.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            stream.seek(0)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)
    except OSError as error:
        # A disk that knows no locks is worked on without.
        if error.errno in _TAKEN:
            raise Busy from error
