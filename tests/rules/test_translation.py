"""When a translation is current, stale or missing, and what stands in its place."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolkit.rules.translation import (
    UNKNOWN_SOURCE,
    Status,
    fallbacks,
    made_from,
    short_hash,
    source_hash,
    status,
)


@pytest.mark.parametrize(
    ("translated_from", "source", "wording", "expected"),
    [
        (None, 1, set(), Status.MISSING),
        (1, 1, set(), Status.CURRENT),
        (4, 5, set(), Status.STALE),
        (4, 5, {5}, Status.CURRENT),
        (3, 5, {5}, Status.STALE),
        (3, 5, {4, 5}, Status.CURRENT),
        (UNKNOWN_SOURCE, 1, set(), Status.STALE),
    ],
)
def test_a_translation_is_stale_when_a_later_revision_changed_the_meaning(
    translated_from: int | None, source: int, wording: set[int], expected: Status
) -> None:
    assert status(translated_from=translated_from, source=source, wording=wording) is expected


def test_invisible_differences_do_not_count() -> None:
    assert source_hash("a  b\n") == source_hash(" a b")
    assert source_hash("ώ") == source_hash("ω\u0301")
    assert source_hash("Πού;") == source_hash("Πού\u037e")
    assert source_hash("ab") != source_hash("a b")


def test_the_hash_is_the_published_one() -> None:
    assert source_hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert short_hash("") == "e3b0c44298fc"


@settings(deadline=None)
@given(st.text(), st.text())
def test_only_space_and_composition_are_left_out(one: str, two: str) -> None:
    same = " ".join(unicodedata.normalize("NFC", one).split()) == " ".join(unicodedata.normalize("NFC", two).split())
    assert (source_hash(one) == source_hash(two)) is same


def test_a_source_text_that_came_back_is_the_newest_with_its_hash() -> None:
    hashes = [source_hash(text) for text in "aba"]
    assert made_from(short_hash("a"), hashes) == 3
    assert made_from(short_hash("b"), hashes) == 2
    assert made_from(short_hash("c"), hashes) == UNKNOWN_SOURCE


def test_a_question_never_mixes_languages() -> None:
    units = [("title", None), ("stem", "q1"), ("option", "q1"), ("other", "q2"), ("last", None)]
    assert fallbacks(units, {"title", "stem", "other", "last"}) == ["stem", "option"]
    assert fallbacks(units, {"stem", "option", "other", "last"}) == ["title"]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["q1", "q2", None]))),
    st.sets(st.sampled_from("abcdef")),
)
def test_what_falls_back_covers_all_that_is_missing(units: list[tuple[str, str | None]], translated: set[str]) -> None:
    back = fallbacks(units, translated)
    assert {unit for unit, _ in units} - translated <= set(back)
    whole = {question for unit, question in units if question and unit not in translated}
    assert all(unit in back for unit, question in units if question in whole)
