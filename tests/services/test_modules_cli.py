"""`toolkit modules …` says what it did and ends with the right exit code."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.services.modules_small import edit, small_folder
from toolkit import db
from toolkit.cli_modules import modules_group
from toolkit.models import Base


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return small_folder(tmp_path / "modules")


@pytest.fixture
def address(database_url: str) -> str:
    engine = db.make_engine(database_url)
    Base.metadata.create_all(engine)
    engine.dispose()
    return database_url


def run(*arguments: str | Path, tmp_path: Path, address: str = "") -> Result:
    env = {"TOOLKIT_DATA": str(tmp_path / "data"), "DATABASE_URL": address}
    return CliRunner().invoke(modules_group, [str(argument) for argument in arguments], env=env)


def test_check_of_a_sound_folder(root: Path, tmp_path: Path) -> None:
    result = run("check", root, tmp_path=tmp_path)
    assert (result.exit_code, result.output) == (0, "No problems found.\n")


def test_check_names_every_problem_and_fails(root: Path, tmp_path: Path) -> None:
    edit(root, "courses/basics.yaml", "pass: 2", "pass: 3")
    edit(root, "directory/cy.yaml", "code: CY", "code: cy")
    result = run("check", root, tmp_path=tmp_path)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"{root}/courses/basics.yaml:11: quiz.pass: is 3, but the quiz asks 2",
        f"{root}/directory/cy.yaml:3: code: 'cy' is not well formed",
        "2 problems.",
    ]


def test_check_writes_the_schemas_once(root: Path, tmp_path: Path) -> None:
    first = run("check", root, "--write-schemas", tmp_path=tmp_path)
    second = run("check", root, "--write-schemas", tmp_path=tmp_path)
    assert "schema/module.schema.json: written" in first.output
    assert second.output == "No problems found.\n"


def test_load_says_what_it_did_then_that_nothing_changed(root: Path, tmp_path: Path, address: str) -> None:
    first = run("load", root, tmp_path=tmp_path, address=address)
    assert first.exit_code == 0, first.output
    assert (
        "courses: structure 1; 3 texts added; el: 3 translations taken; "
        "el: snapshot 1 published; en: snapshot 1 published" in first.stdout.splitlines()
    )
    assert "m01 …" in first.stderr
    second = run("load", root, tmp_path=tmp_path, address=address)
    assert (second.exit_code, second.stdout) == (0, "Nothing changed.\n")
    edit(root, "topics/m01/text.en.yaml", "9,678 cases", "9,678 more cases")
    third = run("load", root, tmp_path=tmp_path, address=address)
    assert third.stdout == (
        "m01: 1 text changed; el: 1 translation stale; el: snapshot 2 published; en: snapshot 2 published\n"
    )


def test_load_fails_when_a_document_is_refused_but_loads_the_others(root: Path, tmp_path: Path, address: str) -> None:
    edit(root, "courses/basics.yaml", "pass: 2", "pass: 3")
    result = run("load", root, tmp_path=tmp_path, address=address)
    assert result.exit_code == 1
    assert f"{root}/courses/basics.yaml:11: quiz.pass: is 3, but the quiz asks 2" in result.stderr
    assert "courses: refused, 1 problem; nothing of it changed" in result.stdout
    assert "m01: structure 1; " in result.stdout


def test_load_needs_tables(root: Path, tmp_path: Path) -> None:
    result = run("load", root, tmp_path=tmp_path)
    assert (result.exit_code, result.output) == (
        1,
        "Error: the database has no tables yet; start the toolkit once, then try again\n",
    )


def test_a_bad_setting_is_a_sentence(root: Path, tmp_path: Path) -> None:
    result = run("load", root, tmp_path=tmp_path, address="mysql://localhost/x")
    assert (result.exit_code, result.output) == (
        1,
        "Error: DATABASE_URL is of the kind mysql; sqlite and postgresql are supported\n",
    )


def test_export_and_its_refusal(root: Path, tmp_path: Path, address: str) -> None:
    run("load", root, tmp_path=tmp_path, address=address)
    out = tmp_path / "out"
    result = run("export", out, tmp_path=tmp_path, address=address)
    assert (result.exit_code, result.output) == (0, f"13 files written to {out}.\n")
    again = run("export", out, tmp_path=tmp_path, address=address)
    assert (again.exit_code, again.output) == (1, f"Error: {out} is not empty; choose an empty folder\n")


def test_ids_says_what_it_wrote_and_refuses_what_it_cannot_read(root: Path, tmp_path: Path) -> None:
    edit(root, "topics/m01/module.yaml", "key: m01\nversion", "key:  m01\nversion")
    result = run("ids", root, tmp_path=tmp_path)
    assert result.output == "topics/m01/module.yaml: written\n0 ids made, 0 translations named their source.\n"
    edit(root, "topics/m01/module.yaml", "minutes: 6", "minutes: six")
    result = run("ids", root, tmp_path=tmp_path)
    assert result.exit_code == 1
    assert "lessons[0].minutes: 'six' is not well formed" in result.stderr
    assert "nothing was written" in result.stderr
