"""A person's own data as she can read it: what was asked and answered by its text, courses and lessons by their names.

Texts are those of the edition that she was asked from, in the language she reads now; a text that is gone is left out,
and the keys that the database holds stay beside every text.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from toolkit.services import courses, own_data
from toolkit.services.courses import COURSES, Edition, Shelf, Structure
from toolkit.services.own_data import Row

_STRESS = re.compile(r"[*_]{1,2}(\S(?:.*?\S)?)[*_]{1,2}")
# The files of the download, and the tables that each holds.
FILES: Mapping[str, tuple[str, ...]] = {
    "person": ("people", "accounts", "devices"),
    "progress": ("enrolments", "lesson_states"),
    "answers": ("attempts",),
    "certificates": ("certificates", "withdrawals"),
    "messages": ("letters", "mail_tokens", "notices"),
    "forms": ("submissions",),
    "log": ("audit_entries",),
    "work": ("listing_confirmations", "listing_changes", "opening_tasks"),
}
_NESTED = {"attempt_items"}  # in their attempt


def files(session: Session, shelf: Shelf, person_id: int, language: str) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Give her data by file and table; a table that no file knows goes into one of its own name."""
    rows = own_data.rows(session, person_id)
    asked = own_data.asked(session, person_id)
    words = _Words(session, shelf, language)
    told: Mapping[str, Callable[[Row], dict[str, Any]]] = {
        "enrolments": lambda row: {"course": words.course(row["course_key"]), **row},
        "lesson_states": lambda row: words.lesson(row["module_key"], row["lesson_key"], row["chosen"]) | dict(row),
        "attempts": lambda row: {
            "course": words.course(row["course_key"]),
            **row,
            "questions": [words.question(row["editions"], item) for item in asked.get(row["key"], [])],
        },
        "certificates": lambda row: {"course": words.course(row["course_key"]), **row},
    }
    readable = {name: [told.get(name, dict)(row) for row in listed] for name, listed in rows.items()}
    known = {name for tables in FILES.values() for name in tables} | _NESTED
    listed = dict(FILES) | {name: (name,) for name in readable if name not in known}
    found = {file: {name: readable[name] for name in names if name in readable} for file, names in listed.items()}
    return {file: tables for file, tables in found.items() if tables}


class _Words:
    """Texts of the published editions, and of those that an attempt was drawn from."""

    def __init__(self, session: Session, shelf: Shelf, language: str) -> None:
        self._session, self._shelf, self._language = session, shelf, language

    def course(self, key: str) -> str | None:
        structure = self._shelf.course(self._language, key)
        return (
            None if structure is None else self._text(self._shelf.editions[COURSES, self._language], structure, "title")
        )

    def lesson(self, module: str, key: str, chosen: Mapping[str, str]) -> dict[str, Any]:
        edition = self._shelf.edition(module, self._language)
        lesson = None if edition is None else courses.lesson_of(edition.structure, key)
        if edition is None or lesson is None:
            return {"topic": None, "lesson": None, "choices": []}
        choices = [self._choice(edition, lesson, field, value) for field, value in chosen.items()]
        return {
            "topic": self._text(edition, edition.structure, "title"),
            "lesson": self._text(edition, lesson, "title"),
            "choices": choices,
        }

    def question(self, editions: Mapping[str, Any], row: Row) -> dict[str, Any]:
        edition = self._edition_of(editions, row["module_key"])
        item = None if edition is None else courses.items_of(edition.structure).get(row["item_key"])
        if edition is None or item is None:
            return {"question": None, "your_answer": [], **row}
        return {
            "question": self._question(edition, item),
            "your_answer": self._given(edition, item, row["given"] or {}),
            **row,
        }

    def _edition_of(self, editions: Mapping[str, Any], module: str) -> Edition | None:
        snapshots: Mapping[str, int] = editions.get("modules", {}).get(module, {}).get("snapshots", {})
        for tag in (self._language, *self._shelf.languages):
            if tag in snapshots:
                return courses.edition_of(self._session, self._shelf, module, tag, snapshots[tag])
        return None

    def _choice(self, edition: Edition, lesson: Structure, field: str, value: str) -> dict[str, Any]:
        block_key, _, card_key = field.partition(".")
        block = _named(lesson["blocks"], block_key)
        if block.get("kind") == "sorter":
            card = _named(block["cards"], card_key)
            return {"question": self._text(edition, card, "text"), "chosen": self._texts(edition, block["bins"], value)}
        item = block.get("twin") or block.get("item") or {}
        if item.get("targets"):
            option = _named(item["options"], card_key)
            return {
                "question": self._text(edition, option, "text"),
                "chosen": self._texts(edition, item["targets"], value),
            }
        return {
            "question": self._question(edition, item),
            "chosen": self._texts(edition, item.get("options", []), value),
        }

    def _given(self, edition: Edition, item: Structure, given: Mapping[str, str]) -> list[str]:
        options = {option["key"]: self._text(edition, option, "text") or option["key"] for option in item["options"]}
        targets = {target["key"]: self._text(edition, target, "text") or "" for target in item.get("targets", [])}
        if targets:
            return [f"{options.get(key, key)} → {targets.get(value, value)}" for key, value in given.items()]
        if item["type"] == "order":
            return [f"{value}. {options.get(key, key)}" for key, value in sorted(given.items(), key=lambda row: row[1])]
        return [options.get(key, key) for key in given]

    def _question(self, edition: Edition, item: Structure) -> str | None:
        said = [self._text(edition, item, part) for part in ("story", "stem", "question")]
        return " ".join(text for text in said if text) or None

    def _texts(self, edition: Edition, listed: list[Structure], keys: str) -> list[str]:
        named = {one["key"]: self._text(edition, one, "text") for one in listed}
        return [named.get(key) or key for key in keys.split()]

    def _text(self, edition: Edition, structure: Structure, part: str) -> str | None:
        unit = structure.get(part)
        if not isinstance(unit, str) or unit not in edition.body["texts"]:
            return None
        return _STRESS.sub(r"\1", edition.text(unit))


def _named(listed: list[Structure], key: str) -> Structure:
    return next((one for one in listed if one["key"] == key), {})
