"""A withdrawn certificate counts nowhere, stands in nobody's way, and comes back only within thirty days."""

import secrets
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.services.signing_site import DAY, NAME, SigningSite, make
from toolkit import db
from toolkit.rules.certificates import NamingRefused, Reason, Status, Verdict
from toolkit.services import audit, certificate_naming, certificates, withdrawals

MONTH = timedelta(days=30)


@pytest.fixture
def site(engine: Engine, tmp_path: Path) -> SigningSite:
    return make(engine, tmp_path / "instance")


def withdraw(site: SigningSite, code: str, reason: str = "mistake", **more) -> bool:
    with db.write_session(site.engine) as session:
        return withdrawals.withdraw(session, code, reason=reason, by="a-0123456789ab", **({"now": DAY} | more))


def take_back(site: SigningSite, code: str, after: timedelta = timedelta(0)) -> bool:
    with db.write_session(site.engine) as session:
        return withdrawals.take_back(session, code, by="a-0123456789ab", now=DAY + after)


def status(site: SigningSite, code: str) -> Status:
    with db.read_session(site.engine) as session:
        view = certificates.by_code(session, code)
    assert view is not None
    return view.status


def notes(site: SigningSite) -> list[tuple[str, str, str]]:
    with db.read_session(site.engine) as session:
        found = [(e.action, e.subject, e.detail or "") for e in audit.entries(session)]
        assert audit.faults(session) == []
    return [note for note in found if note[0] in {"certificate.withdrawn", "certificate.restored"}]


def correct(site: SigningSite, holder: int, code: str) -> str:
    with db.write_session(site.engine) as session:
        naming = certificate_naming.give_name(
            session,
            site.issuing,
            code,
            "Μαρία Ιωαννίδου",
            person_id=holder,
            correction=True,
            client_key=secrets.token_hex(16),
            now=DAY,
        )
    assert naming is not None
    return naming.certificate.code


def test_a_withdrawn_certificate_is_withdrawn_everywhere_and_makes_no_paper(site: SigningSite):
    holder, code = site.earn()
    paper = site.paper(holder, code)
    assert withdraw(site, code, note="issued twice")
    assert status(site, code) is Status.WITHDRAWN
    checked = site.check(paper)
    assert (checked.verdict, checked.withdrawn_on) == (Verdict.WITHDRAWN, DAY.date())
    with pytest.raises(NamingRefused) as refused:
        site.paper(holder, code)
    assert refused.value.reason is Reason.WITHDRAWN
    with db.read_session(site.engine) as session:
        assert [view.status for view in certificates.of_person(session, holder)] == [Status.WITHDRAWN]
        assert withdrawals.known(session) == [(code, DAY.date())]
        assert withdrawals.of_code(session, code) == ("mistake", DAY)
        assert [line.code for line in withdrawals.latest(session)] == [code]
    assert notes(site) == [("certificate.withdrawn", code, '{"note":"issued twice","reason":"mistake"}')]


def test_twice_is_once_and_an_unknown_code_is_nothing(site: SigningSite):
    _, code = site.earn()
    assert withdraw(site, code)
    assert not withdraw(site, code, reason="misuse", now=DAY + MONTH)
    assert not withdraw(site, "ZZZZZZZZZZZZ")
    assert len(notes(site)) == 1
    with db.read_session(site.engine) as session:
        assert withdrawals.of_code(session, code) == ("mistake", DAY)


@pytest.mark.parametrize("by_the", ["older", "newer"])
def test_a_corrected_certificate_goes_with_its_correction(site: SigningSite, by_the: str):
    holder, older = site.earn()
    first = site.paper(holder, older)
    newer = correct(site, holder, older)
    second = site.paper(holder, newer, name="Μαρία Ιωαννίδου")
    assert [site.check(paper).verdict for paper in (first, second)] == [Verdict.REPLACED, Verdict.VALID]
    named = {"older": older, "newer": newer}[by_the]
    assert withdraw(site, named)
    assert [site.check(paper).verdict for paper in (first, second)] == [Verdict.WITHDRAWN] * 2
    assert take_back(site, named)
    assert [site.check(paper).verdict for paper in (first, second)] == [Verdict.REPLACED, Verdict.VALID]
    assert [action for action, *_ in notes(site)] == ["certificate.withdrawn"] * 2 + ["certificate.restored"] * 2


@pytest.mark.parametrize(
    ("reason", "after", "undone"),
    [("mistake", MONTH - timedelta(seconds=1), True), ("other", MONTH, False), ("holder", timedelta(0), False)],
)
def test_it_is_taken_back_within_thirty_days_and_never_from_its_holder(site: SigningSite, reason, after, undone):
    holder, code = site.earn()
    site.paper(holder, code)
    assert withdraw(site, code, reason=reason)
    assert take_back(site, code, after) is undone
    assert status(site, code) is (Status.VALID if undone else Status.WITHDRAWN)
    assert not take_back(site, code, after), "there is nothing left to undo, or nothing that may be"
    assert [action for action, *_ in notes(site)] == ["certificate.withdrawn"] + ["certificate.restored"] * undone


def test_who_passes_again_earns_a_new_one(site: SigningSite):
    holder, code = site.earn()
    with db.write_session(site.engine) as session:
        attempt = session.execute(text("select attempt_id from certificates")).scalar_one()
        earned = certificates.Earned(holder, attempt, "basics", "2026.11", "el", 60)
        assert certificates.issue_if_earned(session, site.issuing, earned, now=DAY) == code
    assert withdraw(site, code)
    with db.write_session(site.engine) as session:
        again = certificates.issue_if_earned(session, site.issuing, earned, now=DAY + MONTH)
    assert again != code
    assert (status(site, again), status(site, code)) == (Status.VALID, Status.WITHDRAWN)
    assert site.check(site.paper(holder, again, name=NAME)).verdict is Verdict.VALID
