"""Double click, Back, two tabs, a lost cookie, a restarted server: nothing is lost and nothing is doubled."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import servers
from tests.browser.walk import LESSON, Site, Walk
from tests.browser.windows import Windows


def rows(site: Site, walk: Walk) -> list[tuple[str, bool]]:
    """List the items of the attempt that have an answer, and whether it is right."""
    found = site.ask(
        'select i.item_key, i."right" from attempt_items i join attempts a on a.id = i.attempt_id '
        "where a.key = :key and i.answered_at is not null order by i.n",
        key=walk.attempt,
    )
    return [(key, bool(right)) for key, right in found]


def grown(site: Site, before: dict[str, int]) -> dict[str, int]:
    return {name: count - before[name] for name, count in site.counts().items() if count != before[name]}


@pytest.mark.parametrize(("lang", "js"), [("en", True), ("el", False)])
def test_double_clicks_on_start_answer_and_name_have_one_effect(
    window: Callable[..., Page], site: Site, tmp_path: Path, lang: str, *, js: bool
):
    page = window(lang, js=js)
    walk = Walk(page, site, lang, js=js)
    walk.go("courses/basics")
    before = site.counts()
    walk.choose("#start", "device", "own")
    page.locator("#start button").dblclick()
    walk.at(LESSON)
    made = grown(site, before)
    assert (made["people"], made["enrolments"]) == (1, 1)
    walk.go("courses/basics/quiz")
    before = site.counts()
    page.locator("main form button").dblclick()
    walk.at(r"attempts/\w+")
    walk.attempt = page.url.rsplit("/", 1)[1]
    assert grown(site, before)["attempts"] == 1
    items = walk.items()
    for n, item in enumerate(items, start=1):
        walk.fill_in(item)
        page.locator("#answer .act button").dblclick()
        walk.at(f"attempts/{walk.attempt}/answers/{n}")
        assert rows(site, walk) == [(done["key"], True) for done in items[:n]]
        walk.on()
    assert (
        len(
            site.ask(
                "select 1 from certificates c join attempts a on a.id = c.attempt_id where a.key = :k", k=walk.attempt
            )
        )
        == 1
    )
    before = site.counts()
    page.locator("#f-name").fill("Ελένη Παπαδοπούλου")
    with page.expect_download() as coming:
        page.locator("form:has(#f-name) button").first.dblclick()
    assert coming.value.failure() is None
    assert "certificates" not in grown(site, before)
    walk.go(f"certificates/{walk.certificate()}")
    assert walk.paper("Ελένη Παπαδοπούλου", tmp_path).stat().st_size > 10_000


def test_back_to_a_kept_form_and_sending_it_otherwise_keeps_the_first_answer(
    windows: Windows, remembering: Browser, site: Site
):
    # Without script and with the browser's cache the old form does come back, with its old client key.
    windows.allow("status of 409")
    walk = begun(windows.open(remembering, js=False), site, js=False)
    item = walk.items()[0]
    walk.answer(1, item)
    walk.page.go_back(wait_until="commit")
    expect(walk.page.locator("#answer .act button")).to_be_visible()
    sent(walk, item, wrongly=True)
    refused(walk, f"attempts/{walk.attempt}/answers/1")
    assert rows(site, walk) == [(item["key"], True)]


@pytest.mark.parametrize("js", [True, False])
def test_two_tabs_that_answer_one_item_keep_the_first_answer(
    windows: Windows, chromium: Browser, site: Site, *, js: bool
):
    windows.allow("status of 409")
    walk = begun(windows.open(chromium, "el", js=js), site, lang="el", js=js)
    item = walk.items()[0]
    tab = Walk(walk.page.context.new_page(), site, "el", js=js)
    tab.attempt = walk.attempt
    tab.go(f"attempts/{walk.attempt}")
    walk.answer(1, item, wrongly=True)
    sent(tab, item)
    refused(tab, f"attempts/{walk.attempt}")
    assert rows(site, walk) == [(item["key"], False)]


@pytest.mark.parametrize(("lang", "js"), [("en", True), ("el", False)])
def test_lost_cookie_in_mid_quiz_is_a_sentence_with_a_way_back_and_nothing_is_lost(
    windows: Windows, chromium: Browser, site: Site, lang: str, *, js: bool
):
    windows.allow("status of 4")
    walk = Walk(windows.open(chromium, lang, js=js), site, lang, js=js)
    walk.start()
    code = walk.resume_code()
    walk.go("courses/basics/quiz")
    walk.start_quiz()
    items = walk.items()
    walk.answer(1, items[0])
    walk.on()
    walk.page.context.clear_cookies(name="device")
    sent(walk, items[1])
    walk.press(f'main a[href="/{lang}/resume"]')
    walk.at("resume")
    walk.resume(code)
    walk.go("courses/basics/quiz")
    walk.press(f'main a[href$="{walk.attempt}"]')
    walk.at(f"attempts/{walk.attempt}")
    walk.answer(2, items[1])
    assert rows(site, walk) == [(items[0]["key"], True), (items[1]["key"], True)]


@pytest.fixture
def own_site(loaded_sqlite: Path, site: Site, tmp_path: Path) -> Iterator[Site]:
    """A site of this test alone, which it may stop and start."""
    shutil.copy(loaded_sqlite, tmp_path / "toolkit.db")
    found = Site(servers.start(tmp_path), site.exit_url)
    yield found
    found.engine.dispose()
    if found.server.process.poll() is None:
        found.server.kill()


@pytest.mark.parametrize("js", [True, False])
def test_server_that_starts_anew_between_page_and_answer_loses_nothing(
    windows: Windows, chromium: Browser, own_site: Site, *, js: bool
):
    windows.hosts.add(own_site.url.removeprefix("http://"))
    walk = begun(windows.open(chromium, js=js), own_site, js=js)
    items = walk.items()
    walk.answer(1, items[0])
    walk.on()
    walk.fill_in(items[1])
    own_site.server.kill()
    port = int(own_site.url.rsplit(":", 1)[1])
    own_site.server = servers.start(own_site.server.folder, port)
    walk.press("#answer .act button")
    walk.at(f"attempts/{walk.attempt}/answers/2")
    assert rows(own_site, walk) == [(items[0]["key"], True), (items[1]["key"], True)]


def begun(page: Page, site: Site, lang: str = "en", *, js: bool) -> Walk:
    """A guest at the first question of the quiz."""
    walk = Walk(page, site, lang, js=js)
    walk.start()
    walk.go("courses/basics/quiz")
    walk.start_quiz()
    return walk


def sent(walk: Walk, item: dict[str, object], *, wrongly: bool = False) -> None:
    walk.fill_in(item, wrongly=wrongly)
    walk.press("#answer .act button")
    expect(walk.page.locator("#answer")).to_have_count(0)


def refused(walk: Walk, way_on: str) -> None:
    """A sentence in her language, and one link that leads on."""
    expect(walk.page.locator("main h1")).to_be_visible()
    assert walk.page.locator("html").get_attribute("lang") == walk.lang
    expect(walk.page.locator(f'main a[href="/{walk.lang}/{way_on}"]')).to_be_visible()
