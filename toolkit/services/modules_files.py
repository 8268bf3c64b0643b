"""Reading and writing content files: YAML in which every scalar is a string, with the line of every value.

Not here: what the values mean (modules_schema.py). The surprise: the writer has one form only, so a file that is read
and written again is byte-equal or was not canonical.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

MAX_BYTES = 2_000_000
MAX_DEPTH = 20

Where = tuple[str | int, ...]

_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
# Signs that JSON leaves as they are but that YAML reads as a line break or refuses.
_ESCAPED = re.compile("[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C one is ten times faster and may be missing


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, at a place a person can open; shown as `file:line: path: message`."""

    file: str
    line: int
    path: str
    message: str
    stale: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.path}: {self.message}"


@dataclass(frozen=True)
class ContentFile:
    """One file as it stands: its text, its values (strings, lists, mappings) and the line of every value."""

    name: str
    text: str
    data: Any
    lines: Mapping[Where, int]

    def problem(self, where: Where, message: str, *, stale: bool = False) -> Problem:
        """Make a problem at a value; a place that is not in the file takes the line of what would hold it."""
        known = where
        while known not in self.lines and known:
            known = known[:-1]
        return Problem(self.name, self.lines.get(known, 1), path_text(where), message, stale)


class UnreadableError(Exception):
    """The file cannot be read at all; carries the one problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


def path_text(where: Where) -> str:
    """Write a place as people read it: ``lessons[0].blocks[2].facts[0]``, or ``file`` for the whole."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in where)
    return text.removeprefix(".") or "file"


def decode(name: str, raw: bytes) -> str:
    """Read a file's bytes as UTF-8 text; raises UnreadableError when they are not, or too many."""
    if len(raw) > MAX_BYTES:
        raise UnreadableError(Problem(name, 1, "file", f"is larger than {MAX_BYTES // 1_000_000} MB"))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise UnreadableError(Problem(name, line, "file", "is not UTF-8")) from error


def parse_yaml(name: str, text: str) -> ContentFile:
    """Read a YAML file; no scalar is given a type. Raises UnreadableError for bad YAML, aliases and double keys."""
    try:
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise UnreadableError(Problem(name, line, "file", f"is not YAML: {error.problem or error.context}")) from error
    except yaml.YAMLError as error:  # a sign that YAML does not allow at all
        position = getattr(error, "position", 0)
        # The C reader counts bytes, the Python one characters.
        before = text.encode()[:position] if _LOADER is not yaml.SafeLoader else text[:position].encode()
        message = "is not YAML: a control sign"
        raise UnreadableError(Problem(name, before.count(b"\n") + 1, "file", message)) from error
    if node is None:
        raise UnreadableError(Problem(name, 1, "file", "is empty"))
    lines: dict[Where, int] = {}
    return ContentFile(name, text, _value(name, node, (), lines, set()), lines)


def _value(name: str, node: yaml.Node, where: Where, lines: dict[Where, int], seen: set[int]) -> object:
    line = lines.setdefault(where, node.start_mark.line + 1)  # a value of a mapping has the line of its key
    if id(node) in seen or len(where) > MAX_DEPTH:
        message = "aliases are not allowed" if id(node) in seen else "is nested too deeply"
        raise UnreadableError(Problem(name, line, path_text(where), message))
    seen.add(id(node))
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_value(name, item, (*where, place), lines, seen) for place, item in enumerate(node.value)]
    mapping: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise UnreadableError(Problem(name, line, path_text(where), "a key must be plain text"))
        key = str(key_node.value)
        if key in mapping:
            raise UnreadableError(Problem(name, line, path_text((*where, key)), "stands twice"))
        lines[(*where, key)] = line
        mapping[key] = _value(name, value_node, (*where, key), lines, seen)
    return mapping


def scalar(value: str) -> str:
    """Write one scalar: plain when it is made of safe signs only, else double-quoted like JSON, on one line."""
    if _PLAIN.fullmatch(value):
        return value
    return _ESCAPED.sub(lambda sign: f"\\u{ord(sign[0]):04x}", json.dumps(value, ensure_ascii=False))


def write_yaml(data: Mapping[str, Any]) -> str:
    """Write the one canonical form: block style, lists at their key's indent, empty lists and mappings left out."""
    return "\n".join(_mapping(data, "")) + "\n"


def _mapping(data: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in data.items():
        if isinstance(value, str):
            yield f"{indent}{scalar(key)}: {scalar(value)}"
        elif value:
            yield f"{indent}{scalar(key)}:"
            yield from _mapping(value, indent + "  ") if isinstance(value, Mapping) else _sequence(value, indent)


def _sequence(data: Sequence[Any], indent: str) -> Iterator[str]:
    for value in data:
        if isinstance(value, str):
            yield f"{indent}- {scalar(value)}"
            continue
        first, *rest = _mapping(value, indent + "  ")
        yield f"{indent}- {first.strip()}"
        yield from rest


def parse_csv(name: str, text: str, columns: Sequence[str]) -> ContentFile:
    """Read a CSV file with these columns as ``{"terms": [{column: text}]}``; raises UnreadableError otherwise."""
    lines: dict[Where, int] = {(): 1, ("terms",): 1}
    rows: list[dict[str, str]] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        if next(reader, None) != list(columns):
            raise UnreadableError(Problem(name, 1, "file", f"the first line must be {','.join(columns)}"))
        start = reader.line_num + 1
        for row in reader:
            where: Where = ("terms", len(rows))
            if len(row) != len(columns):
                message = f"has {len(row)} columns instead of {len(columns)}"
                raise UnreadableError(Problem(name, start, path_text(where), message))
            lines[where] = start
            lines.update({(*where, column): start for column in columns})
            rows.append(dict(zip(columns, row, strict=True)))
            start = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableError(Problem(name, reader.line_num, "file", f"is not CSV: {error}")) from error
    return ContentFile(name, text, {"terms": rows}, lines)


def write_csv(rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> str:
    """Write the one canonical form: RFC 4180 quoting where needed, line feeds, the header first."""
    lines = [columns, *([row[column] for column in columns] for row in rows)]
    return "".join(",".join(map(_field, line)) + "\n" for line in lines)


def _field(value: str) -> str:
    # The csv module leaves a lone carriage return bare and then reads it as the end of the row.
    return '"' + value.replace('"', '""') + '"' if re.search('[",\r\n]', value) else value
