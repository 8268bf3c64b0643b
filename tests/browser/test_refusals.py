"""Pages met only when something was corrected, replaced or refused: they are looked at like the others."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.test_pages import Seen, look
from tests.browser.walk import Site, Walk
from tests.browser.windows import Windows

SEND_PAYLOAD = """() => {
  const form = document.querySelector("#verify-server form");
  form.elements.payload.value = "AAAA";
  form.submit();
}"""


@pytest.mark.parametrize("lang", ["en", "el"])
def test_corrected_replaced_and_refused_pages_pass_too(
    windows: Windows, window: Callable[..., Page], site: Site, tmp_path: Path, lang: str
):
    windows.allow("status of 422", "status of 429")
    seen, page = Seen(lang), window(lang)
    walk = Walk(page, site, lang)
    walk.start()
    walk.go("courses/basics/quiz")
    walk.quiz()
    code = walk.certificate()
    walk.go(f"certificates/{code}")
    walk.paper("Ελένη Λάθος", tmp_path)
    walk.go(f"certificates/{code}")
    page.fill("#f-name", "Ελένη Σωστή")
    page.click("button[value=correct]")
    page.wait_for_url("**corrected=1")
    look(seen, "corrected", page)
    for name, path in (("replaced", f"certificates/{code}"), ("check of a replaced one", f"verify/{code}")):
        walk.go(path)
        look(seen, name, page)
    for _ in range(6):
        page.fill("#f-name", "Άλλο Όνομα")
        with page.expect_navigation():
            page.click("#name button")
    assert page.locator(".error").count() == 1
    look(seen, "five wrong names", page)
    walk.go("verify")
    with page.expect_navigation():
        page.evaluate(SEND_PAYLOAD)
    assert page.locator("#verify").is_visible()
    look(seen, "checked by the server", page)
    assert len(seen.names) == 5
    assert (seen.axe, seen.sideways) == ([], [])
