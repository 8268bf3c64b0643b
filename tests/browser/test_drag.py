"""Cards and lines that are dragged: by mouse, lines by a finger on their grip; in lessons and in the quiz."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import courses, right
from tests.browser.test_blocks import begun
from tests.browser.walk import Site, Walk
from tests.browser.windows import NARROW, Windows
from toolkit import db
from toolkit.services import accounts

SORTER, ORDER = ("m01", "1-1"), ("m05", "5-1")


def middle(found: Locator) -> tuple[float, float]:
    box = found.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


@contextmanager
def carried(page: Page, what: Locator, where: Locator) -> Iterator[None]:
    """Take `what` with the mouse to the middle of `where`; let it go when the block ends."""
    page.evaluate("by => scrollBy(0, by)", (middle(what)[1] + middle(where)[1] - page.evaluate("innerHeight - 73")) / 2)
    (x, y), (to_x, to_y) = middle(what), middle(where)
    assert 0 < to_y < page.evaluate("innerHeight - 73"), "both are in view, above the bar"
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(to_x, to_y, steps=12)
    yield
    page.mouse.up()


@pytest.mark.parametrize("lang", ["en", "el"])
def test_a_card_is_dropped_on_its_bin_and_beside_it_on_none(window: Callable[..., Page], site: Site, lang: str):
    walk = begun(window, site, lang)
    walk.go(walk.lesson(*SORTER))
    page, block = walk.page, next(one for one in courses.lesson(*SORTER)["blocks"] if one["kind"] == "sorter")
    form = f"#{block['key']} form"
    rows = page.locator(f"{form} .q")
    with carried(page, rows.first.locator("legend"), rows.nth(1).locator(".cells label").first):
        expect(rows.first.locator(".over")).to_have_count(0)  # another card's bin is none of its own
    expect(page.locator(f"{form} .q[data-chosen]")).to_have_count(0)
    for row, card in zip(rows.all(), block["cards"], strict=True):
        bins = [one["key"] for one in block["bins"]]
        own = row.locator(".cells label").nth(bins.index(card["bin"]))
        with carried(page, row.locator("legend"), own):
            expect(row.locator(".over")).to_have_text(own.inner_text())
        expect(row).to_have_attribute("data-ok", "yes")
        assert row.locator("legend").evaluate("one => one.style.translate") == ""  # the card is back
    expect(page.locator(f"{form} .over, {form} .lifted")).to_have_count(0)


def test_a_double_press_still_marks_a_word_of_a_card(window: Callable[..., Page], site: Site):
    walk = begun(window, site, "en")
    walk.go(walk.lesson(*SORTER))
    legend = walk.page.locator(".sorting .q legend").first
    legend.scroll_into_view_if_needed()
    x, y = middle(legend)
    walk.page.mouse.dblclick(x, y)
    marked = walk.page.evaluate("getSelection().toString().trim()")
    assert marked
    assert marked in legend.inner_text()


def lines(page: Page) -> list[str]:
    return [text.lstrip("0123456789 \n") for text in page.locator(".ordering .q legend").all_inner_texts()]


def test_lines_are_put_in_order_by_mouse_and_again_after_a_miss(window: Callable[..., Page], site: Site):
    walk = begun(window, site, "en")
    walk.go(walk.lesson(*ORDER))
    page, rows = walk.page, walk.page.locator(".ordering .q")
    before = lines(page)
    with carried(page, rows.last.locator("legend"), rows.first.locator("legend")):
        pass
    assert lines(page) == [before[-1], *before[:-1]]
    assert page.locator(".ordering .n").all_inner_texts() == [str(n + 1) for n in range(len(before))]
    assert rows.first.locator("input[value='1']").is_checked()
    fields = dict(courses.questions(*ORDER))[block_key()]
    first, second = sorted(fields, key=lambda name: int(fields[name]))[:2]
    walk.put_in_order(".ordering", {**fields, first: fields[second], second: fields[first]})
    page.locator(".ordering .act button").click()
    expect(page.locator(".ordering .q[data-ok=no]")).to_have_count(2)
    page.locator(".ordering .sum button").click()
    expect(page.locator(".ordering .q[data-chosen]")).to_have_count(0)
    expect(page.locator(".ordering .moves :enabled").first).to_be_focused()
    walk.put_in_order(".ordering", fields)
    page.locator(".ordering .act button").click()
    expect(page.locator(".ordering .q[data-ok=yes]")).to_have_count(len(fields))


def block_key() -> str:
    found = [key for key, _ in courses.questions(*ORDER) if courses.kind(*ORDER, key) == "order"]
    assert len(found) == 1
    return found[0]


def test_a_finger_moves_a_line_by_its_grip_and_scrolls_elsewhere(chromium: Browser, windows: Windows, site: Site):
    page = windows.open(chromium, "el", width=NARROW, touch=True)
    walk = Walk(page, site, "el", course="core")
    walk.go("courses/core/m05/5-1")
    page.locator(".ordering .q").nth(1).scroll_into_view_if_needed()
    wire = page.context.new_cdp_session(page)
    before = lines(page)

    def draw(what: Locator, by: float) -> None:
        """Put a finger on the middle of `what`, move it down by so many pixels, lift it."""
        x, y = middle(what)
        points = [[{"x": x, "y": y + by * step / 10}] for step in range(11)]
        for kind, touches in [("touchStart", points[0]), *(("touchMove", one) for one in points[1:]), ("touchEnd", [])]:
            wire.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": touches})

    draw(page.locator(".ordering .q legend").first, -60)
    assert lines(page) == before
    height = page.locator(".ordering .q").first.bounding_box()
    assert height is not None
    draw(page.locator(".ordering .grip").first, height["height"] + 10)
    assert lines(page)[:2] == [before[1], before[0]]
    expect(page.locator(".ordering .lifted")).to_have_count(0)


def test_the_quiz_takes_dragged_lines_and_pieces(window: Callable[..., Page], site: Site):
    walk = begun(window, site, "en")
    page = walk.page
    token = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "device")
    with db.write_session(site.engine) as session:
        visitor = accounts.visitor(session, token, now=datetime.now(UTC))
        assert visitor is not None
        courses.finish_before_quiz(session, "core", visitor.person_id, today=datetime.now(UTC).date())
    walk.go("courses/core/quiz")
    walk.start_quiz()
    asked, dragged = walk.items(), set()
    for n, item in enumerate(asked, start=1):
        if item["type"] in ("order", "match"):
            drag(page, item)
            dragged.add(item["type"])
            page.locator("#answer .act button").click()
            expect(page.locator("#answer .q[data-ok=yes]")).to_have_count(len(item["options"]))
            if len(dragged) == 2:
                break
        else:
            walk.answer(n, item)
        walk.on()
    assert dragged == {"order", "match"}


def drag(page: Page, item: dict[str, Any]) -> None:
    """Answer an item rightly with the mouse: pieces to their targets, lines to their turns."""
    answer = right.answer(item)
    for place, name in enumerate(sorted(answer, key=lambda one: answer[one])):
        row = page.locator(f"#answer .q:has(input[name='{name}'])")
        to = row.locator(f"input[value='{answer[name]}'] + label")
        if item["type"] == "order":
            to = page.locator("#answer .q").nth(place).locator("legend")
        with carried(page, row.locator("legend"), to):
            pass
    chosen = {name: page.locator(f"#answer input[name='{name}']:checked").get_attribute("value") for name in answer}
    assert chosen == answer
