"""What a module must hold to be taught: facts behind every block, clear questions, stories that end, a full bank.

Not here: texts (modules_text.py), how much there is to read (modules_words.py). The surprise: the bank must fill a
course's quiz whatever earlier rows took.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

ONE_CHOICE = frozenset({"single", "truefalse", "situation"})
ONE_CHOICE_OPTIONS = 3
NEEDS_NO_FACT = frozenset({"reflection", "country"})  # a country's card says itself where it was read
TELLS_HISTORY = frozenset({"timeline", "table"})
END = "end"


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
    ONLY_HISTORY = "only_history"
    NO_SCENE = "no_scene"
    NOT_REACHED = "not_reached"
    ENDLESS = "endless"
    NAMED_END = "named_end"


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


@dataclass(frozen=True)
class Way:
    """One choice of a scene: is it the good one, and which scene it names as the next."""

    right: bool
    next: str | None = None


@dataclass(frozen=True)
class Moment:
    """One scene as the law sees it."""

    key: str
    ways: tuple[Way, ...]


@dataclass(frozen=True)
class SceneDefect:
    """What is wrong with a scene; ``way`` is the place of the choice, None for the whole scene."""

    reason: Reason
    scene: int
    way: int | None = None


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


def scene_defects(scenes: Sequence[Moment]) -> list[SceneDefect]:
    """Say why a story has no clear way through.

    Each scene has exactly one good choice. A choice leads to a scene of the story or to "end"; whoever always takes
    the good one comes to the end; some way leads to every scene.
    """
    keys = {scene.key for scene in scenes}
    found = []
    for place, scene in enumerate(scenes):
        if scene.key == END:
            found.append(SceneDefect(Reason.NAMED_END, place))
        if sum(way.right for way in scene.ways) != 1:
            found.append(SceneDefect(Reason.NOT_ONE_RIGHT, place))
        for number, way in enumerate(scene.ways):
            if way.next is not None and way.next != END and way.next not in keys:
                found.append(SceneDefect(Reason.NO_SCENE, place, number))
    if found:
        return found  # the ways cannot be walked before this is mended
    reached = _reached(scenes)
    found += [SceneDefect(Reason.NOT_REACHED, place) for place, scene in enumerate(scenes) if scene.key not in reached]
    return found if good_way(scenes) else [*found, SceneDefect(Reason.ENDLESS, 0)]


def leads_to(scenes: Sequence[Moment], place: int, way: Way) -> str | None:
    """Name what comes after a choice: a good one leads on by itself, another only where it names a scene."""
    if way.next is not None or not way.right:
        return way.next
    return scenes[place + 1].key if place + 1 < len(scenes) else END


def good_way(scenes: Sequence[Moment]) -> list[str]:
    """Name the scenes of whoever always takes the good choice; empty when that never comes to the end."""
    places = {scene.key: place for place, scene in enumerate(scenes)}
    walked: list[str] = []
    here: str | None = scenes[0].key
    while here in places and here not in walked:
        walked.append(here)
        scene = scenes[places[here]]
        good = next((way for way in scene.ways if way.right), None)
        here = leads_to(scenes, places[here], good) if good else None
    return walked if here == END else []


def _reached(scenes: Sequence[Moment]) -> set[str]:
    places = {scene.key: place for place, scene in enumerate(scenes)}
    reached: set[str] = set()
    waiting = [scenes[0].key]
    while waiting:
        here = waiting.pop()
        if here in reached or here not in places:
            continue
        reached.add(here)
        after = (leads_to(scenes, places[here], way) for way in scenes[places[here]].ways)
        waiting += [key for key in after if key is not None]
    return reached


def needs_fact(kind: str, *, fictional: bool) -> bool:
    """Say whether a block must cite a fact: all but reflections and fictional scenarios."""
    return kind not in NEEDS_NO_FACT and not fictional


def fact_defect(*, known: bool, confidence: str = "", screen: str = "", history: bool = True) -> Reason | None:
    """Say why a fact may not be cited: unknown, unverified, never for the screen, or old news where none is told.

    ``history`` says whether the place tells how things came about (a timeline, a table, what opens on demand).
    """
    if not known:
        return Reason.UNKNOWN
    if confidence == "unverified":
        return Reason.UNVERIFIED
    if screen == "never":
        return Reason.NEVER_SHOWN
    return Reason.ONLY_HISTORY if screen == "history" and not history else None


def tells_history(kind: str, *, folded: bool) -> bool:
    """Say whether a block may cite what is history by now: a timeline, a table, a text with a part that opens."""
    return kind in TELLS_HISTORY or (kind == "text" and folded)


def twins(keys: Iterable[str]) -> list[int]:
    """Give the places of keys that stood before."""
    seen: set[str] = set()
    found = []
    for place, key in enumerate(keys):
        if key in seen:
            found.append(place)
        seen.add(key)
    return found


def unfilled_rows(rows: Sequence[tuple[int, Collection[str]]]) -> list[tuple[int, int]]:
    """Name the rows of a quiz that the bank cannot surely fill, as (place of the row, questions it surely has).

    ``rows`` are (count, questions that fit); earlier rows may have taken any question that fits them too. A question
    counts once, however many forms it has.
    """
    fitting = [set(questions) for _, questions in rows]
    found = []
    for place, (count, _) in enumerate(rows):
        taken = sum(min(rows[earlier][0], len(fitting[earlier] & fitting[place])) for earlier in range(place))
        sure = max(0, len(fitting[place]) - taken)
        if sure < count:
            found.append((place, sure))
    return found
