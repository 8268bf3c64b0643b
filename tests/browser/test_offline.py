"""The network goes while she answers: she is told, nothing is lost, and it is sent when the network is back."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walk import LESSON, Site, Walk
from tests.browser.windows import OFFLINE, Windows


@pytest.mark.parametrize(("lang", "width"), [("en", 360), ("el", 1280)])
def test_answers_given_in_the_lesson_without_network_arrive_later(
    window: Callable[..., Page], windows: Windows, site: Site, lang: str, width: int
):
    windows.allow(OFFLINE)
    page = window(lang, width=width)
    walk = Walk(page, site, lang)
    walk.start()
    code = walk.resume_code()
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_hidden()
    walk.choose("#b4 form", "choice", "a")
    walk.press("#b4 .act button")
    expect(page.locator("#offline")).to_be_visible()
    expect(page.locator('#b4 [data-feedback="a"]')).to_be_visible()  # the reasons are in the page already
    walk.choose("#b5 form", "c1", "act")
    walk.choose("#b5 form", "c2", "none")
    walk.choose("#b6 form", "choice", "b")
    walk.press("#b6 .act button")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.context.set_offline(False)
    expect(page.locator("#offline")).to_be_hidden()

    walk.press("#place button")  # waits for what is still on its way
    walk.at("courses/basics/m01/1-2")
    other = Walk(window(lang), site, lang)
    other.resume(code)
    other.go(LESSON)
    for field in (
        '#b4 input[value="a"]',
        '#b5 input[name="c1"][value="act"]',
        '#b5 input[name="c2"][value="none"]',
        '#b6 input[value="b"]',
    ):
        expect(other.page.locator(field)).to_be_checked()


def test_an_answer_of_the_quiz_without_network_stays_and_the_same_press_sends_it(
    window: Callable[..., Page], windows: Windows, site: Site
):
    windows.allow(OFFLINE)
    page = window("el")
    walk = Walk(page, site, "el")
    walk.start()
    walk.go("courses/basics/quiz")
    walk.start_quiz()
    item = walk.items()[0]
    walk.fill_in(item)
    page.context.set_offline(True)
    walk.press("#answer .act button")
    expect(page.locator("#offline")).to_be_visible()
    page.context.set_offline(False)
    walk.press("#answer .act button")
    walk.at(f"attempts/{walk.attempt}/answers/1")
    expect(page.locator("#answer .why").first).to_be_visible()
