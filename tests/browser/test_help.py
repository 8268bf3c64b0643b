"""Help: opening it is known to nobody. No request, no row, no line in a log, with script and without."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.browser.slow import Slow
from tests.browser.walk import LESSON, Site, Walk
from tests.browser.windows import NARROW, WIDE

OPENER = 'a[href="#help"]:visible'
PATHS = [LESSON, "", "courses/basics", "verify", "resume", "progress", "help"]


@pytest.mark.parametrize(
    ("lang", "width", "js"),
    [("en", NARROW, True), ("el", WIDE, True), ("el", NARROW, False), ("en", WIDE, False)],
)
def test_opening_help_asks_nothing_writes_nothing_says_nothing(
    window: Callable[..., Page], site: Site, slow: Slow, lang: str, width: int, *, js: bool
):
    page = window(lang, width=width, js=js)
    walk = Walk(page, replace(site, server=replace(site.server, url=slow.url)), lang, js=js)
    walk.start()
    for path in PATHS[:4] if lang == "en" else PATHS[3:]:
        walk.go(path)
        page.wait_for_load_state("networkidle")
        cookies = page.context.cookies()
        rows, lines, before = site.counts(), site.server.log.read_bytes(), len(slow.asked)
        expect(page.locator("#help-title")).to_be_hidden()
        page.locator(OPENER).first.click()
        expect(page.locator("#help-title")).to_be_visible()
        expect(page.locator('#help a[href="tel:112"]').first).to_be_visible()
        page.locator("#help details.country summary").first.click()
        expect(page.locator("#help details.country").first.locator(".listing").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert slow.asked[before:] == []
        assert page.context.cookies() == cookies
        assert (site.counts(), site.server.log.read_bytes()) == (rows, lines)


def test_the_counts_above_would_see_a_row_and_a_request(window: Callable[..., Page], site: Site, slow: Slow):
    rows = site.counts()
    Walk(window(), replace(site, server=replace(site.server, url=slow.url))).start()
    assert "/en/courses/basics" in slow.asked
    assert {name for name, count in site.counts().items() if count > rows[name]} >= {"people", "devices", "enrolments"}


@pytest.mark.parametrize(("lang", "width"), [("en", WIDE), ("el", NARROW)])
def test_escape_close_and_the_same_link_give_the_focus_back(
    window: Callable[..., Page], site: Site, lang: str, width: int
):
    page = window(lang, width=width)
    walk = Walk(page, site, lang)
    walk.go(LESSON)
    opener = page.locator(OPENER).first
    address = page.url
    for closing in ("Escape", "button", *(("opener",) if width == WIDE else ())):
        opener.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#help-title")).to_be_focused()
        if closing == "Escape":
            page.keyboard.press("Escape")
        elif closing == "button":
            page.locator("#help .panel-close").click()
        else:
            opener.click()
        expect(page.locator("#help-title")).to_be_hidden()
        expect(opener).to_be_focused()
    page.keyboard.press("Enter")
    for _stop in range(5):
        page.keyboard.press("Shift+Tab")
        if not page.evaluate("document.getElementById('help').contains(document.activeElement)"):
            break
    expect(page.locator("#help-title")).to_be_hidden()  # a sheet that stayed would cover what has the focus
    assert page.url == address, "nothing for the history either"


@pytest.mark.parametrize(("lang", "js"), [("el", False), ("en", True)])
def test_no_country_is_guessed_and_the_chosen_one_comes_first(
    window: Callable[..., Page], site: Site, lang: str, *, js: bool
):
    page = window(lang, js=js)
    walk = Walk(page, site, lang, js=js)
    walk.go("help")
    cards = page.locator("main details.country:not(.buyers)")
    assert cards.count() == 11, "ten countries, and the numbers of the whole EU"
    expect(page.locator("details.country[open]")).to_have_count(0)
    rows = site.counts()
    page.locator("#f-country").select_option("cy")
    walk.press("form:has(#f-country) button")
    walk.at("help/cy")
    expect(page.locator("main .listing").first).to_be_visible()
    walk.go("help")
    assert cards.first.get_attribute("open") is not None
    expect(page.locator("main details.country[open]")).to_have_count(1)
    walk.go(LESSON)
    page.locator(OPENER).first.click()
    chosen = page.locator("#help details.country[open]")
    expect(chosen).to_have_count(1)
    expect(chosen.locator(".listing").first).to_be_visible()
    assert page.locator("#help details.country").first.get_attribute("open") is not None
    assert site.counts() == rows
    walk.go("help")
    page.locator("#f-country").select_option("")
    walk.press("form:has(#f-country) button")
    walk.at("help")
    expect(page.locator("details.country[open]")).to_have_count(0)
    assert not [cookie for cookie in page.context.cookies() if cookie["name"] == "country"]
