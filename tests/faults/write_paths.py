"""Every way to write over the web: who sends what, for a cast of people made once. One case at least for each route.

A case names its route as the authorisation table does; test_kill_paths holds the two together.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import Flask

from tests import right
from tests.services.desk import Desk
from tests.web import accounts_made as made
from tests.web import world
from toolkit import db
from toolkit.rules import directory
from toolkit.services import accounts, certificates, opening_tasks

NAME, CANARY = "Maria Example", "Kanarini"
LISTING, LISTING_TOLD = "/en/admin/listings/cy-1460", "/en/admin/listings/cy-1497"
NEW = {"new": made.OTHER, "again": made.OTHER, "device": "own"}


@dataclass
class Cast:
    """Device tokens by role, and what stands in addresses and forms."""

    tokens: dict[str, str]
    parts: dict[str, str]
    answers: dict[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """One post: its route, who sends it to which address with what, and how it is answered.

    ``later``: the status when it is sent again after its answer was lost, where that cannot be the first one.
    """

    endpoint: str
    who: str
    address: str
    form: Callable[[Cast], Mapping[str, Any]] = field(default=lambda _: {})
    status: int = 303
    later: int | None = None
    method: str = "POST"
    note: str = ""

    @property
    def id(self) -> str:
        """Name the case for the test's report."""
        return f"{self.endpoint} {self.note or self.who}"


def cast(app: Flask) -> Cast:
    """Make the people: two guests, two admins, members with accounts, letters with links, a report, a proposal."""
    engine, server = app.extensions["engine"], app.extensions["keys"].server
    people, desk = world.make(app), Desk(app)
    last = world.attempt(app, people.tokens["owner"], answers=5)
    answers = {"second": people.right, "last": right.answer(right.asked(engine, last)[5])}
    parts = {"attempt": people.attempt, "last": last, "code": people.code, "invite": people.invite}
    tokens = {"nobody": "", **people.tokens, "second": desk.tokens[1]}
    tokens["admin"] = desk.tokens[0]
    named = world.guest(app)
    world.attempt(app, named, answers=6)
    tokens["named"] = named
    with db.read_session(engine) as session:
        person = accounts.visitor(session, people.tokens["other"], now=_now())
        assert person is not None
        parts["resume"] = accounts.resume_code(server, person.key)
    parts["named"] = _name(app, named)
    parts["withdrawn"] = _withdrawn(app, desk)
    for role, name, email in (
        ("member", "member", ""),
        ("mailed", "mailed", "mailed@example.org"),
        ("canary", CANARY, ""),
    ):
        visit = made.visitor(app)
        visit.start()
        made.sign_up(visit, name, email=email)
        if email:
            visit.get(link := made.link(app))
            visit.send(visit.form(action=link))
        tokens[role] = made.device(visit)
        if role == "member":
            parts["member_code"] = _code(app, tokens[role])
            again = made.visitor(app)
            made.sign_in(again, name)
            tokens["member elsewhere"] = made.device(again)
    parts["register"] = _asked(app, "fresh@example.org", "register")
    parts["reset"] = _asked(app, "mailed@example.org", "reset")
    member = _visit(app, tokens["member"])
    made.change(member, "e-mail", email="member@example.org", password=made.PASSWORD)
    parts["confirm"] = made.link(app)
    _visit(app, "").client.post("/en/reports/m01/1-1/b2", data={**world.fields(app, ""), "text": "A word is missing."})
    desk.confirm("cy-1497")
    data = {**world.fields(app, desk.tokens[0]), "action": "done", "who": "M.K.", "on": _now().date().isoformat()}
    assert _visit(app, desk.tokens[0]).client.post("/en/admin/opening/greek", data=data).status_code == 303
    contacts = desk.listing("cy-1460").contacts
    with db.read_session(engine) as session:
        parts["law"] = opening_tasks.to_read(session, "cy").mark.hex()
    parts["contacts"] = directory.fingerprint(contacts).hex()
    parts["change"] = desk.propose("cy-1460", "web", "www.example.org")
    return Cast(tokens, parts, answers)


def _now() -> datetime:
    return datetime.now(UTC)


def _visit(app: Flask, token: str) -> made.Visit:
    visit = made.visitor(app)
    if token:
        visit.client.set_cookie("device", token)
    return visit


def _code(app: Flask, token: str) -> str:
    with db.read_session(app.extensions["engine"]) as session:
        person = accounts.visitor(session, token, now=_now())
    assert person is not None
    return accounts.resume_code(app.extensions["keys"].server, person.key)


def _name(app: Flask, token: str) -> str:
    """Put a name on the certificate of a guest; give its code."""
    with db.read_session(app.extensions["engine"]) as session:
        code = certificates.of_person(session, world.person_id(app, token))[0].code
    answer = _visit(app, token).client.post(
        f"/en/certificates/{code}", data={**world.fields(app, token), "name": NAME}, headers={"Accept": "text/html"}
    )
    assert answer.status_code == 200
    return code


def _withdrawn(app: Flask, desk: Desk) -> str:
    token = world.guest(app)
    world.attempt(app, token, answers=6)
    code = _name(app, token)
    data = {**world.fields(app, desk.tokens[0]), "action": "withdraw", "reason": "mistake"}
    assert _visit(app, desk.tokens[0]).client.post(f"/en/admin/certificates/{code}", data=data).status_code == 303
    return code


def _asked(app: Flask, address: str, purpose: str) -> str:
    """Ask for a message; give the link in it."""
    data = {**world.fields(app, ""), "address": address, "name": purpose}
    assert _visit(app, "").client.post("/en/sign-in/message", data=data).status_code == 200
    return made.link(app)


def _sends(**values: str) -> Callable[[Cast], Mapping[str, Any]]:
    return lambda who: {name: value.format(**who.parts) for name, value in values.items()}


def _deed(**values: str) -> Callable[[Cast], Mapping[str, Any]]:
    return _sends(who="M.K.", on=_now().date().isoformat(), **values)


LEARNING = [
    Case("courses.start", "nobody", "/en/courses/basics", _sends(device="own")),
    Case("courses.start", "second", "/en/courses/basics"),
    Case("lessons.lesson_post", "owner", "/en/courses/basics/m01/1-1", _sends(done="b1", last="b2")),
    Case("quizzes.start", "other", "/en/courses/basics/quiz"),
    Case("quizzes.answer_post", "owner", "/en/attempts/{attempt}/answers/2", lambda who: who.answers["second"]),
    Case(
        "quizzes.answer_post",
        "owner",
        "/en/attempts/{last}/answers/6",
        lambda who: who.answers["last"],
        note="the last answer",
    ),
    Case("certificates.verify_post", "nobody", "/en/verify", _sends(code="{code}")),
    Case(
        "certificates.verified_post",
        "nobody",
        "/en/verify/{named}",
        _sends(name="Anna Example"),
        200,
        note="wrong name",
    ),
    Case("certificates.certificate_post", "owner", "/en/certificates/{code}", _sends(name=NAME), 200),
    Case(
        "certificates.certificate_post",
        "named",
        "/en/certificates/{named}",
        _sends(name=f"{NAME} Two", action="correct"),
        note="correction",
    ),
    Case("accounts.resume_here", "nobody", "/en/resume", _sends(code="{resume}", device="own")),
    Case("accounts.resume_here", "nobody", "/en/resume", _sends(code="00000-00000"), 422, note="wrong code"),
    Case("accounts.device", "other", "/en/device"),
    Case("help.choose", "nobody", "/en/help", _sends(country="cy")),
    Case("leave.leave", "other", "/en/leave", method="GET"),
    Case("reports.report_post", "nobody", "/en/reports/m01/1-1/b2", _sends(text="A number is old.")),
]

SIGN_IN = "/en/sign-in"
ACCOUNTS = [
    Case("sign_in.sign_in_post", "nobody", SIGN_IN, _sends(name="member", password=made.PASSWORD, device="own")),
    Case("sign_in.sign_in_post", "nobody", SIGN_IN, _sends(name="member", password="wrong words"), 422, note="wrong"),
    Case("sign_in.new_post", "other", f"{SIGN_IN}/new", _sends(name="maria", **NEW)),
    Case("sign_in.new_post", "nobody", f"{SIGN_IN}/new", _sends(name="eleni", email="eleni@example.org", **NEW)),
    Case("sign_in.new_post", "nobody", f"{SIGN_IN}/new", _sends(name="Member", **NEW), 422, note="name taken"),
    Case("sign_in.forgotten_post", "nobody", f"{SIGN_IN}/forgotten", _sends(code="{member_code}", **NEW)),
    Case(
        "sign_in.message_post",
        "nobody",
        f"{SIGN_IN}/message",
        _sends(address="mailed@example.org", name="reset"),
        200,
        note="known address",
    ),
    Case("sign_in.message_post", "nobody", f"{SIGN_IN}/message", _sends(address="new@example.org"), 200),
    Case("sign_in.link_post", "other", "{register}", _sends(**NEW), note="register"),
    Case("sign_in.link_post", "nobody", "{reset}", _sends(**NEW), note="reset"),
    Case("sign_in.link_post", "member", "{confirm}", status=200, note="confirm"),
    Case("account.name_post", "member", "/en/account/name", _sends(name="Maria")),
    Case("account.user_name_post", "member", "/en/account/user-name", _sends(name="other one", password=made.PASSWORD)),
    Case(
        "account.email_post",
        "member",
        "/en/account/e-mail",
        _sends(email="second@example.org", password=made.PASSWORD),
    ),
    Case(
        "account.email_post", "mailed", "/en/account/e-mail", _sends(email="", password=made.PASSWORD), note="removed"
    ),
    Case("account.password_post", "member", "/en/account/password", _sends(password=made.PASSWORD, **NEW)),
    Case("account.devices_post", "member", "/en/account/devices", _sends(end="this"), note="this"),
    # Her device is gone with the first post: who signs out everywhere is not known when she sends again.
    Case("account.devices_post", "member", "/en/account/devices", _sends(end="all"), later=409, note="all"),
    Case("own_data.end_post", "owner", "/en/account/end", _sends(sure="1", withdraw="1")),
    Case("own_data.end_post", "canary", "/en/account/end", _sends(sure="1", password=made.PASSWORD)),
]

ADMIN = [
    Case("admin.invite_post", "nobody", "/en/admin/invites/{invite}"),
    Case("admin.opening_post", "admin", "/en/admin/opening/law", _deed(action="done")),
    Case("admin.opening_post", "admin", "/en/admin/opening/law-cy", _deed(action="done", seen="{law}"), note="lawyer"),
    Case("admin.opening_post", "admin", "/en/admin/opening/greek", _sends(action="undo"), note="undo"),
    Case("admin_courses.course_post", "admin", "/en/admin/courses/basics", _sends(mode="hidden")),
    Case(
        "admin_directory.listing_post",
        "admin",
        LISTING,
        _deed(action="confirm", how="phone", contacts="{contacts}"),
        note="confirm",
    ),
    Case(
        "admin_directory.listing_post",
        "admin",
        LISTING,
        _sends(action="propose", field="email", new="help@example.org"),
        note="propose",
    ),
    Case(
        "admin_directory.listing_post",
        "second",
        LISTING,
        _sends(action="accepted", change="{change}"),
        note="accept",
    ),
    Case(
        "admin_directory.listing_post",
        "second",
        LISTING,
        _sends(action="refused", change="{change}"),
        note="refuse",
    ),
    Case("admin_directory.listing_post", "admin", LISTING_TOLD, _sends(action="unconfirm"), note="unconfirm"),
    Case(
        "admin_certificates.certificate_post",
        "admin",
        "/en/admin/certificates/{named}",
        _sends(action="withdraw", reason="mistake"),
        note="withdraw",
    ),
    Case(
        "admin_certificates.certificate_post",
        "admin",
        "/en/admin/certificates/{withdrawn}",
        _sends(action="take-back"),
        note="take back",
    ),
    Case("reports.listed_post", "admin", "/en/admin/reports", _sends(report="1", action="done")),
]

CASES = [*LEARNING, *ACCOUNTS, *ADMIN]
