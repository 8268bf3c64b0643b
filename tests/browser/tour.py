"""Every page of the site in every state that looks different, and how to come to it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests import courses
from tests.browser.walk import LESSON, Site, Walk

QUIZ = "courses/basics/quiz"
CORE_QUIZ = "courses/core/quiz"
REFRESHERS = "courses/core/refreshers"
# Pages that look the same to everybody: name, path.
OPEN = [
    ("home", ""),
    ("course", "courses/basics"),
    ("module", "courses/basics/m01"),
    ("lesson read freely", LESSON),
    ("quiz of somebody unknown", QUIZ),
    ("core quiz of somebody unknown", CORE_QUIZ),
    ("refreshers", REFRESHERS),
    ("refresher of a day", f"{REFRESHERS}/7"),
    ("refreshers on a card", f"{REFRESHERS}/card"),
    ("verify", "verify"),
    ("help", "help"),
    ("help chosen", "help?for=b&hours=1"),
    ("help with nothing left", "help?for=d&language=ru"),
    ("country", "help/cy"),
    ("resume of somebody unknown", "resume"),
    ("progress empty", "progress"),
    ("not found", "nothing-here"),
    ("design", "design"),
]


@dataclass
class Tour:
    """Goes from page to page with one guest, another visitor and the admin; yields (name, the window that shows it)."""

    open: Callable[..., Page]
    site: Site
    lang: str
    folder: Path
    types: set[str] = field(default_factory=set)

    def pages(self) -> Iterator[tuple[str, Page]]:
        stranger = Walk(self.open(self.lang), self.site, self.lang)
        for name, path in OPEN:
            stranger.go(path)
            yield name, stranger.page
        guest = Walk(self.open(self.lang), self.site, self.lang)
        yield from self.learning(guest)
        yield from self.quiz(guest)
        yield from self.papers(guest, stranger)
        yield from self.core_quiz(guest)
        yield from self.admin(stranger)
        yield from self.leaving(guest)

    def learning(self, guest: Walk) -> Iterator[tuple[str, Page]]:
        page = guest.page
        guest.start()
        yield "lesson started", page
        for block, fields in courses.questions():
            for n, (name, value) in enumerate(fields.items()):
                values = page.locator(f'#{block} input[name="{name}"]').evaluate_all("all => all.map(one => one.value)")
                wrong = next(other for other in values if other != value)
                guest.choose(f"#{block} form", name, value if n else wrong)
            if list(fields) == ["choice"]:
                guest.press(f"#{block} .act button")
        page.wait_for_load_state("networkidle")
        guest.go(LESSON)
        yield "lesson answered", page
        for path in ("", "courses/basics", "courses/basics/m01", "progress", "resume"):
            guest.go(path)
            yield f"{path or 'home'} of a guest", page
        page.locator('a[href="#help"]:visible').first.click()
        yield "help panel", page

    def quiz(self, guest: Walk) -> Iterator[tuple[str, Page]]:
        page = guest.page
        guest.go(QUIZ)
        yield "quiz", page
        guest.start_quiz()
        for n, item in enumerate(guest.items(), start=1):
            yield from self.item(guest, n, item)
            if n == 1:
                guest.go(QUIZ)
                yield "quiz under way", page
            guest.go(f"attempts/{guest.attempt}")
        yield "failed", page
        guest.go(QUIZ)
        yield "quiz after a try", page
        guest.quiz()
        yield "passed", page

    def item(self, guest: Walk, n: int, item: dict[str, Any]) -> Iterator[tuple[str, Page]]:
        """Miss an item; show it and its feedback when it is the first of its type."""
        fresh = item["type"] not in self.types
        self.types.add(item["type"])
        if fresh:
            yield f"item {item['type']}", guest.page
        guest.answer(n, item, wrongly=True)
        if fresh:
            yield f"feedback {item['type']}", guest.page

    def core_quiz(self, guest: Walk) -> Iterator[tuple[str, Page]]:
        guest.go(CORE_QUIZ)
        yield "core quiz closed", guest.page
        for module in courses.course("core")["quiz"]["after"]:
            for key in [key for of, key in courses.lessons("core") if of == module]:
                guest.go(f"courses/core/{module}/{key}")
                guest.press("#place button")
                guest.page.wait_for_url(lambda address, key=key: not address.partition("#")[0].endswith(key))
        guest.go(CORE_QUIZ)
        guest.page.locator("main form button").wait_for()
        yield "core quiz open", guest.page
        guest.start_quiz()
        count = len(guest.items())
        for n in range(1, count + 1):
            item = guest.items()[n - 1]
            if item["type"] == "order":
                yield from self.item(guest, n, item)
            else:
                guest.answer(n, item)
            guest.go(f"attempts/{guest.attempt}")
        yield "item asked again", guest.page

    def papers(self, guest: Walk, stranger: Walk) -> Iterator[tuple[str, Page]]:
        page, code = guest.page, guest.certificate()
        guest.go(f"certificates/{code}")
        yield "certificate without a name", page
        stranger.go(f"verify/{code}")
        yield "checked before it has a name", stranger.page
        guest.paper("Ελένη Παπαδοπούλου", self.folder)
        guest.go(f"certificates/{code}")
        yield "certificate", page
        guest.write("#f-name", "12")
        guest.press("form:has(#f-name) button >> nth=0")
        page.locator("#f-name-error").wait_for()
        yield "name refused", page
        for path in (QUIZ, f"attempts/{guest.attempt}", "progress", "courses/basics"):
            guest.go(path)
            yield f"{path.split('/')[0]} after passing", page
        stranger.go(f"certificates/{code}")
        yield "certificate of another", stranger.page
        stranger.go(f"verify/{code}")
        for name in ("Άλλο Όνομα", "Ελένη Παπαδοπούλου"):
            stranger.write("#f-name", name)
            stranger.press("form:has(#f-name) button")
            stranger.page.locator("#name .notice").wait_for()
            yield f"name compared: {name}", stranger.page
        stranger.go("verify#" + "A" * 120)
        stranger.page.wait_for_selector("#verify[data-state]")
        yield "broken square code", stranger.page
        stranger.go("resume")
        stranger.write("#f-code", "0000")
        stranger.choose("form:has(#f-code)", "device", "shared")
        stranger.press("form:has(#f-code) button")
        stranger.page.locator("#f-code-error").wait_for()
        yield "code refused", stranger.page

    def admin(self, stranger: Walk) -> Iterator[tuple[str, Page]]:
        stranger.go(f"admin/invites/{invite(self.site)}")
        yield "invite", stranger.page
        stranger.press("main form button")
        stranger.at("admin")
        yield "admin", stranger.page

    def leaving(self, guest: Walk) -> Iterator[tuple[str, Page]]:
        guest.go("")
        guest.press("[data-exit]")
        guest.page.wait_for_url(self.site.exit_url)
        guest.go("progress")
        yield "left", guest.page


def invite(site: Site) -> str:
    """Give the token of a new one-time link."""
    from datetime import UTC, datetime

    from toolkit import db
    from toolkit.services import accounts

    with db.write_session(site.engine) as session:
        return accounts.new_invite(session, now=datetime.now(UTC))
