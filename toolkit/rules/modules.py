"""What a module must hold to be taught: facts behind every block, clear questions, a bank that suffices.

Not here: texts (modules_text.py). The surprise: the bank must fill a course's quiz whatever earlier rows took.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

ONE_CHOICE = frozenset({"single", "truefalse", "situation"})
ONE_CHOICE_OPTIONS = 3
NEEDS_NO_FACT = frozenset({"reflection"})


class Reason(Enum):
    """Why a question cannot be asked, or a fact not be cited."""

    NOT_THREE = "not_three"
    NOT_ONE_RIGHT = "not_one_right"
    NO_RIGHT = "no_right"
    NO_WRONG = "no_wrong"
    NO_TARGETS = "no_targets"
    HAS_TARGETS = "has_targets"
    HAS_TARGET = "has_target"
    HAS_RIGHT = "has_right"
    BAD_TARGET = "bad_target"
    NO_PERMUTATION = "no_permutation"
    UNKNOWN = "unknown"
    UNVERIFIED = "unverified"
    NEVER_SHOWN = "never_shown"


@dataclass(frozen=True)
class Answer:
    """One option as the law sees it: marked right or not, and where it belongs."""

    right: bool
    target: str | None = None


@dataclass(frozen=True)
class Defect:
    """What is wrong with a question; ``option`` is the place of the option, None for the whole."""

    reason: Reason
    option: int | None = None


def question_defects(kind: str, answers: Sequence[Answer], targets: Sequence[str] | None) -> list[Defect]:
    """Say why a question has no clear solution.

    One-choice kinds have exactly three options, one of them right; a multiple has a right one and a wrong one;
    a match sends every option to one of its targets; an order gives the options the places 1, 2, 3 … once each.
    """
    if kind == "match":
        return _match_defects(answers, targets)
    found = [Defect(Reason.HAS_TARGETS)] if targets is not None else []
    if kind == "order":
        found += [Defect(Reason.HAS_RIGHT, place) for place, answer in enumerate(answers) if answer.right]
        if sorted(answer.target or "" for answer in answers) != sorted(str(n + 1) for n in range(len(answers))):
            found.append(Defect(Reason.NO_PERMUTATION))
        return found
    found += [Defect(Reason.HAS_TARGET, place) for place, answer in enumerate(answers) if answer.target is not None]
    right = sum(answer.right for answer in answers)
    if kind in ONE_CHOICE:
        if len(answers) != ONE_CHOICE_OPTIONS:
            found.append(Defect(Reason.NOT_THREE))
        if right != 1:
            found.append(Defect(Reason.NOT_ONE_RIGHT))
        return found
    if right == 0:
        found.append(Defect(Reason.NO_RIGHT))
    if right == len(answers):
        found.append(Defect(Reason.NO_WRONG))
    return found


def _match_defects(answers: Sequence[Answer], targets: Sequence[str] | None) -> list[Defect]:
    if targets is None:
        return [Defect(Reason.NO_TARGETS)]
    found = []
    for place, answer in enumerate(answers):
        if answer.right:
            found.append(Defect(Reason.HAS_RIGHT, place))
        if answer.target not in targets:
            found.append(Defect(Reason.BAD_TARGET, place))
    return found


def needs_fact(kind: str, *, fictional: bool) -> bool:
    """Say whether a block must cite a fact: all but reflections and fictional scenarios."""
    return kind not in NEEDS_NO_FACT and not fictional


def fact_defect(*, known: bool, confidence: str = "", screen: str = "") -> Reason | None:
    """Say why a fact may not be cited: unknown, unverified, or never for the screen."""
    if not known:
        return Reason.UNKNOWN
    if confidence == "unverified":
        return Reason.UNVERIFIED
    return Reason.NEVER_SHOWN if screen == "never" else None


def twins(keys: Iterable[str]) -> list[int]:
    """Give the places of keys that stood before."""
    seen: set[str] = set()
    found = []
    for place, key in enumerate(keys):
        if key in seen:
            found.append(place)
        seen.add(key)
    return found


def unfilled_rows(
    rows: Sequence[tuple[int, Collection[str], Collection[str]]], items: Sequence[tuple[str, str]]
) -> list[tuple[int, int]]:
    """Name the rows of a quiz that the bank cannot surely fill, as (place of the row, items it surely has).

    ``rows`` are (count, objectives, types), ``items`` (objective, type); earlier rows may have taken any item that
    fits them too.
    """
    fitting = [
        {place for place, (objective, kind) in enumerate(items) if objective in objectives and kind in types}
        for _, objectives, types in rows
    ]
    found = []
    for place, (count, _, _) in enumerate(rows):
        taken = sum(min(rows[earlier][0], len(fitting[earlier] & fitting[place])) for earlier in range(place))
        sure = max(0, len(fitting[place]) - taken)
        if sure < count:
            found.append((place, sure))
    return found
