"""`toolkit modules check | load | export | ids`: content files from the command line. Thin: each calls one service."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click
from sqlalchemy import Engine, inspect

from toolkit import config, db, paths
from toolkit.services import modules
from toolkit.services.modules_export import FolderNotEmptyError, export_folder
from toolkit.services.modules_files import Problem
from toolkit.services.modules_ids import give_ids
from toolkit.services.modules_load import DocumentReport, load_folder

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("modules")
def modules_group() -> None:
    """Check, load, export and number the content files."""


@modules_group.command("check")
@click.argument("folder", type=FOLDER, default=paths.MODULES)
@click.option("--write-schemas", is_flag=True, help="Write the JSON Schemas for editors into FOLDER/schema.")
def check(folder: Path, *, write_schemas: bool) -> None:
    """Say everything that is wrong in FOLDER; exit code 1 when something is."""
    if write_schemas:
        for name in modules.write_schemas(folder / "schema"):
            click.echo(f"schema/{name}: written")
    problems = modules.check(folder)
    _show(folder, problems)
    if problems:
        raise click.exceptions.Exit(1)
    click.echo("No problems found.")


@modules_group.command("load")
@click.argument("folder", type=FOLDER, default=paths.MODULES)
def load(folder: Path) -> None:
    """Load FOLDER into the database and publish what changed; exit code 1 when a document was refused."""
    engine = _engine()

    def progress(key: str) -> None:
        click.echo(f"{key} …", err=True)

    with db.write_session(engine) as session:
        reports = load_folder(session, folder, now=datetime.now(UTC), progress=progress)
    engine.dispose()
    for report in reports:
        _show(folder, report.problems)
    for line in load_lines(reports):
        click.echo(line)
    if any(report.problems for report in reports):
        raise click.exceptions.Exit(1)


@modules_group.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write all content of the database as files into FOLDER, which must be empty or absent."""
    engine = _engine()
    try:
        with db.read_session(engine) as session:
            names = export_folder(session, folder)
    except FolderNotEmptyError:
        raise click.ClickException(f"{folder} is not empty; choose an empty folder") from None
    finally:
        engine.dispose()
    click.echo(f"{len(names)} files written to {folder}.")


@modules_group.command("ids")
@click.argument("folder", type=FOLDER, default=paths.MODULES)
def ids(folder: Path) -> None:
    """Swap +labels for unit ids, name the source of new translations, and write all files in canonical form."""
    report = give_ids(folder)
    if report.problems:
        _show(folder, report.problems)
        raise click.ClickException("nothing was written")
    for name in report.written:
        click.echo(f"{name}: written")
    click.echo(f"{report.made} ids made, {report.stamped} translations named their source.")


def load_lines(reports: Sequence[DocumentReport]) -> list[str]:
    """Say in words what a load did: one line for each document that changed or was refused."""
    lines = []
    for report in reports:
        if report.problems:
            lines.append(f"{report.key}: refused, {_count(len(report.problems), 'problem')}; nothing of it changed")
            continue
        if report.did_nothing:
            continue
        said = [f"structure {report.structure}"] if report.structure else []
        for number, word in ((report.added, "added"), (report.changed, "changed"), (report.removed, "removed")):
            if number:
                said.append(f"{_count(number, 'text')} {word}")
        said += [f"{language}: {_count(number, 'translation')} taken" for language, number in report.translated.items()]
        said += [f"{language}: {_count(number, 'translation')} stale" for language, number in report.stale.items()]
        said += [f"{language}: snapshot {number} published" for language, number in report.published.items()]
        lines.append(f"{report.key}: {'; '.join(said)}")
    return lines or ["Nothing changed."]


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _show(folder: Path, problems: Sequence[Problem]) -> None:
    for problem in problems:
        click.echo(f"{folder / problem.file}:{problem.line}: {problem.path}: {problem.message}", err=True)
    if problems:
        click.echo(f"{_count(len(problems), 'problem')}.", err=True)


def _engine() -> Engine:
    try:
        settings = config.load()
        settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        engine = db.make_engine(settings.database_url)
    except (config.SettingError, db.DatabaseError) as error:
        raise click.ClickException(str(error)) from error
    if not inspect(engine).has_table("documents"):
        engine.dispose()
        raise click.ClickException("the database has no tables yet; start the toolkit once, then try again")
    return engine
