"""Chromium, the site in a process of its own, and the harmless page on another origin where Exit leads in tests."""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests import servers
from tests.browser import voices
from tests.browser.elsewhere import harmless
from tests.browser.slow import Slow, slow_site
from tests.browser.walk import LESSON, Site
from tests.browser.windows import ARGS, CHROMIUM, Windows

# Playwright turns the back/forward cache off; with it off every test of Exit would pass for nothing.
NO_CACHE = "--disable-back-forward-cache"
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def play() -> Iterator[Playwright]:
    if not CHROMIUM.exists():
        if os.environ.get("CI") == "true":
            pytest.fail("Debian's chromium is not installed: no page was tried in a browser")
        pytest.skip("BROWSER TESTS WERE NOT RUN: Debian's chromium is not installed (sudo apt install chromium)")
    with sync_playwright() as play:
        yield play


@pytest.fixture(scope="session")
def chromium(play: Playwright) -> Iterator[Browser]:
    opened = play.chromium.launch(executable_path=CHROMIUM, args=ARGS)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def remembering(play: Playwright) -> Iterator[Browser]:
    """Chromium with the back/forward cache that people's browsers have."""
    opened = play.chromium.launch(executable_path=CHROMIUM, args=ARGS, ignore_default_args=[NO_CACHE])
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[str]:
    with harmless() as address:
        yield address


@pytest.fixture(scope="session")
def live_site(
    loaded_sqlite: Path, elsewhere: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[servers.Server]:
    folder = tmp_path_factory.mktemp("live")
    shutil.copy(loaded_sqlite, folder / "toolkit.db")
    with servers.serve(folder, TOOLKIT_DEVELOPMENT="1", EXIT_URL=elsewhere) as running:
        yield running


@pytest.fixture(scope="session")
def site(live_site: servers.Server, elsewhere: str) -> Iterator[Site]:
    """The running site: its address, its database to look into, where Exit leads."""
    found = Site(live_site, elsewhere)
    yield found
    found.engine.dispose()


@pytest.fixture
def windows(site: Site) -> Iterator[Windows]:
    made = Windows({urlsplit(site.url).netloc, urlsplit(site.exit_url).netloc})
    yield made
    made.close()


@pytest.fixture
def window(windows: Windows, chromium: Browser) -> Callable[..., Page]:
    """Open a window of a new visitor."""
    return lambda *args, **kwargs: windows.open(chromium, *args, **kwargs)


@pytest.fixture
def slow(site: Site, windows: Windows) -> Iterator[Slow]:
    """The same site behind a server that sees every request and holds Exit back."""
    with slow_site(site.url) as server:
        windows.hosts.add(urlsplit(server.url).netloc)
        yield server


@pytest.fixture
def lesson(window: Callable[..., Page], site: Site) -> Callable[..., Page]:
    """Open the first lesson (or another page) on a device with these voices."""

    def opened(lang: str = "en", has: Sequence[voices.Voice] = voices.LOCAL, path: str = LESSON, **how: Any) -> Page:
        page = window(lang, init=voices.speaking(has), **how)
        page.goto(f"{site.url}/{lang}/{path}")
        return page

    return opened
