"""`toolkit backup` and `toolkit restore`. Thin: words, passphrases, progress and exit codes; services do the work."""

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from toolkit import archive, config, db
from toolkit.cli_base import settings
from toolkit.services import backup as service
from toolkit.services import restore as restoring
from toolkit.services.backup_copy import CopyError
from toolkit.services.backup_proof import ProofError
from toolkit.services.erasure import ERASED_LIST

FAULTS = (
    archive.ArchiveError,
    service.BackupError,
    restoring.RestoreError,
    CopyError,
    ProofError,
    db.DatabaseError,
)
PASSPHRASE = "BACKUP_PASSPHRASE"  # noqa: S105 - the name of the setting
FILE = click.Path(dir_okay=False, path_type=Path)
READ = click.Path(exists=True, dir_okay=False, path_type=Path)
_MB = 1024 * 1024
T = TypeVar("T")


@click.command("backup")
@click.argument("file", type=FILE, required=False)
@click.option("--passphrase-file", type=READ, help="File whose first line is the passphrase.")
@click.option("--without-keys", is_flag=True, help="Leave the keys out. Keep server.key in another safe place.")
@click.option("--json", "as_json", is_flag=True, help="Say at the end what was made, as JSON.")
def backup_command(file: Path | None, passphrase_file: Path | None, *, without_keys: bool, as_json: bool) -> None:
    """Write one FILE with database, keys and uploads while the site runs, and try it out by restoring it.

    Without FILE it goes into BACKUP_DIR, and backups there that are older than KEEP_BACKUPS_DAYS are deleted. The
    passphrase comes from --passphrase-file, from BACKUP_PASSPHRASE, or is asked for; with one, all of the file is
    sealed. Whoever loses it has lost the backup. Exit codes: 0 made and tried out, 1 not made, 2 wrong usage.
    """
    found = settings()
    now = datetime.now(UTC)
    if file is None:
        found.backup_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = (file or found.backup_dir / service.default_name(now)).absolute()
    started = time.monotonic()
    passphrase = _passphrase(passphrase_file, ask=not without_keys, again=True)

    def work() -> tuple[service.Made, list[Path]]:
        engine = db.make_engine(found.database_url)
        try:
            made = service.make(
                engine, found.data_dir, target,
                passphrase=passphrase, with_keys=not without_keys, now=now, progress=Shown(),
            )  # fmt: skip
        finally:
            engine.dispose()
        if file is not None:
            return made, []
        return made, service.prune(found.backup_dir, found.kept["KEEP_BACKUPS_DAYS"], now=now, good=target)

    made, gone = _tried(work)
    if not made.proof.restored:
        click.echo("The database's role may make no database, so the copy was read and not restored.", err=True)
    if as_json:
        click.echo(json.dumps(_as_json(made, gone, time.monotonic() - started)))
        return
    how = "restored once to try it" if made.proof.restored else "read once to try it"
    click.echo(f"{made.file}: {made.size / _MB:.1f} MB, {made.proof.rows} rows, {how}.")
    click.echo("Sealed." if made.sealed else "Not sealed: whoever has the file can read it.")
    click.echo(f"End of the audit log: {made.about['audit']['n']}:{made.about['audit']['hash']}")
    for path in gone:
        click.echo(f"{path}: deleted, older than {found.kept['KEEP_BACKUPS_DAYS']} days")


@click.command("restore")
@click.argument("file", type=READ)
@click.option("--to", "url", metavar="URL", help="Empty database to fill, instead of DATABASE_URL.")
@click.option("--passphrase-file", type=READ, help="File whose first line is the passphrase.")
@click.option("--erased", type=READ, multiple=True, help="A list of erased people (erased.list); may be repeated.")
@click.option("--no-erased-list", is_flag=True, help="Go on although nobody knows who was erased since the backup.")
@click.option("--new-keys", is_flag=True, help="For a backup without keys whose server.key is lost as well.")
@click.option("--sign-out", is_flag=True, help="Sign everybody out. Resume codes and passwords go on working.")
@click.option("--check", is_flag=True, help="Only try the backup out in a working folder; nothing is restored.")
def restore_command(
    file: Path,
    url: str | None,
    passphrase_file: Path | None,
    erased: tuple[Path, ...],
    *,
    no_erased_list: bool,
    new_keys: bool,
    sign_out: bool,
    check: bool,
) -> None:
    """Put the backup FILE back, into an empty TOOLKIT_DATA and an empty database only.

    All of it is checked before anything is written. People who were erased since the backup are erased again: they
    are listed in erased.list, which is looked for in TOOLKIT_DATA, beside FILE and in BACKUP_DIR.
    Exit codes: 0 restored, 1 nothing restored, 2 wrong usage.
    """
    found = settings()
    places = (found.data_dir, file.absolute().parent, found.backup_dir)
    lists = dict.fromkeys([*erased, *(place / ERASED_LIST for place in places)])

    def work() -> restoring.Restored | None:
        sealed = archive.header_of(file).sealed
        passphrase = _passphrase(passphrase_file, ask=sealed, again=False)
        if check:
            _look(file, found, passphrase)
            return None
        order = restoring.Order(
            file=file,
            data_dir=found.data_dir,
            database_url=url or found.database_url,
            passphrase=passphrase,
            lists=tuple(lists),
            without_list=no_erased_list,
            new_keys=new_keys,
            sign_out=sign_out,
        )
        return restoring.restore(order, now=datetime.now(UTC), progress=Shown())

    done = _tried(work)
    if done is not None:
        _say_restored(done, url)


def _look(file: Path, found: config.Settings, passphrase: str | None) -> None:
    engine = db.make_engine(found.database_url)
    try:
        proof = service.look(engine, found.data_dir, file, passphrase=passphrase, progress=Shown())
    finally:
        engine.dispose()
    how = "restored in a working folder" if proof.restored else "read, not restored (no right to make a database)"
    click.echo(f"{file} is whole: {proof.rows} rows, {how}. Nothing was changed here.")


def _say_restored(done: restoring.Restored, url: str | None) -> None:
    moment = f"{done.made_at:%d %B %Y %H:%M} UTC"
    click.echo(f"Restored as of {moment}: {done.proof.rows} rows.")
    if done.lists:
        click.echo(f"Erased again: {done.erased} (lists: {', '.join(map(str, done.lists))}).")
    else:
        click.echo("No list of erased people was found: anybody who was erased after that moment is back.", err=True)
    click.echo(
        f"What was done after {moment} is undone: withdrawn certificates, keys marked as compromised, changed "
        "passwords, sign-outs (--sign-out ends all sign-ins). Do again what must hold."
    )
    if url:
        click.echo("Set DATABASE_URL to the address that you gave with --to.")


def _tried(work: Callable[[], T]) -> T:
    try:
        return work()
    except restoring.NoListError as error:
        raise click.ClickException(
            f"{error}. People who were erased since then would come back. Name a list with --erased FILE (it is "
            f"{ERASED_LIST} in the old TOOLKIT_DATA and in BACKUP_DIR); if there is none, go on with --no-erased-list"
        ) from error
    except FAULTS as error:
        raise click.ClickException(str(error)) from error
    except SQLAlchemyError as error:
        raise click.ClickException(f"the database did not do it: {getattr(error, 'orig', None) or error}") from error


def _passphrase(path: Path | None, *, ask: bool, again: bool) -> str | None:
    if path is not None:
        lines = path.read_text("utf-8").splitlines()
        if not lines or not lines[0]:
            raise click.ClickException(f"{path}: the first line is empty; write the passphrase there")
        return lines[0]
    if os.environ.get(PASSPHRASE):
        return os.environ[PASSPHRASE]
    if not ask:
        return None
    if not sys.stdin.isatty():
        raise click.ClickException(f"the passphrase is missing: give --passphrase-file, or set {PASSPHRASE}")
    asked: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=again, err=True)
    return asked


def _as_json(made: service.Made, gone: list[Path], seconds: float) -> dict[str, Any]:
    return {
        "file": str(made.file),
        "bytes": made.size,
        "rows": made.proof.rows,
        "tables": made.about["tables"],
        "schema": made.about["schema"],
        "audit": made.about["audit"],
        "keys": made.about["keys"],
        "sealed": made.sealed,
        "tested": "restored" if made.proof.restored else "read",
        "certificate": made.proof.certificate,
        "deleted": [str(path) for path in gone],
        "seconds": round(seconds, 1),
    }


class Shown:
    """Progress on standard error: one line that changes on a terminal, a line for each quarter elsewhere."""

    def __init__(self) -> None:
        self.before: tuple[str, int] = ("", -1)
        self.live = sys.stderr.isatty()

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how far one step is."""
        percent = 100 if done >= total else done * 100 // max(total, 1)
        said = (what, percent if self.live else percent // 25 * 25)
        if said != self.before:
            self.before = said
            end = "\n" if percent == 100 or not self.live else ""
            click.echo(f"{chr(13) if self.live else ''}{what}: {said[1]} %{end}", err=True, nl=False)
