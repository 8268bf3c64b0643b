"""Kinds of blocks that do more than ask one question: by mouse, by keyboard, without script, at 360 pixels."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests import courses
from tests.browser.keyboard import Keyboard
from tests.browser.walk import Site, Walk

MAP, TASKS, ORDER, SCENARIO, TEST_ME, POSTER = (
    ("m03", "3-1"),
    ("m04", "4-2"),
    ("m05", "5-1"),
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


def block_of(lesson: tuple[str, str], kind: str) -> dict[str, object]:
    return next(one for one in courses.lesson(*lesson)["blocks"] if one["kind"] == kind)


@pytest.mark.parametrize("js", [True, False])
@pytest.mark.parametrize("lang", ["en", "el"])
def test_two_countries_stand_side_by_side_and_the_table_shows_one_model(
    window: Callable[..., Page], site: Site, lang: str, *, js: bool
):
    page = at(Walk(window(lang, js=js), site, lang), MAP)
    expect(page.locator(".law-card:visible")).to_have_count(0)
    expect(page.locator(".law-table:visible")).to_have_count(0)
    for n in (0, 3):
        page.locator(".tile").nth(n).click()
    expect(page.locator(".law-card:visible")).to_have_count(2)
    if js:
        page.locator(".tile").nth(5).click()  # a third makes room
        expect(page.locator(".law-card:visible")).to_have_count(2)
        assert not page.locator(".tick").nth(0).is_checked()
    page.locator(".views label").nth(1).click()
    expect(page.locator(".map:visible")).to_have_count(0)
    rows = page.locator(".law-table tbody tr:visible")
    everyone = len(block_of(MAP, "law_map")["countries"])  # type: ignore[arg-type]
    expect(rows).to_have_count(everyone)
    page.locator(".show-victim + label").click()
    assert 0 < rows.count() < everyone
    assert all("is-victim" in (one.get_attribute("class") or "") for one in rows.all())


def test_the_map_works_by_keyboard_alone(window: Callable[..., Page], site: Site):
    walk = Keyboard(window("en"), site, "en")
    page = at(walk, MAP)
    walk.tab_to(".tick")
    page.keyboard.press("Space")
    expect(page.locator(".law-card:visible")).to_have_count(1)
    card = page.locator(".law-card:visible")
    for word in ("What is forbidden", "Since when", "Checked:"):
        expect(card).to_contain_text(word)


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


def test_rows_are_put_in_order_by_drag(window: Callable[..., Page], site: Site):
    page = at(begun(window, site, "en"), ORDER)
    rows = page.locator(".ordering .q")
    last = rows.last.locator("legend").inner_text().lstrip("0123456789")
    page.locator(".ordering").scroll_into_view_if_needed()
    source, target = rows.last.bounding_box(), rows.first.bounding_box()
    assert source is not None
    assert target is not None
    page.mouse.move(source["x"] + 12, source["y"] + 12)
    page.mouse.down()
    for step in range(1, 21):
        page.mouse.move(source["x"] + 12, source["y"] + 12 - step * (source["y"] - target["y"] + 8) / 20)
    page.mouse.up()
    assert rows.first.locator("legend").inner_text().lstrip("0123456789") == last
    assert rows.first.locator("input[value='1']").is_checked()


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
    page.locator(".test-me summary").click()
    asked = courses.lesson(*TEST_ME)["test_me"]
    for n, item in enumerate(asked, start=1):
        right = next(option["key"] for option in item["options"] if option.get("right") == "yes")
        walk.choose("#test", str(n), right)
    page.locator("#test button").click()
    expect(page.locator(".test-me .q[data-ok=yes]")).to_have_count(3)
    expect(page.locator(".test-me .sum-line")).to_contain_text("3 of 3")
    walk.go("courses/core/m03")
    expect(page.locator("main .badge-ok")).to_have_count(1)
