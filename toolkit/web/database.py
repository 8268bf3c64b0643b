"""One request, one transaction: reading for GET, writing (lock taken at once) for everything else."""

from datetime import UTC, datetime

from flask import Flask, Response, current_app, g, request
from sqlalchemy.orm import Session

from toolkit import db


def session() -> Session:
    """Give this request's session; it is opened at the first use."""
    if "session" not in g:
        writing = request.method not in {"GET", "HEAD", "OPTIONS"}
        g.session = db.open_session(current_app.extensions["engine"], write=writing)
    opened: Session = g.session
    return opened


def now() -> datetime:
    """Give the moment of this request: one for all that happens in it."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    moment: datetime = g.now
    return moment


def undo() -> None:
    """Take back what this request has written so far."""
    if "session" in g:
        g.session.rollback()


def init(app: Flask) -> None:
    """Commit before an answer leaves: what was acknowledged is on the disk."""

    @app.after_request
    def commit(response: Response) -> Response:
        if "session" in g:
            if response.status_code < 500:
                g.session.commit()
                for job in g.session.info.pop("ring", ()):
                    app.extensions["ring"](job)
            else:
                g.session.rollback()
        return response

    @app.teardown_request
    def close(error: BaseException | None) -> None:
        opened = g.pop("session", None)
        if opened is not None:
            if error is not None:
                opened.rollback()
            opened.close()
