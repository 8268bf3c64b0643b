"""The law of the quiz: a table of answers and grades, and what every drawing keeps to, whatever bank and past."""

import json
from collections import Counter
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from toolkit.rules import quizzes
from toolkit.rules.quizzes import AnswerRefusedError, Item, Row

# One table for all who grade: a package's script can be held to the same cases.
CASES = json.loads(Path(__file__).with_name("grading.json").read_text())
TYPES = ("single", "truefalse", "situation", "multiple", "match", "order")


def item(case: dict[str, Any]) -> Item:
    return Item("i", case["type"], "o", "s", case["solution"], tuple(case["options"]), tuple(case["targets"]))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['type']}: {case['why']}")
def test_grading_follows_the_table(case: dict[str, Any]):
    if isinstance(case["expected"], bool):
        assert quizzes.grade(item(case), case["given"]) is case["expected"]
    else:
        with pytest.raises(AnswerRefusedError) as refused:
            quizzes.grade(item(case), case["given"])
        assert refused.value.reason.value == case["expected"]


def test_the_table_has_each_type_with_right_wrong_and_refused():
    assert len(CASES) >= 40
    kinds = {(case["type"], case["expected"] if isinstance(case["expected"], bool) else "refused") for case in CASES}
    assert kinds == {(type_, outcome) for type_ in TYPES for outcome in (True, False, "refused")}


@pytest.mark.parametrize(
    "case", [c for c in CASES if c["expected"] is True], ids=lambda case: f"{case['type']} {case['why']}"
)
def test_an_option_is_right_when_it_was_treated_rightly(case: dict[str, Any]):
    one = item(case)
    assert all(quizzes.option_right(one, option, case["given"]) for option in one.options)
    some = one.options[0]
    other = (
        {k: v for k, v in case["given"].items() if k != some}
        if some in case["given"]
        else {**case["given"], some: "yes"}
    )
    assert not quizzes.option_right(one, some, other)


LESSONS = st.lists(st.tuples(st.sampled_from(["m1", "m2"]), st.sampled_from(["1", "2", "3"])), unique=True)


@given(LESSONS, LESSONS)
def test_a_quiz_is_closed_by_the_lessons_before_it_that_are_not_finished(before: Any, finished: Any):
    ahead = quizzes.still_ahead(before, finished)
    assert set(ahead) == set(before) - set(finished)
    assert ahead == sorted(ahead, key=before.index)


@pytest.mark.parametrize("passed", [False, True])
@pytest.mark.parametrize("under_way", [False, True])
def test_whoever_is_in_it_or_has_passed_keeps_the_quiz(*, under_way: bool, passed: bool):
    assert quizzes.stays_open(under_way=under_way, passed=passed) is (under_way or passed)


OBJECTIVES = ["o1", "o2", "o3"]
ITEMS = st.lists(
    st.tuples(st.sampled_from(OBJECTIVES), st.sampled_from(TYPES), st.sampled_from(["", "van", "hotel", "farm"])),
    min_size=1,
    max_size=14,
).map(
    lambda rows: [
        Item(f"i{n}", type_, objective, surface, {}, ("a",)) for n, (objective, type_, surface) in enumerate(rows)
    ]
)
ROWS = st.lists(
    st.builds(
        Row,
        st.integers(1, 3),
        st.frozensets(st.sampled_from(OBJECTIVES), min_size=1),
        st.frozensets(st.sampled_from(TYPES), min_size=1),
    ),
    min_size=1,
    max_size=4,
)


def seeded(seed: int) -> Random:
    """Give chance that is the same each time."""
    return Random(seed)  # noqa: S311 - a drawing, not a secret


def fits(one: Item, row: Row) -> bool:
    return one.objective in row.objectives and one.type in row.types


@given(ITEMS, ROWS, st.data())
def test_a_drawing_fills_every_row_with_other_items_or_says_that_it_cannot(
    bank: list[Item], rows: list[Row], data: Any
):
    seen = data.draw(st.dictionaries(st.sampled_from([i.key for i in bank]), st.integers(0, 20)))
    try:
        drawn = quizzes.draw(rows, bank, seen, seeded(data.draw(st.integers(0, 99))))
    except ValueError:
        # Rows are filled in their order, so only a bank in which a row lacks items for sure may be refused.
        taken = [sum(row.count for row in rows[:n]) for n in range(len(rows))]
        assert any(sum(fits(i, row) for i in bank) - taken[n] < row.count for n, row in enumerate(rows))
        return
    assert len(drawn) == len({i.key for i in drawn}) == sum(row.count for row in rows)
    assert all(one in bank for one in drawn)
    assert _fillable(rows, drawn), "the drawn items are the blueprint's"


def _fillable(rows: list[Row], drawn: list[Item]) -> bool:
    """Say whether the items can be shared out to the rows, each row getting its count."""
    places = [row for row in rows for _ in range(row.count)]
    held: dict[int, int] = {}

    def place(item_no: int, tried: set[int]) -> bool:
        for number, row in enumerate(places):
            if number not in tried and fits(drawn[item_no], row):
                tried.add(number)
                if number not in held or place(held[number], tried):
                    held[number] = item_no
                    return True
        return False

    return all(place(n, set()) for n in range(len(drawn)))


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 30)), min_size=2, max_size=12), st.integers(1, 12), st.integers(0, 99)
)
def test_unseen_items_come_first_then_those_seen_longest_ago(past: list[int | None], count: int, seed: int):
    assume(count <= len(past))
    bank = [Item(f"i{n}", "single", "o", f"s{n}", {}, ("a",)) for n in range(len(past))]
    seen = {f"i{n}": when for n, when in enumerate(past) if when is not None}
    drawn = quizzes.draw([Row(count, frozenset({"o"}), frozenset({"single"}))], bank, seen, seeded(seed))
    order = [seen.get(one.key, -1) for one in drawn]
    left = [seen.get(one.key, -1) for one in bank if one not in drawn]
    assert not left or max(order) <= min(left)


def test_of_equals_another_surface_comes_first():
    bank = [
        Item(key, "single", "o", surface, {}, ("a",)) for key, surface in (("a", "van"), ("b", "van"), ("c", "hotel"))
    ]
    row = [Row(2, frozenset({"o"}), frozenset({"single"}))]
    for seed in range(30):
        assert {one.surface for one in quizzes.draw(row, bank, {}, seeded(seed))} == {"van", "hotel"}
    seen = {"c": 1}
    assert {one.key for one in quizzes.draw(row, bank, seen, seeded(1))} == {"a", "b"}, "not seen yet counts more"


def test_chance_decides_between_equals_and_in_what_order_they_are_asked():
    bank = [Item(f"i{n}", "single", "o", f"s{n}", {}, ("a", "b", "c")) for n in range(4)]
    row = [Row(2, frozenset({"o"}), frozenset({"single"}))]
    drawings = Counter(tuple(one.key for one in quizzes.draw(row, bank, {}, seeded(seed))) for seed in range(400))
    assert len(drawings) == 12, "each pair, each way round"
    orders = Counter(tuple(quizzes.option_order(bank[0], seeded(seed))) for seed in range(200))
    assert len(orders) == 6
    assert {tuple(sorted(order)) for order in orders} == {("a", "b", "c")}


def safe(key: str, objective: str = "o1", surface: str = "", family: str = "") -> Item:
    return Item(key, "single", objective, surface, {}, ("a",), family=family, safety=True)


def test_no_drawing_holds_two_forms_of_one_question_and_unseen_questions_come_before_unseen_forms():
    bank = [Item(f"i{n}", "single", "o", f"s{n}", {}, ("a",), family="f" if n < 3 else "") for n in range(5)]
    row = [Row(2, frozenset({"o"}), frozenset({"single"}))]
    for seed in range(60):
        drawn = quizzes.draw(row, bank, {}, seeded(seed))
        assert len({one.question for one in drawn}) == 2
        again = quizzes.draw(row, bank, {"i0": 5}, seeded(seed))
        assert {one.key for one in again} == {"i3", "i4"}, "another form of a question seen is no new question"
        later = quizzes.draw(row, bank, {"i0": 5, "i3": 7, "i4": 8}, seeded(seed))
        assert {one.question for one in later} == {"family f", "i3"}
        assert "i0" not in {one.key for one in later}, "of a question seen, an unseen form"


def test_a_line_may_ask_for_items_too_little_to_say_or_for_others():
    bank = [Item(f"i{n}", "single", "o", f"s{n}", {}, ("a",), little=n % 2 == 0) for n in range(6)]
    for little in (True, False):
        rows = [Row(3, frozenset({"o"}), frozenset({"single"}), little=little)]
        assert {one.little for one in quizzes.draw(rows, bank, {}, seeded(1))} == {little}
    assert len(quizzes.draw([Row(6, frozenset({"o"}), frozenset({"single"}))], bank, {}, seeded(1))) == 6


def test_a_missed_safety_item_comes_again_in_a_form_not_yet_asked():
    bank = [safe("a", surface="van"), safe("b", surface="van"), safe("c", surface="farm"), safe("d", objective="o2")]
    bank.append(Item("e", "single", "o1", "sea", {}, ("a",)))
    for seed in range(20):
        assert quizzes.another_form(bank[0], bank, ["a", "x"], {}, seeded(seed)).key == "c", "another surface"
        assert quizzes.another_form(bank[0], bank, ["a", "c"], {}, seeded(seed)).key == "b", "no other is left"
    seen = {"c": 9}
    assert quizzes.another_form(bank[0], [bank[0], bank[2], safe("f")], ["a"], seen, seeded(1)).key == "f"


def test_another_form_is_of_another_family_while_there_is_one():
    bank = [safe("a", family="f"), safe("b", family="f"), safe("c")]
    for seed in range(20):
        assert quizzes.another_form(bank[0], bank, ["a"], {"c": 4}, seeded(seed)).key == "c"


def test_when_no_form_is_left_the_first_comes_back_then_the_second():
    bank = [safe("a"), safe("b"), safe("c")]
    asked = ["x", "b", "a", "c"]
    for expected in ("b", "a", "c", "b"):
        chosen = quizzes.another_form(bank[0], bank, asked, {}, seeded(1))
        assert chosen.key == expected
        asked.append(chosen.key)


@pytest.mark.parametrize(
    ("results", "count", "expected"),
    [
        ([("o1", True), ("o2", False)], 2, [True, False]),
        ([("o1", False), ("o2", False), ("o1", True)], 2, [True, False]),
        ([("o1", False), ("o2", False), ("o1", False), ("o1", True)], 2, [True, False]),
        ([("o1", False), ("o1", False), ("o1", True), ("o1", True)], 2, [True, True]),
        ([("o1", False), ("o1", False), ("o1", True), ("o1", False)], 2, [True, False]),
        ([("o1", None), ("o2", None)], 2, [False, False]),
    ],
)
def test_what_was_asked_again_and_right_counts_as_right(results: list[Any], count: int, expected: list[bool]):
    assert quizzes.settled(results, count) == expected


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], []),
        ([("o1", True), ("o2", True)], []),
        ([("o1", True), ("o2", False)], ["o2"]),
        ([("o1", False), ("o2", False)], ["o1", "o2"]),
        ([("o2", False), ("o1", False)], ["o2", "o1"]),
        ([("o2", False), ("o1", False), ("o3", False)], ["o2", "o1"]),
        ([("o1", False), ("o1", True), ("o2", False)], ["o2", "o1"]),
        ([("o1", False), ("o1", False), ("o2", False)], ["o1", "o2"]),
        ([("o1", False), ("o1", True), ("o1", True), ("o2", False), ("o2", True)], ["o2", "o1"]),
        ([("o1", False), ("o1", False), ("o1", True), ("o2", False), ("o2", True)], ["o1", "o2"]),
        ([("o1", False), ("o1", False), ("o1", True), ("o1", True), ("o2", False)], ["o2", "o1"]),
        ([("o1", False), ("o2", False), ("o2", False)], ["o2", "o1"]),
    ],
)
def test_the_weakest_lessons_have_the_largest_share_of_misses(results: list[tuple[str, bool]], expected: list[str]):
    assert quizzes.weakest(results) == expected


@given(st.integers(0, 20), st.integers(0, 20))
def test_the_pass_mark_is_enough_and_one_less_is_not(right: int, mark: int):
    assert quizzes.passed(right=right, pass_mark=mark) is (right >= mark)
    marks = [quizzes.passed(right=right, pass_mark=m) for m in range(21)]
    assert all(before or not after for before, after in pairwise(marks))
