"""What a report says of a module, counted by hand."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.services.modules_small import edit, small_folder
from tests.services.modules_wide import Wide
from toolkit import paths
from toolkit.cli_modules import modules_group
from toolkit.services.modules_folder import read_folder
from toolkit.services.modules_report import report
from toolkit.services.modules_report_terms import unpaired_terms


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_folder(tmp_path / "modules")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(modules_group, ["report", *map(str, arguments)])


def test_a_small_module_in_numbers(root: Path) -> None:
    (small,) = report(read_folder(root))
    assert (small.key, small.minutes, small.core_minutes, small.decisions, small.items) == ("m01", 6, 6, 3, 3)
    (lesson,) = small.lessons
    assert (lesson.key, lesson.core, lesson.seconds_per_decision, lesson.few_decisions) == ("1-1", True, 120, True)
    # Every unit is one word but for those of b1 and b6; of three feedbacks to a choice one counts (twin, check).
    blocks = {"b1": 11, "b2": 6, "b3": 5 + 2 + 3 + 1, "b4": 2 + 2 + 4, "b5": 2 + 3 + 1, "b6": 1 + 10}
    assert lesson.words["en"] == sum(blocks.values())
    assert small.languages["en"].words == lesson.words["en"]
    assert small.languages["en"].words_per_minute == round(sum(blocks.values()) / 6)
    assert small.blocks == {"affected": 1, "case": 1, "check": 1, "parts": 1, "sorter": 1, "text": 1}
    (objective,) = small.objectives
    assert (objective.key, objective.items, objective.by_use) == ("o1-1", 3, {"final": 3})
    assert (small.facts, small.sources) == (["LAW-01"], ["A source for tests (2024)"])


def test_the_longest_sentence_is_named_with_its_unit(root: Path) -> None:
    long = " ".join(["word"] * 23) + "."
    edit(root, "topics/m01/text.en.yaml", "In danger call 112", f"{long} In danger call 112")
    english = report(read_folder(root))[0].languages["en"]
    assert (english.longest, english.longest_sentence, english.longest_unit) == (23, long, "b6p1x")
    assert english.long_sentences == 1


def test_forms_of_one_family_count_once_and_decisions_as_a_learner_meets_them(tmp_path: Path) -> None:
    wide = Wide(tmp_path / "modules")
    made = report(read_folder(wide.root))[1]
    assert (made.key, made.items, made.objectives[0].items) == ("m02", 3, 2)
    assert made.decisions == 1 + 3 + 2 + 1, "check, scenes of the scenario, of one sector, a situation"
    assert made.facts == ["OLD-90", "POS-90", "STAT-90"]


def test_a_term_that_the_greek_says_otherwise_is_named_in_whatever_form_it_could_stand(root: Path) -> None:
    edit(root, "topics/m01/text.en.yaml", "  b2at0:\n    text: Text.", "  b2at0:\n    text: The buyer.")
    (found,) = unpaired_terms(read_folder(root))
    assert (found.english, found.greek, found.texts, found.units) == ("buyer", "αγοραστής", 1, ["m01/b2at0"])
    assert "buyer, αγοραστής: 1 of 1 (m01/b2at0)" in run(root).output
    edit(root, "topics/m01/text.el.yaml", 'b2at0:\n    text: "Κείμενο."', 'b2at0:\n    text: "Των αγοραστών."')
    assert unpaired_terms(read_folder(root)) == []


def test_the_command_prints_a_table(root: Path) -> None:
    result = run(root)
    assert result.exit_code == 0, result.output
    lines = result.stdout.splitlines()
    assert lines[0] == "m01  Text.: 6 minutes, 6 of them core"
    words = "words {} a minute"
    assert (
        " ".join(lines[1].split()) == f"lesson minutes decisions seconds each {words.format('el')} {words.format('en')}"
    )
    assert lines[2].split()[:5] == ["1-1*", "6", "3", "few", "120"]
    assert "  blocks: affected 1, case 1, check 1, parts 1, sorter 1, text 1" in lines
    assert "    o1-1: 3 (final 3)" in lines
    assert "  facts cited: 1, of 1 source" in lines
    assert lines[-1] == "1 module, 6 minutes (6 in core lessons), 3 questions"


def test_the_command_gives_everything_as_json(root: Path) -> None:
    (small,) = json.loads(run(root, "--json").stdout)
    assert small["lessons"][0]["words"].keys() == {"el", "en"}
    assert (small["decisions"], small["lessons"][0]["seconds_per_decision"]) == (3, 120)
    assert small["languages"]["el"]["long_sentences"] == 0
    assert small["sources"] == ["A source for tests (2024)"]


def test_what_cannot_be_read_is_said_and_the_rest_reported(tmp_path: Path) -> None:
    root = Wide(tmp_path / "modules").root
    edit(root, "topics/m02/module.yaml", "minutes: 5", "minutes: five")
    result = run(root)
    assert result.exit_code == 1
    assert result.stdout.startswith("m01 ")
    assert "m02" not in result.stdout
    assert "lessons[0].minutes: 'five' is not well formed" in result.stderr


def test_the_shipped_modules_keep_to_their_minutes() -> None:
    made = report(read_folder(paths.MODULES))
    assert [module.key for module in made] == sorted(module.key for module in made)
    for module in made:
        assert module.items >= 1
        for lesson in module.lessons:
            assert all(words <= 100 * lesson.minutes for words in lesson.words.values()), (module.key, lesson.key)


def test_help_says_what_it_does() -> None:
    said = " ".join(run("--help").output.split())
    assert "exit code 1 when one of them cannot be read" in said
    assert "--json" in said
