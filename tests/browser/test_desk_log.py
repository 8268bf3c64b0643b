"""The administration's certificates and log in a browser: accessible, narrow, and withdrawn and undone by keyboard."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_pages import AXE, RUN, SIDEWAYS, TAGS, TOPIC
from tests.browser.walk import Site
from tests.browser.windows import Windows
from tests.services.signing_site import SigningSite
from toolkit import db, signing
from toolkit.services import accounts, audit, withdrawals
from toolkit.services.certificate_keys import Issuing

PAGES = [
    "admin/certificates",
    "admin/certificates?code=K7M4",
    "admin/certificates/{code}",
    "admin/certificates/{gone}",
    "admin/audit",
    "admin/audit?action=certificate.signed&from=2026-11-01",
    "admin/audit?from=x",
    "admin/audit/check",
    "admin/audit/check?head=x",
]


@pytest.fixture
def code(site: Site) -> str:
    """Somebody's certificate with a name, on the running site."""
    keys = signing.load_keys(site.server.folder)
    signing_site = SigningSite(site.engine, site.server.folder, Issuing(keys, trial=True, time_zone="Europe/Nicosia"))
    holder, made = signing_site.earn()
    signing_site.paper(holder, made, now=datetime.now(UTC))
    return made


@pytest.fixture
def desk(site: Site, chromium: Browser, windows: Windows) -> Callable[..., Page]:
    """Open a window of a new admin."""

    def opened(lang: str = "en", *, js: bool = True) -> Page:
        with db.write_session(site.engine) as session:
            link = accounts.new_invite(session, now=datetime.now(UTC))
        windows.allow("status of 422")
        page = windows.open(chromium, lang, js=js)
        page.goto(f"{site.url}/{lang}/admin/invites/{link}")
        page.locator("main button").click()
        page.wait_for_url(f"**/{lang}/admin")
        return page

    return opened


@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_page_is_accessible_in_both_schemes_and_fits_320_pixels_and_400_percent(
    site: Site, desk: Callable[..., Page], code: str, lang: str
):
    keys = signing.load_keys(site.server.folder)
    twin = SigningSite(site.engine, site.server.folder, Issuing(keys, trial=True, time_zone="Europe/Nicosia"))
    _, gone = twin.earn()
    with db.write_session(site.engine) as session:
        withdrawals.withdraw(session, gone, reason="mistake", by=audit.SERVER, now=datetime.now(UTC), note="x" * 200)
    page, broken, wide, topical = desk(lang), [], [], []
    for address in (address.format(code=code, gone=gone) for address in PAGES):
        page.set_viewport_size({"width": 360, "height": 740})
        page.goto(f"{site.url}/{lang}/{address}")
        page.evaluate(AXE)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            broken += [f"{address}, {scheme}: {line}" for line in page.evaluate(RUN, TAGS)]
        for width, height in ((1280, 800), (320, 256)):  # the second is 1280 by 1024 at 400 %
            page.set_viewport_size({"width": width, "height": height})
            broken += [f"{address}, {width}: {line}" for line in page.evaluate(RUN, TAGS)]
            wide += [f"{address}, {width}: {found}" for found in [page.evaluate(SIDEWAYS)] if found]
        topical += [page.title()] if TOPIC.search(page.title()) else []
    assert (broken, wide, topical) == ([], [], [])


@pytest.mark.parametrize("js", [True, False])
def test_a_certificate_is_withdrawn_and_counts_again_by_keyboard_alone(
    site: Site, desk: Callable[..., Page], code: str, *, js: bool
):
    page = desk(js=js)
    page.goto(f"{site.url}/en/admin/certificates")
    page.locator("#f-code").focus()
    page.keyboard.type(code.lower())
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/admin/certificates/{code}")
    page.locator('input[value="mistake"]').focus()
    page.keyboard.press("Space")
    page.locator("#f-note").focus()
    page.keyboard.type("issued twice")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Withdraw the certificate")
    expect(page.get_by_text("issued twice")).to_be_visible()
    page.get_by_role("button", name="Withdraw it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Withdrawn")).to_be_visible()
    page.get_by_role("button", name="Let it count again").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Withdraw it")).to_be_visible()
    expect(page.locator(".facts")).to_contain_text("Valid")


def test_the_log_is_checked_and_exported(site: Site, desk: Callable[..., Page], code: str):
    page = desk()
    page.goto(f"{site.url}/en/admin/audit?about={code}")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.goto(f"{site.url}/en/admin/audit")
    head = page.locator(".code b").inner_text()
    page.locator("#f-head").fill(head)
    page.get_by_role("button", name="Check the log").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The log is whole")
    expect(page.get_by_text("The head that you noted down is in it.")).to_be_visible()
    page.go_back()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export the log").click()
    assert download.value.suggested_filename.startswith("log-")
    assert code in download.value.path().read_text()
