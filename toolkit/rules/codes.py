"""Codes that people read aloud and type: Crockford base32, forgiving about what was typed.

Here: making, reading and showing them. Not here: what a code opens.
"""

import unicodedata
from enum import Enum

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RESUME_SIGNS = 10  # 50 bits; at least 40 are promised
CERTIFICATE_SIGNS = 12  # 60 bits
GROUP = 4

# What a hand, or a Greek or Cyrillic keyboard, makes of our signs. Crockford reads O as 0 and I, L as 1.
_LOOK_ALIKES = str.maketrans(
    "OILΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТУХ",
    "011ABEZH1KMN0PTYXABEKMH0PCTYX",
)
_FILLER = str.maketrans("", "", " \t\u00a0-–—‐‑−·._/")


class CodeReason(Enum):
    """Why a typed code cannot be one of ours."""

    EMPTY = "empty"
    LENGTH = "length"
    SIGN = "sign"


class CodeRefusedError(Exception):
    """A typed code that cannot be read; carries the reason."""

    def __init__(self, reason: CodeReason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def make_code(random: bytes, signs: int) -> str:
    """Turn random bytes into a code of so many signs, five bits each; raises ValueError when bytes are too few."""
    if len(random) * 8 < signs * 5:
        raise ValueError("too few random bytes")
    number = int.from_bytes(random, "big")
    return "".join(SIGNS[(number >> (5 * place)) & 31] for place in range(signs))


def read_code(typed: str, signs: int) -> str:
    """Read what a person typed: case, spaces, dashes, O for 0, I or L for 1 and Greek look-alikes do not matter.

    Raises CodeRefusedError when it is empty, has another length or holds a sign that no code has.
    """
    # Not str.upper() on the whole word: it is wrong for Greek words, but right for single letters.
    bare = (sign for sign in unicodedata.normalize("NFD", typed.translate(_FILLER)) if not unicodedata.combining(sign))
    code = "".join(sign.upper() for sign in bare if sign.isprintable()).translate(_LOOK_ALIKES)
    if not code:
        raise CodeRefusedError(CodeReason.EMPTY)
    if any(sign not in SIGNS for sign in code):
        raise CodeRefusedError(CodeReason.SIGN)
    if len(code) != signs:
        raise CodeRefusedError(CodeReason.LENGTH)
    return code


def show_code(code: str) -> str:
    """Show a code in groups that a person can hold: K7M4-P2XQ-9TRC, and K7M4P-2XQ9T for ten signs."""
    size = GROUP if len(code) % GROUP == 0 else 5
    return "-".join(code[start : start + size] for start in range(0, len(code), size))
