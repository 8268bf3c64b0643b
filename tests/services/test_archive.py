"""The backup file itself: what goes in comes out; each flipped bit, cut and forged file is refused, none escapes."""

import hashlib
import json
import secrets
import tracemalloc
import zlib
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from toolkit import archive
from toolkit.archive import seal

MADE_AT = datetime(2026, 11, 21, 10, tzinfo=UTC)
PASSPHRASE = "a passphrase for the tests"
FLIPS = 200


@pytest.fixture(params=[PASSPHRASE, None], ids=["sealed", "open"])
def passphrase(request: pytest.FixtureRequest) -> str | None:
    return request.param


@pytest.fixture
def sources(tmp_path: Path) -> dict[str, Path]:
    """Three parts; the first is larger than a chunk and does not compress."""
    inside = {"database": secrets.token_bytes(2_500_000), "server.key": b"k" * 32, "uploads/a/logo.svg": b""}
    folder = tmp_path / "sources"
    for name, content in inside.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return {name: folder / name for name in inside}


def written(tmp_path: Path, sources: dict[str, Path], passphrase: str | None) -> Path:
    file = tmp_path / "one.toolkit"
    archive.write(file, sources, about={"a": "ä"}, made_at=MADE_AT, passphrase=passphrase)
    return file


def empty(tmp_path: Path) -> Path:
    folder = tmp_path / f"out-{secrets.token_hex(4)}"
    folder.mkdir()
    return folder


def test_what_goes_in_comes_out(tmp_path: Path, sources: dict[str, Path], passphrase: str | None):
    file, out, seen = written(tmp_path, sources, passphrase), empty(tmp_path), []
    contents = archive.unpack(file, out, passphrase=passphrase, progress=lambda *said: seen.append(said))
    assert contents.about == {"a": "ä"}
    assert [part.name for part in contents.parts] == list(sources)
    for name, path in sources.items():
        assert (out / name).read_bytes() == path.read_bytes()
        assert (out / name).stat().st_mode & 0o777 == 0o600
    assert seen[-1] == ("Unpacking", contents.size, contents.size)
    header = archive.header_of(file)
    assert (header.made_at, header.sealed) == (MADE_AT, passphrase is not None)


def test_a_sealed_file_shows_nothing_of_what_is_in_it(tmp_path: Path, sources: dict[str, Path]):
    sources["database"].write_bytes(b"canary" * 1000)
    assert b"canary" not in (content := written(tmp_path, sources, PASSPHRASE).read_bytes())
    assert b"logo" not in content
    assert b"server.key" not in content


def test_every_flipped_bit_is_found(tmp_path: Path, sources: dict[str, Path], passphrase: str | None):
    file = written(tmp_path, sources, passphrase)
    whole, random = file.read_bytes(), Random(1)  # noqa: S311 - the same places each time
    # The first lines and the last bytes each, and places anywhere.
    first, last = range(150), range(len(whole) - 40, len(whole))
    places = [*random.sample(first, 40), *random.sample(last, 20), *(random.randrange(len(whole)) for _ in range(140))]
    assert len(places) == FLIPS
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << random.randrange(8)
        file.write_bytes(flipped)
        with pytest.raises((archive.DamagedError, archive.ForeignFileError)):
            archive.check(file)
    out = empty(tmp_path)
    with pytest.raises((archive.DamagedError, archive.ForeignFileError)):
        archive.unpack(file, out, passphrase=passphrase)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("left", [0, 1, 20, 44, 60, 130, 200, 1000, 1_048_576, -1_000_000, -33, -32, -31, -1])
def test_a_cut_file_is_refused(tmp_path: Path, sources: dict[str, Path], left: int):
    file = written(tmp_path, sources, PASSPHRASE)
    file.write_bytes(file.read_bytes()[:left])
    with pytest.raises((archive.DamagedError, archive.ForeignFileError)):
        archive.check(file)


def test_what_is_added_is_refused(tmp_path: Path, sources: dict[str, Path]):
    file = written(tmp_path, sources, PASSPHRASE)
    file.write_bytes(file.read_bytes() + b"\0")
    with pytest.raises(archive.DamagedError):
        archive.check(file)


def resummed(content: bytes) -> bytes:
    """Change a file as somebody would who knows the layout: the sum at the end is right again."""
    return content + hashlib.sha256(content).digest()


@pytest.mark.parametrize("place", [60, 200, 500_000, 1_048_700, 2_000_000, -10])
def test_a_sealed_file_cannot_be_changed_even_by_who_knows_the_layout(
    tmp_path: Path, sources: dict[str, Path], place: int
):
    file = written(tmp_path, sources, PASSPHRASE)
    content = bytearray(file.read_bytes()[:-32])
    content[place] ^= 1
    file.write_bytes(resummed(bytes(content)))
    out = empty(tmp_path)
    with pytest.raises((archive.DamagedError, archive.PassphraseError)):
        archive.unpack(file, out, passphrase=PASSPHRASE)
    assert not (out / "database").exists() or (out / "database").stat().st_size < 2_500_000


def test_chunks_cannot_be_left_out_or_swapped(tmp_path: Path, sources: dict[str, Path]):
    file = written(tmp_path, sources, PASSPHRASE)
    content = file.read_bytes()[:-36]
    start = content.index(b"\n", content.index(b"\n") + 1) + 1
    one = 4 + seal.CHUNK + 16
    chunks = [content[start : start + one], content[start + one : start + 2 * one], content[start + 2 * one :]]
    for changed in ([chunks[0], chunks[2]], [chunks[0], chunks[1]], [chunks[1], chunks[0], chunks[2]]):
        file.write_bytes(resummed(content[:start] + b"".join(changed) + seal.END))
        with pytest.raises((archive.DamagedError, archive.PassphraseError)):
            archive.unpack(file, empty(tmp_path), passphrase=PASSPHRASE)


def test_the_wrong_passphrase_opens_nothing(tmp_path: Path, sources: dict[str, Path]):
    file, out = written(tmp_path, sources, PASSPHRASE), empty(tmp_path)
    for given in ("another passphrase", "", None):
        with pytest.raises(archive.PassphraseError):
            archive.unpack(file, out, passphrase=given)
    assert list(out.iterdir()) == []


def test_who_gives_a_passphrase_is_not_handed_an_open_file(tmp_path: Path, sources: dict[str, Path]):
    with pytest.raises(archive.PassphraseError, match="anybody could have made it"):
        archive.unpack(written(tmp_path, sources, None), empty(tmp_path), passphrase=PASSPHRASE)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04" + bytes(500), b"SQLite format 3\0" * 50, seal.LAYOUT[:-2]])
def test_a_foreign_file_is_named_as_one(tmp_path: Path, content: bytes):
    file = tmp_path / "foreign"
    file.write_bytes(content)
    with pytest.raises(archive.ForeignFileError, match="not a backup"):
        archive.check(file)


def forged(file: Path, parts: list[dict[str, Any]], stream: bytes, more: bytes = b"") -> None:
    """Write an open file by hand."""
    line = json.dumps({"made_at": MADE_AT.isoformat(), "sealed": False, "salt": ""}).encode() + b"\n"
    said = json.dumps({"about": {}, "parts": parts}).encode()
    packed = zlib.compress(len(said).to_bytes(4, "big") + said + stream, 1) + more
    chunks = [packed[n : n + seal.CHUNK] for n in range(0, len(packed), seal.CHUNK)]
    body = b"".join(len(chunk).to_bytes(4, "big") + chunk for chunk in chunks)
    file.write_bytes(resummed(seal.LAYOUT + line + body + seal.END))


def part(name: str, content: bytes = b"x", **changed: Any) -> dict[str, Any]:
    return {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), **changed}


def test_a_forged_file_in_order_is_read(tmp_path: Path):
    """The forger of these tests works: only what is wrong below is refused."""
    forged(tmp_path / "f", [part("database")], b"x")
    assert archive.unpack(tmp_path / "f", empty(tmp_path), passphrase=None).size == 1


NAMES = [
    "../database",
    "/etc/passwd",
    "uploads/../x",
    "uploads/.hidden",
    "uploads//x",
    "uploads/a\\b",
    "other",
    "",
    "x" * 300,
]


@pytest.mark.parametrize("name", NAMES)
def test_no_part_lands_outside(tmp_path: Path, name: str):
    forged(tmp_path / "f", [part(name)], b"x")
    with pytest.raises(archive.DamagedError, match="no backup holds"):
        archive.unpack(tmp_path / "f", empty(tmp_path), passphrase=None)


@pytest.mark.parametrize(
    ("parts", "stream", "more"),
    [
        ([part("database"), part("database")], b"xx", b""),
        ([part("database", size=-1)], b"", b""),
        ([part("database", size=2)], b"x", b""),
        ([part("database")], b"xx", b""),
        ([part("database")], b"x", b"more"),
        ([part("database", sha256="0" * 64)], b"x", b""),
        ([{"name": "database"}], b"x", b""),
    ],
)
def test_a_list_that_does_not_fit_is_refused(tmp_path: Path, parts: list[dict[str, Any]], stream: bytes, more: bytes):
    forged(tmp_path / "f", parts, stream, more)
    with pytest.raises(archive.DamagedError):
        archive.unpack(tmp_path / "f", empty(tmp_path), passphrase=None)


def test_a_small_file_cannot_become_a_large_one(tmp_path: Path):
    """One megabyte of file that would unpack to a gigabyte: no more than the list says, and the list must find room."""
    out = empty(tmp_path)
    forged(tmp_path / "f", [part("database")], bytes(200_000_000))
    with pytest.raises(archive.DamagedError):
        archive.unpack(tmp_path / "f", out, passphrase=None)
    assert sum(path.stat().st_size for path in out.iterdir()) <= 1
    forged(tmp_path / "f", [part("database", size=10**15)], bytes(10))
    with pytest.raises(archive.ArchiveError, match="no room"):
        archive.unpack(tmp_path / "f", out, passphrase=None)


def test_nothing_is_written_over(tmp_path: Path, sources: dict[str, Path]):
    file = written(tmp_path, sources, None)
    before = file.read_bytes()
    with pytest.raises(FileExistsError):
        archive.write(file, sources, about={}, made_at=MADE_AT, passphrase=None)
    assert file.read_bytes() == before


def test_a_source_that_changes_meanwhile_is_noticed(tmp_path: Path, sources: dict[str, Path]):
    def changing(what: str, done: int, total: int) -> None:
        del what, done, total
        sources["server.key"].write_bytes(b"K" * 32)

    with pytest.raises(archive.ArchiveError, match=r"server\.key changed"):
        archive.write(tmp_path / "f", sources, about={}, made_at=MADE_AT, passphrase=None, progress=changing)


def test_memory_does_not_grow_with_the_file(tmp_path: Path, passphrase: str | None):
    large = tmp_path / "large"
    with large.open("wb") as out:
        for _ in range(40):
            out.write(secrets.token_bytes(1_000_000))
    tracemalloc.start()
    archive.write(tmp_path / "f", {"database": large}, about={}, made_at=MADE_AT, passphrase=passphrase)
    archive.unpack(tmp_path / "f", empty(tmp_path), passphrase=passphrase)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (tmp_path / "f").stat().st_size > 40_000_000
    assert peak < 12_000_000
