"""A saved checker to try: keys in every state, papers signed with them, the file opened from disk with no network."""

import base64
import random
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.windows import LOCALES, NARROW
from tests.conftest import settings_for
from toolkit import signing
from toolkit.app import create_app
from toolkit.rules import certificate_payload as payload
from toolkit.rules import codes
from toolkit.rules.certificate_keys import KeyState
from toolkit.web import checker_file

CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DAY = date(2026, 11, 21)
STOLEN_ON = date(2026, 6, 3)
WITHDRAWN_ON = date(2026, 10, 5)
WITHDRAWN_CODE = "W1THDRAWN000"
NO_SUBTLE = "Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined });"
SIGNERS = {name: Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n, name in enumerate(("active", "retired"))}
SIGNERS |= {name: Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32) for n, name in ((7, "stolen"), (9, "unknown"))}
STATES = {
    "active": (KeyState.ACTIVE, date(2026, 7, 1)),
    "retired": (KeyState.RETIRED, date(2026, 7, 1)),
    "stolen": (KeyState.COMPROMISED, STOLEN_ON),
}
STATEMENT = payload.Statement(
    trial=False,
    key_id=bytes(4),
    code="K7M4P2XQ9TRC",
    day=date(2026, 11, 20),
    minutes=60,
    language="el",
    course="basics",
    version="2026.11",
    name="Ελένη Παπαδοπούλου",
)


def public(name: str) -> bytes:
    """Give the public half of a signer's key."""
    return SIGNERS[name].public_key().public_bytes_raw()


def paper(by: str = "active", **changes: Any) -> str:
    """Sign a statement; give the payload."""
    signed = payload.encode(replace(STATEMENT, key_id=signing.key_id(public(by)), **changes))
    return payload.seal(signed, SIGNERS[by].sign(signed))


def known(**changes: Any) -> checker_file.Known:
    """Say what the site knew when the file was made."""
    keys = [signing.PublicKey(signing.key_id(public(name)), public(name), *STATES[name]) for name in STATES]
    return replace(
        checker_file.Known(
            day=DAY,
            address="https://learning.example.org",
            site_names=(("en", "Learning at Work"), ("el", "Μάθηση στη Δουλειά")),
            issuers=(("en", "Union (sample)"), ("el", "Συντεχνία (δείγμα)")),
            titles=(("en", "basics", "The basics"), ("el", "basics", "Τα βασικά")),
            keys=tuple(keys),
            withdrawn=((WITHDRAWN_CODE, WITHDRAWN_ON), ("0" * 12, date(2019, 1, 1))),
        ),
        **changes,
    )


def save(app: Flask, folder: Path, lang: str = "en", **changes: Any) -> Path:
    """Make the file and put it where a browser would."""
    found = known(**changes)
    with app.test_request_context(f"/{lang}/checker"):
        made = checker_file.checker(lang, found)
    path = folder / checker_file.file_name(found.day)
    path.write_bytes(made)
    return path


@dataclass
class Checker:
    """The file, opened: what it says, and every request that was made."""

    page: Page
    context: BrowserContext
    path: Path
    asked: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    path_wanted: str = ""

    @property
    def address(self) -> str:
        """Where it lies on this disk."""
        return self.path.as_uri()

    def give(self, fragment: str = "") -> str:
        """Open the file with a fragment; give the verdict."""
        self.page.goto("about:blank")
        self.page.goto(f"{self.address}#{fragment}" if fragment else self.address)
        return self.verdict() if fragment else ""

    def paste(self, text: str) -> str:
        """Put a text into the field and press Check."""
        self.page.fill("#text", text)
        self.page.click("#text-form button")
        return self.verdict()

    def file(self, name: str, kind: str, body: bytes) -> str:
        """Choose a file."""
        self.page.set_input_files("#file", {"name": name, "mimeType": kind, "buffer": body})
        return self.verdict()

    def verdict(self) -> str:
        """Wait for the verdict; it takes the focus, which is put away for the next one."""
        self.page.wait_for_selector("#result h2:focus")
        self.page.evaluate("document.activeElement.blur()")
        return self.page.get_attribute("#result", "data-verdict") or ""

    def by(self) -> str:
        """Say who checked the signature: the browser, or the file's own arithmetic."""
        return self.page.get_attribute("#result", "data-by") or ""

    def facts(self) -> list[str]:
        """Give what is shown of the paper."""
        return self.page.locator("#facts dd").all_inner_texts()

    def judge_all(self, texts: list[str]) -> list[Mapping[str, str]]:
        """Judge many texts with the function that the page itself uses."""
        self.page.set_default_timeout(0)
        found: list[Mapping[str, str]] = self.page.evaluate(
            """async texts => {
              const seen = [];
              for (const text of texts) {
                const { verdict, by = "" } = await checkCertificate(text);
                seen.push({ verdict, by });
              }
              return seen;
            }""",
            texts,
        )
        return found


def open_checker(browser: Browser, path: Path, lang: str = "en", *, init: str = "", **options: Any) -> Checker:
    """Open a saved file in a browser without a network; every request is written down."""
    options.setdefault("viewport", {"width": NARROW, "height": 740})
    context = browser.new_context(locale=LOCALES[lang], offline=True, **options)
    context.set_default_timeout(10_000)
    context.route(re.compile(r"^(https?|wss?):"), lambda route: route.abort())
    if init:
        context.add_init_script(init)
    found = Checker(context.new_page(), context, path)
    context.on("request", lambda request: found.asked.append(request.url.partition("#")[0]))
    context.on("console", lambda message: found.faults.append(message.text))
    context.on("weberror", lambda error: found.faults.append(str(error.error)))
    found.give()
    return found


@contextmanager
def site(database: Path, folder: Path) -> Iterator[Flask]:
    """Start a site that makes checkers, on a copy of a database."""
    copy = shutil.copy(database, folder / "toolkit.db")
    app = create_app(settings_for(f"sqlite:///{copy}", folder))
    yield app
    app.extensions["engine"].dispose()


@contextmanager
def opening(app: Flask, browser: Browser, folder: Path) -> Iterator[Callable[..., Checker]]:
    """Give what saves a checker and opens it; at the end no request but for the file itself may have been made."""
    made: list[Checker] = []

    def start(lang: str = "en", *, saved_in: str = "", init: str = "", options: Any = None, **known: Any) -> Checker:
        path = save(app, folder, saved_in or lang, **known)
        made.append(open_checker(browser, path, lang, init=init, **(options or {})))
        return made[-1]

    yield start
    for checker in made:
        checker.context.close()
        assert checker.faults == []
        assert set(checker.asked) <= {checker.address, "about:blank"}, "a request left the file"


def good_papers(count: int, by: str = "active") -> list[str]:
    """Sign many different statements, always the same ones."""
    dice = random.Random(20261121)  # noqa: S311 - made-up papers, no secrets
    names = ["Ελένη", "Jane", "Щербакова", "Nguyễn", "Ŵŵ", "O’Neill", "Łukasz", "Çağla", "Dimitra-Maria", "Ö"]
    return [
        paper(
            by,
            code="".join(dice.choice(CODE_SIGNS) for _ in range(codes.CERTIFICATE_SIGNS)),
            day=date.fromordinal(date(2024, 1, 1).toordinal() + dice.randrange(900)),
            minutes=dice.randrange(600),
            language=dice.choice(["en", "el", "pt-BR"]),
            course=dice.choice(["basics", "core", "night-shift"]),
            version=f"20{dice.randrange(20, 40)}.{dice.randrange(1, 13):02}",
            name=" ".join(dice.sample(names, dice.randrange(1, 5))),
        )
        for _ in range(count)
    ]


def raw(text: str) -> bytes:
    """Give the bytes of a payload."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def text_of(data: bytes) -> str:
    """Write bytes as a payload is written."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
