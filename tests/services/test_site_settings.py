"""Settings as they are shown: every one, its value or default, what happens while it is not set, and no secret."""

from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.conftest import settings_for
from toolkit import config
from toolkit.cli_settings import settings_command
from toolkit.services.site_settings import HIDDEN, Line, Need, lines

READY = {
    "SITE_URL": "https://learning.example.org",
    "ISSUER_NAME_EN": "Union",
    "ISSUER_NAME_EL": "Σωματείο",
    "CONTACT": "office@example.org",
}
SECRET = "a-passphrase-nobody-may-see"


def listed(tmp_path: Path, **env: str) -> dict[str, Line]:
    url = env.pop("DATABASE_URL", "sqlite:////srv/toolkit.db")
    return {line.name: line for line in lines(settings_for(url, tmp_path, **env))}


def run(tmp_path: Path, *arguments: str, **env: str) -> Result:
    nothing = dict.fromkeys(line.name for line in lines(config.load({"TOOLKIT_DATA": str(tmp_path)})))
    return CliRunner().invoke(
        settings_command, list(arguments), env={**nothing, "TOOLKIT_DATA": str(tmp_path / "data"), **env}
    )


def test_every_field_of_the_settings_has_its_line(tmp_path: Path):
    names = set(listed(tmp_path))
    said = {"data_dir": "TOOLKIT_DATA", "site_names": "SITE_NAME_EN", "issuer_names": "ISSUER_NAME_EN"}
    said |= {"development": "TOOLKIT_DEVELOPMENT", "kept": "KEEP_LOGS_DAYS"}
    own = {field.name for field in fields(config.Settings)} - {"given"}
    assert {said.get(name, name.upper()) for name in own} <= names
    assert set(config.KEPT) <= names


def test_what_is_needed_and_missing_is_said_until_it_is_set(tmp_path: Path):
    bare = listed(tmp_path)
    assert {name for name, line in bare.items() if line.missing and line.need is Need.NEEDED} == set(READY)
    ready = listed(tmp_path, **READY)
    assert not any(line.missing for line in ready.values() if line.need is Need.NEEDED)
    assert all(ready[name].given for name in READY)
    assert all(line.unset for line in bare.values())


def test_a_site_url_of_this_computer_is_missing_even_when_set(tmp_path: Path):
    assert listed(tmp_path, **READY | {"SITE_URL": "http://localhost:9000"})["SITE_URL"].missing


@pytest.mark.parametrize("name", ["SMTP_URL", "BACKUP_DIR", "METRICS_TOKEN"])
def test_what_is_better_set_is_advised_and_not_needed(tmp_path: Path, name: str):
    assert listed(tmp_path)[name].missing
    value = {"SMTP_URL": "smtp://mail.example.org", "BACKUP_DIR": str(tmp_path), "METRICS_TOKEN": "x" * 40}[name]
    assert not listed(tmp_path, **{name: value})[name].missing


def test_no_secret_is_shown_and_the_rest_of_the_address_is(tmp_path: Path):
    env = {
        "SMTP_URL": f"smtps://{SECRET}:{SECRET}@mail.example.org:465",
        "METRICS_TOKEN": SECRET,
        "DATABASE_URL": f"postgresql://toolkit:{SECRET}@db.example.org/toolkit",
    }
    found = listed(tmp_path, **env)
    assert SECRET not in repr(found)
    assert found["SMTP_URL"].value == f"smtps://{HIDDEN}@mail.example.org:465"
    assert found["METRICS_TOKEN"].value == HIDDEN
    assert found["DATABASE_URL"].value == "postgresql://toolkit:***@db.example.org/toolkit"
    result = run(tmp_path, **env)
    assert result.exit_code == 0, result.output
    assert SECRET not in result.output
    assert "db.example.org" in result.output


def test_the_command_shows_all_and_fails_only_when_asked_to_check(tmp_path: Path):
    shown = run(tmp_path)
    assert shown.exit_code == 0
    assert "CONTACT=  (default)\n    needed: People cannot see whom to write to.\n" in shown.stdout
    assert shown.stderr == f"Still needed: {', '.join(READY)}.\n"
    assert run(tmp_path, "--check").exit_code == 1
    ready = run(tmp_path, "--check", **READY)
    assert (ready.exit_code, ready.stderr) == (0, "")
    assert "CONTACT=office@example.org  (set)\n" in ready.stdout


def test_a_setting_that_cannot_work_is_a_sentence(tmp_path: Path):
    wrong = run(tmp_path, PORT="many")
    assert wrong.exit_code == 1
    assert wrong.stderr == "Error: PORT=many: write a number from 1 to 65535\n"
