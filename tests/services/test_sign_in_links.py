"""Links by mail, on both databases: what is written for known and unknown addresses, who may open them, how often."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session

from tests.services import accounts_made as made
from tests.services.accounts_made import KEY, NOW, RIGHT, count
from tests.services.test_sign_in import outcomes, refused
from toolkit import db
from toolkit.rules.sign_in import Reason
from toolkit.services import account, accounts, sign_in
from toolkit.services import sign_in_links as links
from toolkit.services.sign_in import Newcomer
from toolkit.services.sign_in_links import Request

HERE = "https://site.example/en/sign-in/links/"
ADDRESS = "Maria@Example.org"


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    session = db.open_session(engine, write=True)
    yield session
    session.rollback()
    session.close()


def ask(session: Session, purpose: str, email: str = ADDRESS, *, sent: str = "", person_id: int | None = None) -> None:
    links.ask(session, KEY, sent or made.key(), Request(purpose, email, "en", HERE, person_id), now=NOW)


def letters(session: Session) -> list[Any]:
    rows = session.execute(text("select template, to_address, language, params, person_id from letters order by id"))
    return list(rows.all())


def token(session: Session) -> str:
    """Give the token of the newest letter."""
    return str(letters(session)[-1].params).partition("links/")[2].partition('"')[0].partition("'")[0]


def register(session: Session, opened: str, visitor: Any = None, *, now: Any = NOW, sent: str = "") -> Any:
    newcomer = Newcomer(visitor, shared=False, language="en")
    return links.register(session, KEY, sent or made.key(), opened, newcomer, password_hash="hash", now=now)


def reset(session: Session, opened: str, *, now: Any = NOW, sent: str = "") -> Any:
    given = {"password_hash": "new hash", "shared": True, "before": None, "now": now}
    return links.reset(session, KEY, sent or made.key(), opened, **given)


def with_address(session: Session) -> Any:
    """Make an account with an address; give who has it."""
    ask(session, "register")
    return made.seen(session, register(session, token(session)))


def test_the_account_belongs_to_whoever_opens_the_link_with_all_she_has(session: Session):
    her = made.guest(session)
    ask(session, "register")
    assert [(row.template, row.to_address, row.person_id) for row in letters(session)] == [("register", ADDRESS, None)]
    opened = token(session)
    assert links.link_of(session, opened, now=NOW) == links.Link("register", ADDRESS, None)
    assert links.names_of(session, links.link_of(session, opened, now=NOW)) == [ADDRESS]
    sent = made.key()
    device = register(session, opened, her, sent=sent)
    assert register(session, opened, her, sent=sent) == device, "pressed twice"
    assert made.seen(session, device).person_id == her.person_id
    assert made.candidate(session, "maria@example.ORG").person_id == her.person_id
    refused(Reason.LINK_SPENT, register, session, opened)
    assert opened not in str(session.execute(text("select * from mail_tokens")).all()), "only its hash is kept"


@pytest.mark.parametrize("purpose", ["register", "reset", "confirm"])
def test_a_known_and_an_unknown_address_cost_the_same_statements(engine: Engine, purpose: str):
    with db.write_session(engine) as session:
        her = with_address(session)
        person = made.guest(session).person_id if purpose == "confirm" else None
    asked: dict[str, list[str]] = {}
    for email in (ADDRESS, "nobody@example.org"):
        said: list[str] = []

        def listen(_c: Any, _cursor: Any, statement: str, *_: Any, to: list[str] = said) -> None:
            to.append(" ".join(statement.split()))

        event.listen(engine, "before_cursor_execute", listen)
        with db.write_session(engine) as session:
            ask(session, purpose, email, person_id=person)
        event.remove(engine, "before_cursor_execute", listen)
        asked[email] = said
    assert asked[ADDRESS] == asked["nobody@example.org"]
    assert len(asked[ADDRESS]) > 5
    with db.read_session(engine) as session:
        known, unknown = letters(session)[-2:]
        assert (known.template, known.person_id) == ("reset" if purpose == "reset" else "known", her.person_id)
        assert unknown.template == {"register": "register", "reset": "unknown", "confirm": "confirm"}[purpose]


def test_a_new_password_by_link_ends_every_other_device_once_within_an_hour(session: Session):
    her = with_address(session)
    ask(session, "reset")
    first = token(session)
    ask(session, "reset")
    opened, sent = token(session), made.key()
    refused(Reason.LINK_SPENT, reset, session, opened, now=NOW + timedelta(hours=1))
    session.rollback()
    her = with_address(session)
    ask(session, "reset")
    ask(session, "reset", sent=sent)
    ask(session, "reset", sent=sent)
    assert count(session, "letters", "template = 'reset'") == 2, "the same form sends one message"
    opened, sent = token(session), made.key()
    device = reset(session, opened, sent=sent)
    assert reset(session, opened, sent=sent) == device
    assert made.seen(session, device).person_id == her.person_id
    assert accounts.visitor(session, her.token, now=NOW) is None
    assert session.execute(text("select password_hash from accounts")).scalar_one() == "new hash"
    for spent in (first, opened, "", "x" * 500):
        refused(Reason.LINK_SPENT, reset, session, spent)
    assert count(session, "mail_tokens", "used_at is null") == 0, "every link of hers is spent with it"


def test_of_ten_who_open_a_link_at_once_one_does(engine: Engine):
    with db.write_session(engine) as session:
        with_address(session)
        ask(session, "reset")
        opened = token(session)
    found = outcomes(engine, [lambda session: reset(session, opened)] * 10)
    assert found == {"done": 1, "link_spent": 9}
    with db.read_session(engine) as session:
        assert count(session, "devices") == 1


def test_of_two_accounts_that_prove_one_address_at_once_one_has_it(engine: Engine):
    opened = []
    with db.write_session(engine) as session:
        for n in range(3):
            person = made.seen(session, made.sign_up(session, f"owner {n}")).person_id
            ask(session, "confirm" if n else "register", person_id=person if n else None)
            opened.append(token(session))

    def prove(session: Session, n: int) -> None:
        if n:
            links.confirm(session, KEY, made.key(), opened[n], now=NOW)
        else:
            register(session, opened[n])

    found = outcomes(engine, [lambda session, n=n: prove(session, n) for n in range(3)])
    assert found == {"done": 1, "email_elsewhere": 2}


def test_a_link_of_one_kind_opens_nothing_else(session: Session):
    with_address(session)
    ask(session, "reset")
    refused(Reason.LINK_SPENT, register, session, token(session))
    refused(Reason.LINK_SPENT, links.confirm, session, KEY, made.key(), token(session), now=NOW)
    assert session.execute(text("select password_hash from accounts")).scalars().all() == ["hash"]


def test_an_address_counts_when_its_link_is_opened_and_the_one_before_is_told(session: Session):
    her = with_address(session)
    ask(session, "reset")
    old_link = token(session)
    own = sign_in.own_candidate(session, KEY, her.person_id, now=NOW)
    request = Request("confirm", "new@example.org", "en", HERE, her.person_id)
    account.change_email(session, KEY, made.key(), own, RIGHT, request, now=NOW)
    assert account.of_person(session, her.person_id).email == ADDRESS, "nothing yet"
    opened, sent = token(session), made.key()
    for _ in range(2):
        links.confirm(session, KEY, sent, opened, now=NOW)
    assert links.confirmed_by(session, sent, opened) == "new@example.org"
    assert links.confirmed_by(session, made.key(), opened) == ""
    assert account.of_person(session, her.person_id).email == "new@example.org"
    assert [(row.template, row.to_address) for row in letters(session)][-1] == ("changed", ADDRESS)
    assert made.candidate(session, ADDRESS).person_id is None
    refused(Reason.LINK_SPENT, reset, session, old_link)
    same = Request("confirm", "NEW@example.org", "en", HERE, her.person_id)
    refused(Reason.EMAIL_KEEPS, account.change_email, session, KEY, made.key(), own, RIGHT, same, now=NOW)
    refused(Reason.NAME_NEEDED, account.change_email, session, KEY, made.key(), own, RIGHT, None, now=NOW)
    session.rollback()


def test_an_address_can_be_taken_away_where_a_user_name_is_left(session: Session):
    her = with_address(session)
    own = sign_in.own_candidate(session, KEY, her.person_id, now=NOW)
    account.change_user_name(session, KEY, made.key(), own, RIGHT, "maria", now=NOW)
    account.change_email(session, KEY, made.key(), own, RIGHT, None, now=NOW)
    assert account.of_person(session, her.person_id).signs_in_with == ["maria"]
    assert letters(session)[-1].template == "changed"


def test_an_address_that_became_somebody_elses_is_not_taken(session: Session):
    her = made.seen(session, made.sign_up(session, "maria"))
    ask(session, "confirm", person_id=her.person_id)
    opened = token(session)
    with_address(session)
    refused(Reason.EMAIL_ELSEWHERE, links.confirm, session, KEY, made.key(), opened, now=NOW)
    ask(session, "register", "second@example.org")
    late = token(session)
    other = made.seen(session, made.sign_up(session, "eleni"))
    refused(Reason.HAS_ACCOUNT, register, session, late, other)
    assert account.of_person(session, her.person_id).email is None


def test_three_messages_an_hour_go_to_one_address_known_or_not(session: Session):
    with_address(session)
    for email, more in ((ADDRESS, 2), ("nobody@example.org", 3)):
        for _ in range(more):
            ask(session, "reset", email)
        refused(Reason.TOO_MANY_MESSAGES, ask, session, "reset", email)
    kept = session.execute(text("select subject from wrong_tries")).scalars().all()
    assert not any("example" in subject for subject in kept)


def test_an_unknown_address_is_not_kept_beside_its_letter(session: Session):
    ask(session, "reset", "nobody@example.org")
    row = session.execute(text("select email, used_at, person_id from mail_tokens")).one()
    assert (row.email, row.person_id) == ("", None)
    assert row.used_at is not None
    assert letters(session)[0].params in ({}, "{}")
