"""What stands in quotation marks."""

import pytest

from toolkit.rules import modules_quotes as rules


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nothing", []),
        ("He says “yes” and “no”.", ["yes", "no"]),
        ("Λέει «ναι, το “ναι” μετράει».", ["ναι, το “ναι” μετράει"]),
        ("an open “one", []),
    ],
)
def test_what_is_quoted(text: str, found: list[str]) -> None:
    assert rules.quotations(text) == found


def test_four_words_are_a_term() -> None:
    assert rules.long_quotations("“one two three four” «ένα δύο τρία τέσσερα πέντε»") == ["ένα δύο τρία τέσσερα πέντε"]


@pytest.mark.parametrize(
    ("text", "whole"), [("“So it is.”", True), ("«Έτσι».", False), ("“So”, she says. “Yes”", False)]
)
def test_a_text_may_be_nothing_but_a_quotation(text: str, whole: bool) -> None:  # noqa: FBT001
    assert rules.all_quoted(text) is whole


@pytest.mark.parametrize("other", ["It’s so", "“It's so.”", "It's so", "«It’s so»."])
def test_a_quotation_is_compared_bare(other: str) -> None:
    assert rules.bare("It’s so.") == rules.bare(other) != rules.bare("It’s so, yes")


@pytest.mark.parametrize(
    ("quotation", "part"),
    [("it’s so,", True), ("it's so and more.", True), ("It's so", False), ("it is so", False), ("so more", False)],
)
def test_a_part_is_letter_for_letter(quotation: str, part: bool) -> None:  # noqa: FBT001
    assert rules.is_part(quotation, "I say it's so and more.") is part
