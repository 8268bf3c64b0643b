"""What is shipped is valid, the law is told in prose, and the tables are what the migrations make."""

import re
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from tests.house import tree
from toolkit import cli, cli_base, db, paths
from toolkit.models import Base
from toolkit.services import modules


def test_every_shipped_module_is_valid_and_equal_in_both_languages():
    assert (paths.MODULES / "topics" / "m01" / "module.yaml").is_file()
    assert modules.check(paths.MODULES) == []


def test_every_rules_file_has_its_heading_in_the_law():
    law = (tree.ROOT / "docs" / "rules.md").read_text()
    told = re.findall(r"^## (\w+)\.py: .+\n\n.{80,}", law, re.MULTILINE)
    rooms = [path.stem for path in tree.files() if path.parts[:2] == ("toolkit", "rules") and path.suffix == ".py"]
    assert told == sorted(set(rooms) - {"__init__"})


@pytest.fixture
def migrated(database_url: str) -> Iterator[Engine]:
    engine = db.make_engine(database_url)
    cli_base.migrate(engine)
    yield engine
    engine.dispose()


def test_migrations_make_the_tables_of_the_models(migrated: Engine):
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, Base.metadata) == []


def test_migrating_twice_changes_nothing(migrated: Engine):
    cli_base.migrate(migrated)
    with migrated.connect() as connection:
        assert MigrationContext.configure(connection).get_current_heads() == (_revisions()[-1],)


def test_migrations_are_numbered_in_one_row():
    assert _revisions() == [f"{n:04}" for n in range(1, len(_revisions()) + 1)]
    files = sorted(path.name for path in (paths.MIGRATIONS / "versions").glob("*.py"))
    assert [name[:4] for name in files] == _revisions()
    assert all(re.fullmatch(r"\d{4}_[a-z_]+\.py", name) for name in files)


def _revisions() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert len(scripts.get_heads()) == 1
    return [script.revision for script in scripts.walk_revisions()][::-1]


def test_the_readmes_commands_exist():
    readme = (tree.ROOT / "README.md").read_text()
    usage = (tree.ROOT / "run").read_text().partition("<<'TXT'")[2].partition("\nTXT")[0]
    known = set(re.findall(r"^\./run(?: ([a-z-]+))?", usage, re.MULTILINE))
    named = set(re.findall(r"\./run(?: (?!\[)([a-z-]+))?\b", readme))
    assert {"", "test"} <= named, "the two commands"
    assert named <= known
    for words in re.findall(r"(?:\./run |`)toolkit ((?:[a-z]+ ?)+)", readme):
        command, rest = cli.main, words.split()
        while rest and isinstance(command, click.Group):
            found = command.get_command(click.Context(command), rest.pop(0))
            assert found is not None, words
            command = found


def test_the_command_imports_a_room_only_when_it_is_asked_for():
    kept_out = ("toolkit.cli_", "pydantic", "alembic", "sqlalchemy.dialects.postgresql")
    code = f"import sys, toolkit.cli; print(*sorted(m for m in sys.modules if m.startswith({kept_out})))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tree.ROOT)
    assert run.stdout.split() == ["toolkit.cli_base"], "a served page needs no shapes of content files"
    rooms = {path.stem for path in (tree.ROOT / "toolkit").glob("cli_*.py")} - {"cli_base"}
    context = click.Context(cli.main)
    commands = [cli.main.get_command(context, name) for name in cli.main.list_commands(context)]
    assert all(commands)
    assert {command.callback.__module__.removeprefix("toolkit.") for command in commands} == rooms | {"cli"}
