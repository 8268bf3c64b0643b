"""Erasing: found nowhere afterwards, byte for byte; what stays is bare; the log is whole; old backups revive nobody."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from tests.services import on_disk, somebody
from tests.services.somebody import NOW, SERVER_KEY
from toolkit import db
from toolkit.models import Base
from toolkit.models.accounts import Erasure, Person
from toolkit.models.audit import AuditEntry
from toolkit.models.certificates import Certificate, Withdrawal
from toolkit.models.directory import ListingConfirmation
from toolkit.rules.retention import ErasureRefusedError, Reason
from toolkit.services import audit, erasure, erasure_traces

WORD = "Kanarini"
OTHER = "Spourgiti"


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    session = db.open_session(engine, write=True)
    yield session
    session.rollback()
    session.close()


def analysed(engine: Engine) -> None:
    """Let the database take its samples, as it does by itself sooner or later."""
    if engine.dialect.name == "postgresql":
        with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
            connection.execute(text("ANALYZE"))


def erase_and_clean(engine: Engine, folder: Path, person_id: int) -> bool:
    erasure_traces.owe(folder)
    with db.write_session(engine) as session:
        erasure.leave(session, SERVER_KEY, person_id, withdraw=False, now=NOW)
    return erasure_traces.clean_up(engine, folder, folder / "backups")


def test_her_words_are_in_the_files_before_and_in_none_after(engine: Engine, tmp_path: Path):
    (tmp_path / "backups").mkdir()
    with db.write_session(engine) as session:
        her = somebody.add(session, WORD, role="admin")
        for n in range(60):
            somebody.add(session, f"{OTHER}{n:02}", role="admin" if n == 0 else "guest")
    analysed(engine)
    before = on_disk.of_database(engine) | on_disk.of_folder(tmp_path)
    assert on_disk.where(before, WORD), "the search can find it"
    assert on_disk.where(before, OTHER)
    if engine.dialect.name == "sqlite":
        assert any(name.endswith("-wal") for name in on_disk.where(before, WORD))
    assert erase_and_clean(engine, tmp_path, her)
    after = on_disk.of_database(engine) | on_disk.of_folder(tmp_path)
    assert on_disk.where(after, WORD) == []
    assert on_disk.where(after, OTHER), "and finds what is still there"
    assert not (tmp_path / erasure_traces.DUE).exists()


@pytest.mark.parametrize("most_bytes", [erasure_traces.AT_ONCE_BYTES, 1])
def test_a_copy_that_a_page_kept_of_a_deleted_row_is_gone_too(
    tmp_path: Path, most_bytes: int, monkeypatch: pytest.MonkeyPatch
):
    """SQLite may leave a moved row's bytes in the free middle of a page, where secure_delete does not reach them."""
    path = tmp_path / "toolkit.db"
    engine = db.make_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    left = _deleted_and_still_there(engine, path)
    assert left, "the fault that this is about"
    monkeypatch.setattr(erasure_traces, "AT_ONCE_BYTES", most_bytes)
    monkeypatch.setattr(erasure_traces, "_WORDS", ("a",))
    erasure_traces.owe(tmp_path)
    assert erasure_traces.sweep(engine, tmp_path, tmp_path / "backups")
    content = path.read_bytes().lower()
    assert [name for name in left if name.lower().encode() in content] == []
    engine.dispose()


def _deleted_and_still_there(engine: Engine, path: Path) -> list[str]:
    """Write and delete accounts, always in the same order, and look for the deleted ones in the file."""
    chance = Random(1)  # noqa: S311 - the same each time
    there, gone = {}, []
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        raw.execute("create table persons (id integer primary key)")
        raw.execute(
            "create table a (pid integer primary key references persons on delete cascade, "
            "u text, uf text unique, e text, ef text unique, n text)"
        )

        def change(n: int, *, new: bool) -> None:
            name = f"{WORD}{''.join(chance.choices('abcdefghij', k=chance.randint(4, 30)))}{n:05}"
            values = (name, name.lower(), name, name.lower() + "@x", name)
            raw.execute("begin immediate")
            if new:
                raw.execute("insert into persons values (?)", (n,))
                raw.execute("insert into a values (?, ?, ?, ?, ?, ?)", (n, *values))
            else:
                gone.append(there[n])
                raw.execute("update a set u = ?, uf = ?, e = ?, ef = ?, n = ? where pid = ?", (*values, n))
            raw.execute("commit")
            there[n] = name

        raw.execute("pragma synchronous = off")
        for n in range(1, 2500):
            change(n, new=True)
            picked, other = chance.random(), chance.randint(1, n)
            if picked < 0.3 and other in there:
                change(other, new=False)
            elif picked < 0.6 and other in there:
                gone.append(there.pop(other))
                raw.execute("delete from persons where id = ?", (other,))
        raw.execute("pragma wal_checkpoint(truncate)")
    content = path.read_bytes().lower()
    return [name for name in gone if name.lower().encode() in content]


def test_while_somebody_reads_the_cleaning_is_owed_and_done_later(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(erasure_traces, "_PATIENCE_MS", 20)
    with db.write_session(engine) as session:
        her = somebody.add(session, WORD)
    with db.read_session(engine) as reader:
        reader.execute(text("select count(*) from accounts")).scalar_one()
        assert erase_and_clean(engine, tmp_path, her) is False
        assert (tmp_path / erasure_traces.DUE).exists()
    assert erasure_traces.sweep(engine, tmp_path, tmp_path / "backups")
    assert not (tmp_path / erasure_traces.DUE).exists()
    assert erasure_traces.sweep(engine, tmp_path, tmp_path / "backups"), "nothing is owed any more"


def test_a_large_database_is_left_to_the_job(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(erasure_traces, "AT_ONCE_BYTES", 1)
    with db.write_session(engine) as session:
        her, other = somebody.add(session, WORD), somebody.add(session, OTHER)
    erasure_traces.owe(tmp_path)
    with db.write_session(engine) as session:
        erasure.leave(session, SERVER_KEY, her, withdraw=False, now=NOW)
    with db.read_session(engine) as session:
        before = {name: somebody.everything(session, name) for name in Base.metadata.tables}
    assert erasure_traces.clean_up(engine, tmp_path, tmp_path / "backups", most_bytes=1) is False
    assert erasure_traces.sweep(engine, tmp_path, tmp_path / "backups")
    with db.read_session(engine) as session:
        assert {name: somebody.everything(session, name) for name in Base.metadata.tables} == before
        assert session.get(Person, other) is not None


def test_while_somebody_writes_the_cleaning_is_owed(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(erasure_traces, "_PATIENCE_MS", 20)
    for most in (erasure_traces.AT_ONCE_BYTES, 1):
        monkeypatch.setattr(erasure_traces, "AT_ONCE_BYTES", most)
        erasure_traces.owe(tmp_path)
        with db.write_session(engine) as writer:
            somebody.add(writer, f"{WORD}{most}")
            assert erasure_traces.sweep(engine, tmp_path, tmp_path / "backups") is False
        assert erasure_traces.sweep(engine, tmp_path, tmp_path / "backups")


def test_a_cleaning_that_was_broken_off_is_done_again(engine: Engine, tmp_path: Path):
    with db.write_session(engine) as session:
        her = somebody.add(session, WORD)
    with db.write_session(engine) as session:
        erasure.erase(session, SERVER_KEY, [her], now=NOW)
    (tmp_path / f"{erasure_traces.DUE}.taken").touch()  # as a process leaves it that dies in the middle
    assert erasure_traces.sweep(engine, tmp_path, tmp_path / "backups")
    assert list(tmp_path.glob(f"{erasure_traces.DUE}*")) == []


def test_the_bare_certificate_stays_and_nothing_of_hers_is_on_it(session: Session):
    her = somebody.add(session, WORD)
    before = session.execute(select(Certificate.__table__)).mappings().one()
    erasure.erase(session, SERVER_KEY, [her], now=NOW)
    after = session.execute(select(Certificate.__table__)).mappings().one()
    gone = {"person_id", "attempt_id", "name_check", "named_at"}
    assert {name: after[name] for name in gone} == dict.fromkeys(gone)
    assert {n: v for n, v in after.items() if n not in gone} == {n: v for n, v in before.items() if n not in gone}
    assert session.scalars(select(Withdrawal.reason)).all() == ["other"]


def test_the_log_stays_whole_and_says_no_more_who(session: Session):
    her = somebody.add(session, WORD, role="admin")
    somebody.add(session, OTHER, role="admin")
    erasure.leave(session, SERVER_KEY, her, withdraw=True, now=NOW)
    assert audit.faults(session) == []
    said = [entry.detail or "" for entry in audit.entries(session)]
    assert not any(WORD in detail for detail in said)
    assert sum(OTHER in detail for detail in said) == 2
    assert session.scalars(select(AuditEntry.action).order_by(AuditEntry.n)).all()[-1] == "admin.ended"
    assert set(session.scalars(select(ListingConfirmation.who))) == {"—", f"{OTHER} herself"}


def test_her_certificates_are_withdrawn_when_she_says_so(session: Session):
    her = somebody.add(session, WORD)
    session.execute(text("delete from withdrawals"))
    code = session.scalars(select(Certificate.code)).one()
    erasure.leave(session, SERVER_KEY, her, withdraw=True, now=NOW)
    assert session.execute(select(Withdrawal.reason, Withdrawal.withdrawn_at)).all() == [("holder", NOW)]
    entry = session.execute(select(AuditEntry).where(AuditEntry.action == "certificate.withdrawn")).scalar_one()
    assert (entry.subject, entry.detail, entry.person_id) == (code, None, None)
    assert audit.faults(session) == []


def test_without_that_they_stay_valid(session: Session):
    her = somebody.add(session, WORD)
    session.execute(text("delete from withdrawals"))
    erasure.leave(session, SERVER_KEY, her, withdraw=False, now=NOW)
    assert session.scalars(select(Withdrawal.reason)).all() == []


def test_the_only_admin_and_whoever_is_not_sure_stay(session: Session):
    only = somebody.add(session, WORD, role="admin")
    guest = somebody.add(session, OTHER)
    for person_id, sure, reason in ((only, True, Reason.LAST_ADMIN), (guest, False, Reason.NOT_SURE)):
        with pytest.raises(ErasureRefusedError) as caught:
            erasure.leave(session, SERVER_KEY, person_id, withdraw=False, sure=sure, now=NOW)
        assert caught.value.reason is reason
    assert len(session.scalars(select(Person.id)).all()) == 2
    erasure.leave(session, SERVER_KEY, 10_000, withdraw=True, now=NOW)  # gone already: nothing to refuse
    somebody.add(session, "Another", role="admin")
    erasure.leave(session, SERVER_KEY, only, withdraw=False, now=NOW)
    assert session.get(Person, only) is None


def test_others_keep_everything(session: Session):
    her, other = somebody.add(session, WORD), somebody.add(session, OTHER)
    counts = {name: somebody.rows(session, Base.metadata.tables[name], other) for name in somebody.tables()}
    erasure.erase(session, SERVER_KEY, [her], now=NOW)
    after = {name: somebody.rows(session, Base.metadata.tables[name], other) for name in somebody.tables()}
    assert after == counts
    assert all(counts.values())


def test_the_list_for_backups_has_a_hash_and_a_day_and_only_grows(engine: Engine, tmp_path: Path):
    backups = tmp_path / "elsewhere"
    backups.mkdir()
    with db.write_session(engine) as session:
        people = [somebody.add(session, f"{WORD}{n}", key=f"{n:026}") for n in range(3)]
        erasure.erase(session, SERVER_KEY, people[:2], now=NOW)
    for _ in range(2):
        erasure.note_down(engine, [tmp_path, backups, tmp_path / "not there"])
    lines = (tmp_path / "erased.list").read_text().splitlines()
    hashes = {erasure.person_hash(SERVER_KEY, f"{n:026}") for n in range(2)}
    assert {line.split()[1] for line in lines} == {found.hex() for found in hashes}
    assert {line.split()[0] for line in lines} == {"2026-11-21"}
    assert (backups / "erased.list").read_text().splitlines() == lines
    assert (tmp_path / "erased.list").stat().st_mode & 0o777 == 0o600
    with (tmp_path / "erased.list").open("a") as file:
        file.write("2026-11-21 00aa")  # a power cut in the middle of a line
    with db.write_session(engine) as session:
        erasure.erase(session, SERVER_KEY, people[2:], now=NOW + timedelta(days=1))
    erasure.note_down(engine, [tmp_path])
    assert erasure.listed(tmp_path / "erased.list") == hashes | {erasure.person_hash(SERVER_KEY, f"{2:026}")}
    (tmp_path / "erased.list").unlink()
    erasure.note_down(engine, [tmp_path])
    assert len(erasure.listed(tmp_path / "erased.list")) == 3


def test_whoever_is_on_the_list_goes_again_after_a_restore(session: Session):
    her = somebody.add(session, WORD, key="a" * 26)
    other = somebody.add(session, OTHER, key="b" * 26)
    never_here = erasure.person_hash(SERVER_KEY, "c" * 26)
    listed = [erasure.person_hash(SERVER_KEY, "a" * 26), never_here]
    assert erasure.apply(session, SERVER_KEY, listed, NOW) == 1
    assert session.get(Person, her) is None
    assert session.get(Person, other) is not None
    assert set(session.scalars(select(Erasure.person_hash))) == set(listed)
    assert erasure.apply(session, SERVER_KEY, listed, NOW) == 0
