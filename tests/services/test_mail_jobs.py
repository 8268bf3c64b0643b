"""The job that sends letters, on both databases, against a real SMTP server; and how they read in each language."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, DictLoader, meta

from tests import post_office
from tests.post_office import PostOffice
from toolkit import db, jobs, paths
from toolkit.models.letters import Letter
from toolkit.services import job_runs, letters

TOPIC = ("traffick", "exploit", "victim", "demand", "buyer", "εμπορία", "θύμα", "εκμετάλλευσ", "ζήτηση", "πελάτ")
LINK = "https://learning.example.org/el/sign-in/links/a-b_c"
SENDER = "no-reply@learning.example.org"
WORKED = "worked"
REAL = sorted(path.stem for path in (paths.TEMPLATES / "mail").glob("[a-z]*.txt"))


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office.opened() as office:
        yield office


@pytest.fixture
def app(make_site, loaded_url: str, office: PostOffice) -> Flask:
    return with_probe(make_site(loaded_url, SMTP_URL=office.url, MAIL_FROM=SENDER, CONTACT="desk@example.org"))


def with_probe(app: Flask) -> Flask:
    """Add a letter that is only this test's."""
    probe = {"mail/probe.txt": "{{ link }}", "mail/probe.html": '<p><a href="{{ link }}">{{ link }}</a></p>'}
    app.jinja_env.loader = ChoiceLoader([DictLoader(probe), app.jinja_env.loader])
    return app


def write(app: Flask, key: str, **changed: object) -> None:
    values = {"to": "maria@example.org", "language": "el", "template": "probe", "params": {"link": LINK}, **changed}
    with db.write_session(app.extensions["engine"]) as session:
        letters.write(session, key=key, now=datetime.now(UTC), **values)


def rows(app: Flask) -> dict[str, tuple[str, int, str | None]]:
    with db.read_session(app.extensions["engine"]) as session:
        return {row.key: (row.state, row.tries, row.trouble) for row in session.query(Letter)}


def run(app: Flask) -> str:
    """Run the job; say how it is noted down."""
    assert jobs.run("send_letters", jobs.ground(app.extensions)) == (noted(app) == WORKED)
    return noted(app)


def noted(app: Flask) -> str:
    with db.read_session(app.extensions["engine"]) as session:
        return next(found.fault or WORKED for found in job_runs.latest(session) if found.name == "send_letters")


@pytest.mark.parametrize(
    ("language", "subject", "sender", "sentence"),
    [
        ("el", "Ο λογαριασμός σου · Εργαλειοθήκη Μάθησης", "Εργαλειοθήκη Μάθησης", "κάποιος έδωσε αυτή τη διεύθυνση"),
        ("en", "Your account · Workplace Learning Toolkit", "Workplace Learning Toolkit", "somebody gave this address"),
    ],
)
def test_a_letter_reads_right_and_says_nothing_outside(
    app: Flask, office: PostOffice, language: str, subject: str, sender: str, sentence: str
):
    write(app, "canary", language=language)
    assert run(app) == WORKED
    (message,) = office.taken
    assert message["Subject"] == subject
    (from_,) = message["From"].addresses
    assert (from_.display_name, from_.addr_spec) == (sender, SENDER)
    text, html = (message.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for body in (text, html):
        assert LINK in body
        assert sentence in " ".join(body.split())
        assert "desk@example.org" in body
        assert not any(word in f"{body} {message['Subject']} {message['From']}".casefold() for word in TOPIC)
    assert f'<html lang="{language}">' in html
    assert not any(mark in html for mark in ("<img", "<link", "<script", "url(", "@import", "<iframe"))
    assert html.count("http") == html.count(LINK) + html.count(app.extensions["settings"].site_url)
    assert "canary" not in message["Message-ID"], "the key does not show"
    assert rows(app) == {"canary": ("sent", 1, None)}


@pytest.mark.parametrize("language", ["en", "el"])
@pytest.mark.parametrize("template", REAL)
def test_every_letter_can_be_read_in_both_forms(lite_site: Flask, template: str, language: str):
    env = lite_site.jinja_env
    named = {
        name
        for kind in ("txt", "html")
        for name in meta.find_undeclared_variables(env.parse(env.loader.get_source(env, f"mail/{template}.{kind}")[0]))
    }
    params = {name: f"<{name}> said" for name in named - {"_", "ngettext", "lang", "site_name", "site_url", "contact"}}
    subject, text, html = lite_site.extensions["render_letter"](template, language, params)
    for said in params.values():
        assert said in text, "both forms say the same"
        assert said.replace("<", "&lt;").replace(">", "&gt;") in html
    assert not any(word in f"{subject} {text} {html}".casefold() for word in TOPIC)
    assert not any(mark in html for mark in ("<img", "<link", "<script", "url(", "@import", "<iframe", "None"))
    assert max(map(len, text.splitlines())) < 1000
    greek = len([sign for sign in text if "α" <= sign <= "ω"])
    assert (greek > len(text) / 4) == (language == "el")


def test_what_somebody_typed_is_text_in_a_letter(app: Flask, office: PostOffice):
    typed = '"><script>alert(1)</script>\r\nBcc: all@example.org'
    write(app, "a", params={"link": typed})
    run(app)
    html = office.taken[0].get_body(("html",)).get_content()
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert set(office.taken[0].reader) == {"maria@example.org"}
    assert office.taken[0]["Bcc"] is None


def test_each_letter_meets_its_own_fate(app: Flask, office: PostOffice):
    plan = {"a": "550", "b": "451", "c": "554", "d": "", "e": "doubt"}
    for key in plan:
        write(app, key)
    office.plan.extend(plan.values())
    assert run(app) == WORKED, "a letter that is refused is no fault of the job"
    assert rows(app) == {
        "a": ("given_up", 1, "reader_550"),
        "b": ("waiting", 1, "reader_451"),
        "c": ("given_up", 1, "content_554"),
        "d": ("sent", 1, None),
        "e": ("waiting", 1, "unknown"),
    }
    assert office.fired == {fault: 1 for fault in plan.values() if fault}
    assert run(app) == WORKED
    assert office.offered == len(plan), "what was put off is not due yet"


def test_after_a_doubt_the_second_letter_is_the_same_to_the_byte(app: Flask, office: PostOffice):
    write(app, "a")
    office.plan.append("doubt")
    run(app)
    with db.write_session(app.extensions["engine"]) as session:
        session.query(Letter).update({"due_at": datetime.now(UTC)})
    run(app)
    first, second = office.taken
    assert first.raw == second.raw
    assert rows(app) == {"a": ("sent", 2, None)}


def test_while_the_server_is_away_no_letter_is_touched_and_the_job_says_so(app: Flask, office: PostOffice):
    write(app, "a")
    office.stop()
    assert run(app) == "mail_server_unreachable"
    office.start()
    office.mute = True
    assert run(app) == "mail_server_silent"
    assert office.fired == {"mute": 1}
    assert rows(app) == {"a": ("waiting", 0, None)}
    office.mute = False
    assert run(app) == WORKED
    assert rows(app) == {"a": ("sent", 1, None)}


def test_without_smtp_url_letters_wait_and_are_sent_once_it_is_set(
    make_site, loaded_url: str, office: PostOffice, capfd
):
    before = make_site(loaded_url, TOOLKIT_DEVELOPMENT="1")
    write(before, "a")
    assert run(before) == WORKED
    assert rows(before) == {"a": ("waiting", 0, None)}
    said = capfd.readouterr().err
    assert "letters_wait_for_smtp_url" in said
    assert "maria" not in said
    assert "sign-in" not in said
    after = with_probe(make_site(loaded_url, SMTP_URL=office.url))
    assert run(after) == WORKED
    assert len(office.taken) == 1


def test_a_letter_that_cannot_be_written_holds_up_no_other(app: Flask, office: PostOffice):
    write(app, "a", template="no_such_template")
    write(app, "b", to="not an address")
    write(app, "c", template="../config")
    write(app, "d")
    assert run(app) == WORKED
    assert rows(app) == {
        "a": ("waiting", 1, "not_written"),
        "b": ("given_up", 1, "address"),
        "c": ("waiting", 1, "not_written"),
        "d": ("sent", 1, None),
    }
    assert len(office.taken) == 1


def test_an_unknown_language_is_answered_in_english(app: Flask, office: PostOffice):
    write(app, "a", language="xx")
    run(app)
    assert office.taken[0]["Subject"].startswith("Your account")


def test_a_job_that_wants_to_stop_leaves_the_rest_for_later(app: Flask, office: PostOffice):
    for key in "abc":
        write(app, key)
    jobs.run("send_letters", jobs.ground(app.extensions, lambda: office.offered == 1))
    assert sorted(state for state, _, _ in rows(app).values()) == ["sent", "waiting", "waiting"]
