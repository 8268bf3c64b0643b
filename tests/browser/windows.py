"""Browser windows that remember what went wrong in them: script errors, messages of the console, strangers' hosts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

CHROMIUM = Path("/usr/bin/chromium")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--in-process-gpu",
]
NARROW, WIDE = 360, 1280
LOCALES = {"en": "en-GB", "el": "el-GR"}
OFFLINE = "net::ERR_INTERNET_DISCONNECTED"


@dataclass
class Windows:
    """Opens windows of one test; `faults` is what must be empty when the test ends."""

    hosts: set[str]
    faults: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    opened: list[BrowserContext] = field(default_factory=list)

    def allow(self, *parts: str) -> None:
        """Let messages that hold one of these parts pass: refusals a test provokes, a network it takes away."""
        self.allowed += parts

    def open(
        self,
        browser: Browser,
        lang: str = "en",
        *,
        width: int = NARROW,
        height: int = 740,
        dark: bool = False,
        js: bool = True,
        touch: bool = False,
        init: str = "",
    ) -> Page:
        """Open a window of a new visitor: nothing of other windows is known to it."""
        context = browser.new_context(
            viewport={"width": width, "height": height},
            locale=LOCALES[lang],
            color_scheme="dark" if dark else "light",
            java_script_enabled=js,
            has_touch=touch,
            reduced_motion="reduce",
        )
        context.set_default_timeout(10_000)
        if init:
            context.add_init_script(init)
        context.on("request", self._asked)
        context.on("console", self._said)
        context.on("weberror", lambda error: self._fault(f"script: {error.error}"))
        self.opened.append(context)
        return context.new_page()

    def close(self) -> None:
        """Close all windows, then fail for whatever was seen in them."""
        for context in self.opened:
            context.close()
        assert self.faults == []

    def _fault(self, text: str) -> None:
        if not any(part in text for part in self.allowed):
            self.faults.append(text)

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.netloc not in self.hosts:
            self._fault(f"request to another host: {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._fault(f"console: {message.text} ({message.location.get('url', '')})")


def addresses(page: Page) -> list[str]:
    """Start listening: the list that is given grows with every address the window asks for."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def in_view(page: Page, selector: str) -> bool:
    """Say whether the whole element lies in the window and nothing covers its middle."""
    return bool(
        page.evaluate(
            """selector => {
              const element = document.querySelector(selector), box = element.getBoundingClientRect();
              const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
              return box.width > 0 && box.height > 0 && box.x >= 0 && box.y >= 0 && box.right <= innerWidth
                && box.bottom <= innerHeight && (top === element || element.contains(top));
            }""",
            selector,
        )
    )


def every(rows: Sequence[tuple[Any, ...]]) -> Callable[[int, int], set[tuple[Any, Any]]]:
    """Give a function that lists which pairs of values two columns of a matrix meet in."""
    return lambda one, other: {(row[one], row[other]) for row in rows}
