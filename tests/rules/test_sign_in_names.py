"""User names: what is taken, and which of two look the same; e-mail addresses; the name to greet her by."""

import unicodedata
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.rules import sign_in_names as names
from toolkit.rules.sign_in_names import NameRefused, Reason

# Pairs of one name as it may be typed, and of two names that nobody can tell apart on a screen.
TWINS = [
    ("Maria", "Μaria"),  # a Greek capital Mu
    ("Maria", "Mаriа"),  # Cyrillic а
    ("MAPIA", "ΜΑΡΙΑ"),
    ("Μαρία", "μαρια"),
    ("Μαρία", "ΜΑΡΙΑ"),
    ("ANNA", "ΑΝΝΑ"),
    ("Niva", "Νίνα"),  # small Greek ν
    ("kuku", "κυκυ"),
    ("nora", "nοra"),  # a Greek omicron
    ("BEBA", "ВЕВА"),
    ("coca", "соса"),
    ("Xenia", "xénia"),
    ("Νίκος", "νικοσ"),
    ("Νίκος", "ΝΙΚΟΣ"),
    ("Oscar", "0scar"),
    ("paul", "pau1"),
    ("Paul", "PAUI"),
    ("Zoë", "zoe"),
    ("Łukasz", "lukasz"),
    ("Ørsted", "orsted"),
    ("Straße", "strasse"),
    ("Carmen", "Carrnen"),
    ("Walter", "VValter"),
    ("maria.papa", "maria_papa"),
    ("maria papa", "Maria-Papa"),
    ("Привет", "ПРИВЕТ"),
    ("Її-мати", "її.мати"),
    ("Γ12", "г12"),
    ("Ｍaria", "Maria"),
    ("\u039c\u03b1\u03c1\u03af\u03b1", "\u039c\u03b1\u03c1\u03b9\u0301\u03b1"),
    ("vavano", "νανανο"),
    ("toy", "του"),
    ("John", "Jоhn"),
    ("Ema", "Емa"),
]
OTHERS = [
    ("Maria", "Marie"),
    ("Nick", "Vick"),
    ("Ελένη", "Ελενα"),
    ("Γιώργος", "Κιώργος"),
    ("Sofia", "Sonia"),
    ("driver1", "driver2"),
    ("Νίκος", "Νίκη"),
    ("Бorис", "Дарья"),
    ("anna.k", "annak"),
    ("Laszlo", "Caszlo"),
]


@pytest.mark.parametrize(("one", "other"), TWINS)
def test_names_that_look_the_same_are_one(one: str, other: str):
    assert names.fold_user_name(one) == names.fold_user_name(other)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_names_that_differ_to_the_eye_are_two(one: str, other: str):
    assert names.fold_user_name(one) != names.fold_user_name(other)


def test_every_mixture_of_the_three_alphabets_that_reads_the_same_is_one():
    """All ways to write "Topaka" with the letters that three alphabets make look alike."""
    places = ["TΤТ", "oοо", "pρр", "aαа", "kκк", "aαа"]
    assert len({names.fold_user_name("".join(way)) for way in product(*places)}) == 1


@pytest.mark.parametrize("one", "ABEZHIKMNOPTYX")
def test_each_capital_that_greek_shares_with_latin_folds_alike(one: str):
    greek = dict(zip("ABEZHIKMNOPTYX", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", strict=True))[one]
    assert names.fold_user_name(f"s{one}s") == names.fold_user_name(f"s{greek}s")


@given(st.text(max_size=60))
def test_a_fold_is_deaf_to_case_and_never_breaks(text: str):
    fold = names.fold_user_name(text)
    assert isinstance(fold, str)
    swapped = unicodedata.normalize("NFKC", text).casefold()
    assert names.fold_user_name(swapped) == fold


@given(st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCZß", min_size=3, max_size=60))
def test_a_taken_name_has_a_fold_that_the_database_holds(text: str):
    assert 0 < len(names.fold_user_name(names.check_user_name(text))) <= 120


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("maria", "maria"),
        ("  Maria   Papa ", "Maria Papa"),
        ("Μαρία.Παπά_7", "Μαρία.Παπά_7"),
        ("Ірина-2", "Ірина-2"),
        ("Zoe\u0308", "Zoë"),
        ("a-1", "a-1"),
        ("x" * 60, "x" * 60),
        ("Łukasz ßæœ", "Łukasz ßæœ"),
    ],
)
def test_a_user_name_is_taken_composed(typed: str, kept: str):
    assert names.check_user_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "reason", "sign"),
    [
        ("", Reason.LENGTH, ""),
        ("ab", Reason.LENGTH, ""),
        ("x" * 61, Reason.LENGTH, ""),
        ("x" * 5000, Reason.LENGTH, ""),
        ("mar\u200bia", Reason.HIDDEN_SIGN, ""),
        ("mar\u202eia", Reason.HIDDEN_SIGN, ""),
        ("mar\u2066ia", Reason.HIDDEN_SIGN, ""),
        ("mar\u00adia", Reason.HIDDEN_SIGN, ""),
        ("mar\u3164ia", Reason.HIDDEN_SIGN, ""),
        ("mar\ufe0fia", Reason.HIDDEN_SIGN, ""),
        ("mar\u034fia", Reason.HIDDEN_SIGN, ""),
        ("mar\nia", Reason.HIDDEN_SIGN, ""),
        ("mar\u2028ia", Reason.HIDDEN_SIGN, ""),
        ("mar\0ia", Reason.HIDDEN_SIGN, ""),
        ("maria@x", Reason.SIGN, "@"),
        ("<maria>", Reason.SIGN, "<"),
        (".maria", Reason.SIGN, "."),
        ("maria-", Reason.SIGN, "-"),
        ("ma..ria", Reason.SIGN, "."),
        ("ma - ria", Reason.SIGN, "-"),
        ("ｍaria", Reason.SIGN, "ｍ"),
        ("mɑria", Reason.SIGN, "ɑ"),
        ("µaria", Reason.SIGN, "µ"),
        ("ſofia", Reason.SIGN, "ſ"),
        ("مريم", Reason.SIGN, "م"),
        ("maria\u0301\u0301", Reason.SIGN, "\u0301"),
        ("maria٣", Reason.SIGN, "٣"),
        ("Μaria", Reason.MIXED, ""),
        ("Mаria", Reason.MIXED, ""),
        ("Μαρία Papa", Reason.MIXED, ""),
    ],
)
def test_a_user_name_that_could_deceive_is_refused(typed: str, reason: Reason, sign: str):
    with pytest.raises(NameRefused) as caught:
        names.check_user_name(typed)
    assert (caught.value.reason, caught.value.sign) == (reason, sign)


def test_a_name_to_greet_her_by_may_be_any_and_none():
    for typed, kept in (("", ""), ("  Ελένη   Π. ", "Ελένη Π."), ("مريم", "مريم"), ("M@ria ☀", "M@ria ☀")):
        assert names.check_shown_name(typed) == kept
    for typed, reason in (
        ("x" * 61, Reason.SHOWN_LENGTH),
        ("a\u202eb", Reason.HIDDEN_SIGN),
        ("a\0b", Reason.HIDDEN_SIGN),
    ):
        with pytest.raises(NameRefused) as caught:
            names.check_shown_name(typed)
        assert caught.value.reason is reason


@pytest.mark.parametrize(
    "address",
    ["m@example.org", "M.Papa+x@sub.example-1.org", "o'neil@example.co", " m@example.org ", "a" * 64 + "@b.co"],
)
def test_an_address_is_taken_as_it_is_written(address: str):
    assert names.check_email(address) == address.strip()


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "maria",
        "@example.org",
        "m@",
        "m@localhost",
        "m@@example.org",
        "m@example..org",
        "m..p@example.org",
        ".m@example.org",
        "m.@example.org",
        "m@-example.org",
        "m@example.org\r\nBcc: x@example.org",
        "m@exa mple.org",
        '"m p"@example.org',
        "m@[127.0.0.1]",
        "m@1.2.3.4",
        "μ@example.org",
        "m@παράδειγμα.ελ",
        "m,x@example.org",
        "m<x@example.org>",
        "a" * 65 + "@example.org",
        "m@" + "a." * 130 + "org",
        "m@example.org\0",
    ],
)
def test_what_is_no_address_or_more_than_one_is_refused(typed: str):
    with pytest.raises(NameRefused) as caught:
        names.check_email(typed)
    assert caught.value.reason is Reason.EMAIL


def test_an_address_is_known_by_its_at_and_deaf_to_case():
    assert names.is_email("Maria@Example.org")
    assert not names.is_email("Maria")
    assert names.fold_email(" Maria@Example.ORG ") == "maria@example.org"
    with pytest.raises(NameRefused):
        names.check_user_name("a@b")
