"""A server between browser and site: it sees every request that is made, and holds Exit back as a bad network does."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import urlsplit

HELD_SECONDS = 3
HOP = {"connection", "keep-alive", "transfer-encoding"}


@dataclass
class Slow:
    """Its address; what was asked so far; `held`: asked to leave; `free` lets that answer go early; `gone`: it went."""

    url: str
    held: Event = field(default_factory=Event)
    free: Event = field(default_factory=Event)
    gone: Event = field(default_factory=Event)
    asked: list[str] = field(default_factory=list)


@contextmanager
def slow_site(behind: str) -> Iterator[Slow]:
    """Pass everything on at once, but what ends in /leave only after three seconds."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            slow.asked.append(self.path)
            if self.path.endswith("/leave"):
                slow.held.set()
                slow.free.wait(HELD_SECONDS)
                slow.gone.set()
            length = int(self.headers.get("Content-Length") or 0)
            upstream = http.client.HTTPConnection(urlsplit(behind).netloc, timeout=20)
            upstream.request(self.command, self.path, self.rfile.read(length), dict(self.headers))
            answer = upstream.getresponse()
            body = answer.read()
            upstream.close()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP | {"content-length"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name is the library's

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    slow = Slow(f"http://127.0.0.1:{server.server_port}")
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield slow
    finally:
        slow.free.set()
        server.shutdown()
        server.server_close()
