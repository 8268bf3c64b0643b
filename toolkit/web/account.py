"""One's own account: what it says, names, e-mail address, password, devices.

A change shows its form, asks for the password again (but for the name to greet her by), and leads back to the account.
"""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from toolkit.rules import codes, sign_in_names, sign_in_passwords
from toolkit.rules.accounts import AccountRefusedError
from toolkit.rules.accounts import Reason as DeviceReason
from toolkit.rules.sign_in import Reason, SignInRefused
from toolkit.services import account, accounts, sign_in, sign_in_links
from toolkit.services.account import AccountView
from toolkit.services.accounts import Visitor
from toolkit.services.sign_in import Candidate
from toolkit.web import database, errors, forms, frame, guards, language, refusals
from toolkit.web import sign_in_forms as asked
from toolkit.web.forms import AccountForm
from toolkit.web.sign_in_forms import Refusals

page = Blueprint("account", __name__)

Answer = BaseResponse | tuple[Response, int]
CONFLICT = 409
# What was just done, as the address says it: nothing else of the address is ever shown.
_DONE = {"made", "made-asked", "made-later", "name", "user-name", "e-mail-asked", "e-mail-gone", "password"}


@page.get("/<lang>/account", endpoint="account")
def show(lang: str) -> BaseResponse:
    """Show the account and what can be done with it; without one, what it would be good for."""
    found = guards.visitor()
    if found is None:
        return redirect(frame.url("sign_in.sign_in", lang=lang), 303)
    view = account.of_person(database.session(), found.person_id)
    done = request.args.get("done", "")
    return frame.page(
        "accounts/account.html",
        title=_("Account"),
        page_kind="desk",
        account=view,
        done=done if done in _DONE else "",
        code_shown=_code(found),
        is_admin=found.role == "admin",
        mail_works=asked.mail_works(),
    )


@page.get("/<lang>/account/name")
def name(lang: str) -> BaseResponse:
    """Show the name to greet her by."""
    return _form(lang, "name", lambda view: view.name)


@page.post("/<lang>/account/name", endpoint="name_post")
def change_name(lang: str) -> Answer:
    """Set the name to greet her by."""
    form, found = AccountForm.posted(), guards.person()
    try:
        account.change_name(database.session(), found.person_id, form.name.data or "")
    except Refusals as refusal:
        return _again("name", refusal)
    return redirect(frame.url("account.account", lang=lang, done="name"), 303)


@page.get("/<lang>/account/user-name")
def user_name(lang: str) -> BaseResponse:
    """Show the user name."""
    return _form(lang, "user_name", lambda view: view.user_name or "")


@page.post("/<lang>/account/user-name", endpoint="user_name_post")
def change_user_name(lang: str) -> Answer:
    """Set the user name, or take it away where an address is left."""
    form, now, key = AccountForm.posted(), database.now(), asked.server_key()
    try:
        found = _own()
        typed = (form.name.data or "").strip()
        wanted = sign_in_names.check_user_name(typed) if typed else None
        tried = asked.tried(found, form.password.data or "")
        account.change_user_name(database.session(), key, forms.client_key(), found, tried, wanted, now=now)
    except Refusals as refusal:
        answer = _again("user_name", refusal)
        if refusal.reason is Reason.NAME_TAKEN:
            sign_in.count_taken(database.session(), key, forms.client_key(), form.name.data or "", now=now)
        return answer
    return redirect(frame.url("account.account", lang=lang, done="user-name"), 303)


@page.get("/<lang>/account/e-mail")
def email(lang: str) -> BaseResponse:
    """Show the e-mail address."""
    return _form(lang, "email", lambda view: view.email or "")


@page.post("/<lang>/account/e-mail", endpoint="email_post")
def change_email(lang: str) -> Answer:
    """Ask a new address whether it is hers, or take the address away; the answer is the same for known addresses."""
    form, now, key = AccountForm.posted(), database.now(), asked.server_key()
    try:
        found = _own()
        typed = (form.email.data or "").strip()
        wanted = None
        if typed:
            asked.hold_mail()
            address = sign_in_names.check_email(typed)
            wanted = sign_in_links.Request("confirm", address, lang, asked.links(lang), found.person_id)
        tried = asked.tried(found, form.password.data or "")
        account.change_email(database.session(), key, forms.client_key(), found, tried, wanted, now=now)
    except Refusals as refusal:
        return _again("email", refusal)
    return redirect(frame.url("account.account", lang=lang, done="e-mail-asked" if wanted else "e-mail-gone"), 303)


@page.get("/<lang>/account/password")
def password(lang: str) -> BaseResponse:
    """Ask for the old password and a new one."""
    return _form(lang, "password", lambda _view: "")


@page.post("/<lang>/account/password", endpoint="password_post")
def change_password(lang: str) -> Answer:
    """Set a new password; this device gets a new cookie, all others end."""
    form, now, key = AccountForm.posted(), database.now(), asked.server_key()
    done = frame.url("account.account", lang=lang, done="password")
    try:
        with asked.looking() as session:
            again = accounts.device_again(session, key, forms.client_key(), kind="password", now=now)
            this = accounts.visitor(session, guards.device_token(), now=now)
            view = account.of_person(session, this.person_id) if this else None
        if again is not None:
            return asked.entered(again, done)
        found = _own()
        names = view.signs_in_with if view else []
        new = sign_in_passwords.check_password(form.new.data or "", form.again.data or "", names=names)
        tried = asked.tried(found, form.password.data or "")
        hashed = asked.hashed(new) if tried.fits else ""
        signed_in = account.change_password(
            database.session(), key, forms.client_key(), found, tried, hashed, this=this or guards.person(), now=now
        )
    except Refusals as refusal:
        return _again("password", refusal)
    return asked.entered(signed_in, done)


@page.get("/<lang>/account/devices")
def devices(lang: str) -> BaseResponse:
    """List where she is signed in."""
    found = guards.visitor()
    if found is None:
        return redirect(frame.url("sign_in.sign_in", lang=lang), 303)
    session = database.session()
    return frame.page(
        "accounts/devices.html",
        title=_("Devices"),
        page_kind="desk",
        account=account.of_person(session, found.person_id),
        devices=[
            {"mark": seen.mark, "since": language.day(seen.since, lang), "shared": seen.shared, "this": seen.this}
            for seen in account.devices(session, asked.server_key(), found, now=database.now())
        ],
        code_shown=_code(found),
    )


@page.post("/<lang>/account/devices", endpoint="devices_post")
def end(lang: str) -> BaseResponse:
    """Sign out here, everywhere, or on one device of hers; another person's is not there."""
    session, wanted = database.session(), request.form.get("end", "")
    if wanted == "this":
        here = guards.visitor()
        if here is not None:  # signed out already, when the first answer was lost: that is what she wants
            accounts.forget_device(session, here.device_id)
    elif wanted == "all":
        accounts.end_devices(session, guards.person().person_id)
    elif account.end_device(session, asked.server_key(), guards.person(), wanted[:64]):
        return redirect(frame.url("account.devices", lang=lang), 303)
    else:
        guards.not_there()
    response: Any = redirect(frame.url("sign_in.sign_in", lang=lang), 303)
    guards.drop_device(response)
    return response  # type: ignore[no-any-return]


def _own() -> Candidate:
    """Look the visitor's account up before anything is hashed; refuses where there is nobody, or no account."""
    with asked.looking() as session:
        found = accounts.visitor(session, guards.device_token(), now=database.now())
        if found is None:
            raise AccountRefusedError(DeviceReason.SIGN_IN_NEEDED)
        kept = account_of(session, found)
    asked.wait_or_go(kept, Reason.TOO_MANY_OLD)
    return kept


def account_of(session: Any, found: Visitor) -> Candidate:  # noqa: ANN401 - a session
    """Give what the password of this person's account is compared with."""
    kept = sign_in.own_candidate(session, asked.server_key(), found.person_id, now=database.now())
    if kept is None:
        raise SignInRefused(Reason.NO_ACCOUNT)
    return kept


def _form(lang: str, kind: str, value: Callable[[AccountView], str]) -> BaseResponse:
    found = guards.visitor()
    view = account.of_person(database.session(), found.person_id) if found else None
    if view is None:
        return redirect(frame.url("account.account" if found else "sign_in.sign_in", lang=lang), 303)
    return _change_page(kind, view, typed={"name": value(view), "email": value(view)})


def _again(kind: str, refusal: Any) -> tuple[Response, int]:  # noqa: ANN401 - one of the refusals
    """Show the form again with what was typed; without an account the refusal is a page of its own."""
    status = asked.refused(refusal)
    found = guards.visitor()
    view = account.of_person(database.session(), found.person_id) if found else None
    if view is None:
        action = {"label": _("To the account"), "url": frame.url("account.account")}
        return errors.error_page(CONFLICT, _("Not done"), refusals.sentence(Reason.NO_ACCOUNT), action)
    said = asked.errors(refusal, "email" if kind == "email" else "name")
    return _change_page(kind, view, errors=said, typed=AccountForm.posted().typed), status


def _change_page(kind: str, view: AccountView, **values: Any) -> Response:  # noqa: ANN401 - template values
    more = {"kind": kind, "account": view, "mail_works": asked.mail_works()}
    return frame.page("accounts/change.html", title=_("Account"), page_kind="desk", **more, **values)


def _code(found: Visitor) -> str:
    """Give the resume code to show; an admin has none."""
    return codes.show_code(accounts.resume_code(asked.server_key(), found.key)) if found.role == "guest" else ""


def _retyped(kind: str) -> Callable[..., Response]:
    """Show a form again with what was typed, when its token no longer holds; without an account there is none."""

    def again(text: str, lang: str) -> Response:
        del lang
        found = guards.visitor()
        view = account.of_person(database.session(), found.person_id) if found else None
        if view is None:
            guards.not_there()
        field = {"email": "email", "password": "password"}.get(kind, "name")
        return _change_page(kind, view, errors={field: text}, typed=AccountForm.posted().typed)

    return again


forms.RETYPED |= {f"account.{kind}_post": _retyped(kind) for kind in ("name", "user_name", "email", "password")}
