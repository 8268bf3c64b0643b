"""About, privacy, accessibility: true to the facts, to the settings and to the tests; in the foot of every page."""

import gzip
import re
import tomllib
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from flask import Flask

from tests.web import world
from tests.web.test_budgets import counted
from toolkit import paths
from toolkit.rules import data_classes
from toolkit.web import about, frame, guards, language, leave

KB = 1024
TESTS = Path(__file__).parents[1]
PAGES = ("about", "privacy", "accessibility")

# What the page says → the facts that say it. Each fact's own source must stand on the page, too.
FACTS = {
    "ST-01": ["Immigrant Council of Ireland (ICI)", "MIGS"],
    "ST-02": ["(ISEC)"],
    "ST-03": ["Bulgarian Gender Research Foundation (BGRF)"],
    "ST-04": ["Klaipeda Social and Psychological Services Center"],
    "ST-05": ["MONIKA – Multicultural Women's Association"],
    "PRJ-01": ["Immigrant Council of Ireland"],
    "DS-12": ["Immigrant Council of Ireland"],
    "DS-13": ["Institute for Feminism and Human Rights"],
    "DS-14": ["Klaipeda Social and Psychological Services Center"],
    "DS-15": ["Mediterranean Institute of Gender Studies"],
    "DS-16": ["Mouvement du Nid"],
    "DS-17": ["Exit – pois prostituutiosta ry"],
    "DD-24": [],
    "CO-70": ["(AMIF)"],
    "CO-71": [
        "Cyprus Refugee Council (CyRC)",
        "Caritas Cyprus",
        "SOLWODI Deutschland e.V.",
        "Associazione IROKO Onlus",
        "Marta Centre",
        "Klaipeda Social and Psychological Support Centre",
        "European Network of Migrant Women",
    ],
    "PRJ-02": ["958133"],
    "TT-01": ["Stopping Traffic: Building Counter-Trafficking Networks in Europe"],
    "TT-18": ["CWASU"],
    "NOTE-10": ["STOP"],
}
IN_ENGLISH = {
    "DD-24": ["co-funded by the Internal Security Fund of the European Union"],
    "CO-70": ["Asylum, Migration and Integration Fund"],
    "ST-02": ["Prevention of and Fight against Crime"],
    "CO-76": [
        "the content represents the views of the authors only",
        "the European Commission does not accept any responsibility for use that may be made of the information",
    ],
}


def facts() -> dict[str, dict[str, Any]]:
    listed = yaml.load((paths.MODULES / "facts.yaml").read_text(), yaml.CSafeLoader)["facts"]
    return {fact["id"]: fact for fact in listed}


def plain(app: Flask, address: str) -> str:
    """Give what a page says, without its markup."""
    main = app.test_client().get(address).text.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", main))).replace("’", "'")


def same(text: str) -> str:
    return text.replace(" - ", " – ").replace("’", "'").lower()


@pytest.mark.parametrize("lang", ["en", "el"])
def test_projects_partners_and_funding_are_as_the_facts_have_them(lite_site: Flask, lang: str):
    page, known = plain(lite_site, f"/{lang}/about"), facts()
    said = {
        key: [*FACTS.get(key, []), *(IN_ENGLISH.get(key, []) if lang == "en" else [])] for key in FACTS | IN_ENGLISH
    }
    for key, words in said.items():
        assert known[key]["screen"] is not False
        assert known[key]["confidence"] not in {"unknown", "unverified"}, key
        for phrase in words:
            assert same(phrase) in same(known[key]["claim"]), f"{key} does not say {phrase}"
            assert same(phrase) in same(page), f"{key}: {phrase}"
        assert known[key][f"cite_{lang}"].replace("’", "'") in page, f"the source of {key} is missing"


def test_no_organisation_stands_there_without_a_fact(lite_site: Flask):
    html = lite_site.test_client().get("/en/about").text
    claims = same(" ".join(fact["claim"] for fact in facts().values()))
    lists = re.findall(r"<dd><ul>(.*?)</ul>", unescape(html), re.DOTALL)
    names = re.findall(r"<li>([^<]+?)(?:, [A-Z][\w ]+)?</li>", "".join(lists))
    assert (len(lists), len(names)) == (3, 18)
    assert [name for name in names if same(name) not in claims] == []


@pytest.mark.parametrize("lang", ["en", "el"])
def test_who_runs_the_site_is_said_or_honestly_not(make_site: Callable[..., Flask], lite_site: Flask, lang: str):
    set_up = make_site(
        lite_site.extensions["settings"].database_url,
        CONTACT="desk@example.org",
        ISSUER_NAME_EN="Example <Union>",
        ISSUER_NAME_EL="Σωματείο Παράδειγμα",
    )
    for page in ("about", "privacy"):
        assert ("Example <Union>" if lang == "en" else "Σωματείο Παράδειγμα") in plain(set_up, f"/{lang}/{page}")
        nobody = plain(lite_site, f"/{lang}/{page}")
        assert ("have not written their name" if lang == "en" else "δεν έχουν γράψει ακόμη") in nobody
    for page in PAGES:
        assert (
            'href="mailto:desk@example.org"' in set_up.test_client().get(f"/{lang}/{page}").text.partition("<footer")[0]
        )
        assert ("No contact is given yet" if lang == "en" else "Δεν υπάρχουν ακόμη στοιχεία") in plain(
            lite_site, f"/{lang}/{page}"
        )


def test_versions_are_those_of_the_program_and_the_courses(lite_site: Flask):
    page = plain(lite_site, "/en/about")
    project = tomllib.loads((paths.ROOT / "pyproject.toml").read_text())["project"]
    assert f"version {project['version']};" in page
    course = yaml.load((paths.MODULES / "courses/basics.yaml").read_text(), yaml.BaseLoader)  # noqa: S506 - no types
    assert f"content version {course['version']}" in page


def test_the_periods_are_those_of_the_settings(make_site: Callable[..., Flask], lite_site: Flask):
    set_up = make_site(
        lite_site.extensions["settings"].database_url,
        KEEP_GUESTS_MONTHS="7",
        KEEP_ACCOUNTS_MONTHS="19",
        KEEP_ANSWERS_DAYS="61",
        KEEP_DRAFTS_DAYS="62",
        KEEP_LOGS_DAYS="1",
        KEEP_JOBS_DAYS="5",
        KEEP_BACKUPS_DAYS="23",
    )
    shipped, other = plain(lite_site, "/en/privacy"), plain(set_up, "/en/privacy")
    for before, after in (
        (
            "12 months after your last answer. With an account: 24 months",
            "7 months after your last answer. With an account: 19 months",
        ),
        ("90 days after you passed", "61 days after you passed"),
        ("90 days after it was dealt with", "62 days after it was dealt with"),
        ("How long 14 days .", "How long 1 day ."),
        ("a link went, 7 days.", "a link went, 5 days."),
        ("from the copies after 30 days", "from the copies after 23 days"),
    ):
        assert before.replace(" .", ".") in shipped.replace(" .", ".")
        assert after.replace(" .", ".") in other.replace(" .", ".")
    assert "1 μέρα." in plain(set_up, "/el/privacy")


# Each table with something about a person → words of the notice that speak of it.
TOLD = {
    "people": "Your place",
    "accounts": "Your account, if you make one",
    "devices": "A random number for each device",
    "notices": "two messages come before",
    "mail_tokens": "to which address a link went",
    "letters": "Messages to you",
    "enrolments": "Your place",
    "lesson_states": "which options you chose",
    "attempts": "Your tries at the final quiz",
    "attempt_items": "Your answers in the final quiz",
    "certificates": "A check value made from the name",
    "withdrawals": "whether it still counts",
    "submissions": "The random number of each form",
    "audit_entries": "What the people who run the site do",
    "listing_confirmations": "What the people who run the site do",
    "listing_changes": "What the people who run the site do",
    "opening_tasks": "What the people who run the site do",
    "mistake_reports": "A mistake in a text that you report",
    "wrong_tries": "How often a wrong code or password was typed",
    "erasures": "That somebody deleted herself",
}


def test_the_notice_speaks_of_every_table_with_something_about_a_person(lite_site: Flask):
    page = plain(lite_site, "/en/privacy")
    assert set(TOLD) == set(data_classes.about_people()), "a table is new or gone: say so in the privacy notice"
    assert {table: words for table, words in TOLD.items() if words not in page} == {}


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "https://learning.example.org"])
def test_the_notice_names_every_cookie_and_says_whether_the_line_is_safe(
    make_site: Callable[..., Flask], lite_site: Flask, url: str
):
    app = make_site(lite_site.extensions["settings"].database_url, SITE_URL=url)
    answer = app.test_client().get("/en/privacy", base_url=url)
    with app.test_request_context("/", base_url=url):
        names = {language.COOKIE, guards.device_cookie(), frame.COUNTRY_COOKIE, frame.SIZE_COOKIE, leave.COOKIE}
    table = answer.text.partition('id="cookies"')[2].partition("</table>")[0]
    assert set(re.findall(r'scope="row">([^<]+)<', table)) == names
    setting = [p.stem for p in (paths.ROOT / "toolkit/web").glob("*.py") if "set_cookie(" in p.read_text()]
    assert sorted(setting) == ["directory", "guards", "language", "leave"], "a new cookie stands in the notice, too"
    client, year = app.test_client(), f"Max-Age={about.COOKIE_DAYS * about.DAY_SECONDS}"
    assert year in client.get("/en/", base_url=url).headers["Set-Cookie"]
    chosen = client.post("/en/help", base_url=url, data={**world.fields(app, ""), "country": "cy"})
    assert year in chosen.headers["Set-Cookie"]
    assert ("without encryption" in answer.text) is url.startswith("http:")


def test_the_database_journal_is_named_where_there_is_one(site: Flask):
    on_postgresql = site.extensions["engine"].dialect.name == "postgresql"
    assert ("own journal" in plain(site, "/en/privacy")) is on_postgresql


# What the statement claims → the test that does it.
PROVED = {
    "is checked with the tool axe": ("test_pages.py", "test_no_page_breaks_a_rule_of_wcag_2_2_aa_in_light_or_dark"),
    "by keyboard only": ("test_journey.py", "test_guest_comes_from_the_first_page_to_a_certificate_that_is_checked"),
    "without JavaScript": ("test_journey.py", "test_guest_comes_from_the_first_page_to_a_certificate_that_is_checked"),
    "At a width of 320 pixels": ("test_pages.py", "test_no_page_goes_sideways_at_320_pixels"),
    "Exit stays in view": (
        "test_exit_fast.py",
        "test_exit_is_in_the_window_at_any_scroll_position_and_over_the_help_panel",
    ),
    "On paper the text stands alone": ("test_owed.py", "test_on_paper_the_text_stands_alone_with_112_at_the_end"),
    "asks for less motion": ("test_owed.py", "test_nothing_moves_where_less_motion_is_asked_for"),
}


def test_what_the_accessibility_statement_claims_is_tested(lite_site: Flask):
    page = plain(lite_site, "/en/accessibility").partition("What was not tested")[0]
    for claim, (file, test) in PROVED.items():
        assert claim in page
        assert f"def {test}(" in (TESTS / "browser" / file).read_text(), f"{claim}: its test is gone"
    html = lite_site.test_client().get("/en/accessibility").text.partition('id="untested"')[0]
    claims = html.partition('id="tested"')[2].count("<li>")
    assert claims == len(PROVED), "no claim without a test"
    assert "not tested" in plain(lite_site, "/en/accessibility")


@pytest.mark.parametrize("lang", ["en", "el"])
def test_the_foot_of_every_page_leads_there(lite_site: Flask, lang: str):
    client = lite_site.test_client()
    for path in (
        "/",
        "/courses/basics",
        "/courses/basics/m01/1-1",
        "/help",
        "/verify",
        "/about",
        "/reports/m01/1-1/b1",
        "/gone",
    ):
        foot = client.get(f"/{lang}{path}").text.partition("<footer")[2].partition("</footer>")[0]
        assert all(f'href="/{lang}/{page}"' in foot for page in PAGES), path


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_small_quiet_and_one_statement(site: Flask, lang: str, page: str):
    client = site.test_client()
    client.get(f"/{lang}/{page}")
    with counted(site) as seen:
        answer = client.get(f"/{lang}/{page}", headers={"Accept-Encoding": "gzip"})
    assert len(seen["statements"]) <= 1
    assert len(answer.data) <= 12 * KB
    html = gzip.decompress(answer.data).decode()
    assert len(re.findall(r"<\w", html)) <= 800
    assert '<meta name="robots" content="noindex">' in html
    assert f'hreflang="el" href="http://127.0.0.1:8000/el/{page}"' in html
    assert ("Set-Cookie" in answer.headers) is False, "the language was known already"
