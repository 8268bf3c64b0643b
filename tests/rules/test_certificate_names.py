"""What is a name, and when two typings are the same person."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.rules.certificate_names import MAX_NAME_SIGNS, NameRefused, Reason, check_name, fold_name

EVERYTHING = range(0x110000)
LETTERS = "AÀŴzßŁłΑΆαάΐςΩЖжЇїЪ"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Ελένη Παπαδοπούλου", "Ελένη Παπαδοπούλου"),
        ("  Ελένη \u00a0  Παπαδοπούλου ", "Ελένη Παπαδοπούλου"),
        (unicodedata.normalize("NFD", "Ελένη Ϊ"), "Ελένη Ϊ"),
        ("Ἑλένη Ἀθηνᾶ", "Ἑλένη Ἀθηνᾶ"),
        ("Żaneta Łukasiewicz-Ŵ", "Żaneta Łukasiewicz-Ŵ"),
        ("Щербакова Євгенія", "Щербакова Євгенія"),
        ("Sinéad O’Neill", "Sinéad O’Neill"),
        ("Sinéad O‘Neill", "Sinéad O’Neill"),
        ("Anna‐Maria", "Anna-Maria"),
        ("Gal·la J. Mª", "Gal·la J. Mª"),
        ("Gal\u0387la", "Gal·la"),
        ("A", "A"),
        ("Ŵ" * 60, "Ŵ" * 60),
        ("name\n", "name"),
    ],
)
def test_names_of_people_are_taken(typed, name):
    assert check_name(typed, EVERYTHING) == name


@pytest.mark.parametrize(
    ("typed", "reason", "sign"),
    [
        ("", Reason.EMPTY, ""),
        (" \u00a0 ", Reason.EMPTY, ""),
        ("Ŵ" * 61, Reason.TOO_LONG, ""),
        ("a" * 100_000, Reason.TOO_LONG, ""),
        ("Anna\nMaria", Reason.LINE_BREAK, ""),
        ("Anna\u2028Maria", Reason.LINE_BREAK, ""),
        ("Anna\u202eairaM", Reason.HIDDEN_SIGN, ""),
        ("Anna\u2066Maria", Reason.HIDDEN_SIGN, ""),
        ("An\u200bna", Reason.HIDDEN_SIGN, ""),
        ("An\u200dna", Reason.HIDDEN_SIGN, ""),
        ("An\u00adna", Reason.HIDDEN_SIGN, ""),
        ("An\ufeffna", Reason.HIDDEN_SIGN, ""),
        ("An\u0000na", Reason.HIDDEN_SIGN, ""),
        ("An\tna", Reason.HIDDEN_SIGN, ""),
        ("An\u3164na", Reason.HIDDEN_SIGN, ""),
        ("An\ufe0fna", Reason.HIDDEN_SIGN, ""),
        ("A\ud800", Reason.HIDDEN_SIGN, ""),
        ("112", Reason.DIGITS, "1"),
        ("Anna 2", Reason.DIGITS, "2"),
        ("Anna ٣", Reason.DIGITS, "٣"),
        ("...", Reason.NO_LETTER, ""),
        ("Anna@example", Reason.SIGN_NOT_IN_NAMES, "@"),
        ("<b>Anna</b>", Reason.SIGN_NOT_IN_NAMES, "<"),
        ("Anna 😀", Reason.SIGN_NOT_IN_NAMES, "😀"),
        ("\u0301Anna", Reason.SIGN_NOT_IN_NAMES, "\u0301"),
        ("z\u0301\u0316\u0317\u0318", Reason.SIGN_NOT_IN_NAMES, "\u0318"),
        ("李小龙", Reason.SIGN_NOT_IN_FONTS, "李"),
        ("محمد", Reason.SIGN_NOT_IN_FONTS, "م"),
    ],
)
def test_what_is_no_name_is_refused_with_its_reason(typed, reason, sign):
    with pytest.raises(NameRefused) as refused:
        check_name(typed, EVERYTHING)
    assert (refused.value.reason, refused.value.sign) == (reason, sign)


def test_a_sign_that_the_fonts_lack_is_named():
    with pytest.raises(NameRefused) as refused:
        check_name("Ἑλένη", {ord(sign) for sign in "Ελένη"})
    assert (refused.value.reason, refused.value.sign) == (Reason.SIGN_NOT_IN_FONTS, "Ἑ")


@given(st.text(max_size=80))
def test_whatever_is_typed_is_either_a_clean_name_or_refused(typed):
    try:
        name = check_name(typed, EVERYTHING)
    except NameRefused:
        return
    assert 0 < len(name) <= MAX_NAME_SIGNS
    assert name == unicodedata.normalize("NFC", name)
    assert name.isprintable()
    assert name == " ".join(name.split(" "))
    assert check_name(name, EVERYTHING) == name
    assert fold_name(name)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ελένη Παπαδοπούλου", "ΕΛΕΝΗ ΠΑΠΑΔΟΠΟΥΛΟΥ"),
        ("Γιώργος", "γιωργοσ"),
        ("Μαΐρη", "Μαιρη"),
        ("Ἑλένη", "Ελενη"),
        ("Άννα-Μαρία", "Αννα Μαρια"),
        ("O’Neill", "ONEILL"),
        ("O'Neill", "O’Neill"),
        ("Łukasz Żółw", "lukasz zolw"),
        ("Søren Ærø", "Soren Aero"),
        ("İpek Işık", "ipek isik"),
        ("J. Smith", "J Smith"),
        ("Straße", "STRASSE"),
        ("Йосип", "Иосип"),
    ],
)
def test_the_same_person_typing_without_accents_matches(one, other):
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(("one", "other"), [("Ελένη", "Ελένα"), ("Anna Maria", "Annamaria"), ("Άννα", "Anna")])
def test_different_names_stay_different(one, other):
    assert fold_name(one) != fold_name(other)


@given(st.text(alphabet=LETTERS + " -’'.", max_size=60))
def test_folding_twice_changes_nothing(name):
    assert fold_name(fold_name(name)) == fold_name(name)
