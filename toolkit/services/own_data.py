"""Everything about me: every row that leads to a person, by the columns that rules/data_classes.py gives her.

The surprise: nothing here names a table. What leads to a person is found through the tables' own references, so a new
table is in the file from its first day. The texts of lessons and questions are put in by own_data_words.py.
"""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session

from toolkit.models import Base
from toolkit.rules import data_classes, retention

PEOPLE = "people"
_TABLES = Base.metadata.tables
_PERSON: Any = bindparam("person_id")

Row = Mapping[str, Any]


def rows(session: Session, person_id: int) -> dict[str, list[Row]]:
    """Give her rows by table, oldest first, tables without any left out; values as the database has them."""
    found: dict[str, list[Row]] = {}
    for name in _ways():
        listed = session.execute(_statement(name), {"person_id": person_id}).mappings().all()
        if listed:
            found[name] = [dict(row) for row in listed]
    return found


def asked(session: Session, person_id: int) -> dict[str, list[Row]]:
    """Give the questions of her attempts by the attempt's key, in the order in which they were asked."""
    items, attempts = _TABLES["attempt_items"], _TABLES["attempts"]
    columns = [items.c[name] for name in data_classes.given("attempt_items")]
    statement = (
        select(attempts.c.key.label("attempt_key"), *columns)
        .join(attempts, attempts.c.id == items.c.attempt_id)
        .where(attempts.c.person_id == _PERSON)
        .order_by(attempts.c.id, items.c.n)
    )
    found: dict[str, list[Row]] = {}
    for row in session.execute(statement, {"person_id": person_id}).mappings():
        values = dict(row)
        found.setdefault(values.pop("attempt_key"), []).append(values)
    return found


def counts(session: Session, person_id: int) -> dict[str, int]:
    """Say how many rows of hers each table has; one statement, tables without any left out."""
    row = session.execute(_counting(), {"person_id": person_id}).mappings().one()
    return {name: number for name, number in row.items() if number}


def ends_on(session: Session, kept: Mapping[str, int], person_id: int) -> date | None:
    """Say on which day all of hers ends by itself, if she does not come back; None for an admin, who stays."""
    people, account = _TABLES[PEOPLE], _TABLES["accounts"]
    row = session.execute(
        select(people.c.role, people.c.created_on, people.c.last_answer_on, account.c.last_sign_in_on)
        .outerjoin(account, account.c.person_id == people.c.id)
        .where(people.c.id == person_id)
    ).one()
    if row.role == "admin":
        return None
    if row.last_sign_in_on is not None:
        active = retention.last_active(row.last_sign_in_on, row.last_answer_on)
        return retention.account_ends_on(active, kept["KEEP_ACCOUNTS_MONTHS"])
    return retention.add_months(row.last_answer_on or row.created_on, kept["KEEP_GUESTS_MONTHS"])


@cache
def _ways() -> dict[str, tuple[tuple[Any, str], ...]]:
    """Map each table that leads to a person to the columns by which it does, and to the tables that these name."""
    found: dict[str, tuple[tuple[Any, str], ...]] = {PEOPLE: ()}
    while True:
        nearer = set(found)  # only through tables found before: no circle
        more = {
            table.name: tuple(
                (key.parent, key.column.table.name)
                for column in table.columns
                for key in column.foreign_keys
                if key.column.table.name in nearer
            )
            for table in _TABLES.values()
            if table.name not in nearer
        }
        more = {name: ways for name, ways in sorted(more.items()) if ways}
        if not more:
            return found
        found |= more


def _hers(name: str) -> ColumnElement[bool]:
    table = _TABLES[name]
    if name == PEOPLE:
        return or_(table.c.id == _PERSON)
    return or_(
        *(
            column == _PERSON if parent == PEOPLE else column.in_(select(_TABLES[parent].c.id).where(_hers(parent)))
            for column, parent in _ways()[name]
        )
    )


@cache
def _statement(name: str) -> Any:  # noqa: ANN401 - a select of whatever the table has
    table = _TABLES[name]
    columns = [table.c[column] for column in data_classes.given(name)]
    return select(*columns).where(_hers(name)).order_by(*table.primary_key.columns)


@cache
def _counting() -> Any:  # noqa: ANN401
    return select(
        *(
            select(func.count()).select_from(_TABLES[name]).where(_hers(name)).scalar_subquery().label(name)
            for name in _ways()
        )
    )
