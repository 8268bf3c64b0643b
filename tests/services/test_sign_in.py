"""Accounts are made, opened and shut on both databases: twins, lock-out, forms sent again, the end of devices."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.orm import Session

from tests.services import accounts_made as made
from tests.services.accounts_made import KEY, NOW, RIGHT, WRONG, count
from toolkit import db
from toolkit.models.accounts import Account, WrongTry
from toolkit.rules import sign_in as rule
from toolkit.rules.accounts import AccountRefusedError
from toolkit.rules.accounts import Reason as DeviceReason
from toolkit.rules.sign_in import Reason, SignInRefused
from toolkit.services import account, accounts, sign_in
from toolkit.services.accounts import Visitor
from toolkit.services.sign_in import Tried

HOUR = timedelta(hours=1)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    session = db.open_session(engine, write=True)
    yield session
    session.rollback()
    session.close()


def refused(reason: Reason, call: Callable[..., object], *args: object, **kwargs: object) -> None:
    """Expect this refusal."""
    with pytest.raises(SignInRefused) as caught:
        call(*args, **kwargs)
    assert caught.value.reason is reason


def outcomes(engine: Engine, calls: list[Callable[[Session], object]]) -> Counter[str]:
    """Do things at once, each in a transaction of its own as a request would; count how they ended."""

    def one(call: Callable[[Session], object]) -> str:
        with db.write_session(engine) as session:
            try:
                call(session)
            except SignInRefused as refusal:
                if refusal.reason not in {Reason.WRONG, Reason.WRONG_OLD_PASSWORD}:
                    session.rollback()
                return refusal.reason.value
            return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return Counter(pool.map(one, calls))


def test_a_guest_keeps_who_she_is_and_her_device_gets_a_new_token(session: Session):
    her = made.guest(session)
    token = made.sign_up(session, "maria", her).token
    after = accounts.visitor(session, token, now=NOW)
    assert (after.person_id, after.key, after.role) == (her.person_id, her.key, "guest")
    assert accounts.visitor(session, her.token, now=NOW) is None
    assert count(session, "people") == count(session, "devices") == 1
    refused(Reason.HAS_ACCOUNT, made.sign_up, session, "maria2", after)


def test_a_stranger_becomes_a_new_person_and_an_admin_stays_one(session: Session):
    stranger = made.seen(session, made.sign_up(session, "maria"))
    assert stranger.role == "guest"
    assert count(session, "people", "resume_hash is not null") == 1
    boss = made.seen(session, made.sign_up(session, "the boss", made.admin(session)))
    assert boss.role == "admin"
    assert made.seen(session, made.enter(session, "THE.BOSS")).role == "admin"
    said = session.execute(text("select action, actor, subject, detail from audit_entries order by n")).all()
    assert [row.action for row in said] == ["admin.account_made", "admin.signed_in"]
    assert not any("boss" in str(tuple(row)) for row in said)


@pytest.mark.parametrize("twin", ["maria", "MARIA", "Μaria", "mari\u0430", "máriа", "ＭARIA"])
def test_a_twin_is_refused_and_a_taken_name_is_counted_once_per_form(session: Session, twin: str):
    made.sign_up(session, "Maria")
    refused(Reason.NAME_TAKEN, made.sign_up, session, twin)
    sent = made.key()
    for _ in range(3):
        sign_in.count_taken(session, KEY, sent, twin, now=NOW)
    assert count(session, "wrong_tries") == 1
    assert count(session, "accounts") == 1


def test_of_twenty_twins_at_once_one_is_made(engine: Engine):
    names = ["Maria", "Μaria", "mаria", "MARIA"] * 5
    calls = [lambda session, name=name: made.sign_up(session, name) for name in names]
    assert outcomes(engine, calls) == {"done": 1, "name_taken": 19}
    with db.read_session(engine) as session:
        assert count(session, "accounts") == count(session, "people") == count(session, "devices") == 1


def test_of_those_who_make_and_who_take_a_name_at_once_one_has_it(engine: Engine):
    with db.write_session(engine) as session:
        owners = [made.seen(session, made.sign_up(session, f"owner {n}")) for n in range(6)]

    def take(session: Session, who: Visitor) -> None:
        own = sign_in.own_candidate(session, KEY, who.person_id, now=NOW)
        account.change_user_name(session, KEY, made.key(), own, RIGHT, "wanted", now=NOW)

    calls = [lambda session, who=who: take(session, who) for who in owners]
    calls += [lambda session: made.sign_up(session, "WANTED")] * 6
    assert outcomes(engine, calls) == {"done": 1, "name_taken": 11}


def test_one_guest_makes_one_account_however_often_she_asks(engine: Engine):
    with db.write_session(engine) as session:
        her = made.guest(session)
    calls = [lambda session, n=n: made.sign_up(session, f"name {n}", her) for n in "abcdefgh"]
    assert outcomes(engine, calls) == {"done": 1, "has_account": 7}


def test_a_list_of_names_cannot_be_read_out(session: Session):
    made.sign_up(session, "maria")
    tries = [{"subject": "taken", "at": NOW}] * rule.TAKEN_NAMES_PER_HOUR
    session.execute(insert(WrongTry), tries)
    refused(Reason.TOO_MANY_TAKEN, made.sign_up, session, "a free name")
    session.rollback()
    assert made.sign_up(session, "a free name", now=NOW + HOUR).token


@pytest.mark.parametrize("name", ["maria", "nobody at all"])
def test_ten_wrong_passwords_shut_a_name_for_an_hour_whether_it_is_known_or_not(session: Session, name: str):
    her = made.seen(session, made.sign_up(session, "maria"))
    for _ in range(rule.WRONG_PASSWORDS_PER_HOUR):
        assert not made.candidate(session, name).waits
        refused(Reason.WRONG, made.enter, session, name, WRONG)
    assert made.candidate(session, name).waits
    refused(Reason.TOO_MANY_WRONG, made.enter, session, name, RIGHT)
    assert accounts.visitor(session, her.token, now=NOW), "where she is signed in she stays"
    assert not made.candidate(session, "another name").waits
    code = accounts.resume_code(KEY, her.key)
    assert accounts.resume(session, KEY, made.key(), code, shared=False, now=NOW).token, "her code opens as before"
    assert not made.candidate(session, name, now=NOW + HOUR).waits
    subjects = session.execute(text("select distinct subject from wrong_tries")).scalars().all()
    assert not any("maria" in subject or "nobody" in subject for subject in subjects)


def test_her_own_changes_are_counted_apart_from_signing_in(session: Session):
    her = made.seen(session, made.sign_up(session, "maria"))
    for _ in range(rule.WRONG_PASSWORDS_PER_HOUR):
        refused(Reason.WRONG, made.enter, session, "maria", WRONG)
    own = sign_in.own_candidate(session, KEY, her.person_id, now=NOW)
    assert own is not None
    assert not own.waits
    assert sign_in.prove(session, KEY, made.key(), own, RIGHT, now=NOW).person_id == her.person_id


@pytest.mark.parametrize("name", ["maria", "nobody at all"])
def test_wrong_passwords_at_once_are_counted_one_after_the_other(engine: Engine, name: str):
    with db.write_session(engine) as session:
        made.sign_up(session, "maria")
    found = outcomes(engine, [lambda session: made.enter(session, name, WRONG)] * 25)
    assert found == {"wrong": 10, "too_many_wrong": 15}


def test_a_wrong_form_sent_again_is_one_try_and_with_other_words_another(session: Session):
    sent = made.key()
    for password in ("one", "one", "two", "one"):
        refused(Reason.WRONG, made.enter, session, "maria", Tried(password, fits=False), sent=sent)
    assert count(session, "wrong_tries") == 2
    kept = [str(row) for row in session.execute(text("select * from submissions"))]
    assert not any(sent in row for row in kept), "the key is not kept beside what was typed"


def test_signing_in_gives_a_new_token_each_time_and_the_form_sent_again_the_same(session: Session):
    first = made.seen(session, made.sign_up(session, "maria"))
    sent = made.key()
    second = made.enter(session, "Maria", sent=sent, before=made.guest(session))
    assert made.enter(session, "Maria", sent=sent, now=NOW + timedelta(minutes=9)) == second
    assert second.token != first.token
    assert accounts.visitor(session, first.token, now=NOW), "another device of hers"
    assert count(session, "devices") == 2, "what this browser stood for before is forgotten"
    assert session.execute(text("select language from accounts")).scalar_one() == "el"


def test_what_was_looked_up_is_asked_again_when_it_counts(session: Session):
    her = made.seen(session, made.sign_up(session, "maria"))
    found = made.candidate(session, "maria")
    row = session.get(Account, her.person_id)
    sign_in.set_password(session, KEY, row, "another hash", keep=accounts.SignedIn(her.token, shared=False), now=NOW)
    late = {"shared": False, "language": "en", "before": None, "now": NOW}
    refused(Reason.WRONG, sign_in.enter, session, KEY, made.key(), found, RIGHT, **late)
    session.execute(text("delete from accounts"))
    session.expire_all()
    refused(Reason.WRONG, sign_in.enter, session, KEY, made.key(), found, RIGHT, **late)
    assert count(session, "wrong_tries") == 0


def test_a_cheaper_hash_is_replaced_when_she_signs_in(session: Session):
    made.sign_up(session, "maria")
    made.enter(session, "maria", Tried("four words of mine", fits=True, rehashed="a dearer hash"))
    assert session.execute(text("select password_hash from accounts")).scalar_one() == "a dearer hash"


def test_a_new_password_ends_every_other_device_and_forgets_wrong_tries(session: Session):
    her = made.seen(session, made.sign_up(session, "maria"))
    others = [made.enter(session, "maria").token for _ in range(3)]
    for _ in range(rule.WRONG_PASSWORDS_PER_HOUR):
        refused(Reason.WRONG, made.enter, session, "maria", WRONG)
    own = sign_in.own_candidate(session, KEY, her.person_id, now=NOW)
    sent = made.key()
    change = lambda: account.change_password(  # noqa: E731 - said twice
        session, KEY, sent, own, RIGHT, "new hash", this=her, now=NOW
    )
    new = change()
    assert change() == new, "the form sent again gives the same device"
    assert new.token not in {her.token, *others}
    assert count(session, "devices") == 1
    assert [accounts.visitor(session, token, now=NOW) for token in (her.token, *others)] == [None] * 4
    assert not made.candidate(session, "maria").waits


def test_the_resume_code_sets_a_new_password_and_a_wrong_one_is_counted(session: Session):
    her = made.seen(session, made.sign_up(session, "maria"))
    code = accounts.resume_code(KEY, her.key)
    given = {"password_hash": "new hash", "shared": True, "before": None, "now": NOW}
    assert account.names_of_code(session, KEY, code, now=NOW) == ["maria"]
    signed_in = account.reset_by_code(session, KEY, made.key(), code.lower(), **given)
    assert made.seen(session, signed_in).person_id == her.person_id
    assert accounts.visitor(session, her.token, now=NOW) is None
    assert session.execute(text("select password_hash from accounts")).scalar_one() == "new hash"
    wrong = ("1" if code[0] != "1" else "2") + code[1:]
    with pytest.raises(AccountRefusedError) as caught:
        account.reset_by_code(session, KEY, made.key(), wrong, **given)
    assert caught.value.reason is DeviceReason.RESUME_UNKNOWN
    assert count(session, "wrong_tries", "subject = 'resume'") == 1
    nameless = accounts.resume_code(KEY, made.guest(session).key)
    refused(Reason.CODE_WITHOUT_ACCOUNT, account.reset_by_code, session, KEY, made.key(), nameless, **given)


def test_a_user_name_changes_to_a_free_one_only_and_her_own_in_other_letters_is_free(session: Session):
    her = made.seen(session, made.sign_up(session, "maria"))
    made.sign_up(session, "eleni")
    own = sign_in.own_candidate(session, KEY, her.person_id, now=NOW)
    change = account.change_user_name
    refused(Reason.NAME_TAKEN, change, session, KEY, made.key(), own, RIGHT, "ELENI", now=NOW)
    refused(Reason.NAME_NEEDED, change, session, KEY, made.key(), own, RIGHT, None, now=NOW)
    refused(Reason.WRONG_OLD_PASSWORD, change, session, KEY, made.key(), own, WRONG, "free", now=NOW)
    change(session, KEY, made.key(), own, RIGHT, "Maria", now=NOW)
    assert account.of_person(session, her.person_id).user_name == "Maria"
    change(session, KEY, made.key(), own, RIGHT, "anna", now=NOW)
    assert made.candidate(session, "maria").person_id is None
    assert made.candidate(session, "ANNA").person_id == her.person_id


def test_devices_are_listed_and_ended_through_their_person_only(session: Session):
    her = made.seen(session, made.sign_up(session, "maria"))
    other = made.seen(session, made.sign_up(session, "eleni"))
    second = made.enter(session, "maria")
    listed = account.devices(session, KEY, her, now=NOW)
    assert [device.this for device in listed] == [True, False]
    hers = account.devices(session, KEY, other, now=NOW)[0]
    assert not account.end_device(session, KEY, her, hers.mark)
    assert not account.end_device(session, KEY, her, "")
    assert account.end_device(session, KEY, her, listed[1].mark)
    assert accounts.visitor(session, second.token, now=NOW) is None
    assert accounts.visitor(session, other.token, now=NOW)
    assert account.devices(session, KEY, her, now=NOW + timedelta(days=90)) == []
