"""Every column has its class, its time and a word on the person's own file; every table with a person is covered."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.house import tree
from tests.services import somebody
from toolkit import db
from toolkit.models import Base
from toolkit.rules import data_classes as rule
from toolkit.rules import retention
from toolkit.rules.data_classes import Data
from toolkit.services import erasure, erasure_traces, own_data
from toolkit.web import csrf

TABLES = {table.name: table for table in Base.metadata.sorted_tables}
WITH_A_PERSON = sorted(somebody.tables())
DOC = "docs/data.md"


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    session = db.open_session(engine, write=True)
    yield session
    session.rollback()
    session.close()


def test_every_column_of_every_table_has_its_class_and_its_time():
    real = {name: sorted(column.name for column in table.columns) for name, table in TABLES.items()}
    assert {name: sorted(columns) for name, columns in rule.TABLES.items()} == real


def test_a_table_that_hangs_on_a_person_is_not_called_content():
    assert len(WITH_A_PERSON) >= 17
    assert set(WITH_A_PERSON) <= set(rule.about_people())


def test_a_column_that_names_a_person_is_never_in_a_class_without_people():
    for name, columns in somebody.tables().items():
        for column in columns:
            assert rule.TABLES[name][column.name].data not in rule.OURS


def test_no_hash_and_no_inner_number_is_given_out():
    secret = {
        (table.name, column.name)
        for table in TABLES.values()
        for column in table.columns
        if "hash" in column.name or column.name in {"salt", "name_check", "token", "password_hash", "id"}
    }
    assert not {(table, name) for table, name in secret if rule.TABLES[table][name].given}


def test_every_table_with_a_person_is_in_her_own_file_and_emptied_of_her(session: Session):
    """A new table shows here: somebody has no row in it, or the file or the erasing passes it over."""
    her = somebody.add(session, "Kanari", role="admin")
    somebody.add(session, "Spourgiti", role="admin")
    counts = {name: somebody.rows(session, TABLES[name], her) for name in WITH_A_PERSON}
    assert [name for name, count in counts.items() if not count] == [], "somebody.py has no row of hers there"
    given = own_data.rows(session, her)
    assert {name: len(listed) for name, listed in given.items()} == counts
    for name, listed in given.items():
        assert all(set(row) == set(rule.given(name)) for row in listed), name
    erasure.erase(session, somebody.SERVER_KEY, [her], now=somebody.NOW)
    assert {name: somebody.rows(session, TABLES[name], her) for name in WITH_A_PERSON} == dict.fromkeys(
        WITH_A_PERSON, 0
    )
    assert own_data.rows(session, her) == {}


def test_the_files_of_every_table_with_a_person_are_cleaned():
    erased = {"withdrawals", "notices", "listing_changes"}  # a kind, a day, a reason: none of her words
    assert erasure_traces.tables_cleaned(set(WITH_A_PERSON) - erased)


def test_a_forms_key_is_kept_longer_than_its_form_is_good():
    assert retention.FORM_DAYS * 24 * 3600 > csrf.TOKEN_LIFE_SECONDS


def table_of_the_page() -> str:
    """Write the table of docs/data.md as the registry has it."""
    lines = ["| class | table | columns | how long | in her file |", "|---|---|---|---|---|"]
    for kind in Data:
        for name, columns in rule.TABLES.items():
            groups: dict[tuple[str, bool], list[str]] = {}
            for column, found in columns.items():
                if found.data is kind:
                    groups.setdefault((found.period.value, found.given), []).append(column)
            lines += [
                f"| {kind.value} | {name} | {', '.join(listed)} | {period} | {'yes' if given else 'no'} |"
                for (period, given), listed in groups.items()
            ]
    return "\n".join(lines) + "\n"


def test_the_page_on_data_says_what_the_registry_says():
    page = (tree.ROOT / DOC).read_text()
    assert table_of_the_page() in page
    for kind in Data:
        assert f"**{kind.value}**" in page, "each class has its why"
