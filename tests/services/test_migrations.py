"""Migrations with rows in the tables: what was kept stays; going back takes what the version before cannot hold."""

from collections.abc import Iterator

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from toolkit import db, paths

PERSON = (
    "insert into people (id, key, role, created_on, last_answer_on, resume_hash)"
    " values (1, 'p', 'guest', '2026-11-21', '2026-11-21', :hash)"
)
ATTEMPT = (
    "insert into attempts (id, key, person_id, course_key, editions, started_at)"
    " values (1, 'a', 1, 'core', '{}', '2026-11-21 09:00:00')"
)
ITEM = (
    "insert into attempt_items (attempt_id, n, module_key, item_key, objective, option_order)"
    " values (1, :n, 'm05', :item, 'o5-1', '[]')"
)


@pytest.fixture
def engine_before(database_url: str) -> Iterator[Engine]:
    """A database as the version before the third migration left it, with one attempt of two items."""
    engine = db.make_engine(database_url)
    go(engine, "0002")
    with engine.begin() as connection:
        connection.execute(text(PERSON), {"hash": b"x" * 32})
        connection.execute(text(ATTEMPT))
        for n, item in enumerate(("i01", "i02"), start=1):
            connection.execute(text(ITEM), {"n": n, "item": item})
    yield engine
    engine.dispose()


def go(engine: Engine, to: str, *, back: bool = False) -> None:
    alembic = Config()
    alembic.set_main_option("script_location", str(paths.MIGRATIONS))
    with engine.begin() as connection:
        alembic.attributes["connection"] = connection
        (command.downgrade if back else command.upgrade)(alembic, to)


def items(engine: Engine) -> list[tuple[int, str]]:
    with engine.connect() as connection:
        rows = connection.execute(text("select n, item_key from attempt_items order by n"))
        return [(n, item) for n, item in rows]


def add(engine: Engine, n: int, item: str) -> None:
    with engine.begin() as connection:
        connection.execute(text(ITEM), {"n": n, "item": item})


def test_an_item_may_come_back_after_the_third_migration_and_no_row_is_lost(engine_before: Engine):
    with pytest.raises(Exception, match=r"(?i)unique"):
        add(engine_before, 3, "i01")
    go(engine_before, "0003")
    assert items(engine_before) == [(1, "i01"), (2, "i02")]
    add(engine_before, 3, "i01")
    with pytest.raises(Exception, match=r"(?i)unique"):
        add(engine_before, 3, "i02")
    with pytest.raises(Exception, match=r"(?i)check"), engine_before.begin() as connection:
        connection.execute(text("update attempt_items set answered_at = '2026-11-21 09:00:00'"))


def test_going_back_drops_only_what_came_back(engine_before: Engine):
    go(engine_before, "0003")
    add(engine_before, 3, "i01")
    add(engine_before, 4, "i03")
    go(engine_before, "0002", back=True)
    assert items(engine_before) == [(1, "i01"), (2, "i02"), (4, "i03")]
    with pytest.raises(Exception, match=r"(?i)unique"):
        add(engine_before, 5, "i03")


def test_deleting_an_attempt_still_takes_its_items_along(engine_before: Engine):
    go(engine_before, "0003")
    with engine_before.begin() as connection:
        connection.execute(text("delete from people"))
    assert items(engine_before) == []
