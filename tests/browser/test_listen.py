"""Listen: a lesson read aloud by the device itself, the sentence marked; silent on Exit and when nobody looks."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import voices
from tests.browser.voices import finish, highlighted, said
from tests.browser.walk import Site
from tests.browser.windows import NARROW, WIDE, addresses, in_view

PLAY, STOP = ".listen button:first-child", ".listen button:nth-child(2)"


@pytest.mark.parametrize(("lang", "voice"), [("en", "Here"), ("el", "Εδώ")])
def test_a_lesson_is_read_sentence_by_sentence_and_the_sentence_is_marked(
    lesson: Callable[..., Page], lang: str, voice: str
):
    page = lesson(lang)
    title = " ".join(page.locator("h1").inner_text().split())
    page.wait_for_load_state("networkidle")
    asked = addresses(page)
    page.locator(PLAY).click()
    for _sentence in range(8):
        assert highlighted(page) == said(page)[-1]["text"]
        finish(page)
    read = said(page)
    texts = [sentence["text"] for sentence in read]
    assert title in texts[:2], "from the beginning"
    assert {(sentence["voice"], sentence["rate"]) for sentence in read} == {(voice, 1)}
    assert len(set(texts)) == len(texts)
    assert max(len(re.findall(r"[.;?!](?= )", text)) for text in texts) <= 1, "one sentence at a time"
    assert asked == [], "nothing is sent to be read aloud"


def test_the_whole_lesson_is_read_without_what_only_the_eye_needs(lesson: Callable[..., Page]):
    page = lesson()
    shown = page.locator("#b1 p").first.inner_text()
    page.locator(PLAY).click()
    while page.evaluate("Boolean(speechSynthesis.now)"):
        finish(page)
    texts = " ".join(sentence["text"] for sentence in said(page))
    assert " ".join(shown.split()) in texts
    for answer in page.locator(".answer span").all_inner_texts():
        assert answer in texts
    for unsaid in ("Report a mistake", "Source:", "Your answer", "Print this lesson", "Words in this lesson"):
        assert unsaid not in texts
    assert "Recruiting, moving" not in texts, "a meaning that is not open is not read"
    assert highlighted(page) == ""
    expect(page.locator(PLAY)).to_have_text("Listen")


def test_pause_goes_on_with_the_same_sentence_stop_with_the_first_and_speed_at_once(lesson: Callable[..., Page]):
    page = lesson()
    play, stop = page.locator(PLAY), page.locator(STOP)
    expect(stop).to_be_hidden()
    play.click()
    finish(page)
    finish(page)
    third = said(page)[-1]["text"]
    expect(play).to_have_text("Pause")
    play.click()
    expect(play).to_have_text("Go on")
    assert page.evaluate("speechSynthesis.now") is None
    assert highlighted(page) == third, "the place is seen while she rests"
    play.click()
    assert said(page)[-1]["text"] == third
    page.locator(".listen select").select_option("1.25")
    assert said(page)[-1] == {"text": third, "voice": "Here", "lang": "en-GB", "rate": 1.25}
    finish(page)
    assert said(page)[-1]["rate"] == 1.25
    stop.click()
    expect(stop).to_be_hidden()
    expect(play).to_be_focused()
    assert highlighted(page) == ""
    play.click()
    assert said(page)[-1]["text"] == said(page)[0]["text"]


def test_what_opened_meanwhile_is_read_when_she_goes_on(lesson: Callable[..., Page]):
    page = lesson()
    why = page.locator("#b4 .why").first
    page.locator(PLAY).click()
    finish(page)
    page.locator(PLAY).click()
    page.locator("#b4 .answer").first.click()
    page.locator("#b4 .act button").click()
    expect(why).to_be_visible()
    reason = why.locator("[data-feedback=a]").inner_text().split(". ")[0]
    page.locator(PLAY).click()
    while page.evaluate("Boolean(speechSynthesis.now)"):
        finish(page)
    assert reason in " ".join(sentence["text"] for sentence in said(page))


@pytest.mark.parametrize("has", [[], voices.REMOTE, [voices.LOCAL[0]]], ids=["none", "remote", "another language"])
def test_without_a_voice_on_the_device_there_is_no_button(lesson: Callable[..., Page], has: list[voices.Voice]):
    page = lesson("el", has=has)
    expect(page.locator(".sizes")).to_be_visible()
    expect(page.locator(PLAY)).to_be_hidden()
    page.evaluate(
        "voices => { speechSynthesis.voices = voices; speechSynthesis.dispatchEvent(new Event('voiceschanged')); }",
        voices.LOCAL,
    )
    expect(page.locator(PLAY)).to_be_visible()
    page.locator(PLAY).click()
    assert said(page)[-1]["voice"] == "Εδώ"


def test_a_voice_of_the_device_is_taken_before_one_from_elsewhere(lesson: Callable[..., Page]):
    page = lesson("en", has=[*voices.REMOTE, *voices.LOCAL])
    page.locator(PLAY).click()
    assert said(page)[-1]["voice"] == "Here"


def test_a_page_that_is_hidden_falls_silent_and_does_not_begin_again_by_itself(lesson: Callable[..., Page]):
    page = lesson()
    page.locator(PLAY).click()
    count = len(said(page))
    turn = """document.dispatchEvent(new Event("visibilitychange"))"""
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.evaluate(turn)
    assert page.evaluate("speechSynthesis.now") is None
    expect(page.locator(PLAY)).to_have_text("Go on")
    page.evaluate("delete document.hidden")
    page.evaluate(turn)
    assert page.evaluate("speechSynthesis.now") is None
    assert len(said(page)) == count


@pytest.mark.parametrize("way", ["press", "shift"])
def test_exit_silences_before_anything_else(lesson: Callable[..., Page], site: Site, way: str):
    page = lesson()
    page.locator(PLAY).click()
    # What the page is like when speech ends: it must be asked for while the text still stands, and nothing follows it.
    page.evaluate("speechSynthesis.cancel = function () { sessionStorage.heard = said.length; this.now = null; }")
    if way == "press":
        page.locator("[data-exit]").click()
    else:
        for _press in range(3):
            page.keyboard.press("Shift")
    page.wait_for_url(site.exit_url)
    page.goto(f"{site.url}/en/leave?back=1")
    assert page.evaluate("sessionStorage.heard") == "1"


def test_the_controls_stay_in_view_while_the_text_moves(lesson: Callable[..., Page]):
    for width in (NARROW, WIDE):
        page = lesson("el", width=width)
        page.locator(PLAY).click()
        for _sentence in range(25):
            finish(page)
        assert page.evaluate("scrollY") > 300
        assert in_view(page, PLAY)
        assert in_view(page, STOP)
        assert in_view(page, "[data-exit]")
        seen = page.evaluate(
            "[...CSS.highlights.get('said')][0].getBoundingClientRect().toJSON()",
        )
        assert seen["top"] >= 0
        assert seen["bottom"] <= 740
