"""What must hold between the values of content files; every problem is collected, none stops the check.

Here: names, canonical form, unit ids, signs. Beside it: modules_checks_texts (texts and their translations),
modules_checks_topics (modules and banks; it calls _blocks, _questions, _numbers, _quotes, _dates and _lengths),
modules_checks_parts (courses, listings, facts) and modules_checks_glossary. The surprise: a translation older than its
source is a problem for `check` but not for `load`, so it is marked stale.
"""

from collections.abc import Iterator, Mapping

from toolkit.rules import modules_text as rules
from toolkit.services.modules_checks_glossary import check_glossary
from toolkit.services.modules_checks_numbers import check_course_numbers
from toolkit.services.modules_checks_parts import check_courses, check_directory, check_facts
from toolkit.services.modules_checks_texts import Words, check_texts, words_of
from toolkit.services.modules_checks_topics import check_topic
from toolkit.services.modules_files import ContentFile, Problem, Where
from toolkit.services.modules_folder import LEDGER, ContentDocument, Folder, canonical
from toolkit.services.modules_ids import canonical_text, read_ledger, write_ledger

RUN_IDS = "run toolkit modules ids"


def check_folder(folder: Folder) -> dict[str, list[Problem]]:
    """Give everything that is wrong, by document (and under the ledger's name, what is wrong with it)."""
    ledger = read_ledger(folder.root)
    words = words_of(folder)
    found: dict[str, list[Problem]] = {}
    for key, document in folder.documents.items():
        problems = [*document.problems]
        for file in document.files.values():
            problems += _signs(file)
        if document.readable:
            problems += _names(document)
            problems += _form(document)
            problems += _units(document, folder, ledger)
            problems += check_texts(document, words)
            problems += _parts(folder, document, words)
        found[key] = sorted(set(problems))
    found[LEDGER] = _ledger(folder, ledger)
    return found


def _parts(folder: Folder, document: ContentDocument, words: Mapping[str, Words]) -> Iterator[Problem]:
    if document.kind == "topic":
        yield from check_topic(folder, document)
    elif document.kind == "courses":
        yield from check_courses(folder, document)
        yield from check_course_numbers(document)
    elif document.kind == "directory":
        yield from check_directory(document)
    elif document.kind == "facts":
        yield from check_facts(document)
    elif document.kind == "glossary":
        yield from check_glossary(document, words)


def _ledger(folder: Folder, ledger: Mapping[str, str]) -> list[Problem]:
    path = folder.root / LEDGER
    if not path.is_file() or path.read_bytes() == write_ledger(ledger).encode():
        return []
    return [Problem(LEDGER, 1, "file", f"is not sorted, one id and its document a line; {RUN_IDS}")]


def _signs(file: ContentFile) -> Iterator[Problem]:
    for where, value in _scalars(file.data, ()):
        for sign in rules.bad_signs(value):
            yield file.problem(where, f"holds the sign {sign}")
        if not rules.is_nfc(value) and not rules.bad_signs(value):
            yield file.problem(where, "is not NFC (accents must be one sign with their letter)")


def _scalars(data: object, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(data, str):
        yield where, data
    elif isinstance(data, Mapping):
        for key, value in data.items():
            yield from _scalars(value, (*where, key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _scalars(value, (*where, place))


def _names(document: ContentDocument) -> Iterator[Problem]:
    sources = {str(source) for part in document.parts.values() if (source := getattr(part, "source", None))}
    for name, part in document.parts.items():
        file = document.files[name]
        named = "module" if name.endswith("/bank.yaml") else "key"
        value = getattr(part, named, None)
        wanted = document.key if document.kind == "topic" else name.rpartition("/")[2].removesuffix(".yaml")
        if value is not None and value != wanted:
            yield file.problem((named,), f"is {value} but the name of its {_holder(document)} says {wanted}")
        source = getattr(part, "source", None)
        if source is not None and source != document.source:
            yield file.problem(("source",), f"is {source} but other files of the folder say {document.source}")
    for language, name in document.text_files.items():
        texts = document.texts[language]
        file = document.files[name]
        if texts.document != document.key:
            yield file.problem(("document",), f"is {texts.document} but the folder is {document.key}")
        if texts.language != language:
            yield file.problem(("language",), f"is {texts.language} but the name of its file says {language}")
    if sources and document.source not in document.texts:
        file = next(iter(document.files.values()))
        yield file.problem(("source",), f"is {document.source} but there is no text.{document.source}.yaml")


def _holder(document: ContentDocument) -> str:
    return "folder" if document.kind == "topic" else "file"


def _form(document: ContentDocument) -> Iterator[Problem]:
    wanted = {name: canonical(part) for name, part in document.parts.items()}
    used = {use.unit for use in document.uses}
    for language, name in document.text_files.items():
        if used == set(document.texts[language].units):  # else the order of the units is no news
            wanted[name] = canonical_text(document, language)
    for name, text in wanted.items():
        if (is_text := document.files[name].text) != text:
            lines = zip(is_text.split("\n"), text.split("\n"), strict=False)
            line = next((n for n, (old, new) in enumerate(lines, 1) if old != new), 1)
            yield Problem(name, line, "file", f"is not in canonical form from here on; {RUN_IDS}")


def _units(document: ContentDocument, folder: Folder, ledger: Mapping[str, str]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    others = {
        use.unit: other.key
        for other in folder.documents.values()
        if other is not document and other.readable
        for use in other.uses
    }
    for use in document.uses:
        if use.unit in first:
            message: str | None = f"{use.unit} is used twice, first in {first[use.unit]}"
        else:
            place = document.files[use.file].problem(use.where, "")
            first[use.unit] = f"{place.file}:{place.line}"
            message = _unit_message(use.unit, document.key, others.get(use.unit), ledger.get(use.unit))
        if message is not None:
            yield document.files[use.file].problem(use.where, message)
    for language, name in document.text_files.items():
        units = document.texts[language].units
        missing = [(unit, f"is missing (used in {place})") for unit, place in first.items() if unit not in units]
        for unit, message in [*missing, *((unit, "is used nowhere") for unit in units if unit not in first)]:
            yield document.files[name].problem(("units", unit), message)


def _unit_message(unit: str, document: str, other: str | None, ledger: str | None) -> str | None:
    if unit.startswith("+"):
        return f"{unit} is a label; {RUN_IDS}"
    if other is not None:
        return f"{unit} belongs to {other} too"
    if ledger is None:
        return f"{unit} is not in {LEDGER}; {RUN_IDS}"
    return None if ledger == document else f"{unit} was a unit of {ledger}; ids are never used again"
