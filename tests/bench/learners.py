"""Learners made beside the server, through the services: the measured requests alone go through HTTP."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine

from tests import courses as files
from tests import right
from tests.visit import forms
from toolkit import db, pdf, signing
from toolkit.services import accounts, attempts, certificates, courses, quizzes

COURSE = "core"
ITEMS = 12


@dataclass
class Learner:
    """A guest with an open attempt: her device token, the attempt's key, its items in order."""

    token: str
    person_id: int
    attempt: str
    items: list[dict[str, Any]] = field(default_factory=list)
    answered: int = 0


def make(engine: Engine, folder: Path, count: int) -> list[Learner]:
    """Make so many guests who have just opened the final quiz."""
    keys = signing.load_keys(folder)
    made = []
    now = datetime.now(UTC)
    with db.write_session(engine) as session:
        shelf = courses.shelf(session)
        course = shelf.course("en", COURSE)
        assert course is not None
        for _ in range(count):
            token = accounts.start_guest(session, keys.server, secrets.token_hex(16), shared=False, now=now).token
            found = accounts.visitor(session, token, now=now)
            assert found is not None
            files.finish_before_quiz(session, COURSE, found.person_id, today=now.date())
            key = quizzes.start_attempt(session, shelf, found.person_id, course, secrets.token_hex(16), now=now)
            made.append(Learner(token, found.person_id, key))
    for learner in made:
        learner.items = right.asked(engine, learner.attempt)
    return made


def answer(engine: Engine, folder: Path, learner: Learner, upto: int) -> None:
    """Answer the first items of a learner's attempt rightly, up to the given number."""
    issuing = certificates.Issuing(signing.load_keys(folder), trial=True, time_zone="Europe/Nicosia")
    with db.write_session(engine) as session:
        shelf = courses.shelf(session)
        for n in range(1, upto + 1):
            state = attempts.attempt_of(session, learner.person_id, learner.attempt)
            asked = state.item(n) if state else None
            if asked is None or asked.given is not None:
                continue
            values = right.answer(learner.items[n - 1])
            given = dict.fromkeys(values["choice"], "yes") if "choice" in values else values
            quizzes.submit_answer(
                session, shelf, issuing, learner.person_id, learner.attempt, n, given, secrets.token_hex(16),
                language="en", now=datetime.now(UTC),
            )  # fmt: skip


def name_forms(client: Any, taken: list[Learner]) -> list[tuple[str, str, str]]:
    """Open the result of each learner and fill in a name; nothing of this is measured."""
    prepared = []
    for learner in taken:
        client.be(learner.token)
        html = client.text(f"/en/attempts/{learner.attempt}")
        form = next(form for form in forms(html) if "name" in form.fields)
        values = {**form.fields, "name": "Ελένη Παπαδοπούλου"}
        prepared.append((learner.token, form.action, urlencode(values, doseq=True)))
    return prepared


def sheet() -> Callable[[int], pdf.CertificateFields]:
    """Give what is printed on the n-th paper: one name, another code and signature each time."""
    fact = pdf.Fact("Ημερομηνία", "Date", "21 Νοεμβρίου 2026")

    def fields(number: int) -> pdf.CertificateFields:
        return pdf.CertificateFields(
            lang="el",
            other_lang="en",
            document_title=f"Βεβαίωση ολοκλήρωσης {number}",
            title="Βεβαίωση ολοκλήρωσης",
            title_other="Certificate of completion",
            site_name="Εργαλειοθήκη Μάθησης",
            site_name_other="Workplace Learning Toolkit",
            name="Ελένη Παπαδοπούλου",
            completed="ολοκλήρωσε τη διαδρομή **Τα βασικά**, 10 λεπτά μάθησης.",
            completed_other="has completed the course **The basics**, 10 minutes of learning.",
            facts=(fact, fact, fact, fact),
            issuer="Συντεχνία (δείγμα)",
            code=f"{number:04}-P2XQ-9TRC",
            check="Έλεγξέ τη, και χωρίς δίκτυο",
            check_other="Check it, even offline",
            check_address="https://learning.example.org/el/verify#" + secrets.token_urlsafe(150),
            qr_alt="QR",
            frieze_alt="",
            foot="Σε άμεσο κίνδυνο: 112.",
            foot_other="In immediate danger: 112.",
            trial="",
            day=date(2026, 11, 21),
        )

    return fields
