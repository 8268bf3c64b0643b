"""About, privacy, accessibility and reports of mistakes as people use them: axe, narrow, keyboard, no script, paper."""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.keyboard import Keyboard
from tests.browser.test_pages import RANDOM, TOPIC, Seen, listen, look
from tests.browser.tour import invite
from tests.browser.walk import Site, Walk
from tests.browser.windows import Windows

LESSON = "courses/core/m01/1-1"  # the first course that holds the module
PLACE = "reports/m01/1-1/b2"
PAGES = {"about": "about", "privacy": "privacy", "accessibility": "accessibility", "report": PLACE}
FORM = "main form:has(textarea)"


def admin(page: Page, site: Site, lang: str) -> None:
    """Make this window the admin's, and open the list of reports."""
    walk = Walk(page, site, lang)
    walk.go(f"admin/invites/{invite(site)}")
    walk.press("main form button")
    walk.go("admin/reports")


@pytest.fixture(params=["en", "el"])
def seen(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Seen]:
    windows, seen, lang = Windows({urlsplit(site.url).netloc}), Seen(request.param), request.param
    windows.allow("status of 422")
    walk = Walk(windows.open(chromium, lang), site, lang)
    listen(seen, walk.page)
    for name, path in PAGES.items():
        walk.go(path)
        look(seen, name, walk.page)
    walk.page.locator("textarea").evaluate("one => one.removeAttribute('required')")
    walk.press(f"{FORM} button")
    expect(walk.page.locator("#f-text-error")).to_be_visible()
    look(seen, "refused", walk.page)
    walk.write("#f-text", "Λ" * 40 + "\n" + "long" * 60)
    walk.press(f"{FORM} button")
    walk.at(f"{PLACE}/thanks")
    look(seen, "thanks", walk.page)
    desk = windows.open(chromium, lang)
    admin(desk, site, lang)
    expect(desk.locator(".told").first).to_contain_text("ΛΛΛΛ")
    look(seen, "list", desk)
    seen.faults = windows.faults
    yield seen
    windows.faults = []
    windows.close()


def test_the_pages_pass_axe_fit_320_pixels_and_are_neutral_outside(seen: Seen):
    assert seen.names == [*PAGES, "refused", "thanks", "list"]
    assert seen.axe == []
    assert seen.sideways == []
    assert seen.faults == []
    assert [line for line in seen.outside if TOPIC.search(RANDOM.sub("", line))] == []


@pytest.mark.parametrize("lang", ["en", "el"])
def test_a_report_by_keyboard_only_from_the_lesson_and_back(window: Callable[..., Page], site: Site, lang: str):
    page = window(lang)
    reader = Keyboard(page, site, lang)
    reader.go(LESSON)
    before = site.counts()["mistake_reports"]
    reader.press(f'#b1 a[href="/{lang}/reports/m01/1-1/b1"]')
    reader.at("reports/m01/1-1/b1")
    reader.write("#f-text", "Ένα γράμμα λείπει. A letter is missing.")
    reader.press(f"{FORM} button")
    reader.at("reports/m01/1-1/b1/thanks")
    assert site.counts()["mistake_reports"] == before + 1
    reader.press("main a.button")
    reader.at(f"{LESSON}")
    assert page.url.endswith("#b1")
    ((words, language),) = site.ask("select text, language from mistake_reports order by id desc limit 1")
    assert (words, language) == ("Ένα γράμμα λείπει. A letter is missing.", lang)


@pytest.mark.parametrize("lang", ["en", "el"])
def test_without_script_the_way_is_the_same_and_back_keeps_what_was_typed(
    window: Callable[..., Page], site: Site, lang: str
):
    page = window(lang, js=False)
    reader = Walk(page, site, lang, js=False)
    reader.go(PLACE)
    reader.write("#f-text", "first")
    reader.press(f"{FORM} button")
    reader.at(f"{PLACE}/thanks")
    assert page.locator(f'a[href="/{lang}/{LESSON}#b2"]').count() == 1
    reader.go("privacy")
    reader.press(f'.foot a[href="/{lang}/accessibility"]')
    reader.at("accessibility")
    reader.press(f'.foot a[href="/{lang}/about"]')
    reader.at("about")


def test_help_opens_over_the_form_and_what_was_typed_stays(window: Callable[..., Page], site: Site):
    page = window("en")
    reader = Walk(page, site, "en")
    reader.go(PLACE)
    reader.write("#f-text", "half a sentence")
    reader.press("main .notice a[data-help]")
    expect(page.locator("#help")).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(page.locator("#f-text")).to_have_value("half a sentence")


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("path", ["about", "privacy", "accessibility", LESSON])
def test_on_paper_the_text_stands_alone_with_112_at_the_end(
    window: Callable[..., Page], site: Site, lang: str, path: str
):
    page = window(lang, width=1280, dark=True)
    page.goto(f"{site.url}/{lang}/{path}")
    page.emulate_media(media="print", color_scheme="dark")
    for gone in (".head", ".foot", ".bar", "#help", 'a[href*="/reports/"]'):
        assert not page.locator(gone).locator("visible=true").count(), gone
    lines = page.locator("main").inner_text().split("\n")
    assert "112" in [line for line in lines if line.strip()][-1]
    colours = page.evaluate(
        "[getComputedStyle(document.documentElement).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert colours in (["rgb(255, 255, 255)", "rgb(0, 0, 0)"], ["rgba(0, 0, 0, 0)", "rgb(0, 0, 0)"])
    hidden = page.locator("main h1, main h2, main h3").evaluate_all(
        "all => all.filter(one => !one.checkVisibility()).length"
    )
    assert hidden == 0


def test_nothing_moves_where_less_motion_is_asked_for(window: Callable[..., Page], site: Site):
    moving = """() => [...document.querySelectorAll("*")].filter(one => {
        const style = getComputedStyle(one);
        return style.animationName !== "none" || style.transitionDuration.split(",").some(time => parseFloat(time) > 0)
          || style.scrollBehavior === "smooth";
      }).map(one => one.outerHTML.slice(0, 80))"""
    page = window("en")
    for path in ("", LESSON, "privacy", PLACE, "courses/basics/quiz", "verify"):
        page.goto(f"{site.url}/en/{path}")
        page.emulate_media(reduced_motion="reduce")
        assert page.evaluate(moving) == [], path
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving), "the look above would see a motion"


def test_words_of_a_stranger_run_nothing_on_the_admins_page(window: Callable[..., Page], site: Site):
    stranger = window("en")
    words = '<img src=x onerror="document.title=1"><script>document.title=2</script></div>"><svg onload=alert(3)>'
    walk = Walk(stranger, site, "en")
    walk.go(PLACE)
    walk.write("#f-text", words)
    walk.press(f"{FORM} button")
    walk.at(f"{PLACE}/thanks")
    desk = window("en")
    admin(desk, site, "en")
    expect(desk.locator(".told").first).to_have_text(words)
    assert not re.match(r"\d", desk.title())
    assert desk.locator(".told img, .told script, .told svg").count() == 0
    desk.locator("main button[value=done]").first.click()
    expect(desk.locator(".reports .badge-ok").first).to_be_visible()
