"""Where the contents page and My progress lead her: to her block, then to the quiz, then nowhere but the paper."""

from flask import Flask

from tests import courses, right
from tests.visit import Visit

LESSON = "/en/courses/basics/m01/1-1"


def offered(visit: Visit, path: str) -> str:
    """Give the address of the first button of a page."""
    main = visit.get(path).text.partition("<main")[2]
    return main.partition('<a class="button')[2].partition('href="')[2].partition('"')[0]


def test_she_is_led_to_her_block_then_to_the_quiz_and_then_not_any_more(lite_site: Flask):
    visit = Visit(lite_site.test_client())
    assert offered(visit, "/en/") == "/en/courses/core#start"
    visit.start()
    visit.send(visit.form(having="choice"), {"choice": "a"})
    for page in ("/en/", "/en/progress"):
        assert offered(visit, page) == f"{LESSON}#b4"
    for _module, lesson in courses.lessons("basics"):
        visit.get(f"/en/courses/basics/m01/{lesson}")
        visit.send(visit.form(having="place"), {"action": "done"})
    for page in ("/en/", "/en/progress"):
        assert offered(visit, page) == "/en/courses/basics/quiz"
    key = visit.start_quiz()
    for item in right.asked(lite_site.extensions["engine"], key):
        visit.get(f"/en/attempts/{key}")
        visit.send(visit.form(having="answer"), right.answer(item))
    assert offered(visit, "/en/") != "/en/courses/basics/quiz"


def test_what_the_server_checked_is_not_said_to_have_stayed_on_the_device(lite_site: Flask):
    visit = Visit(lite_site.test_client())
    visit.get("/en/verify")
    page = visit.send(visit.form(having="payload"), {"payload": "AAAA"})
    assert "changed or cannot be read" in page.text
    assert "was not sent anywhere" not in page.text
