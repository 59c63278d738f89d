"""What the server's log may hold: where a fault is and of what kind, never what a visitor wrote.

An error's message can quote what was typed or uploaded (a clause, a name, a file's cell), so the
log has the traceback without the messages. ``PARK_ATLAS_LOG=debug`` writes them as well.
"""

from __future__ import annotations

import logging
import secrets
import traceback
from collections.abc import Callable, Iterator
from typing import Any

_LOG = logging.getLogger("views")
_OURS = ("views", "layers", "geo")
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def report(error: BaseException, what: str) -> str:
    """Write an error to the log and return the reference that the page shows for it.

    Parameters
    ----------
    error : BaseException
    what : str
        What failed, in our own words.
    """
    reference = secrets.token_hex(4)
    record = _LOG.makeRecord(
        _LOG.name, logging.ERROR, __file__, 0, "%s %s", (what, reference), None
    )
    record.exc_text = told(error)
    _LOG.handle(record)
    return reference


def told(error: BaseException) -> str:
    """Return an error's traceback, and those of the errors behind it, without their messages."""
    if _LOG.isEnabledFor(logging.DEBUG):
        return "".join(traceback.format_exception(error)).rstrip()
    return "\n".join(_lines(error))


def _lines(error: BaseException) -> Iterator[str]:
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        if found is not error:
            yield "caused by"
        for frame in traceback.extract_tb(found.__traceback__):
            yield f"  {frame.filename}:{frame.lineno} in {frame.name}: {frame.line}"
        yield _kind(found)
        behind = None if found.__suppress_context__ else found.__context__
        found = found.__cause__ or behind


def without_words(record: logging.LogRecord) -> logging.LogRecord:
    """Return a record without the messages of the errors it holds, be it as traceback or in a line.

    Examples
    --------
    >>> error = ValueError("what somebody typed")
    >>> line = logging.LogRecord("x", logging.ERROR, "", 0, "failed: %s", (error,), None)
    >>> without_words(line).getMessage()
    'failed: builtins.ValueError'
    """
    if record.exc_info and record.exc_info[1] is not None:
        record.exc_text, record.exc_info = told(record.exc_info[1]), None
    if isinstance(record.args, tuple) and not _LOG.isEnabledFor(logging.DEBUG):
        record.args = tuple(
            _kind(value) if isinstance(value, BaseException) else value for value in record.args
        )
    return record


def _kind(error: BaseException) -> str:
    return f"{type(error).__module__}.{type(error).__qualname__}"


def _quiet(made: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    """Return a maker of records whose records have no messages of errors."""

    def make(*args: Any, **options: Any) -> logging.LogRecord:
        return without_words(made(*args, **options))

    make.quiet = True
    return make


def set_up(level: str) -> None:
    """Write our own records to the standard error, and no visitor's words from anybody's.

    Streamlit's loggers each have a handler of their own and pass nothing on, and some are made
    later: what all of them have in common is who makes their records.

    Parameters
    ----------
    level : str
        Of `views.settings.LEVELS`.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_FORMAT))
    for name in _OURS:
        logger = logging.getLogger(name)
        logger.setLevel(level.upper())
        logger.handlers = [handler]
    factory = logging.getLogRecordFactory()
    if not hasattr(factory, "quiet"):
        logging.setLogRecordFactory(_quiet(factory))
