"""Pages that are kept rendered and kept compressed; only a form's tokens are new each time.

A gzip stream is put together from deflated parts that never change and stored blocks for what does. That costs a
fraction of compressing anew. Tokens are new for each form, so that compression tells nothing of them (BREACH).
The surprise: each hole has a fixed length, so that a later part may point back across it.
Source of the format: RFC 1951 (3.2.4 stored blocks) and RFC 1952.
"""

import re
import struct
import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

KEPT_PAGES = 200
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # gzip, deflate, no name, no time
_END = b"\x03\x00"  # an empty last block
_STORED_LIMIT = 0xFFFF
_EMPTY = b"\x00\x00\xff\xff"  # length and its complement of the empty stored block that ends a flush


@dataclass(frozen=True)
class Part:
    """A piece of a page that never changes: as it is, and deflated to a byte boundary."""

    raw: bytes
    deflated: bytes


@dataclass(frozen=True)
class Hole:
    """A place that is filled anew each time: the mark that stands for it until then, and how many bytes it takes."""

    mark: str
    size: int


@dataclass(frozen=True)
class KeptPage:
    """A rendered page cut at the places that are new each time."""

    parts: tuple[Part, ...]
    holes: tuple[Hole, ...]

    def plain(self, pieces: Sequence[bytes]) -> bytes:
        """Give the page with its pieces put in."""
        out = [self.parts[0].raw]
        for piece, part in zip(pieces, self.parts[1:], strict=True):
            out += [piece, part.raw]
        return b"".join(out)

    def packed(self, pieces: Sequence[bytes]) -> bytes:
        """Give the same page as a gzip stream; raises ValueError when a piece has another length than its hole."""
        if any(len(piece) != hole.size for piece, hole in zip(pieces, self.holes, strict=True)):
            raise ValueError("a piece does not fit its hole")
        listed = [self.parts[0]]
        for piece, part in zip(pieces, self.parts[1:], strict=True):
            listed += [Part(piece, stored(piece)), part]  # the block itself was begun by the part before it
        return stream(listed)


@dataclass(frozen=True)
class Frame:
    """A kept frame: its text and the names of its slots in turn, and the tail after the last slot, deflated."""

    text: tuple[str, ...]
    tail: Part


def stream(parts: Sequence[Part]) -> bytes:
    """Put deflated parts together to one gzip stream; a part may point back into those before it only."""
    checksum = size = 0
    for part in parts:
        checksum = zlib.crc32(part.raw, checksum)
        size += len(part.raw)
    trailer = struct.pack("<II", checksum, size & 0xFFFFFFFF)
    return b"".join([_HEADER, *(part.deflated for part in parts), _END, trailer])


def deflated(raw: bytes) -> Part:
    """Deflate a piece on its own, to a byte boundary."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return Part(raw, packer.compress(raw) + packer.flush(zlib.Z_FULL_FLUSH))


def cut(html: str, holes: Sequence[Hole]) -> KeptPage:
    """Cut a rendered page at each mark and deflate the pieces."""
    known = {hole.mark: hole for hole in holes}
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS, 9)
    parts, found = [], []
    for place, piece in enumerate(re.split(f"([{''.join(known)}])", html)):
        if place % 2:
            # Bytes that no UTF-8 text holds stand for a hole: nothing outside it can point into it.
            packer.compress(bytes(0xF8 + n % 8 for n in range(known[piece].size)))
            packer.flush(zlib.Z_SYNC_FLUSH)
            found.append(known[piece])
        else:
            raw = piece.encode()
            parts.append(Part(raw, packer.compress(raw) + packer.flush(zlib.Z_SYNC_FLUSH)))
    return KeptPage((*map(_opened, parts[:-1]), parts[-1]), tuple(found))


def _opened(part: Part) -> Part:
    """Let a part end with the beginning of a stored block: the flush wrote an empty one, whose length is cut off."""
    return Part(part.raw, part.deflated[: -len(_EMPTY)] if part.deflated else b"\x00")


def stored(piece: bytes) -> bytes:
    """Give length and bytes of a stored block that is begun; raises ValueError when it is longer than one may be."""
    if len(piece) > _STORED_LIMIT:
        raise ValueError("longer than a stored block")
    return struct.pack("<HH", len(piece), len(piece) ^ 0xFFFF) + piece


class KeptPages:
    """The last so many kept pages (or frames) of this process."""

    def __init__(self, limit: int = KEPT_PAGES) -> None:
        self._limit = limit
        self._pages: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:  # noqa: ANN401
        """Give a kept page, made the first time; the one not asked for longest makes room."""
        with self._lock:
            found = self._pages.get(key)
            if found is not None:
                self._pages.move_to_end(key)
                return found
        made = make()
        with self._lock:
            self._pages[key] = made
            if len(self._pages) > self._limit:
                self._pages.popitem(last=False)
        return made
