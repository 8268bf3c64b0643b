"""The refreshers: which questions are asked so many days after the certificate, without remembering what was asked.

The surprise: nothing is kept, so the bank itself is shared out. Each day that asks for an objective has its own share
of that objective's questions, by sector; as far as the bank reaches, no day shows what another has shown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Question:
    """What the law needs to know of an item for refreshers; ``family`` is empty or what its other forms share."""

    key: str
    objective: str
    sector: str
    surface: str
    family: str = ""


@dataclass(frozen=True)
class Day:
    """One refresher: so many days after the certificate, one question for each objective named."""

    day: int
    objectives: tuple[str, ...]


def draw(days: Sequence[Day], day: int, bank: Sequence[Question], random: Random) -> list[Question]:
    """Draw the questions of one day at random and shuffle them; no two of one family or surface.

    Raises ValueError when there is no such day or its share of the bank cannot fill it (the content check finds that
    before).
    """
    shares = _shares(days, day, bank)
    for share in shares:
        random.shuffle(share)
    drawn = next(_chosen(shares), None)
    if not drawn:
        raise ValueError("the bank cannot fill the refresher")
    random.shuffle(drawn)
    return drawn


def unfilled(days: Sequence[Day], bank: Sequence[Question]) -> list[int]:
    """Name the places of the days that the bank cannot fill."""
    return [n for n, day in enumerate(days) if next(_chosen(_shares(days, day.day, bank)), None) is None]


def _shares(days: Sequence[Day], day: int, bank: Sequence[Question]) -> list[list[Question]]:
    """Give for each question of a day what may be asked: its share of the objective, by sector, else by question."""
    found = []
    asked: dict[str, int] = {}
    for one in days:
        for objective in one.objectives:
            place = asked[objective] = asked.get(objective, -1) + 1
            if one.day != day:
                continue
            times = sum(each.objectives.count(objective) for each in days)
            fitting = sorted((q for q in bank if q.objective == objective), key=lambda q: q.key)
            sectors = sorted({q.sector for q in fitting})
            if len(sectors) >= times:
                own = set(sectors[place::times])
                found.append([q for q in fitting if q.sector in own])
            else:
                found.append(fitting[place::times] if len(fitting) >= times else fitting)
    return found


def _chosen(shares: Sequence[Sequence[Question]]) -> Iterator[list[Question]]:
    if not shares:
        yield []
        return
    for question in shares[0]:
        others = [[q for q in share if not _alike(q, question)] for share in shares[1:]]
        for rest in _chosen(others):
            yield [question, *rest]


def _alike(one: Question, other: Question) -> bool:
    return (
        one.key == other.key
        or (one.surface != "" and one.surface == other.surface)
        or (one.family != "" and one.family == other.family)
    )
