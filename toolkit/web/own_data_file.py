"""The file "everything about me": a ZIP with readable JSON and a page that explains it, made in memory."""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from flask import current_app, render_template
from flask_babel import gettext as _
from markupsafe import Markup

from toolkit import paths
from toolkit.rules import codes
from toolkit.web import language
from toolkit.web import own_data_labels as labels

NAME = "my-data.zip"
_START = "index"
_IN_ONE_WORD = {"kind", "state", "reason", "how", "decision", "role"}
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # the ZIP's own times say nothing: the page inside says when it was made

Data = Mapping[str, Mapping[str, list[dict[str, Any]]]]


@dataclass
class Section:
    """One file in words: a heading, a sentence, tables, and for answers the attempts with their questions."""

    file: str
    title: str
    text: str
    tables: list[dict[str, Any]] = field(default_factory=list)
    attempts: list[dict[str, Any]] = field(default_factory=list)


def packed(data: Data, lang: str, *, ends: str, address: str, now: datetime) -> bytes:
    """Give the ZIP: index.html and one JSON file for each part of the data."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as file:
        index = render_template(
            "own_data/file.html",
            look=_look(),
            moment=_moment(now, lang),
            sections=list(_sections(data, lang)),
            ends=ends,
            address=address,
        )
        _put(file, f"{_START}.html", index)
        for name, tables in data.items():
            _put(file, f"{name}.json", json.dumps(tables, ensure_ascii=False, indent=2, default=_plain) + "\n")
    return kept.getvalue()


def _put(file: zipfile.ZipFile, name: str, content: str) -> None:
    info = zipfile.ZipInfo(f"my-data/{name}", _FIRST_DAY)
    info.external_attr = 0o600 << 16
    info.compress_type = zipfile.ZIP_DEFLATED
    file.writestr(info, content)


def _plain(value: object) -> str:
    if isinstance(value, date):  # a moment is a day, too
        return value.isoformat()
    raise TypeError(type(value).__name__)


@cache
def _look() -> Markup:
    style = (paths.STATIC / "css" / "own_data.css").read_text("utf-8")
    return Markup("<style>\n{}</style>").format(Markup(style))  # noqa: S704 - a file of ours


def _sections(data: Data, lang: str) -> Iterator[Section]:
    words = labels.words()
    for name, tables in data.items():
        title, text = labels.titles().get(name, (name, ""))
        section = Section(f"{name}.json", title, text)
        for table, rows in tables.items():
            if table == "attempts":
                section.attempts = [_attempt(row, lang) for row in rows]
                continue
            heading, columns = labels.columns().get(table, (table, {key: key for key in rows[0]}))
            section.tables.append(
                {
                    "title": heading,
                    "head": list(columns.values()),
                    "rows": [[_shown(key, row.get(key), lang, words) for key in columns] for row in rows],
                }
            )
        yield section


def _attempt(row: Mapping[str, Any], lang: str) -> dict[str, Any]:
    asked = [one for one in row["questions"] if one["given"] is not None]
    result = _("not finished")
    if row["closed_at"] is not None:
        said = _("passed") if row["passed"] else _("not passed")
        result = _(
            "%(said)s, %(n)s right, on %(moment)s",
            said=said,
            n=row["right_count"],
            moment=_moment(row["closed_at"], lang),
        )
    return {
        "title": row["course"] or row["course_key"],
        "result": result,
        "questions": [
            {
                "question": one["question"] or one["item_key"],
                "answer": " · ".join(one["your_answer"] or [str(one["given"])]),
                "verdict": _("right") if one["right"] else _("wrong"),
                "at": _moment(one["answered_at"], lang),
            }
            for one in asked
        ],
    }


def _shown(key: str, value: Any, lang: str, words: Mapping[str, str]) -> str:  # noqa: ANN401 - whatever a column holds
    if key == "choices":
        return " · ".join(f"{one['question'] or ''} → {', '.join(one['chosen'])}" for one in value) or "–"
    if isinstance(value, datetime):
        return _moment(value, lang)
    if isinstance(value, date):
        return language.day(value, lang)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _said(key, str(value or "–"), words)


def _said(key: str, value: str, words: Mapping[str, str]) -> str:
    if key == "code":
        return codes.show_code(value)
    if key == "language":
        return language.NAMES.get(value, value)
    return words.get(value, value) if key in _IN_ONE_WORD else value


def _moment(value: datetime, lang: str) -> str:
    return language.moment(value, lang, current_app.extensions["settings"].time_zone)
