"""The check in the browser: the real script in a bare page, with papers signed by the real code."""

import base64
import json
from dataclasses import replace
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from toolkit import signing
from toolkit.paths import TEMPLATES
from toolkit.rules import certificate_payload as payload
from toolkit.web import assets

SITE = "http://localhost"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = PRIVATE.public_key().public_bytes_raw()
STATEMENT = payload.Statement(
    trial=False,
    key_id=signing.key_id(PUBLIC),
    code="K7M4P2XQ9TRC",
    day=date(2026, 11, 21),
    minutes=60,
    language="el",
    course="core",
    version="2026.11",
    name="Ελένη Παπαδοπούλου",
)
VERDICTS = ["valid", "trial", "compromised", "unknown", "broken", "offline"]
SLOTS = ["name", "course", "date", "minutes", "language", "version", "code"]
PAGE = """<!doctype html><html lang="{lang}"><meta charset="utf-8"><title>Check</title>
<section id="verify" hidden data-lang="{lang}" data-keys="/keys.json" data-courses='{{"core": "Βασική διαδρομή"}}'
{verdicts}>
<h2 tabindex="-1">Paper</h2><p data-slot="verdict" role="status"></p><dl>{slots}</dl>
<p data-slot="status">Here only.</p></section>
<section id="verify-server" hidden><form><input type="hidden" name="payload"><button>Ask</button></form></section>
<form><input name="code"></form><script type="module" src="/verify.js"></script></html>"""


def page_text(lang: str) -> str:
    verdicts = " ".join(f'data-{verdict}="sentence: {verdict}"' for verdict in VERDICTS)
    slots = "".join(f'<div hidden><dt>{slot}</dt><dd data-slot="{slot}"></dd></div>' for slot in SLOTS)
    return PAGE.format(lang=lang, verdicts=verdicts, slots=slots)


def paper(**changes) -> str:
    signed = payload.encode(replace(STATEMENT, **changes))
    return payload.seal(signed, PRIVATE.sign(signed))


class Desk:
    """A browser page that stands in for the site; `asked` are the addresses that left the browser."""

    def __init__(self, page) -> None:
        self.page = page
        self.asked: list[str] = []
        self.state = signing.KeyState.ACTIVE
        self.online = True
        page.route("**/*", self.answer)

    def answer(self, route) -> None:
        self.asked.append(route.request.url + json.dumps(route.request.headers) + (route.request.post_data or ""))
        path = route.request.url.removeprefix(SITE)
        if path == "/verify.js":
            script = assets.joined([assets.read("js", part, "js") for part in ("payload", "verify")]).decode()
            route.fulfill(body=script, content_type="text/javascript; charset=utf-8")
        elif path == "/keys.json" and self.online:
            row = signing.PublicKey(signing.key_id(PUBLIC), PUBLIC, self.state, date(2026, 1, 1))
            route.fulfill(body=signing.public_keys_json([row]), content_type="application/json")
        elif path in {"/el/verify", "/en/verify"}:
            route.fulfill(body=page_text(path[1:3]), content_type="text/html; charset=utf-8")
        else:
            route.abort()

    def check(self, text: str, lang: str = "el") -> str:
        self.page.goto(f"{SITE}/{lang}/verify#{text}")
        self.page.wait_for_selector("#verify[data-state]", state="attached")
        return self.page.get_attribute("#verify", "data-state")

    def check_all(self, texts: list[str]) -> list[str]:
        """Scan one paper after the other while the page stays open; what each shows is its state and its words."""
        return self.page.evaluate(
            """async texts => {
              const seen = [];
              for (const text of texts) {
                const told = new Promise(done => new MutationObserver((_, watch) => { watch.disconnect(); done() })
                  .observe(verify, { attributeFilter: ["data-state"] }));
                location.hash = text;
                await told;
                const words = [...verify.querySelectorAll("dd")].map(place => place.textContent).join("");
                seen.push(verify.dataset.state + (words && ": " + words));
              }
              return seen;
            }""",
            texts,
        )

    def check_next(self, text: str) -> str:
        return self.check_all([text])[0].split(":")[0]

    def shown(self) -> dict[str, str]:
        return {slot: self.page.inner_text(f'dd[data-slot="{slot}"]') for slot in SLOTS if self.visible(slot)}

    def visible(self, slot: str) -> bool:
        return self.page.is_visible(f'[data-slot="{slot}"]')


@pytest.fixture
def desk(chromium):
    page = chromium.new_page()
    yield Desk(page)
    page.close()


def test_a_true_paper_is_shown_in_greek(desk):
    assert desk.check(paper()) == "valid"
    assert desk.shown() == {
        "name": "Ελένη Παπαδοπούλου",
        "course": "Βασική διαδρομή",
        "date": "21 Νοεμβρίου 2026",
        "minutes": "60",
        "language": "Ελληνικά",
        "version": "2026.11",
        "code": "K7M4-P2XQ-9TRC",
    }
    assert desk.page.inner_text('[data-slot="verdict"]') == "sentence: valid"
    assert desk.visible("status")
    assert desk.page.input_value('input[name="code"]') == "K7M4P2XQ9TRC"
    assert desk.page.evaluate("document.activeElement.tagName") == "H2"


def test_the_same_paper_is_shown_in_english_and_an_unknown_course_by_its_key(desk):
    assert desk.check(paper(course="night-shift"), "en") == "valid"
    shown = desk.shown()
    assert (shown["date"], shown["language"], shown["course"]) == ("21 November 2026", "Greek", "night-shift")


@pytest.mark.parametrize("name", ["Jane Smith", "ộ" * 60, "Щ" * 60, "Ŵ" * 60, "O’Neill"])
def test_names_in_every_encoding_are_read(desk, name):
    assert desk.check(paper(name=name)) == "valid"
    assert desk.shown()["name"] == name


@pytest.mark.parametrize(
    ("state", "trial", "verdict"),
    [
        (signing.KeyState.RETIRED, False, "valid"),
        (signing.KeyState.ACTIVE, True, "trial"),
        (signing.KeyState.COMPROMISED, False, "compromised"),
        (signing.KeyState.COMPROMISED, True, "compromised"),
    ],
)
def test_the_verdict_knows_the_state_of_the_key_and_trials(desk, state, trial, verdict):
    desk.state = state
    assert desk.check(paper(trial=trial)) == verdict
    assert desk.page.inner_text('[data-slot="verdict"]') == f"sentence: {verdict}"


def test_a_flipped_bit_in_any_byte_shows_nothing_of_the_paper(desk):
    raw = base64.urlsafe_b64decode(paper() + "=" * (-len(paper()) % 4))
    flipped = [bytes([*raw[:at], raw[at] ^ 1 << at % 8, *raw[at + 1 :]]) for at in range(len(raw))]
    assert desk.check(paper()) == "valid"
    seen = desk.check_all([base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in flipped])
    assert seen == ["unknown" if at in range(2, 6) else "broken" for at in range(len(raw))]


@pytest.mark.parametrize("text", ["A", "Ω", "%00", "A" * 321, paper()[:-2], paper() + "A", paper() + "=", "<b>"])
def test_what_is_no_payload_is_broken(desk, text):
    assert desk.check(text) == "broken"
    assert desk.shown() == {}
    assert not desk.visible("status")


def test_another_spelling_of_the_same_bytes_is_broken(desk):
    text = paper(name="Ab")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert len(text) % 4 != 0, "this paper must have bits to spare"
    other = text[:-1] + alphabet[alphabet.index(text[-1]) + 1]
    assert desk.check(text) == "valid"
    assert desk.check_next(other) == "broken"


def test_a_paper_of_another_site_is_unknown(desk):
    assert desk.check(paper(key_id=b"\0\0\0\0")) == "unknown"
    assert desk.shown() == {}


def test_without_keys_it_says_so_and_with_kept_keys_it_needs_no_network(desk):
    desk.online = False
    assert desk.check(paper()) == "offline"
    desk.online = True
    assert desk.check_next(paper(name="Άννα")) == "valid"
    desk.online = False
    assert desk.check_next(paper(name="Μαρία")) == "valid"
    assert desk.shown()["name"] == "Μαρία"


def test_nothing_of_the_paper_leaves_the_browser(desk):
    assert desk.check(paper()) == "valid"
    addresses = [asked.split("{")[0] for asked in desk.asked]
    assert sorted(addresses) == [f"{SITE}/el/verify", f"{SITE}/keys.json", f"{SITE}/verify.js"]
    assert not any(paper()[:20] in asked for asked in desk.asked)


def test_an_old_browser_offers_the_server_and_sends_only_on_the_button(desk):
    desk.page.add_init_script("Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })")
    assert desk.check(paper()) == "unsupported"
    assert desk.page.is_hidden("#verify")
    assert desk.page.is_visible("#verify-server")
    assert desk.page.input_value('#verify-server input[name="payload"]') == paper()
    assert desk.page.evaluate("document.activeElement.textContent") == "Ask"
    assert not any(paper()[:20] in asked for asked in desk.asked)


def test_without_a_paper_the_page_stays_as_it_is(desk):
    desk.page.goto(f"{SITE}/el/verify")
    desk.page.wait_for_load_state()
    assert desk.page.is_hidden("#verify")
    assert desk.page.is_hidden("#verify-server")


def test_the_page_has_every_place_and_sentence_that_the_script_fills():
    template = (TEMPLATES / "certificates" / "verify.html").read_text(encoding="utf-8")
    needed = [
        'id="verify"',
        'id="verify-server"',
        "data-keys=",
        "data-courses=",
        "data-lang=",
        'name="payload"',
        '"code"',
    ]
    needed += [f'"{verdict}": _(' for verdict in VERDICTS] + [f'slot("{slot}",' for slot in SLOTS]
    needed += ['data-slot="verdict"', 'data-slot="status"', '<h2 tabindex="-1">']
    assert [part for part in needed if part not in template] == []
