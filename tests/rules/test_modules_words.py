"""How much a lesson may ask to read: words, sentences, even options, decisions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.rules import modules_words as rules


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", 0),
        ("One, two – three!", 3),
        ("It isn’t re-trafficking", 3),
        ("«Άσ’ το», λέει η Μαρία.", 5),
        ("In **2024**: 9,678 cases (45.5%)", 5),
        ("συνάδελφος/-ισσα", 2),
    ],
)
def test_words_are_counted_as_people_do(text: str, number: int) -> None:
    assert rules.words(text) == number


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One. Two? Three: four", ["One.", "Two?", "Three:", "four"]),
        ("Ένα· δύο; «Τρία.» Τέσσερα", ["Ένα·", "δύο;", "«Τρία.", "Τέσσερα"]),
        ("On 3.5.2026 at 9.30 a law changed.", ["On 3.5.2026 at 9.30 a law changed."]),
        ("  ", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert rules.sentences(text) == parts


def test_the_longest_sentence() -> None:
    assert rules.longest_sentence("One. Two three four. Five six.") == (3, "Two three four.")
    assert rules.longest_sentence("") == (0, "")


@pytest.mark.parametrize(
    ("lengths", "uneven"),
    [
        ((20, 30, 25), False),
        ((20, 31, 25), False),
        ((20, 32, 25), False),
        ((20, 33, 25), True),
        ((40, 60), False),
        ((40, 61), True),
    ],
)
def test_options_tell_by_length_when_both_bounds_are_passed(lengths: tuple[int, ...], *, uneven: bool) -> None:
    assert rules.uneven(lengths) is uneven


@settings(deadline=None)
@given(st.lists(st.integers(1, 300), min_size=2))
def test_the_order_of_options_says_nothing(lengths: list[int]) -> None:
    assert rules.uneven(lengths) is rules.uneven(sorted(lengths))


@pytest.mark.parametrize(
    ("minutes", "words", "fewest", "wanted"), [(4, 400, 1, 2), (5, 500, 3, 3), (6, 600, 3, 4), (7, 700, 3, 4)]
)
def test_minutes_hold_words_and_want_decisions(minutes: int, words: int, fewest: int, wanted: int) -> None:
    assert rules.most_words(minutes) == words
    assert rules.fewest_decisions(minutes) == fewest
    assert rules.wanted_decisions(minutes) == wanted


def test_a_sorter_of_six_cards_counts_twice() -> None:
    assert [rules.sorter_decisions(cards) for cards in (2, 5, 6, 9)] == [1, 1, 2, 2]
