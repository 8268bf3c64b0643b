"""A learner who takes a final quiz through the services, as the pages would have her do."""

import secrets
from datetime import UTC, datetime

from flask import Flask

from tests import right
from tests.web import world
from toolkit import db
from toolkit.services import courses, quizzes

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class Learner:
    """One guest of a site, and what she does through the services."""

    def __init__(self, app: Flask, course: str = "basics") -> None:
        self.app, self.engine, self.course = app, app.extensions["engine"], course
        self.token = world.guest(app)
        self.id = world.person_id(app, self.token)

    def before_quiz(self) -> None:
        """Finish the lessons after which the quiz of her course opens."""
        world.before_quiz(self.app, self.token, self.course)

    def start(self, key: str = "") -> str:
        with db.write_session(self.engine) as session:
            shelf = courses.shelf(session)
            course = shelf.course("en", self.course)
            return quizzes.start_attempt(session, shelf, self.id, course, key or secrets.token_hex(16), now=NOW)

    def answer(
        self, attempt: str, n: int, values: dict, key: str = "", lang: str = "en"
    ) -> quizzes.AttemptState | None:
        with db.write_session(self.engine) as session:
            shelf, issuing = courses.shelf(session), self.app.extensions["issuing"]
            given = world.as_given(values)
            key = key or secrets.token_hex(16)
            return quizzes.submit_answer(
                session, shelf, issuing, self.id, attempt, n, given, key, language=lang, now=NOW
            )

    def whole(self, *, wrong: set[int] = frozenset()) -> str:
        """Take a quiz to its end with these items wrong."""
        attempt = self.start()
        for n, item in enumerate(right.asked(self.engine, attempt), start=1):
            self.answer(attempt, n, right.wrong(item) if n in wrong else right.answer(item))
        return attempt

    def state(self, attempt: str) -> quizzes.AttemptState:
        with db.read_session(self.engine) as session:
            return quizzes.attempt_of(session, self.id, attempt)
