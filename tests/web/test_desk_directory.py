"""The help directory on the admin's pages: confirmed listings, changes and their second person, what is refused."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.services.desk import Desk
from tests.visit import Visit
from tests.web import world
from tests.web.desk_visits import press, visit, words
from toolkit import db

LISTING = "/en/admin/listings/cy-1460"
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date()


@pytest.fixture
def desk(site: Flask) -> Desk:
    return Desk(site)


def confirm(at: Visit, page: str = LISTING, **typed: str) -> int:
    at.get(page)
    return press(at, "who", "confirm", **{"who": "M.K.", "on": YESTERDAY.isoformat(), "how": "phone", **typed})


def test_a_confirmed_listing_says_so_to_whoever_opens_help_and_the_others_say_that_they_are_not(desk: Desk):
    reader = Visit(desk.app.test_client())
    assert "Confirmed:" not in reader.get("/en/help/cy").text
    assert confirm(visit(desk)) == 200
    page = reader.get("/en/help/cy").text
    assert page.partition('id="help"')[0].count("Confirmed:") == 1
    assert "Where no day stands: not yet confirmed by telephone." in page
    assert "M.K." not in page


def test_a_doubtful_number_is_shown_once_it_is_confirmed(desk: Desk):
    reader = Visit(desk.app.test_client())
    assert 'href="tel:1497"' not in reader.get("/en/help/cy").text
    assert confirm(visit(desk), "/en/admin/listings/cy-1497") == 200
    assert 'href="tel:1497"' in reader.get("/en/help/cy").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"who": ""}, "Write the name or the initials"),
        ({"on": "2999-01-01"}, "This day has not come yet."),
        ({"how": ""}, "Choose how it was confirmed."),
        ({"contacts": "ab" * 32}, "The contact has changed since you opened the page."),
    ],
)
def test_what_was_typed_for_a_confirmation_survives_a_refusal(desk: Desk, typed: dict[str, str], said: str):
    at = visit(desk)
    assert confirm(at, **typed) == 422
    form = at.form(having="who")
    assert form.fields["who"] == [typed.get("who", "M.K.")]
    assert form.fields["on"] == [typed.get("on", YESTERDAY.isoformat())]
    assert form.fields.get("how", [""]) == [typed.get("how", "phone")]
    assert said in words(at.page.text)
    assert desk.count("listing_confirmations") == 0
    assert press(at, "who", "confirm", who="M.K.", on=YESTERDAY.isoformat(), how="phone") == 200


def test_a_confirmation_is_taken_back_on_its_page(desk: Desk):
    at = visit(desk)
    confirm(at)
    at.get(LISTING)
    assert press(at, "Take it back", "unconfirm") == 200
    assert "Nobody has confirmed or changed it here." in words(at.page.text)
    assert desk.listing("cy-1460").confirmed_on is None


def propose(at: Visit, name: str, new: str) -> int:
    at.get(LISTING)
    return press(at, "new", "propose", field=name, new=new)


def test_one_proposes_a_second_person_accepts_and_help_has_the_new_number(desk: Desk):
    first, second, reader = visit(desk), visit(desk, 1), Visit(desk.app.test_client())
    assert propose(first, "dial", "22 808063") == 200
    assert "A second person must look at it" in words(first.page.text)
    assert press(first, "change", "accepted") == 422
    assert "If there is none today, tick the box" in words(first.page.text)
    assert 'href="tel:1460"' in reader.get("/en/help/cy").text
    second.get(LISTING)
    assert "Somebody else proposed it." in words(second.page.text)
    assert press(second, "change", "accepted") == 200
    assert 'href="tel:22808063"' in reader.get("/en/help/cy").text
    assert 'href="tel:1460"' not in reader.page.text
    assert "In force" in words(second.page.text)
    assert "The files say: 1460" in words(second.page.text)


def test_one_alone_ticks_the_box_and_it_stays_visible(desk: Desk):
    at = visit(desk)
    propose(at, "web", "https://police.example")
    assert press(at, "change", "accepted", override="yes") == 200
    assert "Decided alone" in words(at.page.text)
    assert "https://police.example" in Visit(desk.app.test_client()).get("/en/help/cy").text


def test_a_change_is_refused_on_its_page(desk: Desk):
    at = visit(desk)
    propose(at, "dial", "1461")
    assert press(at, "change", "refused") == 200
    assert "Refused" in words(at.page.text)
    assert desk.listing("cy-1460").contacts.dial == ("1460",)


DANGEROUS = [
    ("web", "javascript:alert(1)", "Write the address of the service's own site"),
    ("web", "https://evil.example/?x=<script>", "Write the address of the service's own site"),
    ("dial", "1461\u202e", "a sign in it that cannot be seen"),
    ("dial", '<b onclick="x">1461</b>', "This is not a telephone number."),
    ("email", '"><script>@x.example', "This is not an e-mail address."),
    ("hours", "always", "Choose what has changed"),
]


@pytest.mark.parametrize(("name", "new", "said"), DANGEROUS)
def test_dangerous_contacts_are_refused_and_what_was_typed_stays(desk: Desk, name: str, new: str, said: str):
    at = visit(desk)
    assert propose(at, name, new) == 422
    assert at.form(having="new").fields["new"] == [new]
    assert said in words(at.page.text)
    assert "<script>" not in at.page.text
    assert desk.count("listing_changes") == 0


def test_what_was_typed_survives_a_page_that_was_open_too_long(desk: Desk):
    at = visit(desk)
    at.get(LISTING)
    stale = {"csrf": "x" * 40, "field": "dial", "new": "1461", "action": "propose"}
    assert at.send(at.form(having="new"), stale).status_code == 400
    assert at.form(having="new").fields["new"] == ["1461"]
    at.get("/en/admin/opening/law")
    stale = {"csrf": "x" * 40, "who": "A. Lawyer", "on": "2026-11-03", "action": "done"}
    assert at.send(at.form(having="who"), stale).status_code == 400
    assert at.form(having="who").fields["who"] == ["A. Lawyer"]


@pytest.mark.parametrize("page", [LISTING, "/en/admin/opening/law", "/en/admin/courses/basics"])
def test_a_forged_form_shows_nobody_else_a_page_of_the_administration(desk: Desk, page: str):
    stranger = Visit(desk.app.test_client())
    stranger.start()
    told = [
        world.as_bytes(stranger.client.post(at, data={"csrf": "x" * 40, "who": "x"}))
        for at in (page, "/en/nothing-here")
    ]
    assert told[0][0].startswith("400")
    assert b"desk-nav" not in told[0][2]


def test_the_countries_count_what_waits_and_list_also_what_is_not_shown(desk: Desk):
    desk.propose("cy-1460", "dial", "1461")
    at = visit(desk)
    confirm(at, "/en/admin/listings/cy-spavo")
    said = words(at.get("/en/admin/directory").text)
    assert re.search(r"Cyprus 8 1 1 6 12\b", said), said
    country = words(at.get("/en/admin/directory/cy").text)
    assert "Not shown: doubtful." in country
    assert "Not shown: no number and no address is known." in country
    assert "Not shown: one source only" in country
    assert "A change waits" in country
    assert at.client.get("/en/admin/directory/xx").status_code == 404
    assert at.client.get("/en/admin/listings/xx").status_code == 404
    changes = words(at.get("/en/admin/directory?show=changes").text)
    assert "Cyprus · 1460" in changes
    assert "1440" not in changes


def test_fields_that_no_form_has_change_nothing(desk: Desk):
    at = visit(desk)
    foreign = {"listing": "cy-1497", "person_id": "1", "confirmed_on": "2026-01-01", "override": "yes", "role": "x"}
    assert confirm(at, **foreign) == 200
    assert desk.listing("cy-1497").confirmed_on is None
    assert desk.listing("cy-1460").confirmed_on == YESTERDAY


def test_rights_end_at_the_next_request(desk: Desk):
    at = visit(desk)
    at.get(LISTING)
    form = at.form(having="new")
    with db.write_session(desk.engine) as session:
        session.connection().exec_driver_sql("update people set role = 'guest'")
    assert at.send(form, {"field": "dial", "new": "1461", "action": "propose"}).status_code == 404
    assert at.get("/en/admin").status_code == 404
    assert desk.count("listing_changes") == 0
