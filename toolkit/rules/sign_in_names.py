"""What somebody may sign in with: user names, e-mail addresses, and when two user names look the same.

The surprise: names are compared by a look-alike fold (the idea of Unicode TS 39, with a table of our own for the three
alphabets that we take). It is deaf to case, so it also joins letters whose capitals look alike and small forms do not.
"""

import re
import unicodedata
from enum import Enum

MIN_SIGNS, MAX_SIGNS = 3, 60
MAX_TYPED_SIGNS = 254
MAX_EMAIL_SIGNS = 254

_SEPARATORS = "._- "
_ALPHABETS = {
    "latin": frozenset("abcdefghijklmnopqrstuvwxyzßæœøłđħıðþ"),
    "greek": frozenset("αβγδεζηθικλμνξοπρστυφχψως"),
    "cyrillic": frozenset("абвгдежзийклмнопрстуфхцчшщъыьэюяєіїјѕґђљњћџ"),
}
# Letters whose stroke or ligature is no combining mark.
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})
# Look-alikes by their capitals, or by both forms: what each letter stands for in the fold.
_LOOKS = str.maketrans(
    {
        **dict(zip("αβεζηικμνορτυχως", "abezhikmnoptyxwσ", strict=True)),
        **dict(zip("авекмнорстухіјѕьш", "abekmhopctyxijsbw", strict=True)),
        **dict(zip("гпфл", "γπφλ", strict=True)),
        **dict(zip("бз01l", "63oii", strict=True)),
    }
)
# Letters that exist, by their look, in the Latin and in the Greek alphabet. Only a name made of these alone can be
# imitated in the other one by small letters (ν for v, υ for u, η for n, μ for u); there such letters count as one.
_IN_BOTH = frozenset("abehikmnoptuvwxyzγ")
_SMALL_LOOKS = str.maketrans("vhuyγ", "nnmmm")
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)
_LOCAL_PART = 64
_UNSEEN = ("FILLER", "VARIATION SELECTOR", "GRAPHEME JOINER")


class Reason(Enum):
    """Why something is not taken as a user name, a name to greet her by, or an e-mail address."""

    LENGTH = "length"
    HIDDEN_SIGN = "hidden_sign"
    SIGN = "sign"
    MIXED = "mixed"
    SHOWN_LENGTH = "shown_length"
    EMAIL = "email"


class NameRefused(ValueError):  # noqa: N818 - a refusal is an answer of the law, not a fault
    """Not taken; ``sign`` is the sign that stands in the way, empty when it is not one sign."""

    def __init__(self, reason: Reason, sign: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.sign = sign


def check_user_name(typed: str) -> str:
    """Take as a user name 3 to 60 letters of one alphabet, digits, and . _ - or a space between them; NFC.

    Alphabets: Latin, Greek, Cyrillic. Raises NameRefused.
    """
    name = _seen(typed)
    if not MIN_SIGNS <= len(name) <= MAX_SIGNS:
        raise NameRefused(Reason.LENGTH)
    for place, sign in enumerate(name):
        inside = 0 < place < len(name) - 1 and name[place - 1] not in _SEPARATORS
        if not (_alphabet(sign) or sign in "0123456789" or (sign in _SEPARATORS and inside)):
            raise NameRefused(Reason.SIGN, sign)
    if len({_alphabet(sign) for sign in name} - {""}) > 1:
        raise NameRefused(Reason.MIXED)
    return name


def fold_user_name(name: str) -> str:
    """Make equal all names that look the same: case, accents, separators, look-alikes of three alphabets, 0/O, 1/l/I.

    For any typed text, so that she may sign in however she types her name.
    """
    bare = _bare(unicodedata.normalize("NFKC", name).casefold()).replace("ς", "σ").translate(_STROKES)
    spaced = re.sub(r"[._\-\s]+", ".", bare).strip(".")
    looks = spaced.translate(_LOOKS).replace("rn", "m").replace("vv", "w")
    letters = {sign for sign in looks if sign.isalpha()}
    return looks.translate(_SMALL_LOOKS) if letters <= _IN_BOTH else looks


def check_shown_name(typed: str) -> str:
    """Take as the name to greet her by up to 60 signs on one line, all of them seen; none is fine. NFC."""
    name = _seen(typed)
    if len(name) > MAX_SIGNS:
        raise NameRefused(Reason.SHOWN_LENGTH)
    return name


def check_email(typed: str) -> str:
    """Take an e-mail address of Latin letters, at most 254 signs, 64 before the @; raises NameRefused."""
    address = typed.strip()
    local = address.partition("@")[0]
    if len(address) > MAX_EMAIL_SIGNS or len(local) > _LOCAL_PART or not _EMAIL.fullmatch(address):
        raise NameRefused(Reason.EMAIL)
    return address


def fold_email(address: str) -> str:
    """Make equal two spellings of an address that differ in case only: no mail server in use tells them apart."""
    return address.strip().lower()


def is_email(typed: str) -> bool:
    """Say whether somebody meant an address: no user name has an @."""
    return "@" in typed


def _seen(typed: str) -> str:
    """Compose the text, join spaces, and refuse signs that cannot be seen or that turn the direction of others."""
    if len(typed) > MAX_TYPED_SIGNS:
        raise NameRefused(Reason.LENGTH)
    text = unicodedata.normalize("NFC", typed.strip())
    for sign in text:
        spoken = unicodedata.name(sign, "")
        if unicodedata.category(sign)[0] == "C" or any(word in spoken for word in _UNSEEN):
            raise NameRefused(Reason.HIDDEN_SIGN)
        if unicodedata.category(sign) in {"Zl", "Zp"}:
            raise NameRefused(Reason.HIDDEN_SIGN)
    return " ".join(text.split())


def _alphabet(sign: str) -> str:
    """Name the alphabet of a letter; nothing for any other sign, and for letters of alphabets that we do not take."""
    base = _bare(sign.lower())  # not casefold: it would take odd forms, such as the long s, for plain letters
    return next((name for name, letters in _ALPHABETS.items() if base and set(base) <= letters), "")


def _bare(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
