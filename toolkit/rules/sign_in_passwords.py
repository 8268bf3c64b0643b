"""Which passwords are taken: long enough, not her own name, not one of the few that everybody tries first.

No mixture of kinds of signs is asked for: length is what makes a password hard to guess.
"""

import unicodedata
from collections.abc import Iterable
from enum import Enum

MIN_SIGNS, MAX_SIGNS = 10, 200
_FEW_SIGNS = 4  # with fewer different signs it is a pattern
_LONGEST_UNIT = 5  # abc12abc12
_ADDED = 4  # signs that people add to a word to make it long enough: 2026, 123!

# A list of our own: the words that come first to everybody's mind, in the ways people here write them.
# fmt: off
_COMMON = frozenset((
    "password", "passwort", "passw0rd", "motdepasse", "contraseña", "contrasena", "welcome", "letmein",
    "iloveyou", "admin", "administrator", "user", "username", "login", "changeme", "secret", "default", "guest",
    "football", "dragon", "monkey", "sunshine", "princess", "superman", "κωδικοσ", "κωδικοσπροσβασησ",
    "συνθηματικο", "kodikos", "kodikosprosvasis", "synthimatiko", "σαγαπω", "sagapo", "kalimera", "καλημερα",
    "ελλαδα", "ellada", "κυπροσ", "kypros", "olympiakos", "ολυμπιακοσ", "panathinaikos", "παναθηναικοσ",
    "пароль", "parol",
))
# fmt: on
_ROWS = (
    "01234567890",
    "abcdefghijklmnopqrstuvwxyz",
    "αβγδεζηθικλμνξοπρστυφχψω",
    "абвгдежзийклмнопрстуфхцчшщ",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "azertyuiop",
    ";ςερτυθιοπ",
    "ασδφγηξκλ",
    "ζχψωβνμ",
    "1q2w3e4r5t6y7u8i9o0p",
    "йцукенгшщзх",
)
_SHORTEST_RUN = 4


class Reason(Enum):
    """Why a password is not taken."""

    SHORT = "short"
    LONG = "long"
    OWN_NAME = "own_name"
    COMMON = "common"
    DIFFERENT = "different"


class PasswordRefused(ValueError):  # noqa: N818 - a refusal is an answer of the law, not a fault
    """Not taken; carries the reason and never the password."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def composed(typed: str) -> str:
    """Make the same password of what different keyboards send for it (NFKC); nothing is cut off or trimmed."""
    return unicodedata.normalize("NFKC", typed)


def check_password(typed: str, again: str, *, names: Iterable[str]) -> str:
    """Take a password of 10 to 200 signs that is none of her names, no common word and no pattern; typed twice alike.

    ``names``: her user name, her address. Returns it composed; raises PasswordRefused.
    """
    password = composed(typed)
    if len(password) < MIN_SIGNS:
        raise PasswordRefused(Reason.SHORT)
    if len(password) > MAX_SIGNS:
        raise PasswordRefused(Reason.LONG)
    if composed(again) != password:
        raise PasswordRefused(Reason.DIFFERENT)
    if any(_is_word(password, part) for name in names for part in (name, name.partition("@")[0])):
        raise PasswordRefused(Reason.OWN_NAME)
    if _common(password):
        raise PasswordRefused(Reason.COMMON)
    return password


def _is_word(password: str, word: str) -> bool:
    """Say whether the password is this word alone, or the word with a few signs around it or said twice."""
    whole, bare = _letters(password), _letters(word)
    if not bare or bare not in whole:
        return False
    return len(whole.replace(bare, "")) <= _ADDED


def _common(password: str) -> bool:
    folded = _folded(password)
    if len(set(folded)) < _FEW_SIGNS or _repeats(folded):
        return True
    if any(_is_word(password, word) for word in _COMMON):
        return True
    return len(_without_runs(folded)) <= _ADDED


def _repeats(text: str) -> bool:
    """Say whether the text is a short piece said again and again."""
    return any(
        text == (text[:size] * (len(text) // size + 1))[: len(text)]
        for size in range(1, min(_LONGEST_UNIT, len(text) // 2) + 1)
    )


def _without_runs(text: str) -> str:
    """Leave out what runs along the digits, an alphabet or a row of keys, forwards or backwards."""
    left, place = "", 0
    while place < len(text):
        size = max(_run(text[place:], row) for one in _ROWS for row in (one, one[::-1]))
        if size < _SHORTEST_RUN:
            left, size = left + text[place], 1
        place += size
    return left


def _run(text: str, row: str) -> int:
    """Count how many signs at the start of the text stand beside each other in the row."""
    start = row.find(text[0])
    size = 0
    while start >= 0 and size < len(text) and start + size < len(row) and text[size] == row[start + size]:
        size += 1
    return size


def _folded(text: str) -> str:
    marks = unicodedata.normalize("NFD", text.casefold())
    return "".join(sign for sign in marks if not unicodedata.combining(sign)).replace("ς", "σ")


def _letters(text: str) -> str:
    return "".join(sign for sign in _folded(text) if sign.isalnum())
