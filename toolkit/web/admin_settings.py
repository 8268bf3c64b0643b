"""Settings for the admin: every value, where it is from, and what happens while it is not set. Nothing is set here."""

from flask import Blueprint, Response, current_app
from flask_babel import gettext as _

from toolkit.services import job_runs
from toolkit.services.site_settings import Need, lines
from toolkit.web import database, desk, frame, guards

page = Blueprint("admin_settings", __name__)


@page.get("/<lang>/admin/settings")
@guards.admin_only
def settings(lang: str) -> Response:
    """List the settings, those that are needed and missing first, then how the background jobs fare."""
    listed = sorted(lines(current_app.extensions["settings"]), key=lambda line: not line.missing)
    return frame.page(
        "admin/settings.html",
        page_kind="desk",
        title=_("Settings"),
        missing=sum(1 for line in listed if line.missing and line.need is Need.NEEDED),
        settings=[
            {
                "name": line.name,
                "value": line.value,
                "given": line.given,
                "unset": "" if line.given and not line.missing else _(line.unset),
                "needed": line.missing and line.need is Need.NEEDED,
                "advised": line.missing and line.need is Need.ADVISED,
            }
            for line in listed
        ],
        runs=[
            {
                "name": run.name,
                "ok": desk.moment(run.last_ok_at, lang),
                "failed": desk.moment(run.last_failed_at, lang),
                "failures": run.failures,
                "fault": run.fault or "",
            }
            for run in job_runs.latest(database.session())
        ],
    )
