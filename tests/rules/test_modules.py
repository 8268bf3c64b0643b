"""The law of modules: questions with one clear answer, facts that may be cited, banks that suffice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.rules.modules import (
    Answer,
    Defect,
    Reason,
    fact_defect,
    needs_fact,
    question_defects,
    twins,
    unfilled_rows,
)

RIGHT, WRONG = Answer(right=True), Answer(right=False)


@pytest.mark.parametrize("kind", ["single", "truefalse", "situation"])
@pytest.mark.parametrize("right", range(4))
@pytest.mark.parametrize("count", range(2, 6))
def test_one_choice_wants_three_options_and_one_right(kind: str, right: int, count: int) -> None:
    answers = [RIGHT] * min(right, count) + [WRONG] * max(0, count - right)
    expected = [Defect(Reason.NOT_THREE)] if count != 3 else []
    expected += [Defect(Reason.NOT_ONE_RIGHT)] if min(right, count) != 1 else []
    assert question_defects(kind, answers, None) == expected


@pytest.mark.parametrize(
    ("answers", "reasons"),
    [
        ([RIGHT, WRONG], []),
        ([RIGHT, RIGHT, WRONG, WRONG], []),
        ([RIGHT, RIGHT], [Reason.NO_WRONG]),
        ([WRONG, WRONG], [Reason.NO_RIGHT]),
    ],
)
def test_multiple_wants_a_right_and_a_wrong_option(answers: list[Answer], reasons: list[Reason]) -> None:
    assert [defect.reason for defect in question_defects("multiple", answers, None)] == reasons


def test_a_choice_has_no_targets() -> None:
    answers = [RIGHT, WRONG, Answer(right=False, target="act")]
    assert question_defects("single", answers, ["act"]) == [Defect(Reason.HAS_TARGETS), Defect(Reason.HAS_TARGET, 2)]


def test_match_sends_every_option_to_a_target() -> None:
    answers = [
        Answer(right=False, target="act"),
        Answer(right=False, target="x"),
        WRONG,
        Answer(right=True, target="act"),
    ]
    assert question_defects("match", answers, ["act", "means"]) == [
        Defect(Reason.BAD_TARGET, 1),
        Defect(Reason.BAD_TARGET, 2),
        Defect(Reason.HAS_RIGHT, 3),
    ]
    assert question_defects("match", answers[:1], ["act"]) == []
    assert question_defects("match", answers[:1], None) == [Defect(Reason.NO_TARGETS)]


@settings(deadline=None)
@given(st.permutations(["1", "2", "3", "4"]))
def test_any_permutation_is_an_order(places: list[str]) -> None:
    assert question_defects("order", [Answer(right=False, target=place) for place in places], None) == []


@pytest.mark.parametrize("places", [["1", "1", "2"], ["1", "2", "4"], ["0", "1", "2"], ["1", "2", None]])
def test_other_places_are_no_order(places: list[str | None]) -> None:
    answers = [Answer(right=False, target=place) for place in places]
    assert question_defects("order", answers, None) == [Defect(Reason.NO_PERMUTATION)]


def test_an_order_marks_no_option_right() -> None:
    answers = [Answer(right=True, target="1"), Answer(right=False, target="2")]
    assert question_defects("order", answers, None) == [Defect(Reason.HAS_RIGHT, 0)]


@pytest.mark.parametrize(
    ("kind", "fictional", "needed"),
    [
        ("text", False, True),
        ("affected", False, True),
        ("case", False, True),
        ("case", True, False),
        ("sorter", True, False),
        ("reflection", False, False),
    ],
)
def test_only_reflections_and_fiction_need_no_fact(kind: str, *, fictional: bool, needed: bool) -> None:
    assert needs_fact(kind, fictional=fictional) is needed


@pytest.mark.parametrize(
    ("known", "confidence", "screen", "reason"),
    [
        (False, "", "", Reason.UNKNOWN),
        (True, "unverified", "yes", Reason.UNVERIFIED),
        (True, "unverified", "never", Reason.UNVERIFIED),
        (True, "editorial", "never", Reason.NEVER_SHOWN),
        (True, "one_source", "history", None),
        (True, "verified_2plus", "yes", None),
    ],
)
def test_which_facts_may_be_cited(*, known: bool, confidence: str, screen: str, reason: Reason | None) -> None:
    assert fact_defect(known=known, confidence=confidence, screen=screen) is reason


@settings(deadline=None)
@given(st.lists(st.sampled_from("abc")))
def test_twins_are_what_a_set_would_lose(keys: list[str]) -> None:
    assert len(twins(keys)) == len(keys) - len(set(keys))
    assert [keys[place] for place in twins(keys) if keys[place] not in keys[:place]] == []


@pytest.mark.parametrize(
    ("rows", "unfilled"),
    [
        ([(1, {"a"}), (1, {"b"}), (1, {"c"})], []),
        ([(2, {"a"})], [(0, 1)]),
        ([(1, set())], [(0, 0)]),
        # The first row may take the only question of the second, which therefore cannot count on it.
        ([(1, {"a", "b"}), (1, {"a"})], [(1, 0)]),
        ([(1, {"a", "c"}), (1, {"a", "b"})], []),
    ],
)
def test_a_row_is_filled_whatever_earlier_rows_took(
    rows: list[tuple[int, set[str]]], unfilled: list[tuple[int, int]]
) -> None:
    assert unfilled_rows(rows) == unfilled
