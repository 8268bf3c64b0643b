"""A letter that a request wrote is asked for after the commit, and not when the request was taken back."""

from flask import Flask, Response

from toolkit.services import letters
from toolkit.web import database


def written(app: Flask, status: int) -> list[str]:
    rung: list[str] = []
    app.extensions["ring"] = rung.append
    with app.test_request_context("/en/", method="POST"):
        letters.write(
            database.session(),
            key=f"k{status}",
            to="maria@example.org",
            language="en",
            template="ending",
            params={},
            now=database.now(),
        )
        assert rung == [], "nothing is asked for before the commit"
        app.process_response(Response(status=status))
    return rung


def test_the_bell_rings_after_the_commit(lite_site: Flask):
    assert written(lite_site, 303) == ["send_letters"]


def test_what_was_taken_back_rings_no_bell(lite_site: Flask):
    assert written(lite_site, 500) == []


def test_a_bell_that_cannot_ring_harms_no_answer(lite_site: Flask, capfd):
    settings = lite_site.extensions["settings"]
    (settings.data_dir / "jobs.db").mkdir()  # nobody can open this as a file
    lite_site.extensions["ring"]("send_letters")
    assert lite_site.test_client().get("/healthz").status_code == 200
    said = ""
    for _ in range(2000):
        said += capfd.readouterr().err
        if "bell_failed" in said:
            break
        lite_site.test_client().get("/healthz")
    assert '"job": "send_letters"' in said
    assert str(settings.data_dir) not in said
