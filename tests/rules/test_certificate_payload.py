"""The payload: small enough always, one text per statement, everything else refused."""

import base64
from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from toolkit import signing
from toolkit.rules import certificate_payload as payload

STATEMENT = payload.Statement(
    trial=False,
    key_id=b"\x01\x02\x03\x04",
    code="K7M4P2XQ9TRC",
    day=date(2026, 11, 21),
    minutes=60,
    language="el",
    course="core",
    version="2026.11",
    name="Ελένη Παπαδοπούλου",
)
SIGNATURE = bytes(range(64))
LONGEST_KEYS = {"language": "l" * 8, "course": "c" * 16, "version": "9" * 10}
SCRIPTS = ("Ŵ", "ộ", "Ω", "ΐ", "ᾧ", "Щ", "Ѫ", "A", "李")


def seal(statement: payload.Statement) -> str:
    return payload.seal(payload.encode(statement), SIGNATURE)


def test_a_statement_comes_back_as_it_was():
    read = payload.decode(seal(STATEMENT))
    assert read == payload.Payload(STATEMENT, payload.encode(STATEMENT), SIGNATURE)


def test_the_layout_is_the_one_that_papers_out_there_carry():
    head = "01 00 01020304 099e84b0bb74eb0c 09d4 003c"
    keys = "02 656c 04 636f7265 07 323032362e3131"
    name = "23 ce95cebbceadcebdceb7 20 cea0ceb1cf80ceb1ceb4cebfcf80cebfcf8dcebbcebfcf85"
    assert payload.encode(STATEMENT) == bytes.fromhex(head + keys + name)


@pytest.mark.parametrize("sign", SCRIPTS)
def test_sixty_letters_of_any_script_fit_beside_the_longest_keys(sign):
    longest = replace(STATEMENT, name=sign * 60, trial=True, **LONGEST_KEYS)
    text = seal(longest)
    assert payload.decode(text).statement == longest
    assert len(payload.encode(longest)) + payload.SIGNATURE_BYTES <= payload.MAX_PAYLOAD_BYTES
    assert len(text) <= 320


STATEMENTS = st.builds(
    payload.Statement,
    trial=st.booleans(),
    key_id=st.binary(min_size=4, max_size=4),
    code=st.text(alphabet="0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=12, max_size=12),
    day=st.dates(date(2020, 1, 1), date(2199, 6, 6)),
    minutes=st.integers(0, 65535),
    name=st.text(alphabet="Ŵộ ΩΐЩѪA'-", min_size=1, max_size=60),
    **{field: st.just(longest) for field, longest in LONGEST_KEYS.items()},
)


@given(STATEMENTS)
def test_every_statement_fits_and_comes_back(statement):
    text = seal(statement)
    assert payload.decode(text).statement == statement
    assert len(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) <= 240


@pytest.mark.parametrize("name", ["Ελένη Παπαδοπούλου", "Jane Smith", "ộ" * 60])
def test_every_flipped_bit_is_refused(name):
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    public = private.public_key().public_bytes_raw()
    known = {signing.key_id(public): public}
    signed = payload.encode(replace(STATEMENT, name=name, key_id=signing.key_id(public)))
    raw = signed + private.sign(signed)

    def accepted(data: bytes) -> bool:
        try:
            read = payload.decode(base64.urlsafe_b64encode(data).rstrip(b"=").decode())
        except payload.PayloadRefused:
            return False
        return signing.verify(read.signed, read.signature, read.statement.key_id, known)

    assert accepted(raw)
    for place in range(len(raw) * 8):
        flipped = bytearray(raw)
        flipped[place // 8] ^= 1 << place % 8
        assert not accepted(bytes(flipped)), f"bit {place}"


@pytest.mark.parametrize(
    "change",
    [
        {"key_id": b"\x01"},
        {"code": "K7M4P2XQ9TR"},
        {"code": "K7M4P2XQ9TRU"},
        {"code": "K7M4P2XQ9TRC\n"},
        {"day": date(2019, 12, 31)},
        {"day": date(2199, 6, 7)},
        {"minutes": -1},
        {"minutes": 65536},
        {"language": ""},
        {"language": "l" * 9},
        {"language": "ελ"},
        {"course": "c" * 17},
        {"course": "../core"},
        {"course": "core\n"},
        {"version": "9" * 11},
        {"name": ""},
        {"name": "A" * 61},
        {"name": "\U0001d400" * 60},
        {"name": "A\nB"},
        {"name": "A\u202eB"},
        {"name": "Ε\u0301"},
    ],
)
def test_a_field_that_does_not_fit_is_refused(change):
    with pytest.raises(payload.PayloadRefused) as refused:
        payload.encode(replace(STATEMENT, **change))
    assert refused.value.reason is payload.Reason.FIELD


def test_a_signature_of_another_length_is_refused():
    with pytest.raises(payload.PayloadRefused) as refused:
        payload.seal(payload.encode(STATEMENT), SIGNATURE[:-1])
    assert refused.value.reason is payload.Reason.LENGTH


def raw_text(signed: bytes) -> str:
    return base64.urlsafe_b64encode(signed + SIGNATURE).rstrip(b"=").decode()


SIGNED = payload.encode(STATEMENT)
UTF8_NAME = payload.encode(replace(STATEMENT, name="Ab"))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", payload.Reason.LENGTH),
        ("Ω", payload.Reason.TEXT),
        ("A", payload.Reason.TEXT),
        ("a b c", payload.Reason.TEXT),
        (seal(STATEMENT) + "=", payload.Reason.TEXT),
        (seal(STATEMENT)[:-4], payload.Reason.LENGTH),
        ("A" * 10_000, payload.Reason.LENGTH),
        (raw_text(SIGNED + b"\x00"), payload.Reason.LENGTH),
        (raw_text(b"\x02" + SIGNED[1:]), payload.Reason.LAYOUT),
        (raw_text(SIGNED[:1] + b"\x04" + SIGNED[2:]), payload.Reason.FIELD),
        (raw_text(SIGNED[:6] + b"\xff" + SIGNED[7:]), payload.Reason.FIELD),
        (raw_text(UTF8_NAME[:-3] + b"\x02\xff\xfe"), payload.Reason.FIELD),
        (raw_text(UTF8_NAME[:1] + b"\x02" + UTF8_NAME[2:-3] + b"\x04\x00A\x00b"), payload.Reason.FIELD),
    ],
)
def test_bytes_that_encoding_would_not_write_are_refused(text, reason):
    with pytest.raises(payload.PayloadRefused) as refused:
        payload.decode(text)
    assert refused.value.reason is reason


@given(st.text(max_size=400) | st.binary(max_size=300).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_whatever_comes_in_is_read_or_refused(text):
    try:
        read = payload.decode(text)
    except payload.PayloadRefused:
        return
    assert seal(read.statement)
