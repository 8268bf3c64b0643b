"""Which typed text is a name that can stand on a certificate, and when two typings are the same person.

The surprise: which signs the fonts can print is a plain value that comes in, so no font is read here.
"""

import unicodedata
from collections.abc import Container
from enum import Enum

MAX_NAME_SIGNS = 60
MAX_TYPED_SIGNS = 400
MAX_MARKS_IN_A_ROW = 2

_SCRIPTS = ("LATIN ", "GREEK ", "CYRILLIC ")
_ORDINALS = frozenset("ªº")  # Mª, Fº: everyday Spanish and Portuguese short forms of given names
_PUNCTUATION = frozenset("-'’.·")  # the typographic apostrophe is meant
_MODIFIER_LETTERS = frozenset("ʻʼ")  # letters in Ukrainian and Hawaiian names
# What telephones and word processors put where a hyphen or an apostrophe is meant.
_MEANT = str.maketrans({"‐": "-", "‑": "-", "–": "-", "−": "-", "`": "'", "´": "'", "‘": "’", "′": "'"})
# Letters whose stroke is no combining mark, so that NFD leaves them; people type them without it.
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"})


class Reason(Enum):
    """Why a typed text is not taken as a name."""

    EMPTY = "empty"
    TOO_LONG = "too-long"
    LINE_BREAK = "line-break"
    HIDDEN_SIGN = "hidden-sign"
    DIGITS = "digits"
    NO_LETTER = "no-letter"
    SIGN_NOT_IN_NAMES = "sign-not-in-names"
    SIGN_NOT_IN_FONTS = "sign-not-in-fonts"


class NameRefused(ValueError):  # noqa: N818 - a refusal is an answer of the law, not a fault
    """The typed text is not taken; `sign` is the sign that stands in the way, empty when it is not one sign."""

    def __init__(self, reason: Reason, sign: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.sign = sign


def check_name(typed: str, covered: Container[int]) -> str:
    """Take as a name 1 to 60 signs of Latin, Greek or Cyrillic writing, all of which the fonts can print.

    `covered`: the code points of the fonts. Returns the name in NFC with single spaces; raises NameRefused.
    """
    if len(typed) > MAX_TYPED_SIGNS:
        raise NameRefused(Reason.TOO_LONG)
    name = unicodedata.normalize("NFC", typed.strip()).translate(_MEANT)
    for sign in name:
        _check_visible(sign)
    name = " ".join(name.split())
    if not name:
        raise NameRefused(Reason.EMPTY)
    if len(name) > MAX_NAME_SIGNS:
        raise NameRefused(Reason.TOO_LONG)
    marks = MAX_MARKS_IN_A_ROW  # a mark needs a letter to stand on
    for sign in name:
        marks = marks + 1 if unicodedata.combining(sign) else 0 if _is_letter(sign) else MAX_MARKS_IN_A_ROW
        if marks > MAX_MARKS_IN_A_ROW:
            raise NameRefused(Reason.SIGN_NOT_IN_NAMES, sign)
        _check_sign(sign, covered)
    if not any(_is_letter(sign) for sign in name):
        raise NameRefused(Reason.NO_LETTER)
    return name


def fold_name(name: str) -> str:
    """Make two typings equal that differ only in accents, case, hyphens, apostrophes, dots or spaces."""
    bare = _strip_marks(_strip_marks(name).casefold()).replace("ς", "σ").translate(_STROKES)
    spaced = "".join(" " if sign == "-" or sign.isspace() else sign for sign in bare.translate(_MEANT))
    kept = "".join(sign for sign in spaced if sign not in _PUNCTUATION and sign not in _MODIFIER_LETTERS)
    return " ".join(kept.split())


def _strip_marks(text: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))


def _check_visible(sign: str) -> None:
    """Refuse line breaks, and every sign that changes how others are shown or cannot be seen."""
    category = unicodedata.category(sign)
    if sign in "\n\r\v\f\x85" or category in {"Zl", "Zp"}:
        raise NameRefused(Reason.LINE_BREAK)
    spoken = unicodedata.name(sign, "")
    if category[0] == "C" or any(word in spoken for word in ("FILLER", "VARIATION SELECTOR", "GRAPHEME JOINER")):
        raise NameRefused(Reason.HIDDEN_SIGN)


def _is_letter(sign: str) -> bool:
    if sign in _ORDINALS or sign in _MODIFIER_LETTERS:
        return True
    return unicodedata.category(sign)[0] == "L" and unicodedata.name(sign, "").startswith(_SCRIPTS)


def _check_sign(sign: str, covered: Container[int]) -> None:
    if unicodedata.category(sign)[0] == "N":
        raise NameRefused(Reason.DIGITS, sign)
    combining = unicodedata.combining(sign) != 0
    if not (_is_letter(sign) or combining or sign == " " or sign in _PUNCTUATION):
        # A letter of a script we do not print is not wrong as a name: say that we cannot print it.
        letter = unicodedata.category(sign)[0] in "LM"
        raise NameRefused(Reason.SIGN_NOT_IN_FONTS if letter else Reason.SIGN_NOT_IN_NAMES, sign)
    if ord(sign) not in covered:
        raise NameRefused(Reason.SIGN_NOT_IN_FONTS, sign)
