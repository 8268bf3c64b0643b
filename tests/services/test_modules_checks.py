"""Broken content folders: each seeded defect is found, at its line, with its sentence, and nothing else is."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.services.modules_small import edit, small_folder
from toolkit.services.modules import check
from toolkit.services.modules_files import parse_yaml

SEEDS_FILE = Path(__file__).with_name("modules_seeds.yaml")
SEEDS = parse_yaml(SEEDS_FILE.name, SEEDS_FILE.read_text("utf-8")).data["seeds"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_folder(tmp_path_factory.mktemp("sound"))


def test_the_small_folder_is_sound(sound: Path) -> None:
    assert check(sound) == []


def test_there_are_many_seeds() -> None:
    assert len({seed["name"] for seed in SEEDS}) == len(SEEDS) >= 60


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed["name"])
def test_a_seeded_defect_is_found_at_its_line_and_nothing_else(seed: Any, sound: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(sound, tmp_path / "modules"))
    for change in seed["edits"]:
        edit(root, change["file"], change["old"], change["new"])
    assert [str(problem) for problem in check(root)] == seed["problems"]


def test_all_problems_are_found_at_once(sound: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(sound, tmp_path / "modules"))
    edit(root, "directory/cy.yaml", "official: yes", "official: maybe")
    edit(root, "courses/basics.yaml", "- m01", "- m02")
    edit(root, "topics/m01/text.el.yaml", "9.678", "9.687")
    assert [(problem.file, problem.line) for problem in check(root)] == [
        ("courses/basics.yaml", 8),
        ("directory/cy.yaml", 14),
        ("topics/m01/text.el.yaml", 23),
    ]


def test_a_missing_language_file_is_a_problem_at_its_name(sound: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(sound, tmp_path / "modules"))
    (root / "topics/m01/text.el.yaml").unlink()
    assert [str(problem) for problem in check(root)] == ["topics/m01/text.el.yaml:1: file: is missing"]


def test_a_file_that_does_not_belong_is_named(sound: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(sound, tmp_path / "modules"))
    (root / "topics/m01/notes.md").write_text("x", "utf-8")
    assert [str(problem) for problem in check(root)] == ["topics/m01/notes.md:1: file: does not belong here"]


def test_a_topic_may_not_take_the_name_of_another_document(sound: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(sound, tmp_path / "modules"))
    shutil.copytree(root / "topics/m01", root / "topics/facts")
    messages = [str(problem) for problem in check(root)]
    assert "topics/facts/module.yaml:1: key: facts is the name of another document" in messages


def test_texts_without_anything_they_belong_to_are_a_problem(sound: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(sound, tmp_path / "modules"))
    (root / "courses/basics.yaml").unlink()
    assert [str(problem) for problem in check(root)] == [
        "courses/text.en.yaml:1: file: there is nothing in courses but texts"
    ]


def test_a_term_is_allowed_in_the_blocks_that_the_glossary_names(sound: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(sound, tmp_path / "modules"))
    edit(root, "topics/m01/text.el.yaml", "Σε κίνδυνο", "Πελάτης: σε κίνδυνο")  # the affected panel, named in the row
    assert check(root) == []


def test_a_term_is_allowed_in_the_places_that_the_glossary_names(sound: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(sound, tmp_path / "modules"))
    edit(root, "glossary.csv", ",affected,", ",m01/1-1/b1|m01/i01,")
    edit(root, "topics/m01/text.el.yaml", "Το 2024 ήταν", "Πελάτης: το 2024 ήταν")
    edit(root, "topics/m01/text.el.yaml", 'pstem:\n    text: "Κείμενο."', 'pstem:\n    text: "Πελάτης."')
    assert check(root) == []
    edit(root, "topics/m01/text.el.yaml", 'b5hea:\n    text: "Κείμενο."', 'b5hea:\n    text: "Πελάτης."')
    assert [problem.path for problem in check(root)] == ["units.b5hea.text"]


def test_words_for_numbers_are_free(sound: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(sound, tmp_path / "modules"))
    edit(root, "topics/m01/text.el.yaml", "ή και περισσότερες", "ή και δύο περισσότερες")
    assert check(root) == []


def test_a_course_cites_no_fact_so_its_texts_hold_no_number_in_digits(sound: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(sound, tmp_path / "modules"))
    edit(root, "courses/text.en.yaml", "  ctitl:\n    text: Text.\n", '  ctitl:\n    text: "Text of 12."\n')
    found = [str(problem) for problem in check(root) if not problem.stale]
    assert found == ["courses/text.en.yaml:5: units.ctitl.text: 12 stands in no fact that is cited here"]


def test_a_fictional_block_without_facts_may_not_say_a_number_either(sound: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(sound, tmp_path / "modules"))
    edit(root, "topics/m01/text.en.yaml", "  b3con:\n    text: Text.\n", '  b3con:\n    text: "It was 12."\n')
    found = [problem for problem in check(root) if not problem.stale]
    assert [problem.message for problem in found] == ["12 stands in no fact that is cited here"]
