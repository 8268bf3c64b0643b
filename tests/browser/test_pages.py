"""Every page, in both languages: accessible in light and dark, not wider than 320 px, no word of the topic outside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit
from zlib import crc32

import pytest
from playwright.sync_api import Browser, Page

from tests import courses
from tests.browser.tour import Tour
from tests.browser.walk import Site
from tests.browser.windows import NARROW, WIDE, Windows

pytestmark = pytest.mark.timeout(600)  # the first test of a language waits for its whole tour
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """async tags => (await axe.run(document,
    { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }))
  .violations.flatMap(found => found.nodes.map(node => found.id + ": " + node.html.slice(0, 160) + " | "
    + node.any.concat(node.all, node.none).map(check => check.message).join("; ").slice(0, 200)))"""
SIDEWAYS = """() => {
  const wide = document.scrollingElement.scrollWidth;
  if (wide <= innerWidth) return "";
  const out = [...document.body.querySelectorAll("*")].filter(one => one.getBoundingClientRect().right > innerWidth + .5
    && !one.closest(".scroll"));
  return wide + " px: " + out.slice(-3).map(one => one.outerHTML.slice(0, 100)).join(" | ");
}"""
TOPIC = re.compile(
    "traffick|victim|exploit|prostitut|sex|forced|slave|buyer|abus|coerc|"
    "εμπορία|σωματεμπορ|θύμα|θυμα|εκμετάλλευ|εκμεταλλευ|πορνεί|πορνει|σεξ|"
    "καταναγκαστικ|αγοραστ|κακοποί|δουλεί",
    re.IGNORECASE,
)


# Random signs may spell anything: codes, keys and tokens are left out of what is searched.
RANDOM = re.compile(
    r"(?<=verify/)\w+|(?<=certificates/)\w+|(?<=invites/)[\w-]+|(?<=certificate-)[\w-]+|(?<=device=)[\w-]+"
    r"|(?<=header x-csrf: )[\w-]+"
)


@dataclass
class Seen:
    """What one tour has found, in one language."""

    lang: str
    names: list[str] = field(default_factory=list)
    axe: list[str] = field(default_factory=list)
    sideways: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def look(seen: Seen, name: str, page: Page) -> None:
    """Look at a page by axe, narrow and wide; light and dark change about, so that two languages see all four."""
    seen.names.append(name)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    size, schemes = page.viewport_size, ("light", "dark")
    for place, width in enumerate((NARROW, WIDE)):  # other parts of the page show wide: list of lessons, header
        scheme = schemes[(crc32(name.encode()) + place + (seen.lang == "el")) % 2]
        page.set_viewport_size({"width": width, "height": 740})
        page.emulate_media(color_scheme=scheme)
        seen.axe += [f"{name}, {width}, {scheme}: {line}" for line in page.evaluate(RUN, TAGS)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 320, "height": 640})
    if found := page.evaluate(SIDEWAYS):
        seen.sideways.append(f"{name}: {found}")
    page.set_viewport_size(size)
    seen.outside.append(f"{name}: title {page.title()} · address {unquote(urlsplit(page.url).path)}")


def listen(seen: Seen, page: Page) -> None:
    def answer(response: Any) -> None:
        for key, value in response.headers.items():
            seen.outside.append(f"header {key}: {unquote(value)}")
        seen.outside.append(f"address {unquote(urlsplit(response.url).path)}")

    page.on("response", answer)
    page.on("download", lambda download: seen.outside.append(f"file {download.suggested_filename}"))


@pytest.fixture(scope="module", params=["en", "el"])
def seen(
    request: pytest.FixtureRequest, chromium: Browser, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Seen]:
    windows, seen = Windows({urlsplit(site.url).netloc, urlsplit(site.exit_url).netloc}), Seen(request.param)
    windows.allow("status of 404", "status of 422")  # pages that refuse are pages, too

    def opened(lang: str) -> Page:
        page = windows.open(chromium, lang)
        listen(seen, page)
        return page

    for name, page in Tour(opened, site, request.param, tmp_path_factory.mktemp("tour")).pages():
        look(seen, name, page)
    seen.faults = windows.faults
    yield seen
    windows.faults = []
    windows.close()


def test_the_tour_saw_every_kind_of_page(seen: Seen):
    names = set(seen.names)
    for row in courses.course("basics")["quiz"]["rows"]:  # which of a row's types are drawn is chance
        assert any({f"item {kind}", f"feedback {kind}"} <= names for kind in row["types"]), row
    assert {"item order", "feedback order", "item asked again"} <= names
    assert len(seen.names) > 40
    assert any(line.startswith("file certificate-") for line in seen.outside)


def test_no_page_breaks_a_rule_of_wcag_2_2_aa_in_light_or_dark(seen: Seen):
    assert seen.axe == []


def test_no_page_goes_sideways_at_320_pixels(seen: Seen):
    assert seen.sideways == []


def test_no_script_error_no_console_message_no_other_host(seen: Seen):
    assert seen.faults == []


def test_titles_addresses_file_names_and_headers_are_without_words_of_the_topic(seen: Seen):
    assert [line for line in seen.outside if TOPIC.search(RANDOM.sub("", line))] == []
    titles = [line for line in seen.outside if ": title " in line]
    assert len(titles) == len(seen.names)
