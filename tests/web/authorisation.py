"""Who may do what: one row for each route and method, one outcome for each role. Read by test_authorisation.

The rows of the learners' pages stand here; the other rooms have theirs in rows_<room>.py.
"""

from tests.web import (
    rows_accounts,
    rows_admin,
    rows_certificates,
    rows_checker,
    rows_health,
    rows_own_data,
    rows_public,
)
from tests.web.rows import Row, at, everybody, sends

__all__ = ["TABLE", "Row"]

LESSON = "/en/courses/basics/m01/1-1"
NOBODYS = "0" * 26

LEARNERS = [
    everybody("courses.root", "GET", "/", "302 → courses.home"),
    everybody("courses.home", "GET", "/en/", "200"),
    everybody("courses.course", "GET", "/en/courses/basics", "200"),
    everybody("courses.start", "POST", "/en/courses/basics", "303 → lessons.lesson", form=sends(device="own")),
    everybody("courses.module", "GET", "/en/courses/basics/m01", "200"),
    everybody("lessons.lesson", "GET", LESSON, "200"),
    # Whoever has not pressed Start sees the answer to her choice, and nothing is kept.
    Row(
        "lessons.lesson_post",
        "POST",
        at(LESSON),
        "200",
        "303 → lessons.lesson",
        "303 → lessons.lesson",
        "303 → lessons.lesson",
        form=sends(last="b2"),
    ),
    everybody("refreshers.listed", "GET", "/en/courses/core/refreshers", "200"),
    everybody("refreshers.refresher", "GET", "/en/courses/core/refreshers/7", "200"),
    everybody("refreshers.calendar", "GET", "/en/courses/core/refreshers.ics", "200"),
    everybody("refreshers.card", "GET", "/en/courses/core/refreshers/card", "200"),
    everybody("quizzes.quiz", "GET", "/en/courses/basics/quiz", "200"),
    Row(
        "quizzes.start",
        "POST",
        at("/en/courses/basics/quiz"),
        "303 → courses.course",
        "303 → quizzes.attempt",
        "303 → quizzes.attempt",
        "303 → quizzes.attempt",
    ),
    Row(
        "quizzes.attempt",
        "GET",
        at("/en/attempts/{attempt}"),
        "404",
        "200",
        "404",
        "404",
        wrong=at(f"/en/attempts/{NOBODYS}"),
    ),
    Row(
        "quizzes.answer",
        "GET",
        at("/en/attempts/{attempt}/answers/1"),
        "404",
        "200",
        "404",
        "404",
        wrong=at(f"/en/attempts/{NOBODYS}/answers/1"),
    ),
    Row(
        "quizzes.answer_post",
        "POST",
        at("/en/attempts/{attempt}/answers/2"),
        "409",
        "303 → quizzes.answer",
        "404",
        "404",
        form=lambda world: world.right,
        wrong=at(f"/en/attempts/{NOBODYS}/answers/2"),
    ),
    everybody("certificates.verify", "GET", "/en/verify", "200"),
    Row(
        "certificates.verify_post",
        "POST",
        at("/en/verify"),
        *["303 → certificates.verified"] * 4,
        form=lambda world: {"code": world.code},
    ),
    everybody("certificates.verified", "GET", "/en/verify/{code}", "200"),
    everybody("certificates.verified_post", "POST", "/en/verify/{code}", "200", form=sends(name="Maria Example")),
    everybody("certificates.certificate", "GET", "/en/certificates/{code}", "200"),
    Row(  # the first name is its holder's to give; nobody else makes a paper of it
        "certificates.certificate_post",
        "POST",
        at("/en/certificates/{code}"),
        "422",
        "200",
        "422",
        "422",
        form=sends(name="Maria Example"),
    ),
    everybody("accounts.resume", "GET", "/en/resume", "200"),
    everybody("accounts.resume_here", "POST", "/en/resume", "422", form=sends(code="00000-00000", device="own")),
    everybody("accounts.device", "POST", "/en/device", "303 → courses.home"),
    everybody("accounts.progress", "GET", "/en/progress", "200"),
    everybody("help.help", "GET", "/en/help", "200"),
    everybody("help.choose", "POST", "/en/help", "303 → help.country", form=sends(country="cy")),
    everybody("help.country", "GET", "/en/help/cy", "200"),
    everybody("help.saved", "GET", "/en/help/cy.html", "200"),
    everybody("more.more", "GET", "/en/help/more", "200"),
    everybody("leave.leave", "GET", "/en/leave", "303 → elsewhere", writes=True),
    everybody("health.healthz", "GET", "/healthz", "200"),
    everybody("health.readyz", "GET", "/readyz", "200"),
    everybody("health.keys", "GET", "/keys.json", "200"),
    everybody("static.file", "GET", "/static/nothing.css", "404"),
    # The link is the right: whoever holds an unused one becomes the admin.
    everybody("admin.invite", "GET", "/en/admin/invites/{invite}", "200"),
    everybody("admin.invite_post", "POST", "/en/admin/invites/{invite}", "303 → admin.start"),
    Row("admin.start", "GET", at("/en/admin"), "404", "404", "404", "200", wrong=at("/en/nothing-here")),
    # There is no living page of components outside development, for nobody.
    everybody("design.design", "GET", "/en/design", "404", wrong=at("/en/nothing-here")),
]

TABLE = [
    *LEARNERS,
    *rows_accounts.ROWS,
    *rows_admin.ROWS,
    *rows_certificates.ROWS,
    *rows_checker.ROWS,
    *rows_health.ROWS,
    *rows_own_data.ROWS,
    *rows_public.ROWS,
]
