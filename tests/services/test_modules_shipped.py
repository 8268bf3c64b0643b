"""The shipped content is sound, and the schemas for editors are those of the code."""

import pytest

from toolkit import paths
from toolkit.services.modules import check, schema_files
from toolkit.services.modules_checks_texts import words_of
from toolkit.services.modules_folder import read_folder


def test_the_shipped_content_has_no_problem() -> None:
    assert [str(problem) for problem in check(paths.MODULES)] == []


@pytest.mark.parametrize(
    ("language", "text", "word"),
    [
        ("en", "Her pimp takes the money.", "pimp"),
        ("en", "Sex workers speak here.", "sex workers"),
        ("el", "Μιλούν σεξεργαζόμενες.", "σεξεργαζόμενες"),
        ("el", "Ο διακινητής τους.", "διακινητής"),
        ("el", "Θύμα trafficking.", "trafficking"),
    ],
)
def test_words_that_the_notes_of_the_glossary_refuse_are_refused(language: str, text: str, word: str) -> None:
    (refused,) = words_of(read_folder(paths.MODULES))[language].refused(text, tuple)
    assert refused.startswith(f"“{word}” is not used here")


def test_the_schemas_for_editors_are_up_to_date() -> None:
    folder = paths.MODULES / "schema"
    assert {path.name: path.read_text("utf-8") for path in folder.iterdir()} == schema_files()


def test_editors_may_give_plain_scalars_a_type() -> None:
    module = schema_files()["module.schema.json"]
    assert '"string",\n' in module
    assert '"number"' in module
