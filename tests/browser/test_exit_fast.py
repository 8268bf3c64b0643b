"""Exit is fast whatever the network does, and always within reach."""

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.slow import Slow
from tests.browser.walk import LESSON, Site
from tests.browser.windows import Windows, in_view

pytestmark = pytest.mark.alone
EXIT = "[data-exit]"
SOON_MS = 200
# Before any script of the page: note when the press came, and say when the window has been painted without a word.
# It says so on the console, because Chromium lets nobody evaluate anything while the next page is under way.
WATCH = """
let pressed = 0, said = false;
const note = event => { pressed = event.timeStamp };
addEventListener("click", note, true);
addEventListener("keydown", note, true);
new MutationObserver(() => {
  if (said || !pressed || document.querySelector("form, img, a, details")) return;
  said = true;
  requestAnimationFrame(() => console.info(JSON.stringify({
    empty: document.documentElement.innerText.trim() === "", after: performance.now() - pressed,
    title: document.title, path: location.pathname + location.hash })));
}).observe(document, { childList: true, subtree: true });
"""


class Hand:
    """Presses that do not wait for what they set off, as a person's: playwright's own wait for the next page."""

    def __init__(self, page: Page) -> None:
        self.page, self.line = page, page.context.new_cdp_session(page)

    def click(self, selector: str) -> None:
        box = self.page.locator(selector).bounding_box()
        assert box
        at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2, "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.line.send("Input.dispatchMouseEvent", {"type": kind, **at})

    def key(self, name: str, number: int) -> None:
        said = {
            "key": name,
            "code": name,
            "windowsVirtualKeyCode": number,
            **({"text": "\r"} if name == "Enter" else {}),
        }
        for kind in ("keyDown", "keyUp"):
            self.line.send("Input.dispatchKeyEvent", {"type": kind, **said})


@pytest.mark.parametrize(
    ("lang", "path", "how"),
    [
        ("en", LESSON, "click"),
        ("el", LESSON, "Shift"),
        ("el", "courses/basics/quiz", "click"),
        ("en", "help", "Shift"),
        ("el", "verify", "Enter"),
        ("en", "resume", "click"),
        ("en", "nothing-here", "click"),
    ],
)
def test_the_page_is_empty_at_once_although_the_server_takes_three_seconds(
    windows: Windows, remembering: Browser, slow: Slow, site: Site, lang: str, path: str, how: str
):
    windows.allow("status of 404")
    page = windows.open(remembering, lang, init=WATCH)
    page.goto(f"{slow.url}/{lang}/")
    page.goto(f"{slow.url}/{lang}/{path}")
    name = page.evaluate("document.documentElement.dataset.site")
    hand = Hand(page)
    with page.expect_console_message(lambda message: message.text.startswith('{"empty"')) as told:
        if how == "click":
            hand.click(EXIT)
        elif how == "Enter":
            page.locator(EXIT).focus()
            hand.key("Enter", 13)
        else:
            for _press in range(3):
                hand.key("Shift", 16)
    assert slow.held.wait(5), "the browser asked to leave"
    assert not slow.gone.is_set(), "this was measured while the server still held its answer"
    gone = json.loads(told.value.text)
    assert gone["after"] < SOON_MS
    assert (gone["empty"], gone["title"], gone["path"]) == (True, name, f"/{lang}/")
    slow.free.set()
    page.wait_for_url(site.exit_url)
    page.go_back(wait_until="commit")
    page.wait_for_selector("main.left")


def test_without_script_the_link_leaves_through_the_slow_server_and_back_shows_nothing(
    windows: Windows, remembering: Browser, slow: Slow, site: Site
):
    page = windows.open(remembering, "el", js=False)
    page.goto(f"{slow.url}/el/{LESSON}")
    Hand(page).click(EXIT)
    assert slow.held.wait(5), "the browser asked to leave"
    slow.free.set()
    page.wait_for_url(site.exit_url)
    page.go_back(wait_until="commit")
    page.wait_for_selector("main.left")


# 1280 px at 400 % zoom is a window of 320 × 256 CSS pixels.
@pytest.mark.parametrize(
    ("lang", "width", "height"),
    [("en", 320, 256), ("el", 320, 256), ("el", 320, 640), ("en", 360, 740), ("el", 900, 500), ("en", 1280, 800)],
)
def test_exit_is_in_the_window_at_any_scroll_position_and_over_the_help_panel(
    window: Callable[..., Page], site: Site, lang: str, width: int, height: int
):
    page = window(lang, width=width, height=height)
    for path in (LESSON, "", "help", "verify", "courses/basics/quiz"):
        page.goto(f"{site.url}/{lang}/{path}")
        for share in (0, 0.5, 1):
            page.evaluate("share => scrollTo(0, share * document.scrollingElement.scrollHeight)", share)
            assert in_view(page, EXIT), f"{path} scrolled to {share}"
        page.locator('a[href="#help"]:visible').first.click()
        page.wait_for_selector("#help[open] h2")
        assert in_view(page, EXIT), f"{path} with the help panel open"
