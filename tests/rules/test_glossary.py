"""Words of the glossary in a text: whole words, any case and accents, the longest form, names left alone."""

import pytest

from toolkit.rules.glossary import Finder, flat, forms_of, length_is_right

WORDS = {
    "referral": ["referral"],
    "referral mechanism": ["referral mechanism", "National Referral Mechanism"],
    "demand": ["demand", "-Disrupt Demand"],
    "ένδειξη": ["ένδειξη", "ενδείξεις"],
    "CEDAW": ["CEDAW"],
}


def found(text: str) -> list[tuple[str, str]]:
    return [(find.word, text[find.start : find.end]) for find in Finder(WORDS).finds(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A referral.", [("referral", "referral")]),
        ("Referrals are other words, preferral too.", []),
        ("The National Referral  Mechanism", [("referral mechanism", "National Referral  Mechanism")]),
        (
            "a referral mechanism, then a referral",
            [("referral mechanism", "referral mechanism"), ("referral", "referral")],
        ),
        ("DEMAND and demand", [("demand", "DEMAND"), ("demand", "demand")]),
        ("on-demand, demand-side", []),
        ("Disrupt Demand (2018) looked at demand.", [("demand", "demand")]),
        ("Οι ενδείξεις και η ΕΝΔΕΙΞΗ", [("ένδειξη", "ενδείξεις"), ("ένδειξη", "ΕΝΔΕΙΞΗ")]),
        ("Επιτροπή CEDAW", [("CEDAW", "CEDAW")]),
        ("", []),
    ],
)
def test_a_word_is_found_as_it_is_listed(text: str, expected: list[tuple[str, str]]):
    assert found(text) == expected


def test_places_stay_what_they_are_whatever_the_signs():
    text = "ΐ ß ﬁ e\u0301 ς demand"
    assert len(flat(text)) == len(text)
    assert found(text) == [("demand", "demand")]


def test_nothing_is_found_where_nothing_is_listed():
    assert list(Finder({}).finds("demand")) == []


def test_forms_are_split_and_empty_ones_dropped():
    assert forms_of("a| b |") == ["a", "b"]
    assert forms_of("") == []


@pytest.mark.parametrize(("count", "right"), [(11, False), (12, True), (25, True), (26, False)])
def test_a_meaning_has_12_to_25_words(count: int, *, right: bool):
    assert length_is_right(" ".join(["word"] * count)) is right
