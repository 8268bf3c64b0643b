"""Commands in processes of their own that need not import everything first: one process has, and forks for each.

`python -m tests.faults.nursery` reads orders, a line of JSON each, and answers each with its exit code.
"""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

import toolkit.cli
from tests.faults import dying
from toolkit import paths


@dataclass
class Nursery:
    """The process that forks, and a place for what its children print."""

    process: "subprocess.Popen[str]"
    folder: Path

    def run(
        self, *words: str, env: Mapping[str, str], plan: str = "", largest: int = 0
    ) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end: killed as the plan says, and with no file larger than so many bytes."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        out, err = self.folder / "out", self.folder / "err"
        order = {"words": words, "env": {**os.environ, **env}, "plan": plan, "largest": largest}
        print(json.dumps({**order, "out": str(out), "err": str(err)}), file=self.process.stdin, flush=True)
        code = int(self.process.stdout.readline())
        return subprocess.CompletedProcess(words, code, out.read_text(), err.read_text())


@contextmanager
def nursery(folder: Path) -> Iterator[Nursery]:
    """Start the process; it ends when nobody is there to order."""
    command = [sys.executable, "-m", "tests.faults.nursery"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=paths.ROOT) as process:
        yield Nursery(process, folder)


def rooms() -> None:
    """Import the rooms of all commands, which a command alone would only when it is asked for."""
    context = click.Context(toolkit.cli.main)
    for name in toolkit.cli.main.list_commands(context):
        toolkit.cli.main.get_command(context, name)


def child() -> dict[str, Any]:
    """Wait for orders; come back only in the child that is to carry one out."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            return dict(json.loads(line))
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
    sys.exit()


def begin(order: Mapping[str, Any]) -> None:
    """Make of a fork what a process of its own would be; the command itself follows, and its ordinary end."""
    opened = (
        os.open(os.devnull, os.O_RDONLY),
        *(os.open(order[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600) for name in ("out", "err")),
    )
    for number, file in enumerate(opened):
        os.dup2(file, number)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["env"])
    if order["largest"]:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["largest"], order["largest"]))
    if order["plan"]:
        dying.arm(order["plan"])


if __name__ == "__main__":
    rooms()
    order = child()
    begin(order)
    toolkit.cli.main(order["words"])
