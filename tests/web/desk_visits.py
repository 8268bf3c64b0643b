"""What the tests of the administration's pages share: an admin's visit, a page's own words, pressing a button."""

import html
import re

from tests.services.desk import Desk
from tests.visit import Visit


def visit(desk: Desk, who: int = 0) -> Visit:
    client = desk.app.test_client()
    client.set_cookie("device", desk.tokens[who])
    return Visit(client)


def words(page: str) -> str:
    """The page's own words, without the frame and the help panel."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", main).split()))


def press(at: Visit, having: str, value: str, **typed: str) -> int:
    """Fill in the form that has this field and press its button; give the status after all redirects."""
    return at.send(at.form(having=having), {**typed, "action": value}).status_code
