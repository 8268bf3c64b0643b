"""Codes for resuming: ten signs, read back from any keyboard; certificate codes are in test_certificate_codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.rules import codes
from toolkit.rules.codes import CodeReason, CodeRefusedError


def test_codes_are_long_enough_not_to_be_guessed():
    assert len(set(codes.SIGNS)) == 32
    assert codes.RESUME_SIGNS * 5 >= 40
    assert codes.CERTIFICATE_SIGNS * 5 >= 60
    assert not set("ILOU") & set(codes.SIGNS)


@given(st.binary(min_size=7, max_size=32))
def test_a_resume_code_survives_being_shown_and_typed(random: bytes):
    code = codes.make_code(random, codes.RESUME_SIGNS)
    shown = codes.show_code(code)
    assert (len(code), shown[5], len(shown)) == (10, "-", 11)
    for typed in (code, shown, shown.lower(), shown.replace("-", " "), f"\u00a0{shown}\n", shown.replace("-", "—")):
        assert codes.read_code(typed, codes.RESUME_SIGNS) == code


@given(st.binary(min_size=8, max_size=8), st.binary(min_size=8, max_size=8))
def test_other_bytes_give_other_codes_of_the_bits_that_are_used(one: bytes, other: bytes):
    same = int.from_bytes(one, "big") % 2**60 == int.from_bytes(other, "big") % 2**60
    assert (codes.make_code(one, 12) == codes.make_code(other, 12)) is same


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_code_of_ours_or_refused_with_a_reason(typed: str):
    read, refusal = "", None
    try:
        read = codes.read_code(typed, codes.RESUME_SIGNS)
    except CodeRefusedError as error:
        refusal = error.reason
    assert (refusal is None) is (len(read) == codes.RESUME_SIGNS and set(read) <= set(codes.SIGNS))
    assert refusal is None or refusal in CodeReason


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", CodeReason.EMPTY),
        (" -– \t", CodeReason.EMPTY),
        ("K7M4P-2XQ9", CodeReason.LENGTH),
        ("K7M4P-2XQ9TR", CodeReason.LENGTH),
        ("K7M4P-2XQ9U", CodeReason.SIGN),
        ("K7M4P-2XQ9Ω", CodeReason.SIGN),
        ("K7M4P-2XQ9😀", CodeReason.SIGN),
        ("ж7M4P-2XQ9T", CodeReason.SIGN),
    ],
)
def test_what_cannot_be_a_code_is_refused_with_its_reason(typed: str, reason: CodeReason):
    with pytest.raises(CodeRefusedError) as refused:
        codes.read_code(typed, codes.RESUME_SIGNS)
    assert refused.value.reason is reason


def test_too_few_bytes_are_not_stretched_to_a_code():
    with pytest.raises(ValueError, match="too few"):
        codes.make_code(b"123456", codes.RESUME_SIGNS)
