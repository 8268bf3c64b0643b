"""Who is knocking, and the cookie that says so. Pages ask here; nobody else reads the device cookie.

Flask-Login gives the person of a request; there is no session, so a device cookie is all there is to steal, and
forgetting it is enough to be gone.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, NoReturn

from flask import Flask, Request, Response, abort, current_app, g, request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from flask_login import AnonymousUserMixin, LoginManager, UserMixin, current_user

from toolkit.rules.accounts import OWN_DEVICE_LIFE, AccountRefusedError, Reason
from toolkit.services import accounts
from toolkit.services.accounts import SignedIn, Visitor
from toolkit.web import database


class Person(UserMixin):
    """The visitor of this request in Flask-Login's terms."""

    def __init__(self, found: Visitor) -> None:
        self.visitor = found
        self.id = found.key
        self.role = found.role
        self.key = found.key


class NoSession(SessionInterface):
    """There is no session: an empty one is opened because Flask-Login looks into it, and nothing of it is ever sent."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """Give an empty session."""
        del app, request
        return SecureCookieSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Send nothing."""


def device_cookie() -> str:
    """Name the device cookie: __Host- (own origin, TLS only) where the site is served over TLS."""
    return "__Host-device" if current_app.extensions["settings"].secure else "device"


def device_token() -> str:
    """Give the device cookie's token, or nothing."""
    return request.cookies.get(device_cookie(), "")


def visitor() -> Visitor | None:
    """Give who is knocking, or None for somebody who has not pressed Start."""
    if "visitor" not in g:
        g.visitor = getattr(current_user, "visitor", None)
    found: Visitor | None = g.visitor
    return found


def person() -> Visitor:
    """Give who is knocking; without anybody the request is refused with a way back in."""
    found = visitor()
    if found is None:
        raise AccountRefusedError(Reason.SIGN_IN_NEEDED)
    return found


def set_device(response: Response, signed_in: SignedIn) -> None:
    """Let this browser stand for a person: 90 days, or until it is closed on a shared device."""
    response.set_cookie(
        device_cookie(),
        signed_in.token,
        max_age=None if signed_in.shared else int(OWN_DEVICE_LIFE.total_seconds()),
        secure=current_app.extensions["settings"].secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def drop_device(response: Response) -> None:
    """Take the device cookie away."""
    secure = current_app.extensions["settings"].secure
    response.delete_cookie(device_cookie(), path="/", secure=secure, httponly=True, samesite="Lax")


def admin_only(view: Callable[..., Any]) -> Callable[..., Any]:
    """Show a page to admins; to everybody else it does not exist."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - whatever the view takes and gives
        found = visitor()
        if found is None or found.role != "admin":
            not_there()
        return view(*args, **kwargs)

    return guarded


def not_there() -> NoReturn:
    """Answer as if there were nothing: "not yours" and "not there" are the same answer."""
    abort(404)


def init(app: Flask) -> None:
    """Connect Flask-Login: the device cookie is looked up once per request, and only when somebody asks."""
    app.session_interface = NoSession()
    manager = LoginManager(app)
    manager.session_protection = None
    manager.anonymous_user = AnonymousUserMixin

    @manager.request_loader
    def load(req: Request) -> Person | None:
        token = req.cookies.get(device_cookie(), "")
        if not token or g.get("quiet", False):
            return None
        found = accounts.visitor(database.session(), token, now=database.now())
        return None if found is None else Person(found)
