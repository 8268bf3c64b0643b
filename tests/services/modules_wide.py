"""The small folder and beside it a module with the kinds of blocks that the small one has not, made-up texts in it.

A seed changes the module's values (`Wide.change`) or texts (`Wide.say`) and says which problems that must make.
"""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.services.modules_small import small_folder
from tests.services.modules_wide_blocks import F, Label, blocks, item
from toolkit.rules.translation import short_hash
from toolkit.services.modules import check
from toolkit.services.modules_files import parse_yaml, write_yaml
from toolkit.services.modules_ids import give_ids

FACTS = [
    {
        "id": "STAT-90",
        "claim": "In 2020 there were 40 cases of 100.",
        "kind": "statistic",
        "screen": "yes",
        "source": "A book of 2021",
        "addresses": ["https://example.org/book"],
        "confidence": "one_source",
        "cite_en": "A book (2021; read in 2026)",
        "cite_el": "Ένα βιβλίο (2021· πρόσβαση 2026)",
    },
    {
        "id": "POS-90",
        "claim": "Somebody says that it must change.",
        "quote": "It must change, and soon.",
        "kind": "position",
        "screen": "yes",
        "attribution": "Somebody, 2021",
        "confidence": "document",
        "cite_en": "Somebody (2021)",
        "cite_el": "Κάποιος (2021)",
    },
    {
        "id": "OLD-90",
        "claim": "In 2010 it was allowed.",
        "kind": "fact",
        "screen": "history",
        "confidence": "document",
        "cite_en": "An old book (2010)",
        "cite_el": "Ένα παλιό βιβλίο (2010)",
    },
]
ELSEWHERE = ("is used nowhere", "run toolkit modules ids")  # what a change of structure brings along; tested elsewhere


def _module(u: Label) -> tuple[dict[str, Any], dict[str, Any]]:
    module = {
        "key": "m02",
        "version": "2026.11",
        "source": "en",
        "sensitivity": "1",
        "cover": "m02",
        "title": u(),
        "summary": u(),
        "notice": u("Last read on 3 May 2026.", "Τελευταία ανάγνωση 3 Μαΐου 2026."),
        "notice_print": u(),
        "objectives": [{"key": "o2-1", "text": u("Read 40 of 100.", "Διαβάζεις 40 στα 100."), "facts": F}],
        "lessons": [
            {
                "key": "2-1",
                "minutes": "5",
                "core": "yes",
                "title": u(),
                "objectives": ["o2-1"],
                "blocks": blocks(u),
                "test_me": [item(u) | {"facts": F}, item(u) | {"facts": F}, item(u, "order") | {"facts": F}],
            }
        ],
    }
    shared = {"objective": "o2-1", "use": ["final"], "sector": "general", "facts": F}
    items: list[dict[str, Any]] = []
    for key in ("i01", "i02"):
        head = {"key": key, "type": "single", **shared, "surface": key, "family": "pair", "little": "yes"}
        items.append(head | item(u))
    items.append({"key": "i03", "type": "single", **shared, "surface": "c"} | item(u))
    variant = item(u)
    del variant["type"]
    items[2]["countries"] = [{"country": "cy", "facts": ["POS-90"]} | variant]
    return module, {"module": "m02", "items": items}


class Wide:
    """The folder, and what is in the files of the wide module."""

    def __init__(self, root: Path) -> None:
        self.root = small_folder(root)
        facts = parse_yaml("facts.yaml", (root / "facts.yaml").read_text("utf-8")).data
        (root / "facts.yaml").write_text(write_yaml({"facts": [*facts["facts"], *FACTS]}), "utf-8")
        folder = root / "topics/m02"
        folder.mkdir()
        u = Label()
        module, bank = _module(u)
        files = {"module": module, "bank": bank}
        for language, units in u.texts.items():
            files[f"text.{language}"] = {"document": "m02", "language": language, "units": units}
        for name, data in files.items():
            (folder / f"{name}.yaml").write_text(write_yaml(data), "utf-8")
        report = give_ids(root)
        assert not report.problems, report.problems
        texts = {name: (folder / f"{name}.yaml").read_text("utf-8") for name in files}
        self.sound = {name: parse_yaml(name, text).data for name, text in texts.items()}

    def problems(self, change: "Callable[[Changed], object] | None" = None) -> list[str]:
        """Change a copy, write it, check the folder, and give what is wrong in the wide module: `path: message`."""
        changed = Changed(copy.deepcopy(self.sound))
        if change is not None:
            change(changed)
        folder = self.root / "topics/m02"
        for name, data in changed.files.items():
            (folder / f"{name}.yaml").write_text(write_yaml(data), "utf-8")
        found = [f"{problem.path}: {problem.message}" for problem in check(self.root)]
        return [line for line in found if not line.endswith(ELSEWHERE)]


class Changed:
    """A copy of the files of the wide module, on its way to a seeded defect."""

    def __init__(self, files: dict[str, Any]) -> None:
        self.files = files

    def at(self, path: str) -> tuple[Any, Any]:
        """Give what holds a value, and its key there; a path is "b10.scenes.0.key" or "items.2.facts"."""
        first, *rest = path.split(".")
        here: Any = self.files["bank"] if first == "items" else self.files["module"]
        if first.startswith("b"):
            here = next(block for block in here["lessons"][0]["blocks"] if block["key"] == first)
        else:
            rest = [first, *rest]
        for part in rest[:-1]:
            here = here[int(part) if part.isdigit() else part]
        return here, int(rest[-1]) if rest[-1].isdigit() else rest[-1]

    def put(self, path: str, value: object) -> None:
        """Put another value in its place."""
        holder, key = self.at(path)
        holder[key] = value

    def drop(self, path: str) -> None:
        """Take a value away."""
        holder, key = self.at(path)
        del holder[key]

    def say(self, path: str, english: str, greek: str = "Λίγα λόγια.") -> str:
        """Let a text say something else in both languages; give its unit."""
        holder, key = self.at(path)
        unit: str = holder[key]
        self.files["text.en"]["units"][unit] = {"text": english}
        self.files["text.el"]["units"][unit] = {"text": greek, "of": short_hash(english)}
        return unit


Change = Callable[[Changed], object]


def put(path: str, value: object) -> Change:
    return lambda changed: changed.put(path, value)


def drop(path: str) -> Change:
    return lambda changed: changed.drop(path)


def turn(path: str) -> Change:
    def change(changed: Changed) -> None:
        holder, key = changed.at(path)
        holder[key].reverse()

    return change


def say(path: str, english: str, greek: str = "Λίγα λόγια.") -> Change:
    return lambda changed: changed.say(path, english, greek)


def both(*changes: Change) -> Change:
    def change(changed: Changed) -> None:
        for one in changes:
            one(changed)

    return change
