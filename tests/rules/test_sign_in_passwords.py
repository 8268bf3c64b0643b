"""Passwords: how long, and which are too easy to think of."""

import pytest

from toolkit.rules import sign_in_passwords as rule
from toolkit.rules.sign_in_passwords import PasswordRefused, Reason

NAMES = ["Maria.Papa", "m.papa@example.org", ""]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "συνάδελφος στη βάρδια",
        "q8#Lr2!vTz",
        "τέσσερις λέξεις 12",
        " spaces kept ",
        "x7" + "long" * 3 + "!y 9",
        "maria papa goes to the sea",
        "password of the red door",
        "a" * 3 + "bc defgh ij 92 kr" * 10,
    ],
)
def test_a_password_of_one_s_own_is_taken_as_it_is(password: str):
    assert rule.check_password(password, password, names=NAMES) == password


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", Reason.SHORT),
        ("nine sign", Reason.SHORT),
        ("x1y2" * 51, Reason.LONG),
        ("maria.papa", Reason.OWN_NAME),
        ("MARIA PAPA 1", Reason.OWN_NAME),
        ("máriapapa1", Reason.OWN_NAME),
        ("m.papa@example.org", Reason.OWN_NAME),
        ("password12", Reason.COMMON),
        ("Password2026!", Reason.COMMON),
        ("κωδικός1234", Reason.COMMON),
        ("Συνθηματικό1", Reason.COMMON),
        ("passwordpassword", Reason.COMMON),
        ("1234567890", Reason.COMMON),
        ("0987654321", Reason.COMMON),
        ("qwertyuiop", Reason.COMMON),
        ("poiuytrewq", Reason.COMMON),
        ("qwerty12345", Reason.COMMON),
        (";ςερτυθιοπ", Reason.COMMON),
        ("αβγδεζηθικλ", Reason.COMMON),
        ("aaaaaaaaaaaa", Reason.COMMON),
        ("abab ab abab", Reason.COMMON),
        ("abc12abc12abc12", Reason.COMMON),
        ("1q2w3e4r5t6y", Reason.COMMON),
    ],
)
def test_what_others_try_first_is_refused(password: str, reason: Reason):
    with pytest.raises(PasswordRefused) as caught:
        rule.check_password(password, password, names=NAMES)
    assert caught.value.reason is reason
    assert str(caught.value) == reason.value, "a refusal never holds the password"


def test_length_is_counted_in_signs_and_both_limits_are_taken():
    for size in (10, 200):
        password = ("αβ7x!Δ ρτ9κμ" * 20)[:size]
        assert len(rule.check_password(password, password, names=[])) == size
    for size, reason in ((9, Reason.SHORT), (201, Reason.LONG)):
        password = ("αβ7x!Δ ρτ9κμ" * 20)[:size]
        with pytest.raises(PasswordRefused) as caught:
            rule.check_password(password, password, names=[])
        assert caught.value.reason is reason


def test_two_typings_must_be_alike_however_the_keyboard_composes_them():
    composed, apart = "τέσσερις λέξεις", "τε\u0301σσερις λε\u0301ξεις"
    assert rule.check_password(composed, apart, names=[]) == composed == rule.composed(apart)
    with pytest.raises(PasswordRefused) as caught:
        rule.check_password(composed, composed + " ", names=[])
    assert caught.value.reason is Reason.DIFFERENT
