"""The outside of a backup file: its two lines, its chunks and how they are sealed. What is inside: archive/__init__.py.

A chunk is four bytes of length and so many bytes; a length of nothing ends them, and the SHA-256 of all of it follows.
"""

import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

LAYOUT = b"Workplace Learning Toolkit backup, layout 1\n"
CHUNK = 1024 * 1024
END = bytes(4)
_TAG = 16
_MOST_HEADER = 1000


class ArchiveError(Exception):
    """The file cannot be written or used; the message says why in one sentence."""


class ForeignFileError(ArchiveError):
    """The file is no backup of this program, or one of a layout that this version does not know."""


class DamagedError(ArchiveError):
    """The file is a backup, and a part of it is missing or changed."""


class PassphraseError(ArchiveError):
    """The passphrase is missing or is not the one that the file was sealed with."""


@dataclass(frozen=True)
class Header:
    """What can be read without the passphrase: when it was made, and whether it is sealed."""

    made_at: datetime
    sealed: bool
    salt: bytes
    line: bytes


def header(file: BinaryIO) -> Header:
    """Read the first two lines; raises ForeignFileError or DamagedError."""
    if file.read(len(LAYOUT)) != LAYOUT:
        raise ForeignFileError("this is not a backup that this version of the toolkit can read")
    line = file.readline(_MOST_HEADER)
    try:
        said = json.loads(line)
        found = Header(datetime.fromisoformat(said["made_at"]), bool(said["sealed"]), bytes.fromhex(said["salt"]), line)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedError("the file is damaged at its beginning") from error
    if found.made_at.tzinfo is None or not line.endswith(b"\n"):
        raise DamagedError("the file is damaged at its beginning")
    return found


def cipher(header: Header, passphrase: str | None) -> AESGCM | None:
    """Make the key from the passphrase (64 MB of memory for a moment); None for a file that is not sealed.

    Raises PassphraseError when one is needed and not given, or given and not needed: who expects a sealed file must
    not be handed another one.
    """
    if not header.sealed:
        if passphrase:
            raise PassphraseError(
                "the backup is not sealed, so anybody could have made it; give no passphrase to use it"
            )
        return None
    if not passphrase:
        raise PassphraseError("the backup is sealed: its passphrase is needed")
    # The costs belong to the layout and are not read from the file: no file can ask for more memory.
    key = Scrypt(salt=header.salt, length=32, n=2**16, r=8, p=2).derive(passphrase.encode())
    return AESGCM(key)


def cut(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Cut a stream into chunks of the same size; the last one may be shorter."""
    kept = bytearray()
    for piece in pieces:
        kept += piece
        while len(kept) > CHUNK:
            yield bytes(kept[:CHUNK])
            del kept[:CHUNK]
    yield bytes(kept)


def sealed(chunks: Iterator[bytes], header: Header, cipher: AESGCM | None) -> Iterator[bytes]:
    """Seal each chunk with its number, the first lines, and whether it is the last: none can be left out or moved."""
    before, number = next(chunks), 0
    for chunk in chunks:
        yield cipher.encrypt(_nonce(number), before, b"more" + header.line) if cipher else before
        before, number = chunk, number + 1
    yield cipher.encrypt(_nonce(number), before, b"last" + header.line) if cipher else before


def opened(file: BinaryIO, header: Header, cipher: AESGCM | None) -> Iterator[bytes]:
    """Give the chunks again, up to the end mark; raises DamagedError or PassphraseError."""
    most, number = CHUNK + (_TAG if header.sealed else 0), 0
    length = int.from_bytes(file.read(4), "big")
    while length:
        if length > most:
            raise DamagedError("the file is damaged: a chunk is too long")
        chunk, following = file.read(length), file.read(4)
        how = b"last" if following == END else b"more"
        try:
            yield cipher.decrypt(_nonce(number), chunk, how + header.line) if cipher else chunk
        except InvalidTag as error:
            if number == 0:
                raise PassphraseError("the passphrase is not the one that this backup was sealed with") from error
            raise DamagedError("the file is damaged: a chunk is not what was sealed") from error
        length, number = int.from_bytes(following, "big"), number + 1


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")  # the key is this file's alone: its salt is random


def inflated(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Inflate, never more than a chunk at a time, whatever the stream would become."""
    unpacker = zlib.decompressobj()
    waiting = b""
    try:
        while not unpacker.eof:
            if not waiting and not (waiting := next(chunks, b"")):
                raise DamagedError("the file ends too early")
            data = unpacker.decompress(waiting, CHUNK)
            waiting = unpacker.unconsumed_tail
            if data:
                yield data
        if unpacker.unused_data or next(chunks, b""):
            raise DamagedError("something follows what was packed")
    except zlib.error as error:
        raise DamagedError("the file is damaged: it does not unpack") from error
