"""Every text of every lesson stands on its page, in both languages: what no template shows would be lost."""

import re
from html import unescape

import pytest
from flask import Flask

from tests import courses
from toolkit.services import courses as published
from toolkit.services.modules_folder import unit_uses
from toolkit.services.modules_schema import Module
from toolkit.web.rendering import Texts


def words(html: str) -> str:
    """Give what a page says, in one line and without its marks."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def squeezed(text: str) -> str:
    """Take out what marks may put between words and signs."""
    return re.sub(r"[\s*_]+", "", text)


@pytest.mark.parametrize(
    ("text", "shown"), [("2011-04-05", "5 April 2011"), ("2011-04", "2011-04"), ("2011-99-99", "2011-99-99")]
)
def test_a_date_that_is_no_day_is_shown_as_it_was_published(lite_site: Flask, text: str, shown: str):
    with lite_site.test_request_context("/en/"):
        assert lite_site.jinja_env.filters["day"](text) == shown


@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_text_of_every_lesson_is_shown(lite_site: Flask, lang: str):
    client = lite_site.test_client()
    with lite_site.test_request_context(f"/{lang}/"):
        from toolkit.web import frame

        shelf: published.Shelf = frame.shelf()
    lost, seen = [], 0
    for key in courses.course("core")["modules"]:
        edition = shelf.edition(key, lang)
        assert edition is not None
        for lesson in Module.model_validate(courses.module(key)).lessons:
            path = "help/more" if lesson.quiet else f"courses/core/{key}/{lesson.key}"
            page = squeezed(words(client.get(f"/{lang}/{path}").text))
            for use in unit_uses("module.yaml", lesson.model_dump(exclude_none=True)):
                seen += 1
                if squeezed(Texts(edition).plain(use.unit)) not in page:
                    lost.append(f"{key} {lesson.key} {use.where}: {edition.text(use.unit)[:60]}")
    assert seen > 1000
    assert lost == []
