"""Listen, in every kind of block: what a listener needs is said; no button is, and no reason before her answer."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.voices import said
from tests.browser.windows import addresses

SORTER, SECTORS, SCENARIO, MAP, QUIET = (
    "courses/core/m01/1-1",
    "courses/core/m04/4-2",
    "courses/core/m05/5-1",
    "courses/core/m03/3-1",
    "help/more",
)
PLAY = ".listen button:first-child"
# Everything that a press, and only a press, may show; and what is there to be pressed.
KEPT_BACK = ".why :is(p, span, strong), p.why > span, .verdict, .tag-right, .tag-yours, .sum-rest p"
BUTTONS = "button:not(.term)"


def letters(text: str) -> str:
    """Leave letters and digits: spaces differ between a page and a voice."""
    return "".join(re.findall(r"\w", text))


def read(page: Page) -> str:
    """Have the page read to its end; give the letters of it all."""
    page.evaluate("window.said.length = 0")
    page.locator(PLAY).click()
    page.evaluate("() => { while (speechSynthesis.now) speechSynthesis.finish(); }")
    return letters("".join(sentence["text"] for sentence in said(page)))


def texts(page: Page, selector: str) -> list[str]:
    """List the letters of what fits."""
    return [letters(text) for text in page.locator(f"article.lesson :is({selector})").all_text_contents()]


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("path", [SORTER, SECTORS, SCENARIO, MAP, QUIET])
def test_what_a_listener_needs_is_said_and_nothing_is_given_away(lesson: Callable[..., Page], lang: str, path: str):
    page = lesson(lang, path=path)
    page.wait_for_load_state("networkidle")
    asked = addresses(page)
    heard = read(page)
    shown = page.locator(".block > p:not(.sources, .hint, .screen):visible, .aims li, .block summary:not(.sources *)")
    missing = [text for text in shown.all_text_contents() if letters(text) not in heard]
    assert missing == [], "words that open their meaning, and names of folds, too"
    assert letters(page.locator(".aims").evaluate("one => one.firstChild.data")) in heard
    given_away = [text for text in texts(page, KEPT_BACK) if len(text) > 12 and text in heard]
    assert given_away == []
    words = [text for text in texts(page, BUTTONS) if len(text) > 5]
    assert words
    assert [sentence for sentence in said(page) if letters(sentence["text"]) in words] == []
    assert asked == []


@pytest.mark.parametrize("lang", ["en", "el"])
def test_a_sorter_names_its_places_and_says_why_once_a_card_is_placed(lesson: Callable[..., Page], lang: str):
    page = lesson(lang, path=SORTER)
    row = page.locator(".block-sorter .q").first
    bins, card = (row.locator(one).all_text_contents() for one in (".cells > label", "legend"))
    heard = read(page)
    assert letters(re.sub(r"^\s*\d+", "", card[0]) + "".join(bins)) in heard, (
        "the card, without its number, then its places"
    )
    row.locator(".cells label[data-right]").click()
    expect(row.locator(".why")).to_be_visible()
    heard = read(page)
    assert letters(row.locator(".why > span").text_content() or "") in heard
    assert letters(row.locator(".why > .yes").text_content() or "") in heard
    other = page.locator(".block-sorter .q").nth(1)
    assert letters(other.locator(".why > span").text_content() or "") not in heard


@pytest.mark.parametrize("lang", ["en", "el"])
def test_a_story_of_a_sector_is_said_when_it_is_open_and_its_outcome_when_it_is_chosen(
    lesson: Callable[..., Page], lang: str
):
    page = lesson(lang, path=SECTORS)
    fold = page.locator(".block-sectors details").nth(1)
    story = letters(fold.locator(".story").first.text_content() or "")
    assert story not in read(page)
    fold.locator("summary").click()
    heard = read(page)
    assert story in heard
    scene = fold.locator(".scene").first
    outcome = letters(scene.locator("[data-feedback]").first.text_content() or "")
    assert outcome not in heard
    scene.locator(".answer").first.click()
    scene.locator("button.act").click()
    assert outcome in read(page)


@pytest.mark.parametrize("lang", ["en", "el"])
def test_an_answer_of_the_quiet_lesson_is_said_when_its_fold_is_open(lesson: Callable[..., Page], lang: str):
    page = lesson(lang, path=QUIET)
    fold = page.locator("article details.fold").first
    reason = letters(fold.locator("div").first.text_content() or "")
    assert reason not in read(page)
    fold.locator("summary").click()
    assert reason in read(page)
