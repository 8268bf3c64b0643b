"""A server that dies as planned and is started again on the same data, and a learner who sends until she is heard."""

import http.client
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlencode, urlsplit

import psutil

from tests import servers
from tests.visit import FoundForm, forms

INSIDE = Path(__file__).parent / "inside"
PATIENCE_SECONDS = 120


@dataclass
class Keeper:
    """Starts the server again each time it has died, with the next plan of how it will die.

    A plan is one of inside/sitecustomize.py, or "sent:20": killed from outside the moment the 20th post of this
    life has been sent and is not yet answered.
    """

    folder: Path
    env: dict[str, str]
    plans: list[str]
    kills: list[str] = field(default_factory=list)
    starts_cpu: list[float] = field(default_factory=list)
    lost_connections: int = 0

    def __post_init__(self) -> None:
        self.port = servers.free_port()
        self.up = threading.Event()
        self._lock = threading.Lock()
        self._stopping = False
        self._watch = threading.Thread(target=self._keep, daemon=True)
        self.failed: BaseException | None = None

    def __enter__(self) -> Self:
        self._watch.start()
        self.wait()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopping = True
        self.server.kill()
        self._watch.join(PATIENCE_SECONDS)

    def wait(self) -> None:
        """Wait until the server answers again."""
        assert self.up.wait(PATIENCE_SECONDS), "the server did not come back"
        if self.failed is not None:
            raise self.failed

    def sent(self) -> None:
        """Count a post that is on its way; kill the server when it is the planned one."""
        with self._lock:
            self._left -= 1
            if self._left == 0:
                self.server.process.kill()

    def missed(self) -> None:
        """Count a connection that broke before an answer came, and wait for the server."""
        with self._lock:
            self.lost_connections += 1
        if self.server.process.poll() is not None:
            self.up.clear()
        self.wait()

    def _keep(self) -> None:
        try:
            while not self._stopping:
                plan = self.plans[len(self.kills)] if len(self.kills) < len(self.plans) else ""
                moment, _, count = plan.partition(":")
                self._left = int(count) if moment == "sent" else -1
                path = os.pathsep.join([str(INSIDE), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
                inside = {"TOOLKIT_DIE": plan, "PYTHONPATH": path} if plan and moment != "sent" else {}
                self.server = servers.start(self.folder, self.port, **{**self.env, **inside})
                times = psutil.Process(self.server.process.pid).cpu_times()
                self.starts_cpu.append(times.user + times.system)
                self.up.set()
                self.server.process.wait()
                if not self._stopping:
                    self.kills.append(plan)
        except BaseException as error:  # noqa: BLE001 - told to whoever waits
            self.failed = error
            self.up.set()


@dataclass
class Learner:
    """A browser that keeps the client key and body of what it sends until an answer has come."""

    keeper: Keeper
    cookies: dict[str, str] = field(default_factory=dict)
    at: str = "/en/"
    acknowledged: list[tuple[str, str]] = field(default_factory=list)

    def get(self, path: str) -> str:
        """Open a page; give its HTML."""
        status, location, body = self._until_heard("GET", path, "")
        self.at = path.partition("#")[0]
        return self.get(location) if status in {302, 303} else body.decode()

    def form(self, html: str, having: str) -> FoundForm:
        """Find the form that has a field."""
        return next(f for f in forms(html) if having in f.fields or having in f.options or f.id == having)

    def send(self, found: FoundForm, values: dict[str, object]) -> str:
        """Send a form until it is acknowledged; follow the redirect. Gives the page it leads to."""
        body = urlencode({**found.fields, **values}, doseq=True)
        to = found.action.partition("#")[0] or self.at
        status, location, answer = self._until_heard("POST", to, body)
        assert status in {200, 303}, (status, to, answer.decode(errors="replace")[:2000])
        self.acknowledged.append((to, found.fields["key"][0]))
        return self.get(location) if location else answer.decode(errors="replace")

    def _until_heard(self, method: str, path: str, body: str) -> tuple[int, str, bytes]:
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            self.keeper.wait()
            try:
                return self._once(method, path, body)
            except (OSError, http.client.HTTPException):
                self.keeper.missed()
        raise AssertionError(f"{method} {path} was never answered")

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.keeper.port, timeout=60)

    def _once(self, method: str, path: str, body: str) -> tuple[int, str, bytes]:
        connection = self._connection()
        try:
            headers = {"Accept": "text/html", "Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
            if method == "POST":
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, urlsplit(path).path, body or None, headers)
            if method == "POST":
                self.keeper.sent()
            answer = connection.getresponse()
            content = answer.read()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                name, _, value = cookie.partition(";")[0].partition("=")
                self.cookies[name] = value
            return answer.status, answer.headers.get("Location", ""), content
        finally:
            connection.close()


def together(*jobs: Callable[[], None]) -> None:
    """Run jobs at the same time, each in a thread; raise the first error of any."""
    errors: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - raised again below
            errors.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


@contextmanager
def on(folder: Path, url: str, plans: list[str]) -> Iterator[Keeper]:
    """Keep a server on a database for a while."""
    with Keeper(folder, {"DATABASE_URL": url}, plans) as keeper:
        yield keeper


def new_key() -> str:
    """Give a client key as a page would hold it."""
    return secrets.token_hex(16)
