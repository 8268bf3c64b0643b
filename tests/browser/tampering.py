"""Papers that were tampered with, thousands of them, and what the law says each of them is."""

import random
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

from tests.browser import checking
from toolkit import signing
from toolkit.rules import certificate_payload as payload

ORDER = 2**252 + 27742317777372353535851937790883648493
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
SIGNATURE = payload.SIGNATURE_BYTES


def tampered(count: int) -> list[str]:
    """Change good papers in every way we could think of, in turn; no two alike and none of them good."""
    dice = random.Random(8032)  # noqa: S311 - the same every time
    papers = checking.good_papers(200)
    found: dict[str, None] = {}
    for way in cycle(WAYS):
        one, other = dice.sample(papers, 2)
        text = way(dice, one, other)
        # Twelve signs may read as a code, which is another question.
        if text not in papers and len(text.replace("-", "")) != 12:
            found[text] = None
        if len(found) == count:
            return list(found)
    raise AssertionError("cycle() ended")


def by_law(text: str) -> str:
    """Say what the site's own code makes of a text: unreadable, unknown, changed, or (a bad sign) valid."""
    try:
        found = payload.decode(text)
    except payload.PayloadRefused:
        return "unreadable"
    keys = {signing.key_id(checking.public(name)): checking.public(name) for name in checking.STATES}
    if found.statement.key_id not in keys:
        return "unknown"
    return "valid" if signing.verify(found.signed, found.signature, found.statement.key_id, keys) else "changed"


def _flip(dice: random.Random, one: str, _other: str) -> str:
    data = bytearray(checking.raw(one))
    bit = dice.randrange(len(data) * 8)
    data[bit // 8] ^= 1 << bit % 8
    return checking.text_of(bytes(data))


def _flip_signature(dice: random.Random, one: str, _other: str) -> str:
    data = bytearray(checking.raw(one))
    data[-1 - dice.randrange(SIGNATURE)] ^= 1 << dice.randrange(8)
    return checking.text_of(bytes(data))


def _several_flips(dice: random.Random, one: str, other: str) -> str:
    for _ in range(dice.randrange(2, 6)):
        one = _flip(dice, one, other)
    return one


def _cut_off(dice: random.Random, one: str, _other: str) -> str:
    at = dice.randrange(1, len(one))
    return one[:at] if dice.random() < 0.5 else one[at:]


def _bytes_missing(dice: random.Random, one: str, _other: str) -> str:
    data = checking.raw(one)
    at, length = dice.randrange(len(data)), dice.randrange(1, 9)
    return checking.text_of(data[:at] + data[at + length :])


def _bytes_more(dice: random.Random, one: str, _other: str) -> str:
    data = checking.raw(one)
    at = dice.randrange(len(data) + 1)
    return checking.text_of(data[:at] + dice.randbytes(dice.randrange(1, 9)) + data[at:])


def _field(dice: random.Random, one: str, other: str) -> str:
    """Another name, day, course … as the forger of a paper would like it, under the old signature."""
    mine, theirs = payload.decode(one), payload.decode(other)
    part = dice.choice(["name", "course", "minutes", "day", "code", "version", "language", "trial"])
    value = getattr(theirs.statement, part)
    if value == getattr(mine.statement, part):
        part, value = "day", mine.statement.day + timedelta(days=dice.randrange(1, 2000))
    return payload.seal(payload.encode(replace(mine.statement, **{part: value})), mine.signature)


def _other_signature(_dice: random.Random, one: str, other: str) -> str:
    return payload.seal(payload.decode(one).signed, payload.decode(other).signature)


def _other_key(dice: random.Random, one: str, _other: str) -> str:
    found = payload.decode(one)
    key = signing.key_id(checking.public(dice.choice(["retired", "stolen", "unknown"])))
    return payload.seal(payload.encode(replace(found.statement, key_id=key)), found.signature)


def _signed_by_a_stranger(dice: random.Random, one: str, _other: str) -> str:
    signed = payload.decode(one).signed
    return payload.seal(signed, checking.SIGNERS[dice.choice(["retired", "stolen", "unknown"])].sign(signed))


def _second_spelling_of_s(_dice: random.Random, one: str, _other: str) -> str:
    found = payload.decode(one)
    s = int.from_bytes(found.signature[32:], "little") + ORDER
    return payload.seal(found.signed, found.signature[:32] + s.to_bytes(32, "little"))


def _half_zero(dice: random.Random, one: str, _other: str) -> str:
    found = payload.decode(one)
    halves = [(found.signature[:32], bytes(32)), (bytes(32), found.signature[32:]), (bytes(32), bytes(32))]
    return payload.seal(found.signed, b"".join(dice.choice(halves)))


def _other_sign(dice: random.Random, one: str, _other: str) -> str:
    at = dice.randrange(len(one))
    return one[:at] + dice.choice(BASE64) + one[at + 1 :]


def _swapped(dice: random.Random, one: str, _other: str) -> str:
    a, b = sorted(dice.sample(range(len(one)), 2))
    return one[:a] + one[b] + one[a + 1 : b] + one[a] + one[b + 1 :]


def _crossed(dice: random.Random, one: str, other: str) -> str:
    at = dice.randrange(1, min(len(one), len(other)))
    return one[:at] + other[at:]


def _foreign_signs(dice: random.Random, one: str, _other: str) -> str:
    at = dice.randrange(len(one))
    return one[:at] + dice.choice(["=", "+", "/", ".", "Ω", "%41", "<b>", "é"]) + one[at:]


WAYS = (
    _flip,
    _flip_signature,
    _several_flips,
    _cut_off,
    _bytes_missing,
    _bytes_more,
    _field,
    _other_signature,
    _other_key,
    _signed_by_a_stranger,
    _second_spelling_of_s,
    _half_zero,
    _other_sign,
    _swapped,
    _crossed,
    _foreign_signs,
)
