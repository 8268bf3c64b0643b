"""Everything about me and Delete me as pages: the file, what is refused, and that nobody is left afterwards."""

import io
import json
import secrets
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from tests.services import somebody
from tests.visit import Visit
from tests.web import world
from tests.web.test_budgets import counted
from tests.web.world import World
from toolkit import db, passwords
from toolkit.models.accounts import Account, Person
from toolkit.models.letters import Letter
from toolkit.services import accounts, audit, erasure, erasure_traces

PASSWORD = "four words in a row"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def made(site: Flask) -> World:
    return world.make(site)


def with_account(made: World, role: str = "owner", name: str = "Kanarini") -> int:
    """Give this role's person an account; gives her inner number."""
    who, today = world.person_id(made.app, made.tokens[role]), datetime.now(UTC).date()
    with db.write_session(made.app.extensions["engine"]) as session:
        session.add(
            Account(
                person_id=who,
                user_name=name,
                user_fold=name.lower(),
                name=name,
                password_hash=passwords.hashed(PASSWORD, passwords.Cost()),
                language="el",
                created_on=today,
                last_sign_in_on=today,
            )
        )
    return who


def file_of(made: World, role: str, lang: str = "en") -> dict[str, str]:
    answer = made.client(role).get(f"/{lang}/account/data.zip")
    assert answer.mimetype == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.zip"'
    assert answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.testzip() is None
        return {name.removeprefix("my-data/"): packed.read(name).decode("utf-8") for name in packed.namelist()}


def send(made: World, role: str, lang: str = "en", /, **values: str):
    data = {**made.fields(role), **values}
    return made.client(role).post(f"/{lang}/account/end", data=data, headers={"Accept": "text/html"})


def there(made: World, role: str) -> bool:
    with db.read_session(made.app.extensions["engine"]) as session:
        return accounts.visitor(session, made.tokens[role], now=datetime.now(UTC)) is not None


@pytest.mark.parametrize(("lang", "said"), [("en", "You answered:"), ("el", "Απάντησες:")])
def test_the_file_holds_her_data_and_a_page_that_explains_it(made: World, lang: str, said: str):
    with_account(made)
    files = file_of(made, "owner", lang)
    assert set(files) == {
        "index.html",
        *(f"{name}.json" for name in ("person", "answers", "progress", "certificates", "forms")),
    }
    read = {name: json.loads(content) for name, content in files.items() if name.endswith(".json")}
    assert read["person.json"]["accounts"][0]["user_name"] == "Kanarini"
    assert [one["passed"] for one in read["answers.json"]["attempts"]] == [True, None]
    assert read["certificates.json"]["certificates"][0]["code"] == made.code
    page = files["index.html"]
    assert f'<html lang="{lang}">' in page
    assert page.count(said) == 7, "six answers and one more"
    for one in read["answers.json"]["attempts"][0]["questions"]:
        assert str(world_text(one["question"])) in page
    assert "<script" not in page
    assert " src=" not in page
    assert "href=" not in page


def world_text(value: str) -> str:
    from markupsafe import escape

    return str(escape(value))


def test_no_secret_is_in_the_file_and_no_other_persons_word(made: World):
    with_account(made)
    with_account(made, "other", "Spourgiti")
    said = "".join(file_of(made, "owner").values())
    assert "Spourgiti" not in said
    assert "argon2" not in said
    assert "hash" not in "".join(k for f, t in file_of(made, "owner").items() if f.endswith(".json") for k in keys(t))
    with db.read_session(made.app.extensions["engine"]) as session:
        mine = accounts.visitor(session, made.tokens["owner"], now=datetime.now(UTC))
    assert mine is not None
    assert accounts.resume_code(made.app.extensions["keys"].server, mine.key) not in said
    assert made.tokens["owner"] not in said


def keys(content: str) -> set[str]:
    def walk(value: object) -> set[str]:
        if isinstance(value, dict):
            return set(value) | {k for inner in value.values() for k in walk(inner)}
        return {k for inner in value for k in walk(inner)} if isinstance(value, list) else set()

    return walk(json.loads(content))


def test_what_somebody_typed_is_text_in_the_page_never_markup(made: World):
    with_account(made, name=EVIL)
    with db.write_session(made.app.extensions["engine"]) as session:
        who = world.person_id(made.app, made.tokens["owner"])
        audit.record(session, by=audit.SITE, action="a.b", subject=EVIL, now=datetime.now(UTC), person_id=who)
    files = file_of(made, "owner")
    assert EVIL in files["person.json"]
    assert EVIL not in files["index.html"]
    assert files["index.html"].count("&lt;script&gt;") >= 3


def test_the_page_says_what_there_is_and_until_when(made: World):
    page = made.client("owner").get("/en/account/data").text
    assert "Everything about me" in page
    assert "with 12 questions" in page
    assert "If you do not come back, all of it is deleted on" in page
    assert 'href="/en/account/data.zip"' in page
    assert "You run this site" in made.client("admin").get("/en/account/data").text
    assert "not known here" in made.client("anonymous").get("/en/account/data").text


@pytest.mark.parametrize(
    ("page", "most"), [("/en/account/data", 8), ("/en/account/end", 8), ("/en/account/data.zip", 30)]
)
def test_the_pages_ask_the_database_seldom(made: World, page: str, most: int):
    with_account(made)
    client = made.client("owner")
    client.get(page)
    few = _statements(made, page)
    assert len(few) <= most, "\n".join(few)
    with db.write_session(made.app.extensions["engine"]) as session:
        for n in range(50):
            somebody.add(session, f"Other{n}")
    assert len(_statements(made, page)) == len(few)


def _statements(made: World, page: str) -> list[str]:
    with counted(made.app) as seen:
        assert made.client("owner").get(page).status_code == 200
    return seen["statements"]


def test_a_guest_deletes_herself_and_her_device_stands_for_nobody(made: World):
    visit = Visit(made.client("owner"))
    visit.client.set_cookie("country", "cy")
    visit.get("/en/account/end")
    assert made.code[:4] in visit.page.text, "the certificate that stays is named"
    found = visit.form(having="sure")
    assert visit.send(found).status_code == 422
    assert there(made, "owner")
    answer = visit.send(found, {"sure": "1"}, follow=False)
    assert answer.status_code == 303
    assert {line.partition("=")[0] for line in answer.headers.getlist("Set-Cookie") if "1970" in line} == {
        "device",
        "country",
    }
    assert "Everything is deleted" in visit.get(answer.location).text
    assert not there(made, "owner")
    assert made.client("owner").get(f"/en/attempts/{made.attempt}").status_code == 404
    assert there(made, "other")
    assert "Valid" in made.client("other").get(f"/en/verify/{made.code}").text


def test_withdrawn_too_when_she_says_so(made: World):
    assert send(made, "owner", sure="1", withdraw="1").status_code == 303
    page = made.client("other").get(f"/en/verify/{made.code}").text
    assert "Withdrawn" in page
    assert world.count(made.app, "withdrawals") == 1


def test_pressing_twice_is_answered_twice_and_done_once(made: World):
    answers = [send(made, "owner", sure="1") for _ in range(2)]
    assert [(answer.status_code, answer.location) for answer in answers] == [(303, "/en/account/end?done=1")] * 2
    assert world.count(made.app, "erasures") == 1


def test_with_an_account_the_password_is_asked_for(made: World):
    who = with_account(made)
    for typed in ("", "not the password"):
        refused = send(made, "owner", sure="1", withdraw="1", password=typed)
        assert refused.status_code == 422
        assert "This is not your password" in refused.text
        assert 'name="withdraw" value="1" checked' in refused.text, "what was ticked stays"
        assert there(made, "owner")
    assert world.count(made.app, "withdrawals") == 0
    assert send(made, "owner", sure="1", password=PASSWORD).status_code == 303
    assert world.count(made.app, "people", f"id = {who}") == 0


def test_guessing_the_password_ends_after_ten_tries_and_she_stays(made: World):
    with_account(made)
    codes = [send(made, "owner", sure="1", password=f"guess number {n}").status_code for n in range(12)]
    assert codes == [422] * 10 + [429] * 2
    assert send(made, "owner", sure="1", password=PASSWORD).status_code == 429
    assert there(made, "owner")


def test_the_only_admin_reads_why_not_and_two_admins_may_each_go(made: World):
    assert "You are the only one who runs this site" in made.client("admin").get("/en/account/end").text
    refused = send(made, "admin", sure="1")
    assert refused.status_code == 422
    assert there(made, "admin")
    with db.write_session(made.app.extensions["engine"]) as session:
        session.add(Person(key=secrets.token_hex(13), role="admin", created_on=datetime.now(UTC).date()))
    assert send(made, "admin", sure="1").status_code == 303
    assert not there(made, "admin")


def test_a_form_that_is_too_old_shows_the_form_again_and_deletes_nothing(made: World):
    fields = {"csrf": "x", "key": secrets.token_hex(16), "sure": "1", "withdraw": "1"}
    answer = made.client("owner").post("/en/account/end", data=fields, headers={"Accept": "text/html"})
    assert answer.status_code == 400
    assert 'name="sure" value="1" checked' in answer.text
    assert 'name="withdraw" value="1" checked' in answer.text
    assert there(made, "owner")


@pytest.mark.parametrize("extra", [{"person_id": "1"}, {"lang": "el"}, {"role": "admin"}, {"code": "X"}])
def test_fields_that_the_form_has_not_change_nothing(made: World, extra: dict[str, str]):
    assert send(made, "owner", sure="1", **extra).status_code == 303
    assert not there(made, "owner")
    assert there(made, "other")
    assert there(made, "admin")


def test_the_list_for_backups_is_written_and_nothing_is_owed(made: World):
    settings = made.app.extensions["settings"]
    settings.backup_dir.mkdir()
    assert send(made, "owner", sure="1").status_code == 303
    lists = [(folder / erasure.ERASED_LIST).read_text() for folder in (settings.data_dir, settings.backup_dir)]
    assert lists[0] == lists[1]
    assert lists[0].startswith(datetime.now(UTC).date().isoformat())
    assert not (settings.data_dir / erasure_traces.DUE).exists()


def test_a_disk_that_is_full_after_the_commit_leaves_it_owed_and_says_deleted(
    made: World, monkeypatch: pytest.MonkeyPatch
):
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(erasure, "note_down", full)
    assert send(made, "owner", sure="1").status_code == 303
    assert not there(made, "owner")
    settings, engine = made.app.extensions["settings"], made.app.extensions["engine"]
    assert (settings.data_dir / erasure_traces.DUE).exists()
    monkeypatch.undo()
    assert erasure_traces.sweep(engine, settings.data_dir, settings.backup_dir)
    assert (settings.data_dir / erasure.ERASED_LIST).exists()


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ["On 31 January 2029 we will delete it", "Sign in once"]), ("el", ["Στις 31 Ιανουαρίου 2029", "Συνδέσου"])],
)
def test_the_notice_says_the_day_and_names_no_topic(lite_site: Flask, lang: str, words: list[str]):
    day = {"en": "31 January 2029", "el": "31 Ιανουαρίου 2029"}[lang]
    subject, plain, html = lite_site.extensions["render_letter"]("ending", lang, {"day": day})
    for said in (plain, html):
        assert all(word in said for word in words)
        assert f"/{lang}/sign-in" in said
    assert not {"traffick", "εμπορ", "basics"} & set(f"{subject} {plain}".lower().split())


def test_waiting_letters_to_her_are_gone(made: World):
    who, now = with_account(made), datetime.now(UTC)
    with db.write_session(made.app.extensions["engine"]) as session:
        letter = {"to_address": "a@mail.example", "language": "el", "template": "ending", "params": {}, "tries": 0}
        session.add(
            Letter(key="x", person_id=who, state="waiting", due_at=now + timedelta(1), created_at=now, **letter)
        )
    assert send(made, "owner", sure="1", password=PASSWORD).status_code == 303
    assert world.count(made.app, "letters") == 0
