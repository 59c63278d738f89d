"""What the project's command lines share: the user's language, one-line errors, exit codes."""

from __future__ import annotations

import argparse
import codecs
import contextlib
import errno
import io
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from geo.errors import LANGUAGES, AtlasError

_ESCAPE = "geo.cli.escape"
INTERRUPTED = 130  # what shells say of a program that was interrupted: 128 and the signal's number


def _escaped(error: UnicodeError) -> tuple[str, int]:
    """Give characters that an encoding lacks the way JSON escapes them."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    pairs = zip(units[::2], units[1::2], strict=True)
    return "".join(f"\\u{high:02x}{low:02x}" for high, low in pairs), error.end


codecs.register_error(_ESCAPE, _escaped)


def language(asked: str | None = None) -> str:
    """Return the user's language: the one asked for, else Chinese in a Chinese environment.

    Before the arguments are read, ``--lang`` among them already counts: for the help itself.
    """
    asked = asked or _asked(sys.argv[1:])
    if asked:
        return asked
    settings = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    return "zh" if next((value for value in settings if value), "").startswith("zh") else "en"


def _asked(arguments: list[str]) -> str:
    """Return the language that a command line asks for, empty for none or an unknown one."""
    for place, given in enumerate(arguments):
        name, is_, value = given.partition("=")
        if name == "--lang":
            value = value if is_ else next(iter(arguments[place + 1 :]), "")
            return value if value in LANGUAGES else ""
    return ""


# argparse's own words, for the sentences a user can meet here; the rest stay as they are.
_CHINESE = (
    (r"the following arguments are required: (.*)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数：\1"),
    (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", r"参数 \1：没有 \2，可选 \3"),
    (r"argument (.*?): expected one argument", r"参数 \1 需要一个值"),
    (r"argument (.*?): expected at least one argument", r"参数 \1 至少需要一个值"),
)


class Parser(argparse.ArgumentParser):
    """Arguments that cannot be used are one line and exit code 2, like every unusable input.

    Parameters
    ----------
    *args, **kwargs
        As of `argparse.ArgumentParser`; its headings are in the environment's language.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        zh = language() == "zh"
        # Half an option's name is not understood: `--lang` is looked for before it is parsed.
        super().__init__(*args, **{**kwargs, "add_help": False, "allow_abbrev": False})
        if zh:
            self._positionals.title, self._optionals.title = "参数", "选项"
        told = "显示本说明" if zh else "show this help and leave"
        self.add_argument("-h", "--help", action="help", help=told)

    def print_help(self, file: Any = None) -> None:
        """Print the help, or leave with exit code 2 where it cannot be written."""
        stream = file or sys.stdout or _Closed()
        try:
            stream.write(self.format_help())
            stream.flush()
        except BrokenPipeError:
            _let_go()
        except OSError as error:
            _let_go()
            raise SystemExit(_refused(_unwritten(error), language())) from None

    def error(self, message: str) -> NoReturn:
        """Print one line, in the environment's language, and leave with exit code 2."""
        if language() == "zh":
            for pattern, words in _CHINESE:
                if (found := re.fullmatch(pattern, message)) is not None:
                    message = found.expand(words)
                    break
        print(f"{self.prog}: {message}", file=sys.stderr)
        raise SystemExit(2)


def add_language(parser: argparse.ArgumentParser) -> None:
    """Give a command the option ``--lang``."""
    told = (
        "消息的语言，默认随系统" if language() == "zh" else "language of messages (default: LANG)"
    )
    parser.add_argument("--lang", choices=LANGUAGES, help=told)


def text_or_stdin(text: str, most: int) -> str:
    """Return a text argument, or for ``-`` what stands on standard input.

    Parameters
    ----------
    text : str
        The argument.
    most : int
        Characters to read of standard input at the most.

    Raises
    ------
    AtlasError
        When standard input is not text in the terminal's encoding.
    """
    if text != "-":
        return text
    try:
        return sys.stdin.read(most)
    except UnicodeDecodeError as error:
        raise AtlasError(
            en=f"standard input is not {error.encoding} text (byte {error.start})",
            zh=f"标准输入不是 {error.encoding} 文本（第 {error.start} 字节）",
        ) from error


class _Closed(io.TextIOBase):
    """Standard output that was closed before the program began: nothing can be written to it."""

    encoding = "utf-8"

    @property
    def buffer(self) -> _Closed:
        """Return what takes bytes, which is as closed."""
        return self

    def write(self, _: str | bytes) -> int:
        """Raise what the system says of a closed file."""
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


def run(work: Callable[[argparse.Namespace, str], int], args: argparse.Namespace) -> int:
    """Run a command; unusable input is one line on stderr and exit code 2.

    An interrupted command ends with exit code 130, one that is asked to end (SIGTERM, SIGHUP) with
    128 and the signal's number: both without a traceback and after it has tidied up.

    Parameters
    ----------
    work : callable
        Takes the arguments and the language, returns the exit code.
    args : argparse.Namespace
        Parsed arguments, with ``lang``.
    """
    lang = language(args.lang)
    with _streams(), _ended_in_order():
        try:
            code = work(args, lang)
            # A reader that has gone shows here rather than when Python shuts down.
            sys.stdout.flush()
            return code
        except AtlasError as error:
            return _refused(error, lang)
        except BrokenPipeError:
            # The reader of our output has gone, as with `| head`.
            _let_go()
            return 0
        except OSError as error:
            # Files have names: what has none is standard output, on a full disk or closed.
            if error.filename is not None:
                raise
            _let_go()
            return _refused(_unwritten(error), lang)
        except KeyboardInterrupt:
            return INTERRUPTED


@contextlib.contextmanager
def _streams() -> Iterator[None]:
    """Let standard output and errors take every character, and have a place where there is none."""
    out, err = sys.stdout, sys.stderr
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        # Python has None for what was closed when it began.
        sys.stdout, sys.stderr = out or _Closed(), err or nowhere
        for stream in (out, err):
            # A terminal that lacks a character gets its number, which in JSON is the same one.
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors=_ESCAPE)
        try:
            yield
        finally:
            sys.stdout, sys.stderr = out, err


@contextlib.contextmanager
def _ended_in_order() -> Iterator[None]:
    """Turn the signals that end a program into an exception, so that it can tidy up."""

    def end(number: int, _: object) -> NoReturn:
        # Once: what tidies up is not disturbed.
        signal.signal(number, signal.SIG_IGN)
        raise SystemExit(128 + number)

    before = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # Who has been told to ignore it, as by nohup, goes on ignoring it.
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            with contextlib.suppress(ValueError):  # not in the main thread
                before[number] = signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _refused(error: AtlasError, lang: str) -> int:
    """Print an error as one line; return the exit code of what cannot be used."""
    with contextlib.suppress(OSError):
        print(error.text(lang), file=sys.stderr or _Closed())
    return 2


def _unwritten(error: OSError) -> AtlasError:
    """Return the error for standard output that cannot be written."""
    reason = error.strerror or str(error)
    return AtlasError(
        en=f"cannot write to standard output: {reason}", zh=f"无法写入标准输出：{reason}"
    )


def _let_go() -> None:
    """Forget what standard output still holds, at which Python would fail when it shuts down."""
    with contextlib.suppress(OSError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
