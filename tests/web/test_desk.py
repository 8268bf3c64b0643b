"""The admin's start page, the list before opening and the settings: true sentences, and nothing typed is lost."""

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.services.desk import Desk
from tests.visit import Visit
from tests.web import world
from tests.web.desk_visits import press, visit, words
from tests.web.test_budgets import counted
from toolkit import db
from toolkit.models.letters import JobRun, Letter
from toolkit.models.site import MistakeReport
from toolkit.services import accounts, audit, letters, opening_tasks

LISTING = "/en/admin/listings/cy-1460"
PAGES = [
    "/en/admin",
    "/en/admin/opening/law",
    "/en/admin/courses",
    "/en/admin/courses/basics",
    "/en/admin/courses/basics?mode=assigned",
    "/en/admin/directory",
    "/en/admin/directory?show=due",
    "/en/admin/directory?show=changes",
    "/en/admin/directory/cy",
    LISTING,
    "/en/admin/settings",
]
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date()


@pytest.fixture
def desk(site: Flask) -> Desk:
    return Desk(site)


def test_the_start_page_says_what_is_so_on_a_new_site(desk: Desk):
    said = words(visit(desk).get("/en/admin").text)
    for sentence in (
        "2 courses are published, in 2 languages.",
        f"{len(opening_tasks.LINES)} of {len(opening_tasks.LINES)} lines of the list before opening are open.",
        "4 settings are still needed.",
        "Make an account, so that you can come back on another device.",
        "There is no backup yet.",
        "listings wait to be dialled or read.",
        "SITE_URL Needed Certificates say “Trial”",
        "m01: What trafficking is, and is not",
        "Signs now",
        "Last restored to test it Never",
        "0.1.0",
    ):
        assert sentence in said
    assert "failed" not in said
    assert "reported" not in said.partition("What waits")[2].partition("Before you open")[0]


def test_what_waits_is_counted_and_leads_to_its_page(desk: Desk):
    desk.propose("cy-1460", "dial", "1461")
    now = datetime.now(UTC)
    with db.write_session(desk.engine) as session:
        session.add(MistakeReport(place="basics/m01", language="en", text="x", reported_on=now.date()))
        letters.write(session, key="k", to="a@b.example", language="en", template="t", params={}, now=now)
        session.flush()
        session.query(Letter).update({"state": "given_up"})
        session.add(JobRun(name="send letters", last_failed_at=now, failures=3, fault="refused"))
    said = words(page := visit(desk).get("/en/admin").text)
    assert "1 changed number or link waits for a decision." in said
    assert "1 mistake in a text was reported." in said
    assert "1 letter could not be sent and was given up." in said
    assert "The background job “send letters” has failed 3 times in a row: refused." in said
    for address in ("directory?show=due", "directory?show=changes", "reports"):
        assert f'href="/en/admin/{address}"' in page


@pytest.mark.parametrize(("days", "warned"), [(6, False), (8, True)])
def test_a_backup_older_than_a_week_is_a_warning(*, desk: Desk, days: int, warned: bool):
    then = datetime.now(UTC) - timedelta(days=days)
    tried = {"restored": "yes", "certificate": "yes"}
    with db.write_session(desk.engine) as session:
        made = {"bytes": "2500000", "keys": "no", "sealed": "yes"}
        audit.record(session, by=audit.SERVER, action="backup.made", subject="b", now=then, detail=made)
        audit.record(session, by=audit.SERVER, action="backup.tested", subject="b", now=then, detail=tried)
    said = words(visit(desk).get("/en/admin").text)
    assert ("The last backup is more than a week old" in said) is warned
    assert "2.5 MB · without the keys" in said
    assert "Never" not in said


def test_the_one_time_link_leads_to_the_start_page_and_stands_in_the_log(desk: Desk):
    with db.write_session(desk.engine) as session:
        link = accounts.new_invite(session, now=datetime.now(UTC))
    at = Visit(desk.app.test_client())
    at.get(f"/el/admin/invites/{link}")
    assert at.send(at.form(having="key")).status_code == 200
    assert at.at == "/el/admin"
    assert [action for action, _ in desk.log()] == ["admin.made"]


@pytest.mark.parametrize("page", PAGES)
def test_every_page_costs_eight_statements_at_most_however_much_was_done(desk: Desk, page: str):
    def asked() -> list[str]:
        client = visit(desk).client
        assert client.get(page).status_code == 200
        with counted(desk.app) as seen:
            client.get(page)
        return seen["statements"]

    before = asked()
    assert len(before) <= 8, "\n".join(before)
    for n in range(4):
        desk.confirm("cy-1460", on=YESTERDAY - timedelta(days=n))
    desk.decide("cy-1460", desk.propose("cy-1460", "email", "a@police.example"))
    desk.propose("cy-1460", "dial", "1461")
    assert len(asked()) == len(before)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_page_is_a_desk_page_with_its_way_about_and_a_neutral_title(lite_site: Flask, page: str, lang: str):
    html = visit(Desk(lite_site)).get(page.replace("/en/", f"/{lang}/")).text
    assert "/css/desk." in html
    nav = html.partition('<nav class="desk-nav')[2].partition("</nav>")[0]
    assert re.findall(r'href="([^"]+)"', nav) == [
        f"/{lang}/admin{more}"
        for more in ("", "/courses", "/certificates", "/directory", "/reports", "/settings", "/audit")
    ]
    title = html.partition("<title>")[2].partition("</title>")[0].lower()
    assert not any(word in title for word in ("traffick", "εμπορ", "victim", "θύμα", "police"))


def test_a_line_is_marked_done_and_opened_again(desk: Desk):
    at = visit(desk)
    at.get("/en/admin/opening/law")
    assert press(at, "who", "done", who=" A.  Lawyer ", on="3.11.2026") == 200
    assert at.at == "/en/admin"
    assert "Done: A. Lawyer, 3 November 2026" in words(at.page.text)
    at.get("/en/admin/opening/law")
    assert press(at, "Open it again", "undo") == 200
    assert "A. Lawyer" not in words(at.page.text)
    assert desk.log() == [("opening.done", "law"), ("opening.undone", "law")]


@pytest.mark.parametrize(
    ("who", "on", "said"),
    [
        ("", "2026-11-03", "Write the name or the initials"),
        ("M.K.", "2999-01-01", "This day has not come yet."),
        ("M.K.", "tomorrow", "Write the day like this"),
        ("M\u202eK", "2026-11-03", "a sign in it that cannot be seen"),
    ],
)
def test_what_was_typed_for_a_line_survives_a_refusal(desk: Desk, who: str, on: str, said: str):
    at = visit(desk)
    at.get("/en/admin/opening/law")
    assert press(at, "who", "done", who=who, on=on) == 422
    form = at.form(having="who")
    assert (form.fields["who"], form.fields["on"]) == ([who], [on])
    assert said in words(at.page.text)
    assert desk.count("opening_tasks") == 0


def test_a_name_is_shown_as_it_was_typed_and_never_as_markup(desk: Desk):
    at = visit(desk)
    at.get("/en/admin/opening/law")
    assert press(at, "who", "done", who="<b>Xy</b><script>", on="2026-11-03") == 200
    assert "&lt;b&gt;Xy&lt;/b&gt;&lt;script&gt;" in at.page.text
    assert "<b>Xy" not in at.page.text


def test_a_line_that_is_not_on_the_list_is_not_there(desk: Desk):
    at = visit(desk)
    gone = world.as_bytes(at.client.get("/en/admin/opening/nothing"))
    assert gone == world.as_bytes(at.client.get("/en/nothing-here"))
    at.get("/en/admin/opening/law")
    fields = at.form(having="who").fields
    answer = at.client.post("/en/admin/opening/nothing", data={**fields, "who": "M", "on": "2026-11-03"})
    assert answer.status_code == 404


def test_settings_are_shown_without_secrets(make_site: Callable[..., Flask], loaded_url: str):
    secret = secrets.token_hex(8)
    env = {"SMTP_URL": f"smtp://{secret}:{secret}@mail.example.org", "METRICS_TOKEN": secret, "CONTACT": "office"}
    html = visit(Desk(make_site(loaded_url, **env))).get("/en/admin/settings").text
    assert secret not in html
    assert "CONTACT office Set" in words(html)
    assert "3 settings are still needed." in words(html)
