"""A class of 200 at one server: browsers with their own kept-open connections, all sending in the same moment."""

import http.client
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

CLASS = 200
PATIENCE_SECONDS = 60


@dataclass
class Browser:
    """One kept-open connection and the device cookie in it."""

    connection: http.client.HTTPConnection
    device: str = ""

    def request(self, method: str, path: str, values: Mapping[str, Any] | None = None) -> tuple[int, str, str]:
        """Send one request; give status, where it leads, and the text."""
        headers = {"Accept": "text/html", "Cookie": "lang=en" + (f"; device={self.device}" if self.device else "")}
        if values is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode(values, doseq=True) if values is not None else None
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode(errors="replace")
        return (
            answer.status,
            answer.headers.get("Location", ""),
            text + "\n".join(answer.headers.get_all("Set-Cookie") or []),
        )


def browsers(url: str, devices: Sequence[str]) -> list[Browser]:
    """Open one connection for each device token."""
    port = urlsplit(url).port
    return [
        Browser(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS), device) for device in devices
    ]


def at_once(
    crowd: Sequence[Browser], posts: Sequence[tuple[str, Mapping[str, Any]]], opened: str = "/en/verify"
) -> tuple[list[tuple[int, str, str]], float]:
    """Let each browser open a page, then all send their posts in one moment.

    Gives the answers and the seconds from that moment to the last of them.
    """
    answers: list[Any] = [None] * len(crowd)
    ready = threading.Barrier(len(crowd) + 1)

    def one(n: int) -> None:
        try:
            try:
                answers[n] = crowd[n].request("GET", opened)
            finally:
                ready.wait(PATIENCE_SECONDS)
            answers[n] = crowd[n].request("POST", *posts[n])
        except (OSError, http.client.HTTPException) as error:
            answers[n] = (0, type(error).__name__, str(error))

    threads = [threading.Thread(target=one, args=(n,)) for n in range(len(crowd))]
    for thread in threads:
        thread.start()
    ready.wait(PATIENCE_SECONDS)
    start = time.monotonic()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - start
    for browser in crowd:
        browser.connection.close()
    return answers, seconds
