"""What counts as done: blocks are only added, choices only kept when the lesson knows them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.rules import progress
from toolkit.rules.progress import ProgressRefusedError, Reason

BLOCKS = ["b1", "b2", "b3", "b4", "b5"]
SOME = st.lists(st.sampled_from(BLOCKS), unique=True)
ALLOWED = {"b2": ["a", "b", "c"], "b4": ["a", "b"], "b5.c1": ["act", "means"]}


@given(SOME, SOME)
def test_what_was_done_stays_done_in_the_lessons_order(before: list[str], more: list[str]):
    merged = progress.merge_done(before, more, BLOCKS)
    assert set(merged) == {*before, *more}
    assert merged == sorted(merged)
    assert progress.merge_done(merged, more, BLOCKS) == merged


@given(SOME, SOME)
def test_a_block_that_the_lesson_lost_falls_away(before: list[str], left: list[str]):
    assert progress.merge_done(before, [], left) == [key for key in left if key in before]


def test_a_block_that_the_lesson_never_had_is_refused():
    with pytest.raises(ProgressRefusedError) as refused:
        progress.merge_done(["b1"], ["b2", "b9"], BLOCKS)
    assert refused.value.reason is Reason.UNKNOWN_BLOCK


@given(SOME, SOME)
def test_a_lesson_is_done_when_each_of_its_blocks_is(done: list[str], blocks: list[str]):
    assert progress.lesson_done(done, blocks) is all(key in done for key in blocks)


@pytest.mark.parametrize(
    ("started", "completed", "state"),
    [(False, False, ""), (True, False, "started"), (True, True, "done"), (False, True, "done")],
)
def test_a_lesson_has_three_states(started: bool, completed: bool, state: str):  # noqa: FBT001 - a table
    assert progress.lesson_state(started=started, completed=completed) == state


@given(SOME)
def test_the_next_lesson_is_the_first_that_is_not_completed(completed: list[str]):
    found = progress.next_lesson(BLOCKS, completed)
    assert (found is None) is (set(BLOCKS) <= set(completed))
    if found is not None:
        assert found not in completed
        assert set(BLOCKS[: BLOCKS.index(found)]) <= set(completed)


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        ({}, {}),
        ({"b2": "a"}, {"b2": "a"}),
        ({"b2": "c a"}, {"b2": "a c"}),
        ({"b2": " a  a "}, {"b2": "a"}),
        ({"b5.c1": "means", "b4": "b"}, {"b5.c1": "means", "b4": "b"}),
    ],
)
def test_known_choices_are_kept_in_the_order_of_the_options(chosen: dict[str, str], kept: dict[str, str]):
    assert progress.check_choices(chosen, ALLOWED) == kept


@pytest.mark.parametrize(
    "chosen", [{"b2": "d"}, {"b2": ""}, {"b2": "a d"}, {"b3": "a"}, {"": "a"}, {"b5.c2": "act"}, {"b2": "a", "x": "a"}]
)
def test_an_unknown_choice_is_refused_whole(chosen: dict[str, str]):
    with pytest.raises(ProgressRefusedError) as refused:
        progress.check_choices(chosen, ALLOWED)
    assert refused.value.reason is Reason.UNKNOWN_CHOICE
