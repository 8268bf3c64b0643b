"""Every kind of block that asks or opens: by mouse, finger, keys alone, without script; two languages, 360 pixels."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests import courses
from tests.browser.keyboard import Keyboard
from tests.browser.walk import Site, Walk

ASKING = [("m01", "1-1"), ("m04", "4-1"), ("m04", "4-2"), ("m05", "5-1"), ("m03", "3-4")]
MAP, CARD, HELP = ("m03", "3-1"), ("m04", "4-2"), ("m01", "1-1")
POINTERS = """addEventListener("pointerdown", (event) => {
  sessionStorage.pressed = `${sessionStorage.pressed ?? ""} ${event.pointerType}`;
}, true)"""
WAYS = ["mouse", "touch", "keys", "no script"]


def asked_kinds(lessons: list[tuple[str, str]]) -> set[str]:
    """Name what these lessons ask: the kind of a block, of a knowledge check its type."""
    return {
        block["item"]["type"] if block["kind"] == "check" else block["kind"]
        for one in lessons
        for block in courses.lesson(*one)["blocks"]
        if block["key"] in dict(courses.questions(*one))
    }


class Touch(Walk):
    """A guest with a finger on a screen."""

    def hit(self, found: Locator) -> None:
        found.tap()


@pytest.fixture
def walk(window: Callable[..., Page], site: Site, lang: str, way: str) -> Walk:
    js, touch = way != "no script", way == "touch"
    kind = {"keys": Keyboard, "touch": Touch}.get(way, Walk)
    return kind(window(lang, js=js, touch=touch, init=POINTERS), site, lang, js=js, course="core")


def pointers(walk: Walk) -> set[str]:
    """Say what pressed on the pages so far; "unknown" without a script."""
    return set(
        walk.page.evaluate("(sessionStorage.pressed ?? '').split(' ').filter(Boolean)") if walk.js else ["unknown"]
    )


def at(walk: Walk, lesson: tuple[str, str]) -> Page:
    walk.go(walk.lesson(*lesson))
    return walk.page


@pytest.mark.timeout(300)
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_kind_is_answered_in_place_and_says_why(walk: Walk, way: str):
    walk.start()
    for lesson in ASKING:
        page = at(walk, lesson)
        for block, fields in courses.questions(*lesson):
            walk.ask(*lesson, block, fields)
        assert page.locator(".question .q[data-ok=no]").count() == 0
    assert pointers(walk) == {"mouse": {"mouse"}, "touch": {"touch"}, "keys": set(), "no script": {"unknown"}}[way]
    assert asked_kinds(ASKING) == asked_kinds(courses.lessons("core", core=False)), "a kind that no lesson here asks"


def tick(walk: Walk, own: str) -> None:
    """Tick or choose the field with this id."""
    field = walk.page.locator(f"#{own}")
    if not isinstance(walk, Keyboard):
        walk.press(f'label[for="{own}"]')
    elif field.get_attribute("type") == "checkbox":
        walk.tab_to(f"#{own}")
        walk.page.keyboard.press("Space")
    else:
        group = f'input[name="{field.get_attribute("name")}"]'
        walk.tab_to(group)
        for _step in range(walk.page.locator(group).count()):
            if field.is_checked():
                break
            walk.page.keyboard.press("ArrowRight")
    expect(field).to_be_checked()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lang", ["en", "el"])
def test_the_law_map_compares_and_filters(walk: Walk):
    page = at(walk, MAP)
    block = next(one for one in courses.lesson(*MAP)["blocks"] if one["kind"] == "law_map")
    expect(page.locator(".law-card:visible, .law-table:visible")).to_have_count(0)
    for n in (0, 3):
        tick(walk, f"{block['key']}-{block['countries'][n]['key']}")
    expect(page.locator(".law-card:visible")).to_have_count(2)
    page = at(walk, MAP)  # the keyboard goes forward only
    tick(walk, f"{block['key']}-table")
    rows = page.locator(".law-table tbody tr:visible")
    expect(rows).to_have_count(len(block["countries"]))
    for model in block["models"]:
        tick(walk, f"{block['key']}-{model['key']}")
        expect(rows).to_have_count(sum(one["model"] == model["key"] for one in block["countries"]))
        expect(page.locator(f".law-table .is-{model['key']}:visible")).to_have_count(rows.count())


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("lang", ["en", "el"])
def test_an_if_then_card_is_chosen(walk: Walk):
    page = at(walk, CARD)
    block = next(one for one in courses.lesson(*CARD)["blocks"] if one["kind"] == "if_then")
    for half, name in (("ifs", "if"), ("thens", "then")):
        walk.choose(".if-then", f"{block['key']}-{name}", block[half][1]["key"])
    chosen = page.locator(".if-then label:has(:checked)")
    expect(chosen).to_have_count(2)
    if walk.js:
        expect(page.locator(".sentence")).to_contain_text(chosen.last.inner_text().strip())
    else:
        expect(page.locator(".kept-card:visible")).to_have_count(0)  # it is for paper then


def test_without_a_script_no_script_ran(window: Callable[..., Page], site: Site):
    page = window("en", js=False)
    page.goto(f"{site.url}/en/courses/core/m05/5-1")
    expect(page.locator(".ordering")).to_have_count(1)
    expect(page.locator(".moves")).to_have_count(0)
