"""`toolkit directory …` lists what waits, notes who dialled, and ends with the right exit code."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from tests.services.desk import Desk
from toolkit.cli_directory import directory_group

TODAY = datetime.now(UTC).date() - timedelta(days=1)  # in every time zone it is this day already, or later


@pytest.fixture
def desk(site: Flask) -> Desk:
    return Desk(site)


def run(desk: Desk, tmp_path: Path, *arguments: str) -> Result:
    url = desk.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    env = {"TOOLKIT_DATA": str(tmp_path / "data"), "DATABASE_URL": url}
    return CliRunner().invoke(directory_group, list(arguments), env=env)


def confirm(desk: Desk, tmp_path: Path, key: str, *more: str) -> Result:
    given = ["--who", "M.K.", "--on", TODAY.isoformat(), "--how", "phone"]
    return run(desk, tmp_path, "confirm", key, *given, *more)


def test_due_lists_what_nobody_has_dialled_until_somebody_has(desk: Desk, tmp_path: Path):
    before = run(desk, tmp_path, "due", "--country", "cy")
    assert before.exit_code == 0
    assert "CY  cy-1497  1497  (never confirmed, not shown)" in before.stdout.splitlines()
    assert not any(line.startswith("EL") for line in before.stdout.splitlines())
    done = confirm(desk, tmp_path, "cy-1497")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith(f"cy-1497: confirmed on {TODAY.isoformat()} for 1497.")
    after = run(desk, tmp_path, "due", "--country", "CY")
    assert set(before.stdout.splitlines()) - set(after.stdout.splitlines()) == {
        "CY  cy-1497  1497  (never confirmed, not shown)"
    }
    assert desk.listing("cy-1497").confirmed_on == TODAY
    assert desk.log() == [("listing.confirmed", "cy-1497")]
    assert desk.count("audit_entries", "actor = 'server' and action = 'listing.confirmed'") == 1


def test_due_lists_every_country(desk: Desk, tmp_path: Path):
    result = run(desk, tmp_path, "due")
    rows = result.stdout.splitlines()
    assert {row.split()[0] for row in rows} >= {"CY", "EL", "SE", "UK"}
    assert result.stderr == f"{len(rows)} listings wait.\n"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--on", "2999-01-01"], "Error: --on: this day has not come yet\n"),
        (["--on", "2019-01-01"], "Error: --on: more than a year ago; dial it again\n"),
        (["--on", "soon"], "Error: --on: write the day like 2026-12-03\n"),
        (["--who", " "], "Error: --who: write the name or the initials of the person who did it\n"),
    ],
)
def test_a_wrong_name_or_day_is_a_sentence_and_changes_nothing(desk: Desk, tmp_path: Path, more: list[str], said: str):
    result = confirm(desk, tmp_path, "cy-1497", *more)
    assert (result.exit_code, result.stderr) == (1, said)
    assert desk.count("listing_confirmations") == 0


def test_what_is_not_there_or_cannot_be_dialled_is_a_sentence(desk: Desk, tmp_path: Path):
    assert confirm(desk, tmp_path, "cy-nobody").stderr.startswith("Error: there is no listing cy-nobody;")
    nothing = confirm(desk, tmp_path, "cy-refugee-council")
    assert (nothing.exit_code, nothing.stderr) == (
        1,
        "Error: this listing has no number, link or address to confirm\n",
    )
    assert run(desk, tmp_path, "due", "--country", "XX").exit_code == 2
    assert confirm(desk, tmp_path, "cy-1497", "--how", "guess").exit_code == 2
    assert run(desk, tmp_path, "confirm", "cy-1497").exit_code == 2
