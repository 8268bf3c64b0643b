"""When a translation is current, stale or missing, and what is shown in its place.

Not here: where revisions are kept. The surprise: staleness is worked out from revision numbers and never stored.
"""

import hashlib
import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

SHORT_HASH_SIGNS = 12
UNKNOWN_SOURCE = 0  # made from a source text that is older than anything we hold

_SPACE = re.compile(r"\s+")


class Change(StrEnum):
    """What a new source text changed: the meaning (translations become stale) or only the wording."""

    MEANING = "meaning"
    WORDING = "wording"


class Status(StrEnum):
    """How a translation stands to its source."""

    MISSING = "missing"
    STALE = "stale"
    CURRENT = "current"


def source_hash(text: str) -> str:
    """Give the SHA-256 (hex) of a text in which invisible differences do not count: NFC, runs of space as one."""
    return hashlib.sha256(_SPACE.sub(" ", unicodedata.normalize("NFC", text)).strip().encode()).hexdigest()


def short_hash(text: str) -> str:
    """Give the first 12 hex digits of the source hash, as a translation's file names it (`of`)."""
    return source_hash(text)[:SHORT_HASH_SIGNS]


def status(*, translated_from: int | None, source: int, wording: Collection[int] = ()) -> Status:
    """Say how a translation stands: stale when any later source revision changed the meaning.

    ``translated_from`` is the source revision it was made from (None: there is no translation; UNKNOWN_SOURCE: one we
    never held), ``source`` the newest revision, ``wording`` the numbers of revisions that changed only the wording.
    """
    if translated_from is None:
        return Status.MISSING
    later = range(translated_from + 1, source + 1)
    return Status.STALE if any(no not in wording for no in later) else Status.CURRENT


def fallbacks(units: Iterable[tuple[str, str | None]], translated: Collection[str]) -> list[str]:
    """Name the units shown in the source language: untranslated ones, and whole questions around them, never mixed.

    ``units`` are (unit, question or None) pairs in order of use.
    """
    pairs = list(units)
    broken = {question for unit, question in pairs if question is not None and unit not in translated}
    return [unit for unit, question in pairs if unit not in translated or question in broken]


def made_from(of: str, hashes: Sequence[str]) -> int:
    """Give the number (from 1) of the newest source revision whose hash begins with ``of``, or UNKNOWN_SOURCE."""
    for no in range(len(hashes), 0, -1):
        if hashes[no - 1].startswith(of):
            return no
    return UNKNOWN_SOURCE
