"""Kinds of blocks that open, lead or print: by mouse, finger, keys alone, without script; two languages, 360 pixels."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import courses
from tests.browser.keyboard import Keyboard
from tests.browser.test_kinds import POINTERS, WAYS, Touch, pointers
from tests.browser.test_pages import SIDEWAYS
from tests.browser.walk import Site, Walk
from tests.browser.windows import addresses, in_view

FIGURES, CARD, TEST_ME, POSTER = ("m01", "1-2"), ("m04", "4-2"), ("m03", "3-2"), ("m04", "4-3")
MAP = ("m03", "3-1")
COUNTRY = "ie"
PRINTED = "window.print = () => { sessionStorage.printed = Number(sessionStorage.printed ?? 0) + 1; }"


@pytest.fixture
def walk(window: Callable[..., Page], site: Site, lang: str, way: str) -> Walk:
    js, touch = way != "no script", way == "touch"
    kind = {"keys": Keyboard, "touch": Touch}.get(way, Walk)
    return kind(window(lang, js=js, touch=touch, init=f"{POINTERS};{PRINTED}"), site, lang, js=js, course="core")


def at(walk: Walk, lesson: tuple[str, str]) -> Page:
    walk.go(walk.lesson(*lesson))
    walk.page.wait_for_load_state("networkidle")
    return walk.page


def blocks(lesson: tuple[str, str], kind: str, having: str = "key") -> list[str]:
    """List the blocks of a kind in a lesson, those that have something."""
    return [one["key"] for one in courses.lesson(*lesson)["blocks"] if one["kind"] == kind and having in one]


def no_other_hand(walk: Walk, way: str) -> None:
    """See that nothing but this way's own hand pressed."""
    hands = {"mouse": {"mouse"}, "touch": {"touch"}, "keys": set(), "no script": {"unknown"}}
    assert pointers(walk) == hands[way]


def open_fold(walk: Walk, fold: str) -> Locator:
    """Open a fold that was shut; give what is in it."""
    inside = walk.page.locator(f"{fold} > :not(summary)")
    expect(inside.first).to_be_hidden()
    walk.press(f"{fold} > summary")
    expect(inside.first).to_be_visible()
    return inside


ALL_WAYS = pytest.mark.parametrize("way", WAYS)
BOTH = pytest.mark.parametrize("lang", ["en", "el"])


@ALL_WAYS
@BOTH
def test_a_chart_says_the_same_as_a_table(walk: Walk, way: str):
    page = at(walk, FIGURES)
    asked = addresses(page)
    charts = blocks(FIGURES, "figure", "chart")
    assert charts
    for key in charts:
        table = open_fold(walk, f"#{key} .chart details")
        bars = page.locator(f"#{key} .chart li")
        rows = table.locator("tbody tr")
        assert rows.count() == bars.count() > 1
        assert rows.locator("th").all_inner_texts() == bars.locator("span").all_inner_texts()
        assert rows.locator("td").all_inner_texts() == bars.locator("b").all_inner_texts()
    assert asked == []
    no_other_hand(walk, way)


@ALL_WAYS
@BOTH
def test_the_detail_of_a_text_opens_and_shuts(walk: Walk, way: str):
    page = at(walk, FIGURES)
    asked = addresses(page)
    folds = blocks(FIGURES, "text", "more")
    assert len(folds) > 1
    for key in folds:
        inside = open_fold(walk, f"#{key} details.more")
        assert inside.count() >= 1
        assert len(inside.last.inner_text()) > 20
    walk.press(f"#{folds[-1]} details.more > summary")
    expect(page.locator(f"#{folds[-1]} details.more > p").first).to_be_hidden()
    assert asked == []
    no_other_hand(walk, way)


def choose_country(walk: Walk) -> None:
    field = walk.page.locator("#f-country")
    if isinstance(walk, Keyboard):
        walk.tab_to("#f-country")
        for _step in range(field.locator("option").count()):
            if field.input_value() == COUNTRY:
                break
            walk.page.keyboard.press("ArrowDown")
    else:
        field.select_option(COUNTRY)
    expect(field).to_have_value(COUNTRY)
    walk.press("form:has(#f-country) button")


@ALL_WAYS
@BOTH
def test_a_lesson_shows_the_card_of_the_country_that_was_chosen(walk: Walk, way: str):
    page = at(walk, FIGURES)
    (key,) = blocks(FIGURES, "country")
    expect(page.locator(f"#{key} .listing")).to_have_count(0)
    expect(page.locator(f"#{key}")).to_contain_text("112")
    walk.press(f"#{key} a.button-quiet")
    walk.at("help")
    choose_country(walk)
    walk.at(f"help/{COUNTRY}")
    page = at(walk, FIGURES)
    card = page.locator(f"#{key} .card.country")
    expect(card).to_be_visible()
    assert card.locator(".listing").count() > 0
    numbers = card.locator('a[href^="tel:"]')
    assert numbers.count() > 1
    for number in numbers.all():
        box = number.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
    no_other_hand(walk, way)


@ALL_WAYS
@BOTH
def test_if_this_is_about_you_opens_help_here_and_asks_nobody(walk: Walk, site: Site, way: str):
    page = at(walk, FIGURES)
    (key,) = blocks(FIGURES, "affected")
    rows, asked, address = site.counts(), addresses(page), page.url
    expect(page.locator("#help-title")).to_be_hidden()
    walk.press(f"#{key} a[href='#help']")
    expect(page.locator("#help-title")).to_be_visible()
    expect(page.locator('#help a[href="tel:112"]').first).to_be_visible()
    assert in_view(page, "[data-exit]")
    if walk.js:
        assert page.url == address
        page.keyboard.press("Escape")
        expect(page.locator("#help-title")).to_be_hidden()
        expect(page.locator(f"#{key} a[href='#help']")).to_be_focused()
    assert [
        one for one in asked if "/static/icons/" not in one
    ] == []  # a browser without script asks for its sign again
    assert site.counts() == rows
    no_other_hand(walk, way)


@ALL_WAYS
@BOTH
def test_three_right_answers_and_the_lesson_counts_as_done(walk: Walk, way: str):
    walk.start()
    page = at(walk, TEST_ME)
    open_fold(walk, ".test-me")
    items = courses.lesson(*TEST_ME)["test_me"]
    for n, item in enumerate(items, start=1):
        right = next(option["key"] for option in item["options"] if option.get("right") == "yes")
        walk.choose("#test", str(n), right)
    walk.press("#test .act button")
    answered = page.locator(".test-me .q[data-ok=yes]")
    expect(answered).to_have_count(len(items))
    expect(answered.last.locator(".why")).to_be_visible()
    walk.go(f"courses/core/{TEST_ME[0]}")
    expect(page.locator("main .badge-ok")).to_have_count(1)
    no_other_hand(walk, way)


@ALL_WAYS
@BOTH
def test_a_poster_prints_alone(walk: Walk, way: str):
    page = at(walk, POSTER)
    (key,) = blocks(POSTER, "resource", "poster")
    walk.press(f"#{key} a.button-quiet")
    expect(page.locator(f"#{key}-poster:target")).to_be_visible()
    if walk.js:
        page.wait_for_function("sessionStorage.printed === '1'")
    page.emulate_media(media="print")
    expect(page.locator(f"#{key}-poster")).to_be_visible()
    words = " ".join(page.locator(f"#{key}-poster").inner_text().split())
    danger = page.locator("main > .print-112").inner_text()
    assert " ".join(page.locator("body").inner_text().split()) == f"{words} {danger}"
    no_other_hand(walk, way)


@pytest.mark.parametrize("way", WAYS[:3])
@BOTH
def test_an_if_then_card_is_kept_on_the_device_and_taken_off(walk: Walk, way: str):
    page = at(walk, CARD)
    asked = addresses(page)
    block = next(one for one in courses.lesson(*CARD)["blocks"] if one["kind"] == "if_then")
    kept = "Object.keys(localStorage).filter(key => key.startsWith('if-then')).map(key => localStorage[key])"
    for half, name in (("ifs", "if"), ("thens", "then")):
        walk.choose(".if-then", f"{block['key']}-{name}", block[half][0]["key"])
    sentence = page.locator(".if-then .sentence").inner_text()
    assert len(sentence) > 20
    assert page.evaluate(kept) == []
    walk.press(".if-then [data-keep]")
    assert page.evaluate(kept) == [sentence]
    assert asked == []
    page = at(walk, CARD)
    expect(page.locator(".if-then .sentence")).to_have_text(sentence)
    walk.press(".if-then [data-drop]")
    assert page.evaluate(kept) == []
    at(walk, CARD)
    expect(page.locator(".if-then .sentence:visible")).to_have_count(0)
    assert [address for address in asked if "if-then" in address] == []
    no_other_hand(walk, way)


@pytest.mark.parametrize("way", ["mouse", "no script"])
@BOTH
def test_the_table_of_the_law_map_says_what_its_cards_say(walk: Walk):
    page = at(walk, MAP)
    (key,) = blocks(MAP, "law_map")
    cards = page.locator(f"#{key} .law-card")
    said = [[" ".join(text.split()) for text in card.locator("h3, dd").all_text_contents()] for card in cards.all()]
    checked = {" ".join(text.split()) for text in cards.locator("> .hint").all_text_contents()}
    walk.press(f"label[for='{key}-table']")
    rows = page.locator(f"#{key} .law-table tbody tr")
    expect(rows).to_have_count(len(said))
    assert any(len(card) == 4 for card in said), "a penalty or an open point"
    for row, card in zip(rows.all(), said, strict=True):
        shown = " ".join(row.inner_text().split())
        assert [text for text in card if text not in shown] == []
        assert row.inner_text().count("\n") >= len(card) - 1, "each on a line of its own"
    below = page.locator(f"#{key} .law-table .hint")
    expect(below.first).to_be_visible()
    for text in checked:
        assert any(text in " ".join(line.split()) for line in below.all_inner_texts())
    for width in (360, 320, 1280):
        page.set_viewport_size({"width": width, "height": 740})
        assert page.evaluate(SIDEWAYS) == ""
