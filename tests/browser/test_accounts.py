"""An account's whole way in a browser: made by a guest, opened elsewhere, changed, its devices ended; then every page
of it looked at with axe, in both languages, by mouse and by keyboard, with script and without."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keyboard import Keyboard
from tests.browser.test_pages import TOPIC, Seen, look
from tests.browser.walk import Site, Walk
from tests.browser.windows import NARROW, WIDE, Windows

PASSWORD, OTHER = "τέσσερις δικές μου λέξεις", "four other words of hers"
PATHS = ("account", "account/name", "account/user-name", "account/e-mail", "account/password", "account/devices")


class Owner(Walk):
    """Somebody who makes an account and uses it."""

    def make_account(self, name: str) -> None:
        self.go("sign-in/new")
        self.write("#f-name", name)
        self.write("#f-new", PASSWORD)
        self.write("#f-again", PASSWORD)
        if self.page.locator("main input[name=device]").count():
            self.choose("main form:has(#f-again)", "device", "own")
        self.press("main form:has(#f-again) button")
        self.at(r"account\?done=made")

    def sign_in(self, name: str, password: str = PASSWORD) -> None:
        self.go("sign-in")
        self.write("#f-name", name)
        self.write("#f-password", password)
        self.choose("main form:has(#f-password)", "device", "shared")
        self.press("main form:has(#f-password) button")

    def change_password(self) -> None:
        self.go("account/password")
        self.write("#f-password", PASSWORD)
        self.write("#f-new", OTHER)
        self.write("#f-again", OTHER)
        self.press("main form button")
        self.at(r"account\?done=password")


class KeyboardOwner(Keyboard, Owner):
    """The same without a mouse."""


@pytest.mark.parametrize(
    ("lang", "width", "js", "keys"),
    [("en", NARROW, False, False), ("el", NARROW, True, True), ("el", WIDE, False, False), ("en", WIDE, True, True)],
)
def test_a_guest_takes_her_place_into_an_account_and_opens_it_on_another_device(
    windows: Windows, window: Callable[..., Page], site: Site, lang: str, width: int, *, js: bool, keys: bool
):
    windows.allow("status of 422")
    name = f"{'Μαρία' if lang == 'el' else 'Maria'} {width}"
    kind = KeyboardOwner if keys else Owner
    owner = kind(window(lang, width=width, js=js), site, lang, js=js)
    owner.start()
    owner.learn()
    owner.make_account(name)
    expect(owner.page.locator("main [role=status]")).to_be_visible()
    expect(owner.page.locator("dl")).to_contain_text(name)

    elsewhere = kind(window(lang, width=width, js=js), site, lang, js=js)
    elsewhere.sign_in(name, "four wrong words")
    expect(elsewhere.page.locator("#f-name-error")).to_be_visible()
    expect(elsewhere.page.locator("#f-name")).to_have_value(name)
    elsewhere.sign_in(name.upper())
    elsewhere.at("progress")
    elsewhere.go("account/devices")
    expect(elsewhere.page.locator(".devices li")).to_have_count(2)

    owner.change_password()
    elsewhere.go("account")
    elsewhere.at("sign-in")
    elsewhere.sign_in(name, OTHER)
    elsewhere.at("progress")
    elsewhere.go("account/devices")
    elsewhere.press('main form:last-of-type button[value="all"]')
    elsewhere.at("sign-in")
    owner.go("account")
    owner.at("sign-in")


@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_page_of_an_account_is_accessible_and_fits(
    windows: Windows, window: Callable[..., Page], site: Site, lang: str
):
    windows.allow("status of 422", "status of 404")
    seen, owner = Seen(lang), Owner(window(lang), site, lang)
    for path in ("sign-in", "sign-in/new", "sign-in/forgotten", "sign-in/links/nothing"):
        owner.go(path)
        look(seen, f"{path} of a stranger", owner.page)
    owner.sign_in("nobody")
    owner.page.locator("#f-name-error").wait_for()
    look(seen, "refused", owner.page)
    owner.start()
    for path in ("sign-in", "account", "account/devices", "sign-in/new"):
        owner.go(path)
        look(seen, f"{path} of a guest", owner.page)
    owner.write("#f-name", "a")
    owner.write("#f-new", "short")
    owner.write("#f-again", "shorter")
    owner.press("main form:has(#f-again) button")
    owner.page.locator("#f-name-error").wait_for()
    look(seen, "account refused", owner.page)
    owner.make_account(f"Μακρύ-όνομα-που-δεν-χωρά-εύκολα-{'αβγδ' if lang == 'el' else 'εζηθ'}")
    look(seen, "account made", owner.page)
    for path in PATHS:
        owner.go(path)
        look(seen, path, owner.page)
    assert len(seen.names) == 17
    assert (seen.axe, seen.sideways) == ([], [])
    assert [line for line in seen.outside if TOPIC.search(line)] == []


def test_the_code_of_a_guest_is_read_before_she_signs_in_as_somebody_else(window: Callable[..., Page], site: Site):
    guest = Owner(window("en"), site, "en")
    guest.start()
    guest.go("sign-in")
    code = guest.resume_code()
    assert len(code) == 11
    expect(guest.page.locator(".notice [data-copy] button")).to_be_visible()
    back = Walk(window("en"), site, "en")
    back.resume(code)
    expect(back.page.locator("main h1")).to_be_visible()
