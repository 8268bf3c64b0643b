"""Confirming listings and changing their numbers: two persons, published at once, files and log untouched by it."""

import secrets
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from tests.services.desk import DAY, NOW, Desk
from toolkit import db, paths
from toolkit.rules import directory as rule
from toolkit.rules.accounts import AccountRefusedError
from toolkit.rules.directory import DirectoryRefusedError, Reason
from toolkit.services import directory, directory_decisions
from toolkit.services.directory import History

LINE, DOUBTFUL = "cy-1460", "cy-1497"


@pytest.fixture
def desk(site: Flask) -> Desk:
    return Desk(site)


def history(desk: Desk, key: str) -> History:
    with db.read_session(desk.engine) as session:
        return directory.history(session, key)


def refused(reason: Reason):
    return pytest.raises(DirectoryRefusedError, match=f"^{reason.value}$")


def test_nothing_shipped_is_confirmed(desk: Desk):
    assert desk.count("listing_confirmations") == 0
    assert desk.listing(LINE).confirmed_on is None
    assert not any("confirmed_on" in path.read_text() for path in (paths.MODULES / "directory").iterdir())


def test_a_confirmation_is_published_at_once_and_makes_a_doubtful_number_shown(desk: Desk):
    assert not desk.listing(DOUBTFUL).why.shown
    desk.confirm(DOUBTFUL)
    found = desk.listing(DOUBTFUL)
    assert (found.confirmed_on, found.why) == (DAY, rule.Why.CONFIRMED)
    assert not found.due(date(2026, 12, 4))
    assert found.due(date(2027, 12, 4))
    assert desk.log()[-1] == ("listing.confirmed", DOUBTFUL)


def test_who_confirmed_stands_in_its_row_and_not_in_the_log(desk: Desk):
    desk.confirm(LINE, name="Eleni Somebody")
    assert desk.count("listing_confirmations", "who = 'Eleni Somebody'") == 1
    assert desk.count("audit_entries", "detail like '%Eleni%'") == 0


def test_one_form_sent_twice_confirms_once_and_its_key_serves_nothing_else(desk: Desk):
    key = secrets.token_hex(16)
    for _ in range(2):
        desk.confirm(LINE, client_key=key)
    assert desk.count("listing_confirmations") == 1
    with pytest.raises(AccountRefusedError):
        desk.confirm(DOUBTFUL, client_key=key)
    assert desk.listing(DOUBTFUL).confirmed_on is None


def test_a_contact_that_changed_since_the_page_was_opened_is_not_confirmed(desk: Desk):
    seen = rule.fingerprint(desk.listing(LINE).contacts)
    desk.decide(LINE, desk.propose(LINE, "dial", "1461"))
    with refused(Reason.CHANGED_SINCE):
        desk.confirm(LINE, seen=seen)
    desk.confirm(LINE, seen=rule.fingerprint(desk.listing(LINE).contacts))
    assert desk.listing(LINE).confirmed_on == DAY


def test_what_has_no_contact_or_no_listing_cannot_be_confirmed(desk: Desk):
    with refused(Reason.NOTHING_TO_CONFIRM):
        desk.confirm("cy-refugee-council")
    with refused(Reason.HOW_UNKNOWN):
        desk.confirm(LINE, how="guess")
    with pytest.raises(LookupError):
        desk.confirm("cy-nobody")
    assert desk.count("listing_confirmations") == 0


def test_a_confirmation_noted_by_mistake_is_taken_back(desk: Desk):
    desk.confirm(LINE, on=date(2026, 11, 2))
    desk.confirm(LINE)
    with db.write_session(desk.engine) as session:
        directory_decisions.take_back(session, LINE, client_key=secrets.token_hex(16), actor=desk.actors[0], now=NOW)
    assert desk.listing(LINE).confirmed_on == date(2026, 11, 2)
    assert [action for action, _ in desk.log()] == ["listing.confirmed", "listing.confirmed", "listing.unconfirmed"]


def test_a_change_reaches_readers_only_after_a_second_person_and_ends_the_confirmation(desk: Desk):
    desk.confirm(LINE)
    change = desk.propose(LINE, "dial", "22 808063")
    assert desk.listing(LINE).contacts.dial == ("1460",)
    assert desk.listing(LINE).confirmed_on == DAY
    with refused(Reason.SECOND_PERSON):
        desk.decide(LINE, change, who=0)
    assert desk.listing(LINE).contacts.dial == ("1460",)
    desk.decide(LINE, change, who=1)
    assert desk.listing(LINE).contacts.dial == ("22 808063",)
    assert desk.listing(LINE).confirmed_on is None
    assert [action for action, _ in desk.log()] == ["listing.confirmed", "listing.proposed", "listing.accepted"]
    assert desk.count("listing_changes", "override") == 0


def test_a_confirmation_counts_again_when_its_contact_comes_back(desk: Desk):
    desk.confirm(LINE)
    desk.decide(LINE, desk.propose(LINE, "dial", "22 808063"))
    desk.decide(LINE, desk.propose(LINE, "dial", "1460"))
    assert desk.listing(LINE).confirmed_on == DAY


def test_one_person_alone_needs_the_tick_and_the_log_says_so(desk: Desk):
    desk.decide(LINE, desk.propose(LINE, "web", "https://police.example"), who=0, override=True)
    assert desk.listing(LINE).contacts.web == "police.example"
    assert desk.count("listing_changes", "override") == 1
    assert desk.count("audit_entries", "action = 'listing.accepted' and detail like '%override%'") == 1


def test_a_second_person_who_ticks_the_box_is_no_override(desk: Desk):
    desk.decide(LINE, desk.propose(LINE, "dial", "1461"), who=1, override=True)
    assert desk.count("listing_changes", "override") == 0
    assert desk.count("audit_entries", "detail like '%override%'") == 0


def test_a_refused_change_leaves_all_as_it_was(desk: Desk):
    before = desk.listing(LINE)
    change = desk.propose(LINE, "dial", "1461")
    desk.decide(LINE, change, "refused", who=0)
    assert desk.listing(LINE) == before
    assert [(view.decision, view.holds) for view in history(desk, LINE).changes] == [("refused", False)]
    with refused(Reason.DECIDED):
        desk.decide(LINE, change, "accepted", who=1)


def test_a_proposer_who_is_gone_does_not_make_the_next_one_a_second_person(desk: Desk):
    change = desk.propose(LINE, "dial", "1461", who=0)
    with db.write_session(desk.engine) as session:
        session.connection().exec_driver_sql("update listing_changes set proposed_by = null")
    with refused(Reason.SECOND_PERSON):
        desk.decide(LINE, change, who=1)


def test_one_change_of_a_contact_waits_at_a_time(desk: Desk):
    desk.propose(LINE, "dial", "1461")
    with refused(Reason.ALREADY_PROPOSED):
        desk.propose(LINE, "dial", "1462", who=1)
    desk.propose(LINE, "email", "office@police.example")
    with db.read_session(desk.engine) as session:
        assert directory.waiting(session) == {LINE: 2}


def test_a_change_belongs_to_its_listing(desk: Desk):
    change = desk.propose(LINE, "dial", "1461")
    with pytest.raises(LookupError):
        desk.decide(DOUBTFUL, change)
    with pytest.raises(LookupError):
        desk.decide(LINE, "0" * 26)


def test_112_cannot_be_changed_away(desk: Desk):
    with refused(Reason.KEEPS_112):
        desk.propose("cy-emergency", "dial", "199")
    assert "112" in desk.listing("cy-emergency").contacts.dial


def shipped(tmp_path: Path, old: str, new: str) -> Path:
    folder = tmp_path / "modules"
    shutil.copytree(paths.MODULES, folder)
    file = folder / "directory" / "cy.yaml"
    assert file.read_text().count(old) == 1
    file.write_text(file.read_text().replace(old, new))
    return folder


def test_loading_the_same_files_keeps_what_was_decided_and_the_export_is_byte_for_byte(desk: Desk, tmp_path: Path):
    before = desk.export(tmp_path / "before")
    desk.confirm(DOUBTFUL)
    desk.decide(LINE, desk.propose(LINE, "dial", "1461"))
    assert not any(desk.load().values())
    assert desk.listing(LINE).contacts.dial == ("1461",)
    assert desk.listing(DOUBTFUL).confirmed_on == DAY
    assert desk.export(tmp_path / "after") == before


def test_files_that_say_another_number_later_win_and_the_change_is_outdated(desk: Desk, tmp_path: Path):
    desk.decide(LINE, desk.propose(LINE, "dial", "1461"))
    desk.confirm(LINE)
    published = desk.load(shipped(tmp_path, "  dial:\n  - 1460\n", "  dial:\n  - 1470\n"))
    assert set(published["directory"]) == {"en", "el"}
    found = desk.listing(LINE)
    assert (found.contacts.dial, found.confirmed_on) == (("1470",), None)
    told = history(desk, LINE)
    assert [(view.decision, view.holds) for view in told.changes] == [("accepted", False)]
    assert [one.speaks for one in told.confirmations] == [False]


def test_a_change_proposed_before_the_files_changed_is_not_accepted(desk: Desk, tmp_path: Path):
    change = desk.propose(LINE, "dial", "1461")
    desk.load(shipped(tmp_path, "  dial:\n  - 1460\n", "  dial:\n  - 1470\n"))
    with refused(Reason.CHANGED_SINCE):
        desk.decide(LINE, change)
    assert desk.listing(LINE).contacts.dial == ("1470",)


def test_six_who_confirm_six_listings_at_once_are_all_published(desk: Desk):
    keys = [LINE, DOUBTFUL, "cy-spavo", "cy-caritas", "cy-migs", "cy-116-000"]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(desk.confirm, keys))
    assert [desk.listing(key).confirmed_on for key in keys] == [DAY] * 6
    assert sorted(subject for _, subject in desk.log()) == sorted(keys)


def test_two_who_decide_at_once_decide_once(desk: Desk):
    change = desk.propose(LINE, "dial", "1461", who=0)

    def decide(decision: str) -> str:
        try:
            desk.decide(LINE, change, decision, who=1)
        except DirectoryRefusedError as refusal:
            return refusal.reason.value
        return "done"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(decide, ["accepted", "refused"]))
    assert outcomes == ["decided", "done"]
    assert len([action for action, _ in desk.log() if action != "listing.proposed"]) == 1
