"""Error pages: every refusal and fault becomes a page in the reader's language, and what was written is taken back.

The sentences of refusals are in web/refusals.py. The surprise: the page is the same bytes for "not yours" and
"not there", so nothing of the address or the visitor may be in it.
"""

from contextlib import suppress
from typing import Any

from flask import Flask, Response, current_app, g, request
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, InternalServerError, SecurityError
from werkzeug.routing import RequestRedirect

from toolkit import logs
from toolkit.rules import accounts, progress, quizzes
from toolkit.web import database, forms, frame, guards, outline
from toolkit.web.csrf import CsrfError
from toolkit.web.refusals import sentence

CONFLICT = 409
NOT_FOUND = {403, 404, 405}
TOO_LARGE = 413


def error_page(status: int, heading: str, text: str, action: dict[str, str] | None = None) -> tuple[Response, int]:
    """Give a refusal as a page."""
    action = action or {"label": _("To the start page"), "url": frame.url("courses.home")}
    g.error = True  # "not yours" and "not there" must be the same bytes: no address, person or token of this visit
    values = {"title": heading, "heading": heading, "sentence": text, "action": action, "person": None, "country": ""}
    return frame.page("errors/error.html", **values), status


def init(app: Flask) -> None:
    """Connect the pages to what they answer."""
    # Flask's own line would hold the address and what was being written; _broken() writes ours.
    app.logger.disabled = True
    app.register_error_handler(accounts.AccountRefusedError, _account)
    app.register_error_handler(quizzes.AnswerRefusedError, _answer)
    app.register_error_handler(progress.ProgressRefusedError, _lesson)
    app.register_error_handler(CsrfError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def _account(refusal: accounts.AccountRefusedError) -> tuple[Response, int]:
    database.undo()
    action = None
    if refusal.reason is accounts.Reason.SIGN_IN_NEEDED:
        action = {"label": _("Type the resume code"), "url": frame.url("accounts.resume")}
    elif refusal.reason in {accounts.Reason.KEY_MISSING, accounts.Reason.KEY_REUSED}:
        action = {"label": _("Open the page again"), "url": frame.here()}
    return error_page(CONFLICT, _("Not done"), sentence(refusal.reason), action)


def _answer(refusal: quizzes.AnswerRefusedError) -> tuple[Response, int]:
    database.undo()
    action = {"label": _("Back to the quiz"), "url": _attempt()}
    return error_page(CONFLICT, _("Not done"), _refused(refusal), action)


def _lesson(refusal: progress.ProgressRefusedError) -> tuple[Response, int]:
    database.undo()
    action = {"label": _("Open the lesson again"), "url": frame.here()}
    return error_page(CONFLICT, _("Not done"), sentence(refusal.reason), action)


def _forged(error: CsrfError) -> tuple[Response, int]:
    database.undo()
    text = _(
        "The page was open for a long time, or it belongs to another visit. "
        "Nothing was changed. Open it again and send once more."
    )
    again = forms.RETYPED.get(request.endpoint or "")
    if again is not None and str(error) != "origin":
        # What she typed is in the form again, with a fresh token: she sends it once more and nothing is lost.
        with suppress(HTTPException):  # what the form was about is not there: the plain page then
            return again(text, **(request.view_args or {})), 400
    if str(error) == "signature" and not guards.device_token():
        # The form was made for a device that this browser no longer names: her place waits for the resume code.
        return _account(accounts.AccountRefusedError(accounts.Reason.SIGN_IN_NEEDED))
    return error_page(400, _("Please send it again"), text, {"label": _("Open the page again"), "url": frame.here()})


def _http(error: HTTPException) -> Any:  # noqa: ANN401 - a redirect passes through
    if isinstance(error, RequestRedirect):
        return error
    if isinstance(error, InternalServerError) and isinstance(error.original_exception, Exception):
        return _broken(error.original_exception)  # raised beside the page, as by a commit on a full disk
    database.undo()
    status = error.code or 500
    if isinstance(error, SecurityError):
        # Asked under a name that is not ours: no address can be made for it, so this one answer is no page.
        text = _("The request could not be read. Go to the start page and try again.")
        return current_app.response_class(f"{text}\n", status, mimetype="text/plain")
    if status in NOT_FOUND:
        text = _(
            "There is nothing at this address, or it is not yours to see. The start page leads to everything there is."
        )
        return error_page(405 if status == 405 else 404, _("Not found"), text)
    if status == TOO_LARGE:
        text = _("What was sent is too large. Shorten it and send it again.")
        return error_page(status, _("Too much at once"), text)
    return error_page(status, _("Not done"), _("The request could not be read. Go to the start page and try again."))


def _broken(error: Exception) -> tuple[Response, int]:
    database.undo()
    # The kind and the place of the fault, never its values: they could be a person's.
    where = logs.where(error.__traceback__)
    logs.error("request_failed", endpoint=request.endpoint or "", kind=type(error).__name__, where=where)
    if current_app.testing:
        raise error
    text = _("Something went wrong on our side. What you had sent before is kept. Try again in a minute.")
    try:
        return error_page(500, _("Sorry, this did not work"), text)
    except Exception:  # noqa: BLE001 - a page needs the database; where that is gone, the sentence stands alone
        return current_app.response_class(f"{text}\n", mimetype="text/plain"), 500


def _refused(refusal: quizzes.AnswerRefusedError) -> str:
    """Say the reason; of a quiz that is not yet open, once for each module that comes before it."""
    where = request.view_args or {}
    if not refusal.ahead:
        return sentence(refusal.reason)
    modules = outline.still_ahead(
        where["lang"], outline.course_structure(where["lang"], where["course"]), refusal.ahead
    )
    return " ".join(sentence(refusal.reason, **module) for module in modules)


def _attempt() -> str:
    key = (request.view_args or {}).get("key", "")
    return frame.url("quizzes.attempt", key=key) if key else frame.here()
