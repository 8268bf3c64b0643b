"""The blocks of the wide module: one of each kind that the small folder has not, with made-up texts."""

from typing import Any

F = ["STAT-90"]


class Label:
    """Makes labels and keeps their texts."""

    def __init__(self) -> None:
        self.texts: dict[str, dict[str, dict[str, str]]] = {"en": {}, "el": {}}

    def __call__(self, english: str = "Some words.", greek: str = "Λίγα λόγια.") -> str:
        label = f"+w{len(self.texts['en'])}"
        self.texts["en"][label], self.texts["el"][label] = {"text": english}, {"text": greek}
        return label


def blocks(u: Label) -> list[dict[str, Any]]:
    def ways(**leads: str) -> list[dict[str, str]]:
        made = []
        for key in "abc":
            way = {"key": key, "text": u(), "outcome": u(), "feedback": u()}
            way |= {"right": "yes"} if key == "a" else {}
            made.append(way | ({"next": leads[key]} if key in leads else {}))
        return made

    def story(key: str) -> dict[str, Any]:
        scenes = [
            {"key": "s1", "little": "yes", "question": u(), "options": ways()},
            {"key": "s2", "question": u(), "options": ways()},
        ]
        return {"key": key, "name": u(), "story": [u()], "scenes": scenes, "ending": [u()]}

    def card(key: str, model: str, column: str) -> dict[str, Any]:
        place = {"model": model, "column": column, "row": "1"}
        return {"key": key, "name": u(), **place, "forbids": u(), "since": u(), "checked": "2026-11", "facts": F}

    cited: dict[str, Any] = {"facts": F}
    bars = [{"key": "a", "text": u(), "value": "40"}, {"key": "b", "text": u(), "value": "20"}]
    return [
        {
            "key": "b1",
            "kind": "figure",
            **cited,
            "free_numbers": [{"number": "20", "reason": "drawn for tests"}],
            "value": u("40", "40"),
            "label": u("of 100 cases, 2020", "από 100 περιπτώσεις, 2020"),
            "year": "2020",
            "paragraphs": [u("At 20 past, call 112 (2021).", "Και 20, κάλεσε το 112 (2021).")],
            "chart": {"answer": u(), "unit": u(), "whole": "100", "bars": bars},
        },
        {
            "key": "b2",
            "kind": "quote",
            "facts": ["POS-90"],
            "quote": u("“It must change, and soon.”", "«Πρέπει να αλλάξει, και σύντομα.»"),
            "fact": "POS-90",
            "by": u(),
        },
        {
            "key": "b3",
            "kind": "positions",
            "facts": F,
            "sides": [{"key": key, "who": u(), "says": [u()], "facts": ["POS-90"]} for key in "ab"],
        },
        {
            "key": "b4",
            "kind": "table",
            "facts": ["OLD-90"],
            "corner": u(),
            "columns": [{"key": key, "text": u()} for key in "ab"],
            "rows": [{"key": key, "text": u(), "cells": [u(), u()]} for key in "ab"],
        },
        {
            "key": "b5",
            "kind": "timeline",
            "facts": F,
            "heading": u(),
            "events": [
                {"key": key, "when": u("2010", "2010"), "title": u(), "text": u(), "facts": ["OLD-90"]} for key in "abc"
            ],
        },
        {
            "key": "b6",
            "kind": "law_map",
            "facts": F,
            "intro": u(),
            "models": [{"key": key, "name": u(), "text": u()} for key in ("general", "any")],
            "countries": [card("cy", "any", "1"), card("el", "general", "2")],
        },
        {
            "key": "b7",
            "kind": "steps",
            "facts": F,
            "steps": [{"key": key, "title": u(), "text": u()} for key in ("notice", "safe", "note", "call")],
            "danger": u(),
        },
        {"key": "b8", "kind": "country", "intro": u("Lines 7 and 8.", "Γραμμές 7 και 8.")},
        {
            "key": "b9",
            "kind": "resource",
            "facts": F,
            "links": [{"key": "a", "title": u(), "address": "https://example.org/book", "date": "2021-03-05"}],
        },
        {
            "key": "b10",
            "kind": "scenario",
            "fictional": "yes",
            "free_numbers": [{"number": "10", "reason": "an hour in a made-up scene"}],
            "heading": u(),
            "story": [u("It is 10 at night.", "Είναι 10 το βράδυ.")],
            "scenes": [
                {"key": "s1", "question": u(), "options": ways(b="s3", c="end")},
                {"key": "s2", "question": u(), "options": ways()},
                {"key": "s3", "question": u(), "options": ways(c="s1")},
            ],
            "ending": [u()],
        },
        {
            "key": "b11",
            "kind": "sectors",
            "fictional": "yes",
            "heading": u(),
            "intro": u(),
            "stories": [story("hotel"), story("office")],
        },
        {
            "key": "b12",
            "kind": "indicators",
            "facts": F,
            "heading": u(),
            "indicators": [{"key": f"i{n}", "name": u(), "text": u()} for n in range(11)],
            "situations": [
                {"key": "a", "story": [u()], "question": u(), "present": ["i1", "i2"], "feedback": u()},
            ],
        },
        {
            "key": "b13",
            "kind": "if_then",
            "facts": F,
            "heading": u(),
            "task": u(),
            "ifs": [{"key": key, "text": u()} for key in "ab"],
            "thens": [{"key": key, "text": u()} for key in "ab"],
        },
        {
            "key": "b14",
            "kind": "text",
            "facts": ["OLD-90"],
            "paragraphs": [u()],
            "more": {"label": u(), "paragraphs": [u("It was so in 2010.", "Ήταν έτσι το 2010.")]},
        },
        {"key": "b15", "kind": "check", "facts": F, "heading": u(), "item": item(u)},
    ]


def item(u: Label, kind: str = "single") -> dict[str, Any]:
    options: list[dict[str, str]] = [{"key": key, "text": u("Choose me."), "feedback": u()} for key in "abc"]
    for place, option in enumerate(options):
        if kind == "order":
            option["target"] = str(3 - place)
        elif place == 1:
            option["right"] = "yes"
    return {"type": kind, "stem": u(), "options": options}
