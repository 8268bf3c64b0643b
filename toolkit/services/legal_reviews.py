"""The words for buyers who want to report, country by country: shown once a lawyer of the country has read them.

A review speaks for the words as they were read, in all languages, and for the services that they name: where one of
them changes, it holds no longer. Who read them and when is a line of the list before opening (opening_tasks.py).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from toolkit.models.site import OpeningTask
from toolkit.rules import directory as rule

LINE = "law-"  # the line of a country on the list before opening begins with this
Body = Mapping[str, Any]
Spoken = Mapping[str, Mapping[str, str]]  # unit, language, text
Reviews = Mapping[tuple[str, bytes], date]  # by country and fingerprint


@dataclass(frozen=True)
class Words:
    """What a lawyer is to read: the text in each language, the services that it names, and their fingerprint."""

    texts: Mapping[str, str]
    named: tuple[str, ...]
    mark: bytes


def words(country: Body, spoken: Spoken) -> Words | None:
    """Give what stands in a country's structure for buyers; None where there is nothing."""
    if "buyers" not in country:
        return None
    texts = dict(spoken[country["buyers"]["text"]])
    named = tuple(listing["key"] for listing in country["listings"] if listing.get("buyers") == "yes")
    return Words(texts, named, rule.fingerprint_of_words(texts, named))


def reviews(session: Session) -> Reviews:
    """Read who has read what: the day by country and fingerprint; one statement."""
    asked = select(OpeningTask.key, OpeningTask.of, OpeningTask.done_on).where(OpeningTask.of.is_not(None))
    return {(key.removeprefix(LINE), bytes(of)): on for key, of, on in session.execute(asked) if of}


def reviewed(country: Body, spoken: Spoken, held: Reviews) -> date | None:
    """Say on which day a lawyer read the words as they are now; None when nobody has."""
    found = words(country, spoken)
    return held.get((country["key"], found.mark)) if found is not None else None
