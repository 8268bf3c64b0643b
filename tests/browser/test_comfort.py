"""Reading comfort: larger text, words that open their meaning, what a lesson is for, the lesson on paper."""

import re
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_pages import SIDEWAYS
from tests.browser.walk import LESSON, Site
from tests.browser.windows import NARROW, WIDE, addresses, in_view

TERM, MEANING = ".term >> nth=0", "[popover]:popover-open"


# --- The size of the text.
def test_the_size_is_on_every_page_until_she_takes_it_back(lesson: Callable[..., Page], site: Site):
    page = lesson()
    size = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
    before = page.evaluate(size)
    names = lambda: {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}  # noqa: E731
    assert "size" not in names()
    page.get_by_role("button", name="Larger").click()
    assert page.evaluate(size) == pytest.approx(before * 1.3)
    expect(page.get_by_role("button", name="Larger")).to_have_attribute("aria-pressed", "true")
    assert names()["size"] == "3"
    for path in ("", "help", "courses/basics/quiz", "verify"):
        page.goto(f"{site.url}/el/{path}")
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "20.8px", path
    page.locator(".sizes button").first.click()
    assert "size" not in names()
    page.goto(f"{site.url}/en/{LESSON}")
    assert page.evaluate(size) == before


def test_forget_me_on_this_device_forgets_the_size(lesson: Callable[..., Page], site: Site):
    page = lesson()
    page.get_by_role("button", name="Largest").click()
    page.goto(f"{site.url}/en/")
    page.get_by_role("button", name="Forget me on this device").click()
    expect(page.locator("html:not([data-size])")).to_be_attached()
    assert "size" not in {cookie["name"] for cookie in page.context.cookies()}


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("path", [LESSON, "", "courses/basics", "help", "verify", "privacy"])
def test_the_largest_size_fits_on_a_phone(lesson: Callable[..., Page], site: Site, lang: str, path: str):
    page = lesson(lang, path=path)
    page.context.add_cookies([{"name": "size", "value": "4", "url": site.url}])
    for width in (NARROW, 320):
        page.set_viewport_size({"width": width, "height": 640})
        page.reload()
        assert page.evaluate(SIDEWAYS) == ""
        assert in_view(page, "[data-exit]")


def test_without_script_there_is_no_control_that_does_nothing(lesson: Callable[..., Page]):
    page = lesson(js=False)
    for control in (".sizes button", ".listen", "button[data-print]"):
        expect(page.locator(control)).to_be_hidden()


@pytest.mark.parametrize("lang", ["en", "el"])
def test_the_quiet_lesson_has_the_tools_and_using_them_asks_the_server_nothing(
    lesson: Callable[..., Page], site: Site, lang: str
):
    page = lesson(lang, path="help/more")
    page.wait_for_load_state("networkidle")
    before, asked = site.counts(), addresses(page)
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"lang"}, "reading sets none of its own"
    size = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"
    normal = page.evaluate(size)
    page.locator(".sizes button").nth(2).click()
    assert page.evaluate(size) == pytest.approx(normal * 1.3)
    page.evaluate("void (window.print = () => { window.printed = (window.printed ?? 0) + 1; })")
    page.locator("button[data-print]").click()
    assert page.evaluate("window.printed") == 1
    page.locator(".listen button").first.click()
    assert page.evaluate("window.said.length") == 1
    assert {cookie["name"] for cookie in page.context.cookies()} <= {"lang", "size"}
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0
    assert asked == []
    assert site.counts() == before
    for width in (NARROW, 320, WIDE):
        page.set_viewport_size({"width": width, "height": 640})
        assert page.evaluate(SIDEWAYS) == ""
        assert in_view(page, "[data-exit]")


# --- Words.
@pytest.mark.parametrize(("lang", "width"), [("en", WIDE), ("el", NARROW)])
@pytest.mark.parametrize("js", [True, False])
def test_a_word_opens_its_meaning_in_place_by_mouse(lesson: Callable[..., Page], lang: str, width: int, *, js: bool):
    page = lesson(lang, width=width, js=js)
    page.wait_for_load_state("networkidle")
    asked = addresses(page)
    terms = page.locator(".term")
    assert terms.count() > 3
    expect(page.locator("[popover]").first).to_be_hidden()
    for n in range(terms.count()):
        terms.nth(n).click()
        box, word = page.locator(MEANING), terms.nth(n)
        expect(box).to_have_count(1)
        expect(box).to_be_in_viewport(ratio=1)
        meaning, place = box.bounding_box(), word.bounding_box()
        assert meaning
        assert place
        apart = max(meaning["y"] - place["y"] - place["height"], place["y"] - meaning["y"] - meaning["height"])
        assert 0 <= apart <= 20, "beside the word, not on it"
        assert in_view(page, "[data-exit]"), "over Exit lies nothing"
        page.locator(".bar-place").click() if n == 0 else page.keyboard.press("Escape")
        expect(box).to_have_count(0)
    assert asked == []
    assert "#" not in page.url


@pytest.mark.parametrize("js", [True, False])
def test_a_word_opens_by_keyboard_and_the_focus_goes_in_and_comes_back(lesson: Callable[..., Page], *, js: bool):
    page = lesson("el", js=js)
    word = page.locator(TERM)
    word.focus()
    page.keyboard.press("Enter")
    expect(page.locator(MEANING)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(MEANING)).to_have_count(0)
    expect(word).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator(MEANING)).to_have_count(1)


def test_nothing_takes_the_focus_when_a_lesson_opens(lesson: Callable[..., Page]):
    page = lesson()
    assert page.evaluate("document.activeElement === document.body")


def test_in_a_browser_without_popovers_the_meanings_stand_at_the_end(lesson: Callable[..., Page], site: Site):
    page = lesson(path="help")
    style = page.request.get(f"{site.url}/en/{LESSON}").text()
    sheet = re.search(r'href="(/static/css/lesson[^"]*)"', style)
    assert sheet
    rules = page.request.get(site.url + sheet[1]).text()
    assert "@supports selector(:popover-open){@media screen{.words h2{display:none}" in rules
    page.route(
        "**/static/css/lesson*",
        lambda route: route.fulfill(body=rules.replace(":popover-open", ":no-such-thing"), content_type="text/css"),
    )
    page.route(
        f"**/{LESSON}", lambda route: route.fulfill(body=style.replace(" popover ", " "), content_type="text/html")
    )
    page.goto(f"{site.url}/en/{LESSON}")
    expect(page.get_by_role("heading", name="Words in this lesson")).to_be_visible()
    expect(page.locator(".words p").first).to_be_visible()


# --- At the head, and on paper.
@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("6 minutes", "What you will be able to do")), ("el", ("6 λεπτά", "Τι θα μπορείς να κάνεις"))],
)
def test_the_head_says_how_long_it_takes_and_what_for(lesson: Callable[..., Page], lang: str, words: tuple[str, str]):
    page = lesson(lang)
    head = page.locator(".lesson").inner_text()
    assert all(word in head.partition(page.locator("#b1").inner_text()[:20])[0] for word in words)
    assert page.locator(".aims li").count() == 2


@pytest.mark.parametrize("lang", ["en", "el"])
def test_a_lesson_prints_whole_and_without_what_paper_cannot_do(lesson: Callable[..., Page], lang: str, tmp_path: Path):
    page = lesson(lang, width=WIDE, dark=True)
    page.evaluate("void (window.print = () => { window.printed = (window.printed ?? 0) + 1; })")
    page.locator("button[data-print]").click()
    assert page.evaluate("window.printed") == 1
    shown = page.locator("#lesson :is(h2, .block-text > p, .parts p, .story p):not(.screen)").all_inner_texts()
    meanings = page.locator(".words p").all_text_contents()
    page.pdf(path=tmp_path / "lesson.pdf", prefer_css_page_size=True)
    paper = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(tmp_path / "lesson.pdf").pages)
    letters = lambda text: "".join(re.findall(r"\w", text))  # noqa: E731 - lines and spaces fall otherwise on paper
    for text in [page.locator("h1").inner_text(), *shown, *page.locator(".aims li").all_inner_texts()]:
        assert letters(text) in letters(paper), text
    for meaning in meanings:
        assert letters(meaning) in letters(paper), meaning
    page.emulate_media(media="print")
    expect(page.locator(".tools")).to_be_hidden()
    assert "112" in paper
