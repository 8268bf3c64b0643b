"""Lessons as the curriculum counts them: what only a lesson asks is asked there, and how often a core lesson asks.

A unit has one place, so a question of the bank and its check in a lesson have units of their own: the words are
compared, in every language.
"""

from typing import Any

import pytest
import yaml

from tests import courses
from toolkit import paths
from toolkit.services.modules_folder import read_folder
from toolkit.services.modules_report import report
from toolkit.services.modules_screen import lesson_decisions

TOPICS = sorted(folder.name for folder in (paths.MODULES / "topics").iterdir() if folder.is_dir())
DECISIONS = {  # the tables of lessons in the curriculum; the nine that it marks as core
    "1-1": 4,
    "1-2": 3,
    "2-1": 4,
    "2-2": 4,
    "3-1": 4,
    "4-1": 4,
    "4-2": 4,
    "5-1": 4,
    "5-2": 3,
}


def content(module: str, name: str) -> Any:
    """Read one content file of a module without giving its values types."""
    return yaml.load((paths.MODULES / f"topics/{module}/{name}.yaml").read_text(), yaml.BaseLoader)  # noqa: S506


def languages(module: str) -> list[str]:
    return sorted(path.name.split(".")[1] for path in (paths.MODULES / f"topics/{module}").glob("text.*.yaml"))


def lesson_items() -> list[tuple[str, str]]:
    """List the questions that no quiz and no refresher draws, as (module, key)."""
    return [
        (module, item["key"])
        for module in TOPICS
        for item in content(module, "bank")["items"]
        if item["use"] == ["lesson"]
    ]


def said(question: dict[str, Any], texts: dict[str, dict[str, str]]) -> tuple[object, ...]:
    """Give what a question asks in one language: its type, stem, question, and each answer with what is right of it."""
    asked = [texts[question[name]]["text"] for name in ("stem", "question") if name in question]
    answers = [
        (texts[one["text"]]["text"], texts[one["feedback"]]["text"], one.get("right"), one.get("target"))
        for one in question["options"]
    ]
    return question["type"], asked, answers


def test_there_are_questions_for_lessons_only() -> None:
    assert ("m05", "i16") in lesson_items(), "on the buyers' route: asked in lesson 5.3 only"


@pytest.mark.parametrize(("module", "key"), lesson_items())
def test_a_question_for_lessons_only_stands_in_a_lesson_of_its_module(module: str, key: str) -> None:
    item = next(one for one in content(module, "bank")["items"] if one["key"] == key)
    lessons = [one for one in courses.module(module)["lessons"] if item["objective"] in one["objectives"]]
    checks = [block["item"] for lesson in lessons for block in lesson["blocks"] if block["kind"] == "check"]
    for language in languages(module):
        texts = content(module, f"text.{language}")["units"]
        assert said(item, texts) in [said(check, texts) for check in checks], language


def test_each_core_lesson_asks_as_often_as_the_curriculum_says() -> None:
    core = [lesson for module in TOPICS for lesson in courses.module(module)["lessons"] if "core" in lesson]
    assert {lesson["key"]: lesson_decisions(lesson) for lesson in core} == DECISIONS


def test_the_report_says_the_same_of_core_lessons() -> None:
    lessons = [lesson for module in report(read_folder(paths.MODULES)) for lesson in module.lessons if lesson.core]
    assert {lesson.key: lesson.decisions for lesson in lessons} == DECISIONS
