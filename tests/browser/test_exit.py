"""Exit, with the back/forward cache that people's browsers have: what was read does not come back."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.walk import LESSON, Site, Walk
from tests.browser.windows import WIDE, Windows, addresses

EXIT = "[data-exit]"
KINDS = ["lesson", "feedback", "certificate", "help"]
TOLD = "addEventListener('pageshow', event => console.info('shown: ' + event.persisted))"


@pytest.fixture(scope="module")
def certificate(chromium: Browser, site: Site) -> str:
    """The code of a certificate that somebody has."""
    windows = Windows({urlsplit(site.url).netloc})
    walk = Walk(windows.open(chromium), site)
    walk.start()
    walk.go("courses/basics/quiz")
    walk.quiz()
    windows.close()
    return walk.certificate()


@pytest.fixture
def leaving(windows: Windows, remembering: Browser, site: Site) -> Callable[..., Walk]:
    """Open a window with the cache, start, and go to a kind of page."""

    def at(
        kind: str, code: str = "", lang: str = "en", *, js: bool = True, width: int = 360, dark: bool = False
    ) -> Walk:
        walk = Walk(
            windows.open(remembering, lang, js=js, width=width, dark=dark, init=TOLD if js else ""), site, lang, js=js
        )
        walk.start()
        if kind == "feedback":
            walk.go("courses/basics/quiz")
            walk.start_quiz()
            walk.answer(1, walk.items()[0])
        elif kind != "lesson":
            walk.go({"help": "help", "certificate": f"certificates/{code}"}[kind])
        return walk

    return at


def neutral(walk: Walk) -> None:
    """Nothing but the neutral page: one link, no form, the site's name for a title."""
    page = walk.page
    expect(page.locator("main.left a")).to_have_count(1)
    expect(page.locator("form, details, header, footer")).to_have_count(0)
    assert page.title() == page.locator("h1").inner_text()
    cookies = {cookie["name"] for cookie in page.context.cookies()}
    assert "left" in cookies
    assert "device" not in cookies


@pytest.mark.parametrize("js", [True, False])
def test_without_exit_the_page_does_come_back_from_the_cache(leaving: Callable[..., Walk], site: Site, *, js: bool):
    # The control: without this every test below could pass because nothing is ever kept.
    walk = leaving("lesson", js=js)
    page = walk.page
    shown: list[str] = []
    page.on("console", lambda message: shown.append(message.text))
    page.goto(site.exit_url)
    asked = addresses(page)
    if js:
        # The script covers what comes back and asks the server whether it may still be seen.
        with page.expect_request(lambda request: urlsplit(request.url).path.endswith("1-1")):
            page.go_back(wait_until="commit")
        assert "shown: true" in shown
        # A window that is closed while it loads anew out of this cache never tells playwright that it is gone.
        expect(page.locator("html[hidden]")).to_have_count(0)
        expect(page.locator("#lesson")).to_be_visible()
    else:
        page.go_back(wait_until="commit")
        expect(page.locator("#lesson")).to_be_visible()
        assert [url for url in asked if urlsplit(url).path.endswith("1-1")] == []


@pytest.mark.parametrize(
    ("kind", "lang", "js", "width", "dark"),
    [
        ("lesson", "en", True, 360, False),
        ("lesson", "el", False, WIDE, True),
        ("feedback", "el", True, WIDE, True),
        ("feedback", "en", False, 360, False),
        ("certificate", "en", True, WIDE, True),
        ("certificate", "el", False, 360, False),
        ("help", "el", True, 360, False),
        ("help", "en", False, WIDE, True),
    ],
)
def test_after_exit_neither_back_nor_forward_nor_reload_shows_anything(
    leaving: Callable[..., Walk],
    site: Site,
    certificate: str,
    kind: str,
    lang: str,
    *,
    js: bool,
    width: int,
    dark: bool,
):
    walk = leaving(kind, certificate, lang, js=js, width=width, dark=dark)
    page, was = walk.page, walk.page.url
    walk.press(EXIT)
    page.wait_for_url(site.exit_url)
    steps = 0
    for step in (page.go_back, page.go_back, page.go_forward, page.reload):
        step(wait_until="commit")
        if page.url.startswith(site.url):
            steps += 1
            neutral(walk)
    assert steps, "Back came to this site at least once"
    restored = page.context.new_page()  # what "reopen the closed tab" asks for
    restored.goto(was)
    neutral(Walk(restored, site, lang, js=js))
    walk.go(LESSON)
    neutral(walk)
    walk.press("main a")
    page.wait_for_url(f"{site.url}/{lang}/")
    expect(page.locator('main a[href$="#start"]')).to_be_visible()  # the device was forgotten: nobody's place is shown


def test_three_times_shift_leaves_and_two_do_not(leaving: Callable[..., Walk], site: Site):
    walk = leaving("lesson")
    for key in ("Shift", "Shift", "a", "Shift"):
        walk.page.keyboard.press(key)
    expect(walk.page.locator("#lesson")).to_be_visible()
    walk.page.keyboard.press("Shift")
    walk.page.keyboard.press("Shift")
    walk.page.wait_for_url(site.exit_url)
    walk.page.go_back(wait_until="commit")
    neutral(walk)


def test_her_place_waits_for_the_resume_code_after_exit(leaving: Callable[..., Walk], site: Site):
    walk = leaving("lesson")
    code = walk.resume_code()
    walk.press(EXIT)
    walk.page.wait_for_url(site.exit_url)
    walk.go("")
    walk.press("main a")
    walk.at("")
    walk.resume(code)
    expect(walk.page.locator('main a[href$="/courses/basics"]')).to_be_visible()


@pytest.mark.parametrize("lang", ["en", "el"])
def test_the_neutral_page_has_no_word_of_the_topic_and_no_way_to_it_but_continue(
    leaving: Callable[..., Walk], site: Site, lang: str
):
    walk = leaving("help", lang=lang)
    walk.press(EXIT)
    walk.page.wait_for_url(site.exit_url)
    walk.go("help/cy")
    neutral(walk)
    assert len(walk.page.locator("body").inner_text().split()) < 25
    assert "112" not in walk.page.content()
