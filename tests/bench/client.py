"""Asking the measured server, and the CPU that it takes for it."""

import http.client
import re
from collections.abc import Callable

import psutil


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


def cpu(process: psutil.Process, work: Callable[[], int]) -> float:
    """Measure the server's CPU per request in milliseconds while the work runs."""
    before = process.cpu_times()
    count = work()
    after = process.cpu_times()
    return (after.user + after.system - before.user - before.system) / count * 1000


def repeat(client: Client, path: str, count: int) -> Callable[[], int]:
    """Ask for one page so many times."""

    def work() -> int:
        for _ in range(count):
            client.get(path)
        return count

    return work


def posts(port: int, prepared: list[tuple[str, str, str]], status: int = 303) -> Callable[[], int]:
    """Send prepared forms, each once: (device token, path, body)."""
    client = Client(port)  # one connection for all: waitress keeps a hundred at most

    def work() -> int:
        for token, path, body in prepared:
            client.be(token)
            client.post(path, body, status)
        return len(prepared)

    return work
