"""A folder of content as documents: which files belong together, read and held to their shape.

Not here: what must hold between values (modules_checks.py). The surprise: nothing stops at the first problem; a
document that cannot be read is there too, with its problems and without a structure.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from toolkit.services.modules_files import (
    ContentFile,
    Problem,
    UnreadableError,
    Where,
    decode,
    parse_csv,
    parse_yaml,
    write_csv,
    write_yaml,
)
from toolkit.services.modules_schema import (
    Bank,
    Country,
    Course,
    FactsFile,
    Glossary,
    Module,
    Term,
    TextFile,
)
from toolkit.services.modules_schema_types import Shape, UnitId

FACTS = "facts.yaml"
GLOSSARY = "glossary.csv"
LEDGER = "unit-ids.txt"
LANGUAGES = ("el", "en")  # every shipped document has these
RESERVED = frozenset({"courses", "directory", "facts", "glossary"})
LAST = 1000  # what has no place in the order comes after all that has one
GLOSSARY_COLUMNS = tuple(Term.model_fields)

_TEXT = re.compile(r"text\.([A-Za-z0-9-]+)\.yaml")
_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "string_type": "must be text",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "too_short": "must not be empty",
    "string_too_short": "must not be empty",
    "string_pattern_mismatch": "is not well formed",
    "union_tag_not_found": "has no kind",
}


@dataclass(frozen=True)
class UnitUse:
    """One place where a structure names a unit: in which kind of block, and inside which question."""

    unit: str
    file: str
    where: Where
    block: str | None
    question: str | None


@dataclass
class ContentDocument:
    """The files of one document, what they say, and what is wrong with them."""

    key: str
    kind: str
    files: dict[str, ContentFile] = field(default_factory=dict)
    parts: dict[str, Shape] = field(default_factory=dict)
    texts: dict[str, TextFile] = field(default_factory=dict)
    text_files: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def readable(self) -> bool:
        """Say whether every file was read and has its shape, so that its values can be checked."""
        return bool(self.parts) and len(self.parts) + len(self.texts) == len(self.files) and not self._unread

    @property
    def source(self) -> str:
        """The language the document is written in."""
        return next((str(getattr(part, "source", "en")) for part in self.parts.values()), "en")

    @cached_property
    def uses(self) -> list[UnitUse]:
        """Every use of a unit, in the order of the structure; asked for when all parts are read."""
        return [use for name, part in self.parts.items() for use in unit_uses(name, dump(part))]

    _unread: bool = False

    def add(self, file: ContentFile, shape: type[Shape]) -> Shape | None:
        """Hold a file to its shape; note what is wrong."""
        self.files[file.name] = file
        try:
            return shape.model_validate(file.data)
        except ValidationError as error:
            self.problems.extend(_schema_problems(file, error))
            return None

    def unreadable(self, problem: Problem) -> None:
        """Note a file that cannot be read at all."""
        self.problems.append(problem)
        self._unread = True


@dataclass
class Folder:
    """All documents of a content folder, by key, in the order in which they are loaded."""

    root: Path
    documents: dict[str, ContentDocument]


def dump(part: Shape) -> dict[str, Any]:
    """Give a part as plain mappings in the order of its file, without what is absent."""
    return part.model_dump(by_alias=True, exclude_none=True)


def canonical(part: Shape) -> str:
    """Write a part as its file."""
    if isinstance(part, Glossary):
        return write_csv([dump(term) for term in part.terms], GLOSSARY_COLUMNS)
    return write_yaml(dump(part))


def read_folder(root: Path) -> Folder:
    """Read every document of a content folder; problems are collected in the documents, none is raised."""
    documents = [_single(root, "facts", FACTS, FactsFile), _single(root, "glossary", GLOSSARY, Glossary)]
    if (root / "directory").is_dir():
        documents.append(_shared(root, "directory", Country))
    topics = root / "topics"
    if topics.is_dir():
        documents += [
            _topic(root, folder) for folder in sorted(topics.iterdir()) if folder.is_dir() and folder.name[0] != "."
        ]
    if (root / "courses").is_dir():
        documents.append(_shared(root, "courses", Course))
    return Folder(root, {document.key: document for document in documents})


def unit_uses(name: str, data: Mapping[str, Any]) -> Iterator[UnitUse]:
    """Give every use of a unit below a mapping, in order."""
    yield from _uses(name, data, (), None, None)


def _uses(name: str, data: object, where: Where, block: str | None, question: str | None) -> Iterator[UnitUse]:
    if isinstance(data, UnitId):
        yield UnitUse(str(data), name, where, block, question)
    elif isinstance(data, Mapping):
        if len(where) > 1 and where[-2] == "blocks":
            block = data["kind"]
        if "options" in data or "cards" in data:
            question = f"{name}:{where}"
        for key, value in data.items():
            yield from _uses(name, value, (*where, key), block, question)
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _uses(name, value, (*where, place), block, question)


def _read(root: Path, name: str) -> ContentFile:
    text = decode(name, (root / name).read_bytes())
    return parse_csv(name, text, GLOSSARY_COLUMNS) if name == GLOSSARY else parse_yaml(name, text)


def _single(root: Path, key: str, name: str, shape: type[Shape]) -> ContentDocument:
    document = ContentDocument(key, key)
    _part(document, root, name, shape)
    return document


def _part(document: ContentDocument, root: Path, name: str, shape: type[Shape]) -> None:
    if not (root / name).is_file():
        document.unreadable(Problem(name, 1, "file", "is missing"))
        return
    try:
        part = document.add(_read(root, name), shape)
    except UnreadableError as error:
        document.unreadable(error.problem)
        return
    if part is not None:
        document.parts[name] = part


def _topic(root: Path, folder: Path) -> ContentDocument:
    document = ContentDocument(folder.name, "topic")
    place = f"topics/{folder.name}"
    if folder.name in RESERVED:
        document.unreadable(Problem(f"{place}/module.yaml", 1, "key", f"{folder.name} is the name of another document"))
    _part(document, root, f"{place}/module.yaml", Module)
    _part(document, root, f"{place}/bank.yaml", Bank)
    _texts(document, root, place)
    for path in sorted(folder.iterdir()):
        if path.name not in {"module.yaml", "bank.yaml"} and not _TEXT.fullmatch(path.name):
            document.problems.append(Problem(f"{place}/{path.name}", 1, "file", "does not belong here"))
    return document


def _shared(root: Path, key: str, shape: type[Shape]) -> ContentDocument:
    document = ContentDocument(key, key)
    for path in sorted((root / key).iterdir()):
        name = f"{key}/{path.name}"
        if _TEXT.fullmatch(path.name):
            continue
        if path.suffix == ".yaml":
            _part(document, root, name, shape)
        else:
            document.problems.append(Problem(name, 1, "file", "does not belong here"))
    if not document.files and not document.problems:
        document.unreadable(Problem(f"{key}/text.en.yaml", 1, "file", f"there is nothing in {key} but texts"))
    ordered = sorted(document.parts.items(), key=lambda pair: (int(getattr(pair[1], "order", None) or LAST), pair[0]))
    document.parts = dict(ordered)
    _texts(document, root, key)
    return document


def _texts(document: ContentDocument, root: Path, place: str) -> None:
    languages = {match[1] for path in (root / place).iterdir() if (match := _TEXT.fullmatch(path.name))}
    for language in sorted(languages.union(LANGUAGES)):
        name = f"{place}/text.{language}.yaml"
        if not (root / name).is_file():
            document.unreadable(Problem(name, 1, "file", "is missing"))
            continue
        try:
            part = document.add(_read(root, name), TextFile)
        except UnreadableError as error:
            document.unreadable(error.problem)
            continue
        if isinstance(part, TextFile):
            document.texts[language] = part
            document.text_files[language] = name


def _schema_problems(file: ContentFile, error: ValidationError) -> Iterator[Problem]:
    for detail in error.errors(include_url=False):
        where = _where(file.data, detail["loc"])
        kind = detail["type"]
        if kind == "literal_error":
            message = f"must be {detail['ctx']['expected']}".replace("'", "")
        elif kind == "union_tag_invalid":
            where, message = (*where, "kind"), f"must be one of {detail['ctx']['expected_tags']}".replace("'", "")
        else:
            message = _SENTENCES.get(kind, detail["msg"])
        value = detail["input"]
        if isinstance(value, str) and kind in {"literal_error", "string_pattern_mismatch", "union_tag_invalid"}:
            message = f"{value!r} {message}"
        yield file.problem(where, message)


def _where(data: object, loc: tuple[str | int, ...]) -> Where:
    """Turn pydantic's place into the file's: leave out the names of union branches, which are not in the file."""
    where: Where = ()
    for place, part in enumerate(loc):
        if part == "[key]":
            continue
        branch = place >= 2 and loc[place - 2] == "blocks" and isinstance(loc[place - 1], int)
        if branch and isinstance(data, Mapping) and data.get("kind") == part:
            continue
        where = (*where, part)
        if isinstance(data, list) and isinstance(part, int) and part < len(data):
            data = data[part]
        else:
            data = data.get(part) if isinstance(data, Mapping) else None
    return where
