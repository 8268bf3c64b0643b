"""`python -m tests.browser.screens FOLDER`: a picture of every page, in both languages and widths, light and dark.

A tool for eyes, not a test: open the pictures beside the looks and mend what differs.
"""

import re
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from tests import servers
from tests.browser.elsewhere import harmless
from tests.browser.tour import Tour
from tests.browser.walk import Site
from tests.browser.windows import ARGS, CHROMIUM, NARROW, WIDE, Windows

HEIGHTS = {NARROW: 740, WIDE: 800}


def take(folder: Path, wanted: str = "") -> int:
    """Write the pictures, number-name.language.width.scheme.png; give how many. ``wanted``: only names that hold it."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with ExitStack() as open_until_end:
        data = Path(open_until_end.enter_context(tempfile.TemporaryDirectory()))
        exit_url = open_until_end.enter_context(harmless())
        server = open_until_end.enter_context(servers.serve(data, TOOLKIT_DEVELOPMENT="1", EXIT_URL=exit_url))
        play = open_until_end.enter_context(sync_playwright())
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=ARGS)
        site = Site(server, exit_url)
        for lang in ("en", "el"):
            windows = Windows({urlsplit(site.url).netloc, urlsplit(exit_url).netloc})
            windows.allow("status of 4")
            tour = Tour(lambda tag, w=windows: w.open(chromium, tag), site, lang, data)
            for n, (name, page) in enumerate(tour.pages(), start=1):
                if wanted not in name:
                    continue
                for width, height in HEIGHTS.items():
                    page.set_viewport_size({"width": width, "height": height})
                    # A window as high as the page: in a full-page picture what is fixed would stand in the middle.
                    whole = page.evaluate("document.scrollingElement.scrollHeight")
                    page.set_viewport_size({"width": width, "height": max(height, whole)})
                    for scheme in ("light", "dark"):
                        page.emulate_media(color_scheme=scheme)
                        slug = re.sub(r"\W+", "-", name).strip("-")
                        page.screenshot(path=folder / f"{n:02}-{slug}.{lang}.{width}.{scheme}.png")
                        count += 1
                page.emulate_media(color_scheme="light")
                page.set_viewport_size({"width": NARROW, "height": HEIGHTS[NARROW]})
                print(f"{lang} {n:02} {name}", flush=True)
            windows.close()
        site.engine.dispose()
        chromium.close()
    return count


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit(__doc__)
    print(f"{take(Path(sys.argv[1]), *sys.argv[2:])} pictures")
