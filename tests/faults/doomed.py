"""A life in a process of its own that kill -9 ends at one exact moment: before a statement, around a commit, at a file.

The surprise: a life is a fork, so that hundreds of deaths cost seconds; whoever forks has no connection and no thread
(stage.py sees to that). What a life passes is told through a pipe line by line, so that the dead have told it too.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Pool, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.default import DefaultDialect

WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE", "VACUUM", "CREATE", "ALTER", "DROP", "PRAGMA WAL_CHECKPOINT")
FILES = {"os.rename", "os.remove", "os.link", "os.mkdir", "os.rmdir", "os.truncate"}
BEFORE, AFTER = "before the commit", "after the commit"
SPEAKS, FAILED = "moment", "failed"


@dataclass(frozen=True)
class Life:
    """How a life went: killed or lived on, the moments that it passed, what it answered at its end."""

    killed: bool
    moments: tuple[str, ...]
    answer: Any


def live(work: Callable[[], Any], folder: Path, *, die: int = 0) -> Life:
    """Do something in a life of its own; kill it at its ``die``-th moment (0: never). Changes in ``folder`` count."""
    ear, mouth = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        os.close(ear)
        _be(work, folder, die, mouth)
    os.close(mouth)
    with os.fdopen(ear, encoding="utf-8") as told:
        lines = [json.loads(line) for line in told]
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    moments = tuple(said for kind, said in lines if kind == SPEAKS)
    last = next((said for kind, said in lines if kind != SPEAKS), None)
    assert killed or os.WEXITSTATUS(status) == 0, f"after {moments}: {last}"
    return Life(killed, moments, last)


def chosen(moments: tuple[str, ...], most: int) -> list[int]:
    """Choose where to die: around every commit and at every file, else evenly; the numbers count from 1."""
    needed = [n for n, said in enumerate(moments, start=1) if said.startswith((BEFORE, AFTER, "file"))]
    other = [n for n in range(1, len(moments) + 1) if n not in needed]
    return sorted({*_evenly(needed, most), *_evenly(other, 1 if most < 4 else 2)})


def _evenly(numbers: list[int], most: int) -> list[int]:
    if len(numbers) <= most:
        return numbers
    return [numbers[round((n + 0.5) * (len(numbers) - 1) / most)] for n in range(most)]


def _be(work: Callable[[], Any], folder: Path, die: int, mouth: int) -> None:
    """Live; never comes back."""
    code = 1
    with suppress(BaseException):
        left = die

        def say(kind: str, said: Any) -> None:
            os.write(mouth, (json.dumps([kind, said]) + "\n").encode())

        def moment(said: str) -> None:
            nonlocal left
            say(SPEAKS, said)
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

        _listen(moment, str(folder))
        try:
            say("answer", work())
            code = 0
        except BaseException:  # noqa: BLE001 - told to whoever waits
            say(FAILED, traceback.format_exc()[-3000:])
    os._exit(code)


def _listen(moment: Callable[[str], None], folder: str) -> None:
    def statement(text: str) -> None:
        words = text.lstrip().upper()
        if words.startswith(WRITES):
            moment(" ".join(words.split()[:3]))

    def traced(connection: Any, _record: object) -> None:
        if hasattr(connection, "set_trace_callback"):  # SQLite: what is said past SQLAlchemy, too
            connection.set_trace_callback(statement)

    def asked(connection: Connection, _cursor: object, text: str, *_: object) -> None:
        if connection.dialect.name != "sqlite":
            statement(text)

    event.listen(Pool, "connect", traced)
    event.listen(Engine, "before_cursor_execute", asked)
    real_commit, real_sync = DefaultDialect.do_commit, os.fsync

    def commit(self: Any, connection: Any) -> None:
        moment(BEFORE)
        real_commit(self, connection)
        moment(AFTER)

    def sync(handle: Any) -> None:
        moment("file: fsync")
        real_sync(handle)

    DefaultDialect.do_commit = commit  # type: ignore[method-assign]
    os.fsync = sync
    sys.addaudithook(lambda name, args: _file(name, args, folder, moment))


def _file(name: str, args: tuple[Any, ...], folder: str, moment: Callable[[str], None]) -> None:
    writes = name in FILES or (name == "open" and isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR))
    path = args[0] if writes and args else ""
    if isinstance(path, os.PathLike):
        path = os.fspath(path)
    if isinstance(path, str) and path.startswith(folder):
        moment(f"file: {name} {Path(path).name}")
