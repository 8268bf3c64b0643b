"""Signing in, making an account, a forgotten password, and the links that go by mail.

The surprise: each post looks up, hashes, then writes, in this order; who is knocking is asked only when writing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from toolkit.rules import codes, sign_in_names, sign_in_passwords
from toolkit.rules.accounts import AccountRefusedError
from toolkit.rules.sign_in import Reason, SignInRefused
from toolkit.services import account, accounts, sign_in, sign_in_links
from toolkit.services.accounts import SignedIn
from toolkit.services.sign_in import Newcomer
from toolkit.web import database, errors, forms, frame, guards, refusals
from toolkit.web import sign_in_forms as asked
from toolkit.web.forms import AccountForm
from toolkit.web.sign_in_forms import Refusals

page = Blueprint("sign_in", __name__)

Answer = BaseResponse | tuple[Response, int]


@page.get("/<lang>/sign-in", endpoint="sign_in")
def show(lang: str) -> Response:
    """Ask for a name and a password."""
    del lang
    return _sign_in_page()


@page.post("/<lang>/sign-in", endpoint="sign_in_post")
def enter(lang: str) -> Answer:
    """Sign this device in; a wrong name and a wrong password get the same answer."""
    form, now, key = AccountForm.posted(), database.now(), asked.server_key()
    try:
        with asked.looking() as session:
            found = sign_in.candidate(session, key, form.name.data or "", now=now)
        asked.wait_or_go(found, Reason.TOO_MANY_WRONG)
        tried = asked.tried(found, form.password.data or "")
        before, where = guards.visitor(), {"shared": form.shared, "language": lang}
        opened = database.session()
        signed_in = sign_in.enter(opened, key, forms.client_key(), found, tried, before=before, now=now, **where)
    except Refusals as refusal:
        status = asked.refused(refusal)
        return _sign_in_page(errors=asked.errors(refusal), typed=form.typed), status
    found_now = accounts.visitor(opened, signed_in.token, now=now)
    is_admin = found_now is not None and found_now.role == "admin"
    return asked.entered(signed_in, frame.url("admin.start" if is_admin else "accounts.progress", lang=lang))


@page.get("/<lang>/sign-in/new")
def new(lang: str) -> BaseResponse:
    """Offer to make an account; whoever has one is led to it."""
    found = guards.visitor()
    if found is not None and account.of_person(database.session(), found.person_id) is not None:
        return redirect(frame.url("account.account", lang=lang), 303)
    return _new_page()


@page.post("/<lang>/sign-in/new", endpoint="new_post")
def make(lang: str) -> Answer:
    """Make an account with a user name; a guest keeps all she has, certificates too."""
    form, now, key = AccountForm.posted(), database.now(), asked.server_key()
    try:
        user_name = sign_in_names.check_user_name(form.name.data or "")
        email = _optional_email(form)
        names = [user_name, email or ""]
        password = sign_in_passwords.check_password(form.new.data or "", form.again.data or "", names=names)
        hashed = asked.hashed(password)
        session, visitor = database.session(), guards.visitor()
        newcomer = Newcomer(visitor, shared=visitor.shared if visitor else form.shared, language=lang)
        signed_in = sign_in.sign_up(
            session, key, forms.client_key(), newcomer, user_name=user_name, password_hash=hashed, now=now
        )
    except Refusals as refusal:
        status = asked.refused(refusal)
        if refusal.reason is Reason.NAME_TAKEN:
            sign_in.count_taken(database.session(), key, forms.client_key(), form.name.data or "", now=now)
        return _new_page(errors=asked.errors(refusal), typed=form.typed), status
    said = _confirm(lang, signed_in, email) if email else "made"
    return asked.entered(signed_in, frame.url("account.account", lang=lang, done=said))


@page.get("/<lang>/sign-in/forgotten")
def forgotten(lang: str) -> Response:
    """Offer the two ways to a new password: the resume code, and a message where there is an address."""
    del lang
    return _forgotten_page()


@page.post("/<lang>/sign-in/forgotten", endpoint="forgotten_post")
def new_password(lang: str) -> Answer:
    """Set a new password with the resume code; every other device ends."""
    form, now, key = AccountForm.posted(), database.now(), asked.server_key()
    try:
        with asked.looking() as session:
            names = account.names_of_code(session, key, form.code.data or "", now=now)
        password = sign_in_passwords.check_password(form.new.data or "", form.again.data or "", names=names)
        hashed = asked.hashed(password)
        session, before = database.session(), guards.visitor()
        signed_in = account.reset_by_code(
            session,
            key,
            forms.client_key(),
            form.code.data or "",
            password_hash=hashed,
            shared=form.shared,
            before=before,
            now=now,
        )
    except (*Refusals, AccountRefusedError) as refusal:
        if isinstance(refusal, AccountRefusedError) and refusal.reason not in asked.CODE_REASONS:
            raise
        status = asked.refused(refusal)
        return _forgotten_page(errors=asked.errors(refusal, "code"), typed=form.typed), status
    return asked.entered(signed_in, frame.url("account.account", lang=lang, done="password"))


@page.post("/<lang>/sign-in/message", endpoint="message_post")
def message(lang: str) -> Answer:
    """Write to an address, for a new account or a new password; the answer is the same for known and unknown ones."""
    form = AccountForm.posted()
    purpose = "reset" if form.name.data == "reset" else "register"
    try:
        asked.hold_mail()
        email = sign_in_names.check_email(form.address.data or "")
        request = sign_in_links.Request(purpose, email, lang, asked.links(lang))
        sign_in_links.ask(database.session(), asked.server_key(), forms.client_key(), request, now=database.now())
    except Refusals as refusal:
        status = asked.refused(refusal)
        again = _forgotten_page if purpose == "reset" else _new_page
        said = " ".join(asked.errors(refusal).values())
        return again(errors={"address": said}, typed={"address": form.address.data or ""}), status
    return _message_page(email, purpose)


@page.get("/<lang>/sign-in/links/<token>")
def link(lang: str, token: str) -> Response | tuple[Response, int]:
    """Show what a link from a mail opens; opening it changes nothing, so that a preview cannot spend it."""
    del lang
    return _link_page(token)


@page.post("/<lang>/sign-in/links/<token>", endpoint="link_post")
def open_link(lang: str, token: str) -> Answer:
    """Do what the link is for: make the account, set the new password, or confirm the address."""
    form, now, key = AccountForm.posted(), database.now(), asked.server_key()
    with asked.looking() as session:
        opens = sign_in_links.link_of(session, token, now=now)
        names = sign_in_links.names_of(session, opens) if opens else []
    try:
        if opens is None:
            return _again_or_spent(lang, token, now)
        if opens.kind == "confirm":
            sign_in_links.confirm(database.session(), key, forms.client_key(), token, now=now)
            return _message_page(opens.email, "confirmed")
        password = sign_in_passwords.check_password(form.new.data or "", form.again.data or "", names=names)
        hashed = asked.hashed(password)
        session, visitor = database.session(), guards.visitor()
        given = {"password_hash": hashed, "now": now}
        if opens.kind == "register":
            newcomer = Newcomer(visitor, shared=visitor.shared if visitor else form.shared, language=lang)
            signed_in = sign_in_links.register(session, key, forms.client_key(), token, newcomer, **given)
        else:
            where = {"shared": form.shared, "before": visitor}
            signed_in = sign_in_links.reset(session, key, forms.client_key(), token, **where, **given)
    except Refusals as refusal:
        status = asked.refused(refusal)
        return _link_page(token, status, errors=asked.errors(refusal, "new"), typed=form.typed)
    done = "made" if opens.kind == "register" else "password"
    return asked.entered(signed_in, frame.url("account.account", lang=lang, done=done))


def _again_or_spent(lang: str, token: str, now: datetime) -> Answer:
    """Lead whoever pressed twice to where the first press led; to everybody else the link is spent."""
    for kind, done in (("register", "made"), ("reset", "password")):
        again = accounts.device_again(database.session(), asked.server_key(), forms.client_key(), kind=kind, now=now)
        if again is not None:
            return asked.entered(again, frame.url("account.account", lang=lang, done=done))
    confirmed = sign_in_links.confirmed_by(database.session(), forms.client_key(), token)
    return _message_page(confirmed, "confirmed") if confirmed else _spent()


def _confirm(lang: str, signed_in: SignedIn, email: str) -> str:
    """Ask the address that was given beside a user name; the account is made whatever becomes of it."""
    session, now = database.session(), database.now()
    found = accounts.visitor(session, signed_in.token, now=now)
    if found is None:
        return "made"
    request = sign_in_links.Request("confirm", email, lang, asked.links(lang), found.person_id)
    try:
        key = sign_in_links.second_key(forms.client_key())
        sign_in_links.ask(session, asked.server_key(), key, request, now=now)
    except SignInRefused:
        return "made-later"
    return "made-asked"


def _optional_email(form: AccountForm) -> str | None:
    typed = (form.email.data or "").strip()
    if not typed:
        return None
    asked.hold_mail()
    return sign_in_names.check_email(typed)


def _here() -> dict[str, Any]:
    """Say whose place this browser holds now, and its resume code: signing in as somebody else leaves it."""
    found = guards.visitor()
    if found is None:
        return {"mine": None, "code_shown": "", "guest": False}
    view = account.of_person(database.session(), found.person_id)
    code = codes.show_code(accounts.resume_code(asked.server_key(), found.key)) if found.role == "guest" else ""
    return {"mine": view, "code_shown": "" if view else code, "guest": view is None}


def _sign_in_page(**values: Any) -> Response:  # noqa: ANN401 - template values
    return frame.page("accounts/sign_in.html", title=_("Sign in"), page_kind="desk", **_here(), **values)


def _new_page(**values: Any) -> Response:  # noqa: ANN401 - template values
    more = {"mail_works": asked.mail_works(), **_here()}
    return frame.page("accounts/new.html", title=_("Account"), page_kind="desk", **more, **values)


def _forgotten_page(**values: Any) -> Response:  # noqa: ANN401 - template values
    more = {"mail_works": asked.mail_works(), **_here()}
    return frame.page("accounts/forgotten.html", title=_("New password"), page_kind="desk", **more, **values)


def _link_page(token: str, status: int = 200, **values: Any) -> Answer:  # noqa: ANN401 - template values
    opens = sign_in_links.link_of(database.session(), token, now=database.now())
    if opens is None:
        return _spent()
    html = frame.page("accounts/link.html", title=_("Account"), page_kind="desk", link=opens, **_here(), **values)
    return html, status


def _message_page(email: str, purpose: str) -> Response:
    return frame.page("accounts/message.html", title=_("Message"), page_kind="desk", email=email, purpose=purpose)


def _spent() -> tuple[Response, int]:
    action = {"label": _("Ask for a new link"), "url": frame.url("sign_in.forgotten")}
    return errors.error_page(404, _("Not found"), refusals.sentence(Reason.LINK_SPENT), action)


def _retyped(show_again: Callable[..., Any], field: str) -> Callable[..., Response]:
    """Show a form again with what was typed, when its token no longer holds."""

    def again(text: str, lang: str) -> Response:
        del lang
        page: Response = show_again(errors={field: text}, typed=AccountForm.posted().typed)
        return page

    return again


def _message_retyped(text: str, lang: str) -> Response:
    del lang
    form = AccountForm.posted()
    again = _forgotten_page if form.name.data == "reset" else _new_page
    return again(errors={"address": text}, typed={"address": form.address.data or ""})


forms.RETYPED |= {
    "sign_in.message_post": _message_retyped,
    "sign_in.sign_in_post": _retyped(_sign_in_page, "name"),
    "sign_in.new_post": _retyped(_new_page, "name"),
    "sign_in.forgotten_post": _retyped(_forgotten_page, "code"),
}
