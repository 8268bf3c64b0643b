"""Words of the glossary in a lesson: the first time one stands in running text, it opens its meaning in place.

Works on a lesson's finished HTML, so that blocks need not know of it. The surprise: no script. The button names a
popover, which the browser opens, closes and leads the focus into; on paper, and in a browser without popovers, the
meanings stand as a list at the end.
"""

from collections.abc import Mapping, Sequence
from html.parser import HTMLParser

from flask import get_template_attribute
from markupsafe import Markup

from toolkit.rules.glossary import Finder

# Running text is what stands in one of these …
_RUNNING = {"p", "li", "dd", "td"}
# … unless one of these is around it: headings, questions and their answers, quotations, cards, what is folded away.
_CLOSED_TAGS = {"h1", "h2", "h3", "h4", "form", "fieldset", "label", "summary", "details", "blockquote", "figure"}
_CLOSED_TAGS |= {"strong", "button", "a", "dt", "th", "caption", "small", "svg", "article"}
_CLOSED_CLASSES = {"block-affected", "figure", "hint", "if-then", "label", "poster", "response", "sources", "story"}
_CLOSED_CLASSES |= {"visually-hidden", "when"}
_EMPTY = {"br", "hr", "img", "input", "link", "use", "rect", "path"}

Word = Mapping[str, object]


def with_meanings(body: str, words: Sequence[Word]) -> Markup:
    """Mark each word once, where it first stands in running text, and put the meanings of the marked ones at the end.

    ``words`` hold the forms of each word, the first as it is shown, and its meaning, in the language of the text.
    """
    reader = _Reader(body, words)
    if not reader.marked:
        return Markup(body)  # noqa: S704 - a template's output
    listed = get_template_attribute("components/words.html", "words")
    return Markup(reader.html()) + Markup("\n") + listed(reader.marked)  # noqa: S704 - the same with our own tags


class _Reader(HTMLParser):
    """Goes through the HTML once and notes where a button belongs; all else stays sign for sign as it was."""

    def __init__(self, body: str, words: Sequence[Word]) -> None:
        super().__init__(convert_charrefs=False)
        self.marked: list[Word] = []
        self._body = str(body)  # of Markup every piece that is put in would be escaped
        self._finder = Finder({str(n): _forms(word) for n, word in enumerate(words)})
        self._left = {str(n): word for n, word in enumerate(words)}
        self._places: list[tuple[int, int]] = []
        self._open: list[tuple[str, bool, bool]] = []  # tag, running text, closed
        self._lines = [0]
        for line in body.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self.feed(body)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _EMPTY:
            return
        _, running, closed = self._open[-1] if self._open else ("", False, False)
        values = dict(attrs)
        classes = set((values.get("class") or "").split())
        closed = closed or tag in _CLOSED_TAGS or bool(classes & _CLOSED_CLASSES) or "hidden" in values
        self._open.append((tag, running or tag in _RUNNING, closed))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        _, running, closed = self._open[-1] if self._open else ("", False, True)
        if not running or closed:
            return
        line, column = self.getpos()
        start = self._lines[line - 1] + column
        for find in self._finder.finds(data):
            word = self._left.pop(find.word, None)
            if word is not None:
                self.marked.append(word)
                self._places.append((start + find.start, start + find.end))

    def html(self) -> str:
        """Give the HTML with its buttons."""
        pieces, at = [], 0
        for n, (start, end) in enumerate(self._places, start=1):
            button = f'<button type="button" class="term" popovertarget="word-{n}">{self._body[start:end]}</button>'
            pieces += [self._body[at:start], button]
            at = end
        return "".join(pieces) + self._body[at:]


def _forms(word: Word) -> list[str]:
    forms = word["forms"]
    return [str(form) for form in forms] if isinstance(forms, list) else []
