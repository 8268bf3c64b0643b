"""Every page of accounts, own data, owed pages and administration: looked at with axe, narrow, at 400 %, on paper, with
less motion, in both languages; then the same way by keyboard alone and without script."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests import servers
from tests.browser.desk_tour import ADMIN, OPEN, OWN, DeskTour
from tests.browser.keyboard import Keyboard
from tests.browser.test_pages import AXE, RANDOM, RUN, SIDEWAYS, TAGS, TOPIC, Seen, listen
from tests.browser.walk import Site
from tests.browser.windows import NARROW, WIDE, Windows

# One look by axe in each language; the rooms' own tests look at their main pages in each width and scheme.
LOOKS = {"en": (NARROW, "dark"), "el": (WIDE, "light")}
STATES = 70
REFUSED = ("status of 404", "status of 422")  # pages that refuse are pages, too
MOVING = """() => [...document.querySelectorAll("*")].filter(one => {
    const style = getComputedStyle(one);
    return style.animationName !== "none" || style.transitionDuration.split(",").some(time => parseFloat(time) > 0);
  }).map(one => "moves: " + one.outerHTML.slice(0, 100))"""
PAPER = """() => {
  const shown = one => one.checkVisibility() && one.getClientRects().length;
  const all = selector => [...document.querySelectorAll(selector)].filter(shown);
  const told = (what, found) => found.map(one => what + one.outerHTML.slice(0, 100));
  const main = document.querySelector("main"), style = getComputedStyle(main);
  const found = [
    ...told("for hands only: ", all(".head, .foot, .bar, .desk-nav, .panel, .exit, form, button, input, .button")),
    ...told("a heading over nothing: ", all("main section").filter(one => ![...one.children].slice(1).some(shown))),
  ];
  if (style.color !== "rgb(0, 0, 0)") found.push("not black: " + style.color);
  if (!all("h1").length || !main.innerText.trim().endsWith("112")) found.push("no title, or no 112 at the end");
  if (document.scrollingElement.scrollWidth > innerWidth) found.push("wider than the sheet");
  return found;
}"""
PLAIN = """() => [...document.querySelectorAll("[tabindex]")].filter(one => one.tabIndex > 0).map(one => "tabindex")
  .concat(document.querySelectorAll("h1").length === 1 ? [] : ["not one h1"])
  .concat([...document.querySelectorAll("main table")].filter(one => !one.closest(".scroll, .kept"))
    .map(one => "a table that cannot be scrolled"))"""


@pytest.fixture(scope="module")
def site(loaded_sqlite: Path, elsewhere: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site that writes mail; nobody listens where it would go, so each message stays where a test can read it."""
    folder = tmp_path_factory.mktemp("mailing")
    shutil.copy(loaded_sqlite, folder / "toolkit.db")
    given = {"TOOLKIT_DEVELOPMENT": "1", "EXIT_URL": elsewhere, "SMTP_URL": "smtp://127.0.0.1:9"}
    with servers.serve(folder, **given) as running:
        made = Site(running, elsewhere)
        yield made
        made.engine.dispose()


def look(seen: Seen, name: str, page: Page, lang: str) -> None:
    """Note what is wrong with a page; leave the window as it was."""
    seen.names.append(name)
    width, scheme = LOOKS[lang]
    if width != NARROW:
        page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)
    page.evaluate(AXE)
    seen.axe += [f"{name}, {width}, {scheme}: {line}" for line in page.evaluate(RUN, TAGS)]
    seen.axe += [f"{name}: {line}" for line in page.evaluate(MOVING) + page.evaluate(PLAIN)]
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 by 1024 at 400 %
    seen.sideways += [f"{name}: {found}" for found in [page.evaluate(SIDEWAYS)] if found]
    page.emulate_media(media="print", color_scheme="dark")
    seen.axe += [f"{name}, on paper: {line}" for line in page.evaluate(PAPER)]
    page.emulate_media(media="screen", color_scheme="light")
    page.set_viewport_size({"width": NARROW, "height": 740})
    seen.outside.append(f"{name}: title {page.title()}")


@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_page_is_accessible_narrow_on_paper_and_neutral_outside(
    chromium: Browser, site: Site, tmp_path: Path, lang: str
):
    windows, seen = Windows({urlsplit(site.url).netloc, urlsplit(site.exit_url).netloc}), Seen(lang)
    windows.allow(*REFUSED)

    def opened(tag: str) -> Page:
        page = windows.open(chromium, tag)
        listen(seen, page)
        return page

    for name, page in DeskTour(opened, site, lang, tmp_path).pages():
        look(seen, name, page, lang)
    windows.close()
    assert {name for name, _ in OPEN + OWN + ADMIN} <= set(seen.names)
    assert len(set(seen.names)) == len(seen.names) >= STATES
    assert (seen.axe, seen.sideways) == ([], [])
    assert [line for line in seen.outside if TOPIC.search(RANDOM.sub("", line))] == []


def test_all_of_it_by_keyboard_alone_and_without_script(chromium: Browser, site: Site, tmp_path: Path):
    windows = Windows({urlsplit(site.url).netloc, urlsplit(site.exit_url).netloc})
    windows.allow(*REFUSED)
    tour = DeskTour(lambda tag: windows.open(chromium, tag, js=False), site, "el", tmp_path, Keyboard, js=False)
    names = [name for name, _page in tour.pages()]
    windows.close()
    assert names[-1] == "ended"
    assert len(names) >= STATES
