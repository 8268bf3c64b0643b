"""The core final on its pages: what is asked again, places of an ordering, the form for one's country, two lessons."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from tests import right
from tests.services.learner import Learner
from tests.web import world
from toolkit.services import courses

COUNTRY = "cy"


class Taker:
    """A learner of the core course in a browser of her own."""

    def __init__(self, app: Flask, lang: str = "en", country: str = "") -> None:
        self.learner = Learner(app, "core")
        self.app, self.lang = app, lang
        self.client: FlaskClient = app.test_client()
        self.client.set_cookie("device", self.learner.token)
        if country:
            self.client.set_cookie("country", country)
        self.learner.before_quiz()
        self.key = self.learner.start()

    @property
    def items(self) -> list[dict[str, Any]]:
        return right.asked(self.learner.engine, self.key)

    def page(self, n: int = 0, lang: str = "") -> str:
        """Open the question to answer now, or the n-th as answered."""
        path = f"/{lang or self.lang}/attempts/{self.key}" + (f"/answers/{n}" if n else "")
        answer = self.client.get(path)
        assert answer.status_code == 200
        return answer.text

    def answer(self, n: int, values: dict[str, Any], status: int = 303) -> str:
        data = {**world.fields(self.app, self.learner.token), **values}
        answer = self.client.post(f"/{self.lang}/attempts/{self.key}/answers/{n}", data=data)
        assert answer.status_code == status, words(answer.text)[:300]
        return answer.text

    def reach(self, wanted: Any) -> tuple[int, dict[str, Any]]:
        """Answer rightly up to the first item that is wanted; raises LookupError when none is."""
        for n, item in enumerate(self.items, start=1):
            if wanted(item):
                return n, item
            self.answer(n, right.answer(item))
        raise LookupError


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def safety(item: dict[str, Any]) -> bool:
    return item.get("safety") == "yes"


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            seen.append(statement)

    engine = app.extensions["engine"]
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_the_way_in_says_twelve_seven_and_ten(site: Flask):
    shown = words(Taker(site).client.get("/en/courses/core/quiz").text)
    assert "12 questions, about 7 minutes. With 10 right you have passed." in shown


def test_a_missed_safety_question_says_that_it_comes_again_and_the_count_stays_honest(site: Flask):
    taker = Taker(site)
    n, item = taker.reach(safety)
    before = words(taker.page())
    assert f"Question {n} of 12" in before
    assert "asked again" not in before
    with statements(site) as seen:
        taker.answer(n, right.wrong(item))
    assert len(seen) <= 8, seen
    after = words(taker.page(n))
    assert "This matters for safety, so it is asked again at the end." in after
    assert f"Question {n} of 12" in after
    assert f"Question {n} of 12 · one is asked again at the end" in after
    for place, other in list(enumerate(taker.items, start=1))[n:12]:
        taker.answer(place, right.answer(other))
    again = words(taker.page())
    assert "Asked again, 1 of 1" in again
    assert "13" not in again.partition("Question")[0]
    with statements(site) as seen:
        taker.answer(13, right.answer(taker.items[12]))
    assert len(seen) <= 12, seen
    result = words(taker.page())
    assert "You have passed" in result
    assert "12 of 12 right" in result
    assert "12 questions, one asked again" in result
    assert "/en/courses/core/refreshers" in taker.page()


def test_before_the_answer_nothing_of_it_is_told_even_when_it_is_asked_again(site: Flask):
    taker = Taker(site)
    n, item = taker.reach(safety)
    taker.answer(n, right.wrong(item))
    for place, other in list(enumerate(taker.items, start=1))[n:12]:
        taker.answer(place, right.answer(other))
    with_texts = texts_of(site, taker.items[12], "en")
    shown = words(taker.page())
    assert not any(said in shown for said in with_texts["feedback"])
    assert "data-right" not in taker.page()


def test_the_lesson_is_offered_when_no_form_is_left_and_the_first_comes_back(site: Flask):
    taker = Taker(site)
    forms = [key for key, item in right.bank("m05").items() if item["objective"] == "o5-2"]
    missed = offered = 0
    for n in range(1, 13 + len(forms)):
        item = taker.items[n - 1]
        if item["objective"] != "o5-2":
            taker.answer(n, right.answer(item))
            continue
        taker.answer(n, right.wrong(item))
        missed += 1
        offered += "/en/courses/core/m05/5-2" in taker.page(n)
        assert offered == (missed == len(forms)), "only once every form was asked"
        if missed == len(forms):
            break
    last = len(taker.items)
    assert taker.items[last - 1] is next(item for item in taker.items if item["objective"] == "o5-2")
    assert "You have met this question before." in words(taker.page())
    assert "/en/courses/core/m05/5-2" in taker.page()
    taker.answer(last, right.answer(taker.items[last - 1]))
    assert "You have passed" in words(taker.page())


@pytest.mark.parametrize("lang", ["en", "el"])
def test_an_ordering_has_a_place_for_each_line_and_works_without_a_script(site: Flask, lang: str):
    taker = Taker(site, lang)
    n, item = taker.reach(lambda one: one["type"] == "order")
    page, count = taker.page(), len(item["options"])
    for option in item["options"]:
        places = re.findall(rf'<input type="radio" name="{option["key"]}" value="(\d)"', page)
        assert places == [str(place) for place in range(1, count + 1)]
    same_place = {option["key"]: "1" for option in item["options"]}
    taker.answer(n, same_place, status=409)
    assert taker.learner.state(taker.key).current.n == n, "two lines in one place are no answer yet"
    taker.answer(n, right.answer(item))
    assert page.count("<fieldset") == taker.page(n).count('data-ok="yes"')


def texts_of(app: Flask, form: dict[str, Any], lang: str, module: str = "m05") -> dict[str, Any]:
    """Give the words of an item or of its form for a country."""
    from toolkit import db

    with db.read_session(app.extensions["engine"]) as session:
        edition = courses.shelf(session).edition(module, lang)
    return {
        "stem": words(edition.text(form["stem"])),
        "feedback": [words(edition.text(option["feedback"])) for option in form["options"]],
    }


def own_country(item: dict[str, Any]) -> bool:
    return any(form["country"] == COUNTRY for form in item.get("countries", ()))


def taker_of_own_country(app: Flask, lang: str, country: str) -> tuple[Taker, int, dict[str, Any]]:
    """Find somebody whose quiz holds a question with a form for the country."""
    for _ in range(30):
        taker = Taker(app, lang, country)
        if any(own_country(item) for item in taker.items):
            return taker, *taker.reach(own_country)
    raise LookupError("no question with a form for the country")


@pytest.mark.parametrize("lang", ["en", "el"])
def test_the_form_for_her_country_is_chosen_when_the_page_is_shown_and_never_kept(site: Flask, lang: str):
    taker, n, item = taker_of_own_country(site, lang, COUNTRY)
    module = "m05" if item["objective"].startswith("o5") else "m03"
    form = next(one for one in item["countries"] if one["country"] == COUNTRY)
    own, general = texts_of(site, form, lang, module), texts_of(site, item, lang, module)
    assert own["stem"] in words(taker.page())
    taker.client.delete_cookie("country")
    assert general["stem"] in words(taker.page()), "without a country the general form"
    taker.client.set_cookie("country", COUNTRY)
    taker.answer(n, right.answer(item))
    assert taker.learner.state(taker.key).items[n - 1].right is True, "the same answer under the same key"
    shown = words(taker.page(n))
    assert own["stem"] in shown
    assert any(said in shown for said in own["feedback"])
    taker.client.delete_cookie("country")
    assert general["stem"] in words(taker.page(n))
    about_her = {table: rows for table, rows in world.rows(site).items() if table in {"attempts", "attempt_items"}}
    assert f"'{COUNTRY}'" not in repr(about_her)
    assert "country" not in repr(about_her)


def test_after_a_fail_the_two_weakest_lessons_are_named_and_other_items_are_drawn(site: Flask):
    taker = Taker(site)
    missed = {"o1-1", "o4-4", "o2-4"}
    for n, item in enumerate(taker.items, start=1):
        taker.answer(n, right.wrong(item) if item["objective"] in missed else right.answer(item))
    result = taker.page()
    assert "Not yet passed" in result
    lessons = re.findall(r'href="(/en/courses/core/m0\d/\d-\d)"', result)
    assert len(set(lessons)) == 2
    assert set(lessons) <= {f"/en/courses/core/{at}" for at in ("m01/1-1", "m04/4-1", "m02/2-2")}
    way_in = taker.client.get("/en/courses/core/quiz").text
    assert set(re.findall(r'href="(/en/courses/core/m0\d/\d-\d)"', way_in)) == set(lessons)
    first = {(item["objective"], item["key"]) for item in taker.items}
    taker.key = taker.learner.start(secrets.token_hex(16))
    assert len(first & {(item["objective"], item["key"]) for item in taker.items}) <= 4
