"""Reports of mistakes in the texts: which text is meant, what may be sent, how many a day. Never who sent it."""

import re
import unicodedata
from dataclasses import dataclass
from enum import Enum

TEXT_LIMIT = 1000  # signs: a mistake is said in a few sentences, a life is not told here
REPORTS_A_DAY = 200  # of everybody together that nobody has dealt with yet; more would only bury the others
QUIZ = "quiz"  # stands where a lesson's key stands when the text is a question of the module's bank
_KEY = "[a-z0-9][a-z0-9-]{0,39}"  # as keys in course files are written
_PLACE = re.compile(f"({_KEY})/({_KEY})/({_KEY})")
# They turn the order of signs round, so that an admin would read something else than what was sent.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C])


class Reason(Enum):
    """Why a report is not taken."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"


class ReportRefusedError(Exception):
    """Refused; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Place:
    """Where a text stands: a block of a lesson, or a question of a module's bank (``lesson`` is then "quiz")."""

    module: str
    lesson: str
    part: str

    @property
    def at(self) -> str:
        """Write the place as it stands in addresses: m01/1-1/b2."""
        return f"{self.module}/{self.lesson}/{self.part}"


def read_place(at: str) -> Place | None:
    """Read a place as it stands in addresses; None for whatever cannot be one."""
    found = _PLACE.fullmatch(at)
    return Place(*found.groups()) if found else None


def check_text(typed: str) -> str:
    """Give what was typed as it is kept: composed, with plain line ends, without signs that cannot be seen.

    At most 1,000 signs, and at least one; raises ReportRefusedError otherwise.
    """
    plain = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n")).translate(_TURNING)
    text = "".join(sign for sign in plain if sign in "\n\t" or unicodedata.category(sign) not in _UNSEEN).strip()
    if not text:
        raise ReportRefusedError(Reason.EMPTY)
    if len(text) > TEXT_LIMIT:
        raise ReportRefusedError(Reason.TOO_LONG)
    return text


_UNSEEN = {"Cc", "Cs", "Co", "Cn"}  # control signs, halves, private use, not assigned


def check_room(open_today: int) -> None:
    """Refuse a report once 200 of one day wait to be dealt with; raises ReportRefusedError."""
    if open_today >= REPORTS_A_DAY:
        raise ReportRefusedError(Reason.TOO_MANY)
