"""Unit ids: labels of a draft become ids that are never used again, and every file gets its canonical form.

The ledger (unit-ids.txt) remembers every id that ever was, one `id document` a line, so that a removed unit's id
does not come back with another text.
"""

import secrets
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.rules import translation as rules
from toolkit.services.modules_files import Problem, write_yaml
from toolkit.services.modules_folder import (
    LEDGER,
    ContentDocument,
    Folder,
    canonical,
    dump,
    read_folder,
)
from toolkit.services.modules_schema_types import UnitId

ID_SIGNS = 5
ALPHABET = string.ascii_lowercase + string.digits


@dataclass(frozen=True)
class IdsReport:
    """What the command did: ids made, translations stamped with their source, files written; or why it did nothing."""

    made: int = 0
    stamped: int = 0
    written: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def new_id(taken: Mapping[str, str], choose: Callable[[str], str] = secrets.choice) -> str:
    """Make an id that was never used: five signs, at least one of them a letter."""
    while True:
        made = "".join(choose(ALPHABET) for _ in range(ID_SIGNS))
        if not made.isdigit() and made not in taken:
            return made


def read_ledger(root: Path) -> dict[str, str]:
    """Give the document of every id that ever was; an absent ledger is empty."""
    path = root / LEDGER
    if not path.is_file():
        return {}
    pairs = (line.partition(" ") for line in path.read_text("utf-8").splitlines() if line)
    return {unit: document for unit, _, document in pairs}


def write_ledger(ledger: Mapping[str, str]) -> str:
    """Write the ledger sorted by id."""
    return "".join(f"{unit} {ledger[unit]}\n" for unit in sorted(ledger))


def give_ids(root: Path, choose: Callable[[str], str] = secrets.choice) -> IdsReport:
    """Swap labels for ids, name the source of every translation that names none, and write all files canonically.

    Writes nothing when a file cannot be read or a document names one label in two files of the same language.
    """
    folder = read_folder(root)
    problems = [problem for document in folder.documents.values() for problem in document.problems]
    if problems:
        return IdsReport(problems=tuple(sorted(problems)))
    ledger = read_ledger(root)
    files: dict[str, str] = {}
    made = stamped = 0
    for document in folder.documents.values():
        swap = {}
        for unit in dict.fromkeys([*(use.unit for use in document.uses), *_texts_units(document)]):
            if unit.startswith("+"):
                swap[unit] = new_id(ledger, choose)
                ledger[swap[unit]] = document.key
            else:
                ledger.setdefault(unit, document.key)
        made += len(swap)
        for name, part in document.parts.items():
            files[name] = canonical(type(part).model_validate(_swapped(dump(part), swap)))
        for language, name in document.text_files.items():
            files[name], new_stamps = _text_file(document, language, swap)
            stamped += new_stamps
    files[LEDGER] = write_ledger(ledger)
    return IdsReport(made, stamped, _write(folder, files))


def text_order(document: ContentDocument, language: str) -> list[str]:
    """Give the units of a text file in canonical order: as the structure uses them, then what it does not use."""
    units = document.texts[language].units
    used = [use.unit for use in document.uses if use.unit in units]
    return list(dict.fromkeys([*used, *map(str, units)]))


def text_yaml(document: str, language: str, units: Mapping[str, Mapping[str, str]]) -> str:
    """Write a text file; ``units`` are in canonical order."""
    return write_yaml({"document": document, "language": language, "units": units})


def canonical_text(document: ContentDocument, language: str) -> str:
    """Write one language of a document as its file, nothing changed but the form."""
    texts = document.texts[language]
    units = {unit: dump(texts.units[UnitId(unit)]) for unit in text_order(document, language)}
    return text_yaml(texts.document, texts.language, units)


def _text_file(document: ContentDocument, language: str, swap: Mapping[str, str]) -> tuple[str, int]:
    texts = document.texts[language]
    source = document.texts[document.source].units if document.source in document.texts else {}
    units = {}
    stamped = 0
    for unit in text_order(document, language):
        entry = dump(texts.units[UnitId(unit)])
        if language != document.source and "of" not in entry and unit in source:
            entry["of"] = rules.short_hash(source[UnitId(unit)].text)
            stamped += 1
        units[swap.get(unit, unit)] = entry
    return text_yaml(texts.document, texts.language, units), stamped


def _texts_units(document: ContentDocument) -> list[str]:
    return [str(unit) for texts in document.texts.values() for unit in texts.units]


def _swapped(data: object, swap: Mapping[str, str]) -> object:
    if isinstance(data, UnitId):
        return swap.get(data, str(data))
    if isinstance(data, Mapping):
        return {key: _swapped(value, swap) for key, value in data.items()}
    if isinstance(data, list):
        return [_swapped(value, swap) for value in data]
    return data


def _write(folder: Folder, files: Mapping[str, str]) -> tuple[str, ...]:
    written = []
    for name, text in files.items():
        path = folder.root / name
        if path.is_file() and path.read_bytes() == text.encode():
            continue
        beside = path.with_name(path.name + ".new")
        beside.write_bytes(text.encode())
        beside.replace(path)
        written.append(name)
    return tuple(written)
