"""What may be reported: any text with a place, at most 1,000 signs that can be seen, 200 open ones a day."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.rules import reports as rule
from toolkit.rules.reports import Place, Reason, ReportRefusedError


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("The year is wrong.", "The year is wrong."),
        ("  2005, not 2000 \r\n", "2005, not 2000"),
        ("one\r\ntwo\rthree\n\tfour", "one\ntwo\nthree\n\tfour"),
        ("Λείπει ο τόνος: Μαι\u0301ου", "Λείπει ο τόνος: Μαίου"),
        ("a\0b\x1b\x7fc", "abc"),
        ("1460\u202e0641\u202c", "14600641"),
        ("\ue002token\ue006", "token"),
        ("<b>not bold</b>", "<b>not bold</b>"),
        ("👩‍🏭 wrong", "👩‍🏭 wrong"),
    ],
)
def test_a_text_is_kept_as_it_reads(typed: str, kept: str):
    assert rule.check_text(typed) == kept


@pytest.mark.parametrize("typed", ["", " \r\n\t", "\0", "\u202e\u200f", "\ue002"])
def test_a_text_without_anything_to_see_is_refused(typed: str):
    with pytest.raises(ReportRefusedError) as refused:
        rule.check_text(typed)
    assert refused.value.reason is Reason.EMPTY


def test_a_thousand_signs_are_taken_and_one_more_is_not():
    assert len(rule.check_text("ώ" * 1000)) == 1000
    assert rule.check_text("\r\n".join(["a"] * 500)).count("\n") == 499, (
        "a line end counts once, as it does in browsers"
    )
    with pytest.raises(ReportRefusedError) as refused:
        rule.check_text("ώ" * 1001)
    assert refused.value.reason is Reason.TOO_LONG


@given(st.text(max_size=400))
def test_what_is_kept_can_be_stored_shown_and_checked_again(typed: str):
    try:
        kept = rule.check_text(typed)
    except ReportRefusedError:
        return
    assert kept == rule.check_text(kept), "the same when it is checked again"
    assert kept.encode() == unicodedata.normalize("NFC", kept).encode()
    assert not any(unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"} for sign in kept if sign not in "\n\t")
    assert 0 < len(kept) <= 1000


@pytest.mark.parametrize("at", ["m01/1-1/b2", "m01/quiz/q1", "a/b/c", "x" * 40 + "/1/2"])
def test_a_place_reads_as_it_was_written(at: str):
    place = rule.read_place(at)
    assert place is not None
    assert place.at == at
    assert place == Place(*at.split("/"))


@pytest.mark.parametrize(
    "at",
    [
        "",
        "m01",
        "m01/1-1",
        "m01/1-1/b2/",
        "/m01/1-1/b2",
        "m01/1-1/B2",
        "m01/1-1/b2\n",
        "m01//b2",
        "../1-1/b2",
        "μ01/1-1/b2",
    ],
)
def test_what_cannot_be_a_place_is_none(at: str):
    assert rule.read_place(at) is None
    assert rule.read_place("x" * 41 + "/1/2") is None


def test_two_hundred_open_reports_fill_a_day():
    rule.check_room(0)
    rule.check_room(199)
    for many in (200, 201, 100_000):
        with pytest.raises(ReportRefusedError) as refused:
            rule.check_room(many)
        assert refused.value.reason is Reason.TOO_MANY
