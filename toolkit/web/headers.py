"""Headers that every answer carries, errors and files too, and gzip for pages."""

import gzip

from flask import Flask, Response, request

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
ALWAYS = [
    ("Content-Security-Policy", CSP),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=()"),
]
PACK_FROM_BYTES = 500


def init(app: Flask) -> None:
    """Add the headers and compress pages; what changes with the reader must ask the server each time (no-store)."""

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.extend(ALWAYS)
        headers.setdefault("Cache-Control", "no-store")
        if app.extensions["settings"].secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if _packable(response):
            response.set_data(gzip.compress(response.get_data(), 5, mtime=0))
            headers["Content-Encoding"] = "gzip"
            headers.add("Vary", "Accept-Encoding")
        return response


def _packable(response: Response) -> bool:
    return (
        response.mimetype in {"text/html", "application/json"}
        and not response.direct_passthrough
        and "Content-Encoding" not in response.headers
        and "gzip" in request.headers.get("Accept-Encoding", "")
        and (response.content_length or 0) > PACK_FROM_BYTES
    )
