"""The shipped courses as their files say them: which lessons there are, what each asks, and what is right."""

from datetime import date
from functools import lru_cache
from typing import Any

import yaml
from sqlalchemy.orm import Session

from toolkit import paths
from toolkit.services import choices, progress
from toolkit.services import courses as published


@lru_cache
def module(key: str) -> dict[str, Any]:
    """Read one module's structure; nobody changes it."""
    text = (paths.MODULES / f"topics/{key}/module.yaml").read_text()
    return yaml.load(text, yaml.BaseLoader)  # type: ignore[no-any-return]  # noqa: S506 - no types


@lru_cache
def course(key: str) -> dict[str, Any]:
    """Read one course's structure."""
    text = (paths.MODULES / f"courses/{key}.yaml").read_text()
    return yaml.load(text, yaml.BaseLoader)  # type: ignore[no-any-return]  # noqa: S506


def lesson(module_key: str, key: str) -> dict[str, Any]:
    """Give one lesson."""
    return next(one for one in module(module_key)["lessons"] if one["key"] == key)


def lessons(course_key: str, *, core: bool = True) -> list[tuple[str, str]]:
    """List a course's lessons in the order of reading, as (module, lesson); quiet ones stand in no course."""
    return [
        (key, one["key"])
        for key in course(course_key)["modules"]
        for one in module(key)["lessons"]
        if "quiet" not in one and ("core" in one or not core)
    ]


def questions(module_key: str = "m01", key: str = "1-1") -> list[tuple[str, dict[str, str]]]:
    """List a lesson's questions in order: block, and the right value of each field of its form.

    Of the scenarios of several sectors the first is taken, as a reader would take one.
    """
    found: list[tuple[str, dict[str, str]]] = []
    whole = lesson(module_key, key)
    right = choices.solutions_of(whole)
    for block in whole["blocks"]:
        own = {name: value for name, value in right.items() if name.partition(".")[0] == block["key"]}
        if block["kind"] == "sectors":
            first = f"{block['key']}.{block['stories'][0]['key']}-"
            own = {name: value for name, value in own.items() if name.startswith(first)}
        if own:
            found.append((block["key"], {name.partition(".")[2] or "choice": value for name, value in own.items()}))
    return found


def kind(module_key: str, key: str, block_key: str) -> str:
    """Name the kind of a block; a question to put in order is "order", one with targets "match"."""
    block = next(one for one in lesson(module_key, key)["blocks"] if one["key"] == block_key)
    asked = block.get("item", {}).get("type", "")
    return asked if asked in ("order", "match") else str(block["kind"])


def finish_before_quiz(session: Session, course_key: str, person_id: int, *, today: date) -> None:
    """Finish for somebody the lessons after which the quiz of a course opens, through the services."""
    shelf = published.shelf(session)
    structure = shelf.course("en", course_key)
    assert structure is not None
    for module_key, key in published.before_quiz(shelf, structure):
        edition = shelf.edition(module_key, "en")
        found = published.lesson_of(edition.structure, key) if edition is not None else None
        assert found is not None
        done = published.blocks_of(found)
        progress.record_lesson(
            session, person_id, module_key, found,
            done=done, chosen={}, last_block=done[-1], today=today, course=course_key,
        )  # fmt: skip


def english_name(country: str) -> str:
    """Name a country of the help directory in English."""
    folder = paths.MODULES / "directory"
    key = yaml.load((folder / f"{country}.yaml").read_text(), yaml.BaseLoader)["name"]  # noqa: S506
    texts = yaml.load((folder / "text.en.yaml").read_text(), yaml.BaseLoader)["units"]  # noqa: S506
    return str(texts[key]["text"])


@lru_cache
def directory_texts(lang: str) -> dict[str, str]:
    """Give what buyers are told about the law, by country."""
    folder = paths.MODULES / "directory"
    texts = yaml.load((folder / f"text.{lang}.yaml").read_text(), yaml.BaseLoader)["units"]  # noqa: S506
    files = {path.stem: yaml.load(path.read_text(), yaml.BaseLoader) for path in folder.glob("??.yaml")}  # noqa: S506
    return {key: texts[one["buyers"]["text"]]["text"] for key, one in files.items() if "buyers" in one}
