"""What shows that an unpacked backup is whole: its tables, references, rows, audit log and a certificate.

The surprise: an older backup is brought to this version's tables before its audit log and certificates are asked.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, select, text
from sqlalchemy.orm import Session

from toolkit import archive, db, paths, signing
from toolkit.archive import Progress
from toolkit.models.certificates import Certificate, SigningKey
from toolkit.rules import certificate_payload
from toolkit.rules.certificates import Verdict
from toolkit.services import audit, backup_copy, certificate_checks
from toolkit.signing import SERVER_KEY_FILE, SIGNING_KEY_FILE

DATABASE = "database"
_NOBODY = "A"  # a paper needs a name; this one is never shown to anybody


class ProofError(Exception):
    """The backup is not what it was made from, or is not for this version; the message says where."""


@dataclass(frozen=True)
class Proof:
    """What was looked at: whether the database was really filled again, its rows, and whether a certificate held."""

    restored: bool
    rows: int
    certificate: bool


def trial(file: Path, work: Path, live: Engine, *, passphrase: str | None, progress: Progress) -> Proof:
    """Restore a backup into an empty folder (and, on PostgreSQL, a database of its own) and look at all of it.

    Where the role may not make a database, the copy is only read: ``restored`` is then False.
    Raises ProofError, ArchiveError, CopyError.
    """
    contents = archive.unpack(file, work, passphrase=passphrase, progress=progress)
    progress("Looking at what came out", 0, 1)
    with _filled(work, live, contents.about) as engine:
        if engine is None:
            return Proof(restored=False, rows=_rows(contents.about), certificate=False)
        with writing(engine) as connection:
            structure(connection, contents.about)
            upgrade(connection, contents.about)
            proof = whole(connection, contents.about, work)
    progress("Looking at what came out", 1, 1)
    return proof


@contextmanager
def _filled(work: Path, live: Engine, about: Mapping[str, Any]) -> Iterator[Engine | None]:
    if about["kind"] == "sqlite":
        copied = db.make_engine(f"sqlite:///{work / DATABASE}")
        yield copied
        copied.dispose()
        return
    with backup_copy.scratch(live) as engine:
        if engine is not None:
            backup_copy.fill_postgres(engine, work / DATABASE)
        else:
            backup_copy.read_postgres(live, work / DATABASE)
        yield engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Give a connection in one writing transaction."""
    with engine.execution_options(toolkit_write=True).begin() as connection:
        yield connection


def structure(connection: Connection, about: Mapping[str, Any]) -> None:
    """Refuse a filled database whose file, references or number of rows are not those of the original."""
    if connection.dialect.name == "sqlite":
        said = connection.execute(text("PRAGMA integrity_check")).scalar()
        if said != "ok":
            raise ProofError(f"the database in the backup is damaged: {said}")
        if connection.execute(text("PRAGMA foreign_key_check")).first() is not None:
            raise ProofError("rows in the backup point to rows that are not there")
    # On PostgreSQL the references were checked while the database was filled.
    expected = about["tables"]
    there = {name for name in backup_copy.tables(connection) if name in expected}
    if there != set(expected):
        raise ProofError(f"tables are missing in the backup: {', '.join(sorted(set(expected) - there))}")
    for name, number in expected.items():
        if (found := backup_copy.rows(connection, name)) != number:
            raise ProofError(f"the table {name} should have {number} rows and has {found}")


def known_schema(about: Mapping[str, Any]) -> None:
    """Refuse a backup of a newer version: what its tables mean is not known here."""
    if about["schema"] not in db.schemas():
        raise ProofError("the backup was made by a newer version of the toolkit; install that version, then restore")


def upgrade(connection: Connection, about: Mapping[str, Any]) -> None:
    """Bring the tables of a backup to this version, in the transaction of the connection."""
    from alembic import command  # noqa: PLC0415 - a third of a second at every start, for the few that restore
    from alembic.config import Config  # noqa: PLC0415

    known_schema(about)
    config = Config()
    config.set_main_option("script_location", str(paths.MIGRATIONS))
    config.attributes["connection"] = connection
    if connection.dialect.name == "postgresql":
        command.stamp(config, about["schema"])  # left out of the copy: a database without it was not restored
    command.upgrade(config, "head")


def whole(connection: Connection, about: Mapping[str, Any], keys: Path) -> Proof:
    """Refuse a database whose audit log was touched; say whether a certificate signed with the backup's key holds."""
    with Session(connection, autoflush=False, expire_on_commit=False) as session:
        head = about["audit"]
        noted = [(int(head["n"]), bytes.fromhex(head["hash"]))] if head["n"] else []
        found = audit.faults(session, heads=noted)
        if found:
            raise ProofError(f"the audit log in the backup is not whole: entry {found[0].n}, {found[0].fault.value}")
        return Proof(restored=True, rows=_rows(about), certificate=_certificate_holds(session, keys))


def _certificate_holds(session: Session, folder: Path) -> bool:
    """Sign the newest certificate's paper with the key in the folder and check it with what the database knows."""
    row = session.scalar(select(Certificate).order_by(Certificate.id.desc()).limit(1))
    if row is None or not all((folder / name).is_file() for name in (SERVER_KEY_FILE, SIGNING_KEY_FILE)):
        return False
    keys = signing.load_keys(folder)
    if session.get(SigningKey, keys.key_id.hex()) is None:
        return False  # changed since the copy was made: the site takes the key in the file over when it starts
    signed = certificate_payload.encode(
        certificate_payload.Statement(
            trial=row.trial,
            key_id=keys.key_id,
            code=row.code,
            day=row.issued_on,
            minutes=row.minutes,
            language=row.language,
            course=row.course_key,
            version=row.content_version,
            name=_NOBODY,
        )
    )
    paper = certificate_payload.seal(signed, signing.sign(keys, signed))
    if certificate_checks.check(session, paper).verdict in {Verdict.UNKNOWN, Verdict.BROKEN}:
        raise ProofError(f"the certificate {row.code} does not verify with the keys in the backup")
    return True


def _rows(about: Mapping[str, Any]) -> int:
    return sum(int(number) for number in about["tables"].values())
