"""The list before opening: one source for page and document, who and when, once, taken back, logged."""

import re
import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from tests.courses import english_name
from tests.services.desk import DAY, NOW, Desk
from toolkit import db
from toolkit.services import opening_tasks
from toolkit.services.opening_tasks import LINES, Done

DOCUMENT = Path(__file__).parents[2] / "docs" / "before-you-open.md"


@pytest.fixture
def desk(site: Flask) -> Desk:
    return Desk(site)


def mark(desk: Desk, key: str, *, who: str = "M.K.", on: date = DAY, form: str = "") -> None:
    with db.write_session(desk.engine) as session:
        opening_tasks.mark(
            session,
            key,
            who=who,
            on=on,
            client_key=form or secrets.token_hex(16),
            person_id=desk.actors[0].person_id or 0,
            by=desk.actors[0].by,
            now=NOW,
        )


def take_back(desk: Desk, key: str) -> None:
    with db.write_session(desk.engine) as session:
        opening_tasks.take_back(
            session,
            key,
            client_key=secrets.token_hex(16),
            person_id=desk.actors[0].person_id or 0,
            by=desk.actors[0].by,
            now=NOW,
        )


def done(desk: Desk) -> dict[str, Done]:
    with db.read_session(desk.engine) as session:
        return dict(opening_tasks.done(session))


def test_the_document_says_what_the_page_says():
    rows = re.findall(r"^\| (?!What |---)(.*?) \| (.*?) \|$", DOCUMENT.read_text(), re.MULTILINE)
    names = {key: english_name(key) for key in opening_tasks.COUNTRIES}
    assert rows == [(line.what % {"country": names.get(line.country)}, line.who) for line in LINES]


def test_keys_are_few_short_and_never_twice():
    keys = [line.key for line in LINES]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z]{3,40}|law-[a-z]{2}", key) for key in keys)


def test_nothing_is_done_before_somebody_says_so(desk: Desk):
    assert done(desk) == {}


def test_a_line_is_marked_with_who_and_when_and_opened_again(desk: Desk):
    mark(desk, "law", who="A lawyer")
    assert done(desk) == {"law": Done("A lawyer", DAY)}
    mark(desk, "law", who="Another", on=date(2026, 11, 30))
    assert done(desk) == {"law": Done("Another", date(2026, 11, 30))}
    take_back(desk, "law")
    assert done(desk) == {}
    take_back(desk, "law")
    assert desk.log() == [("opening.done", "law"), ("opening.done", "law"), ("opening.undone", "law")]
    assert desk.count("audit_entries", "detail like '%lawyer%'") == 0


def test_a_form_sent_twice_and_eight_at_once_leave_one_row(desk: Desk):
    form = secrets.token_hex(16)
    for _ in range(2):
        mark(desk, "pilot", form=form)
    assert desk.log() == [("opening.done", "pilot")]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: mark(desk, "greek", who=f"Reader {n}"), range(8)))
    assert desk.count("opening_tasks") == 2
    assert len(desk.log()) == 9


def test_a_line_that_is_not_on_the_list_cannot_be_done(desk: Desk):
    with pytest.raises(LookupError):
        mark(desk, "nothing")
    assert done(desk) == {}
