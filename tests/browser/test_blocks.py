"""Kinds of blocks that do more than ask one question: what they do beside the answer (test_kinds.py), at 360 pixels."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import courses
from tests.browser.walk import Site, Walk

MAP, TASKS, SCENARIO, TEST_ME, POSTER = (
    ("m03", "3-1"),
    ("m04", "4-2"),
    ("m05", "5-1"),
    ("m03", "3-2"),
    ("m04", "4-3"),
)


def at(walk: Walk, lesson: tuple[str, str]) -> Page:
    walk.go(f"courses/core/{lesson[0]}/{lesson[1]}")
    return walk.page


def begun(window: Callable[..., Page], site: Site, lang: str, *, js: bool = True) -> Walk:
    walk = Walk(window(lang, js=js), site, lang, js=js, course="core")
    walk.go("courses/core")
    walk.choose("#start", "device", "own")
    walk.press("#start button")
    walk.at(walk.lesson(*courses.lessons("core")[0]))
    return walk


def test_a_third_country_makes_room_on_the_map(window: Callable[..., Page], site: Site):
    page = at(Walk(window("en"), site), MAP)
    for n in (0, 3, 5):
        page.locator(".tile").nth(n).click()
    expect(page.locator(".law-card:visible")).to_have_count(2)
    assert not page.locator(".tick").nth(0).is_checked()
    for word in ("What is forbidden", "Since when", "Checked:"):
        expect(page.locator(".law-card:visible").last).to_contain_text(word)


@pytest.mark.parametrize("lang", ["en", "el"])
def test_a_wrong_way_shows_what_happens_and_leads_back(window: Callable[..., Page], site: Site, lang: str):
    page = at(begun(window, site, lang), SCENARIO)
    scenes = page.locator(".block-scenario [data-scene]")
    expect(page.locator(".block-scenario [data-scene]:visible")).to_have_count(1)
    first = scenes.first
    first.locator(".answer:not([data-right]):not([data-leads])").first.click()
    first.locator("button.act").click()
    expect(first.locator("[data-feedback]:visible")).to_have_count(1)
    expect(page.locator(".block-scenario [data-scene]:visible")).to_have_count(1)  # it does not lead on
    first.locator("button.act").click()  # "Go back and choose again"
    expect(first.locator("[data-feedback]:visible")).to_have_count(0)
    first.locator(".answer[data-right]").click()
    first.locator("button.act").click()
    expect(page.locator(".block-scenario [data-scene]:visible")).to_have_count(2)
    page.wait_for_load_state("networkidle")
    page.reload()
    expect(page.locator(".block-scenario [data-scene]:visible")).to_have_count(2)  # her way is kept
    second = scenes.nth(1)
    second.locator("input").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # presses this scene's button, not the first one of the form
    expect(second.locator("[data-feedback]:visible")).to_have_count(1)
    expect(second.locator(".why")).to_be_focused()


def test_an_if_then_card_is_joined_kept_on_the_device_and_taken_off_and_nothing_is_sent(
    window: Callable[..., Page], site: Site
):
    page = at(begun(window, site, "el"), TASKS)
    page.wait_for_load_state("networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.method} {request.url} {request.post_data or ''}"))
    card = page.locator(".if-then")
    card.locator(".half").nth(0).locator("input[type=radio]").first.check()
    card.locator(".half").nth(1).locator(".field input").fill("τότε ρωτάω κάποια δικιά μου.")
    expect(card.locator(".sentence")).to_contain_text(", τότε ρωτάω κάποια δικιά μου.")
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('if-then'))") == []
    card.locator("[data-keep]").click()
    page.reload()
    expect(page.locator(".if-then .sentence")).to_contain_text("κάποια δικιά μου")
    page.locator(".if-then [data-drop]").click()
    page.reload()
    expect(page.locator(".if-then .sentence:visible")).to_have_count(0)
    assert [line for line in sent if "δικιά" in line or "%CE%B4%CE%B9%CE%BA" in line] == []


def test_a_poster_prints_alone(window: Callable[..., Page], site: Site):
    page = at(Walk(window("en", js=False), site, "en"), POSTER)
    whole = len(page.pdf())
    page.locator(".block-resource a.button-quiet").click()
    page.emulate_media(media="print")
    expect(page.locator(".poster")).to_be_visible()
    assert page.locator(".block:visible").count() == 1
    assert len(page.pdf()) < whole


@pytest.mark.parametrize("js", [True, False])
def test_whoever_knows_it_already_is_through_with_three_right_answers(
    window: Callable[..., Page], site: Site, *, js: bool
):
    walk = begun(window, site, "en", js=js)
    page = at(walk, TEST_ME)
    page.locator(".test-me > summary").click()
    asked = courses.lesson(*TEST_ME)["test_me"]
    for n, item in enumerate(asked, start=1):
        right = next(option["key"] for option in item["options"] if option.get("right") == "yes")
        walk.choose("#test", str(n), right)
    page.locator("#test button").click()
    expect(page.locator(".test-me .q[data-ok=yes]")).to_have_count(3)
    expect(page.locator(".test-me .sum-line")).to_contain_text("3 of 3")
    walk.go("courses/core/m03")
    expect(page.locator("main .badge-ok")).to_have_count(1)
