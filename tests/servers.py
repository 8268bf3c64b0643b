"""Starting the real command in a process of its own, and waiting until it answers (never for a fixed time)."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from toolkit.services.modules_seen import NOTE

START_SECONDS = 60
# What was noted of the databases that tests copy, by kind: a server on a copy starts as it would a second time.
NOTES: dict[str, bytes] = {}
PORTS = range(20_000, 30_000)


@dataclass
class Server:
    """A running server: its address, data folder, process and what it has printed so far."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def free_port() -> int:
    """Give a port that nobody listens on, below those that the system lends to whoever connects.

    So it is still free a moment later, and when a server that was killed comes back to it.
    """
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def start(folder: Path, port: int | None = None, **env: str) -> Server:
    """Start `toolkit serve` on a data folder and wait for its first answer."""
    port = port or free_port()
    log = folder / "server.log"
    noted = NOTES.get("postgresql" if env.get("DATABASE_URL", "").startswith("postgresql") else "sqlite")
    if noted is not None and not (folder / NOTE).exists():
        (folder / NOTE).write_bytes(noted)
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "toolkit.cli", "serve"],
            env={**os.environ, "TOOLKIT_DATA": str(folder), "PORT": str(port), **env},
            stdout=out,
            stderr=out,
            cwd=folder,
        )
    server = Server(f"http://127.0.0.1:{port}", folder, process, log)
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text()}")
        try:
            with urllib.request.urlopen(f"{server.url}/readyz", timeout=2) as answer:
                if answer.status == 200:
                    return server
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)  # between two questions, not instead of one
    process.kill()
    raise RuntimeError(f"no answer within {START_SECONDS} s: {log.read_text()}")


@contextmanager
def serve(folder: Path, **env: str) -> Iterator[Server]:
    """Run a server for a while."""
    server = start(folder, **env)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.terminate()
            server.process.wait(timeout=20)
