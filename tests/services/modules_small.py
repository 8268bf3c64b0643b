"""A small content folder for tests: one topic with every kind of block, one course, one country, made-up texts."""

from pathlib import Path
from typing import Any

from toolkit.services.modules_files import write_csv, write_yaml
from toolkit.services.modules_folder import GLOSSARY_COLUMNS
from toolkit.services.modules_ids import give_ids

FACTS = {
    "facts": [
        {
            "id": "LAW-01",
            "claim": "A claim for tests: 9,678 cases in 2024, 9,679 by a later count, 45.5%; 116 016.",
            "kind": "legal_provision",
            "screen": "yes",
            "confidence": "verified_2plus",
            "cite_en": "A source for tests (2024)",
            "cite_el": "Μια πηγή για δοκιμές (2024)",
        },
        {"id": "STAT-01", "claim": "Not read yet.", "kind": "statistic", "screen": "never", "confidence": "unverified"},
        {"id": "ACT-01", "claim": "For authors.", "kind": "fact", "screen": "never", "confidence": "editorial"},
    ]
}
GLOSSARY = [
    {
        "term_en": "buyer",
        "term_el": "αγοραστής",
        "note": "Never the other word.",
        "forbidden_en": "punter|punters",
        "forbidden_el": "πελάτης|πελάτη|κακός πελάτης",
        "allowed_in": "affected",
        "forms_en": "",
        "meaning_en": "",
        "forms_el": "",
        "meaning_el": "",
    }
]


def options(unit: str, *, right: str = "a") -> list[dict[str, str]]:
    """Three options with unit ids made from a letter, one of them right."""
    made = []
    for number, key in enumerate("abc"):
        option = {"key": key, "text": f"{unit}{number}t00", "feedback": f"{unit}{number}f00"}
        made.append({**option, "right": "yes"} if key == right else option)
    return made


MODULE: dict[str, Any] = {
    "key": "m01",
    "version": "2026.11",
    "source": "en",
    "sensitivity": "2",
    "cover": "m01",
    "title": "mtitl",
    "summary": "msumm",
    "notice": "mnoti",
    "notice_print": "mnotp",
    "objectives": [{"key": "o1-1", "text": "mobj1", "facts": ["LAW-01"]}],
    "lessons": [
        {
            "key": "1-1",
            "minutes": "6",
            "core": "yes",
            "title": "ltitl",
            "objectives": ["o1-1"],
            "blocks": [
                {"key": "b1", "kind": "text", "facts": ["LAW-01"], "paragraphs": ["b1p1x"]},
                {
                    "key": "b2",
                    "kind": "parts",
                    "facts": ["LAW-01"],
                    "parts": [
                        {"key": "act", "title": "b2at0", "label": "b2al0", "text": "b2ax0"},
                        {"key": "means", "title": "b2mt0", "label": "b2ml0", "text": "b2mx0"},
                    ],
                },
                {
                    "key": "b3",
                    "kind": "case",
                    "fictional": "yes",
                    "heading": "b3hea",
                    "story": ["b3sto"],
                    "reading": [{"key": "what", "label": "b3rl0", "text": "b3rt0"}],
                    "conclusion": "b3con",
                    "twin": {"story": "b3tws", "question": "b3twq", "options": options("w")},
                },
                {
                    "key": "b4",
                    "kind": "sorter",
                    "fictional": "yes",
                    "heading": "b4hea",
                    "task": "b4tas",
                    "bins": [{"key": "act", "text": "b4act"}, {"key": "none", "text": "b4non"}],
                    "cards": [
                        {"key": "c1", "text": "b4c1t", "bin": "act", "feedback": "b4c1f"},
                        {"key": "c2", "text": "b4c2t", "bin": "none", "feedback": "b4c2f"},
                    ],
                },
                {
                    "key": "b5",
                    "kind": "check",
                    "facts": ["LAW-01"],
                    "heading": "b5hea",
                    "item": {"type": "single", "stem": "b5ste", "options": options("k", right="b")},
                },
                {
                    "key": "b6",
                    "kind": "affected",
                    "facts": ["LAW-01"],
                    "safety": "yes",
                    "heading": "b6hea",
                    "paragraphs": ["b6p1x"],
                },
            ],
        }
    ],
}


def item(key: str, kind: str, unit: str) -> dict[str, Any]:
    """A bank item of a kind."""
    made: dict[str, Any] = {
        "key": key,
        "type": kind,
        "objective": "o1-1",
        "use": ["final"],
        "sector": "general",
        "surface": f"story-{key}",
        "facts": ["LAW-01"],
        "stem": f"{unit}stem",
        "options": options(unit),
    }
    if kind == "match":
        made["options"] = [
            {"key": "a", "text": f"{unit}0t00", "feedback": f"{unit}0f00", "target": "act"},
            {"key": "b", "text": f"{unit}1t00", "feedback": f"{unit}1f00", "target": "means"},
        ]
        made["targets"] = [{"key": "act", "text": f"{unit}tgt0"}, {"key": "means", "text": f"{unit}tgt1"}]
    return made


BANK = {"module": "m01", "items": [item("i01", "single", "p"), item("i02", "multiple", "q"), item("i03", "match", "r")]}
COURSE = {
    "key": "basics",
    "version": "2026.11",
    "source": "en",
    "title": "ctitl",
    "summary": "csumm",
    "minutes": "10",
    "modules": ["m01"],
    "quiz": {
        "minutes": "4",
        "pass": "2",
        "rows": [
            {"count": "1", "objectives": ["o1-1"], "types": ["single"]},
            {"count": "1", "objectives": ["o1-1"], "types": ["single", "match"]},
        ],
    },
    "certificate": "ccert",
}
COUNTRY = {
    "key": "cy",
    "source": "en",
    "code": "CY",
    "order": "01",
    "name": "dcyna",
    "read_on": "2026-11",
    "listings": [
        {
            "key": "cy-emergency",
            "kind": "emergency",
            "name": "demna",
            "purpose": "dempu",
            "dial": ["112"],
            "official": "yes",
            "confidence": "verified_2plus",
            "emergency": "yes",
            "sources": ["A source for tests"],
        }
    ],
}

# Texts that say something to a check; every other unit gets a text made from its id.
ENGLISH = {
    "b1p1x": "In 2024 there were 9,678 cases, *or more*: 45.5% of **all**.",
    "b6p1x": "In danger call 112 or 116 016. See example.org.",
}
GREEK = {
    "b1p1x": "Το 2024 ήταν 9.678 περιπτώσεις, *ή και περισσότερες*: το 45,5% από **όλες**.",
    "b6p1x": "Σε κίνδυνο κάλεσε το 112 ή το 116016. Δες example.org.",
}


def unit_ids(data: object) -> list[str]:
    """Every unit id below a mapping: our ids here are the strings of five signs at the places of texts."""
    places = {
        "title",
        "summary",
        "notice",
        "notice_print",
        "text",
        "feedback",
        "heading",
        "label",
        "story",
        "question",
        "conclusion",
        "task",
        "stem",
        "paragraphs",
        "certificate",
        "name",
        "purpose",
    }
    if isinstance(data, list):
        return [unit for value in data for unit in unit_ids(value)]
    found = []
    if isinstance(data, dict):
        for key, value in data.items():
            if key in places and isinstance(value, str):
                found.append(value)
            elif key in places and isinstance(value, list) and isinstance(value[0], str):
                found += value
            else:
                found += unit_ids(value)
    return found


def write_texts(root: Path, folder: str, document: str, units: list[str]) -> None:
    """Write both languages of a folder."""
    for language, known, stem in (("en", ENGLISH, "Text"), ("el", GREEK, "Κείμενο")):
        texts = {unit: {"text": known.get(unit, f"{stem}.")} for unit in units}
        data = {"document": document, "language": language, "units": texts}
        (root / folder / f"text.{language}.yaml").write_text(write_yaml(data), "utf-8")


def small_folder(root: Path) -> Path:
    """Write the folder, with ledger and sources of the translations, and give its path."""
    for folder in ("topics/m01", "courses", "directory"):
        (root / folder).mkdir(parents=True)
    files = {
        "facts.yaml": FACTS,
        "topics/m01/module.yaml": MODULE,
        "topics/m01/bank.yaml": BANK,
        "courses/basics.yaml": COURSE,
        "directory/cy.yaml": COUNTRY,
    }
    for name, data in files.items():
        (root / name).write_text(write_yaml(data), "utf-8")
    (root / "glossary.csv").write_text(write_csv(GLOSSARY, GLOSSARY_COLUMNS), "utf-8")
    write_texts(root, "topics/m01", "m01", [*unit_ids(MODULE), *unit_ids(BANK)])
    write_texts(root, "courses", "courses", unit_ids(COURSE))
    write_texts(root, "directory", "directory", unit_ids(COUNTRY))
    report = give_ids(root)
    assert not report.problems, report.problems
    return root


def edit(root: Path, name: str, old: str, new: str) -> None:
    """Replace a text that stands exactly once in a file."""
    text = (root / name).read_text("utf-8")
    assert text.count(old) == 1, (name, old, text.count(old))
    (root / name).write_text(text.replace(old, new), "utf-8")
