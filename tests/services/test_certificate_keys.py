"""Signing keys over the years: rotated, retired, stolen, lost, put back; what was signed keeps its worth."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from tests.services.signing_site import DAY, NAME, SigningSite, make, rotate
from toolkit import db, signing
from toolkit.rules import certificate_payload as payload
from toolkit.rules.audit import Fault
from toolkit.rules.certificates import Verdict
from toolkit.services import audit, certificate_keys
from toolkit.services.certificate_keys import COMPROMISED, SIGNED

LATER = DAY + timedelta(days=10)


@pytest.fixture
def site(engine: Engine, tmp_path: Path) -> SigningSite:
    return make(engine, tmp_path / "instance")


def compromise(site: SigningSite, kid: str, since=LATER, now=LATER) -> None:
    with db.write_session(site.engine) as session:
        assert certificate_keys.compromise(session, kid, since=since, now=now, by=audit.SERVER)


def retire(site: SigningSite, kid: str) -> bool:
    with db.write_session(site.engine) as session:
        return certificate_keys.retire(session, kid, now=LATER, by=audit.SERVER)


def test_a_first_start_makes_one_active_key_and_a_second_changes_nothing(site: SigningSite):
    before = (site.states(), site.log(), site.in_file())
    assert list(before[0].values()) == ["active"]
    assert before[1] == [("key.made", site.issuing.kid)]
    assert site.start_again() == certificate_keys.Change()
    assert (site.states(), site.log(), site.in_file()) == before


def test_a_paper_verifies_after_each_of_three_rotations(site: SigningSite):
    holder, code = site.earn()
    papers = []
    for _ in range(3):
        papers.append(site.paper(holder, code))
        assert retire(site, site.issuing.kid)
    papers.append(site.paper(holder, code))
    assert len(set(papers)) == 4, "each key signs anew"
    assert [site.check(paper).verdict for paper in papers] == [Verdict.VALID] * 4
    assert sorted(site.states().values()) == ["active"] + ["retired"] * 3
    assert len([1 for action, _ in site.log() if action == SIGNED]) == 4


def test_a_process_that_holds_the_old_key_takes_the_new_one_before_it_signs(site: SigningSite):
    other, old = site.twin(), site.issuing.kid
    assert retire(site, old)
    holder, code = site.earn()
    first, second = site.paper(holder, code), other.paper(holder, code)
    assert first == second
    assert site.issuing.kid == other.issuing.kid == site.active() == site.in_file() != old


def test_the_same_paper_is_noted_once_and_another_spelling_is_another_paper(site: SigningSite):
    holder, code = site.earn()
    assert site.paper(holder, code) == site.paper(holder, code, now=LATER)
    assert len([1 for action, _ in site.log() if action == SIGNED]) == 1
    assert site.paper(holder, code, name=NAME.upper()) != site.paper(holder, code)
    noted = [subject for action, subject in site.log() if action == SIGNED]
    assert len(noted) == len(set(noted)) == 2
    assert all(subject.startswith(f"{code}:{site.issuing.kid}:") and len(subject) <= 80 for subject in noted)


def test_what_is_noted_outlives_the_person_and_holds_no_name(site: SigningSite):
    holder, code = site.earn()
    paper = site.paper(holder, code)
    with site.engine.begin() as connection:
        kept = connection.execute(
            text("select subject, detail, person_id from audit_entries where action = :a"), {"a": SIGNED}
        )
        assert [tuple(row)[1:] for row in kept] == [("{}", holder)]
        connection.execute(text("update certificates set person_id = null, name_check = null"))
        connection.execute(text("update audit_entries set detail = null, salt = null, person_id = null"))
        connection.execute(text("delete from people"))
    compromise(site, site.issuing.kid)
    checked = site.check(paper)
    assert (checked.verdict, checked.noted) == (Verdict.VALID, True)
    with db.read_session(site.engine) as session:
        assert audit.faults(session) == []


def test_of_a_stolen_key_only_papers_from_before_count(site: SigningSite):
    holder, code = site.earn()
    stolen = site.issuing.kid
    before = site.paper(holder, code)
    after = site.paper(holder, code, name=NAME.upper(), now=LATER + timedelta(seconds=1))
    forged = forge(site)
    assert [site.check(one).verdict for one in (before, after, forged)] == [Verdict.VALID] * 3
    compromise(site, stolen, now=LATER + timedelta(days=1))
    assert [site.check(one).verdict for one in (before, after, forged)] == [
        Verdict.VALID,
        Verdict.COMPROMISED,
        Verdict.COMPROMISED,
    ]
    assert site.check(before).noted
    assert list(site.states().values()) == ["compromised"]
    fresh = site.paper(holder, code, now=LATER + timedelta(days=2))
    assert site.check(fresh).verdict is Verdict.VALID
    assert sorted(site.states().values()) == ["active", "compromised"]
    compromise(site, stolen, since=DAY, now=LATER + timedelta(days=3))
    assert site.check(before).verdict is Verdict.COMPROMISED, "it was stolen earlier than first thought"


def forge(site: SigningSite) -> str:
    """Sign as the thief would: with the stolen key, and no note in anybody's log."""
    statement = payload.Statement(
        trial=False,
        key_id=site.issuing.keys.key_id,
        code="K7M4P2XQ9TRC",
        day=DAY.date(),
        minutes=60,
        language="el",
        course="basics",
        version="2026.11",
        name=NAME,
    )
    signed = payload.encode(statement)
    return payload.seal(signed, signing.sign(site.issuing.keys, signed))


def test_a_note_that_was_put_in_after_the_theft_was_known_does_not_count(site: SigningSite):
    """Even with an earlier time in it: its place in the chain tells."""
    stolen, keys, forged = site.issuing.kid, site.issuing.keys, forge(site)
    compromise(site, stolen)
    read = payload.decode(forged)
    with db.write_session(site.engine) as session:
        certificate_keys.note_signature(session, stolen, read.statement.code, read.signature, holder=None, now=DAY)
    assert keys.key_id.hex() == stolen
    assert site.check(forged).verdict is Verdict.COMPROMISED


@pytest.mark.parametrize("lost", ["missing", "another", "restored"])
def test_a_lost_or_exchanged_key_file_costs_no_paper(site: SigningSite, lost: str, tmp_path: Path):
    holder, code = site.earn()
    first_file = (site.folder / "signing.key").read_bytes()
    paper, old = site.paper(holder, code), site.issuing.kid
    if lost == "missing":
        (site.folder / "signing.key").unlink()
    elif lost == "another":
        other = signing.load_keys(tmp_path / "other")
        (site.folder / "signing.key").write_bytes(other.signing.private_bytes_raw())
    else:  # an old backup of the folder comes back after a rotation
        assert retire(site, old)
        site.paper(holder, code)
        (site.folder / "signing.key").write_bytes(first_file)
    change = site.start_again()
    assert change.made == site.issuing.kid == site.active() == site.in_file() != old
    assert change.retired
    assert site.check(paper).verdict is Verdict.VALID
    assert site.check(site.paper(holder, code)).verdict is Verdict.VALID
    assert old in site.states()


def test_a_database_put_back_without_the_newest_key_takes_it_over(site: SigningSite):
    holder, code = site.earn()
    old = site.issuing.kid
    assert retire(site, old)
    paper = site.paper(holder, code)
    newest = site.issuing.kid
    with site.engine.begin() as connection:  # as it was before the rotation
        connection.execute(text("delete from signing_keys where kid = :kid"), {"kid": newest})
        connection.execute(text("update signing_keys set state = 'active'"))
    assert site.check(paper).verdict is Verdict.UNKNOWN
    assert site.start_again() == certificate_keys.Change(newest, (old,))
    assert site.check(paper).verdict is Verdict.VALID


def test_a_damaged_key_file_says_what_to_do(site: SigningSite):
    (site.folder / "signing.key").write_bytes(b"half a k")
    with pytest.raises(signing.KeyFileError, match="move the file away"):
        site.start_again()


def test_retired_and_stolen_keys_never_sign_again(site: SigningSite):
    first = site.issuing.kid
    assert retire(site, first)
    assert not retire(site, first)
    assert not retire(site, "ffffffff")
    assert site.start_again().made
    second = site.issuing.kid
    compromise(site, second)
    compromise(site, first)
    assert site.start_again().made
    assert sorted(site.states().values()) == ["active", "compromised", "compromised"]
    assert not retire(site, second), "stolen does not become retired"
    assert [subject for action, subject in site.log() if action == COMPROMISED] == [second, first]
    with db.write_session(site.engine) as session:
        assert not certificate_keys.compromise(session, "ffffffff", since=DAY, now=DAY, by=audit.SERVER)
        with pytest.raises(ValueError, match="future"):
            certificate_keys.compromise(session, first, since=LATER, now=DAY, by=audit.SERVER)


def test_processes_that_change_and_sign_at_once_end_with_one_key_and_right_papers(site: SigningSite):
    """Twenty rotations in two processes beside six that sign: every paper that was given out verifies."""
    people = [site.earn() for _ in range(6)]
    processes = [site.twin() for _ in range(8)]
    with ThreadPoolExecutor(len(processes)) as pool:
        rotating = [pool.submit(lambda one=one: [rotate(one) for _ in range(10)]) for one in processes[6:]]
        signing_ = [
            pool.submit(lambda one=one, mine=mine: [one.paper(*mine) for _ in range(10)])
            for one, mine in zip(processes, people, strict=False)
        ]
        papers = [paper for done in signing_ for paper in done.result()]
        assert all(done.result() for done in rotating)
    assert len(papers) == 60
    assert {site.check(paper).verdict for paper in papers} == {Verdict.VALID}
    states = sorted(site.states().values())
    assert states[0] == "active"
    assert set(states[1:]) == {"retired"}
    assert len(states) > 10
    assert site.active() == site.in_file()
    assert [path.name for path in site.folder.glob(".signing*")] == []
    with db.read_session(site.engine) as session:
        assert audit.faults(session) == []


def test_what_is_counted_and_listed_of_keys(site: SigningSite):
    holder, code = site.earn()
    first = site.issuing.kid
    site.paper(holder, code)
    site.paper(holder, code, name=NAME.upper(), now=LATER)
    assert retire(site, first)
    site.paper(holder, code, now=LATER)
    with db.read_session(site.engine) as session:
        assert certificate_keys.signed_by(session) == {first: 2, site.issuing.kid: 1}
        assert certificate_keys.noted_before(session, first, LATER) == (1, 1)
        assert [line.kid for line in certificate_keys.lines(session)] == [site.issuing.kid, first]
        assert [kid for _, kid in certificate_keys.papers(session, code)] == [site.issuing.kid, first, first]
        assert certificate_keys.papers(session, code[:-1]) == []
        assert audit.faults(session, heads=[(999, bytes(32))])[0].fault is Fault.CUT
