"""The core final as the curriculum writes it: 2,000 quizzes drawn from the shipped bank, each line by line.

The table below is written from the curriculum, not from the course's file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

import pytest
import yaml

from tests import right
from toolkit import paths
from toolkit.rules import quizzes
from toolkit.rules.quizzes import Item, Row
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


@dataclass(frozen=True)
class Attempt:
    """One quiz of a learner: the twelve that were drawn, and how each missed safety item came again."""

    drawn: list[Item]
    seen: dict[str, int]  # before it
    again: list[list[Item]]  # the missed item first

    @property
    def keys(self) -> list[str]:
        """All that was asked, in its order."""
        return [item.key for item in self.drawn] + [item.key for chain in self.again for item in chain[1:]]


def attempt(rows: Sequence[Row], finals: list[Item], seen: dict[str, int], random: Random) -> Attempt:
    """Draw a quiz as the service does and miss some of its safety items, some of them again and again."""
    before, drawn = dict(seen), quizzes.draw(rows, finals, seen, random)
    asked, chains = [item.key for item in drawn], []
    for missed in (item for item in drawn if item.safety):
        chain = [missed]
        for _ in range(random.choice((0, 0, 1, 2, 5, 18))):
            chain.append(quizzes.another_form(chain[-1], finals, asked, before, random))
            asked.append(chain[-1].key)
        chains.append(chain)
    moment = max(seen.values(), default=0) + 1
    seen |= {key: moment + place for place, key in enumerate(asked)}
    return Attempt(drawn, before, chains)


def learner(course: Mapping[str, Any], finals: list[Item], seed: int, count: int) -> list[Attempt]:
    """Draw so many quizzes in a row for one learner, who remembers all that she was asked."""
    rows, seen, random = courses.blueprint(course), dict[str, int](), seeded(seed)
    return [attempt(rows, finals, seen, random) for _ in range(count)]


@pytest.fixture(scope="module")
def learners(course: Mapping[str, Any], finals: list[Item]) -> list[list[Attempt]]:
    """All the quizzes, four in a row for each learner."""
    return [learner(course, finals, seed, 4) for seed in range(QUIZZES // 4)]


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


def test_two_thousand_quizzes_keep_to_every_line(learners: list[list[Attempt]], bank: dict[str, Any]):
    core, count, orders = taught_in_core(), 0, set()
    for quiz in (one.drawn for row in learners for one in row):
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


def test_two_in_a_row_share_at_most_a_third(learners: list[list[Attempt]]):
    for row in learners:
        for before, after in pairwise(row):
            assert len({item.key for item in before.drawn} & {item.key for item in after.drawn}) <= 4
            assert len({item.question for item in before.drawn} & {item.question for item in after.drawn}) <= 4
            # Whoever misses eighteen times has seen every form; else what came again counts, too.
            if max(len(chain) for one in (before, after) for chain in one.again) <= 3:
                both = set(before.keys) & set(after.keys)
                assert 3 * len(both) <= min(len(set(before.keys)), len(set(after.keys)))


def test_every_item_for_a_final_is_asked_sometimes(
    course: Mapping[str, Any], learners: list[list[Attempt]], finals: list[Item], bank: dict[str, Any]
):
    """In this final, in that of another course with the module, or days after it: no item waits for nobody."""
    asked = {key for row in learners for one in row for key in one.keys}
    core, basics = taught_in_core(), courses.blueprint(read("courses/basics.yaml"))
    later = {objective for day in course["refreshers"] for objective in day["objectives"]}
    for item in (item for item in finals if item.objective in core and item.key not in asked):
        comes_later = item.objective in later and "refresher" in bank[item.key]["use"]
        assert comes_later or any(row.takes(item) for row in basics), f"{item.key} waits for nobody"
    assert len(asked) > 0.9 * sum(item.objective in core for item in finals)


def test_no_item_of_the_buyers_route_and_none_without_final_is_ever_drawn(bank: dict[str, Any], finals: list[Item]):
    kept_back = {key for key, item in bank.items() if "final" not in item["use"]}
    assert any(bank[key]["objective"] == "o5-3" for key in kept_back), "the buyers' route is asked in its lesson only"
    assert not kept_back & {item.key for item in finals}


def test_the_safety_items_are_those_of_the_first_two_objectives_of_m05(finals: list[Item]):
    assert {item.objective for item in finals if item.safety} == {"o5-1", "o5-2"}
    assert all(item.safety for item in finals if item.objective in {"o5-1", "o5-2"})


def test_missed_safety_items_come_again_in_every_other_form_before_the_first_comes_back(
    learners: list[list[Attempt]], finals: list[Item]
):
    """In all quizzes: missed again and again, all forms come, then all of them in the same order."""
    missed_often = 0
    for one in (one for row in learners for one in row):
        asked = [item.key for item in one.drawn]
        for first, *more in one.again:
            forms = {item.key for item in finals if item.safety and item.objective == first.objective}
            for again in more:
                assert again.objective == first.objective
                assert again.safety
                unused = [item for item in finals if item.key in forms - set(asked)]
                if unused:
                    assert again in unused, "another form while there is one"
                    here = [item for item in finals if item.key in asked]
                    questions, surfaces = {item.question for item in here}, {item.surface for item in here}
                    best = [item for item in unused if item.question not in questions] or unused
                    best = [item for item in best if item.surface not in surfaces] or best
                    assert again in best, "of another question and surface while there is one"
                    assert one.seen.get(again.key, 0) == min(one.seen.get(item.key, 0) for item in best)
                else:
                    places = {key: place for place, key in enumerate(asked) if key in forms}
                    assert again.key == min(places, key=lambda key: places[key]), "the one that was asked first"
                    missed_often += 1
                asked.append(again.key)
    assert missed_often > QUIZZES
