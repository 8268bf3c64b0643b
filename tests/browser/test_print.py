"""Every lesson on paper, in both languages, with a script and without: all its text, nothing for a screen only."""

import re
from collections.abc import Callable, Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests import courses
from tests.browser.test_lessons import PATHS
from tests.browser.test_pages import SIDEWAYS
from tests.browser.walk import Site
from tests.browser.windows import NARROW, WIDE

SCENARIO, SECTORS, MAP, CARD = ("m05", "5-1"), ("m04", "4-2"), ("m03", "3-1"), ("m02", "2-2")
A4 = 673  # pixels between the margins
# What paper leaves out: tools, ways to send, answers before they are given, and the table that says what the cards say.
ALL_TEXT = """() => {
  const out = ".screen, .why, .answer small, .act, .moves, .sum, .n, .test-me, .law-table, .views, .kept-card,"
    + "form:not(.question), [hidden]:not(.scene), .visually-hidden, script, svg";
  const walk = document.createTreeWalker(document.querySelector("article.lesson"), NodeFilter.SHOW_TEXT), found = [];
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(out)) found.push(walk.currentNode.data.trim());
  return found.filter(Boolean);
}"""
ON_SCREEN_ONLY = """() => [...document.body.querySelectorAll(
    "button:not(.term), select, nav, footer, .head, [data-exit], #help, .button, .button-quiet, .why, .filter, .views")]
  .filter(one => one.checkVisibility() && one.getClientRects().length).map(one => one.outerHTML.slice(0, 120))"""
CUT = """() => [...document.querySelectorAll("main *")].filter(one => {
    const style = getComputedStyle(one);
    return style.overflow !== "visible" && style.clipPath === "none" && one.tagName !== "svg" && one.tagName !== "IMG"
      && one.checkVisibility() && (one.scrollHeight > one.clientHeight + 1 || one.scrollWidth > one.clientWidth + 1);
  }).map(one => one.outerHTML.slice(0, 120))"""


def letters(text: str) -> str:
    """Leave letters and digits: lines and spaces fall otherwise on paper."""
    return "".join(re.findall(r"\w", text))


def printed(page: Page, folder: Path) -> str:
    """Print the page; give its letters."""
    file = folder / "lesson.pdf"
    page.pdf(path=file, prefer_css_page_size=True)
    return letters("".join(sheet.extract_text() for sheet in pypdf.PdfReader(file).pages))


def on(paper: str, text: str) -> bool:
    """Say whether paper holds a text, whole or in two parts: a sheet may end within it."""
    text = letters(text)
    return text in paper or any(text[:cut] in paper and text[cut:] in paper for cut in range(1, len(text)))


def scenes(path: str) -> int:
    """Count the scenes of a lesson's stories, each story's safe end with them."""
    blocks: list[dict[str, Any]] = next(
        one["blocks"]
        for key in courses.course("core")["modules"]
        for one in courses.module(key)["lessons"]
        if path.endswith(f"/{one['key']}") or ("quiet" in one and path == "help/more")
    )
    stories: Iterator[dict[str, Any]] = (
        story for block in blocks for story in block.get("stories", [block]) if "scenes" in story
    )
    return sum(len(story["scenes"]) + 1 for story in stories)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_lesson_prints_whole(window: Callable[..., Page], site: Site, lang: str, tmp_path: Path):
    windows = cycle([window(lang, js=js, dark=dark) for js, dark in ((True, True), (False, False), (True, False))])
    found: list[str] = []
    told = 0
    for path in PATHS:
        page = next(windows)
        page.goto(f"{site.url}/{lang}/{path}")
        texts, count = page.evaluate(ALL_TEXT), scenes(path)
        assert len(texts) > 20
        paper = printed(page, tmp_path)
        found += [f"{path}: missing: {text}" for text in texts if not on(paper, text)]
        danger = letters(page.locator("main > .print-112:last-child").inner_text())
        found += [f"{path}: no number for danger"] if "112" not in danger or danger not in paper else []
        page.set_viewport_size({"width": A4, "height": 900})
        page.emulate_media(media="print")
        shown = page.locator(".scene:visible, .ending:not(.scene):visible").count()
        found += [f"{path}: {shown} of {count} scenes"] if shown != count else []
        found += [f"{path}: {line}" for line in [*page.evaluate(ON_SCREEN_ONLY), *page.evaluate(CUT)]]
        found += [f"{path}: {line}" for line in [page.evaluate(SIDEWAYS)] if line]
        page.emulate_media(media="null")
        told += count
    assert found == []
    assert told > 30, "scenes were counted"


@pytest.mark.parametrize(("lang", "js"), [("en", False), ("el", True)])
@pytest.mark.parametrize("lesson", [SCENARIO, SECTORS])
def test_on_the_screen_a_scene_still_waits_for_what_leads_to_it(
    window: Callable[..., Page], site: Site, lang: str, lesson: tuple[str, str], *, js: bool
):
    page = window(lang, js=js)
    page.goto(f"{site.url}/{lang}/courses/core/{lesson[0]}/{lesson[1]}")
    for fold in page.locator("details:has(.scene) > summary").all():
        fold.click()
    expect(page.locator(".scene:visible")).to_have_count(1)


def test_what_she_chose_prints_with_its_reason_and_no_other(window: Callable[..., Page], site: Site, tmp_path: Path):
    page = window("en", width=WIDE)
    page.goto(f"{site.url}/en/courses/core/{SCENARIO[0]}/{SCENARIO[1]}")
    scene = page.locator(".block-scenario .scene").first
    scene.locator(".answer:not([data-right])").first.click()
    scene.locator("button.act").click()
    reasons = [letters(text) for text in scene.locator("[data-feedback]").all_text_contents()]
    paper = printed(page, tmp_path)
    assert [reason in paper for reason in reasons] == [True, False, False]


@pytest.mark.parametrize("lang", ["en", "el"])
def test_an_order_that_nobody_has_chosen_is_not_ticked_on_paper(window: Callable[..., Page], site: Site, lang: str):
    page = window(lang)
    page.goto(f"{site.url}/{lang}/courses/core/{SCENARIO[0]}/{SCENARIO[1]}")
    expect(page.locator(".ordering.moving")).to_have_count(1)
    page.emulate_media(media="print")
    labels = page.locator(".ordering .cells label")
    widths = labels.evaluate_all("all => all.map(one => getComputedStyle(one).borderTopWidth + one.offsetHeight)")
    assert len(widths) > 9
    assert len(set(widths)) == 1
    assert page.locator(".ordering .cells").first.bounding_box()["width"] > 100  # type: ignore[index]


@pytest.mark.parametrize("js", [True, False])
@pytest.mark.parametrize("lang", ["en", "el"])
def test_the_law_map_prints_every_card(window: Callable[..., Page], site: Site, lang: str, tmp_path: Path, *, js: bool):
    page = window(lang, js=js)
    page.goto(f"{site.url}/{lang}/courses/core/{MAP[0]}/{MAP[1]}")
    paper = printed(page, tmp_path)
    cards = page.locator(".law-card")
    countries = next(one for one in courses.lesson(*MAP)["blocks"] if one["kind"] == "law_map")["countries"]
    assert cards.count() == len(countries)
    assert page.locator(".law-card dd").count() == sum(2 + ("penalty" in one) + ("open" in one) for one in countries)
    assert page.locator(".law-card :is(.sources)").count() == len(countries)
    for text in cards.locator("h3, dt, dd, .sources, .hint").all_text_contents():
        assert on(paper, text), text
    page.emulate_media(media="print")
    fold = "getComputedStyle(document.querySelector('.map'), '::before').backgroundImage"
    assert page.evaluate(fold) == "none", "ink on paper is enough"


@pytest.mark.parametrize("lang", ["en", "el"])
def test_an_if_then_sentence_prints_and_an_empty_card_has_room_to_write(
    window: Callable[..., Page], site: Site, lang: str, tmp_path: Path
):
    page = window(lang, width=NARROW)
    page.goto(f"{site.url}/{lang}/courses/core/{CARD[0]}/{CARD[1]}")
    page.emulate_media(media="print")
    expect(page.locator(".sentence")).to_be_hidden()
    page.emulate_media(media="null")
    for half in page.locator(".if-then .half").all():
        half.locator("label.choice").nth(1).click()
    sentence = page.locator(".sentence").inner_text()
    assert len(sentence) > 20
    assert letters(sentence) in printed(page, tmp_path)
    page.emulate_media(media="print")
    expect(page.locator(".sentence")).to_be_visible()
    expect(page.locator(".kept-card button:visible")).to_have_count(0)
