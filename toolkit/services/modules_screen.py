"""What of a lesson stands on screen, in words, and how many decisions it asks for.

Counted as a reader meets it: of the feedback to one question the longest, of sector stories and countries the longest,
of a scene one outcome with its feedback. Not counted: what opens on demand, "test me", sources, the country's card.
The surprise: these work on plain mappings (modules_folder.dump), so that a new kind of block counts as a whole.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from toolkit.rules import modules as rules
from toolkit.rules import modules_words
from toolkit.services.modules_schema_types import UnitId

Count = Callable[[str], int]  # the words of one unit in the language asked for
Data = Mapping[str, Any]

_ALL_FEEDBACK = frozenset({"match", "order", "multiple"})  # every row has its own, shown at once
_ONE_CHOICE_FIELDS = ("stem", "story", "question", "targets")


def units(data: object) -> Iterator[UnitId]:
    """Give every unit below a value, in order."""
    if isinstance(data, UnitId):
        yield data
    elif isinstance(data, Mapping):
        for value in data.values():
            yield from units(value)
    elif isinstance(data, list):
        for value in data:
            yield from units(value)


def lesson_words(lesson: Data, count: Count) -> int:
    """Count the words of a lesson's blocks."""
    return sum(block_words(block, count) for block in lesson["blocks"])


def block_words(block: Data, count: Count) -> int:
    """Count the words of one block, its heading included."""
    kind = block["kind"]
    if kind == "check":
        return _words(block.get("heading"), count) + _question(block["item"], count)
    if kind == "case":
        return _words(_without(block, "twin"), count) + (_question(block["twin"], count) if "twin" in block else 0)
    if kind == "scenario":
        return _words(_without(block, "scenes"), count) + sum(_scene(scene, count) for scene in block["scenes"])
    if kind == "sectors":
        return _words(_without(block, "stories"), count) + _stories(block["stories"], count)
    if kind == "law_map":
        names = sum(_words(country["name"], count) for country in block["countries"])
        cards = max(_words(_without(country, "name"), count) for country in block["countries"])
        return _words(_without(block, "countries"), count) + names + cards
    return _words(_without(block, "more"), count)


def decisions(block: Data) -> int:
    """Count what a block asks her to decide."""
    kind = block["kind"]
    if kind == "check":
        return 1
    if kind == "sorter":
        return modules_words.sorter_decisions(len(block["cards"]))
    if kind == "case":
        return 1 if "twin" in block else 0
    if kind == "scenario":
        return good_scenes(block["scenes"])
    if kind == "sectors":
        return min(good_scenes(story["scenes"]) for story in block["stories"])
    return len(block.get("situations", ())) if kind == "indicators" else 0


def lesson_decisions(lesson: Data) -> int:
    """Count the decisions of a lesson."""
    return sum(decisions(block) for block in lesson["blocks"])


def good_scenes(scenes: Sequence[Data]) -> int:
    """Count the scenes of whoever always takes the good choice."""
    return len(rules.good_way(moments(scenes)))


def moments(scenes: Sequence[Data]) -> list[rules.Moment]:
    """Give scenes as the law sees them."""
    return [
        rules.Moment(
            scene["key"], tuple(rules.Way("right" in option, option.get("next")) for option in scene["options"])
        )
        for scene in scenes
    ]


def _without(data: Data, *names: str) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key not in names}


def _words(data: object, count: Count) -> int:
    return sum(count(unit) for unit in units(data))


def _question(question: Data, count: Count) -> int:
    asked = sum(_words(question.get(name), count) for name in _ONE_CHOICE_FIELDS)
    return asked + _options(question["options"], count, every=question.get("type") in _ALL_FEEDBACK)


def _options(options: Sequence[Data], count: Count, *, every: bool = False) -> int:
    answers = [_words([option.get("outcome"), option["feedback"]], count) for option in options]
    return sum(_words(option["text"], count) for option in options) + (sum(answers) if every else max(answers))


def _scene(scene: Data, count: Count) -> int:
    return _words(_without(scene, "options"), count) + _options(scene["options"], count)


def _stories(stories: Sequence[Data], count: Count) -> int:
    told = (
        _words(_without(story, "name", "scenes"), count) + sum(_scene(scene, count) for scene in story["scenes"])
        for story in stories
    )
    return sum(_words(story["name"], count) for story in stories) + max(told)
