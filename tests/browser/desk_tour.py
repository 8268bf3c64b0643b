"""Every page of accounts, own data, owed pages and administration in the states that look different, and the way there.

Like tests/browser/tour.py, which goes through the learners' pages. The site must be able to write mail (SMTP_URL set).
"""

import json
import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.bench import learners
from tests.browser.tour import invite
from tests.browser.walk import Site, Walk

PASSWORD = "τέσσερις δικές μου λέξεις"
PLACE = "reports/m01/1-1/b2"
LISTING = "admin/listings/cy-spavo"
LONG = "Παπαδημητρακοπούλου-Χατζηκωνσταντίνου"
# Pages that look the same to everybody: name, path.
OPEN = [
    ("sign in", "sign-in"),
    ("sign up", "sign-in/new"),
    ("forgotten", "sign-in/forgotten"),
    ("spent link", "sign-in/links/nothing"),
    ("data of nobody", "account/data"),
    ("about", "about"),
    ("privacy", "privacy"),
    ("accessibility", "accessibility"),
    ("report", PLACE),
]
OWN = [
    ("account", "account"),
    ("name", "account/name"),
    ("user name", "account/user-name"),
    ("e-mail", "account/e-mail"),
    ("password", "account/password"),
    ("devices", "account/devices"),
    ("data", "account/data"),
    ("end", "account/end"),
    ("sign in again", "sign-in"),
    ("forgotten again", "sign-in/forgotten"),
    ("my progress", "progress"),
]
ADMIN = [
    ("admin start", "admin"),
    ("opening", "admin/opening/law"),
    ("courses", "admin/courses"),
    ("course", "admin/courses/basics"),
    ("course asked", "admin/courses/basics?mode=hidden"),
    ("certificates", "admin/certificates"),
    ("certificate not found", "admin/certificates?code=K7M4-P2XQ-9TRC"),
    ("directory", "admin/directory"),
    ("directory due", "admin/directory?show=due"),
    ("country", "admin/directory/cy"),
    ("listing", LISTING),
    ("settings", "admin/settings"),
    ("reports", "admin/reports"),
    ("audit", "admin/audit"),
    ("audit filtered", "admin/audit?action=listing.confirmed"),
    ("audit empty", "admin/audit?from=2020-01-01&to=2020-01-02"),
    ("audit refused", "admin/audit?from=2020-99-01"),
    ("audit checked", "admin/audit/check"),
    ("audit head refused", "admin/audit/check?head=nonsense"),
]


def send(walk: Walk, selector: str) -> None:
    """Press a button, and wait for the page that answers."""
    with walk.page.expect_navigation():
        walk.press(selector)


@dataclass
class DeskTour:
    """Goes from page to page as stranger, guest, owner of an account and admin; yields (name, its window)."""

    open: Callable[..., Page]
    site: Site
    lang: str
    folder: Path
    kind: type[Walk] = Walk  # by mouse; a Keyboard goes the same way
    js: bool = True
    code: str = ""
    mark: str = field(default_factory=lambda: str(secrets.randbelow(10**6)))  # digits go with letters of any script

    def pages(self) -> Iterator[tuple[str, Page]]:
        stranger = self.visitor()
        yield from self.strange(stranger)
        owner = self.visitor()
        yield from self.guest(owner)
        yield from self.account(owner)
        admin = self.visitor()
        yield from self.desk(admin)
        yield from self.withdrawal(admin)
        stranger.go(f"verify/{self.code}")
        yield "verified withdrawn", stranger.page
        owner.go(f"certificates/{self.code}")
        yield "own certificate withdrawn", owner.page
        yield from self.ending(owner)

    def strange(self, stranger: Walk) -> Iterator[tuple[str, Page]]:
        page = stranger.page
        for name, path in OPEN:
            stranger.go(path)
            yield name, page
        stranger.write("textarea", " ")
        send(stranger, "main form:has(textarea) button")
        page.locator("#f-text-error").wait_for()
        yield "report refused", page
        stranger.write("textarea", f"{LONG}\n" + "long" * 60)
        send(stranger, "main form:has(textarea) button")
        yield "report thanks", page
        stranger.go("sign-in")
        stranger.write("#f-name", LONG)
        stranger.write("#f-password", "wrong")
        stranger.choose("main form:has(#f-password)", "device", "shared")
        send(stranger, "main form:has(#f-password) button")
        page.locator("#f-name-error").wait_for()
        yield "sign in refused", page
        self.ask(stranger, "sign-in/new", "register")
        yield "message asked", page
        page.goto(self.link("register"))
        yield "link to make an account", page

    def guest(self, owner: Walk) -> Iterator[tuple[str, Page]]:
        (learner,) = learners.make(self.site.engine, self.site.server.folder, 1)
        learners.answer(self.site.engine, self.site.server.folder, learner, len(learner.items))
        owner.page.context.add_cookies([{"name": "device", "value": learner.token, "url": self.site.url}])
        owner.attempt = learner.attempt
        self.code = owner.certificate()
        owner.go(f"certificates/{self.code}")
        owner.paper("Ελένη Παπαδοπούλου", self.folder)
        for path in ("account", "account/devices", "account/data", "account/end", "sign-in", "sign-in/new"):
            owner.go(path)
            yield f"{path} of a guest", owner.page
        owner.write("#f-name", "a")
        owner.write("#f-new", "short")
        owner.write("#f-again", "shorter")
        send(owner, "main form:has(#f-again) button")
        owner.page.locator("#f-name-error").wait_for()
        yield "sign up refused", owner.page

    def account(self, owner: Walk) -> Iterator[tuple[str, Page]]:
        page = owner.page
        owner.write("#f-name", f"{LONG[:30]}-{self.mark}")
        for name in ("#f-new", "#f-again"):
            owner.write(name, PASSWORD)
        owner.write("#f-email", self.address("own"))
        send(owner, "main form:has(#f-again) button")
        owner.at(r"account\?done=made-asked")
        yield "account made", page
        page.goto(self.link("confirm"))
        yield "link to confirm", page
        send(owner, "main form button")
        page.locator("main form").wait_for(state="detached")
        yield "address confirmed", page
        for name, path in OWN:
            owner.go(path)
            yield name, page
        owner.go("account/password")
        owner.write("#f-password", "wrong")
        owner.write("#f-new", "short")
        owner.write("#f-again", "shorter")
        send(owner, "main form:has(#f-again) button")
        page.locator("main .error").first.wait_for()
        yield "password refused", page
        self.ask(owner, "sign-in/forgotten", "own")
        page.goto(self.link("reset"))
        yield "link to a new password", page

    def desk(self, admin: Walk) -> Iterator[tuple[str, Page]]:
        page = admin.page
        admin.go(f"admin/invites/{invite(self.site)}")
        yield "invite", page
        send(admin, "main form button")
        admin.at("admin")
        admin.go("admin/opening/law")
        admin.write("#f-who", LONG)
        send(admin, 'main button[value="done"]')
        yield "opening done", page
        admin.go(LISTING)
        admin.write("#f-who", f"{LONG} {self.mark}")
        admin.choose("main form", "how", "phone")
        send(admin, 'main button[value="confirm"]')
        yield "listing confirmed", page
        admin.choose("main form", "field", "dial")
        admin.write("#f-new", "not a number")
        send(admin, 'main button[value="propose"]')
        page.locator("main [role=alert]").wait_for()
        yield "change refused", page
        admin.choose("main form", "field", "dial")
        admin.write("#f-new", "+357 22 000000")
        send(admin, 'main button[value="propose"]')
        page.locator('main input[name="change"]').wait_for(state="attached")
        yield "change waits", page
        for name, path in ADMIN:
            admin.go(path)
            yield name, page
        admin.go(LISTING)
        send(admin, 'main button[value="refused"]')
        page.locator('main input[name="change"]').wait_for(state="detached")
        yield "change decided", page
        admin.go("admin/courses/basics?mode=assigned")
        send(admin, "main form .button")
        yield "course changed", page
        admin.go("admin/courses/basics?mode=open")
        send(admin, "main form .button")

    def withdrawal(self, admin: Walk) -> Iterator[tuple[str, Page]]:
        page, at = admin.page, f"admin/certificates/{self.code}"
        admin.go(at)
        yield "certificate found", page
        send(admin, 'main button[value="ask"]')
        page.locator("#withdraw-error").wait_for()
        yield "withdrawing refused", page
        admin.choose("main form", "reason", "holder")
        send(admin, 'main button[value="ask"]')
        page.locator('main button[value="withdraw"]').wait_for()
        yield "withdrawing asked", page
        send(admin, 'main button[value="withdraw"]')
        admin.at(at)
        yield "certificate withdrawn", page
        admin.go("admin/certificates")
        yield "certificates with one withdrawn", page

    def ending(self, owner: Walk) -> Iterator[tuple[str, Page]]:
        owner.go("account/end")
        owner.write("#f-password", "wrong")
        owner.choose("main form", "sure", "1")
        send(owner, "main .button-stop")
        owner.page.locator("main .error").first.wait_for()
        yield "end refused", owner.page
        owner.write("#f-password", PASSWORD)  # the tick has stayed
        send(owner, "main .button-stop")
        owner.at(r"account/end\?done=1")
        yield "ended", owner.page

    def visitor(self) -> Walk:
        """Open a window of somebody new."""
        return self.kind(self.open(self.lang), self.site, self.lang, js=self.js)

    def address(self, who: str) -> str:
        """Give an e-mail address of this tour's own."""
        return f"{who}-{self.mark}-{self.lang}@a-long-name-of-a-host.example.org"

    def ask(self, walk: Walk, path: str, who: str) -> None:
        """Ask for a message."""
        walk.go(path)
        walk.write("#f-address", self.address(who))
        send(walk, "main form:has(#f-address) button")
        walk.page.locator("#f-address").wait_for(state="detached")

    def link(self, template: str) -> str:
        """Give the address in the newest letter of its kind."""
        ((params,),) = self.site.ask(
            "select params from letters where template = :kind order by id desc limit 1", kind=template
        )
        found = re.search(r"https?://[^/\"]+(/[^\"]+)", params if isinstance(params, str) else json.dumps(params))
        assert found is not None
        return self.site.url + urlsplit(found[1]).path
