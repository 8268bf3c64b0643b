"""Refreshers: the questions of one day, drawn anew for each request, and a calendar that says nothing of what for.

Nothing here writes, and nothing asks who is reading.
"""

import secrets
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from random import Random

from toolkit.rules import quizzes as quiz_rule
from toolkit.rules import refreshers as rule
from toolkit.services import courses
from toolkit.services.courses import Edition, Shelf, Structure

Asked = tuple[Edition, Structure, list[str]]


def drawn(shelf: Shelf, course: Structure, day: int, language: str) -> list[Asked] | None:
    """Draw the questions of one day: (edition, item, order of options); None when the course has no such day.

    Raises ValueError when the bank cannot fill the day (the content check finds that before).
    """
    days = courses.refresher_days(course)
    if day not in {one.day for one in days}:
        return None
    random = Random(secrets.randbits(128))  # noqa: S311 - seeded from the system; not a secret
    places: dict[str, tuple[Edition, Structure]] = {}
    bank = []
    for module in course["modules"]:
        edition = shelf.edition(module, language)
        for item in courses.items_of(edition.structure).values() if edition is not None else ():
            if edition is not None and courses.REFRESHER in item["use"]:
                question = courses.refresher_question(module, item)
                bank.append(question)
                places[question.key] = edition, item
    found = []
    for question in rule.draw(days, day, bank, random):
        edition, item = places[question.key]
        order = quiz_rule.option_order(courses.item_for_rules(edition.document, item), random)
        found.append((edition, item, order))
    return found


def calendar(days: Iterable[tuple[date, str]], title: str, *, now: datetime) -> bytes:
    """Write a calendar (RFC 5545) of whole days, each with an address and the same neutral title, and nothing else."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//calendar//calendar//EN"]
    for day, address in days:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{secrets.token_hex(16)}",  # by chance: it must not say where it comes from
            f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{_escaped(title)}",
            f"URL:{address}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """End a line as the format asks: at most 75 octets, the rest after a line break and a space, no letter cut."""
    pieces, piece = [], b""
    for letter in line:
        octets = letter.encode()
        if len(piece) + len(octets) > 75:
            pieces.append(piece)
            piece = b" "
        piece += octets
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
