"""From the site to the file: a certificate that was really earned, its real PDF, the file the site really gives."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser

from tests.browser import checking
from tests.web import world
from tests.web.world import World
from toolkit import db
from toolkit.services import audit, certificate_keys, withdrawals

NAME = "Μαρία Δοκιμή"


def paper_of(made: World) -> bytes:
    """Give the certificate its name; get the PDF."""
    form = {**made.fields("owner"), "name": NAME}
    answer = made.client("owner").post(f"/el/certificates/{made.code}", data=form)
    assert answer.mimetype == "application/pdf"
    return answer.data


def save(app: Flask, folder: Path, name: str) -> Path:
    path = folder / name
    path.write_bytes(app.test_client().get("/en/checker").data)
    return path


def read(browser: Browser, path: Path, paper: bytes) -> tuple[str, list[str]]:
    """Open a saved file without a network and give it the PDF."""
    opened = checking.open_checker(browser, path)
    verdict = opened.file("certificate.pdf", "application/pdf", paper)
    facts = opened.facts()
    opened.context.close()
    assert opened.faults == []
    assert set(opened.asked) == {opened.address}
    return verdict, facts


def test_a_real_paper_verifies_through_every_change_that_the_site_makes_later(
    lite_site: Flask, chromium: Browser, tmp_path: Path
):
    made = world.make(lite_site)
    engine, now = lite_site.extensions["engine"], datetime.now(UTC)
    paper = paper_of(made)
    first = save(lite_site, tmp_path, "first.html")
    assert lite_site.extensions["issuing"].trial, "a site without an address of its own gives trials"
    verdict, facts = read(chromium, first, paper)
    assert (verdict, facts[0], facts[-1].replace("-", "")) == ("trial", NAME, made.code)
    kid = lite_site.extensions["issuing"].kid
    with db.write_session(engine) as session:
        assert certificate_keys.retire(session, kid, now=now, by=audit.SERVER)
    assert read(chromium, save(lite_site, tmp_path, "retired.html"), paper)[0] == "trial"
    with db.write_session(engine) as session:
        since = now - timedelta(days=1)
        assert certificate_keys.compromise(session, kid, since=since, now=now, by=audit.SERVER)
    assert read(chromium, save(lite_site, tmp_path, "stolen.html"), paper)[0] == "stolen"
    with db.write_session(engine) as session:
        assert withdrawals.withdraw(session, made.code, reason="holder", by=audit.SERVER, now=now)
    assert read(chromium, save(lite_site, tmp_path, "withdrawn.html"), paper)[0] == "withdrawn"
    assert read(chromium, first, paper)[0] == "trial", "the older file knows what it knew"


def test_a_real_paper_of_a_site_that_is_no_trial_is_valid(lite_site: Flask, chromium: Browser, tmp_path: Path):
    lite_site.extensions["issuing"].trial = False
    made = world.make(lite_site)
    verdict, facts = read(chromium, save(lite_site, tmp_path, "real.html"), paper_of(made))
    assert (verdict, facts[0]) == ("valid", NAME)
