"""What the pages say when the answers of a passed quiz are gone: the result stays, and everything still works."""

import io
import zipfile
from datetime import UTC, datetime, timedelta

from flask import Flask

from tests import right
from tests.visit import Visit
from tests.web import world
from toolkit import config
from toolkit.services import retention


def test_when_the_answers_are_gone_the_result_and_the_certificate_stay(site: Flask):
    made = world.make(site)
    keys, engine = site.extensions["keys"], site.extensions["engine"]
    kept = {**config.KEPT, "KEEP_ANSWERS_DAYS": 1}
    ended = retention.run(engine, kept, keys.server, mails=False, now=datetime.now(UTC) + timedelta(days=2))
    assert ended["answers"] == 1
    client = made.client("owner")
    assert client.get(f"/en/attempts/{made.passed}").status_code == 404
    assert client.get(f"/en/attempts/{made.attempt}").status_code == 200, "the open one goes on"
    progress = client.get("/en/progress").text
    assert "Passed" in progress
    assert "1 quiz attempt" in progress
    for page in ("/en/courses/basics/quiz", "/en/account/data", f"/en/certificates/{made.code}"):
        assert client.get(page).status_code == 200, page
    assert "No answer is kept of this attempt" in file_page(made)
    named = client.post(f"/en/certificates/{made.code}", data={**made.fields("owner"), "name": "Maria Example"})
    assert named.mimetype == "application/pdf"


def test_a_new_attempt_can_be_opened_and_passed_afterwards(site: Flask):
    made = world.make(site)
    keys, engine = site.extensions["keys"], site.extensions["engine"]
    later = datetime.now(UTC) + timedelta(days=2)
    retention.run(engine, {**config.KEPT, "KEEP_ANSWERS_DAYS": 1}, keys.server, mails=False, now=later)
    for n in range(2, 7):
        answer_next(made, n)
    assert world.count(site, "attempts", "passed") == 2
    assert Visit(made.client("owner")).get("/en/courses/basics/quiz").status_code == 200


def answer_next(made: world.World, n: int) -> None:
    """Give the n-th answer of the open attempt rightly."""
    item = right.asked(made.app.extensions["engine"], made.attempt)[n - 1]
    data = {**made.fields("owner"), **right.answer(item)}
    sent = made.client("owner").post(f"/en/attempts/{made.attempt}/answers/{n}", data=data)
    assert sent.status_code == 303


def file_page(made: world.World) -> str:
    answer = made.client("owner").get("/en/account/data.zip")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        return packed.read("my-data/index.html").decode()
