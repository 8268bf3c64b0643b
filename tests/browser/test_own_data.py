"""Everything about me in a browser: from My progress to the file and to nobody, by keyboard and without script."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keyboard import Keyboard
from tests.browser.test_pages import AXE, RUN, SIDEWAYS, TAGS, TOPIC
from tests.browser.walk import LESSON, Site

DONE = {"en": "Everything is deleted", "el": "Διαγράφηκαν όλα"}


def start(page: Page, site: Site, lang: str) -> Keyboard:
    walk = Keyboard(page, site, lang)
    walk.go("courses/basics")
    walk.choose("#start", "device", "own")
    walk.press("#start button")
    walk.at(LESSON)
    return walk


@pytest.mark.parametrize("lang", ["en", "el"])
def test_by_keyboard_from_my_progress_to_the_file_and_to_nobody(
    site: Site, window: Callable[..., Page], tmp_path: Path, lang: str
):
    page = window(lang)
    walk = start(page, site, lang)
    walk.go("progress")
    walk.press(f'main a[href="/{lang}/account/data"]')
    walk.at("account/data")
    with page.expect_download() as saved:
        walk.press(f'main a[href="/{lang}/account/data.zip"]')
    assert saved.value.suggested_filename == "my-data.zip"
    saved.value.save_as(tmp_path / "my-data.zip")
    with zipfile.ZipFile(tmp_path / "my-data.zip") as packed:
        assert not TOPIC.search(" ".join(packed.namelist()))
    walk.press(f'main a[href="/{lang}/account/end"]')
    walk.at("account/end")
    walk.choose("form", "sure", "1")
    walk.press("main .button-stop")
    expect(page.locator("h1")).to_have_text(DONE[lang])
    assert not [cookie for cookie in page.context.cookies() if "device" in cookie["name"]]
    page.go_back(wait_until="commit")
    expect(page.locator("main .button-stop")).to_have_count(0)


@pytest.mark.parametrize("lang", ["en", "el"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_and_the_file_hold_no_fault(
    site: Site, window: Callable[..., Page], tmp_path: Path, lang: str, scheme: str
):
    page = window(lang)
    start(page, site, lang)
    page.emulate_media(color_scheme=scheme)
    answer = page.request.get(f"{site.url}/{lang}/account/data.zip")
    (tmp_path / "my-data.zip").write_bytes(answer.body())
    zipfile.ZipFile(tmp_path / "my-data.zip").extractall(tmp_path)
    pages = [f"{site.url}/{lang}/{address}" for address in ("account/data", "account/end", "account/end?done=1")]
    for address in [*pages, (tmp_path / "my-data" / "index.html").as_uri()]:
        page.goto(address)
        assert not TOPIC.search(page.title())
        page.evaluate(AXE)
        assert page.evaluate(RUN, TAGS) == []
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate(SIDEWAYS) == ""
        page.set_viewport_size({"width": 1280, "height": 800})


def test_without_script_it_is_the_same(site: Site, window: Callable[..., Page]):
    page = window("el", js=False)
    page.goto(f"{site.url}/el/courses/basics")
    page.locator('input[name="device"][value="own"]').check(force=True)
    page.locator("#start button").click()
    page.wait_for_url(f"**/{LESSON}*")
    page.goto(f"{site.url}/el/account/end")
    page.locator("main .button-stop").click()
    expect(page.locator("main .button-stop")).to_have_count(1)  # the browser itself asks for the tick
    page.locator('input[name="sure"]').check()
    page.locator("main .button-stop").click()
    expect(page.locator("h1")).to_have_text(DONE["el"])
