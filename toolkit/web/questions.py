"""A question of a bank as templates want it: its texts in the reader's language, in the form for her country.

Not a page: the quiz and the refreshers both ask. The country comes from this device's cookie and is never kept.
"""

from collections.abc import Sequence
from typing import Any

from toolkit.services.courses import Edition, Structure
from toolkit.web import frame
from toolkit.web.rendering import Texts


def for_country(item: Structure) -> Structure:
    """Give an item in its form for the country chosen on this device, else its general form; "country" says which."""
    chosen = frame.country()
    form = next((one for one in item.get("countries") or () if one["country"] == chosen), None)
    if form is None:
        return {**item, "country": ""}
    # A form has a question of its own or none; its answers mean the same under the same keys.
    return {**{name: value for name, value in item.items() if name != "question"}, **form}


def described(edition: Edition, structure: Structure, order: Sequence[str]) -> dict[str, Any]:
    """Describe an item without any word of what is right."""
    t = Texts(edition)
    texts = {option["key"]: t(option["text"]) for option in structure["options"]}
    return {
        "key": structure["key"],
        "type": structure["type"],
        "fictional": structure.get("fictional") == "yes",
        "stem": t(structure["stem"]),
        "question": t(structure["question"]) if "question" in structure else "",
        "options": [{"key": key, "text": texts[key]} for key in order],
        "targets": _targets(structure, t),
    }


def _targets(structure: Structure, t: Texts) -> list[dict[str, Any]]:
    if structure["type"] == "order":
        return [{"key": str(place), "n": str(place)} for place in range(1, len(structure["options"]) + 1)]
    return [{"key": target["key"], "text": t(target["text"])} for target in structure.get("targets", [])]


def outcome(edition: Edition, structure: Structure, *, right: bool | None) -> dict[str, Any]:
    """Describe what an item says once it was answered: what is right, why, and from which sources."""
    t = Texts(edition)
    cites = edition.body["cites"]
    return {
        "module": edition.document,
        "right": right,
        "options": {
            option["key"]: {
                "right": option.get("right") == "yes",
                "target": option.get("target", ""),
                "feedback": t(option["feedback"]),
            }
            for option in structure["options"]
        },
        "cites": list(dict.fromkeys(cites[fact] for fact in structure.get("facts", []) if fact in cites)),
    }
