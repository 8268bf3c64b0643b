"""Payloads through every field that is shown anywhere, rendered in Chromium: no script runs, no element appears.

Pages are tried without their policy too, so that escaping alone must hold; files and mails never have one from us.
"""

import re
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import TimeoutError as PlaywrightTimeout
from werkzeug.serving import make_server

from tests.attacks import payloads, people
from tests.attacks.payloads import EVERY, HOLES, LIVE, Shown
from tests.attacks.people import People
from tests.browser import checking
from tests.web import world
from toolkit import signing
from toolkit.rules import certificate_payload

HOST = "http://127.0.0.1"
HTML = {"content-type": "text/html; charset=utf-8"}
POLICY = "content-security-policy"
LOOK = """async () => {
  const bad = [];
  await new Promise((next) => setTimeout(next)); await new Promise((next) => setTimeout(next));
  if (window.__x) bad.push("a script ran");
  for (const element of document.querySelectorAll("*")) {
    if (element.title === "probe") bad.push(`an element: ${element.localName}`);
    for (const { name, value } of element.attributes) {
      if (name.startsWith("on")) bad.push(`a handler: ${name}`);
      if (/^(href|src|action|formaction|data|srcdoc|style)$/.test(name)) {
        const strange =
          /^\\s*(javascript|data):(?!image|,$)/i.test(value) || /^\\s*(https?:)?[\\/\\\\]{2}evil/i.test(value);
        if (strange) bad.push(`an address: ${name}=${value}`);
      }
    }
  }
  const text = document.documentElement.innerText;
  const typed = [...document.querySelectorAll("input, textarea")].map((field) => field.value);
  return { bad, text: [text, ...typed].join("\\n") };
}"""


class Screen:
    """A window that shows documents as they are handed over, and what went wrong in it."""

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context()
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.now: Shown | None = None
        self.policy = True
        self.context.route("**/*", self._give)
        self.context.on("request", self._asked)
        self.context.on(
            "console", lambda said: self._fault(said.text) if "Content Security Policy" in said.text else None
        )
        self.page.on("dialog", self._dialog)

    def show(self, document: Shown, *, policy: bool) -> dict[str, Any]:
        """Show a document with or without its policy; give what was found in it."""
        self.now, self.policy = document, policy
        try:
            self.page.goto(f"{HOST}/document", wait_until="load")
            found: dict[str, Any] = self.page.evaluate(LOOK)
        except PlaywrightError as error:  # the document went elsewhere by itself
            return {"bad": [str(error)], "text": ""}
        return found

    def hold(self, documents: Iterable[Shown], *, policies: tuple[bool, ...] = (False,)) -> int:
        """Hold that nothing runs and nothing strange appears in documents; give how many there were."""
        count = 0
        for document in documents:
            kind = document.headers.get("content-type", "")
            if "text/html" not in kind or "attachment" in document.headers.get("content-disposition", ""):
                continue
            for policy in policies:
                found = self.show(document, policy=policy)
                assert found["bad"] == [], (document.where, found["bad"])
                assert payloads.TEMPLATE_RAN not in found["text"], document.where
                for said in document.says:
                    shown = payloads.as_text(found["text"])
                    assert payloads.as_text(said) in shown, (document.where, said)
            count += 1
        assert self.faults == []
        return count

    def _give(self, route: Route) -> None:
        if self.now is None or not route.request.url.endswith("/document") or not route.request.is_navigation_request():
            route.fulfill(status=404, body="")  # our own styles and scripts are not what is tried here
            return
        headers = {name: value for name, value in self.now.headers.items() if self.policy or name != POLICY}
        route.fulfill(status=200, headers=headers, body=self.now.body)

    def _asked(self, request: Any) -> None:
        if "evil.example" in request.url:
            self._fault(f"asked for {request.url}")

    def _dialog(self, dialog: Any) -> None:
        self._fault(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _fault(self, text: str) -> None:
        self.faults.append(f"{self.now.where if self.now else ''}: {text}")


@pytest.fixture
def screen(chromium: Browser) -> Iterator[Screen]:
    found = Screen(chromium)
    yield found
    found.context.close()


@pytest.fixture
def made(loaded_sqlite: Path, tmp_path: Path) -> Iterator[People]:
    url = f"sqlite:///{shutil.copy(loaded_sqlite, tmp_path / 'toolkit.db')}"
    with people.site(url, tmp_path) as app:
        yield People(app)


@pytest.fixture
def live(made: People) -> Iterator[str]:
    """The same site on a port, its own scripts and all."""
    server = make_server("127.0.0.1", 0, made.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"{HOST}:{server.port}"
    server.shutdown()
    thread.join()


def careless(payload: str, hole: str) -> Shown:
    return Shown(
        f"careless {hole}: {payload}", payloads.unsafe(payload, hole), {"content-type": "text/html; charset=utf-8"}
    )


def _runs(page: Page) -> bool:
    try:
        page.wait_for_function("window.__x", timeout=300)
    except PlaywrightTimeout:
        return False
    return True


def test_the_probe_fires_on_a_careless_page(screen: Screen):
    assert len(LIVE) >= 25
    running = 0
    for payload in LIVE:
        seen, ran = False, False
        for hole in HOLES:
            seen = bool(screen.show(careless(payload, hole), policy=False)["bad"]) or seen
            ran = ran or _runs(screen.page)
            if ran:
                break
        assert seen or ran, payload
        running += ran
    assert running >= 20, "most of them really run where a page is careless"
    for bundle in payloads.bundles():
        if "<" not in bundle:
            continue  # what is no HTML does nothing here; it is there for other languages than this one
        found = [screen.show(careless(bundle, hole), policy=False)["bad"] for hole in HOLES]
        assert any(found), bundle
    strict = {**HTML, POLICY: "default-src 'none'"}
    screen.show(Shown("careless with a policy", payloads.unsafe(LIVE[0], "text"), strict), policy=True)
    assert any("Content Security Policy" in fault for fault in screen.faults), "a policy that had to help is heard of"


def test_what_is_typed_is_shown_again_as_text(made: People, screen: Screen):
    bundles = payloads.bundles()
    assert screen.hold(payloads.typed_again(made, bundles[0]), policies=(True, False)) > 40
    for bundle in bundles[1:]:
        assert screen.hold(payloads.typed_again(made, bundle, late=False)) > 25


def test_what_is_kept_is_shown_as_text(made: People, screen: Screen):
    assert screen.hold(payloads.kept(made)) > 40
    lists = list(payloads.of_admin(made))
    assert screen.hold(lists, policies=(True, False)) == len(lists)
    whole = "".join(document.body.decode() for document in lists)
    for sign in ("&lt;script&gt;", "{{7*7777777}}", "&lt;base title=probe"):
        assert sign in whole, "what was taken is shown"
    log = made.client("admin").get("/en/admin/audit/export")
    assert log.mimetype == "application/x-ndjson"
    assert "attachment" in log.headers["Content-Disposition"]
    assert all(line.startswith("{") for line in log.text.splitlines()), "no line starts a formula"


def test_the_file_about_me_and_mails_need_no_policy(made: People, screen: Screen):
    address = "&ltimg/title=probe/src/onerror=__x=1&gt'{{7*7777777}}@example.org"
    people.with_address(made.app, world.person_id(made.app, made.tokens["account"]), address)
    seen = 0
    for payload in EVERY:
        data = {**world.fields(made.app, made.tokens["account"]), "name": payload}
        if made.client("account").post("/en/account/name", data=data).status_code != 303:
            continue
        page, files = payloads.own_file(made, "el" if seen % 2 else "en")
        without = re.sub(rb'<meta http-equiv="Content-Security-Policy"[^>]*>', b"", page)
        assert without != page
        assert screen.hold([Shown("my-data/index.html", without, HTML, (payload, address))]) == 1
        assert screen.hold([Shown("my-data/index.html", page, HTML)]) == 1
        assert payloads.as_text(payload) in payloads.as_text(payloads.strings(files))
        seen += 1
    assert seen > 30
    assert screen.hold(payloads.letters(made.app)) >= 16


def test_a_paper_that_names_a_script_is_read_as_text(made: People, live: str, chromium: Browser):
    """Signed by the site's own key, so that nothing but the page stands between the name and the reader."""
    keys = made.app.extensions["keys"]
    context = chromium.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.on("dialog", lambda dialog: faults.append(dialog.message))
    read = 0
    for paper, name in _papers(lambda signed: signing.sign(keys, signed), keys.key_id, EVERY[::2]):
        page.goto("about:blank")
        page.goto(f"{live}/en/verify#{paper}")
        page.get_by_text(name, exact=True).first.wait_for()
        assert page.evaluate(LOOK)["bad"] == []
        read += 1
    assert read > 15
    for payload in EVERY[::4]:
        page.goto("about:blank")
        page.goto(f"{live}/en/verify#{payload}")
        assert page.evaluate(LOOK)["bad"] == []
    assert faults == []
    context.close()


@pytest.mark.parametrize("policy", ["its own policy", "no policy"])
def test_the_saved_checker_reads_payloads_as_text(made: People, chromium: Browser, tmp_path: Path, policy: str):
    path = checking.save(made.app, tmp_path)
    if policy == "no policy":
        page = path.read_text("utf-8")
        path.write_text(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page), "utf-8")
        assert path.read_text("utf-8") != page
    checker = checking.open_checker(chromium, path)
    key_id = signing.key_id(checking.public("active"))
    for paper, name in _papers(checking.SIGNERS["active"].sign, key_id, EVERY):
        assert checker.paste(paper) in {"valid", "changed"}
        assert checker.facts()[0] == name
        assert checker.page.evaluate(LOOK)["bad"] == []
    for payload in EVERY:
        assert checker.paste(payload) not in {"valid", "trial"}, payload
        assert checker.page.evaluate(LOOK)["bad"] == []
    for payload in EVERY[::3]:
        assert checker.give(payload) not in {"valid", "trial"}, payload
        assert checker.page.evaluate(LOOK)["bad"] == []
    assert checker.faults == []
    checker.context.close()


def _papers(sign: Callable[[bytes], bytes], key_id: bytes, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for payload in names:
        name = payloads.as_text(payload)[:60]
        try:
            signed = certificate_payload.encode(
                certificate_payload.Statement(
                    **{**vars(checking.STATEMENT), "key_id": key_id, "trial": False, "name": name}
                )
            )
            yield certificate_payload.seal(signed, sign(signed)), name
        except certificate_payload.PayloadRefused:
            continue


def test_the_paper_takes_no_payload_and_prints_a_name_as_it_is(made: People):
    path, role = made.at("/en/certificates/{code}", "guest"), "guest"
    for payload in EVERY:
        data = {**world.fields(made.app, made.tokens[role]), "name": payload}
        assert made.client(role).post(path, data=data).status_code == 422, payload
    data = {**world.fields(made.app, made.tokens[role]), "name": "O'Neill-Ελένη Β."}
    paper = made.client(role).post(path, data=data)
    assert paper.mimetype == "application/pdf"
    for sign in (b"/JavaScript", b"/JS", b"/Launch", b"/OpenAction", b"/AA", b"evil.example"):
        assert sign not in paper.data
