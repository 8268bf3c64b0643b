"""What can be chosen in a lesson: its fields, their options, what is right, and how far a scenario has come.

A field is named after its block ("b6") or, where a block asks several things, after block and row ("b5.c1",
"b4.hotel-s1"). The surprise: a scenario's later scenes are part of the page from the start; reached() says which show.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.services.courses import Structure

YES = "yes"
END = "end"  # what a scenario reaches last
TEST = "test"  # the questions by which the experienced skip a lesson


@dataclass(frozen=True)
class Field:
    """One thing that is asked: where it is kept, its options in order, the right ones, space separated."""

    name: str
    options: tuple[str, ...]
    solution: str


def fields_of(lesson: Structure) -> dict[str, Field]:
    """Map the name of each field of a lesson to it."""
    found = {found.name: found for block in lesson["blocks"] for found in _fields(block)}
    for n, item in enumerate(lesson.get("test_me", []), start=1):
        found[f"{TEST}.{n}"] = Field(f"{TEST}.{n}", _keys(item["options"]), _right(item["options"]))
    return found


def test_passed(lesson: Structure, chosen: Mapping[str, str]) -> bool:
    """Say whether all questions of a lesson's "test me" are answered rightly; without questions nothing is passed."""
    right = {name: value for name, value in solutions_of(lesson).items() if name.startswith(f"{TEST}.")}
    return bool(right) and all(chosen.get(name) == value for name, value in right.items())


def choices_of(lesson: Structure) -> dict[str, list[str]]:
    """Map each field in which something can be chosen to its options: "b6" -> a, b, c; "b5.c1" -> the bins."""
    return {name: list(found.options) for name, found in fields_of(lesson).items()}


def solutions_of(lesson: Structure) -> dict[str, str]:
    """Map each such field to its right value, options space separated in their order."""
    return {name: found.solution for name, found in fields_of(lesson).items()}


def reached(lesson: Structure, chosen: Mapping[str, str]) -> set[str]:
    """Name the scenes and endings that show: the first of each scenario, and what the choices made lead to.

    The good way leads on to the next scene; another choice leads on only where it names a scene itself.
    """
    found: set[str] = set()
    for block in lesson["blocks"]:
        for prefix, scenes in _scenarios(block):
            keys = [scene["key"] for scene in scenes]
            at: str | None = keys[0]
            while at is not None and f"{prefix}{at}" not in found:
                found.add(f"{prefix}{at}")
                if at == END:
                    break
                place = keys.index(at)
                picked = chosen.get(f"{prefix}{at}")
                option = next((one for one in scenes[place]["options"] if one["key"] == picked), None)
                at = None if option is None else leads_to(option, keys, place)
    return found


def leads_to(option: Structure, scenes: list[str], place: int) -> str | None:
    """Name the scene that a choice leads to, "end", or None where it leads nowhere and she may choose again."""
    if option.get("next"):
        return str(option["next"])
    if option.get("right") == YES:
        return scenes[place + 1] if place + 1 < len(scenes) else END
    return None


def _scenarios(block: Structure) -> Iterator[tuple[str, list[Structure]]]:
    """Give each scenario of a block with the prefix of its fields."""
    if block["kind"] == "scenario":
        yield f"{block['key']}.", block["scenes"]
    elif block["kind"] == "sectors":
        for story in block["stories"]:
            yield f"{block['key']}.{story['key']}-", story["scenes"]


def _fields(block: Structure) -> Iterator[Field]:
    key = block["key"]
    if block["kind"] == "sorter":
        bins = tuple(bin_["key"] for bin_ in block["bins"])
        for card in block["cards"]:
            yield Field(f"{key}.{card['key']}", bins, card["bin"])
    for prefix, scenes in _scenarios(block):
        for scene in scenes:
            yield Field(f"{prefix}{scene['key']}", _keys(scene["options"]), _right(scene["options"]))
    for situation in block.get("situations", []):
        names = _keys(block["indicators"])
        present = " ".join(name for name in names if name in situation["present"])
        yield Field(f"{key}.{situation['key']}", names, present)
    question = block.get("twin") or block.get("item")
    if question:
        yield from _question(key, question)


def _question(key: str, question: Structure) -> Iterator[Field]:
    options = question["options"]
    if question.get("type") == "order":
        places = tuple(str(n + 1) for n in range(len(options)))
    elif question.get("targets"):
        places = _keys(question["targets"])
    else:
        yield Field(key, _keys(options), _right(options))
        return
    for option in options:
        yield Field(f"{key}.{option['key']}", places, option["target"])


def _keys(listed: list[Structure]) -> tuple[str, ...]:
    return tuple(one["key"] for one in listed)


def _right(options: list[Structure]) -> str:
    return " ".join(one["key"] for one in options if one.get("right") == YES)
