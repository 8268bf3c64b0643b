"""The checker to save: one file that verifies certificates without this site."""

from zoneinfo import ZoneInfo

from flask import Blueprint, Response, current_app

from toolkit.services import certificate_keys, withdrawals
from toolkit.web import certificate_sheet, checker_file, database, frame, language
from toolkit.web.checker_file import Known

page = Blueprint("checker", __name__)


@page.get("/<lang>/checker")
def checker(lang: str) -> Response:
    """Give the file to whoever asks; it holds what is public anyway, and of withdrawn codes only hashes."""
    known = _known()
    response = current_app.response_class(checker_file.checker(lang, known), mimetype="text/html")
    response.headers["Content-Disposition"] = f'attachment; filename="{checker_file.file_name(known.day)}"'
    return response


def _known() -> Known:
    settings, session, shelf = current_app.extensions["settings"], database.session(), frame.shelf()
    tags = language.tags_kept()
    return Known(
        day=database.now().astimezone(ZoneInfo(settings.time_zone)).date(),
        address=settings.site_url,
        site_names=tuple((tag, settings.site_names.get(tag, settings.site_names["en"])) for tag in tags),
        issuers=tuple((tag, certificate_sheet.issuer(settings, tag)) for tag in tags),
        titles=tuple(
            (tag, course["key"], certificate_sheet.course_title(shelf, tag, course["key"]))
            for tag in tags
            for course in shelf.courses(tag)
        ),
        keys=tuple(certificate_keys.public_keys(session)),
        withdrawn=tuple(withdrawals.known(session)),
    )
