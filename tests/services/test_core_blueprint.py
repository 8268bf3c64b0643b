"""The core final as the curriculum writes it: 2,000 quizzes drawn from the shipped bank, each line by line.

The table below is written from the curriculum, not from the course's file.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import yaml

from tests import right
from toolkit import paths
from toolkit.rules import quizzes
from toolkit.rules.quizzes import Item
from toolkit.services import courses

QUIZZES = 2000
ONE_CHOICE = {"single", "situation", "truefalse"}


@dataclass(frozen=True)
class Line:
    """One row of the curriculum's table: the objectives, how many items, and of which types one each."""

    objectives: set[str]
    items: int
    kinds: Sequence[set[str]]
    little: int = 0


TABLE = [
    Line({"o1-1", "o1-2"}, 2, [{"match"}, {"situation", "single"}]),
    Line({"o1-3", "o1-4"}, 1, [{"truefalse", "single"}]),
    Line({"o2-1", "o2-2", "o2-3"}, 1, [{"single"}]),
    Line({"o2-4"}, 1, [{"situation"}]),
    Line({"o3-1", "o3-2"}, 1, [ONE_CHOICE]),
    Line({"o4-1", "o4-2", "o4-3"}, 2, [{"situation", "single", "multiple"}] * 2, little=1),
    Line({"o4-4"}, 1, [ONE_CHOICE]),
    Line({"o5-1", "o5-2"}, 2, [{"order"}, {"situation"}]),
    Line({"o5-3", "o5-4"}, 1, [{"situation"}]),
]
MODULES = ["m01", "m04", "m05", "m02", "m03"]


def read(name: str) -> Any:
    return yaml.load((paths.MODULES / name).read_text(), yaml.BaseLoader)  # noqa: S506 - no types


@pytest.fixture(scope="module")
def course() -> Mapping[str, Any]:
    found: Mapping[str, Any] = read("courses/core.yaml")
    return found


@pytest.fixture(scope="module")
def bank() -> dict[str, dict[str, Any]]:
    """All items of all five modules, those that no final may ask too."""
    return {f"{module}.{key}": item for (module, key), item in right.banks().items() if module in MODULES}


@pytest.fixture(scope="module")
def finals(bank: dict[str, dict[str, Any]]) -> list[Item]:
    return [courses.item_for_rules(key.partition(".")[0], item) for key, item in bank.items() if "final" in item["use"]]


def seeded(seed: int) -> Random:
    """Give chance that is the same each time."""
    return Random(seed)  # noqa: S311 - a drawing, not a secret


def taught_in_core() -> set[str]:
    """Name the objectives that a lesson marked core teaches."""
    lessons = [lesson for module in MODULES for lesson in read(f"topics/{module}/module.yaml")["lessons"]]
    return {objective for lesson in lessons if lesson.get("core") == "yes" for objective in lesson["objectives"]}


def drawings(course: Mapping[str, Any], finals: list[Item], learners: int, each: int) -> Iterable[list[list[Item]]]:
    """Draw so many quizzes in a row for so many learners, each remembering what she saw."""
    rows = courses.blueprint(course)
    for seed in range(learners):
        random, seen, drawn = seeded(seed), {}, []
        for _ in range(each):
            quiz = quizzes.draw(rows, finals, seen, random)
            for item in quiz:
                seen[item.key] = len(seen) + 1000 * len(drawn)
            drawn.append(quiz)
        yield drawn


def fits(line: Line, items: list[Item]) -> bool:
    """Say whether the items of these objectives are so many, of these types, with so many too little to say."""
    mine = [item for item in items if item.objective in line.objectives]
    types = [item.type for item in mine]
    orders = [types, types[::-1]]
    return (
        len(mine) == line.items
        and any(all(kind in wanted for kind, wanted in zip(order, line.kinds, strict=True)) for order in orders)
        and sum(item.little for item in mine) == line.little
    )


def test_the_course_is_the_one_of_the_curriculum(course: Mapping[str, Any]):
    assert (course["modules"], course["minutes"]) == (MODULES, "60")
    assert (course["quiz"]["minutes"], course["quiz"]["pass"]) == ("7", "10")
    assert sum(line.items for line in TABLE) == 12
    assert len(TABLE) == 9


def test_two_thousand_quizzes_keep_to_every_line(course: Mapping[str, Any], bank: dict[str, Any], finals: list[Item]):
    core, count, orders = taught_in_core(), 0, set()
    for quiz in (quiz for row in drawings(course, finals, QUIZZES // 4, 4) for quiz in row):
        count += 1
        keys = [item.key for item in quiz]
        assert len(set(keys)) == len(quiz) == 12
        assert all(fits(line, quiz) for line in TABLE), [(item.key, item.objective, item.type) for item in quiz]
        assert all("final" in bank[key]["use"] for key in keys)
        assert {item.objective for item in quiz} <= core, "only what a core lesson teaches"
        families = [item.family for item in quiz if item.family]
        assert len(set(families)) == len(families), "no two forms of one question"
        orders.add(tuple(item.objective[:2] for item in quiz))
    assert count == QUIZZES
    assert len(orders) > QUIZZES / 2, "shuffled"


def test_two_in_a_row_share_at_most_a_third(course: Mapping[str, Any], finals: list[Item]):
    for row in drawings(course, finals, QUIZZES // 4, 4):
        for before, after in pairwise(row):
            assert len({item.key for item in before} & {item.key for item in after}) <= 4
            assert len({item.question for item in before} & {item.question for item in after}) <= 4


def test_every_item_that_fits_is_drawn_sometimes(course: Mapping[str, Any], finals: list[Item]):
    drawn = Counter(item.key for row in drawings(course, finals, 200, 4) for quiz in row for item in quiz)
    rows = courses.blueprint(course)
    assert {item.key for item in finals if any(row.takes(item) for row in rows)} == set(drawn)


def test_no_item_of_the_buyers_route_and_none_without_final_is_ever_drawn(bank: dict[str, Any], finals: list[Item]):
    kept_back = {key for key, item in bank.items() if "final" not in item["use"]}
    assert any(bank[key]["objective"] == "o5-3" for key in kept_back), "the buyers' route is asked in its lesson only"
    assert not kept_back & {item.key for item in finals}


def test_the_safety_items_are_those_of_the_first_two_objectives_of_m05(finals: list[Item]):
    assert {item.objective for item in finals if item.safety} == {"o5-1", "o5-2"}
    assert all(item.safety for item in finals if item.objective in {"o5-1", "o5-2"})


def test_missed_safety_items_come_again_in_every_other_form_before_the_first_comes_back(
    course: Mapping[str, Any], finals: list[Item]
):
    """Missing again and again goes through all forms, then through all of them in the same order."""
    for seed, (quiz,) in enumerate(drawings(course, finals, 200, 1)):
        for missed in (item for item in quiz if item.safety):
            forms = [item for item in finals if item.safety and item.objective == missed.objective]
            asked, chain = [item.key for item in quiz], [missed]
            for _ in range(2 * len(forms)):
                again = quizzes.another_form(chain[-1], finals, asked, {}, seeded(seed))
                assert again.objective == missed.objective
                assert again.safety
                asked.append(again.key)
                chain.append(again)
            first_round = [item.key for item in chain[: len(forms)]]
            assert sorted(first_round) == sorted(item.key for item in forms)
            assert [item.key for item in chain[len(forms) : 2 * len(forms)]] == first_round
            surfaces = [item.surface for item in quiz if item is not missed]
            if any(form.surface not in {*surfaces, missed.surface} for form in forms):
                assert chain[1].surface not in {*surfaces, missed.surface}, "another surface while there is one"
