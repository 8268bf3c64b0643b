"""The administration's pages in a browser: accessible in light and dark, at 320 px and 400 %, by keyboard alone."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_pages import AXE, RUN, SIDEWAYS, TAGS, TOPIC
from tests.browser.walk import Site
from tests.browser.windows import Windows
from toolkit import db
from toolkit.services import accounts

LISTING = "admin/listings/cy-spavo"
PAGES = [
    "admin",
    "admin/opening/law",
    "admin/courses",
    "admin/courses/basics",
    "admin/courses/basics?mode=hidden",
    "admin/directory",
    "admin/directory?show=due",
    "admin/directory/cy",
    LISTING,
    "admin/settings",
]


@pytest.fixture
def admin(site: Site, chromium: Browser, windows: Windows) -> Callable[..., Page]:
    """Open a window of a new admin, who came by the one-time link and the keyboard."""

    def opened(lang: str = "en", *, js: bool = True) -> Page:
        with db.write_session(site.engine) as session:
            link = accounts.new_invite(session, now=datetime.now(UTC))
        page = windows.open(chromium, lang, js=js)
        page.goto(f"{site.url}/{lang}/admin/invites/{link}")
        page.locator("main button").focus()
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/{lang}/admin")
        return page

    return opened


@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_page_is_accessible_in_both_schemes_and_fits_320_pixels_and_400_percent(
    site: Site, admin: Callable[..., Page], lang: str
):
    page, broken, wide, topical = admin(lang), [], [], []
    for address in PAGES:
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(f"{site.url}/{lang}/{address}")
        page.evaluate(AXE)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            broken += [f"{address}, {scheme}: {line}" for line in page.evaluate(RUN, TAGS)]
        for width, height in ((1280, 800), (320, 256)):  # the second is 1280 by 1024 at 400 %
            page.set_viewport_size({"width": width, "height": height})
            broken += [f"{address}, {width}: {line}" for line in page.evaluate(RUN, TAGS)]
            wide += [f"{address}, {width}: {found}" for found in [page.evaluate(SIDEWAYS)] if found]
        topical += [page.title()] if TOPIC.search(page.title()) else []
    assert (broken, wide, topical) == ([], [], [])


@pytest.mark.parametrize("js", [True, False])
def test_a_listing_is_confirmed_and_taken_back_by_keyboard_alone(site: Site, admin: Callable[..., Page], *, js: bool):
    page = admin(js=js)
    page.goto(f"{site.url}/en/{LISTING}")
    page.locator("#f-who").focus()
    page.keyboard.type("M.K.")
    # Day, month, year and the calendar's button of the date field come between; today stands there already.
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "how":
            break
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    expect(page.locator("#state ~ *").get_by_text("Shown: somebody has dialled or read it.")).to_be_visible()
    page.get_by_role("button", name="Take it back").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nobody has confirmed or changed it here.")).to_be_visible()


@pytest.mark.parametrize("address", ["admin", LISTING])
def test_on_paper_stands_what_the_page_says_and_no_way_about(site: Site, admin: Callable[..., Page], address: str):
    page = admin()
    page.goto(f"{site.url}/en/{address}")
    page.emulate_media(media="print")
    expect(page.locator(".desk-nav")).to_be_hidden()
    expect(page.locator("h1")).to_be_visible()
    assert page.locator("main").evaluate("one => getComputedStyle(one).color") == "rgb(0, 0, 0)"
