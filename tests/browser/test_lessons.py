"""Every lesson, core or optional, and the quiet one: accessible, not wider than 320 px, neutral outside."""

from collections.abc import Callable
from itertools import cycle

import pytest
from playwright.sync_api import Page

from tests import courses
from tests.browser.test_pages import AXE, RUN, SIDEWAYS, TAGS, TOPIC
from tests.browser.walk import Site
from tests.browser.windows import NARROW, WIDE, in_view

PATHS = [f"courses/core/{module}/{key}" for module, key in courses.lessons("core", core=False)] + ["help/more"]
MOST_ELEMENTS = 800  # with the help panel
OPEN_ALL = """() => {
  for (const fold of document.querySelectorAll("main details")) { fold.removeAttribute("name"); fold.open = true; }
  for (const scene of document.querySelectorAll("[data-scene]")) scene.hidden = false;
}"""


def ways_out(page: Page) -> list[str]:
    """Name Exit and, where it stands in the bar, Help: nothing may lie over them."""
    return ["[data-exit]", *([".bar-help"] if page.locator(".bar-help").count() else [])]


@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_lesson_is_accessible_and_fits(window: Callable[..., Page], site: Site, lang: str):
    page = window(lang)
    looks = cycle([(NARROW, "light"), (WIDE, "dark"), (NARROW, "dark"), (WIDE, "light")])
    found: list[str] = []
    for path in PATHS:
        width, scheme = next(looks)
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{site.url}/{lang}/{path}")
        page.evaluate(OPEN_ALL)
        page.evaluate(AXE)
        found += [f"{path}, {width}, {scheme}: {line}" for line in page.evaluate(RUN, TAGS)]
        page.set_viewport_size({"width": 320, "height": 640})
        found += [f"{path}: {line}" for line in [page.evaluate(SIDEWAYS)] if line]
        found += [f"{path}: covered: {one}" for one in ways_out(page) if not in_view(page, one)]
        elements = page.evaluate("document.querySelectorAll('*').length")
        found += [f"{path}: {elements} elements"] if elements > MOST_ELEMENTS else []
        found += [f"{path}: {page.title()}"] if TOPIC.search(page.title()) else []
    assert found == []
    assert len(PATHS) >= 20
