"""One course, every language: the switch keeps place, answers and attempt; a resume code carries them along."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import LESSON, Site, Walk
from tests.browser.windows import WIDE

OTHER = {"en": "el", "el": "en"}
SHOWN = "all => all.map(one => [one.name, one.value, one.checked])"


def switch(walk: Walk) -> None:
    """Press the other language's name in the header."""
    other = OTHER[walk.lang]
    was = walk.page.url
    walk.press(f'header a[hreflang="{other}"]')
    walk.page.wait_for_url(was.split("#", maxsplit=1)[0].replace(f"/{walk.lang}/", f"/{other}/") + "*")
    walk.lang = other


def shown(walk: Walk) -> list[Any]:
    """List the options of the page with what is chosen, in their order."""
    found: list[Any] = walk.page.locator("main form.question input:not([type=hidden])").evaluate_all(SHOWN)
    return found


def letters(walk: Walk) -> float:
    """Say what share of the letters in the question is Greek."""
    words = walk.page.locator("#answer").inner_text()
    return sum("\u0370" <= sign <= "\u03ff" or sign >= "\u1f00" for sign in words) / sum(map(str.isalpha, words))


@pytest.mark.parametrize(("lang", "width", "js"), [("en", 360, True), ("el", WIDE, False)])
def test_language_switched_in_mid_quiz_keeps_place_answers_and_attempt(
    window: Callable[..., Page], site: Site, lang: str, width: int, *, js: bool
):
    walk = Walk(window(lang, width=width, js=js), site, lang, js=js)
    walk.start()
    walk.go("courses/basics/quiz")
    key = walk.start_quiz()
    items = walk.items()
    walk.answer(1, items[0])
    walk.on()
    walk.answer(2, items[1], wrongly=True)
    feedback = shown(walk)
    assert any(chosen for _name, _value, chosen in feedback)
    before = letters(walk)
    switch(walk)  # on a page with feedback
    walk.at(f"attempts/{key}/answers/2")
    assert shown(walk) == feedback
    assert abs(letters(walk) - before) > 0.8, "the words are in the other language"
    walk.on()
    question = shown(walk)
    switch(walk)  # on an open question
    walk.at(f"attempts/{key}")
    assert shown(walk) == question
    assert walk.items() == items
    for n, item in enumerate(items[2:], start=3):
        walk.answer(n, item)
        walk.on()
        switch(walk)  # on every question, and on the result
    expect(walk.page.locator(".score")).to_contain_text("5")
    expect(walk.page.locator("#f-name")).to_be_visible()
    attempts = site.ask("select a.person_id from attempts a where a.key = :key", key=key)
    assert len(site.ask("select id from attempts where person_id = :id", id=attempts[0][0])) == 1


@pytest.mark.parametrize(("lang", "js"), [("en", False), ("el", True)])
def test_language_switched_in_the_lesson_keeps_choices_and_place(
    window: Callable[..., Page], site: Site, lang: str, *, js: bool
):
    walk = Walk(window(lang, js=js), site, lang, js=js)
    walk.start()
    answer_some(walk)
    walk.go(LESSON)
    chosen, place = shown(walk), walk.page.locator("#lesson").get_attribute("data-place")
    switch(walk)
    assert shown(walk) == chosen
    assert walk.page.locator("#lesson").get_attribute("data-place") == place
    expect(walk.page.locator("#b4 .q")).to_have_attribute("data-ok", "yes")


@pytest.mark.parametrize(
    ("lang", "second", "js", "width"), [("en", "el", True, 360), ("el", "en", False, WIDE), ("el", "el", True, WIDE)]
)
def test_resume_code_brings_the_same_block_and_choices_to_a_second_browser(
    window: Callable[..., Page], site: Site, lang: str, second: str, *, js: bool, width: int
):
    first = Walk(window(lang, js=js), site, lang, js=js)
    first.start()
    code = first.resume_code()
    answer_some(first)
    first.go(LESSON)
    chosen, place = shown(first), first.page.locator("#lesson").get_attribute("data-place")
    assert place
    other = Walk(window(second, js=js, width=width), site, second, js=js)
    other.resume(code.lower().replace("-", " "))  # as written down by hand
    other.go("")
    other.press(f'main a[href*="{LESSON}#"]')
    other.at(LESSON)
    assert other.page.url.endswith(f"#{place}")
    assert other.page.locator("#lesson").get_attribute("data-place") == place
    assert shown(other) == chosen
    assert first.page.context.cookies() != other.page.context.cookies()
    people = site.ask(
        "select count(*) from people p join devices d on d.person_id = p.id group by p.id having count(*) = 2"
    )
    assert people, "two devices, one person"


def answer_some(walk: Walk) -> None:
    """Answer the first question and sort one card; wait until both are kept."""
    for block, name, value, right in (("b4", "choice", "c", "yes"), ("b5", "c1", "means", "no")):
        with walk.page.expect_response(lambda answer: answer.request.method == "POST"):
            walk.choose(f"#{block} form", name, value)
            if not walk.js or name == "choice":
                walk.press(f"#{block} .act button")
        expect(walk.page.locator(f"#{block} .q").first).to_have_attribute("data-ok", right)
