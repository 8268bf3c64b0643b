"""Report a mistake in a text, without an account; the admin's list of what was reported.

Nothing of who reports is looked at, and nothing that was typed is ever put into an address or a mail.
"""

from typing import Any

from flask import Blueprint, Response, current_app, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from toolkit.rules import reports as rule
from toolkit.rules.accounts import AccountRefusedError
from toolkit.rules.accounts import Reason as AccountReason
from toolkit.rules.reports import Reason, ReportRefusedError
from toolkit.services import audit, reports
from toolkit.services.reports import Passage, ReportView
from toolkit.web import database, forms, frame, guards, language, refusals
from toolkit.web.rendering import Texts

page = Blueprint("reports", __name__)

CONFLICT, UNPROCESSABLE, TOO_MANY = 409, 422, 429


@page.get("/<lang>/reports/<module>/<lesson>/<part>")
def report(lang: str, module: str, lesson: str, part: str) -> Response:
    """Ask what is wrong in the text that stands at this place."""
    return _form_page(lang, _passage(lang, module, lesson, part))


@page.post("/<lang>/reports/<module>/<lesson>/<part>")
def report_post(lang: str, module: str, lesson: str, part: str) -> BaseResponse | tuple[Response, int]:
    """Keep a report: where and what, never who."""
    found = _passage(lang, module, lesson, part)
    typed = forms.ReportForm.posted().text.data
    settings = current_app.extensions["settings"]
    try:
        reports.send(
            database.session(),
            found.place,
            rule.check_text(typed or ""),
            forms.client_key(),
            language=lang,
            now=database.now(),
            contact=settings.contact if settings.smtp_url and "@" in settings.contact else "",
        )
    except ReportRefusedError as refusal:
        database.undo()  # the form's key, too: sent again after midnight, it must not pass for one that has arrived
        status = TOO_MANY if refusal.reason is Reason.TOO_MANY else UNPROCESSABLE
        return _form_page(lang, found, error=refusals.sentence(refusal.reason), typed=typed), status
    except AccountRefusedError as refusal:
        if refusal.reason is not AccountReason.KEY_REUSED:
            raise
        # She went back, wrote on and sent once more: her words stay, and the next press has a key of its own.
        text = _("A report from this form has arrived already. If this is another one, send it now.")
        return _form_page(lang, found, error=text, typed=typed), CONFLICT
    return redirect(frame.url("reports.thanks", module=module, lesson=lesson, part=part) + _state(found), 303)


@page.get("/<lang>/reports/<module>/<lesson>/<part>/thanks")
def thanks(lang: str, module: str, lesson: str, part: str) -> Response:
    """Say thanks, and lead back to the text."""
    found = _passage(lang, module, lesson, part)
    return frame.page(
        "reports/thanks.html",
        page_kind="desk",
        title=_("Thank you"),
        passage=_described(lang, found),
        state=_state(found),
    )


@page.get("/<lang>/admin/reports")
@guards.admin_only
def listed(lang: str) -> Response:
    """List what was reported, the newest first, 50 on a page."""
    waiting = request.args.get("show") == "open"
    before = request.args.get("before", "")
    shown, older = reports.newest(database.session(), before=int(before) if _number(before) else None, waiting=waiting)
    return frame.page(
        "admin/reports.html",
        page_kind="desk",
        title=_("Administration"),
        reports=[_row(lang, view) for view in shown],
        waiting=waiting,
        before=before if _number(before) else "",
        all_at=_list_address(waiting=False, before=""),
        open_at=_list_address(waiting=True, before=""),
        kept_days=current_app.extensions["settings"].kept["KEEP_DRAFTS_DAYS"],
        older_at=_list_address(waiting=waiting, before=str(shown[-1].number)) if older else "",
    )


@page.post("/<lang>/admin/reports", endpoint="listed_post")
@guards.admin_only
def mark(lang: str) -> BaseResponse:
    """Mark a report as dealt with, or as open again; sending it twice changes nothing more."""
    del lang
    number = request.form.get("report", "")
    if _number(number):
        keys = current_app.extensions["keys"]
        reports.mark(
            database.session(),
            int(number),
            done=request.form.get("action") == "done",
            by=audit.actor(keys.server, guards.person().key),
            now=database.now(),
        )
    to = _list_address(waiting=request.form.get("show") == "open", before=request.form.get("before", ""))
    return redirect(to + f"#r{number}" if _number(number) else to, 303)


def _list_address(*, waiting: bool, before: str) -> str:
    values = ({"show": "open"} if waiting else {}) | ({"before": before} if _number(before) else {})
    return frame.url("reports.listed", **values)


def _number(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 10


def _passage(lang: str, *place: str) -> Passage:
    found = reports.passage(frame.shelf(), lang, "/".join(place), request.args.get("course", ""))
    if found is None:
        guards.not_there()
    return found


def _described(lang: str, found: Passage) -> dict[str, Any]:
    t = Texts(found.edition)
    place = {"module": found.place.module, "lesson": found.place.lesson}
    if found.lesson is None:
        where, url = _("Final quiz"), frame.url("quizzes.quiz", lang=lang, course=found.course)
    else:
        number = frame.lesson_number(found.course, found.place.module, found.lesson["key"])
        where = f"{number} {t.plain(found.lesson['title'])}"
        url = frame.url("lessons.lesson", lang=lang, course=found.course, **place) + f"#{found.place.part}"
    return {"where": where, "title": t(found.title), "url": url, "quiz": found.lesson is None}


def _form_page(lang: str, found: Passage, **values: Any) -> Response:  # noqa: ANN401 - template values
    return frame.page(
        "reports/report.html",
        page_kind="desk",
        title=_("A mistake in a text"),
        passage=_described(lang, found),
        state=_state(found),
        limit=rule.TEXT_LIMIT,
        contact=current_app.extensions["settings"].contact,
        **values,
    )


def _state(found: Passage) -> str:
    """Say which course she came from, where its texts stand in another one, too: the way back is hers."""
    course = frame.course_named(found.course, found.place.module)
    return f"?course={course}" if course else ""


def _row(lang: str, view: ReportView) -> dict[str, Any]:
    found = reports.passage(frame.shelf(), view.language, view.at)
    return {
        "number": view.number,
        "at": view.at,
        "language": language.NAMES.get(view.language, view.language),
        "tag": view.language,
        "passage": _described(view.language, found) if found else None,
        "text": view.text,
        "day": language.day(view.reported_on, lang),
        "done": language.day(view.done_on, lang) if view.done_on else "",
    }


def _report_again(text: str, lang: str, **place: str) -> Response:
    return _form_page(lang, _passage(lang, *place.values()), error=text, typed=forms.ReportForm.posted().text.data)


forms.RETYPED["reports.report_post"] = _report_again
