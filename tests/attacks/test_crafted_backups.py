"""Backup files built by hand, their checksums right: refused with a sentence, nothing written outside."""

import hashlib
import json
import zlib
from pathlib import Path
from typing import Any

import pytest

from toolkit import archive
from toolkit.archive import seal

LINE = json.dumps({"made_at": "2026-11-21T10:00:00+00:00", "sealed": False, "salt": "00" * 16}).encode() + b"\n"
EMPTY = hashlib.sha256(b"").hexdigest()


def crafted(folder: Path, listed: bytes, *, line: bytes = LINE, packed: bytes | None = None) -> Path:
    """Write a file as a backup is written, with this list inside (or these packed bytes)."""
    inside = packed if packed is not None else zlib.compress(len(listed).to_bytes(4, "big") + listed)
    whole = archive.seal.LAYOUT + line
    for start in range(0, len(inside), seal.CHUNK):
        chunk = inside[start : start + seal.CHUNK]
        whole += len(chunk).to_bytes(4, "big") + chunk
    whole += seal.END
    path = folder / "crafted.backup"
    path.write_bytes(whole + hashlib.sha256(whole).digest())
    return path


def part(**values: Any) -> bytes:
    return json.dumps({"about": {}, "parts": [{"name": "database", "size": 0, "sha256": EMPTY} | values]}).encode()


LISTS = {
    "no JSON": b"{",
    "bytes": b"\xff\xfe",
    "brackets": b"[" * 200_000,
    "another shape": b"[]",
    "an infinite size": part(size=1).replace(b'"size": 1', b'"size": Infinity'),
    "a size below nothing": part(size=-1),
    "a size that is not there": part(size=10**15),
    "a size of another kind": part(size={}),
    "two of one name": json.dumps(
        {"about": {}, "parts": [{"name": "database", "size": 0, "sha256": EMPTY}] * 2}
    ).encode(),
    "another content": part(sha256="0" * 64),
    **{
        f"the name {name!r}": part(name=name)
        for name in (
            *("../outside", "/outside", "uploads/../../outside", "uploads/..", "uploads//x", "uploads/.hidden", ""),
            *("server.key/x", "database\0", "database\n", "uploads/a\\..\\b", "uploads/" + "a" * 300, "C:outside", "~"),
        )
    },
}


@pytest.mark.parametrize("kind", LISTS)
def test_a_crafted_list_is_refused(tmp_path: Path, kind: str):
    folder = tmp_path / "inside"
    folder.mkdir()
    before = set(tmp_path.iterdir())
    path = crafted(tmp_path, LISTS[kind])
    with pytest.raises(archive.ArchiveError):
        archive.unpack(path, folder, passphrase=None)
    assert set(tmp_path.iterdir()) - before == {path}
    assert not Path("/outside").exists()


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 900 + b"\n",
        b"{}\n",
        b"\n",
        b"x" * 2000 + b"\n",
        LINE.replace(b"+00:00", b""),
        LINE.replace(b"00" * 16, b"zz"),
        LINE[:-1],
    ],
)
def test_a_crafted_beginning_is_refused(tmp_path: Path, line: bytes):
    path = crafted(tmp_path, part(), line=line)
    for read in (archive.check, archive.header_of):
        with pytest.raises(archive.ArchiveError):
            read(path)


def test_a_bomb_is_refused_before_it_is_large(tmp_path: Path):
    """A gigabyte in a megabyte: the list says how much there is, and no more than that is taken."""
    packer = zlib.compressobj(9)
    listed = part()
    packed = packer.compress(len(listed).to_bytes(4, "big") + listed)
    packed += b"".join(packer.compress(bytes(seal.CHUNK)) for _ in range(200)) + packer.flush()
    folder = tmp_path / "inside"
    folder.mkdir()
    with pytest.raises(archive.DamagedError):
        archive.unpack(crafted(tmp_path, b"", packed=packed), folder, passphrase=None)
    assert sum(path.stat().st_size for path in folder.rglob("*")) == 0
    long = zlib.compress((2**32 - 1).to_bytes(4, "big") + bytes(1000))
    with pytest.raises(archive.DamagedError):
        archive.unpack(crafted(tmp_path, b"", packed=long), folder, passphrase=None)
