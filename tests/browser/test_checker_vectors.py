"""The checker's own Ed25519 and SHA-512, held to the published vectors and to the libraries that it stands in for."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from playwright.sync_api import Browser, Page

from toolkit.paths import STATIC

VECTORS = json.loads((Path(__file__).parents[1] / "rules" / "ed25519_rfc8032.json").read_text())["vectors"]
ORDER = 2**252 + 27742317777372353535851937790883648493
FIELD = 2**255 - 19
CURVE = -121665 * pow(121666, -1, FIELD) % FIELD
SEED = bytes(range(32))
MESSAGE = b"what was signed"
# Points with which [8]P = 0, and spellings of them that RFC 8032 does not allow.
SMALL = {
    "order 1": (1).to_bytes(32, "little"),
    "order 2": (FIELD - 1).to_bytes(32, "little"),
    "order 4": bytes(32),
    "order 8": bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
}
MISSPELT = {
    "y above p": (FIELD + 1).to_bytes(32, "little"),
    "y is p": FIELD.to_bytes(32, "little"),
    "minus zero": bytes([1, *bytes(30), 0x80]),
}
RUN = """async ([source, rows]) => {
  const { signatureFits, sha512, readKey } = new Function(source + "; return { signatureFits, sha512, readKey }")();
  const bytes = hex => Uint8Array.from(hex.match(/../g) || [], pair => parseInt(pair, 16));
  const hex = all => Array.from(all, byte => byte.toString(16).padStart(2, "0")).join("");
  const out = [];
  for (const [key, signature, message] of rows.map(row => row.map(bytes))) {
    let browser = false;
    try {
      const imported = await crypto.subtle.importKey("raw", key, { name: "Ed25519" }, false, ["verify"]);
      browser = await crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
    } catch { browser = null; }
    const own = signatureFits(key, signature, message), sound = Boolean(readKey(key));
    out.push({ browser, own, sound, digest: hex(sha512(message)) });
  }
  return out;
}"""

Point = tuple[int, int]


def add(p: Point, q: Point) -> Point:
    """Add two points, slowly and plainly: this is the test's own arithmetic."""
    (x1, y1), (x2, y2) = p, q
    t = CURVE * x1 * x2 * y1 * y2 % FIELD
    return (x1 * y2 + x2 * y1) * pow(1 + t, -1, FIELD) % FIELD, (y1 * y2 + x1 * x2) * pow(1 - t, -1, FIELD) % FIELD


def times(number: int, point: Point) -> Point:
    sum_ = (0, 1)
    while number:
        if number & 1:
            sum_ = add(sum_, point)
        point, number = add(point, point), number >> 1
    return sum_


def spelt(point: Point) -> bytes:
    return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def point(data: bytes) -> Point:
    whole = int.from_bytes(data, "little")
    y, sign = whole & (2**255 - 1), whole >> 255
    square = (y * y - 1) * pow(CURVE * y * y + 1, -1, FIELD) % FIELD
    x = pow(square, (FIELD + 3) // 8, FIELD)
    if x * x % FIELD != square:
        x = x * pow(2, (FIELD - 1) // 4, FIELD) % FIELD
    assert x * x % FIELD == square
    return (x if x & 1 == sign else FIELD - x), y


BASE = point(bytes([0x58] + [0x66] * 31))
SECRET = int.from_bytes(hashlib.sha512(SEED).digest()[:32], "little") & (2**254 - 8) | 2**254
SIGNER = Ed25519PrivateKey.from_private_bytes(SEED)
PUBLIC = SIGNER.public_key().public_bytes_raw()


def hashed(r: bytes, key: bytes) -> int:
    return int.from_bytes(hashlib.sha512(r + key + MESSAGE).digest(), "little") % ORDER


def with_r(r: bytes, nonce: int = 0, key: bytes = PUBLIC) -> bytes:
    """Sign with a chosen R, as only the holder of the secret can; s fits whatever R is meant to stand for."""
    return r + ((nonce + hashed(r, key) * SECRET) % ORDER).to_bytes(32, "little")


def library(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.fixture(scope="module")
def page(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    empty = tmp_path_factory.mktemp("empty") / "empty.html"
    empty.write_text("<!doctype html><title>empty</title>")
    opened = chromium.new_page()
    opened.goto(empty.as_uri())
    yield opened
    opened.close()


def tried(page: Page, rows: list[tuple[bytes, bytes, bytes]]) -> list[dict[str, Any]]:
    """Ask all three: the file's arithmetic, the browser, and the library with which the site signs."""
    source = (STATIC / "checker" / "ed25519.js").read_text()
    found: list[dict[str, Any]] = page.evaluate(RUN, [source, [[part.hex() for part in row] for row in rows]])
    return [one | {"library": library(*row)} for one, row in zip(found, rows, strict=True)]


def test_the_vectors_are_those_that_were_published():
    assert [vector["name"] for vector in VECTORS] == ["TEST 1", "TEST 2", "TEST 3", "TEST 1024", "TEST SHA(abc)"]
    for vector in VECTORS:
        secret = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(vector["secret"]))
        assert secret.public_key().public_bytes_raw().hex() == vector["public"]
        assert secret.sign(bytes.fromhex(vector["message"])).hex() == vector["signature"]


def test_the_published_signatures_fit(page: Page):
    rows = [tuple(bytes.fromhex(vector[part]) for part in ("public", "signature", "message")) for vector in VECTORS]
    assert len(rows) == 5
    for found, (_, _, message) in zip(tried(page, rows), rows, strict=True):
        assert (found["own"], found["browser"], found["library"]) == (True, True, True)
        assert found["digest"] == hashlib.sha512(message).hexdigest()


def test_a_flipped_bit_anywhere_in_a_vector_does_not_fit(page: Page):
    rows = []
    for vector in VECTORS[:3]:
        whole = [bytes.fromhex(vector[part]) for part in ("public", "signature", "message")]
        for part, data in enumerate(whole):
            for bit in range(len(data) * 8):
                changed = bytearray(data)
                changed[bit // 8] ^= 1 << bit % 8
                rows.append(tuple(bytes(changed) if at == part else one for at, one in enumerate(whole)))
    assert len(rows) == 3 * 96 * 8 + 3 * 8
    assert {(found["own"], found["browser"] or False, found["library"]) for found in tried(page, rows)} == {
        (False,) * 3
    }


def test_sha_512_agrees_for_every_length_around_its_blocks(page: Page):
    messages = [bytes(range(256))[:length] for length in range(257)]
    found = tried(page, [(PUBLIC, bytes(64), message) for message in messages])
    assert [one["digest"] for one in found] == [hashlib.sha512(message).hexdigest() for message in messages]


def test_what_a_strict_check_refuses_all_three_refuse(page: Page):
    good = SIGNER.sign(MESSAGE)
    s = int.from_bytes(good[32:], "little")
    eighth = point(SMALL["order 8"])
    mixed = spelt(add(times(77, BASE), eighth))
    refused = {f"s + {n} times the order": good[:32] + (s + n * ORDER).to_bytes(32, "little") for n in (1, 2, 8, 15)}
    refused |= {f"R of {name}": with_r(r) for name, r in SMALL.items() if name != "order 1"}
    refused |= {f"R misspelt: {name}": with_r(r) for name, r in MISSPELT.items()}
    refused |= {"R with a small part (the cofactor would forgive it)": with_r(mixed, 77)}
    refused |= {
        "R is no point": with_r((2).to_bytes(32, "little"), 5),
        "too short": good[:-1],
        "too long": good + b"\0",
    }
    rows = [(PUBLIC, good, MESSAGE), *((PUBLIC, signature, MESSAGE) for signature in refused.values())]
    found = [(one["own"], one["browser"], one["library"]) for one in tried(page, rows)]
    assert found[0] == (True, True, True)
    assert dict(zip(refused, found[1:], strict=True)) == dict.fromkeys(refused, (False, False, False))


def test_what_only_the_signer_could_make_all_three_take(page: Page):
    """R = 0 says nothing against a paper: without the secret nobody finds the s that goes with it."""
    rows = [(PUBLIC, with_r(SMALL["order 1"]), MESSAGE), (PUBLIC, with_r(spelt(times(77, BASE)), 77), MESSAGE)]
    assert [(one["own"], one["browser"], one["library"]) for one in tried(page, rows)] == [(True, True, True)] * 2


def test_keys_that_no_honest_signer_has_are_refused_before_anybody_checks(page: Page):
    """The browser and the library take some of them; the checker asks readKey first on both of its ways."""
    keys = {**SMALL, **MISSPELT, "no point": (2).to_bytes(32, "little")}
    anything_goes = SMALL["order 1"] + bytes(32)  # fits every text under a key of order 1
    found = tried(page, [(key, anything_goes, MESSAGE) for key in keys.values()])
    assert [(one["own"], one["sound"]) for one in found] == [(False, False)] * len(keys)
    assert any(one["browser"] for one in found), "without the question, one of them would pass"
    honest = tried(page, [(bytes.fromhex(vector["public"]), bytes(64), b"") for vector in VECTORS])
    assert all(one["sound"] for one in honest)
