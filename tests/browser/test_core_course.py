"""The whole core course by script: Greek on a phone, English by keyboard alone, each to a certificate that verifies;
and once without script, every question of every lesson."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import courses
from tests.browser.keyboard import Keyboard
from tests.browser.paper import square_code
from tests.browser.walk import Site, Walk
from tests.browser.windows import NARROW, WIDE

pytestmark = pytest.mark.timeout(600)  # an hour of a learner's time
NAMES = {"en": "Anna Müller-Ó Briain", "el": "Ελένη Παπαδοπούλου"}


@pytest.mark.parametrize(("lang", "width", "keys"), [("el", NARROW, False), ("en", WIDE, True)])
def test_somebody_takes_the_whole_core_course_and_her_certificate_verifies(
    window: Callable[..., Page], site: Site, tmp_path: Path, lang: str, width: int, *, keys: bool
):
    page = window(lang, width=width)
    walk = (Keyboard if keys else Walk)(page, site, lang, course="core")
    walk.start()
    walk.learn()
    walk.quiz()
    address = square_code(walk.paper(NAMES[lang], tmp_path))
    checker = window("en", width=WIDE)
    checker.goto(address)
    checker.wait_for_selector("#verify[data-state=trial]")  # the good verdict of a site on a loopback address
    expect(checker.locator('dd[data-slot="name"]')).to_have_text(NAMES[lang])
    walk.go(f"courses/core/{courses.course('core')['modules'][0]}")
    expect(page.locator("main .badge-ok")).to_have_count(len([1 for m, _ in courses.lessons("core") if m == "m01"]))


def test_every_question_of_the_core_course_works_without_script(window: Callable[..., Page], site: Site):
    walk = Walk(window("el", js=False), site, "el", js=False, course="core")
    walk.start()
    walk.learn()
    done = site.ask("select count(*) from lesson_states where completed_on is not null")[0][0]
    assert done >= len(courses.lessons("core"))
