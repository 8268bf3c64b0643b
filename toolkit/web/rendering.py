"""Turning published texts into HTML, and lessons that are rendered once and filled in for each reader.

The surprise: a kept lesson holds marks (private-use signs) where something belongs to the reader: what she chose,
her form's tokens. fill() puts them in; nothing of one reader is ever kept.
"""

import re
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache
from typing import Any

import nh3
from flask import current_app, get_template_attribute
from flask_babel import force_locale
from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from toolkit.services.courses import Edition, Structure
from toolkit.web import glossary
from toolkit.web.block_modes import MARK_CLOSE, MARK_OPEN, QuietMode, SiteMode

_MARK = re.compile(f"{MARK_OPEN}([^{MARK_CLOSE}]*){MARK_CLOSE}")
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


def facts_of(block: Structure) -> list[str]:
    """List the facts of a block and of its parts (sides, events, countries of a map), each once."""
    found = list(block.get("facts", []))
    for part in (*block.get("sides", ()), *block.get("events", ())):
        found += part.get("facts", [])
    return list(dict.fromkeys(found))


def lesson_body(edition: Edition, lesson: Structure, course: str = "") -> Markup:
    """Render the blocks of a lesson, once per process and snapshot; marks are still in it (see fill).

    ``course`` goes into the addresses of its reports: frame.course_named.
    """
    kept: dict[tuple[str, str, int, str, str], Markup] = current_app.extensions.setdefault("kept_lessons", {})
    key = (edition.document, edition.language, edition.snapshot_no, lesson["key"], course)  # a snapshot never changes
    if key not in kept:
        t = Texts(edition)
        sources = get_template_attribute("components/sources.html", "sources")
        mistake = get_template_attribute("components/mistake.html", "mistake")
        cites: Mapping[str, str] = edition.body["cites"]

        def cite(block: Structure) -> Markup:
            listed = dict.fromkeys(cites[fact] for fact in facts_of(block) if fact in cites)
            last_lines = sources(list(listed))
            if "key" in block and lesson.get("quiet") != "yes":
                last_lines += mistake(edition.document, lesson["key"], block["key"], course)
            return Markup(last_lines)  # noqa: S704 - a template's output, already escaped

        mode = (QuietMode if lesson.get("quiet") == "yes" else SiteMode)(cite, edition.language)
        with force_locale(edition.language):
            parts = [
                get_template_attribute(f"blocks/{block['kind']}.html", "block")(block, t, mode)
                for block in lesson["blocks"]
            ]
            if "test_me" in lesson:
                test_me = get_template_attribute("blocks/_test_me.html", "test_me")
                parts.insert(0, Markup(test_me(lesson["test_me"], t, mode)))  # noqa: S704 - as above
            kept[key] = glossary.with_meanings(Markup("\n").join(parts), edition.body.get("words", []))
    return kept[key]


def fill(
    body: str,
    *,
    chosen: Mapping[str, str],
    solutions: Mapping[str, str],
    reached: Collection[str] = (),
    form: Callable[[], Markup],
    sum_line: Callable[[int, int], str],
    card: Callable[[str], Markup],
) -> Markup:
    """Put what belongs to this reader into a kept body: her choices and whether they are right, tokens, sums, card."""

    def checked(rest: str) -> str:
        field, _, value = rest.rpartition(":")
        return " checked" if value in chosen.get(field, "").split() else ""

    def answered(field: str) -> str:
        picked = chosen.get(field)
        if picked is None:
            return ""
        ok = "yes" if picked == solutions[field] else "no"
        return f' data-chosen="{escape(picked)}" data-ok="{ok}"'

    def summed(block: str) -> str:
        rows = [field for field in solutions if field.startswith(f"{block}.")]
        if not rows or any(row not in chosen for row in rows):
            return ""
        return escape(sum_line(sum(chosen[row] == solutions[row] for row in rows), len(rows)))

    marks: dict[str, Callable[[str], str]] = {
        "form": lambda _rest: form(),
        "card": card,
        "reached": lambda scene: "" if scene in reached else " hidden",
        "opened": lambda prefix: " open" if any(field.startswith(prefix) for field in chosen) else "",
        "checked": checked,
        "chosen": answered,
        "sum": summed,
    }

    def put(match: re.Match[str]) -> str:
        what, _, rest = match[1].partition(":")
        return marks[what](rest)

    return Markup(_MARK.sub(put, body))  # noqa: S704 - kept template output with escaped values
