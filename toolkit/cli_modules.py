"""`toolkit modules check | report | load | export | ids`: content files on the command line. Thin: one service each."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import Engine, inspect

from toolkit import config, db, paths
from toolkit.services import modules
from toolkit.services.modules_export import FolderNotEmptyError, export_folder
from toolkit.services.modules_files import Problem
from toolkit.services.modules_folder import read_folder
from toolkit.services.modules_ids import give_ids
from toolkit.services.modules_load import DocumentReport, load_folder
from toolkit.services.modules_report import LessonReport, ModuleReport
from toolkit.services.modules_report import report as report_of
from toolkit.services.modules_report_terms import UnpairedTerm, unpaired_terms

NAMED = 4  # texts named for each term
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("modules")
def modules_group() -> None:
    """Check, report, load, export and number the content files."""


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


@modules_group.command("report")
@click.argument("folder", type=FOLDER, default=paths.MODULES)
@click.option("--json", "as_json", is_flag=True, help="Give everything as JSON: every fact, source and sentence.")
def report(folder: Path, *, as_json: bool) -> None:
    """Say what the modules in FOLDER hold; exit code 1 when one of them cannot be read.

    For each module and language: words on screen, minutes, words a minute, decisions, blocks by type, questions of the
    bank by objective and use, facts cited, sources, the longest sentence. A star marks core lessons, `few` less than a
    decision in 90 seconds. At the end: terms of the glossary that the Greek says in other words, for a reader to judge.
    """
    content = read_folder(folder)
    modules_read = report_of(content)
    if as_json:
        click.echo(json.dumps([_as_json(module) for module in modules_read], ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join("\n".join(_report_lines(module)) for module in modules_read))
        minutes, core = (sum(getattr(m, name) for m in modules_read) for name in ("minutes", "core_minutes"))
        items = sum(module.items for module in modules_read)
        click.echo(
            f"\n{_count(len(modules_read), 'module')}, {minutes} minutes ({core} in core lessons), {items} questions"
        )
        for line in _term_lines(unpaired_terms(content)):
            click.echo(line)
    unread = [document for document in content.documents.values() if not document.readable]
    _show(folder, [problem for document in unread for problem in document.problems])
    if unread:
        raise click.exceptions.Exit(1)


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


def _as_json(module: ModuleReport) -> dict[str, Any]:
    data = asdict(module) | {"decisions": module.decisions}
    for lesson, said in zip(module.lessons, data["lessons"], strict=True):
        said["seconds_per_decision"] = lesson.seconds_per_decision
    return data


def _report_lines(module: ModuleReport) -> Iterator[str]:
    source = next(iter(sorted(module.languages, key="en".__ne__)))
    title = module.languages[source].title
    yield f"{module.key}  {title}: {module.minutes} minutes, {module.core_minutes} of them core"
    columns = ["lesson", "minutes", "decisions", "seconds each"]
    columns += [title for tag in module.languages for title in (f"words {tag}", "a minute")]
    rows = [columns, *(_lesson_cells(lesson, module.languages) for lesson in module.lessons), _sum_cells(module)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(columns))]
    for row in rows:
        yield "  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
    yield "  blocks: " + ", ".join(f"{kind} {number}" for kind, number in module.blocks.items())
    yield f"  questions: {module.items}"
    for objective in module.objectives:
        uses = ", ".join(f"{use} {number}" for use, number in objective.by_use.items())
        yield f"    {objective.key}: {objective.items}" + (f" ({uses})" if uses else "")
    yield f"  facts cited: {len(module.facts)}, of {_count(len(module.sources), 'source')}"
    for tag, said in module.languages.items():
        yield (
            f"  longest sentence {tag}: {said.longest} words in {said.longest_unit}; "
            f"{_count(said.long_sentences, 'sentence')} over 22 words"
        )


def _term_lines(terms: Sequence[UnpairedTerm]) -> Iterator[str]:
    if terms:
        texts = sum(len(term.units) for term in terms)
        yield f"\n{_count(texts, 'text')} whose Greek has another word than the glossary:"
    for term in terms:
        named = ", ".join(term.units[:NAMED]) + (" …" if len(term.units) > NAMED else "")
        yield f"  {term.english}, {term.greek}: {len(term.units)} of {term.texts} ({named})"


def _lesson_cells(lesson: LessonReport, languages: Mapping[str, object]) -> list[str]:
    each = "-" if lesson.seconds_per_decision is None else str(lesson.seconds_per_decision)
    cells = [lesson.key + ("*" if lesson.core else " "), str(lesson.minutes), str(lesson.decisions)]
    cells.append(f"few {each}" if lesson.few_decisions else each)
    for tag in languages:
        cells += [str(lesson.words[tag]), str(round(lesson.words[tag] / lesson.minutes))]
    return cells


def _sum_cells(module: ModuleReport) -> list[str]:
    each = str(round(module.minutes * 60 / module.decisions)) if module.decisions else "-"
    cells = ["all ", str(module.minutes), str(module.decisions), each]
    for said in module.languages.values():
        cells += [str(said.words), str(said.words_per_minute)]
    return cells


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
