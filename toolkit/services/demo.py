"""Sixty made-up learners in all states, to look at and to train with, and their removal with everything of theirs.

They are made by the services, as real ones are, and each carries the mark ``made_up``. The surprise: their lessons and
quizzes lie in the past, their signatures do not: the audit log tells when something was really signed.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from toolkit import passwords
from toolkit.models.accounts import Person, WrongTry
from toolkit.models.audit import AuditEntry
from toolkit.models.certificates import Certificate
from toolkit.models.submissions import Submission
from toolkit.rules.quizzes import ROWS, YES, Item
from toolkit.services import (
    accounts,
    attempts,
    audit,
    certificate_naming,
    certificates,
    choices,
    courses,
    progress,
    quizzes,
    withdrawals,
)
from toolkit.services import sign_in as signing_in
from toolkit.services.certificate_keys import Issuing
from toolkit.services.courses import Shelf, Structure

MADE, REMOVED = "demo.made", "demo.removed"
_FIRST_NAMES = {"en": "Example", "el": "Παράδειγμα"}
# Names have no digits; these say at once that nobody real is meant.
_NUMBERS = {
    "en": ("One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"),
    "el": ("Ένα", "Δύο", "Τρία", "Τέσσερα", "Πέντε", "Έξι", "Επτά", "Οκτώ", "Εννέα", "Δέκα", "Έντεκα", "Δώδεκα"),
}


class State(StrEnum):
    """How far a made-up learner is."""

    NOT_STARTED = "not_started"
    MID_LESSON = "mid_lesson"
    LESSON_DONE = "lesson_done"
    ALL_READ = "all_read"
    QUIZ_OPEN = "quiz_open"
    FAILED = "failed"
    SECOND_TRY = "second_try"
    UNNAMED = "unnamed"
    NAMED = "named"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    LONG_AWAY = "long_away"


COUNTS = {
    State.NOT_STARTED: 6,
    State.MID_LESSON: 11,
    State.LESSON_DONE: 8,
    State.ALL_READ: 4,
    State.QUIZ_OPEN: 6,
    State.FAILED: 5,
    State.SECOND_TRY: 2,
    State.UNNAMED: 5,
    State.NAMED: 7,
    State.CORRECTED: 1,
    State.WITHDRAWN: 1,
    State.LONG_AWAY: 4,
}
_PASSED = {State.UNNAMED, State.NAMED, State.CORRECTED, State.WITHDRAWN}
_QUIZ = _PASSED | {State.QUIZ_OPEN, State.FAILED, State.SECOND_TRY}
_EACH_ACCOUNT = 5  # each fifth has an account
_LONG_AWAY = timedelta(days=330)


class DemoError(Exception):
    """No made-up learner can be made; the message says why and what to do."""


@dataclass
class Learner:
    """One made-up learner while she is made: the n-th of them, from 1."""

    n: int
    state: State
    language: str
    started: datetime
    random: Random
    person_id: int = 0
    keys: list[str] = field(default_factory=list)

    def key(self) -> str:
        """Give a client key, remembered: what it claimed for nobody must go with her."""
        self.keys.append(secrets.token_hex(16))
        return self.keys[-1]

    @property
    def name(self) -> str:
        """A name for her certificate; beyond twelve they repeat, as names do."""
        numbers = _NUMBERS[self.language]
        return f"{_FIRST_NAMES[self.language]} {numbers[(self.n // 2) % len(numbers)]}"


def learners(seed: int, *, now: datetime) -> Iterator[Learner]:
    """Plan the sixty: the same seed gives the same states, days and answers."""
    random = Random(seed)  # noqa: S311 - the same each time on purpose
    states = [state for state, count in COUNTS.items() for _ in range(count)]
    random.shuffle(states)
    for n, state in enumerate(states, start=1):
        ago = timedelta(days=random.randrange(2, 60), minutes=random.randrange(600))
        if state is State.LONG_AWAY:
            ago += _LONG_AWAY
        yield Learner(n, state, "el" if n % 2 else "en", now - ago, Random(random.randrange(2**32)))  # noqa: S311


def ready(session: Session) -> Structure:
    """Give the course that they take; raises DemoError when there is none, or when made-up learners are there."""
    if session.scalar(select(Person.id).where(Person.made_up).limit(1)) is not None:
        raise DemoError("made-up learners are there already; remove them first: toolkit demo --remove")
    course = next(courses.shelf(session).courses("en"), None)
    if course is None:
        raise DemoError("no course is published; load the shipped ones first: toolkit modules load")
    return course


def make(session: Session, issuing: Issuing, learner: Learner, *, now: datetime) -> None:
    """Make one learner with all that she did; ``issuing`` marks certificates as trial ones."""
    if not issuing.trial:
        raise DemoError("a made-up certificate is a trial one")
    shelf, server = courses.shelf(session), issuing.keys.server
    course = next(shelf.courses(learner.language))
    token = accounts.start_guest(session, server, learner.key(), shared=learner.n % 3 == 0, now=learner.started).token
    visitor = accounts.visitor(session, token, now=learner.started)
    if visitor is None:
        raise LookupError(learner.n)
    learner.person_id = visitor.person_id
    session.execute(update(Person).where(Person.id == visitor.person_id).values(made_up=True))
    if learner.state is not State.NOT_STARTED:
        progress.enrol(session, visitor.person_id, course["key"], today=learner.started.date())
        _read(session, shelf, course, learner)
    if learner.state in _QUIZ:
        _answer(session, shelf, issuing, course, learner)
    if learner.state in _PASSED - {State.UNNAMED}:
        _name(session, issuing, learner, now=now)
    if learner.n % _EACH_ACCOUNT == 0:
        signing_in.sign_up(
            session,
            server,
            learner.key(),
            signing_in.Newcomer(visitor, shared=visitor.shared, language=learner.language),
            user_name=f"made-up {learner.n:02}",
            password_hash=passwords.nobodys(passwords.Cost()),  # no password fits: nobody signs in as nobody
            now=learner.started + timedelta(hours=1),
        )
    session.execute(delete(Submission).where(Submission.key.in_(learner.keys), Submission.person_id.is_(None)))


def _read(session: Session, shelf: Shelf, course: Structure, learner: Learner) -> None:
    """Read the lessons as far as her state says; one lesson a day."""
    lessons = [
        (module, lesson)
        for module in course["modules"]
        if (edition := shelf.edition(module, learner.language)) is not None
        for lesson in courses.lessons_of(edition.structure)
    ]
    whole = {State.MID_LESSON: 0, State.LONG_AWAY: 0, State.LESSON_DONE: 1}.get(learner.state, len(lessons))
    for place, (module, lesson) in enumerate(lessons[: max(whole, 1)]):
        blocks = courses.blocks_of(lesson)
        part = len(blocks) if place < whole else max(1, learner.random.randrange(1, max(2, len(blocks))))
        done = blocks[:part]
        options = choices.choices_of(lesson)
        chosen = {
            name: learner.random.choice(list(allowed))
            for name, allowed in options.items()
            if name.partition(".")[0] in done
        }
        progress.record_lesson(
            session,
            learner.person_id,
            module,
            lesson,
            done=done,
            chosen=chosen,
            last_block=done[-1],
            today=(learner.started + timedelta(days=min(place, 1))).date(),
        )


def _answer(session: Session, shelf: Shelf, issuing: Issuing, course: Structure, learner: Learner) -> None:
    """Take the final quiz, well enough or not; who failed once may have begun again."""
    when = learner.started + timedelta(days=1)
    good: Callable[[int], bool] = lambda n: learner.state in _PASSED or n % 3 == 0  # noqa: E731 - one line, used twice
    for part in [1.0, 0.5] if learner.state is State.SECOND_TRY else [0.5 if learner.state is State.QUIZ_OPEN else 1.0]:
        key = quizzes.start_attempt(session, shelf, learner.person_id, course, learner.key(), now=when)
        state = attempts.attempt_of(session, learner.person_id, key)
        if state is None:
            raise LookupError(key)
        wanted = max(1, int(len(state.items) * part))
        while (asked := state.current) is not None and (asked.n <= wanted or part == 1.0):
            edition = attempts.edition_for(session, shelf, state, asked.module, learner.language)
            if edition is None:
                raise LookupError(asked.module)
            item = courses.item_for_rules(asked.module, courses.items_of(edition.structure)[asked.item])
            # Nobody made up misses a safety question: how often it would come back is chance.
            given = dict(item.solution) if good(asked.n) or item.safety else wrong(item)
            when += timedelta(minutes=1)
            state = quizzes.submit_answer(
                session, shelf, issuing, learner.person_id, key, asked.n, given, learner.key(),
                language=learner.language, now=when,
            )  # fmt: skip
            if state is None:
                raise LookupError(key)


def wrong(item: Item) -> dict[str, str]:
    """Give a complete answer that is not right."""
    if item.type in ROWS:
        targets = list(item.targets)
        return {option: targets[(targets.index(to) + 1) % len(targets)] for option, to in item.solution.items()}
    return {next(option for option in item.options if option not in item.solution): YES}


def _name(session: Session, issuing: Issuing, learner: Learner, *, now: datetime) -> None:
    """Put a name on her certificate, and correct or withdraw it if that is her state."""
    code = certificates.of_person(session, learner.person_id)[0].code
    for name, correction in ((learner.name, False), (f"{learner.name}-Demo", True)):
        if correction and learner.state is not State.CORRECTED:
            break
        named = certificate_naming.give_name(
            session, issuing, code, name,
            person_id=learner.person_id, correction=correction, client_key=learner.key(), now=now,
        )  # fmt: skip
        if named is None:
            raise LookupError(code)
    if learner.state is State.WITHDRAWN:
        withdrawals.withdraw(session, code, reason="mistake", by=audit.SERVER, now=now)


def note(session: Session, action: str, count: int, *, now: datetime) -> None:
    """Note in the audit log that made-up learners came or went."""
    audit.record(session, by=audit.SERVER, action=action, subject="demo", now=now, detail={"learners": str(count)})


def remove(session: Session) -> int:
    """Remove every made-up learner with all of hers, certificates too; give their number. Nobody else loses anything.

    Their entries in the audit log stay as links of the chain; what they said is gone.
    """
    made_up = select(Person.id).where(Person.made_up)
    count = session.scalar(select(func.count()).select_from(made_up.subquery())) or 0
    codes = session.scalars(select(Certificate.code).where(Certificate.person_id.in_(made_up))).all()
    tried = [f"{whose}:{code}" for code in codes for whose in ("own", "name")]
    session.execute(delete(WrongTry).where(WrongTry.subject.in_(tried)))
    session.execute(
        update(AuditEntry).where(AuditEntry.person_id.in_(made_up)).values(detail=None, salt=None, person_id=None)
    )
    # In one statement: a correction and the certificate it replaced hold on to each other.
    session.execute(delete(Certificate).where(Certificate.person_id.in_(made_up)))
    session.execute(delete(Person).where(Person.made_up))
    session.expire_all()
    return count
