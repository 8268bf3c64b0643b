"""The main job in a browser: from the contents page to a certificate that somebody else checks."""

from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keyboard import Keyboard
from tests.browser.paper import square_code
from tests.browser.walk import Site, Walk
from tests.browser.windows import NARROW, WIDE, addresses, every

NAMES = {"en": "Anna Müller-Ó Briain", "el": "Ελένη Παπαδοπούλου"}
# language, width, dark, script, keyboard: six rows in which every two values of two columns meet
MATRIX = [
    ("en", NARROW, False, True, False),
    ("el", WIDE, False, True, True),
    ("el", NARROW, True, False, False),
    ("el", NARROW, True, True, True),
    ("en", WIDE, True, False, False),
    ("en", WIDE, False, False, True),
]


def test_every_two_values_of_the_matrix_meet():
    pairs = every(MATRIX)
    for one, other in combinations(range(5), 2):
        values = [sorted({row[column] for row in MATRIX}) for column in (one, other)]
        assert pairs(one, other) == set(product(*values))


@pytest.mark.parametrize(("lang", "width", "dark", "js", "keys"), MATRIX)
def test_guest_comes_from_the_first_page_to_a_certificate_that_is_checked(
    window: Callable[..., Page], site: Site, tmp_path: Path, lang: str, width: int, *, dark: bool, js: bool, keys: bool
):
    page = window(lang, width=width, dark=dark, js=js)
    walk = (Keyboard if keys else Walk)(page, site, lang, js=js)
    walk.start()
    assert len(walk.resume_code()) >= 10, "the resume code is shown early"
    walk.learn()
    walk.quiz()
    paper = walk.paper(NAMES[lang], tmp_path)
    assert paper.name.startswith("certificate-")

    walk.go("progress")
    code = walk.certificate()
    expect(page.locator(f'main a[href$="/certificates/{code}"]')).to_be_visible()

    address = square_code(paper)
    assert address.startswith(f"{site.url}/{lang}/verify#")
    checker = window("en", width=WIDE)
    asked = addresses(checker)
    checker.goto(address)
    # "trial" is the good verdict of a site on a loopback address; "valid" is proved in test_verify_script.
    checker.wait_for_selector("#verify[data-state=trial]")
    expect(checker.locator('dd[data-slot="name"]')).to_have_text(NAMES[lang])
    assert len([url for url in asked if url.endswith("/keys.json")]) == 1
    payload = address.partition("#")[2]
    assert not [url for url in asked if payload[:20] in url.partition("#")[0]]
