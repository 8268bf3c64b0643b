"""What the program writes about itself: one JSON line on stderr for each event, with a few known keys and nothing else.

Names, addresses, answers, codes and tokens cannot get in: a key that is not listed is dropped, and a value that is not
the kind of word our own code writes becomes "?".
"""

import logging
import re
import sys
import threading
from collections.abc import MutableMapping
from functools import cache
from types import TracebackType
from typing import Any

ALLOWED = frozenset(
    {"event", "level", "timestamp", "endpoint", "kind", "where", "job", "trouble", "count", "seconds", "logger"}
)
_WORD = re.compile(r"[\w.:<>/+-]{0,120}", re.ASCII)


def error(event: str, **said: object) -> None:
    """Write that something did not work; the event is a word of ours, as request_failed."""
    _lines().error(event, **said)


def info(event: str, **said: object) -> None:
    """Write that something happened."""
    _lines().info(event, **said)


def where(trace: TracebackType | None) -> str:
    """Say in which file and line a fault began: the file's name in our own tree or a package, never a value."""
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f"{'/'.join(trace.tb_frame.f_code.co_filename.split('/')[-2:])}:{trace.tb_lineno}"


def only_allowed(logger: object, method: str, said: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every key that is not listed, and every value that is not a number or a plain word."""
    del logger, method
    return {key: _plain(value) for key, value in said.items() if key in ALLOWED}


def take_over() -> None:
    """Let other people's libraries write by the same rule: their name, the kind of fault and its place, no message.

    For a process that serves or works; a command at a terminal says its faults itself.
    """
    logging.getLogger().handlers[:] = [_OtherPeoples(logging.WARNING)]
    threading.excepthook = _thread_failed


class _OtherPeoples(logging.Handler):
    """Turns a library's record into a line of ours."""

    def emit(self, record: logging.LogRecord) -> None:
        fault = record.exc_info[1] if record.exc_info else None
        _lines().error(
            "library",
            logger=record.name,
            kind=type(fault).__name__ if fault else record.levelname.lower(),
            where=where(fault.__traceback__) if fault else f"{record.module}:{record.lineno}",
        )


def _thread_failed(args: threading.ExceptHookArgs) -> None:
    error("thread_failed", kind=args.exc_type.__name__, where=where(args.exc_traceback))


def _plain(value: object) -> object:
    if isinstance(value, bool | int | float):
        return value
    return value if isinstance(value, str) and _WORD.fullmatch(value) else "?"


@cache
def _lines() -> Any:  # noqa: ANN401 - what structlog gives
    import structlog  # noqa: PLC0415 - costs a tenth of a second at start, for lines that are seldom written

    processors: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        only_allowed,
        structlog.processors.JSONRenderer(ensure_ascii=True),
        _write,
    ]
    return structlog.wrap_logger(
        None,
        processors=processors,
        wrapper_class=structlog.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _write(logger: object, method: str, line: str) -> str:
    """Write at once to whatever stderr is now; nothing is buffered, nothing is kept."""
    del logger, method
    import structlog  # noqa: PLC0415

    sys.stderr.write(line + "\n")
    sys.stderr.flush()
    raise structlog.DropEvent
