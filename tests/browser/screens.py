"""`python -m tests.browser.screens FOLDER [--desk] [--few] [--paper] [--only NAME]`: a picture of every page.

A tool for eyes, not a test: open the pictures beside the looks and mend what differs.
"""

import argparse
import re
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, sync_playwright

from tests import servers
from tests.browser.desk_tour import DeskTour
from tests.browser.elsewhere import harmless
from tests.browser.tour import Tour
from tests.browser.walk import Site
from tests.browser.windows import ARGS, CHROMIUM, NARROW, WIDE, Windows

HEIGHTS = {NARROW: 740, WIDE: 800}
FEW = {"en": (WIDE,), "el": (NARROW,)}


def take(folder: Path, tour: type[Tour] | type[DeskTour], *, few: bool, paper: bool, only: str) -> int:
    """Write the pictures, number-name.language.width.scheme.png; give how many."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with ExitStack() as open_until_end:
        data = Path(open_until_end.enter_context(tempfile.TemporaryDirectory()))
        exit_url = open_until_end.enter_context(harmless())
        given = {"TOOLKIT_DEVELOPMENT": "1", "EXIT_URL": exit_url, "SMTP_URL": "smtp://127.0.0.1:9"}
        server = open_until_end.enter_context(servers.serve(data, **given))
        play = open_until_end.enter_context(sync_playwright())
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        site = Site(server, exit_url)
        for lang in ("en", "el"):
            windows = Windows({urlsplit(site.url).netloc, urlsplit(exit_url).netloc})
            windows.allow("status of 4")
            going = tour(lambda tag, w=windows: w.open(chromium, tag), site, lang, data)
            for n, (name, page) in enumerate(going.pages(), start=1):
                if only not in name:
                    continue
                slug = re.sub(r"\W+", "-", name).strip("-")
                stem = str(folder / f"{n:02}-{slug}.{lang}")
                count += on_paper(page, stem) if paper else on_screen(page, stem, FEW[lang] if few else tuple(HEIGHTS))
                page.set_viewport_size({"width": NARROW, "height": HEIGHTS[NARROW]})
                print(f"{lang} {n:02} {name}", flush=True)
            windows.close()
        site.engine.dispose()
        chromium.close()
    return count


def on_screen(page: Page, stem: str, widths: tuple[int, ...]) -> int:
    """Take the page in each width, light and dark; give how many pictures."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        # A window as high as the page: in a full-page picture what is fixed would stand in the middle.
        whole = page.evaluate("document.scrollingElement.scrollHeight")
        page.set_viewport_size({"width": width, "height": max(HEIGHTS[width], whole)})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=f"{stem}.{width}.{scheme}.png")
    page.emulate_media(color_scheme="light")
    return len(widths) * 2


def on_paper(page: Page, stem: str) -> int:
    """Print the page from a dark screen: the sheets as PDF, and all of it as one picture."""
    page.set_viewport_size({"width": 690, "height": 740})
    page.emulate_media(media="print", color_scheme="dark")
    page.screenshot(path=f"{stem}.paper.png", full_page=True)
    page.pdf(path=f"{stem}.pdf", prefer_css_page_size=True)
    page.emulate_media(media="screen", color_scheme="light")
    return 1


def main() -> None:
    """Read what is wanted and take it."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screens", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--desk", action="store_true", help="accounts, own data and administration")
    parser.add_argument("--few", action="store_true", help="Greek narrow and English wide only")
    parser.add_argument("--paper", action="store_true", help="what the printer gives")
    parser.add_argument("--only", default="", help="pages whose name holds this")
    given = parser.parse_args()
    tour = DeskTour if given.desk else Tour
    print(f"{take(given.folder, tour, few=given.few, paper=given.paper, only=given.only)} pictures")


if __name__ == "__main__":
    main()
