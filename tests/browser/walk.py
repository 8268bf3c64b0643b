"""A guest's way through the site, by mouse or thumb; every step works with and without script."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import Engine, inspect, text

from tests import right, servers
from toolkit import db, paths

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


def questions() -> list[tuple[str, dict[str, str]]]:
    """List the lesson's questions in order: block, and the right value of each field of its form."""
    module = yaml.load((paths.MODULES / "topics/m01/module.yaml").read_text(), yaml.BaseLoader)  # noqa: S506 - no types
    found = []
    for block in module["lessons"][0]["blocks"]:
        asked = block.get("twin") or block.get("item")
        if asked:
            found.append((block["key"], {"choice": _right(asked["options"])}))
        elif "cards" in block:
            found.append((block["key"], {card["key"]: card["bin"] for card in block["cards"]}))
    return found


def _right(options: list[dict[str, str]]) -> str:
    return next(option["key"] for option in options if option.get("right") == "yes")


class Walk:
    """One guest in one window."""

    def __init__(self, page: Page, site: Site, lang: str = "en", *, js: bool = True) -> None:
        self.page, self.site, self.lang, self.js = page, site, lang, js
        self.attempt = ""

    # --- What a hand does; the keyboard does it otherwise.
    def press(self, selector: str) -> None:
        self.page.locator(selector).click()

    def choose(self, form: str, name: str, value: str) -> None:
        found = self.page.locator(f'{form} input[name="{name}"][value="{value}"]')
        label = self._label(found)
        (label if label.count() else found).click()
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
        self.press('main a[href$="courses/basics#start"]')
        self.at("courses/basics")
        self.choose("#start", "device", device)
        self.press("#start button")
        self.at(LESSON)

    def resume_code(self) -> str:
        return self.page.locator("[data-copy]").first.get_attribute("data-copy") or ""

    def resume(self, code: str, device: str = "own") -> None:
        """Bring a place here with its code."""
        self.go("resume")
        self.write("#f-code", code)
        self.choose("form:has(#f-code)", "device", device)
        self.press("form:has(#f-code) button")
        self.at("progress")

    def learn(self) -> None:
        """Answer the questions of the lesson in place and go on."""
        for block, fields in questions():
            form = f"#{block} form"
            for name, value in fields.items():
                self.choose(form, name, value)
            if not self.js or list(fields) == ["choice"]:
                self.press(f"{form} .act button")
            answered = self.page.locator(f"{form} .q[data-ok=yes]")
            expect(answered).to_have_count(len(fields))
            expect(answered.last.locator(".why")).to_be_visible()
        self.press("#place button")
        self.at("courses/basics/quiz")

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
