"""strace at work: errors put into the system calls of a running process, and the proof that they were."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.keeper import INSIDE
from tests.faults.proxies import UNPACKED

FIRED = "(INJECTED)"
# A server that lets itself be traced also where only parents may trace.
WATCHED = {"TOOLKIT_WATCHED": "1", "PYTHONPATH": os.pathsep.join([str(INSIDE), *filter(None, sys.path[:1])])}


def command() -> list[str | Path]:
    """Give the strace command; where it is missing or not allowed, say loudly what was not tried."""
    unpacked = UNPACKED / "usr/bin/strace"
    found = unpacked if unpacked.exists() else shutil.which("strace")
    if found is None:
        if os.environ.get("CI") == "true":
            pytest.fail("strace is not there: no fault was put into system calls")
        pytest.skip("NO FAULT WAS PUT INTO SYSTEM CALLS: strace is not installed (sudo apt install strace)")
    tried = subprocess.run(
        [found, "-o", "/dev/null", "true"], env=environment(), capture_output=True, text=True, check=False
    )
    if tried.returncode:
        said = tried.stderr.strip().splitlines()[-1:]
        pytest.skip(f"NO FAULT WAS PUT INTO SYSTEM CALLS: this machine lets nobody trace ({said}); limits stood in")
    return [found]


def environment(**more: str) -> Mapping[str, str]:
    """Give an environment in which the unpacked strace finds its libraries."""
    folders = [str(path) for path in (UNPACKED / "usr/lib").glob("*-linux-gnu")]
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(folders), **more} if folders else {**os.environ, **more}


@contextmanager
def errors(process: int, calls: str, error: str, log: Path, *, when: str = "") -> Iterator[None]:
    """Let these system calls of a running process fail for a while; without an error they are only written down."""
    run = [*command(), "-f", "-y", "-s", "16", "-p", str(process), "-o", log, "-e", f"trace={calls}"]
    if error:
        run += ["-e", f"inject={calls}:error={error}{f':when={when}' if when else ''}"]
    with subprocess.Popen(run, stderr=subprocess.PIPE, text=True, env=environment()) as tracer:
        try:
            assert tracer.stderr is not None
            said = tracer.stderr.readline()
            if "attached" not in said:
                pytest.skip(f"NO FAULT WAS PUT INTO SYSTEM CALLS: {said.strip()}; limits stood in")
            yield
        finally:
            tracer.send_signal(signal.SIGINT)  # it lets go, and the process lives on
            tracer.communicate()


def fired(log: Path) -> int:
    """Count the system calls that were made to fail."""
    return log.read_text().count(FIRED)
