"""`./run bench backup`: a backup and a restore of a gigabyte of made-up data: seconds, memory, size, with progress."""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from toolkit import cli_base, db, paths, signing
from toolkit.services.modules_load import load_folder

PEOPLE_AT_ONCE = 20_000
LESSONS_EACH = 4
MB = 1024 * 1024
# Keys and choices are random, as real ones are to a packer; about a kilobyte for each person's lesson.
PEOPLE = text(
    "insert into people (key, role, resume_hash, created_on, last_answer_on) "
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < :count) "
    "select lower(hex(randomblob(13))), 'guest', randomblob(32), '2026-11-01', '2026-11-20' from n"
)
LESSONS = text(
    "insert into lesson_states (person_id, module_key, lesson_key, done, chosen, last_block) "
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < :each) "
    'select p.id, \'m01\', \'1-\' || i, \'["b1", "b2", "b3", "b4", "b5"]\', '
    "'{\"b6\": \"' || lower(hex(randomblob(350))) || '\"}', 'b5' from people p, n where p.id > :after"
)


def fill(folder: Path, megabytes: int) -> None:
    """Make a database of this size."""
    signing.load_keys(folder)
    engine = db.make_engine(f"sqlite:///{folder / 'toolkit.db'}")
    cli_base.migrate(engine)
    with db.write_session(engine) as session:
        load_folder(session, paths.MODULES, now=datetime.now(UTC))
    while (size := (folder / "toolkit.db").stat().st_size) < megabytes * MB:
        print(f"made-up data: {size // MB} of {megabytes} MB …", file=sys.stderr)
        with db.write_session(engine) as session:
            after = session.scalar(text("select coalesce(max(id), 0) from people"))
            session.execute(PEOPLE, {"count": PEOPLE_AT_ONCE})
            session.execute(LESSONS, {"each": LESSONS_EACH, "after": after})
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def timed(folder: Path, *words: str) -> tuple[float, float]:
    """Run the command; give seconds and the most memory of it in MB."""
    env = {**os.environ, "TOOLKIT_DATA": str(folder), "BACKUP_PASSPHRASE": "a passphrase for the bench"}
    env.pop("DATABASE_URL", None)
    started = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "toolkit.cli", *words], env=env, cwd=paths.ROOT)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise RuntimeError(f"{words[0]} did not work")
    return time.monotonic() - started, used.ru_maxrss * 1024 / MB


def main(words: list[str]) -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(prog="./run bench backup", description=__doc__)
    parser.add_argument("--mb", type=int, default=1000, help="size of the made-up database")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="toolkit-bench-") as name:
        folder, file = Path(name) / "site", Path(name) / "one.toolkit"
        fill(folder, options.mb)
        size = (folder / "toolkit.db").stat().st_size / MB
        made = timed(folder, "backup", str(file))
        packed = file.stat().st_size / MB
        put_back = timed(Path(name) / "place", "restore", str(file))
    print("| backup | |\n|---|---|")
    print(f"| database (MB) | {size:.0f} |")
    print(f"| file, sealed (MB) | {packed:.0f} |")
    print(f"| backup with its test (s) | {made[0]:.0f} |")
    print(f"| its memory (MB) | {made[1]:.0f} |")
    print(f"| restore (s) | {put_back[0]:.0f} |")
    print(f"| its memory (MB) | {put_back[1]:.0f} |")
    print(f"\nLoad average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, SQLite.")
