"""A code copied from paper by hand, in three keyboards' signs, is still the code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.rules import codes

# What a person may type for a sign that stands on the paper.
LOOK_ALIKES = {
    "0": "0OoΟο",
    "1": "1IiLlΙι",
    "A": "AaΑα",
    "B": "BbΒβ",
    "E": "EeΕε",
    "H": "HhΗη",
    "K": "KkΚκ",
    "M": "MmΜμ",
    "N": "NnΝν",
    "P": "PpΡρ",
    "T": "TtΤτ",
    "X": "XxΧχ",
    "Y": "YyΥυ",
    "Z": "ZzΖζ",
}


@pytest.mark.parametrize(("meant", "typed"), [(meant, typed) for meant, many in LOOK_ALIKES.items() for typed in many])
def test_look_alikes_are_read_as_the_sign_on_the_paper(meant, typed):
    code = "K7M4P2XQ9TR"
    assert codes.read_code(code + typed, codes.CERTIFICATE_SIGNS) == code + meant


@given(st.binary(min_size=8, max_size=8))
def test_a_code_survives_being_shown_and_typed_in_any_of_these_ways(random):
    code = codes.make_code(random, codes.CERTIFICATE_SIGNS)
    shown = codes.show_code(code)
    for typed in (code, shown, shown.lower(), shown.replace("-", " "), shown.replace("-", "–"), f" {shown} "):
        assert codes.read_code(typed, codes.CERTIFICATE_SIGNS) == code


def test_a_code_is_shown_in_groups_of_four():
    assert codes.show_code("K7M4P2XQ9TRC") == "K7M4-P2XQ-9TRC"


@pytest.mark.parametrize(
    "typed", ["", "K7M4-P2XQ-9TR", "K7M4-P2XQ-9TRCC", "K7M4-P2XQ-9TRU", "K7M4-P2XQ-9TRΩ", "K7M4-P2XQ-9TR!"]
)
def test_what_cannot_be_a_code_is_refused(typed):
    with pytest.raises(codes.CodeRefusedError):
        codes.read_code(typed, codes.CERTIFICATE_SIGNS)
