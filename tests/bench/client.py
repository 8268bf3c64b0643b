"""Asking the measured server, and the CPU that it takes for it."""

import http.client
import re
import statistics
import time
from collections.abc import Callable, Sequence


class Client:
    """One keep-alive connection with a device cookie; fast enough to leave the server the busy one."""

    def __init__(self, port: int, token: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Accept": "text/html"}
        self.given = ""  # the device token that an answer brought last
        self.be(token)

    def be(self, token: str) -> None:
        """Become the person of a device token; the connection stays."""
        self.headers["Cookie"] = f"lang=en{'; device=' + token if token else ''}"

    def get(self, path: str) -> bytes:
        """Fetch a page, as a browser that takes gzip."""
        self.connection.request("GET", path, headers={**self.headers, "Accept-Encoding": "gzip"})
        return self._read(200)

    def text(self, path: str) -> str:
        """Fetch a page as text."""
        self.connection.request("GET", path, headers=self.headers)
        return self._read(200).decode()

    def post(self, path: str, body: str, status: int = 303) -> bytes:
        """Send a form."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request("POST", path, body, {**self.headers, **kind})
        return self._read(status)

    def _read(self, status: int) -> bytes:
        answer = self.connection.getresponse()
        body = answer.read()
        if brought := re.search(r"\bdevice=([^;]+)", " ".join(answer.headers.get_all("Set-Cookie", []))):
            self.given = brought[1]
        if answer.status != status:
            raise RuntimeError(f"{answer.status} instead of {status}: {body[:300]!r}")
        return body


def cpu(process: int, work: Callable[[], int]) -> float:
    """Measure the CPU per request of a process, by its id, in milliseconds while the work runs."""
    clock = (~process << 3) | 2  # the CPU clock of another process, to the nanosecond (clock_getcpuclockid of POSIX)
    before = time.clock_gettime_ns(clock)
    count = work()
    return (time.clock_gettime_ns(clock) - before) / count / 1e6


def against(process: int, floor: Callable[[], int], slices: Sequence[Callable[[], int]]) -> tuple[float, float]:
    """Run the floor's work before each slice of ours: give both CPU times per request, in milliseconds.

    A core's speed drifts within seconds; slices of some hundredths of a second are measured at the same speed.
    """
    pairs = [(cpu(process, floor), cpu(process, ours)) for ours in slices]
    return statistics.fmean(one for one, _ in pairs), statistics.fmean(one for _, one in pairs)


def repeat(client: Client, path: str, count: int) -> Callable[[], int]:
    """Ask for one page so many times."""

    def work() -> int:
        for _ in range(count):
            client.get(path)
        return count

    return work


def sliced(prepared: list[tuple[str, str, str]], size: int) -> list[list[tuple[str, str, str]]]:
    """Cut prepared forms into slices."""
    return [prepared[start : start + size] for start in range(0, len(prepared), size)]


def posts(client: Client, prepared: list[tuple[str, str, str]], status: int = 303) -> Callable[[], int]:
    """Send prepared forms over one connection, each once: (device token, path, body)."""

    def work() -> int:
        for token, path, body in prepared:
            client.be(token)
            client.post(path, body, status)
        return len(prepared)

    return work
