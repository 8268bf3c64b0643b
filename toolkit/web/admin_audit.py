"""The audit log for the admin: read and filtered, exported, checked in stretches that no long log can hang."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from flask import Blueprint, Response, current_app, request, stream_with_context
from flask_babel import gettext as _

from toolkit import db
from toolkit.rules import audit as rule
from toolkit.rules import codes
from toolkit.services import audit, audit_reading
from toolkit.services.audit_reading import Head, Wanted
from toolkit.web import audit_words, database, desk, forms, frame, guards

page = Blueprint("admin_audit", __name__)

UNPROCESSABLE = 422


@page.get("/<lang>/admin/audit", endpoint="audit")
@guards.admin_only
def entries(lang: str) -> tuple[Response, int]:
    """List the newest entries that fit the filter, fifty at a time."""
    typed = {name: _typed(name) for name in ("action", "about", "by", "from", "to")}
    error, first, last = "", None, None
    try:
        first, last = _day(typed["from"]), _day(typed["to"])
    except ValueError:
        error = _("A day is written as year-month-day, such as 2026-11-21.")
    session, before = database.session(), _number(request.args.get("before", ""))
    wanted = Wanted(typed["action"], _subject(typed["about"]), typed["by"], first, last)
    found = [] if error else audit_reading.page(session, wanted, time_zone=_zone(), before=before)
    shown = found[: audit_reading.PAGE_ENTRIES]
    kept = {name: value for name, value in typed.items() if value}
    n, hashed = audit.head(session)
    html = frame.page(
        "admin/audit.html",
        page_kind="desk",
        title=_("Log"),
        entries=[_entry(entry, lang) for entry in shown],
        older=frame.url("admin_audit.audit", before=shown[-1].n, **kept) if len(found) > len(shown) else "",
        newest=frame.url("admin_audit.audit", **kept) if before is not None else "",
        actions=[(action, audit_words.action(action)) for action in audit_reading.actions(session)],
        typed=typed,
        filtered=bool(kept),
        error=error,
        head=f"{n}:{hashed.hex()}",
    )
    return html, UNPROCESSABLE if error else 200


@page.get("/<lang>/admin/audit/export")
@guards.admin_only
def export(lang: str) -> Response:
    """Give the whole log as a file that proves itself; written as it is read, whatever its length."""
    del lang
    engine = current_app.extensions["engine"]

    def lines() -> Iterator[str]:
        with db.read_session(engine) as session:
            yield from audit_reading.export(session)

    response = current_app.response_class(stream_with_context(lines()), mimetype="application/x-ndjson")
    response.headers["Content-Disposition"] = f'attachment; filename="log-{desk.today().isoformat()}.jsonl"'
    return response


@page.get("/<lang>/admin/audit/check")
@guards.admin_only
def check(lang: str) -> tuple[Response, int]:
    """Check the next stretch of the log, and lead to the one after it; `head` was noted down earlier, or is empty."""
    del lang
    typed, after = _typed("head"), _number(request.args.get("after", "")) or 0
    faults_before = _number(request.args.get("faults", "")) or 0
    try:
        heads = [_head(typed)] if typed else []
    except ValueError:
        error = _("A head is written as number:signs, as this page or the command shows it.")
        return frame.page("admin/audit_check.html", page_kind="desk", title=_("Log"), typed=typed, error=error), (
            UNPROCESSABLE
        )
    stretch = audit_reading.check_stretch(database.session(), after=after, heads=heads)
    faults = faults_before + len(stretch.findings)
    following = {"after": stretch.last, "faults": faults} | ({"head": typed} if typed else {})
    html = frame.page(
        "admin/audit_check.html",
        page_kind="desk",
        title=_("Log"),
        typed=typed,
        last=stretch.last,
        total=stretch.total,
        done=stretch.done,
        faults=faults,
        findings=[
            {"n": finding.n, "words": audit_words.fault(finding.fault)}
            for finding in stretch.findings[: audit_reading.PAGE_ENTRIES]
        ],
        more_findings=max(0, len(stretch.findings) - audit_reading.PAGE_ENTRIES),
        next_at="" if stretch.done else frame.url("admin_audit.check", **following),
    )
    return html, 200


def _entry(entry: rule.Entry, lang: str) -> dict[str, Any]:
    return {
        "n": entry.n,
        "at": desk.moment(entry.at, lang),
        "by": audit_words.actor(entry.actor),
        "mine": entry.actor == desk.actor(),
        "actor": entry.actor,
        "words": audit_words.action(entry.action),
        "action": entry.action,
        "subject": entry.subject,
        "erased": entry.detail is None,
        "detail": _detail(entry.detail),
    }


def _detail(said: str | None) -> list[tuple[str, str]]:
    """Give a detail as pairs of words; one that is no table (somebody changed it) as it stands."""
    try:
        found = json.loads(said or "{}")
    except ValueError:
        found = said
    return [(str(key), str(value)) for key, value in found.items()] if isinstance(found, dict) else [("", str(found))]


def _typed(name: str) -> str:
    return forms.one_line(request.args.get(name, "")[: forms.TYPED_LIMIT])


def _subject(typed: str) -> str:
    """Read a certificate's code as people type it; anything else as it stands."""
    try:
        return codes.read_code(typed, codes.CERTIFICATE_SIGNS)
    except codes.CodeRefusedError:
        return typed


def _day(typed: str) -> date | None:
    day = date.fromisoformat(typed) if typed else None
    if day is not None and not date.min.year < day.year < date.max.year:  # where no time zone can be reckoned with
        raise ValueError(typed)
    return day


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _head(typed: str) -> Head:
    n, _sep, hashed = typed.partition(":")
    head = (int(n), bytes.fromhex(hashed))
    if not 0 <= head[0] < 2**31 or len(head[1]) != len(rule.FIRST):
        raise ValueError(typed)
    return head


def _zone() -> str:
    zone: str = current_app.extensions["settings"].time_zone
    return zone
