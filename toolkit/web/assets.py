"""One style sheet and one script per kind of page, joined when the server starts, named by their content.

The sources stay small files in static/; no Node, no build step. A name that carries its hash may be kept for a year.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort, current_app, request

from toolkit import paths

page = Blueprint("static", __name__)

# What a learner loads stays small; tables and forms of accounts and administration come with the desk sheet only.
CSS = {
    "site": ("fonts", "fonts_names", "tokens", "base", "components", "blocks", "elsewhere", "size", "pages", "print"),
    "lesson": ("fonts", "tokens", "base", "components", "blocks", "tasks", "lesson", "size", "comfort", "print"),
    "law_map": ("law_map",),
    "poster": ("poster",),
    "desk": (
        "fonts",
        "fonts_names",
        "tokens",
        "base",
        "components",
        "blocks",
        "elsewhere",
        "size",
        "pages",
        "desk",
        "print",
    ),
}
# Files in brackets share their names; each other file keeps its own to itself.
JS: dict[str, tuple[str | tuple[str, ...], ...]] = {
    "page": ("exit", "help", "size"),
    "lesson": ("exit", "help", ("drag", "lesson", "tasks"), "copy", "size", "listen"),
    "quiet": ("exit", "help", "copy", "size", "listen"),
    "quiz": ("exit", "help", "size", ("drag", "quiz")),
    "refresher": ("exit", "help", "size", "refreshers"),
    "resume": ("exit", "help", "size", "copy"),
    "verify": ("exit", "help", "size", ("payload", "verify")),
    "desk": ("exit", "help", "size", "copy"),
}
_NOT_SENT_ALONE = ("css/", "js/", "checker/", "fonts/pdf/")
_TEXT = {".css", ".js", ".svg", ".json"}
_KEEP = "public, max-age=31536000, immutable"


@dataclass(frozen=True)
class Asset:
    """One file ready to send, plain and compressed."""

    name: str
    kind: str
    body: bytes
    packed: bytes | None


def asset(path: str) -> str:
    """Give the address of a static file, with its hash: icons/sprite.svg -> /static/icons/sprite.1a2b3c4d.svg."""
    return f"/static/{_names()[path]}"


@page.get("/static/<path:name>")
def file(name: str) -> Response:
    """Serve one static file under its hashed name."""
    found = _assets().get(name)
    if found is None:
        abort(404)
    packed = found.packed is not None and "gzip" in request.headers.get("Accept-Encoding", "")
    response = current_app.response_class(found.packed if packed else found.body, mimetype=found.kind)
    response.headers["Cache-Control"] = _KEEP
    if found.packed is not None:
        response.headers["Vary"] = "Accept-Encoding"
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    return response


@cache
def _all() -> dict[str, Asset]:
    """Read every static file once; map plain paths to assets."""
    found: dict[str, Asset] = {}
    for path in sorted(paths.STATIC.rglob("*")):
        name = path.relative_to(paths.STATIC).as_posix()
        if path.is_file() and not name.startswith(_NOT_SENT_ALONE) and path.suffix in _SENT:
            found[name] = _asset(name, path.read_bytes())
    for sheet, files in CSS.items():
        style = b"".join(read("css", part, "css") for part in files)
        style = re.sub(
            rb'url\("?\.\./([^")]+)"?\)', lambda m: b'url("../' + found[m[1].decode()].name.encode() + b'")', style
        )
        found[f"css/{sheet}.css"] = _asset(f"css/{sheet}.css", tight(lean(style)))
    for kind, parts in JS.items():
        rooms = [(part,) if isinstance(part, str) else part for part in parts]
        script = b"\n".join(joined([read("js", part, "js") for part in room]) for room in rooms)
        found[f"js/{kind}.js"] = _asset(f"js/{kind}.js", script)
    return found


def joined(sources: Sequence[bytes]) -> bytes:
    """Join scripts that share their names, in a block that keeps these from all other scripts, without comments."""
    return lean(b"{\n" + b"\n".join(sources) + b"\n}")


_SENT = {".css", ".js", ".svg", ".woff2", ".json", ".png", ".ico"}


@cache
def _assets() -> dict[str, Asset]:
    return {found.name: found for found in _all().values()}


@cache
def _names() -> dict[str, str]:
    return {plain: found.name for plain, found in _all().items()}


def read(folder: str, part: str, suffix: str) -> bytes:
    """Read one source file of static/."""
    path: Path = paths.STATIC / folder / f"{part}.{suffix}"
    return path.read_bytes() if path.exists() else b""


def tight(style: bytes) -> bytes:
    """Take the spaces out of a style sheet that only people need; selectors keep theirs."""
    style = re.sub(rb"(?<=[;,{]) | (?=\{)", b"", style)
    return re.sub(rb": (?=[^{}]*[;}])", b":", style).replace(b"\n", b"").replace(b";}", b"}")


def lean(text: bytes) -> bytes:
    """Leave comments and indentation at home; they are for us, not for a phone."""
    text = re.sub(rb"/\*.*?\*/", b"", text, flags=re.DOTALL)
    lines = (line.strip() for line in text.splitlines())
    return b"\n".join(line for line in lines if line and not line.startswith(b"// ")) + b"\n"


def _asset(name: str, body: bytes) -> Asset:
    stem, _, suffix = name.rpartition(".")
    digest = hashlib.sha256(body).hexdigest()[:8]
    kind = "text/javascript" if suffix == "js" else mimetypes.guess_type(name)[0] or "application/octet-stream"
    if suffix == "woff2":
        kind = "font/woff2"
    packed = gzip.compress(body, 9, mtime=0) if f".{suffix}" in _TEXT else None
    return Asset(f"{stem}.{digest}.{suffix}", kind, body, packed)
