"""Top floor: HTTP. What address, which form, which page, who may knock. wire() puts it together.

The order of hooks is the surprise: Exit's neutral page comes before everything, then the token of a post is checked.
"""

from urllib.parse import urlsplit

from flask import Flask, abort, redirect, request
from werkzeug.exceptions import SecurityError
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from toolkit.web import (
    about,
    account,
    accounts,
    admin,
    admin_audit,
    admin_certificates,
    admin_courses,
    admin_directory,
    admin_settings,
    assets,
    certificates,
    checker,
    courses,
    csrf,
    database,
    design,
    directory,
    errors,
    frame,
    guards,
    headers,
    health,
    language,
    leave,
    lessons,
    letters,
    metrics,
    more,
    own_data,
    quizzes,
    refreshers,
    reports,
    sign_in,
)

ROOMS = (
    about,
    account,
    accounts,
    admin,
    admin_audit,
    admin_certificates,
    admin_courses,
    admin_directory,
    admin_settings,
    assets,
    certificates,
    checker,
    courses,
    design,
    directory,
    health,
    leave,
    lessons,
    metrics,
    more,
    own_data,
    quizzes,
    refreshers,
    reports,
    sign_in,
)


def wire(app: Flask) -> None:
    """Connect languages, database, headers, guards and pages."""

    @app.before_request
    def only_our_name() -> Response | None:
        # Before every other hook: without a name of ours no address can be made, not even an error page's.
        if isinstance(request.routing_exception, SecurityError):
            raise request.routing_exception
        if isinstance(request.routing_exception, RequestRedirect):
            # Without scheme and host: behind a proxy we do not know the scheme, and http would lead around TLS.
            to = urlsplit(request.routing_exception.new_url)
            return redirect(to._replace(scheme="", netloc="").geturl(), request.routing_exception.code)
        if not request.environ.get("QUERY_STRING", "").isascii():
            abort(400)  # raw bytes, which no browser sends and which cannot be read as text
        return None

    metrics.init(app)  # first, so that it counts all that the others do
    headers.init(app)
    database.init(app)
    language.init(app)
    guards.init(app)
    leave.init(app)
    directory.init(app)
    csrf.init(app)
    frame.init(app)
    errors.init(app)
    letters.init(app)
    app.url_map.strict_slashes = True

    @app.url_value_preprocessor
    def known_language(endpoint: str | None, values: dict[str, object] | None) -> None:
        del endpoint
        if values and "lang" in values and values["lang"] not in language.tags_kept():
            guards.not_there()

    @app.before_request
    def only_our_posts() -> None:
        if request.method == "POST":
            csrf.check(request.form.get(csrf.FIELD, ""), guards.device_token())

    for room in ROOMS:
        app.register_blueprint(room.page)
