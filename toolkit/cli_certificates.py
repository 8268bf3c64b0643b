"""`toolkit certificates key … | verify`: the keys that sign, and checking a paper on the command line. Thin."""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from sqlalchemy import Engine

from toolkit import config, db, pdf, signing
from toolkit.cli_base import engine_for, settings
from toolkit.rules import codes
from toolkit.rules.certificate_keys import KeyState
from toolkit.rules.certificates import Verdict
from toolkit.services import audit, certificate_checks, certificate_keys
from toolkit.services.certificate_keys import Issuing

LARGEST_FILE = 8 * 1024 * 1024
_IN_TEXT = re.compile(r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{100,320}(?![A-Za-z0-9_-])")
VERDICTS = {
    Verdict.VALID: "Valid: this site gave this certificate, and nothing on it was changed.",
    Verdict.TRIAL: "Not valid: the signature is right, but it is a trial and does not count as a certificate.",
    Verdict.REPLACED: "Not valid: it was replaced by a newer one after its name was corrected.",
    Verdict.WITHDRAWN: "Not valid: it was withdrawn.",
    Verdict.COMPROMISED: "Not valid: the key that signed it is compromised, and the paper is not known from before.",
    Verdict.UNKNOWN: "Not valid: no key that is known here signed it.",
    Verdict.BROKEN: "Not valid: it was changed, or it is no certificate.",
}


@click.group("certificates")
def certificates_group() -> None:
    """Manage the keys that sign certificates, and check a certificate."""


@certificates_group.group("key")
def key_group() -> None:
    """Make, list, retire and distrust signing keys. A running site takes a change at its next signature."""


@key_group.command("new")
def new() -> None:
    """Make a new signing key and retire the one before; its private half is destroyed, what it signed stays valid."""
    with _site() as (found, engine):
        issuing = _issuing(found)
        with db.write_session(engine) as session:
            for kid in certificate_keys.active(session):
                certificate_keys.retire(session, kid, now=datetime.now(UTC), by=audit.SERVER)
                click.echo(f"Retired: {kid}")
        _renew(engine, issuing)


@key_group.command("list")
def list_() -> None:
    """List the keys: state, since when, when made, how many papers each signed."""
    with _site() as (found, engine), db.read_session(engine) as session:
        lines, signed = certificate_keys.lines(session), certificate_keys.signed_by(session)
    zone, now = ZoneInfo(found.time_zone), datetime.now(UTC)
    click.echo("key       state        since       made        age       papers")
    for line in lines:
        since, made = (moment.astimezone(zone).date() for moment in (line.since, line.made_at))
        age = f"{(now - line.made_at).days} days"
        click.echo(f"{line.kid}  {line.state:<11}  {since}  {made}  {age:<8}  {signed.get(line.kid, 0)}")
    if not any(line.state is KeyState.ACTIVE for line in lines):
        click.echo("No key is active: the next start or signature of the site makes one.", err=True)


@key_group.command("retire")
@click.argument("key")
def retire(key: str) -> None:
    """Let KEY sign no more; what it signed stays valid. A new key is made, so that the site can sign."""
    with _site() as (found, engine):
        issuing = _issuing(found)
        with db.write_session(engine) as session:
            done = certificate_keys.retire(session, key.lower(), now=datetime.now(UTC), by=audit.SERVER)
        if not done:
            raise click.ClickException(f"{key} is not the active key; see `toolkit certificates key list`")
        click.echo(f"Retired: {key.lower()}")
        _renew(engine, issuing)


@key_group.command("compromise")
@click.argument("key")
@click.option("--since", metavar="DATE", help="First day (YYYY-MM-DD) on which others may have had it; else: now.")
def compromise(key: str, since: str | None) -> None:
    """Trust KEY no more: what it signed counts only where this site noted the paper before that day.

    If it was the active key, a new one is made at once. It can be said again with another day.
    """
    with _site() as (found, engine):
        issuing, now, kid = _issuing(found), datetime.now(UTC), key.lower()
        try:
            moment = _midnight(since, found) if since else now
            with db.write_session(engine) as session:
                done = certificate_keys.compromise(session, kid, since=moment, now=now, by=audit.SERVER)
        except ValueError as error:
            raise click.BadParameter(f"{error}; write a day up to today as YYYY-MM-DD", param_hint="--since") from error
        if not done:
            raise click.ClickException(f"there is no key {key}; see `toolkit certificates key list`")
        with db.read_session(engine) as session:
            before, after = certificate_keys.noted_before(session, kid, moment)
        click.echo(f"Compromised: {kid}, since {moment.astimezone(ZoneInfo(found.time_zone)):%Y-%m-%d %H:%M}")
        click.echo(f"Papers noted before: {before}, they still count. From then on: {after}, they do not.")
        _renew(engine, issuing)


@certificates_group.command("verify")
@click.argument("target", metavar="FILE|PAYLOAD")
@click.option("--keys", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A saved /keys.json.")
def verify(target: str, keys: Path | None) -> None:
    """Check a certificate: its PDF, a text file, or what its square code holds.

    With --keys nothing but that file is asked; what became of the certificate since is then not known.
    Exit code 0: valid; 1: not valid; 2: nothing that could be checked.
    """
    payload = _payload(target)
    if keys is not None:
        checked = certificate_checks.check_alone(payload, _saved_keys(keys))
    else:
        with _site() as (_, engine), db.read_session(engine) as session:
            checked = certificate_checks.check(session, payload)
    click.echo(VERDICTS[checked.verdict])
    if checked.noted:
        click.echo("Its key is compromised, but this site noted the paper before that.")
    if checked.withdrawn_on:
        click.echo(f"Withdrawn on: {checked.withdrawn_on}")
    if checked.replaced_by:
        click.echo(f"Replaced by: {codes.show_code(checked.replaced_by)}")
    if (said := checked.statement) is not None:
        click.echo(f"Name: {said.name}\nCourse: {said.course}\nDate: {said.day}\nMinutes: {said.minutes}")
        click.echo(f"Language: {said.language}\nContent version: {said.version}\nCode: {codes.show_code(said.code)}")
    if keys is not None and checked.verdict is Verdict.VALID:
        click.echo("Whether it was withdrawn or replaced since: ask the site, with the code.", err=True)
    if checked.verdict is not Verdict.VALID:
        raise click.exceptions.Exit(1)


def _renew(engine: Engine, issuing: Issuing) -> None:
    """Let the site have a key to sign with, and say which; the running processes find it by themselves."""
    with db.write_session(engine) as session:
        certificate_keys.take_over(session, issuing, now=datetime.now(UTC), by=audit.SERVER)
        [kid] = certificate_keys.active(session)
    click.echo(f"Signs from now on: {kid}")
    click.echo("Make a backup now: the new private key is in none yet.", err=True)


@contextmanager
def _site() -> Iterator[tuple[config.Settings, Engine]]:
    found = settings()
    engine = engine_for(found)
    try:
        yield found, engine
    finally:
        engine.dispose()


def _issuing(found: config.Settings) -> Issuing:
    try:
        return Issuing(signing.load_keys(found.data_dir), found.trial, found.time_zone)
    except signing.KeyFileError as error:
        raise click.ClickException(str(error)) from error


def _midnight(day: str, found: config.Settings) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), ZoneInfo(found.time_zone)).astimezone(UTC)


def _payload(target: str) -> str:
    """Find the payload: in the PDF's keywords, in a text, or in the words themselves; a whole address is fine."""
    if len(target) < LARGEST_FILE and "\n" not in target and Path(target[:255]).is_file():
        path = Path(target)
        if path.stat().st_size > LARGEST_FILE:
            raise click.UsageError(f"{path} is too large for a certificate")
        raw = path.read_bytes()
        if raw.startswith(b"%PDF"):
            found = pdf.payload_in(raw)
            if found is None:
                raise click.UsageError(f"{path} is a PDF, but no certificate of this program")
            return found
        target = raw.decode("utf-8", errors="replace")
        several = _IN_TEXT.findall(target)
        if not several:
            raise click.UsageError(f"{path}: there is no certificate's payload in it")
        return str(several[0])
    words = target.strip().rpartition("#")[2]
    if not words or "/" in words or "." in words:
        raise click.UsageError(f"{target[:80]}: there is no such file, and it is no payload")
    return words


def _saved_keys(path: Path) -> list[signing.PublicKey]:
    try:
        return [_saved_key(row) for row in json.loads(path.read_text(encoding="utf-8"))["keys"]]
    except (ValueError, TypeError, KeyError) as error:
        raise click.UsageError(f"{path} is no keys.json of this program") from error


def _saved_key(row: dict[str, str]) -> signing.PublicKey:
    public = base64.urlsafe_b64decode(row["public"] + "=" * (-len(row["public"]) % 4))
    if len(public) != signing.KEY_BYTES or signing.key_id(public).hex() != row["kid"]:
        raise ValueError("a key that is not the one it is called")
    return signing.PublicKey(
        bytes.fromhex(row["kid"]), public, KeyState(row["state"]), date.fromisoformat(row["since"])
    )
