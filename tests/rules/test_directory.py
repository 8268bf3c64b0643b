"""Which listings are shown and due, what a confirmation speaks for, how a contact changes and who may change it."""

from datetime import date
from itertools import product

import pytest

from toolkit.rules import directory
from toolkit.rules.directory import Change, Contacts, DirectoryRefusedError, Reason

CONFIRMED = date(2026, 11, 1)


def test_a_service_is_shown_when_its_sources_suffice():
    """Every combination; the expectation is written down as the four cases of the rule."""
    for confidence, official, doubtful, confirmed in product(
        ("verified_2plus", "one_source", "unverified", ""), (True, False), (True, False), (None, CONFIRMED)
    ):
        if confirmed:
            expected = True
        elif doubtful:
            expected = False
        else:
            expected = confidence == "verified_2plus" or (confidence, official) == ("one_source", True)
        shown = directory.why(
            contacts=directory.Contacts(dial=("112",)),
            confidence=confidence,
            official=official,
            doubtful=doubtful,
            confirmed_on=confirmed,
        ).shown
        assert shown is expected, (confidence, official, doubtful, confirmed)


@pytest.mark.parametrize(
    ("dial", "address"),
    [
        ("112", "tel:112"),
        ("+357 22 80 86 22", "tel:+35722808622"),
        ("(0030) 210-12 34 56", "tel:0030210123456"),
        ("116 000", "tel:116000"),
        ("1 + 1", "tel:11"),
    ],
)
def test_a_printed_number_is_dialled_without_what_is_only_for_the_eye(dial: str, address: str):
    assert directory.telephone_address(dial) == address


REACHED = Contacts(dial=("22 808063", "1460"), web="service.example", email="office@service.example")


def test_what_cannot_be_reached_is_not_shown_whatever_its_sources():
    why = directory.why(
        contacts=Contacts(), confidence="verified_2plus", official=True, doubtful=False, confirmed_on=CONFIRMED
    )
    assert (why, why.shown) == (directory.Why.NO_CONTACT, False)


@pytest.mark.parametrize(
    ("confirmed_on", "due"),
    [(None, True), (date(2026, 12, 3), False), (date(2025, 12, 3), False), (date(2025, 12, 2), True)],
)
def test_a_listing_is_due_until_confirmed_and_again_after_a_year(*, confirmed_on: date | None, due: bool):
    assert directory.due(contacts=REACHED, confirmed_on=confirmed_on, today=date(2026, 12, 3)) is due
    assert directory.due(contacts=Contacts(), confirmed_on=confirmed_on, today=date(2026, 12, 3)) is False


def test_a_confirmation_speaks_for_every_sign_that_is_dialled_or_opened_and_for_nothing_else():
    same = REACHED.having("dial", "22808063, 14 60")
    assert directory.fingerprint(same) == directory.fingerprint(REACHED)
    others = [
        REACHED.having("dial", "22 808064, 1460"),
        REACHED.having("dial", "22 808063"),
        REACHED.having("dial", "+22 808063, 1460"),
        REACHED.having("dial", ""),
        REACHED.having("web", "service.example.org"),
        REACHED.having("web", ""),
        REACHED.having("email", "other@service.example"),
    ]
    prints = {directory.fingerprint(other) for other in (*others, REACHED)}
    assert len(prints) == len(others) + 1
    assert {len(one) for one in prints} == {32}


def test_a_fingerprint_that_nobody_wrote_fits_nothing():
    assert directory.read_fingerprint(directory.fingerprint(REACHED).hex()) == directory.fingerprint(REACHED)
    assert directory.read_fingerprint("") == b""
    assert directory.read_fingerprint("AB" * 32) == b""


def test_changes_hold_one_after_the_other_until_the_files_say_something_else():
    changes = [Change("dial", "1460", "1461"), Change("web", "", "a.example"), Change("dial", "1461", "1462")]
    shipped = Contacts(dial=("1460",))
    assert directory.effective(shipped, changes) == (Contacts(("1462",), "a.example"), [True, True, True])
    corrected = Contacts(dial=("1461",))
    assert directory.effective(corrected, changes) == (Contacts(("1462",), "a.example"), [False, True, True])
    elsewhere = Contacts(dial=("1470",), web="b.example")
    assert directory.effective(elsewhere, changes) == (elsewhere, [False, False, False])


def test_a_change_taken_back_gives_what_was_there():
    changes = [Change("email", "", "x@a.example"), Change("email", "x@a.example", "")]
    assert directory.effective(REACHED.having("email", ""), changes) == (REACHED.having("email", ""), [True, True])


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("dial", "+357 22 80 86 22", "+357 22 80 86 22"),
        ("dial", " 1497;  116  000 ,1497", "1497, 116 000"),
        ("dial", "", ""),
        ("web", "https://Service.Example.ORG/", "service.example.org"),
        ("web", "other.example", "other.example"),
        ("email", "Desk.1@Service.Example", "Desk.1@service.example"),
    ],
)
def test_a_contact_is_taken_in_its_one_form(field: str, typed: str, kept: str):
    assert directory.check_change(field, typed, now=REACHED, emergency=False) == kept


@pytest.mark.parametrize(
    ("field", "typed", "reason"),
    [
        ("dial", "12", Reason.NUMBER),
        ("dial", "1" * 16, Reason.NUMBER),
        ("dial", "call me", Reason.NUMBER),
        ("dial", "1497 or 1498", Reason.NUMBER),
        ("dial", "*21*1497#", Reason.NUMBER),
        ("dial", "tel:1497", Reason.NUMBER),
        ("dial", "١٤٩٧", Reason.NUMBER),
        ("dial", "1,497", Reason.NUMBER),
        ("dial", ", ".join(str(1000 + n) for n in range(7)), Reason.TOO_MANY_NUMBERS),
        ("dial", "1497\u202e", Reason.HIDDEN_SIGN),
        ("dial", "22 808063,1460", Reason.SAME),
        ("web", "javascript:alert(1)", Reason.LINK),
        ("web", "data:text/html,x", Reason.LINK),
        ("web", "http://service.example", Reason.LINK),
        ("web", "https://service.example/help", Reason.LINK),
        ("web", "https://user@service.example", Reason.LINK),
        ("web", "https://service.example:8443", Reason.LINK),
        ("web", "https://192.0.2.7", Reason.LINK),
        ("web", "https://localhost", Reason.LINK),
        ("web", "https://xn--e1awd7f.example", Reason.LINK),
        ("web", "https://sеrvice.example", Reason.LINK),
        ("web", "//service.example", Reason.LINK),
        ("web", "service\u2028.example", Reason.HIDDEN_SIGN),
        ("web", "ser\u200bvice.example", Reason.HIDDEN_SIGN),
        ("web", "https://service.example/", Reason.SAME),
        ("email", "office", Reason.EMAIL),
        ("email", "a b@service.example", Reason.EMAIL),
        ("email", "a@b@service.example", Reason.EMAIL),
        ("email", 'x"<y>@service.example', Reason.EMAIL),
        ("email", "x@service.example?cc=y", Reason.EMAIL),
        ("hours", "always", Reason.FIELD_UNKNOWN),
    ],
)
def test_what_could_lead_people_astray_is_refused_with_its_reason(field: str, typed: str, reason: Reason):
    with pytest.raises(DirectoryRefusedError) as refused:
        directory.check_change(field, typed, now=REACHED, emergency=False)
    assert refused.value.reason is reason


def test_an_emergency_listing_keeps_112():
    now = Contacts(dial=("112", "199"))
    assert directory.check_change("dial", "112", now=now, emergency=True) == "112"
    for typed in ("199", "", "1120"):
        with pytest.raises(DirectoryRefusedError) as refused:
            directory.check_change("dial", typed, now=now, emergency=True)
        assert refused.value.reason is Reason.KEEPS_112


@pytest.mark.parametrize(
    ("decision", "proposed_by", "override", "outcome"),
    [
        ("accepted", 1, False, Reason.SECOND_PERSON),
        ("accepted", 1, True, True),
        ("accepted", 2, False, False),
        ("accepted", 2, True, False),
        ("accepted", None, False, Reason.SECOND_PERSON),
        ("accepted", None, True, True),
        ("refused", 1, False, False),
        ("refused", 2, False, False),
        ("refused", None, True, False),
        ("maybe", 2, True, Reason.DECISION_UNKNOWN),
    ],
)
def test_accepting_takes_a_second_person_or_the_tick(
    *, decision: str, proposed_by: int | None, override: bool, outcome: bool | Reason
):
    if isinstance(outcome, Reason):
        with pytest.raises(DirectoryRefusedError) as refused:
            directory.check_decision(decision, proposed_by=proposed_by, decided_by=1, override=override)
        assert refused.value.reason is outcome
    else:
        said = directory.check_decision(decision, proposed_by=proposed_by, decided_by=1, override=override)
        assert said is outcome


@pytest.mark.parametrize(
    ("old", "new", "other"),
    [
        ("help.service.example", "www.service.example", False),
        ("service.example", "service.example.org", True),
        ("service.example", "", False),
        ("", "service.example", False),
    ],
)
def test_a_link_to_another_site_is_known(*, old: str, new: str, other: bool):
    assert directory.other_site(old, new) is other


@pytest.mark.parametrize("how", ["", "guessed", "Phone"])
def test_there_are_three_ways_to_confirm(how: str):
    assert [directory.check_how(way) for way in ("phone", "page", "mail")] == ["phone", "page", "mail"]
    with pytest.raises(DirectoryRefusedError) as refused:
        directory.check_how(how)
    assert refused.value.reason is Reason.HOW_UNKNOWN
