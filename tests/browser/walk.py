"""A guest's way through the site, by mouse or thumb; every step works with and without script."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect
from sqlalchemy import Engine, inspect, text

from tests import courses, right, servers
from toolkit import db

LESSON = "courses/basics/m01/1-1"


@dataclass
class Site:
    """The running site as a test sees it."""

    server: servers.Server
    exit_url: str

    @property
    def url(self) -> str:
        return self.server.url

    @cached_property
    def engine(self) -> Engine:
        return db.make_engine(f"sqlite:///{self.server.folder / 'toolkit.db'}")

    def ask(self, sql: str, **values: Any) -> list[Any]:
        with db.read_session(self.engine) as session:
            return list(session.execute(text(sql), values))

    def counts(self) -> dict[str, int]:
        """Count the rows of every table."""
        names = inspect(self.engine).get_table_names()
        return {name: self.ask(f"select count(*) from {name}")[0][0] for name in names}  # noqa: S608 - our own names


class Walk:
    """One guest in one window."""

    def __init__(self, page: Page, site: Site, lang: str = "en", *, js: bool = True, course: str = "basics") -> None:
        self.page, self.site, self.lang, self.js, self.course = page, site, lang, js, course
        self.attempt = ""

    # --- What a hand does; the keyboard does it otherwise.
    def hit(self, found: Locator) -> None:
        found.click()

    def press(self, selector: str) -> None:
        self.hit(self.page.locator(selector))

    def choose(self, form: str, name: str, value: str) -> None:
        found = self.page.locator(f'{form} input[name="{name}"][value="{value}"]')
        label = self._label(found)
        self.hit(label if label.count() else found)
        expect(found).to_be_checked()

    def write(self, selector: str, words: str) -> None:
        self.page.locator(selector).fill(words)

    def _label(self, found: Locator) -> Locator:
        own = found.get_attribute("id")
        return self.page.locator(f'label[for="{own}"]') if own else found.locator("xpath=ancestor::label")

    # --- The steps.
    def go(self, path: str) -> None:
        self.page.goto(f"{self.site.url}/{self.lang}/{path}")

    def at(self, path: str) -> None:
        """Wait until the window is at a page of this language."""
        self.page.wait_for_url(re.compile(rf"^{re.escape(self.site.url)}/{self.lang}/{path}(#.*)?$"))

    def start(self, device: str = "own") -> None:
        """From "/" to the first lesson."""
        self.page.goto(self.site.url + "/")
        self.at("")
        assert not [c for c in self.page.context.cookies() if c["name"] != "lang"], (
            "nothing but the language before Start"
        )
        if self.page.locator(f'main a[href$="courses/{self.course}#start"]').count():
            self.press(f'main a[href$="courses/{self.course}#start"]')
        else:  # the other course stands below as a link
            self.press(f'main a[href$="courses/{self.course}"]')
        self.at(f"courses/{self.course}")
        self.choose("#start", "device", device)
        self.press("#start button")
        self.at(self.lesson(*courses.lessons(self.course)[0]))

    def resume_code(self) -> str:
        return self.page.locator("[data-copy]").first.get_attribute("data-copy") or ""

    def resume(self, code: str, device: str = "own") -> None:
        """Bring a place here with its code."""
        self.go("resume")
        self.write("#f-code", code)
        self.choose("form:has(#f-code)", "device", device)
        self.press("form:has(#f-code) button")
        self.at("progress")

    def lesson(self, module: str, key: str) -> str:
        """Give the path of a lesson of her course."""
        return f"courses/{self.course}/{module}/{key}"

    def learn(self) -> None:
        """Answer the questions of every core lesson in place and go on, to the quiz."""
        listed = courses.lessons(self.course)
        for place, (module, key) in enumerate(listed):
            self.at(self.lesson(module, key))
            for block, fields in courses.questions(module, key):
                self.ask(module, key, block, fields)
            self.press("#place button")
            after = listed[place + 1] if place + 1 < len(listed) else None
            if after is not None and after[0] != module:
                self.at(f"courses/{self.course}/{after[0]}")
                self.press("main .button >> nth=0")
        self.at(f"courses/{self.course}/quiz")

    def ask(self, module: str, key: str, block: str, fields: dict[str, str]) -> None:
        """Answer one block rightly; see that it says so."""
        kind = courses.kind(module, key, block)
        if kind in ("scenario", "sectors"):
            self.play(block, fields)
            return
        form = f"#{block} form"
        if kind == "order" and self.js:
            self.put_in_order(form, fields)
        for name, value in {} if kind == "order" and self.js else fields.items():
            for one in value.split():
                self.choose(form, name, one)
        if not self.js or kind not in ("sorter", "match"):
            self.press(f"{form} .act button")
        answered = self.page.locator(f"{form} .q[data-ok=yes]")
        expect(answered).to_have_count(1 if kind == "indicators" else len(fields))
        expect(answered.last.locator(".why")).to_be_visible()

    def play(self, block: str, fields: dict[str, str]) -> None:
        """Go through a scenario by the good way, to its end."""
        form, fold = f"#{block} form", self.page.locator(f"#{block} details.fold")
        if fold.count() and fold.first.get_attribute("open") is None:
            self.press(f"#{block} details.fold summary >> nth=0")
        for n, (name, value) in enumerate(fields.items()):
            self.choose(form, name, value)
            self.press(f'{form} [data-scene]:has(input[name="{name}"]) button')
            expect(self.page.locator(f"#{block} .q[data-ok=yes]")).to_have_count(n + 1)
        expect(self.page.locator(f"#{block} .ending:visible")).to_have_count(1)

    def put_in_order(self, form: str, fields: dict[str, str]) -> None:
        """Move the rows by their buttons until each stands in its place."""
        wanted = sorted(fields, key=lambda name: int(fields[name]))
        for place, name in enumerate(wanted):
            shown = self.page.locator(f"{form} .q input[value='1']").evaluate_all("all => all.map(one => one.name)")
            for _step in range(shown.index(name) - place):
                self.press(f"{form} .q:has(input[name='{name}']) .moves button >> nth=0")

    def start_quiz(self) -> str:
        self.press("main form button")
        self.at(r"attempts/\w+")
        self.attempt = self.page.url.partition("#")[0].rsplit("/", 1)[1]
        return self.attempt

    def items(self) -> list[dict[str, Any]]:
        """List what this attempt asks, in its order."""
        return right.asked(self.site.engine, self.attempt)

    def fill_in(self, item: dict[str, Any], *, wrongly: bool = False) -> None:
        """Choose an answer of the item that is shown, without sending it."""
        values = right.wrong(item) if wrongly else right.answer(item)
        if item["type"] == "order" and self.js:
            self.put_in_order("#answer", values)
            return
        shown = self.page.locator("#answer input").evaluate_all("all => all.map(one => [one.name, one.value])")
        for name, value in shown:  # in the order of the page, as a hand goes
            wanted = values.get(name, [])
            if value in (wanted if isinstance(wanted, list) else [wanted]):
                self.choose("#answer", name, value)

    def answer(self, n: int, item: dict[str, Any], *, wrongly: bool = False) -> None:
        """Answer the item that is shown; read its feedback."""
        expect(self.page.locator("#answer .why")).to_have_count(0)  # nothing tells what is right before the answer
        self.fill_in(item, wrongly=wrongly)
        self.press("#answer .act button")
        self.at(f"attempts/{self.attempt}/answers/{n}")
        expect(self.page.locator("#answer .why").first).to_be_visible()

    def on(self) -> None:
        """Press the way on at the end of a feedback page."""
        self.press(".bar-on a")
        self.at(f"attempts/{self.attempt}")

    def quiz(self, *, wrongly: bool = False) -> None:
        """From the quiz's first page to its result."""
        self.start_quiz()
        for n, item in enumerate(self.items(), start=1):
            self.answer(n, item, wrongly=wrongly)
            self.on()

    def paper(self, name: str, folder: Path) -> Path:
        """Type the name; keep the paper that comes."""
        self.write("#f-name", name)
        with self.page.expect_download() as coming:
            self.press("form:has(#f-name) button >> nth=0")
        file = folder / coming.value.suggested_filename
        coming.value.save_as(file)
        return file

    def certificate(self) -> str:
        """Give the code of the certificate that this attempt earned."""
        found = self.site.ask(
            "select c.code from certificates c join attempts a on a.id = c.attempt_id where a.key = :key",
            key=self.attempt,
        )
        return str(found[0][0])
