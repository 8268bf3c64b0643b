"""`toolkit audit …`: whole logs end with 0, touched ones with 1, what is no log with 2."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Engine, text

from tests.services.signing_site import DAY
from toolkit import db
from toolkit.cli_audit import audit_group
from toolkit.services import audit

Run = Callable[..., Result]


@pytest.fixture
def log(loaded_url: str) -> Engine:
    engine = db.make_engine(loaded_url)
    with db.write_session(engine) as session:
        for n in range(5):
            audit.record(session, by=audit.SITE, action="a.b", subject=f"S{n}", now=DAY, detail={"n": str(n)})
    yield engine
    engine.dispose()


@pytest.fixture
def run(loaded_url: str, tmp_path: Path) -> Run:
    env = {"TOOLKIT_DATA": str(tmp_path / "data"), "DATABASE_URL": loaded_url}
    return lambda *words: CliRunner().invoke(audit_group, [str(word) for word in words], env=env)


def sql(engine: Engine, statement: str) -> None:
    with engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount > 0


@pytest.mark.usefixtures("log")
def test_a_whole_log_is_said_to_be_whole(run: Run):
    head = run("head").output.strip()
    done = run("verify")
    assert done.exit_code == 0
    assert f"The log is whole: 5 entries. Newest: {head}" in done.output
    assert "only with --head" in done.output
    with_head = run("verify", "--head", head)
    assert with_head.exit_code == 0
    assert "only with --head" not in with_head.output


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("update audit_entries set subject = 'x' where n = 3", "Entry 3 was changed"),
        ("update audit_entries set detail = 'x' where n = 3", "Entry 3 has a detail"),
        ("delete from audit_entries where n = 3", "Entry 3 is missing"),
        ("delete from audit_entries where n > 3", "Entry 5 was noted down"),
    ],
)
def test_a_touched_log_names_the_entry(log: Engine, run: Run, statement: str, said: str):
    head = run("head").output.strip()
    sql(log, statement)
    done = run("verify", "--head", head)
    assert done.exit_code == 1
    assert said in done.output
    assert "not whole" in done.output


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("head", ["5", "x:00", "5:00", "-1:" + "00" * 32, ":" + "00" * 32])
def test_a_head_that_is_none_is_a_mistake_of_use(run: Run, head: str):
    refused = run("verify", "--head", head)
    assert refused.exit_code == 2
    assert "number:hash" in refused.output


def test_an_export_is_verified_without_the_site(log: Engine, run: Run, tmp_path: Path):
    file = tmp_path / "log.jsonl"
    head = run("head").output.strip()
    written = run("export", file)
    assert written.exit_code == 0
    assert "5 entries written" in written.output
    assert file.stat().st_mode & 0o777 == 0o600
    assert run("export", "-").output == file.read_text()
    sql(log, "delete from audit_entries")
    alone = run("verify", "--file", file, "--head", head)
    assert alone.exit_code == 0, alone.output
    assert f"Newest: {head}" in alone.output
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[:3]))
    assert run("verify", "--file", file).exit_code == 1
    file.write_text("".join(lines)[:-30])
    assert run("verify", "--file", file).exit_code == 2
    file.write_bytes(b"\xff\xfe\x00")
    assert run("verify", "--file", file).exit_code == 2


@pytest.mark.usefixtures("log")
def test_an_export_overwrites_nothing_and_leaves_no_half(run: Run, tmp_path: Path):
    (tmp_path / "kept.jsonl").write_text("kept")
    refused = run("export", tmp_path / "kept.jsonl")
    assert refused.exit_code == 1
    assert (tmp_path / "kept.jsonl").read_text() == "kept"
    assert run("export", tmp_path / "no" / "folder.jsonl").exit_code == 1
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_an_empty_log_is_whole(run: Run):
    assert run("head").output.strip() == f"0:{'00' * 32}"
    assert run("verify", "--head", f"0:{'00' * 32}").exit_code == 0
