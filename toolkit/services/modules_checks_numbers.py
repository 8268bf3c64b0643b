"""Checks of what a text says in digits: each number is that of a fact cited in its place.

A part of a block that cites for itself (a side, an event, a country's card) is held to its own facts, the rest to those
of the block. Looked at is the text in the source language; modules_checks_texts holds the translations to its numbers.
Free are words for numbers, 112, blocks that claim nothing (the country's card), the notices with their dates, and what
an author lists with a reason (free_numbers: a step, an hour in a made-up scene). The surprise: a telephone in a text
must be one of the help directory or of a cited fact.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from toolkit.rules import modules_text as rules
from toolkit.rules.modules import fact_defect, needs_fact
from toolkit.services.modules_checks_blocks import cited_by
from toolkit.services.modules_files import ContentFile, Problem, Where
from toolkit.services.modules_folder import ContentDocument, dump
from toolkit.services.modules_schema import Bank, Fact, Module
from toolkit.services.modules_schema_blocks import FigureBlock, FreeNumber
from toolkit.services.modules_schema_tasks import Block
from toolkit.services.modules_schema_types import UnitId

CLAIMS_NOTHING = frozenset({"country"})


def by_facts(data: object, facts: Sequence[str]) -> Iterator[tuple[UnitId, Sequence[str]]]:
    """Give every unit below a value with the facts of its place: those of the innermost part that cites for itself."""
    if isinstance(data, UnitId):
        yield data, facts
    elif isinstance(data, Mapping):
        own = data.get("facts", facts)
        for value in data.values():
            yield from by_facts(value, own)
    elif isinstance(data, list):
        for value in data:
            yield from by_facts(value, facts)


@dataclass(frozen=True)
class _OfFacts:
    """What facts vouch for: numbers, telephones, and the years in which their pages were read."""

    numbers: Collection[str] = frozenset()
    telephones: Collection[str] = frozenset()
    read_in: Collection[str] = frozenset()


def _vouched(fact: Fact) -> _OfFacts | None:
    if fact_defect(known=True, confidence=fact.confidence, screen=fact.screen) is not None:
        return None
    claims = [text for text in (fact.claim, fact.quote, fact.date) if text]
    sources = [text for text in (fact.attribution, fact.source) if text]
    numbers = rules.claimed_numbers(claims, sources)
    return _OfFacts(numbers, set(rules.telephones(fact.claim)), rules.reading_years(fact.cite_en or ""))


def _together(facts: Sequence[_OfFacts]) -> _OfFacts:
    numbers = {number for fact in facts for number in fact.numbers}
    telephones = {phone for fact in facts for phone in fact.telephones}
    return _OfFacts(numbers, telephones, {year for fact in facts for year in fact.read_in})


class _Numbers:
    """What is needed to judge the numbers of one document; each fact is read once."""

    def __init__(self, document: ContentDocument, known: Mapping[str, Fact], dials: Collection[str]) -> None:
        self.document, self.known = document, known
        self._dials = {phone for dial in dials for phone in rules.telephones(dial)}
        self._of_fact: dict[str, _OfFacts | None] = {}
        self._of_facts: dict[tuple[str, ...], _OfFacts | None] = {}

    def _read(self, facts: Sequence[str]) -> _OfFacts | None:
        """Give what facts vouch for; None when one of them cannot be cited, which is mended first."""
        if (key := tuple(facts)) not in self._of_facts:
            read = [self._fact(name) for name in facts]
            known = [one for one in read if one is not None]
            self._of_facts[key] = _together(known) if len(known) == len(read) else None
        return self._of_facts[key]

    def _fact(self, name: str) -> _OfFacts | None:
        if name not in self._of_fact:
            self._of_fact[name] = _vouched(self.known[name]) if name in self.known else None
        return self._of_fact[name]

    def strange(self, data: object, facts: Sequence[str], free: Sequence[FreeNumber] | None) -> Iterator[Problem]:
        """Find the numbers below a value that none of the facts of their place holds."""
        texts = self.document.texts[self.document.source]
        file = self.document.files[self.document.text_files[texts.language]]
        listed = {one.number for one in free or []}
        for unit, cited in by_facts(data, facts):
            text = texts.units[unit].text if unit in texts.units else ""
            if (read := self._read(cited)) is None:
                continue
            for number in rules.unclaimed(rules.without_reading(text, read.read_in), texts.language, read.numbers):
                if number not in listed:
                    yield file.problem(("units", str(unit), "text"), f"{number} stands in no fact that is cited here")
            for phone in rules.telephones(text):
                if phone not in self._dials and phone not in read.telephones:
                    message = f"{phone} is neither in the directory nor in a fact that is cited here"
                    yield file.problem(("units", str(unit), "text"), message)

    def idle(
        self, file: ContentFile, where: Where, data: object, facts: Sequence[str], free: Sequence[FreeNumber] | None
    ) -> Iterator[Problem]:
        """Find free numbers that are not needed."""
        if free is None:
            return
        texts = self.document.texts[self.document.source]
        needed: set[str] = set()
        for unit, cited in by_facts(data, facts):
            text = texts.units[unit].text if unit in texts.units else ""
            read = self._read(cited) or _OfFacts()
            needed.update(rules.unclaimed(rules.without_reading(text, read.read_in), texts.language, read.numbers))
        for place, one in enumerate(free):
            if one.number not in needed:
                yield file.problem((*where, "free_numbers", place), f"{one.number} is not needed here")

    def figure(self, file: ContentFile, where: Where, block: FigureBlock) -> Iterator[Problem]:
        """Check the numbers of a figure that are no text: its year, which the claim knows, and what its chart draws."""
        free = {one.number for one in block.free_numbers or []}
        facts = [self.known[name] for name in block.facts or [] if name in self.known]
        claims = [text for fact in facts for text in (fact.claim, fact.date) if text]
        if block.year not in rules.claimed_numbers(claims, ()) | free:
            message = f"{block.year} stands in no claim and no date of a fact that is cited here"
            yield file.problem((*where, "year"), message)
        if block.chart is None or (read := self._read(block.facts or [])) is None:
            return
        for place, bar in enumerate(block.chart.bars):
            if bar.value not in read.numbers and bar.value not in free:
                message = f"{bar.value} stands in no fact that is cited here"
                yield file.problem((*where, "chart", "bars", place, "value"), message)


def check_numbers(
    document: ContentDocument, module: Module, bank: Bank, known: Mapping[str, Fact], dials: Collection[str]
) -> Iterator[Problem]:
    """Check the numbers of a module and its bank."""
    if document.source not in document.texts:
        return  # a problem of its own
    numbers = _Numbers(document, known, dials)
    module_file, bank_file = (document.files[name] for name in document.parts)
    by_key = {objective.key: list(objective.facts or []) for objective in module.objectives}
    everything = [fact for facts in by_key.values() for fact in facts]
    yield from numbers.strange([module.title, module.summary], everything, None)
    for objective in module.objectives:
        yield from numbers.strange(objective.text, by_key[objective.key], None)
    for place, lesson in enumerate(module.lessons):
        objectives = [fact for key in lesson.objectives for fact in by_key.get(key, [])]
        yield from numbers.strange(lesson.title, objectives, None)
        for own in lesson.test_me or []:
            if own.facts or not needs_fact(own.type, fictional=own.fictional is not None):  # else a fact is missing
                yield from numbers.strange(dump(own), own.facts or [], None)
        for number, block in enumerate(lesson.blocks):
            yield from _block(numbers, module_file, ("lessons", place, "blocks", number), block)
    for place, item in enumerate(bank.items):
        data, facts = dump(item), list(item.facts or [])
        variants = data.pop("countries", [])
        yield from numbers.strange(data, facts, item.free_numbers)
        for variant, special in zip(variants, item.countries or [], strict=True):
            yield from numbers.strange(variant, [*facts, *(special.facts or [])], item.free_numbers)
        yield from numbers.idle(bank_file, ("items", place), [data, variants], facts, item.free_numbers)


def check_course_numbers(document: ContentDocument) -> Iterator[Problem]:
    """Check that the texts of courses hold no number in digits: a course cites no fact."""
    numbers = _Numbers(document, {}, ())
    if document.source in document.texts:
        yield from numbers.strange([dump(part) for part in document.parts.values()], (), None)


def _block(numbers: _Numbers, file: ContentFile, where: Where, block: Block) -> Iterator[Problem]:
    facts = block.facts or []
    data = dump(block)
    must_cite = needs_fact(block.kind, fictional=block.fictional is not None)
    if block.kind not in CLAIMS_NOTHING and (cited_by(block) or not must_cite):  # else what is missing is a fact
        yield from numbers.strange(data, facts, block.free_numbers)
    yield from numbers.idle(file, where, data, facts, block.free_numbers)
    if isinstance(block, FigureBlock):
        yield from numbers.figure(file, where, block)
