"""Turning published texts into HTML, and lessons that are rendered once and filled in for each reader.

The surprise: a kept lesson holds marks (private-use signs) where something belongs to the reader: what she chose,
her form's tokens. fill() puts them in; nothing of one reader is ever kept.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import nh3
from flask import current_app, get_template_attribute
from flask_babel import force_locale
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from toolkit.services.courses import Edition, Structure

_MARK_OPEN, _MARK_CLOSE = "\ue000", "\ue001"
_MARK = re.compile(f"{_MARK_OPEN}([^{_MARK_CLOSE}]*){_MARK_CLOSE}")
_markdown = MarkdownIt("zero", {"html": False}).enable("emphasis").enable("escape")


@lru_cache(maxsize=8192)
def inline(text: str) -> Markup:
    """Turn inline Markdown (strong and emphasis only) into safe HTML; cleaned although our own files are trusted."""
    html = _markdown.renderInline(text)
    return Markup(nh3.clean(html, tags={"strong", "em"}, attributes={}))  # noqa: S704 - this is the cleaning


class Texts:
    """The texts of one edition for a template: t(unit) is HTML, plain(unit) the bare text."""

    def __init__(self, edition: Edition) -> None:
        self._texts: Mapping[str, Any] = edition.body["texts"]
        self._language = edition.language

    def __call__(self, unit: str) -> Markup:
        """Give a unit as inline HTML; a text that falls back to another language says which."""
        text, language = self._texts[unit]
        html = inline(text)
        if language == self._language:
            return html
        return Markup('<span lang="{}">{}</span>').format(language, html)

    def plain(self, unit: str) -> str:
        """Give a unit without markup, for titles and attributes."""
        text: str = re.sub(r"[*_]{1,2}(\S(?:.*?\S)?)[*_]{1,2}", r"\1", self._texts[unit][0])
        return text


class SiteMode:
    """A block on the site: leaves marks for what belongs to the reader."""

    name = "site"

    def __init__(self, cites: Callable[[Structure], Markup]) -> None:
        self.cites = cites

    def chosen(self, field: str) -> Markup:
        """Mark where data-chosen and data-ok of a field belong."""
        return _mark(f"chosen:{field}")

    def checked(self, field: str, value: str) -> Markup:
        """Mark where a chosen option says checked."""
        return _mark(f"checked:{field}:{value}")

    def form(self) -> Markup:
        """Mark where a form's tokens belong."""
        return _mark("form")

    def sum(self, field: str) -> Markup:
        """Mark where the sum of a sorter belongs."""
        return _mark(f"sum:{field}")


class PrintMode:
    """A block on paper: no forms and nobody's choices."""

    name = "print"

    def __init__(self, cites: Callable[[Structure], Markup]) -> None:
        self.cites = cites

    def chosen(self, field: str) -> str:  # noqa: ARG002 - one shape for both modes
        """Nothing is chosen on paper."""
        return ""

    def checked(self, field: str, value: str) -> str:  # noqa: ARG002
        """Nothing is ticked on paper."""
        return ""

    def form(self) -> str:
        """There is no form on paper."""
        return ""

    def sum(self, field: str) -> str:  # noqa: ARG002
        """There is no sum on paper."""
        return ""


def lesson_body(edition: Edition, lesson: Structure) -> Markup:
    """Render the blocks of a lesson, once per process and snapshot; marks are still in it (see fill)."""
    kept: dict[tuple[str, str, int, str], Markup] = current_app.extensions.setdefault("kept_lessons", {})
    key = (edition.document, edition.language, edition.snapshot_no, lesson["key"])  # a snapshot never changes
    if key not in kept:
        t = Texts(edition)
        sources = get_template_attribute("components/sources.html", "sources")
        mistake = get_template_attribute("components/mistake.html", "mistake")
        cites: Mapping[str, str] = edition.body["cites"]

        def cite(block: Structure) -> Markup:
            listed = dict.fromkeys(cites[fact] for fact in block.get("facts", []) if fact in cites)
            last_lines = sources(list(listed)) + mistake(edition.document, lesson["key"], block["key"])
            return Markup(last_lines)  # noqa: S704 - a template's output, already escaped

        with force_locale(edition.language):
            parts = [
                get_template_attribute(f"blocks/{block['kind']}.html", "block")(block, t, SiteMode(cite))
                for block in lesson["blocks"]
            ]
        kept[key] = Markup("\n").join(parts)
    return kept[key]


def fill(
    body: str,
    *,
    chosen: Mapping[str, str],
    solutions: Mapping[str, str],
    form: Callable[[], Markup],
    sum_line: Callable[[int, int], str],
) -> Markup:
    """Put what belongs to this reader into a kept body: her choices and whether they are right, tokens, sums."""

    def put(match: re.Match[str]) -> str:
        what, _, rest = match[1].partition(":")
        if what == "form":
            return form()
        if what == "checked":
            field, _, value = rest.rpartition(":")
            return " checked" if value in chosen.get(field, "").split() else ""
        if what == "chosen":
            picked = chosen.get(rest)
            if picked is None:
                return ""
            ok = "yes" if picked == solutions[rest] else "no"
            return f' data-chosen="{escape(picked)}" data-ok="{ok}"'
        rows = [field for field in solutions if field.startswith(f"{rest}.")]
        if not rows or any(row not in chosen for row in rows):
            return ""
        return escape(sum_line(sum(chosen[row] == solutions[row] for row in rows), len(rows)))

    return Markup(_MARK.sub(put, body))  # noqa: S704 - kept template output with escaped values


def _mark(what: str) -> Markup:
    return Markup(f"{_MARK_OPEN}{what}{_MARK_CLOSE}")  # noqa: S704 - a sign of our own, replaced by fill()
