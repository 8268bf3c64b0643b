"""Counts for monitoring, behind a token. Nothing about help or Exit is counted, and nothing about a person.

The surprise: without METRICS_TOKEN nothing is counted, and there is no such page. Each process counts for itself.
"""

import hmac
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, Response, current_app, g, request

from toolkit.services import backup_log, job_runs, mail_sending
from toolkit.web import database, guards

if TYPE_CHECKING:  # a process that nobody scrapes does not load it
    from prometheus_client import CollectorRegistry

page = Blueprint("metrics", __name__)

SECONDS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5)
_NEVER = ("help", "more", "leave")  # rooms that are counted nowhere


@page.get("/metrics")
def metrics() -> Response:
    """Give the counts to whoever holds the token."""
    token = current_app.extensions["settings"].metrics_token
    given = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        guards.not_there()
    from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest  # noqa: PLC0415

    whole = CollectorRegistry()
    whole.register(_Both(current_app.extensions["metrics"]))
    return current_app.response_class(generate_latest(whole), content_type=CONTENT_TYPE_LATEST)


def init(app: Flask) -> None:
    """Count requests by room and kind of answer, and how long they took, where there is a token to read them with."""
    if not app.extensions["settings"].metrics_token:
        return
    from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector  # noqa: PLC0415

    registry = app.extensions["metrics"] = CollectorRegistry()
    ProcessCollector(registry=registry)
    labels = ["room", "status"]
    answers = Counter("toolkit_answers", "Answers by room and class of status.", labels, registry=registry)
    took = Histogram("toolkit_answer_seconds", "Time to answer.", ["room"], registry=registry, buckets=SECONDS)

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        room = _room()
        if room and "began" in g:
            answers.labels(room, f"{response.status_code // 100}xx").inc()
            took.labels(room).observe(time.perf_counter() - g.began)
        return response


def _room() -> str:
    """Name the room that answered; "none" for an address without a page, and nothing for what is not counted."""
    # An address that only looks like help says as much about its reader.
    if any(part in _NEVER for part in request.path.split("/")):
        return ""
    room = request.blueprint or "none"
    return "" if room in _NEVER else room


class _Both:
    """What this process has counted, and what stands in the database."""

    def __init__(self, counted: "CollectorRegistry") -> None:
        self._counted = counted

    def collect(self) -> Iterator[Any]:
        """Give all families."""
        from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415

        yield from self._counted.collect()
        session, now = database.session(), database.now()
        letters = GaugeMetricFamily("toolkit_letters", "Letters that wait or were given up.", labels=["state"])
        for state, number in mail_sending.counts(session).items():
            letters.add_metric([state], number)
        yield letters
        failures = GaugeMetricFamily("toolkit_job_failures", "Failures of a job in a row.", labels=["job"])
        age = GaugeMetricFamily("toolkit_job_age_seconds", "Time since a job last worked.", labels=["job"])
        for run in job_runs.latest(session):
            failures.add_metric([run.name], run.failures)
            if run.last_ok_at is not None:
                age.add_metric([run.name], (now - run.last_ok_at).total_seconds())
        yield from (failures, age)
        last = backup_log.last(session)
        if last is not None:
            made = GaugeMetricFamily("toolkit_backup_age_seconds", "Time since the last backup was made.")
            made.add_metric([], (now - last.at).total_seconds())
            yield made
