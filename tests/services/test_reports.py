"""Reports of mistakes: kept without a person and without a time, once for each form, so many a day."""

import secrets
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import Engine, text

from toolkit import db
from toolkit.models.site import MistakeReport
from toolkit.rules.accounts import AccountRefusedError
from toolkit.rules.reports import Place, ReportRefusedError
from toolkit.services import audit, courses, reports

NOW = datetime(2026, 11, 21, 17, 42, 13, tzinfo=UTC)
PLACE = Place("m01", "1-1", "b2")


@pytest.fixture
def base(site: Flask) -> Engine:
    return site.extensions["engine"]


def send(engine: Engine, words: str = "wrong", key: str = "", now: datetime = NOW, contact: str = "") -> None:
    with db.write_session(engine) as session:
        reports.send(session, PLACE, words, key or secrets.token_hex(16), language="en", now=now, contact=contact)


def everything(engine: Engine, table: str) -> list[dict[str, object]]:
    with engine.connect() as connection:
        return [dict(row._mapping) for row in connection.execute(text(f"select * from {table}"))]  # noqa: S608 - ours


def test_a_report_holds_place_language_words_and_day_and_no_table_a_time_or_a_person(base: Engine):
    send(base, "The year is wrong.", contact="desk@example.org")
    with db.read_session(base) as session:
        kept = session.query(MistakeReport).one()
        assert (kept.place, kept.language, kept.text) == ("m01/1-1/b2", "en", "The year is wrong.")
        assert (kept.reported_on, kept.done_on) == (date(2026, 11, 21), None)
    (form,), (letter,) = everything(base, "submissions"), everything(base, "letters")
    assert form["person_id"] is letter["person_id"] is None
    for row in (form, letter):
        assert "17:42" not in repr(row)
        assert "17, 42" not in repr(row)
    assert "wrong" not in repr(letter), "words of strangers do not travel by mail"


def test_a_form_sent_again_is_one_report_and_its_key_takes_no_other_words(base: Engine):
    key = secrets.token_hex(16)
    for _ in range(3):
        send(base, "twice", key)
    send(base, "another", secrets.token_hex(16))
    with pytest.raises(AccountRefusedError):
        send(base, "other words", key)
    assert sorted(row["text"] for row in everything(base, "mistake_reports")) == ["another", "twice"]


def test_a_day_is_full_after_200_open_ones_and_the_next_day_is_free(base: Engine):
    with db.write_session(base) as session:
        for n in range(200):
            session.add(MistakeReport(place=PLACE.at, language="en", text=str(n), reported_on=NOW.date(), done_on=None))
    with pytest.raises(ReportRefusedError):
        send(base)
    assert len(everything(base, "mistake_reports")) == 200
    assert everything(base, "submissions") == [], "the refused form's key is free"
    with db.write_session(base) as session:
        newest, _ = reports.newest(session)
        reports.mark(session, newest[0].number, done=True, by=audit.SERVER, now=NOW)
    send(base, "room again")
    with pytest.raises(ReportRefusedError):
        send(base)
    send(base, "tomorrow", now=NOW + timedelta(days=1))
    assert len(everything(base, "mistake_reports")) == 202


def test_the_contact_is_told_once_for_a_day_and_at_midnight(base: Engine):
    for hours in (0, 1, 2, 24):
        send(base, now=NOW + timedelta(hours=hours), contact="desk@example.org")
    send(base, now=NOW + timedelta(days=5))
    letters = everything(base, "letters")
    assert [row["key"] for row in letters] == ["reports-2026-11-21", "reports-2026-11-22"]
    assert {row["to_address"] for row in letters} == {"desk@example.org"}
    assert [str(row["due_at"])[:19].replace("T", " ") for row in letters] == [
        "2026-11-22 00:00:00",
        "2026-11-23 00:00:00",
    ]


def test_the_list_goes_from_page_to_page_and_misses_none(base: Engine):
    with db.write_session(base) as session:
        for n in range(120):
            done = NOW.date() if n % 3 == 0 else None
            session.add(MistakeReport(place=PLACE.at, language="el", text=str(n), reported_on=NOW.date(), done_on=done))
    with db.read_session(base) as session:
        for waiting, total in ((False, 120), (True, 80)):
            seen: list[reports.ReportView] = []
            before, more, pages = None, True, 0
            while more:
                shown, more = reports.newest(session, before=before, waiting=waiting)
                seen, before, pages = seen + shown, shown[-1].number, pages + 1
            assert [view.number for view in seen] == sorted({view.number for view in seen}, reverse=True)
            assert (len(seen), pages) == (total, -(-total // 50))
            assert not waiting or all(view.done_on is None for view in seen)


def test_done_and_open_again_are_recorded_once_each_and_a_gone_report_needs_nothing(base: Engine):
    send(base)
    with db.read_session(base) as session:
        number = reports.newest(session)[0][0].number
    for done in (True, True, False, False, True):
        with db.write_session(base) as session:
            reports.mark(session, number, done=done, by="a-somebody", now=NOW)
    with db.write_session(base) as session:
        reports.mark(session, number + 1, done=True, by="a-somebody", now=NOW)
    with db.read_session(base) as session:
        log = [(entry.actor, entry.action, entry.subject) for entry in audit.entries(session)]
        assert reports.newest(session)[0][0].done_on == NOW.date()
    subject = f"report {number}"
    mine = [line for line in log if line[1].startswith("report.")]
    assert mine == [("a-somebody", f"report.{what}", subject) for what in ("done", "reopened", "done")]


def test_every_block_and_every_question_can_be_named_and_nothing_else(base: Engine):
    with db.read_session(base) as session:
        shelf = courses.shelf(session)
    edition = shelf.edition("m01", "el")
    assert edition is not None
    for lesson in edition.structure["lessons"]:
        for block in lesson["blocks"]:
            found = reports.passage(shelf, "el", f"m01/{lesson['key']}/{block['key']}")
            assert found is not None
            assert edition.text(found.title)
            assert (found.course, found.lesson) == ("core", lesson)
    items = courses.items_of(edition.structure)
    assert items
    for key, item in items.items():
        found = reports.passage(shelf, "el", f"m01/quiz/{key}")
        assert found is not None
        assert (found.title, found.lesson) == (item["stem"], None)
    for at in (
        "m01/1-1/b99",
        "m01/9-9/b1",
        "m99/1-1/b1",
        "courses/1-1/b1",
        "directory/cy/b1",
        "m01/quiz/b1",
        "m01/1-1",
    ):
        assert reports.passage(shelf, "el", at) is None, at
    assert reports.passage(shelf, "xx", "m01/1-1/b1") is None
