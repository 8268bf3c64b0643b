"""The final quiz: which items are drawn, what is right, who has passed, what was weakest.

An item comes as plain values: its type, its option keys, and the right answer as a mapping
option -> "yes" (choices), option -> target (match) or option -> place (order).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
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
    UNKNOWN_OPTION = "unknown_option"
    ANSWERED_OTHERWISE = "answered_otherwise"
    ATTEMPT_CLOSED = "attempt_closed"
    OUT_OF_TURN = "out_of_turn"


class AnswerRefusedError(Exception):
    """Refused; carries the reason."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class Item:
    """What the law needs to know of an item; texts are elsewhere."""

    key: str
    type: str
    objective: str
    surface: str
    solution: Mapping[str, str]
    options: tuple[str, ...]
    targets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Row:
    """One line of a course's blueprint: so many items of these objectives and types."""

    count: int
    objectives: frozenset[str]
    types: frozenset[str]


def grade(item: Item, given: Mapping[str, str]) -> bool:
    """Say whether an answer is wholly right: the right option, all right ones and no wrong one, or every row in place.

    ``given`` maps option keys to "yes" or to a target; raises AnswerRefusedError when nothing was chosen,
    a row was left out, more than one was chosen where one is asked for, or an option is unknown.
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
    elif set(given.values()) != {YES} or (item.type in ONE_CHOICE and len(given) != 1):
        raise AnswerRefusedError(Reason.UNKNOWN_OPTION)
    return dict(given) == dict(item.solution)


def option_right(item: Item, option: str, given: Mapping[str, str]) -> bool:
    """Say whether one option was treated rightly: a right one chosen, a wrong one left, a row in its place."""
    return given.get(option) == item.solution.get(option)


def draw(rows: Sequence[Row], bank: Sequence[Item], seen: Mapping[str, int], random: Random) -> list[Item]:
    """Draw the items of one attempt by the blueprint, then shuffle them.

    ``seen`` maps item keys to how lately they were seen (larger = later); unseen and least lately seen items come
    first, ties by chance; two items of one surface are avoided while others fit. Raises ValueError when the bank
    cannot fill a row (the content check finds that before).
    """
    drawn: list[Item] = []
    surfaces: Counter[str] = Counter()
    for row in rows:
        fitting = [i for i in bank if i.objective in row.objectives and i.type in row.types and i not in drawn]
        random.shuffle(fitting)
        fitting.sort(key=lambda i: seen.get(i.key, -1))
        for _ in range(row.count):
            if not fitting:
                raise ValueError("the bank cannot fill the blueprint")
            best = min(fitting, key=lambda i: (seen.get(i.key, -1), surfaces[i.surface]))
            fitting.remove(best)
            drawn.append(best)
            surfaces[best.surface] += 1
    random.shuffle(drawn)
    return drawn


def option_order(item: Item, random: Random) -> list[str]:
    """Give the order in which an item's options are shown in one attempt."""
    order = list(item.options)
    random.shuffle(order)
    return order


def passed(*, right: int, pass_mark: int) -> bool:
    """Say whether so many right answers pass."""
    return right >= pass_mark


def weakest(results: Sequence[tuple[str, bool]]) -> str | None:
    """Name the objective with the largest share of misses (the earlier one on a tie), or None without a miss.

    ``results`` are (objective, right) pairs in the order asked.
    """
    asked = Counter(objective for objective, _ in results)
    missed = Counter(objective for objective, right in results if not right)
    if not missed:
        return None
    return max(dict.fromkeys(o for o, _ in results), key=lambda o: (missed[o] / asked[o], missed[o]))
