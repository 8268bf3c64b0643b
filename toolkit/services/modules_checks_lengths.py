"""Checks of lengths: options that do not tell by their length, feedback in few words, lessons that fit their minutes.

The numbers are those of rules/modules_words.py; each language is measured by itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from toolkit.rules import modules, modules_words
from toolkit.services.modules_files import ContentFile, Problem, Where
from toolkit.services.modules_folder import ContentDocument, dump
from toolkit.services.modules_schema import Bank, Module, TextFile
from toolkit.services.modules_schema_types import UnitId
from toolkit.services.modules_screen import lesson_decisions, lesson_words

SHORT = ("feedback", "outcome")  # the fields of at most 35 words


def check_lengths(document: ContentDocument, module: Module, bank: Bank) -> Iterator[Problem]:
    """Check the lengths in a module and its bank."""
    (module_name, bank_name) = document.parts
    parts = ((document.files[module_name], dump(module)), (document.files[bank_name], dump(bank)))
    for language, texts in document.texts.items():
        text_file = document.files[document.text_files[language]]
        for file, data in parts:
            yield from _below(file, text_file, texts, data, ())
        for place, lesson in enumerate(parts[0][1]["lessons"]):
            most = modules_words.most_words(int(lesson["minutes"]))
            shown = lesson_words(lesson, lambda unit: _words(texts, unit))  # noqa: B023 - called at once
            if shown > most:
                message = f"{language} has {shown} words on screen; {lesson['minutes']} minutes hold {most}"
                yield parts[0][0].problem(("lessons", place), message)
    for place, lesson in enumerate(parts[0][1]["lessons"]):
        fewest = modules_words.fewest_decisions(int(lesson["minutes"]))
        asked = lesson_decisions(lesson)
        if asked < fewest:
            message = f"decisions asked for: {asked}; {lesson['minutes']} minutes want at least {fewest}"
            yield parts[0][0].problem(("lessons", place), message)


def _words(texts: TextFile, unit: str) -> int:
    return modules_words.words(_text(texts, unit))


def _text(texts: TextFile, unit: str) -> str:
    entry = texts.units.get(UnitId(unit))
    return entry.text if entry else ""  # a missing text is a problem of its own


def _below(file: ContentFile, text_file: ContentFile, texts: TextFile, data: object, where: Where) -> Iterator[Problem]:
    """Look at every feedback and every list of options below a value."""
    if isinstance(data, Mapping):
        yield from _short(text_file, texts, data)
        if "options" in data and data.get("type", "situation") in modules.ONE_CHOICE:
            yield from _even(file, texts, data["options"], where)
        for key, value in data.items():
            yield from _below(file, text_file, texts, value, (*where, key))
    elif isinstance(data, list):
        for place, value in enumerate(data):
            yield from _below(file, text_file, texts, value, (*where, place))


def _short(text_file: ContentFile, texts: TextFile, data: Mapping[str, Any]) -> Iterator[Problem]:
    for name in SHORT:
        if (unit := data.get(name)) is None:
            continue
        number = _words(texts, unit)
        if number > modules_words.FEEDBACK_WORDS:
            message = f"has {number} words; {name} has at most {modules_words.FEEDBACK_WORDS}"
            yield text_file.problem(("units", str(unit), "text"), message)


def _even(file: ContentFile, texts: TextFile, options: Sequence[Mapping[str, Any]], where: Where) -> Iterator[Problem]:
    lengths = [len(_text(texts, option["text"])) for option in options]
    if modules_words.uneven(lengths):
        said = ", ".join(map(str, lengths))
        yield file.problem((*where, "options"), f"{texts.language}: options of {said} signs; their length tells")
