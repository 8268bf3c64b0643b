"""What the modules hold, in numbers: words and minutes, decisions, blocks, questions, facts and their sources.

A report judges nothing (modules_checks*.py do); it shows what a check lets through: long sentences, lessons with few
decisions. The surprise: a document that cannot be read is left out; its problems are the check's.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.rules import modules_words
from toolkit.services.modules_checks_blocks import cited_by
from toolkit.services.modules_folder import FACTS, ContentDocument, Folder, dump
from toolkit.services.modules_schema import Bank, Fact, FactsFile, Module, TextFile
from toolkit.services.modules_schema_types import UnitId
from toolkit.services.modules_screen import lesson_decisions, lesson_words, units


@dataclass(frozen=True)
class LessonReport:
    """One lesson: its minutes and decisions, and in each language its words on screen."""

    key: str
    core: bool
    minutes: int
    decisions: int
    words: Mapping[str, int]

    @property
    def seconds_per_decision(self) -> int | None:
        """Give the seconds for each decision, None where there is none."""
        return round(self.minutes * 60 / self.decisions) if self.decisions else None

    @property
    def few_decisions(self) -> bool:
        """Say whether there is less than one decision in 90 seconds."""
        return self.decisions < modules_words.wanted_decisions(self.minutes)


@dataclass(frozen=True)
class LanguageReport:
    """One language of a module: title, words on screen, the longest sentence, how many are over 22 words."""

    title: str
    words: int
    words_per_minute: int
    longest: int
    longest_sentence: str
    longest_unit: str
    long_sentences: int


@dataclass(frozen=True)
class ObjectiveReport:
    """The questions of one objective, by use; forms of one family count once."""

    key: str
    items: int
    by_use: Mapping[str, int]


@dataclass(frozen=True)
class ModuleReport:
    """One module."""

    key: str
    minutes: int
    core_minutes: int
    lessons: Sequence[LessonReport]
    languages: Mapping[str, LanguageReport]
    blocks: Mapping[str, int]
    objectives: Sequence[ObjectiveReport]
    items: int
    facts: Sequence[str]
    sources: Sequence[str]

    @property
    def decisions(self) -> int:
        """Give the decisions of all lessons."""
        return sum(lesson.decisions for lesson in self.lessons)


def report(folder: Folder) -> list[ModuleReport]:
    """Report every module of a folder that can be read."""
    part = folder.documents["facts"].parts.get(FACTS)
    known = {str(fact.id): fact for fact in part.facts} if isinstance(part, FactsFile) else {}
    return [
        _module(document, known)
        for document in folder.documents.values()
        if document.kind == "topic" and document.readable
    ]


def _module(document: ContentDocument, known: Mapping[str, Fact]) -> ModuleReport:
    module, bank = document.parts.values()
    if not isinstance(module, Module) or not isinstance(bank, Bank):
        raise TypeError(document.key)
    lessons = [_lesson(lesson, document.texts) for lesson in dump(module)["lessons"]]
    minutes = sum(lesson.minutes for lesson in lessons)
    blocks = [block for lesson in module.lessons for block in lesson.blocks]
    cited = {fact for block in blocks for fact in cited_by(block)}
    cited |= {fact for item in bank.items for fact in item.facts or []}
    cited |= {fact for item in bank.items for variant in item.countries or [] for fact in variant.facts or []}
    sources = {known[fact].cite_en or known[fact].source or fact for fact in cited if fact in known}
    return ModuleReport(
        key=module.key,
        minutes=minutes,
        core_minutes=sum(lesson.minutes for lesson in lessons if lesson.core),
        lessons=lessons,
        languages={tag: _language(module, lessons, texts, minutes) for tag, texts in document.texts.items()},
        blocks=dict(sorted(Counter(block.kind for block in blocks).items())),
        objectives=[_objective(objective.key, bank) for objective in module.objectives],
        items=len(bank.items),
        facts=sorted(cited),
        sources=sorted(sources),
    )


def _lesson(lesson: Mapping[str, Any], languages: Mapping[str, TextFile]) -> LessonReport:
    return LessonReport(
        key=lesson["key"],
        core="core" in lesson,
        minutes=int(lesson["minutes"]),
        decisions=lesson_decisions(lesson),
        words={tag: _shown(lesson, texts) for tag, texts in languages.items()},
    )


def _shown(lesson: Mapping[str, Any], texts: TextFile) -> int:
    return lesson_words(lesson, lambda unit: modules_words.words(_text(texts, unit)))


def _text(texts: TextFile, unit: str) -> str:
    entry = texts.units.get(UnitId(unit))
    return entry.text if entry else ""


def _language(module: Module, lessons: Sequence[LessonReport], texts: TextFile, minutes: int) -> LanguageReport:
    measured = [(*modules_words.longest_sentence(_text(texts, unit)), str(unit)) for unit in units(dump(module))]
    longest, sentence, unit = max(measured, key=lambda found: found[0])
    sentences = [part for entry in texts.units.values() for part in modules_words.sentences(entry.text)]
    words = sum(lesson.words[texts.language] for lesson in lessons)
    return LanguageReport(
        title=_text(texts, module.title),
        words=words,
        words_per_minute=round(words / minutes),
        longest=longest,
        longest_sentence=sentence,
        longest_unit=unit,
        long_sentences=sum(modules_words.words(part) > modules_words.SENTENCE_WORDS for part in sentences),
    )


def _objective(key: str, bank: Bank) -> ObjectiveReport:
    asked = [item for item in bank.items if item.objective == key]
    uses = sorted({str(use) for item in asked for use in item.use})
    by_use = {use: len({item.family or item.key for item in asked if use in item.use}) for use in uses}
    return ObjectiveReport(key, len({item.family or item.key for item in asked}), by_use)
