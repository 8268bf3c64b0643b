"""The glossary's meanings: checked with the content, published with the modules whose texts hold the words."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from tests.services import modules_small
from toolkit import db
from toolkit.services import courses
from toolkit.services.modules_checks import check_folder
from toolkit.services.modules_files import write_csv
from toolkit.services.modules_folder import GLOSSARY_COLUMNS, read_folder
from toolkit.services.modules_load import load_folder

NOW = datetime(2026, 11, 21, tzinfo=UTC)
MEANING = {
    "forms_en": "paragraph|paragraphs",
    "meaning_en": "A piece of text that stands between two others, here only so that a test has one.",
    "forms_el": "παράγραφος|παράγραφο",
    "meaning_el": "Ένα κομμάτι κειμένου ανάμεσα σε δύο άλλα, εδώ μόνο για να έχει κάτι η δοκιμή.",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return modules_small.small_folder(tmp_path / "modules")


def glossary(root: Path, *rows: dict[str, str]) -> None:
    empty = dict.fromkeys(GLOSSARY_COLUMNS, "")
    named = [{**empty, "term_en": f"term {n}", "term_el": f"όρος {n}", **row} for n, row in enumerate(rows)]
    (root / "glossary.csv").write_text(write_csv(named, GLOSSARY_COLUMNS), "utf-8")


def problems(root: Path) -> list[str]:
    return [str(problem).removeprefix("glossary.csv:") for problem in check_folder(read_folder(root))["glossary"]]


def words(engine: Engine, root: Path, language: str) -> Any:
    with db.write_session(engine) as session:
        load_folder(session, root, now=NOW)
    with db.read_session(engine) as session:
        edition = courses.shelf(session).edition("m01", language)
    assert edition is not None
    return edition.body["words"]


def test_a_meaning_that_is_whole_is_no_problem_and_none_neither(root: Path):
    glossary(root, MEANING, {})
    assert problems(root) == []


@pytest.mark.parametrize("field", MEANING)
def test_a_meaning_needs_both_languages_and_their_forms(root: Path, field: str):
    glossary(root, {**MEANING, field: ""})
    assert problems(root) == [
        f"2: terms[0].{field}: is missing; a meaning needs both languages and the forms it opens from"
    ]


def test_a_meaning_that_is_too_short_or_too_long_is_refused(root: Path):
    glossary(root, {**MEANING, "meaning_en": "Too short.", "meaning_el": "μακρύ " * 26 + "."})
    assert problems(root) == [
        "2: terms[0].meaning_el: has 27 words instead of 12 to 25",
        "2: terms[0].meaning_en: has 2 words instead of 12 to 25",
    ]


@pytest.mark.parametrize(
    ("field", "old", "new", "wrong"),
    [
        ("meaning_en", "piece", "punter", "“punter” is not used here; see “term 1” in glossary.csv"),
        ("meaning_el", "κομμάτι", "πελατών", "“πελάτης” is not used here; see “όρος 1” in glossary.csv"),
        ("meaning_el", "κομμάτι", "κoμμάτι", "κoμμάτι mixes alphabets"),
        ("meaning_en", "piece", "piece of 12 or", "numbers differ: en 12; el "),
        ("meaning_el", "κομμάτι", "*κομμάτι", "markup other than **strong** and *emphasis*: *"),
        ("forms_el", "παράγραφο", "παράγραφo", "παράγραφo mixes alphabets"),
        ("term_el", "όρος", "όρoς", "όρoς mixes alphabets"),
    ],
)
def test_a_meaning_is_held_to_the_rules_of_other_texts(root: Path, field: str, old: str, new: str, wrong: str):
    row = {**MEANING, "term_el": "όρος 0"}
    value = row[field].replace(old, new) if field != "forms_el" else f"{row[field]}|{new}"
    glossary(root, {**row, field: value}, {"forbidden_en": "punter", "forbidden_el": "πελάτης"})
    place = "meaning_el" if wrong.startswith("numbers") else field
    assert problems(root) == [f"2: terms[0].{place}: {wrong}"]


def test_a_form_opens_one_word_only_whatever_its_accents(root: Path):
    glossary(root, MEANING, {**MEANING, "forms_en": "another", "forms_el": "ΠΑΡΑΓΡΑΦΟ"})
    assert problems(root) == ["3: terms[1].forms_el: “ΠΑΡΑΓΡΑΦΟ” opens “term 0” already"]


def test_readers_get_the_words_that_stand_in_their_texts(engine: Engine, root: Path):
    used = {**MEANING, "forms_en": "text|texts"}  # every text of the small folder is “Text.” or «Κείμενο.»
    glossary(root, used, {**MEANING, "forms_en": "nowhere", "forms_el": "πουθενά"})
    assert words(engine, root, "en") == [{"forms": ["text", "texts"], "meaning": MEANING["meaning_en"]}]
    assert words(engine, root, "el") == []


def test_a_glossary_that_changes_is_a_new_edition_of_the_modules(engine: Engine, root: Path):
    glossary(root, {})
    assert words(engine, root, "el") == []
    glossary(root, {**MEANING, "forms_el": "ΚΕΙΜΕΝΟ"})
    assert [word["forms"] for word in words(engine, root, "el")] == [["ΚΕΙΜΕΝΟ"]]
