"""What a hostile visitor sends: marks of our own pages, odd addresses, origins, bodies; what a fault leaves behind."""

import http.client
import json
import random
import re
import secrets
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from sqlalchemy import event, text

from tests.servers import Server
from tests.visit import Visit
from tests.web import world
from tests.web.world import World

PLACE = "/en/courses/basics/m01/1-1"
MARKS = [chr(sign) for sign in range(0xE000, 0xE007)]


@pytest.fixture
def made(lite_site: Flask) -> World:
    return world.make(lite_site)


@pytest.fixture
def bare(lite_site: Flask) -> Flask:
    """A site whose faults become pages, as on a running one."""
    lite_site.testing = False
    return lite_site


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_of_our_pages_that_somebody_types_stands_for_nothing(made: World, mark: str):
    name, code = ("name", f"/en/verify/{made.code}"), ("code", "/en/verify")
    for field, path in (("code", "/en/resume"), code, name, ("name", f"/en/certificates/{made.code}")):
        answer = made.client("owner").post(path, data={**made.fields("owner"), field: f"Ma{mark}ria{mark}"})
        assert answer.status_code == 422, path
        assert re.search(rf'id="f-{field}"[^>]* value="Ma\ufffdria\ufffd"', answer.text), path
        assert not set(MARKS) & set(answer.text)


@pytest.mark.parametrize("mark", MARKS)
def test_a_mark_in_an_address_puts_no_token_into_a_link(made: World, mark: str):
    answer = made.client("owner").get(f"/en/verify/{made.code}{quote(mark)}")  # unseen signs do not matter in a code
    links = re.findall(r'href="([^"]*)"', answer.text)
    assert f"/el/verify/{made.code}{quote(mark)}" in links
    assert not [link for link in links if re.search(r"[\w-]{30,}", link)]


def test_an_answer_that_the_lesson_does_not_know_is_not_shown_to_a_stranger(made: World):
    for choice in ('x"><script>', "\ue003", "\ue002", "a\0"):
        data = {**made.fields("anonymous"), "block": "b4", "choice": choice}
        answer = made.client("anonymous").post(PLACE, data=data, headers={"Accept": "text/html"})
        assert answer.status_code == 409
        assert "data-chosen" not in answer.text


@pytest.mark.parametrize("block", ["b4\r\nSet-Cookie: x=y", "\ue003", "//elsewhere.example", "b999"])
def test_only_a_block_of_the_lesson_stands_in_the_redirect(made: World, block: str):
    data = {**made.fields("owner"), "block": block}
    answer = made.client("owner").post(PLACE, data=data, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.location) == (303, PLACE)


@pytest.mark.parametrize("header", ["Origin", "Referer"])
@pytest.mark.parametrize("value", ["http://[", "http://[::1", "//[x]/", "http://]"])
def test_an_origin_that_cannot_be_read_is_another_origin(bare: Flask, header: str, value: str):
    answer = bare.test_client().post("/en/verify", data=world.fields(bare, ""), headers={header: value})
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["/%5Celsewhere.example/x", "/%09/elsewhere.example", "/%EE%80%83"])
def test_a_refusal_links_to_our_own_pages_only(bare: Flask, path: str):
    answer = bare.test_client().post(path, data={})
    assert answer.status_code == 400
    for link in re.findall(r'href="([^"]*)"', answer.text):
        assert re.match(r"(/(?![/\\])[^\\\t]*|#\w*|(tel|sms|mailto|https?):.*)$", link), link
        assert urlsplit(link).hostname != "elsewhere.example"


def test_a_missing_slash_is_added_without_naming_scheme_and_host(bare: Flask):
    client = bare.test_client()
    assert client.get("/en").location == "/en/"
    assert client.get("/en?x=//elsewhere.example").location == "/en/?x=//elsewhere.example"
    assert client.get("/%5Celsewhere.example").location == "/%5Celsewhere.example/"


def test_a_key_that_no_database_takes_is_not_there(site: Flask):
    token, client = world.guest(site), site.test_client()
    client.set_cookie("device", token)
    assert client.get("/en/attempts/%00").status_code == 404
    for n in ("1", "9" * 5000, "%00"):
        answer = client.post(f"/en/attempts/a%00/answers/{n}", data={**world.fields(site, token), "choice": "a"})
        assert answer.status_code in {404, 405}


def test_a_commit_that_fails_is_a_sentence_and_its_values_are_in_no_log(bare: Flask, capfd: pytest.CaptureFixture[str]):
    def full(*_args: object) -> None:
        raise RuntimeError("disk full while writing OUR-SECRET")

    engine, key, client = bare.extensions["engine"], secrets.token_hex(16), bare.test_client()
    event.listen(engine, "commit", full)
    answer = client.post("/en/courses/basics", data={**world.fields(bare, ""), "key": key, "device": "own"})
    event.remove(engine, "commit", full)
    assert answer.status_code == 500
    assert "went wrong on our side" in answer.text
    assert "device=" not in str(answer.headers), "nobody is told that she is signed in"
    assert world.count(bare, "people") == 0
    with pytest.raises(Exception, match="parameters hidden") as refused, engine.connect() as connection:
        connection.execute(text("select :value from nowhere"), {"value": "OUR-SECRET"})
    assert "OUR-SECRET" not in str(refused.value)
    out, err = capfd.readouterr()
    assert "request_failed" in out + err
    assert not [word for word in ("OUR-SECRET", key, "/en/courses", "Traceback") if word in out + err]


def test_without_a_database_there_is_still_a_sentence(bare: Flask, capfd: pytest.CaptureFixture[str]):
    def gone(*_args: object) -> None:
        raise RuntimeError("OUR-SECRET")

    event.listen(bare.extensions["engine"], "before_cursor_execute", gone)
    answer = bare.test_client().get("/el/attempts/SECRET-KEY", headers={"Cookie": "device=x"})
    assert answer.status_code == 500
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Δοκίμασε ξανά" in answer.text
    out, err = capfd.readouterr()
    assert "request_failed" in out + err
    assert not re.search("OUR-SECRET|SECRET-KEY|Traceback", out + err)


def test_a_question_kept_in_the_source_language_is_not_shown_for_its_translation(made: World):
    client, engine = made.client("owner"), made.app.extensions["engine"]
    greek = client.get(f"/el/attempts/{made.attempt}").text
    with engine.begin() as connection:
        row = connection.execute(text("select editions from attempts where key = :key"), {"key": made.attempt})
        editions = json.loads(row.scalar_one())
        del editions["modules"]["m01"]["snapshots"]["el"]
        put = text("update attempts set editions = :to where key = :key")
        connection.execute(put, {"to": json.dumps(editions), "key": made.attempt})
    english = client.get(f"/el/attempts/{made.attempt}").text
    asked = [re.findall(r"<legend.*?</legend>", page, re.DOTALL) for page in (greek, english)]
    assert len(asked[0]) == len(asked[1]) > 0
    assert asked[0] != asked[1], "the kept Greek question was shown where the attempt has English only"


def test_a_body_far_too_large_is_refused_before_it_is_taken(live_site: Server):
    connection = http.client.HTTPConnection(live_site.url.removeprefix("http://"), timeout=5)
    connection.request("POST", "/en/verify", headers={"Content-Length": "50000000"})
    assert connection.getresponse().status == 413
    connection.close()


def test_what_one_reader_did_stands_in_nobody_elses_pages(lite_site: Flask):
    her, other, nobody = (Visit(lite_site.test_client()) for _ in range(3))
    codes = [re.findall(r'data-copy="([^"]+)"', visit.start().text)[0] for visit in (her, other)]
    her.get(PLACE)
    her.send(her.form(having="choice"), {"choice": "a"})
    assert "data-chosen" in her.get(PLACE).text
    for path in ("/en/", "/en/courses/basics", "/en/courses/basics/m01", PLACE, "/en/progress", "/en/resume"):
        pages = [visit.get(path).text for visit in (her, other, nobody)]
        tokens = [set(re.findall(r'name="csrf" value="([^"]+)"', page)) for page in pages]
        assert not tokens[0] & (tokens[1] | tokens[2])
        assert codes[0] not in pages[1] + pages[2]
        assert codes[1] not in pages[0] + pages[2]
        assert "data-chosen" not in pages[1] + pages[2]


def test_no_address_and_no_body_made_of_odd_parts_breaks_a_page(made: World):
    made.app.testing = False
    pick = random.Random(20261121)  # noqa: S311 - the same requests each time
    odd = [
        "",
        "\0",
        "\r\nX: y",
        *MARKS,
        "\u202e",
        "'\"><script>",
        "9" * 5000,
        "-1",
        "\\\\x",
        "//x",
        "\U0001f600",
        "#set",
    ]
    rules = [str(rule) for rule in made.app.url_map.iter_rules()]
    good = {"lang": "en", "course": "basics", "module": "m01", "lesson": "1-1", "key": made.attempt, "code": made.code}
    names = ["code", "name", "choice", "block", "done", "last", "country", "payload", "action", *odd]
    kinds = [None, None, "multipart/form-data", "application/json; charset=utf-7", "text/html"]
    for turn in range(600):
        parts = {part: value if pick.random() < 0.8 else pick.choice(odd) for part, value in good.items()}
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda at, p=parts: quote(p.get(at[1], "2")), pick.choice(rules))
        data = {**made.fields("owner"), **{name: pick.choice(odd) for name in pick.choices(names, k=3)}}
        method, kind = pick.choice(["GET", "POST", "POST", "HEAD", "PUT", "DELETE"]), pick.choice(kinds)
        body = data if kind in kinds[:3] else repr(data)
        answer = made.client("owner").open(path, method=method, data=body, content_type=kind)
        assert answer.status_code < 500, (turn, method, path, data)
        assert not set(MARKS) & set(answer.text if answer.mimetype == "text/html" else "")
