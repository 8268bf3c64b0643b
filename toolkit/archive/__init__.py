"""The file that a backup is: what it holds, how it is sealed, how damage is found.

A line that names the layout, a line of JSON, chunks, and the SHA-256 of all of it. Inside the chunks: a list of the
parts and the parts, as one zlib stream. With a passphrase each chunk is sealed (scrypt, AES-256-GCM).
"""

import hashlib
import json
import os
import re
import secrets
import shutil
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from toolkit.archive import seal
from toolkit.archive.seal import (
    CHUNK,
    LAYOUT,
    ArchiveError,
    DamagedError,
    ForeignFileError,
    Header,
    PassphraseError,
)

__all__ = [
    "ArchiveError",
    "Contents",
    "DamagedError",
    "ForeignFileError",
    "Header",
    "Part",
    "PassphraseError",
    "Progress",
    "check",
    "header_of",
    "silent",
    "unpack",
    "write",
]

_DIGEST = 32
_MOST_LIST = 16 * CHUNK  # a list of parts, not the parts
# Names of parts become names of files: nothing else fits, so no part can land outside of its folder.
_NAME = re.compile(r"database|server\.key|signing\.key|uploads(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)+")
_MOST_NAME = 200
# What reading somebody else's JSON may end in: no JSON, another shape, an infinite number, a thousand brackets.
_UNREADABLE = (ValueError, KeyError, TypeError, OverflowError, RecursionError)

Progress = Callable[[str, int, int], None]  # what is done, how much of it, of how much


@dataclass(frozen=True)
class Part:
    """One file inside: its name, its size in bytes and its SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Contents:
    """The list of what is inside: what the maker said about it, and the parts in their order."""

    about: Mapping[str, Any]
    parts: tuple[Part, ...]

    @property
    def size(self) -> int:
        """All parts together, in bytes."""
        return sum(part.size for part in self.parts)


def silent(what: str, done: int, total: int) -> None:
    """Report no progress."""
    del what, done, total


def write(
    target: Path,
    sources: Mapping[str, Path],
    *,
    about: Mapping[str, Any],
    made_at: datetime,
    passphrase: str | None,
    progress: Progress = silent,
) -> Contents:
    """Write a new file, mode 0600 and on disk when this returns; never more than a few chunks are in memory.

    Raises FileExistsError when the target is there, ArchiveError when a source changes meanwhile, OSError.
    """
    parts = tuple(Part(name, *_measured(path)) for name, path in sources.items())
    contents = Contents(about, parts)
    if any(not _fits(part.name) for part in parts):
        raise ArchiveError("a file among the uploads has a name that no upload gets; move it away")
    salt = secrets.token_bytes(16)
    said = {"made_at": made_at.isoformat(), "sealed": passphrase is not None, "salt": salt.hex()}
    line = json.dumps(said, separators=(",", ":")).encode() + b"\n"
    header = Header(made_at, passphrase is not None, salt, line)
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        digest = hashlib.sha256()

        def put(data: bytes) -> None:
            digest.update(data)
            out.write(data)

        put(LAYOUT + line)
        pieces = seal.cut(_plain(contents, sources, progress))
        for sealed in seal.sealed(pieces, header, seal.cipher(header, passphrase)):
            put(len(sealed).to_bytes(4, "big"))
            put(sealed)
        put(seal.END)
        out.write(digest.digest())
        out.flush()
        os.fsync(out.fileno())
    return contents


def check(path: Path, progress: Progress = silent) -> Header:
    """Read the whole file once and say what it is; raises ForeignFileError or DamagedError. Needs no passphrase."""
    size = path.stat().st_size
    with path.open("rb") as file:
        header = seal.header(file)
        file.seek(0)
        digest, left = hashlib.sha256(), size - _DIGEST
        while left > 0 and (data := file.read(min(CHUNK, left))):
            digest.update(data)
            left -= len(data)
            progress("Checking the file", size - _DIGEST - left, size - _DIGEST)
        if left != 0 or file.read(_DIGEST + 1) != digest.digest():
            raise DamagedError("the file is damaged: it is not whole, or a part of it was changed")
    return header


def header_of(path: Path) -> Header:
    """Read only the first two lines; raises ForeignFileError or DamagedError."""
    with path.open("rb") as file:
        return seal.header(file)


def unpack(path: Path, folder: Path, *, passphrase: str | None, progress: Progress = silent) -> Contents:
    """Check the file and write its parts into an empty folder, mode 0600, on disk when this returns.

    Raises ForeignFileError, DamagedError, PassphraseError, and ArchiveError when the disk has no room for it.
    """
    header = check(path, progress)
    with path.open("rb") as file:
        file.seek(len(LAYOUT) + len(header.line))
        stream = _Stream(seal.inflated(seal.opened(file, header, seal.cipher(header, passphrase))))
        contents = _list_of(stream)
        if contents.size > shutil.disk_usage(folder).free:
            raise ArchiveError(f"there is no room: {contents.size // CHUNK + 1} MB are needed in {folder}")
        done = 0
        for part in contents.parts:
            for more in _written(folder / part.name, part, stream):
                done += more
                progress("Unpacking", done, contents.size)
        if stream.take(1) or file.tell() != path.stat().st_size - _DIGEST:
            raise DamagedError("the file holds more than its list says")
    return contents


@dataclass
class _Stream:
    """Inflated bytes, taken in pieces of any size."""

    blocks: Iterator[bytes]
    kept: bytes = b""

    def take(self, most: int) -> bytes:
        if not self.kept:
            self.kept = next(self.blocks, b"")
        taken, self.kept = self.kept[:most], self.kept[most:]
        return taken

    def whole(self, size: int) -> bytes:
        found = b""
        while len(found) < size:
            if not (more := self.take(size - len(found))):
                raise DamagedError("the file ends before its list does")
            found += more
        return found


def _written(path: Path, part: Part, stream: _Stream) -> Iterator[int]:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), part.size
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        while left:
            data = stream.whole(min(left, CHUNK))
            digest.update(data)
            out.write(data)
            left -= len(data)
            yield len(data)
        out.flush()
        os.fsync(out.fileno())
    if digest.hexdigest() != part.sha256:
        raise DamagedError(f"the part {part.name} is not what was written")


def _measured(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return file.tell(), digest.hexdigest()


def _plain(contents: Contents, sources: Mapping[str, Path], progress: Progress) -> Iterator[bytes]:
    """Give the bytes to be sealed: one zlib stream of the list's length, the list, the parts."""
    listed = {"about": contents.about, "parts": [vars(part) for part in contents.parts]}
    said = json.dumps(listed, ensure_ascii=False, separators=(",", ":")).encode()
    packer, done = zlib.compressobj(1), 0
    yield packer.compress(len(said).to_bytes(4, "big") + said)
    for part in contents.parts:
        digest = hashlib.sha256()
        with sources[part.name].open("rb") as file:
            while data := file.read(CHUNK):
                digest.update(data)
                yield packer.compress(data)
                done += len(data)
                progress("Writing the file", done, contents.size)
        if digest.hexdigest() != part.sha256:
            raise ArchiveError(f"{part.name} changed while it was read; start again")
    yield packer.flush()


def _list_of(stream: _Stream) -> Contents:
    size = int.from_bytes(stream.whole(4), "big")
    if size > _MOST_LIST:
        raise DamagedError("the list of what is inside is too long")
    try:
        said = json.loads(stream.whole(size))
        parts = tuple(Part(str(p["name"]), int(p["size"]), str(p["sha256"])) for p in said["parts"])
        about = dict(said["about"])
    except _UNREADABLE as error:
        raise DamagedError("the list of what is inside cannot be read") from error
    names = [part.name for part in parts]
    if len(set(names)) != len(names) or any(not _fits(name) for name in names) or any(p.size < 0 for p in parts):
        raise DamagedError("the list names a file that no backup holds")
    return Contents(about, parts)


def _fits(name: str) -> bool:
    return _NAME.fullmatch(name) is not None and len(name) <= _MOST_NAME
