"""All bytes that a database and a folder have on the disk, to look for a word in them."""

import subprocess
from pathlib import Path

from sqlalchemy import Engine, text

from tests import postgres


def of_folder(folder: Path) -> dict[str, bytes]:
    """Give every file of a folder and of those in it."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def of_database(engine: Engine) -> dict[str, bytes]:
    """Give the files that PostgreSQL keeps of this database, and a dump; of SQLite the file and those beside it."""
    if engine.dialect.name == "sqlite":
        path = Path(str(engine.url.database))
        return {str(found): found.read_bytes() for found in path.parent.glob(f"{path.name}*")}
    with engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("CHECKPOINT"))  # what is in memory only is written to the files that we read
        folder = connection.execute(text("select current_setting('data_directory')")).scalar_one()
        oid = connection.execute(text("select oid from pg_database where datname = current_database()")).scalar_one()
    found = {str(path): path.read_bytes() for path in Path(folder, "base", str(oid)).iterdir() if path.is_file()}
    dump = [postgres._binaries() / "pg_dump", "-h", engine.url.query["host"], "-U", "toolkit", str(engine.url.database)]
    done = subprocess.run(dump, capture_output=True, check=True, cwd=folder)
    return found | {"pg_dump": done.stdout}


def where(found: dict[str, bytes], word: str) -> list[str]:
    """Name the files that hold a word, in capitals or not."""
    return [name for name, content in found.items() if word.lower().encode() in content.lower()]
