"""What a client library would never send, over a socket to the real server: no fault, no other host."""

import re
import socket
from contextlib import suppress
from urllib.parse import urlsplit

from tests.servers import Server


def raw(server: Server, request: bytes) -> bytes:
    """Send bytes over a socket and read what comes until the server closes or has nothing more to say."""
    parts = urlsplit(server.url)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=2) as line:
        found = b""
        with suppress(ConnectionError):  # closed before all of it was said, as it may be
            line.sendall(request)
            line.shutdown(socket.SHUT_WR)
            while more := line.recv(65536):
                found += more
        return found


def test_tricks_on_the_wire_stay_here(live_site: Server):
    """What a client library would never send: absolute addresses, two names, none, folded lines, lies about length."""
    host = live_site.url.removeprefix("http://").encode()
    good = b"Host: " + host + b"\r\n"
    wire = [
        b"GET http://evil.example/en HTTP/1.1\r\n" + good,
        b"GET http://evil.example/en HTTP/1.1\r\nHost: evil.example\r\n",
        b"GET //evil.example/%2e%2e HTTP/1.1\r\n" + good,
        b"GET /en HTTP/1.1\r\nHost: evil.example\r\n" + good,
        b"GET /en HTTP/1.1\r\n" + good + b"Host: evil.example\r\n",
        b"GET /en HTTP/1.1\r\n",
        b"GET /en HTTP/1.1\r\nHost:\r\n",
        b"GET /en HTTP/1.0\r\n",
        b"GET /en HTTP/1.1\r\n" + good + b" evil.example\r\n",
        b"GET /en\r\n",
        b"GET /en HTTP/9.9\r\n" + good,
        b"GET /en?\xff\xfe HTTP/1.1\r\n" + good,
        b"GET /\xff\xfe HTTP/1.1\r\n" + good,
        b"GET /en/leave?\xff HTTP/1.1\r\n" + good,
        b"GET /\0 HTTP/1.1\r\n" + good,
        b"GET evil.example HTTP/1.1\r\n" + good,
        b"OPTIONS * HTTP/1.1\r\n" + good,
        b"CONNECT evil.example:443 HTTP/1.1\r\n" + good,
        b"POST /en/verify HTTP/1.1\r\nContent-Length: 10\r\n" + good,
        b"POST /en/verify HTTP/1.1\r\nContent-Length: -1\r\n" + good,
        b"POST /en/verify HTTP/1.1\r\nContent-Length: 9999999999999999999999\r\n" + good,
        b"POST /en/verify HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n" + good,
        b"POST /en/verify HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n" + good,
        b"POST /en/verify HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + good + b"\r\nZZ\r\n",
        b"POST /en/verify HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + good + b"\r\nFFFFFFFFFFFFFFFF\r\nx",
        b"POST /en/verify HTTP/1.1\r\n"
        + good
        + b"Content-Type: multipart/form-data; boundary=\xff\r\nContent-Length: 4\r\n",
        b"GET /en HTTP/1.1\r\n" + good + b"X: " + b"a" * 300_000 + b"\r\n",
        b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\n" + good,
        b"GET /en HTTP/1.1\r\n" + good + b"X: y\r\n" * 3000,
        b"GET /en HTTP/1.1\r\n" + good + b"Cookie: device=" + b"x" * 60_000 + b"\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"\r\n\r\n\r\n",
    ]
    for request in wire:
        answer = raw(live_site, request + b"\r\n")
        status = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
        assert status is None or not status[1].startswith(b"5"), (request[:80], answer[:200])
        for place in re.findall(rb"(?im)^location:\s*(.*?)\r?$", answer):
            assert re.match(rb"/(?![/\\])", place), (request[:80], place)
        assert b'href="//evil' not in answer, request[:80]
        assert b"http://evil" not in answer, request[:80]
    assert raw(live_site, b"GET /healthz HTTP/1.0\r\n" + good + b"\r\n").endswith(b"ok\n"), "it still answers"
    log = live_site.log.read_text()
    assert "request_failed" not in log
    assert "Traceback" not in log
    assert "evil" not in log
