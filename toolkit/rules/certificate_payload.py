"""What a certificate says, as the few bytes that are signed and carried in its QR.

One statement has exactly one encoding: whatever does not come out the same when it is encoded again is
refused. Signing itself stands in toolkit/signing.py; static/js/payload.js reads the same layout.

Layout 1, big-endian: version 1 · flags 1 · key id 4 · code 8 · day 2 · minutes 2 · then language, course,
content version and name, each after one byte with its length · Ed25519 signature 64. At most 240 bytes.
"""

import base64
import binascii
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

LAYOUT = 1
MAX_PAYLOAD_BYTES = 240
MAX_TEXT_SIGNS = 320
SIGNATURE_BYTES = 64
KEY_ID_BYTES = 4
CODE_BYTES = 8
FIRST_DAY = date(2020, 1, 1)
MAX_DAYS = MAX_MINUTES = 0xFFFF
MAX_LANGUAGE_SIGNS = 8
MAX_COURSE_SIGNS = 16
MAX_VERSION_SIGNS = 10
MAX_NAME_SIGNS = 60
MAX_NAME_BYTES = 2 * MAX_NAME_SIGNS

_TRIAL, _UTF16 = 1, 2
_HEAD_BYTES = 18
_TEXT = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE = re.compile(f"[{_ALPHABET}]{{12}}", re.ASCII)
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*", re.ASCII)


class Reason(Enum):
    """Why bytes are no payload, or a statement cannot become one."""

    TEXT = "text"
    LENGTH = "length"
    LAYOUT = "layout"
    FIELD = "field"


class PayloadRefused(ValueError):  # noqa: N818 - a refusal is an answer of the law, not a fault
    """The payload cannot be read or written; `reason` says at which of the steps it failed."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Statement:
    """What one certificate says; `minutes` of learning as printed, `course` and `version` as keys, name in NFC."""

    trial: bool
    key_id: bytes
    code: str
    day: date
    minutes: int
    language: str
    course: str
    version: str
    name: str


@dataclass(frozen=True)
class Payload:
    """A statement as read, the bytes that were signed, and the signature, which is not checked here."""

    statement: Statement
    signed: bytes
    signature: bytes


def encode(statement: Statement) -> bytes:
    """Write the one encoding of a statement, the bytes to sign; raises PayloadRefused when a field does not fit."""
    days = (statement.day - FIRST_DAY).days
    name, utf16 = _name_bytes(statement.name)
    fits = (
        len(statement.key_id) == KEY_ID_BYTES
        and _CODE.fullmatch(statement.code) is not None
        and 0 <= days <= MAX_DAYS
        and 0 <= statement.minutes <= MAX_MINUTES
        and _is_key(statement.language, MAX_LANGUAGE_SIGNS)
        and _is_key(statement.course, MAX_COURSE_SIGNS)
        and _is_key(statement.version, MAX_VERSION_SIGNS)
    )
    if not fits:
        raise PayloadRefused(Reason.FIELD)
    flags = (_TRIAL if statement.trial else 0) | (_UTF16 if utf16 else 0)
    number = 0
    for sign in statement.code:
        number = number << 5 | _ALPHABET.index(sign)
    head = bytes([LAYOUT, flags]) + statement.key_id + number.to_bytes(CODE_BYTES)
    head += days.to_bytes(2) + statement.minutes.to_bytes(2)
    keys = (statement.language.encode(), statement.course.encode(), statement.version.encode())
    return head + b"".join(bytes([len(part)]) + part for part in (*keys, name))


def seal(signed: bytes, signature: bytes) -> str:
    """Join statement and signature for the QR, base64url without padding; raises PayloadRefused(LENGTH)."""
    if len(signature) != SIGNATURE_BYTES or len(signed) + SIGNATURE_BYTES > MAX_PAYLOAD_BYTES:
        raise PayloadRefused(Reason.LENGTH)
    return base64.urlsafe_b64encode(signed + signature).rstrip(b"=").decode()


def decode(text: str) -> Payload:
    """Read only the one text that encoding would write; raises PayloadRefused.

    The signature is still to be checked.
    """
    if len(text) > MAX_TEXT_SIGNS:
        raise PayloadRefused(Reason.LENGTH)
    if _TEXT.fullmatch(text) is None:
        raise PayloadRefused(Reason.TEXT)
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise PayloadRefused(Reason.TEXT) from error
    if not _HEAD_BYTES + SIGNATURE_BYTES < len(raw) <= MAX_PAYLOAD_BYTES:
        raise PayloadRefused(Reason.LENGTH)
    signed, signature = raw[:-SIGNATURE_BYTES], raw[-SIGNATURE_BYTES:]
    statement = _statement(signed)
    if encode(statement) != signed or seal(signed, signature) != text:
        raise PayloadRefused(Reason.FIELD)
    return Payload(statement, signed, signature)


def _statement(signed: bytes) -> Statement:
    """Read the fields; what is loose here (order, reserved bits, other spellings) fails when encoded again."""
    if signed[0] != LAYOUT:
        raise PayloadRefused(Reason.LAYOUT)
    parts, rest = [], signed[_HEAD_BYTES:]
    for _ in range(4):
        if not rest or len(rest) < 1 + rest[0]:
            raise PayloadRefused(Reason.LENGTH)
        parts.append(rest[1 : 1 + rest[0]])
        rest = rest[1 + rest[0] :]
    if rest:
        raise PayloadRefused(Reason.LENGTH)
    number = int.from_bytes(signed[6:14])
    try:
        return Statement(
            trial=bool(signed[1] & _TRIAL),
            key_id=signed[2:6],
            code="".join(_ALPHABET[(number >> shift) & 31] for shift in range(55, -1, -5)),
            day=FIRST_DAY + timedelta(days=int.from_bytes(signed[14:16])),
            minutes=int.from_bytes(signed[16:18]),
            language=parts[0].decode("ascii"),
            course=parts[1].decode("ascii"),
            version=parts[2].decode("ascii"),
            name=parts[3].decode("utf-16-be" if signed[1] & _UTF16 else "utf-8"),
        )
    except UnicodeDecodeError as error:
        raise PayloadRefused(Reason.FIELD) from error


def _is_key(text: str, limit: int) -> bool:
    return len(text) <= limit and _KEY.fullmatch(text) is not None


def _name_bytes(name: str) -> tuple[bytes, bool]:
    """Encode the name as UTF-8, or as UTF-16 where that is shorter; refuse what is no name at all."""
    if not 0 < len(name) <= MAX_NAME_SIGNS or unicodedata.normalize("NFC", name) != name or not name.isprintable():
        raise PayloadRefused(Reason.FIELD)
    eight, sixteen = name.encode(), name.encode("utf-16-be")
    shorter, utf16 = (sixteen, True) if len(sixteen) < len(eight) else (eight, False)
    if len(shorter) > MAX_NAME_BYTES:
        raise PayloadRefused(Reason.FIELD)
    return shorter, utf16
