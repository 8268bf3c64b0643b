"""The help directory as people use it: by keyboard, without script, narrow, on paper, and as a saved file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_pages import AXE, RUN, SIDEWAYS, TAGS, TOPIC
from tests.browser.walk import Site, Walk
from tests.browser.windows import NARROW, WIDE


@pytest.mark.parametrize(("lang", "width", "js"), [("en", WIDE, False), ("el", NARROW, True)])
def test_services_are_chosen_by_keyboard_and_nothing_is_written_down(
    window: Callable[..., Page], site: Site, lang: str, width: int, *, js: bool
):
    page = window(lang, width=width, js=js)
    Walk(page, site, lang, js=js).go("help")
    rows, lines, cookies = site.counts(), site.server.log.read_bytes(), page.context.cookies()
    page.locator("#f-language").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/help?for=&language=en&hours=1#services")
    shown = page.locator("main details.country[open] .listing")
    assert page.locator("#f-language").input_value() == "en"
    assert page.locator(".said").inner_text().split()[0] == str(shown.count()) != "0"
    expect(page.locator(".said")).to_be_in_viewport()
    assert TOPIC.search(page.url + page.title()) is None
    page.locator(".said a").click()
    page.wait_for_url("**/help#services")
    assert (site.counts(), site.server.log.read_bytes()) == (rows, lines)
    assert page.context.cookies() == cookies


@pytest.mark.parametrize("lang", ["en", "el"])
def test_what_is_for_buyers_opens_in_place(window: Callable[..., Page], site: Site, lang: str):
    page = window(lang, width=NARROW)
    Walk(page, site, lang).go("help/ie")
    page.wait_for_load_state("networkidle")
    address, asked = page.url, []
    page.on("request", lambda request: asked.append(request.url))
    page.locator("main .buyers summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main .buyers .listing").first).to_be_visible()
    expect(page.locator('main .buyers a[href="tel:112"]')).to_be_visible()
    assert (page.url, asked) == (address, [])
    page.evaluate(AXE)
    assert page.evaluate(RUN, TAGS) == []
    assert page.evaluate(SIDEWAYS) == ""


@pytest.mark.parametrize("lang", ["en", "el"])
def test_the_card_opens_from_a_file_with_the_network_off(
    window: Callable[..., Page], site: Site, chromium: Browser, tmp_path: Path, lang: str
):
    page = window(lang, width=WIDE)
    Walk(page, site, lang).go("help/lt")
    expect(page.locator("[data-print]")).to_be_visible()
    with page.expect_download() as waiting:
        page.locator("a[href$='.html']").click()
    assert waiting.value.suggested_filename == "card.html"
    saved = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(saved)
    offline = chromium.new_context(viewport={"width": 320, "height": 600}, offline=True)
    opened = offline.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.goto(saved.as_uri())
    assert said == []
    assert TOPIC.search(opened.title()) is None
    assert opened.locator(".emergency-line a").first.get_attribute("href") == "tel:112"
    assert opened.locator("h1").evaluate("one => getComputedStyle(one).fontSize") == "32px", "its own style is let in"
    assert opened.evaluate(SIDEWAYS) == ""
    opened.evaluate(AXE)
    assert opened.evaluate(RUN, TAGS) == []
    offline.close()


@pytest.mark.parametrize("country", ["cy", "lt", "se"])
def test_on_paper_a_country_takes_half_a_sheet(window: Callable[..., Page], site: Site, country: str):
    page = window("el", width=WIDE)
    Walk(page, site, "el").go(f"help/{country}")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round((210 - 32) / 25.4 * 96), "height": 1000})
    high = page.locator(".help-card").evaluate("one => one.getBoundingClientRect().height")
    assert high / 96 * 25.4 <= 148
    expect(page.locator(".take-along")).to_be_hidden()
    expect(page.locator(".buyers")).to_be_hidden()
