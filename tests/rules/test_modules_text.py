"""What texts may hold, and what two languages must share."""

import re
import unicodedata
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from toolkit.rules import modules_text as rules


@settings(deadline=None)
@given(st.integers(0, 10**9), st.integers(0, 99), st.booleans())
def test_one_number_reads_alike_in_english_and_greek(whole: int, hundredths: int, per_cent: bool) -> None:  # noqa: FBT001
    sign = "%" if per_cent else ""
    english = f"There are {whole:,}.{hundredths:02}{sign} here."
    greek = f"Είναι {whole:,}".replace(",", ".") + f",{hundredths:02}{sign} εδώ."
    assert rules.numbers(english, "en") == rules.numbers(greek, "el") == [f"{whole}.{hundredths:02}{sign}"]


@settings(deadline=None)
@given(st.integers(1000, 10**9))
def test_the_other_language_s_grouping_is_another_number(whole: int) -> None:
    english = f"{whole:,}"
    assert rules.numbers(english, "el") != rules.numbers(english, "en") == [str(whole)]


@pytest.mark.parametrize(
    ("english", "greek", "numbers"),
    [
        ("9,678 victims", "9.678 θύματα", ["9678"]),
        ("45.5%", "45,5 %", ["45.5%"]),
        ("28 per cent", "28 τοις εκατό", ["28%"]),
        ("Directive 2011/36/EU, Article 3", "Οδηγία 2011/36/ΕΕ, άρθρο 3", ["2011", "3", "36"]),
        ("lesson 1.1", "μάθημα 1.1", ["1.1"]),
        ("1.10", "1.10", ["1.10"]),
        ("on 24.12.2026", "στις 24.12.2026", ["24.12.2026"]),
        ("In 2024, 3 of 10.", "Το 2024, 3 στους 10.", ["10", "2024", "3"]),
        ("18–24 years", "18–24 ετών", ["18", "24"]),
        ("24 hours, every day", "όλο το 24ωρο", ["24"]),
        ("call 112 at 10:30", "κάλεσε 112 στις 10:30", ["10", "112", "30"]),
        ("two of three", "2 στους 3", None),
    ],
)
def test_numbers_of_both_languages(english: str, greek: str, numbers: list[str] | None) -> None:
    if numbers is None:
        assert rules.numbers(english, "en") == []
    else:
        assert rules.numbers(english, "en") == rules.numbers(greek, "el") == numbers


def test_other_languages_group_with_hard_spaces() -> None:
    assert rules.numbers("9\u00a0678,5 / 9\u202f678,5", "fr") == ["9678.5", "9678.5"]


@pytest.mark.parametrize(
    ("text", "telephones"),
    [
        ("Call 116 016 or +30 210 123 4567.", ["+302101234567", "116016"]),
        ("Call 116016.", ["116016"]),
        ("Call 22 808063, 112 or 1109.", ["22808063"]),
        ("In 2024 9,678 people, 10 of them", []),
        ("Directive 2011/36/EU of 2011-04", ["201104"]),
    ],
)
def test_telephones(text: str, telephones: list[str]) -> None:
    assert rules.telephones(text) == telephones


def test_a_telephone_is_no_number() -> None:
    assert rules.numbers("Call 116 016, in 3 countries", "en") == ["3"]


def test_links() -> None:
    text = "See https://example.org/a?b=1. Or www.example.org, example.gr or help@example.org; e.g. not this.That"
    assert rules.links(text) == ["example.gr", "help@example.org", "https://example.org/a?b=1", "www.example.org"]


def test_placeholders() -> None:
    assert rules.placeholders("{name} of %(count)d and %s, 100% sure, {}") == ["%(count)d", "%s", "{name}", "{}"]


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "**strong** and *emphasis*",
        "**strong *inside* it**",
        "*«έμφαση»*, και **«έντονα».** Τέλος",
        "it costs 5 < 6 & 7 > 6",
        "snake_case and 2 [two]",
        "What? Why: (so)",
    ],
)
def test_strong_and_emphasis_are_the_only_markup(text: str) -> None:
    assert rules.bad_markup(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[a](b)", ["[a]("]),
        ("![a](b)", ["![a]("]),
        ("[a][b]", ["]["]),
        ("<script>x</script>", ["<script>", "</script>"]),
        ("<a", ["<a"]),
        ("&amp;", ["&amp;"]),
        ("`x`", ["`", "`"]),
        ("_x_", ["_", "_"]),
        ("__x__", ["__", "__"]),
        ("~~x~~", ["~~", "~~"]),
        ("\\*x", ["\\*"]),
        ("# x", ["#"]),
        ("- x", ["-"]),
        ("> x", [">"]),
        ("a\nb", ["line break"]),
        ("**a", ["*"]),
        ("a*", ["*"]),
        ("***a***", ["*"]),
        ("** a**", ["*"]),
        ("**a*", ["*"]),
        ("**«εμπορία»**ς", ["*"]),  # CommonMark does not close here, so readers would see the stars
        ("5 * 6", ["*"]),
    ],
)
def test_all_other_markup_is_named(text: str, found: list[str]) -> None:
    assert rules.bad_markup(text) == found


@settings(deadline=None)
@given(st.text(st.sampled_from("*_ab1 `[]()<>«».,!&;#\\-~:/"), max_size=20))
def test_what_passes_is_read_by_markdown_as_strong_and_emphasis_only(text: str) -> None:
    if rules.bad_markup(text):
        return
    html = MarkdownIt("commonmark").renderInline(text)
    assert "*" not in html
    assert re.sub(r"</?(?:strong|em)>", "", html) == escape(text.replace("*", ""), quote=False)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Aθήνα και Αθήνα", ["Aθήνα"]),
        ("µέσο", ["µέσο"]),
        ("email της HELP, e-μάθημα, 3η", []),
        ("Ŵâş Łódź Ελλάδα Київ", []),
        ("Кiев", ["Кiев"]),
    ],
)
def test_words_that_mix_alphabets(text: str, words: list[str]) -> None:
    assert rules.mixed_words(text) == words


@settings(deadline=None)
@given(st.text(st.sampled_from("αβγδεάέήίόύώϊϋς ")))
def test_greek_alone_is_never_mixed(text: str) -> None:
    assert rules.mixed_words(text) == []
    assert rules.bad_signs(text) == []


@pytest.mark.parametrize("sign", "\u037e\u0387\u200b\u200d\u202e\ufeff\u00ad\u0007\u2028\u0085")
def test_signs_that_no_text_may_hold(sign: str) -> None:
    assert [found[:6] for found in rules.bad_signs(f"α{sign}β{sign}")] == [f"U+{ord(sign):04X}"]


@settings(deadline=None)
@given(st.text())
def test_nfc_is_what_the_standard_says(text: str) -> None:
    assert rules.is_nfc(text) is (unicodedata.normalize("NFC", text) == text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ο ΠΕΛΑΤΗΣ ήρθε", ["πελάτης"]),
        ("πελατης", ["πελάτης"]),
        ("η πελατεία", []),
        ("παιδική  ΠΟΡΝΕΊΑ.", ["παιδική πορνεία"]),
        ("παιδική χαρά, πορνεία", []),
    ],
)
def test_forbidden_terms_are_whole_words_without_case_and_accents(text: str, found: list[str]) -> None:
    assert rules.Forbidden(["πελάτης", "παιδική πορνεία", ""], "el").found(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("των πελατών και του πελάτη", ["πελάτης"]),
        ("η πελατεία, το πελατολόγιο", []),
        ("τους παράνομους μετανάστες", ["παράνομος μετανάστης"]),
        ("παράνομη διακίνηση μεταναστών", []),
        ("της πόρνης", ["πόρνη"]),
        ("η πορνεία", []),
        ("μη τιμωρίας", ["μη τιμωρία"]),
    ],
)
def test_a_greek_term_is_found_in_every_form_of_its_declension(text: str, found: list[str]) -> None:
    terms = ["πελάτης", "παράνομος μετανάστης", "πόρνη", "μη τιμωρία"]
    assert rules.Forbidden(terms, "el").found(text) == found


def test_the_form_that_is_listed_is_the_one_that_is_named() -> None:
    assert rules.Forbidden(["πελάτης", "πελάτη"], "el").found("τον πελάτη") == ["πελάτη"]
    assert rules.Forbidden(["hooker"], "en").found("Hookers, a hooker") == ["hooker"]
    assert rules.Forbidden(["hooker"], "en").found("Hookers") == [], "English forms are listed"


def test_what_facts_vouch_for() -> None:
    claims = ["801 in 2015-2019, 45.5%; on 2026-11-19, Article 9(5)"]
    assert rules.claimed_numbers(claims, ["Niemi, 13/2014"]) == {
        *("801", "2015", "2019", "45.5", "2026", "11", "19", "9", "5", "2014")
    }


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("801 cases", "en", []),
        ("1,330 and 1,330", "en", ["1330"]),
        ("1.330 και 801", "el", ["1330"]),
        ("45,5% ή 45 τοις εκατό", "el", ["45"]),
        ("2015-2020", "en", ["2020"]),
        ("Κάλεσε το 112 ή το 116 016", "el", []),
        ("Δύο από τις τρεις", "el", []),
    ],
)
def test_numbers_that_nothing_vouches_for(text: str, language: str, found: list[str]) -> None:
    assert rules.unclaimed(text, language, {"801", "2015", "45.5"}) == found


def test_the_years_of_a_citation_are_those_of_its_fact_or_when_it_was_read() -> None:
    assert rules.strange_years("A book (2014; read in 2026), Directive 2011/36/EU", {"2014"}) == ["2011"]
    assert rules.strange_years("Ένα βιβλίο (2014· πρόσβαση 2026)", {"2014"}) == []
    assert rules.reading_years("A book (2014; read in 2026)") == {"2026"}
    assert rules.without_reading("So it was (read in 2026, read in 2027)", {"2026"}) == "So it was ( , read in 2027)"


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("14.5%", "el", ["14.5"]),
        ("14,5% και 9.678, 1.234.567", "el", []),
        ("το 14.5 και 3.75", "el", ["14.5", "3.75"]),
        ("στις 24.12.2026", "el", []),
        ("14,5%", "en", ["14,5"]),
        ("14.5% of 9,678", "en", []),
        ("https://example.org/1.5, 116.016", "el", []),
    ],
)
def test_numbers_by_the_habit_of_another_language(text: str, language: str, found: list[str]) -> None:
    assert rules.misformed(text, language) == found


@settings(deadline=None)
@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert rules.fold(rules.fold(text)) == rules.fold(text)
