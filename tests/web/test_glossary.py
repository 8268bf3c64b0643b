"""Words that open their meaning: once in a lesson, in running text only, and nothing else of the page changes."""

import re
from html.parser import HTMLParser

import pytest
from flask import Flask
from markupsafe import Markup

from toolkit.services import courses
from toolkit.web import database, glossary, rendering

WORDS = [
    {"forms": ["demand", "demands"], "meaning": "What <somebody> wants."},
    {"forms": ["a sign"], "meaning": "What points to something."},
]


def marked(app: Flask, html: str) -> str:
    with app.test_request_context("/en/"):
        return str(glossary.with_meanings(Markup(html), WORDS))  # noqa: S704 - as a template gives it


def test_the_first_place_in_running_text_opens_the_meaning(lite_site: Flask):
    html = marked(
        lite_site, "<section><h2>Demand</h2>\n<p>No sign, but <em>Demand</em> &amp; demand.</p><p>A  sign</p></section>"
    )
    assert html.startswith(
        '<section><h2>Demand</h2>\n<p>No sign, but <em><button type="button" class="term" popovertarget="word-1">Demand'
        "</button></em> &amp; demand.</p>"
        '<p><button type="button" class="term" popovertarget="word-2">A  sign</button></p></section>'
    )
    assert re.findall(r'<p id="(word-\d)" popover[^>]*>([^<:]*): ([^<]*)</p>', html) == [
        ("word-1", "demand", "What &lt;somebody&gt; wants."),
        ("word-2", "a sign", "What points to something."),
    ]


@pytest.mark.parametrize(
    "html",
    [
        "<h2>demand</h2>",
        "<p><strong>demand</strong></p>",
        "<form><p>demand</p></form>",
        "<fieldset><legend>demand</legend></fieldset>",
        '<label class="answer"><p>demand</p></label>',
        "<figure><blockquote><p>demand</p></blockquote></figure>",
        '<p class="sources">demand</p>',
        '<section class="block block-affected"><p>demand</p></section>',
        '<div class="story"><p>demand</p></div>',
        "<details><summary>demand</summary><p>demand</p></details>",
        "<p hidden>demand</p>",
        '<p><a href="/demand">demand</a> <button>demand</button></p>',
        '<table><tr><th scope="row">demand</th></tr></table>',
        "<div>demand</div>",
        "demand",
        '<p title="demand">other</p>',
        "<p>demanding</p>",
    ],
)
def test_headings_questions_quotations_and_sources_stay_as_they_are(lite_site: Flask, html: str):
    assert marked(lite_site, html) == html


def test_an_element_that_is_never_closed_closes_nothing_else(lite_site: Flask):
    assert 'class="term"' in marked(lite_site, '<p>one<br>two <img src="x" alt=""> <input> demand</p>')
    assert 'class="term"' in marked(lite_site, '<h2>x</h2><svg><use href="#x"/></svg><p>demand</p>')


class _Terms(HTMLParser):
    """The buttons of a page with what is around them, the meanings, and the text without the latter."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.around: list[tuple[str, list[str]]] = []
        self.ids: list[str] = []
        self.text = ""
        self._stack: list[str] = []
        self._meaning = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if values.get("class") == "term":
            self.around.append((str(values["popovertarget"]), list(self._stack)))
        if values.get("class") == "words":
            self._meaning = len(self._stack) + 1
        if "popover" in values:
            self.ids.append(str(values["id"]))
        if tag not in glossary._EMPTY:
            self._stack.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        while self._stack.pop() != tag:
            pass
        if len(self._stack) < self._meaning:
            self._meaning = 0

    def handle_data(self, data: str) -> None:
        if not self._meaning:
            self.text += data


@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_lesson_marks_its_words_once_and_keeps_its_text(
    lite_site: Flask, lang: str, monkeypatch: pytest.MonkeyPatch
):
    plain = glossary.with_meanings
    seen = {}
    monkeypatch.setattr(
        glossary, "with_meanings", lambda body, words: seen.setdefault("body", body) and plain(body, words)
    )
    with lite_site.test_request_context(f"/{lang}/"):
        shelf = courses.shelf(database.session())
        topics = [edition for (_, tag), edition in shelf.editions.items() if tag == lang and edition.body["words"]]
        assert topics, "the shipped modules have words"
        count = 0
        for edition in topics:
            for lesson in edition.structure["lessons"]:
                seen.clear()
                page = _Terms(rendering.lesson_body(edition, lesson))
                targets = [target for target, _ in page.around]
                assert sorted(targets) == sorted(page.ids), (edition.document, lesson["key"])
                assert len(set(targets)) == len(targets)
                closed = {"h1", "h2", "h3", "form", "label", "legend", "blockquote", "a", "summary"}
                assert not [stack for _, stack in page.around if closed & set(stack)]
                assert page.text.strip() == _Terms(seen["body"]).text.strip()
                count += len(targets)
    assert count >= len(topics)
