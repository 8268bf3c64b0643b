"""The help directory's pages: what a choice leaves, a country by group, the card to take along; nothing is kept."""

import base64
import hashlib
import html
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.web import world
from toolkit.services.courses import DIRECTORY
from toolkit.web import directory_cards, frame
from toolkit.web.rendering import Texts

LISTING = re.compile(r'<li class="listing"><b>(.*?)</b>')


def got(app: Flask, path: str, **cookies: str) -> TestResponse:
    client = app.test_client()
    for name, value in cookies.items():
        client.set_cookie(name, value)
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer


def main(answer: TestResponse) -> str:
    """Give a page without the panel that ends it, in which every service stands."""
    return html.unescape(answer.text.partition('<aside aria-label="')[0])


def services(page: str) -> list[str]:
    return LISTING.findall(page.partition('<details class="country buyers')[0])


def said(page: str) -> str:
    found = re.search(r'<p class="said"><b>(.*?)</b>', page)
    assert found
    return found[1]


@pytest.mark.parametrize("lang", ["en", "el"])
def test_with_nothing_asked_every_service_stands_once_and_is_counted(lite_site: Flask, lang: str):
    page = main(got(lite_site, f"/{lang}/help"))
    names = services(page)
    assert len(names) > 20
    assert said(page).split()[0] == str(len(names))
    assert page.count("<details class=") == page.count("<summary><h3>")
    assert '<details class="country" open' not in page, "no country is guessed"


@pytest.mark.parametrize(
    ("asked", "some", "none"),
    [
        ("for=c", ["Inspection Service", "Human Trafficking Resource Line"], ["SPAVO", "Caritas Cyprus"]),
        ("for=b", ["SPAVO", "SOS helpline 15900"], ["Inspection Service"]),
        ("for=d", ["European missing children hotline", "Police, non-emergency"], ["SPAVO"]),
        ("for=a", ["SOS helpline 15900", "Caritas Cyprus"], ["SPAVO", "Crimestoppers"]),
        ("hours=1", ["SPAVO", "EKKA"], ["Caritas Cyprus", "Centre MARTA"]),
        ("language=el", ["SOS helpline 15900"], ["SPAVO", "(NAPPZ)"]),
        ("language=ru", ["(NAPPZ)"], ["SOS helpline 15900"]),
        ("for=b&hours=1&language=en", ["SOS helpline 15900"], ["SPAVO", "(NAPPZ)"]),
    ],
)
def test_a_choice_leaves_what_fits_and_the_sentence_says_how_many(
    lite_site: Flask, asked: str, some: list[str], none: list[str]
):
    every = services(main(got(lite_site, "/en/help")))
    page = main(got(lite_site, f"/en/help?{asked}"))
    names = services(page)
    assert said(page).startswith(f"{len(names)} of {len(every)} services")
    assert set(names) < set(every)
    for part in some:
        assert any(part in name for name in names), part
    for part in none:
        assert not any(part in name for name in names), part
    assert page.count('href="tel:112"') >= 2, "112 is never filtered away"
    shown = re.findall(r'<details class="country".*?</details>', page, re.DOTALL)
    assert all("112" in one for one in shown if "European Union" not in one)


def test_a_choice_that_nothing_fits_says_what_to_do_and_keeps_112(lite_site: Flask):
    page = main(got(lite_site, "/en/help?for=d&language=ru"))
    assert services(page) == []
    assert "No service in this list fits all of that." in page
    assert 'href="/en/help#services"' in page
    assert 'href="tel:112"' in page


def test_the_choice_goes_along_into_the_other_language_and_stands_in_its_form(lite_site: Flask):
    page = main(got(lite_site, "/en/help?language=en&hours=1&for=b&x=%22%3E%3Cb%3E"))
    assert 'href="/el/help?for=b&hours=1&language=en"' in page
    assert '<option value="b" selected>' in page
    assert '<option value="en" selected>English</option>' in page
    assert 'name="hours" value="1" checked' in page
    assert services(page) == ["SOS helpline 15900 for women"]


def test_what_an_address_says_that_we_do_not_know_changes_nothing(lite_site: Flask):
    plain = services(main(got(lite_site, "/en/help")))
    for query in ("for=z&hours=no&language=xx", "for=f", "for=%00&language=%F0", "for=a'--&x=1"):
        page = main(got(lite_site, f"/en/help?{query}"))
        assert len(services(page)) in {len(plain), len(services(main(got(lite_site, "/en/help?for=a"))))}
        assert "'--" not in page


def test_when_the_chosen_country_has_none_of_them_the_page_says_so(lite_site: Flask):
    line = "None of them is in the country you chose."
    assert line in main(got(lite_site, "/en/help?language=ru", country="cy"))
    assert line not in main(got(lite_site, "/en/help?language=ru", country="lt"))
    assert line not in main(got(lite_site, "/en/help?language=ru"))
    assert line not in main(got(lite_site, "/en/help", country="cy"))


@pytest.mark.parametrize("lang", ["en", "el"])
def test_a_country_shows_its_services_by_group_each_once_with_its_dates(lite_site: Flask, lang: str):
    page = main(got(lite_site, f"/{lang}/help/lt"))
    headings = re.findall(r"<h2>(.*?)</h2>", page)
    assert len(headings) == len(set(headings)) >= 2
    names = services(page)
    assert len(names) == len(set(names)) >= 2
    assert page.count({"en": "Not yet confirmed by telephone", "el": "Δεν τα έχουμε"}[lang]) == 1
    assert f'href="/{lang}/help/lt.html"' in page
    assert 'href="tel:112"' in page.partition("<h2>")[0], "112 stands before everything else"


def test_the_trafficking_line_stands_before_an_inspectorate(lite_site: Flask):
    with lite_site.test_request_context("/en/help"):
        frame.shelf()
        for country in directory_cards.countries("en", ""):
            keys = [group["key"] for group in country["groups"]]
            assert keys == sorted(keys, key=["support", "violence", "work", "children", "report", "other"].index)


@pytest.mark.parametrize(("lang", "title"), [("en", "Card"), ("el", "Κάρτα")])
def test_the_card_to_take_along_is_one_file_that_asks_for_nothing(lite_site: Flask, lang: str, title: str):
    answer = got(lite_site, f"/{lang}/help/el.html")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="card.html"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    text = answer.text
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', text)
    assert style
    assert policy
    named = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy[1] == f"default-src 'none'; style-src 'sha256-{named}'; base-uri 'none'; form-action 'none'"
    assert f"<title>{title}</title>" in text
    assert not re.search(r"<script|<link|<img|<form|\ssrc=|\sstyle=|url\(|@import", text)
    addresses = set(re.findall(r'href="([^"]+)"', text))
    assert {address.partition(":")[0] for address in addresses} <= {"tel", "sms", "https", "mailto"}
    assert services(text) == services(main(got(lite_site, f"/{lang}/help/el")))
    for name in (lite_site.extensions["settings"].site_names[lang], "localhost"):
        assert name not in text, "no word about us"


@pytest.mark.parametrize("path", ["xx", "xx.html", "CY", "cy.htm", "cy.html.html", ".html", "m01"])
def test_a_country_that_is_not_there_is_not_there_as_a_file_either(lite_site: Flask, path: str):
    assert lite_site.test_client().get(f"/en/help/{path}").status_code == 404


def test_who_bought_finds_lines_without_a_name_in_place_and_no_address_says_so(lite_site: Flask):
    page = main(got(lite_site, "/en/help", country="ie"))
    fold = page.partition('<details class="country buyers')[2]
    names = LISTING.findall(fold)
    assert names[0] == "Garda Confidential Line"
    assert 'href="tel:112"' in fold
    assert len(names) >= 3
    assert not [name for name in names if "Inspection" in name or "Citizens" in name or "hotline 1497" in name]
    form = re.search(r'<form class="narrow-down.*?</form>', page, re.DOTALL)
    assert form
    assert "bought" not in form[0]
    assert not [address for address in re.findall(r'(?:href|action)="([^"]+)"', page) if "buy" in address]
    cyprus = main(got(lite_site, "/en/help/cy")).partition('<details class="country buyers')[2]
    assert LISTING.findall(cyprus) == []
    assert "Cyprus: we know of no line where you can speak without a name." in cyprus


def test_no_authors_note_and_no_doubtful_number_reaches_a_page(lite_site: Flask):
    for path in ("/en/help", "/en/help/cy", "/en/help/cy.html", "/en/help/el.html", "/en/help?for=c"):
        text = got(lite_site, path).text
        for hidden in ("1497", "22 808063", "1555", "15512", "immunity", "LAW-", "0800 121 700"):
            assert hidden not in text, (path, hidden)


def test_looking_for_help_leaves_no_row_no_line_and_no_cookie(lite_site: Flask, capsys):
    before = world.rows(lite_site)
    for path in ("/en/help?for=b&hours=1", "/el/help?language=el", "/el/help/cy", "/el/help/cy.html"):
        answer = got(lite_site, path)
        assert "Set-Cookie" not in answer.headers
    assert world.rows(lite_site) == before
    assert capsys.readouterr().err == ""


def test_round_the_clock_is_what_the_hours_say(lite_site: Flask):
    with lite_site.test_request_context("/en/help"):
        edition = frame.shelf().edition(DIRECTORY, "en")
        assert edition
        t = Texts(edition)
        for country in edition.structure["countries"]:
            for listing in country["listings"]:
                hours = t.plain(listing["hours"]) if "hours" in listing else ""
                assert hours.startswith("24 hours") is (listing.get("always") == "yes"), listing["key"]


def test_a_number_for_messages_is_not_dialled(lite_site: Flask):
    page = main(got(lite_site, "/en/help/fr"))
    assert 'href="sms:114">114 (SMS)</a>' in page
    assert 'href="tel:114"' not in page


def test_a_language_has_its_name_in_the_language_of_the_page():
    assert directory_cards.language_name("lt", "en") == "Lithuanian"
    assert directory_cards.language_name("lt", "el") == "Λιθουανικά"
    assert directory_cards.language_name("not a tag", "en") == "not a tag"
