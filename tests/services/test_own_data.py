"""The file with everything about a person: every row of hers, in words, and nobody else's."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from tests import right
from tests.services import somebody
from tests.web import world
from toolkit import config, db
from toolkit.models.accounts import Account, Person
from toolkit.rules import data_classes
from toolkit.services import choices, courses, own_data, own_data_words

WORD, OTHER = "Kanarini", "Spourgiti"


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    session = db.open_session(engine, write=True)
    yield session
    session.rollback()
    session.close()


def test_every_column_that_is_hers_is_there_and_no_other_persons_word(session: Session):
    her, other = somebody.add(session, WORD, role="admin"), somebody.add(session, OTHER)
    rows = own_data.rows(session, her)
    assert set(rows) == set(somebody.tables())
    for name, listed in rows.items():
        assert listed, name
        for row in listed:
            assert tuple(row) == data_classes.given(name)
    said = json.dumps(rows, default=str, ensure_ascii=False)
    assert WORD in said
    assert OTHER not in said
    theirs = json.dumps(own_data.rows(session, other), default=str, ensure_ascii=False)
    assert OTHER in theirs
    assert WORD not in theirs


def test_counts_are_those_of_the_rows(session: Session):
    her = somebody.add(session, WORD, role="admin")
    somebody.add(session, OTHER, role="admin")
    assert own_data.counts(session, her) == {name: len(listed) for name, listed in own_data.rows(session, her).items()}
    assert own_data.counts(session, 10_000) == {}


def test_nothing_is_given_twice_or_left_out_of_the_files(session: Session):
    her = somebody.add(session, WORD, role="admin")
    found = own_data_words.files(session, courses.Shelf(0, {}), her, "en")
    tables = [name for listed in found.values() for name in listed]
    assert sorted([*tables, "attempt_items"]) == sorted(own_data.rows(session, her))
    assert [len(attempt["questions"]) for attempt in found["answers"]["attempts"]] == [1]


@pytest.mark.parametrize("lang", ["en", "el"])
def test_questions_and_answers_stand_there_in_words(site: Flask, lang: str):
    token = world.guest(site)
    key = world.attempt(site, token, answers=6)
    engine, who = site.extensions["engine"], world.person_id(site, token)
    with db.read_session(engine) as session:
        shelf = courses.shelf(session)
        edition = shelf.edition("m01", lang)
        found = own_data_words.files(session, shelf, who, lang)["answers"]["attempts"]
    assert [attempt["key"] for attempt in found] == [key]
    for said, item in zip(found[0]["questions"], right.asked(engine, key), strict=True):
        assert said["item_key"] == item["key"]
        assert plain(edition.text(item["stem"])) in said["question"]
        keys = item["options"] if item["type"] == "match" else [o for o in item["options"] if o.get("right") == "yes"]
        for option in keys:
            assert any(plain(edition.text(option["text"])) in answer for answer in said["your_answer"])
        assert said["right"] is True
        assert said["given"] == world.as_given(right.answer(item))


def plain(value: str) -> str:
    return value.replace("**", "").replace("*", "")


def test_an_older_edition_is_quoted_as_it_was(site: Flask):
    """A question that has gone since, and an edition that is not kept: the keys are there all the same."""
    token = world.guest(site)
    world.attempt(site, token, answers=1)
    engine, who = site.extensions["engine"], world.person_id(site, token)
    with db.write_session(engine) as session:
        session.execute(text("update attempt_items set item_key = 'gone' where n = 1"))
        shelf = courses.shelf(session)
        found = own_data_words.files(session, shelf, who, "el")["answers"]["attempts"][0]["questions"]
    assert (found[0]["question"], found[0]["your_answer"], found[0]["item_key"]) == (None, [], "gone")
    assert found[1]["question"]


@pytest.mark.parametrize("lang", ["en", "el"])
def test_choices_in_lessons_stand_there_in_words(site: Flask, lang: str):
    token = world.guest(site)
    engine, who = site.extensions["engine"], world.person_id(site, token)
    with db.read_session(engine) as session:
        edition = courses.shelf(session).edition("m01", lang)
    lesson = edition.structure["lessons"][0]
    chosen = choices.solutions_of(lesson)
    data = {**world.fields(site, token), "last": "b2"}
    client = site.test_client()
    client.set_cookie("device", token)
    client.post(f"/en/courses/basics/m01/{lesson['key']}", data=data, headers={"Accept": "text/html"})
    with db.write_session(engine) as session:
        session.execute(text("update lesson_states set chosen = :chosen"), {"chosen": json.dumps(chosen)})
    with db.read_session(engine) as session:
        found = own_data_words.files(session, courses.shelf(session), who, lang)["progress"]["lesson_states"]
    assert [row["lesson"] for row in found] == [edition.text(lesson["title"])]
    assert len(found[0]["choices"]) == len(chosen) >= 2
    for choice in found[0]["choices"]:
        assert choice["question"]
        assert all(answer and len(answer) > 2 for answer in choice["chosen"]), choice


def test_the_day_on_which_all_of_it_ends(session: Session):
    def person(role: str = "guest", answered: date | None = None) -> int:
        made = Person(key=role + str(answered), role=role, created_on=date(2026, 1, 31), last_answer_on=answered)
        session.add(made)
        session.flush()
        return made.id

    account = person(answered=date(2026, 3, 1))
    session.add(
        Account(
            person_id=account,
            user_name="u",
            user_fold="u",
            name="",
            password_hash="x",
            language="en",
            created_on=date(2026, 2, 1),
            last_sign_in_on=date(2026, 2, 28),
        )
    )
    session.flush()
    days = {
        person(): date(2027, 1, 31),
        person(answered=date(2026, 2, 28)): date(2027, 2, 28),
        account: date(2028, 3, 1),
        person(role="admin"): None,
    }
    assert {found: own_data.ends_on(session, config.KEPT, found) for found in days} == days


def test_the_moments_of_the_file_are_moments(session: Session):
    her = somebody.add(session, WORD)
    moment = own_data.rows(session, her)["submissions"][0]["created_at"]
    assert moment == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
