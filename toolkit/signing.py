"""The keys of the site and what is done with them: signing certificates, check values, keys by purpose.

A key file is raw bytes, mode 0600, made once and never overwritten half-way. The surprise: the private
signing key may be lost or replaced, and every certificate still verifies with the public keys we keep.
"""

import base64
import fcntl
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from toolkit.rules.certificate_keys import KeyState

KEY_BYTES = 32
KEY_ID_BYTES = 4
SERVER_KEY_FILE = "server.key"
SIGNING_KEY_FILE = "signing.key"


class KeyFileError(Exception):
    """A key file does not hold a key; the message names the file."""


@dataclass(frozen=True)
class PublicKey:
    """One key with which certificates were signed; `public` are the 32 raw bytes, `since` when the state began."""

    key_id: bytes
    public: bytes
    state: KeyState
    since: date
    made: date | None = None


@dataclass(frozen=True, repr=False)
class Keys:
    """The private keys of this site; never printed, logged or exported."""

    server: bytes
    signing: Ed25519PrivateKey
    folder: Path

    @cached_property
    def public(self) -> bytes:
        """The public half of the signing key, 32 raw bytes."""
        return self.signing.public_key().public_bytes_raw()

    @cached_property
    def key_id(self) -> bytes:
        """The four bytes by which payloads name the signing key."""
        return key_id(self.public)


def load_keys(folder: Path) -> Keys:
    """Read the keys from the folder, or make them there the first time, whoever comes first; raises KeyFileError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    server = _load_or_create(folder / SERVER_KEY_FILE)
    return Keys(server, Ed25519PrivateKey.from_private_bytes(_load_or_create(folder / SIGNING_KEY_FILE)), folder)


def replace_signing_key(folder: Path, *, instead_of: bytes | None = None) -> Keys:
    """Put a new signing key in the place of the old one in one step; the old private key is gone for good.

    ``instead_of``: the id of the key that is to go; when another process was first, its new key is given. A process
    that is killed here leaves the old key or the new one, never none.
    """
    path = folder / SIGNING_KEY_FILE
    with _alone(folder):
        now_there = load_keys(folder)
        if instead_of is not None and now_there.key_id != instead_of:
            return now_there
        for left_over in folder.glob(f".{SIGNING_KEY_FILE}.*"):
            left_over.unlink(missing_ok=True)  # of a process that was killed: a key that nobody has used
        _write_beside(path).replace(path)
        _sync_folder(folder)
        return load_keys(folder)


def derive(server_key: bytes, purpose: str) -> bytes:
    """Give every purpose a key of its own (HKDF-SHA-256, 32 bytes), so that one never speaks for another."""
    extracted = hmac.digest(b"workplace-learning-toolkit", server_key, "sha256")
    return hmac.digest(extracted, purpose.encode() + b"\x01", "sha256")


def name_check(server_key: bytes, code: str, folded: str) -> bytes:
    """Make what is kept of a name, HMAC-SHA-256 over code and folded name, 32 bytes: no name comes back out of it."""
    return hmac.digest(derive(server_key, "certificate name"), f"{code}\0{folded}".encode(), "sha256")


def same_check(kept: bytes, given: bytes) -> bool:
    """Compare two check values in a time that does not tell where they differ."""
    return hmac.compare_digest(kept, given)


def key_id(public: bytes) -> bytes:
    """Name a key by the first four bytes of the SHA-256 of its public half."""
    return hashlib.sha256(public).digest()[:KEY_ID_BYTES]


def sign(keys: Keys, signed: bytes) -> bytes:
    """Sign with Ed25519, 64 bytes; the same bytes give the same signature."""
    return keys.signing.sign(signed)


def verify(signed: bytes, signature: bytes, named: bytes, public_keys: Mapping[bytes, bytes]) -> bool:
    """Accept a signature when the key it names is known and made it; the state of the key is asked elsewhere.

    `named`: the key id, four bytes. `public_keys`: 32 raw bytes by key id.
    """
    public = public_keys.get(named)
    if public is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except InvalidSignature:
        return False
    return True


def public_keys_json(rows: Iterable[PublicKey]) -> str:
    """Write what /keys.json says: each key with its id (hex), public half (base64url), state, since when, day made."""
    keys = [
        {
            "kid": row.key_id.hex(),
            "public": base64.urlsafe_b64encode(row.public).rstrip(b"=").decode(),
            "state": row.state.value,
            "since": row.since.isoformat(),
            "made": row.made.isoformat() if row.made else None,
        }
        for row in rows
    ]
    return json.dumps({"keys": keys}, separators=(",", ":"))


def _load_or_create(path: Path) -> bytes:
    """Read the key; when there is none, write one aside and link it in, so that of two starters one wins."""
    if not path.exists():
        fresh = _write_beside(path)
        try:
            os.link(fresh, path)
        except (FileExistsError, FileNotFoundError):
            pass  # another process was first: its key is the key
        finally:
            fresh.unlink(missing_ok=True)
        _sync_folder(path.parent)
    _clear_away(path)
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        hint = "put the backup back"
        if path.name == SIGNING_KEY_FILE:
            hint += ", or move the file away: a new key is made, and what the old one signed still verifies"
        raise KeyFileError(f"{path}: a key has {KEY_BYTES} bytes, this file has {len(key)}; {hint}")
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return key


def _clear_away(path: Path) -> None:
    """Delete what a killed process has left beside a key: one that nobody has used. Not while keys are exchanged."""
    left_over = list(path.parent.glob(f".{path.name}.*"))
    if left_over and path.exists():
        with suppress(BlockingIOError), _alone(path.parent, wait=False):
            for key in left_over:
                key.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Let one process at a time change the keys of a folder; a process that dies lets go."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _write_beside(path: Path) -> Path:
    """Write a new random key to a file of its own, on disk before it gets its name."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secrets.token_bytes(KEY_BYTES))
        os.fsync(handle)
    finally:
        os.close(handle)
    return fresh


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
