"""`toolkit audit verify | export | head`: the log of what was done, checked and carried away. Thin."""

import os
import secrets
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.orm import Session

from toolkit import db
from toolkit.cli_base import engine_for, settings
from toolkit.rules import audit as rule
from toolkit.rules.audit import Fault
from toolkit.services import audit, audit_reading
from toolkit.services.audit_reading import ExportRefused, Head

UNREADABLE = 2
STEP = 10_000
SENTENCES = {
    Fault.EDITED: "was changed after it was written",
    Fault.DETAIL: "has a detail that is not the one it was written with",
    Fault.MISSING: "is missing, or stands at the wrong place",
    Fault.FORKED: "does not follow the entry before it: something was put in, taken out or exchanged",
    Fault.CUT: "was noted down as the newest one, and it is not there: the log was cut, rolled back or exchanged",
}


@click.group("audit")
def audit_group() -> None:
    """Check and export the audit log."""


@audit_group.command("head")
def head() -> None:
    """Print the newest entry's number and hash. Note it down elsewhere: verify --head then finds what was cut off."""
    with _reading() as session:
        n, hashed = audit.head(session)
    click.echo(f"{n}:{hashed.hex()}")


@audit_group.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export(file: Path) -> None:
    """Write the whole log to FILE (- for the screen), which can be verified without this site."""
    if str(file) == "-":
        with _reading() as session:
            sys.stdout.writelines(audit_reading.export(session))
        return
    if file.exists():
        raise click.ClickException(f"{file} is there already; choose another name")
    if not file.absolute().parent.is_dir():
        raise click.ClickException(f"there is no folder {file.absolute().parent}")
    half = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with _reading() as session, os.fdopen(_new_file(half), "w", encoding="utf-8") as out:
            number = -1  # the first line is the head
            for number, line in enumerate(audit_reading.export(session)):  # noqa: B007 - counted
                out.write(line)
            out.flush()
            os.fsync(out.fileno())
        half.replace(file)
    except OSError as error:
        raise click.ClickException(f"{file} could not be written: {error.strerror}") from error
    finally:
        half.unlink(missing_ok=True)
    click.echo(f"{number} entries written to {file}.")


@audit_group.command("verify")
@click.option("--head", "heads", multiple=True, metavar="N:HEX", help="A head that was noted down earlier; repeatable.")
@click.option("--file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An export, not the site.")
def verify(heads: Sequence[str], file: Path | None) -> None:
    """Check that no entry was changed, put in, taken out or cut off; exit code 1 when one was, 2 when unreadable."""
    noted = [_head(text) for text in heads]
    if file is not None:
        _report(*_check_file(file, noted))
        return
    with _reading() as session:
        last, findings = audit.head(session), rule.faults(_counted(audit.entries(session)), heads=noted)
    _report(last, findings, noted)


@contextmanager
def _reading() -> Iterator[Session]:
    engine = engine_for(settings())
    try:
        with db.read_session(engine) as session:
            yield session
    finally:
        engine.dispose()


def _check_file(file: Path, noted: list[Head]) -> tuple[Head, list[rule.Finding], list[Head]]:
    try:
        with file.open(encoding="utf-8") as lines:
            last, entries = audit_reading.read_export(lines)
            return last, rule.faults(_counted(entries), heads=[last, *noted]), noted
    except (ExportRefused, UnicodeDecodeError) as error:
        what = error if isinstance(error, ExportRefused) else "it is not a text file"
        click.echo(f"Error: {file}: {what}", err=True)
        raise click.exceptions.Exit(UNREADABLE) from None


def _report(last: Head, findings: list[rule.Finding], noted: list[Head]) -> None:
    for finding in findings:
        click.echo(f"Entry {finding.n} {SENTENCES[finding.fault]}.")
    if findings:
        click.echo(f"The log is not whole: {len(findings)} fault(s).", err=True)
        raise click.exceptions.Exit(1)
    click.echo(f"The log is whole: {last[0]} entries. Newest: {last[0]}:{last[1].hex()}")
    if not noted:
        click.echo(
            "Whether its end was cut off shows only with --head and a head that was noted down earlier.", err=True
        )


def _counted(entries: Iterable[rule.Entry]) -> Iterator[rule.Entry]:
    for number, entry in enumerate(entries, start=1):
        if number % STEP == 0:
            click.echo(f"{number} entries …", err=True)
        yield entry


def _head(text: str) -> Head:
    n, _, hashed = text.partition(":")
    try:
        found = (int(n), bytes.fromhex(hashed))
    except ValueError:
        found = (-1, b"")
    if found[0] < 0 or len(found[1]) != len(rule.FIRST):
        raise click.BadParameter(
            f"{text}: write it as `toolkit audit head` prints it, number:hash", param_hint="--head"
        )
    return found


def _new_file(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
