"""The law of the refreshers: each day its own share of the bank, no two questions alike, whatever the bank."""

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.rules import refreshers
from toolkit.rules.refreshers import Day, Question

DAYS = [Day(7, ("a", "a", "b")), Day(30, ("a", "c")), Day(90, ("a", "b"))]


def seeded(seed: int) -> Random:
    """Give chance that is the same each time."""
    return Random(seed)  # noqa: S311 - a drawing, not a secret


def question(key: str, objective: str, sector: str, family: str = "") -> Question:
    return Question(key, objective, sector, f"surface of {key}", family)


ENOUGH = [question(f"{objective}{n}", objective, f"sector {n}") for objective in "abc" for n in range(6)]


def asked(day: int, bank: list[Question], tries: int = 60) -> set[str]:
    return {one.key for seed in range(tries) for one in refreshers.draw(DAYS, day, bank, seeded(seed))}


@pytest.mark.parametrize("day", [7, 30, 90])
def test_each_day_asks_for_its_objectives(day: int):
    wanted = next(one.objectives for one in DAYS if one.day == day)
    orders = set()
    for seed in range(60):
        drawn = refreshers.draw(DAYS, day, ENOUGH, seeded(seed))
        assert Counter(one.objective for one in drawn) == Counter(wanted)
        assert len({one.key for one in drawn}) == len(drawn)
        orders.add(tuple(one.objective for one in drawn))
    assert len(orders) > 1, "shuffled"


def test_no_question_and_no_sector_of_one_day_comes_back_on_another():
    found = {day: asked(day, ENOUGH) for day in (7, 30, 90)}
    assert not found[7] & found[30]
    assert not found[7] & found[90]
    assert not found[30] & found[90]
    sectors = {day: {(q.objective, q.sector) for q in ENOUGH if q.key in found[day]} for day in found}
    assert not sectors[7] & sectors[90]


def test_chance_decides_within_the_share_of_a_day():
    assert len(asked(90, ENOUGH)) > 2


def test_a_small_bank_is_asked_again_rather_than_not_at_all():
    bank = [question("a0", "a", "x"), question("a1", "a", "y"), question("b0", "b", "z"), question("c0", "c", "z")]
    assert refreshers.unfilled(DAYS, bank) == []
    assert {one.key for one in refreshers.draw(DAYS, 7, bank, seeded(1))} == {"a0", "a1", "b0"}


@pytest.mark.parametrize("alike", [{"surface": "same"}, {"family": "same"}])
def test_two_questions_alike_never_stand_on_one_page(alike: dict[str, str]):
    bank = [Question(f"a{n}", "a", "x", **{"surface": f"s{n}", **alike}) for n in range(2)]
    days = [Day(7, ("a", "a"))]
    assert refreshers.unfilled(days, bank) == [0]
    with pytest.raises(ValueError, match="cannot fill"):
        refreshers.draw(days, 7, bank, seeded(1))
    other = Question("a2", "a", "x", "another")
    assert refreshers.unfilled(days, [*bank, other]) == []
    for seed in range(20):
        assert other in refreshers.draw(days, 7, [*bank, other], seeded(seed))


def test_a_day_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="cannot fill"):
        refreshers.draw(DAYS, 8, ENOUGH, seeded(1))


@given(
    st.lists(
        st.builds(
            Question,
            st.uuids().map(str),
            st.sampled_from("abc"),
            st.sampled_from(["x", "y", "z"]),
            st.sampled_from(["", "s", "t"]),
            st.sampled_from(["", "f"]),
        ),
        max_size=14,
    ),
    st.integers(0, 99),
)
def test_whatever_the_bank_a_day_is_filled_rightly_or_named_as_unfilled(bank: list[Question], seed: int):
    unfilled = refreshers.unfilled(DAYS, bank)
    for n, day in enumerate(DAYS):
        if n in unfilled:
            continue
        drawn: list[Any] = refreshers.draw(DAYS, day.day, bank, seeded(seed))
        assert Counter(one.objective for one in drawn) == Counter(day.objectives)
        for part in ("key", "surface", "family"):
            named = [getattr(one, part) for one in drawn if getattr(one, part)]
            assert len(set(named)) == len(named)
