"""The final quiz: when it opens, what is drawn, what is right, what is asked again, who has passed, what was weakest.

An item comes as plain values: its type, its option keys, and the right answer as a mapping
option -> "yes" (choices), option -> target (match) or option -> place (order).
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from random import Random

ONE_CHOICE = frozenset({"single", "truefalse", "situation"})
ROWS = frozenset({"match", "order"})
YES = "yes"


class Reason(Enum):
    """Why an attempt or an answer is refused."""

    NOTHING_CHOSEN = "nothing_chosen"
    INCOMPLETE = "incomplete"
    PLACE_TWICE = "place_twice"
    UNKNOWN_OPTION = "unknown_option"
    ANSWERED_OTHERWISE = "answered_otherwise"
    ATTEMPT_CLOSED = "attempt_closed"
    OUT_OF_TURN = "out_of_turn"
    NOT_YET_OPEN = "not_yet_open"


class AnswerRefusedError(Exception):
    """Refused; carries the reason, and of a quiz that is not yet open the lessons still to finish."""

    def __init__(self, reason: Reason, ahead: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.ahead = ahead


@dataclass(frozen=True)
class Item:
    """What the law needs to know of an item; texts are elsewhere.

    The key is the only one in all banks. Items of one ``family`` are forms of one question. ``little``: too little to
    say. ``safety``: missed, it is asked again in another form.
    """

    key: str
    type: str
    objective: str
    surface: str
    solution: Mapping[str, str]
    options: tuple[str, ...]
    targets: tuple[str, ...] = ()
    family: str = ""
    little: bool = False
    safety: bool = False

    @property
    def question(self) -> str:
        """The question that it asks, the same for all its forms."""
        return f"family {self.family}" if self.family else self.key


@dataclass(frozen=True)
class Row:
    """One line of a course's blueprint: so many items of these objectives and types.

    ``little`` asks for items that are too little to say (True), for others (False), or for either (None).
    """

    count: int
    objectives: frozenset[str]
    types: frozenset[str]
    little: bool | None = None

    def takes(self, item: Item) -> bool:
        """Say whether an item fits this line."""
        return (
            item.objective in self.objectives
            and item.type in self.types
            and (self.little is None or item.little is self.little)
        )


def stays_open(*, under_way: bool, passed: bool) -> bool:
    """Say whether the quiz is hers whatever lessons it asks for by now: she is in it, or she has passed it."""
    return under_way or passed


def still_ahead(before: Sequence[tuple[str, str]], finished: Collection[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Name the lessons that keep a quiz closed, in their order: it opens when each lesson ``before`` it is finished.

    Lessons are (module, lesson) keys.
    """
    return [lesson for lesson in before if lesson not in finished]


def grade(item: Item, given: Mapping[str, str]) -> bool:
    """Say whether an answer is wholly right: the right option, all right ones and no wrong one, or every row in place.

    ``given`` maps option keys to "yes" or to a target; raises AnswerRefusedError when nothing was chosen,
    a row was left out, two rows of an order have one place, more than one was chosen where one is asked for, or an
    option is unknown.
    """
    if not given:
        raise AnswerRefusedError(Reason.NOTHING_CHOSEN)
    if not set(given) <= set(item.options):
        raise AnswerRefusedError(Reason.UNKNOWN_OPTION)
    if item.type in ROWS:
        if not set(given.values()) <= set(item.targets):
            raise AnswerRefusedError(Reason.UNKNOWN_OPTION)
        if set(given) != set(item.options):
            raise AnswerRefusedError(Reason.INCOMPLETE)
        if item.type == "order" and len(set(given.values())) < len(given):
            raise AnswerRefusedError(Reason.PLACE_TWICE)
    elif set(given.values()) != {YES} or (item.type in ONE_CHOICE and len(given) != 1):
        raise AnswerRefusedError(Reason.UNKNOWN_OPTION)
    return dict(given) == dict(item.solution)


def option_right(item: Item, option: str, given: Mapping[str, str]) -> bool:
    """Say whether one option was treated rightly: a right one chosen, a wrong one left, a row in its place."""
    return given.get(option) == item.solution.get(option)


def draw(rows: Sequence[Row], bank: Sequence[Item], seen: Mapping[str, int], random: Random) -> list[Item]:
    """Draw the items of one attempt by the blueprint, then shuffle them; never two forms of one question.

    ``seen`` maps item keys to how lately they were seen (larger = later); questions unseen in any form and least lately
    seen come first, then the form, ties by chance; two items of one surface are avoided while others fit. Raises
    ValueError when the bank cannot fill a row (the content check finds that before).
    """
    drawn: list[Item] = []
    questions: set[str] = set()
    surfaces: Counter[str] = Counter()
    lately: dict[str, int] = {}
    for item in bank:
        lately[item.question] = max(lately.get(item.question, -1), seen.get(item.key, -1))
    for row in rows:
        fitting = [item for item in bank if row.takes(item) and item.question not in questions]
        random.shuffle(fitting)
        for _ in range(row.count):
            if not fitting:
                raise ValueError("the bank cannot fill the blueprint")
            best = min(fitting, key=lambda i: (lately[i.question], seen.get(i.key, -1), surfaces[i.surface]))
            fitting = [item for item in fitting if item.question != best.question]
            drawn.append(best)
            questions.add(best.question)
            surfaces[best.surface] += 1
    random.shuffle(drawn)
    return drawn


def another_form(
    missed: Item, bank: Sequence[Item], asked: Sequence[str], seen: Mapping[str, int], random: Random
) -> Item:
    """Choose in which form a missed safety item is asked again, in the same attempt.

    ``asked`` are the keys that the attempt has asked and will still ask, in their order. A form that is not among them
    comes first: of another question and surface, then least lately ``seen`` before this attempt, ties by chance. When
    none is left, the one that was asked first comes back, then the second, and so on.
    """
    forms = {item.key: item for item in bank if item.safety and item.objective == missed.objective}
    fresh = [item for key, item in forms.items() if key not in asked]
    if fresh:
        here = [item for item in bank if item.key in asked]
        questions, surfaces = {item.question for item in here}, {item.surface for item in here}
        random.shuffle(fresh)
        return min(fresh, key=lambda i: (i.question in questions, i.surface in surfaces, seen.get(i.key, -1)))
    last = {key: place for place, key in enumerate(asked) if key in forms}
    return forms[min(last, key=lambda key: last[key])]


def option_order(item: Item, random: Random) -> list[str]:
    """Give the order in which an item's options are shown in one attempt."""
    order = list(item.options)
    random.shuffle(order)
    return order


def passed(*, right: int, pass_mark: int) -> bool:
    """Say whether so many right answers pass."""
    return right >= pass_mark


def settled(results: Sequence[tuple[str, bool | None]], count: int) -> list[bool]:
    """Say which of the first ``count`` items count as right: answered rightly, then or when it was asked again.

    ``results`` are (objective, right) in the order asked; those after ``count`` were asked again, one for each miss.
    """
    again = Counter(objective for objective, right in results[count:] if right)
    found = []
    for objective, right in results[:count]:
        mended = not right and again[objective] > 0
        again[objective] -= mended
        found.append(bool(right) or mended)
    return found


def weakest(results: Sequence[tuple[str, bool]], most: int = 2) -> list[str]:
    """Name the lessons with the largest share of misses, at most so many, the weakest first; none without a miss.

    ``results`` are (lesson, right) pairs in the order asked; on a tie more misses count, then who was asked first.
    """
    asked = Counter(lesson for lesson, _ in results)
    missed = Counter(lesson for lesson, right in results if not right)
    first = list(dict.fromkeys(lesson for lesson, _ in results))
    ranked = sorted(missed, key=lambda one: (-missed[one] / asked[one], -missed[one], first.index(one)))
    return ranked[:most]
