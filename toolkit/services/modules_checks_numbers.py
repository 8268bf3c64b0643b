"""Checks of what a text says in digits and in quotation: each number and each quotation is that of a cited fact.

Looked at is the text in the source language; modules_checks_texts holds the translations to its numbers. Free are
words for numbers, 112, blocks that claim nothing (the country's card), the notices with their dates, and what an author
lists with a reason (free_numbers: a step, an hour in a made-up scene). The surprise: a telephone in a text must be one
of the help directory or of a cited fact.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from toolkit.rules import modules_text as rules
from toolkit.rules.modules import fact_defect, needs_fact
from toolkit.services.modules_checks_blocks import cited_by
from toolkit.services.modules_files import ContentFile, Problem, Where
from toolkit.services.modules_folder import ContentDocument, dump
from toolkit.services.modules_schema import Bank, Fact, Module
from toolkit.services.modules_schema_blocks import FigureBlock, FreeNumber, QuoteBlock
from toolkit.services.modules_schema_tasks import Block
from toolkit.services.modules_screen import units

CLAIMS_NOTHING = frozenset({"country"})
QUOTED_IN = "en"  # the language of the facts' quotations


class _Numbers:
    """What is needed to judge the numbers of one document; each fact is read once."""

    def __init__(self, document: ContentDocument, known: Mapping[str, Fact], dials: Collection[str]) -> None:
        self.document, self.known = document, known
        self._dials = {phone for dial in dials for phone in rules.telephones(dial)}
        self._of_fact: dict[str, tuple[set[str], set[str]]] = {}

    def claimed(self, facts: Sequence[str]) -> set[str]:
        """Give the numbers of facts; a fact that is not known is a problem of its own."""
        return {number for name in facts for number in self._read(name)[0]}

    def telephones(self, facts: Sequence[str]) -> set[str]:
        """Give the telephones of facts and of the directory."""
        return self._dials.union(phone for name in facts for phone in self._read(name)[1])

    def _citable(self, name: str) -> bool:
        fact = self.known.get(name)
        return fact is not None and fact_defect(known=True, confidence=fact.confidence, screen=fact.screen) is None

    def _read(self, name: str) -> tuple[set[str], set[str]]:
        fact = self.known.get(name)
        if fact is None:
            return set(), set()
        if name not in self._of_fact:
            claims = [text for text in (fact.claim, fact.quote, fact.date) if text]
            sources = [text for text in (fact.attribution, fact.source, fact.cite_en) if text]
            self._of_fact[name] = rules.claimed_numbers(claims, sources), set(rules.telephones(fact.claim))
        return self._of_fact[name]

    def strange(self, data: object, facts: Sequence[str], free: Sequence[FreeNumber] | None) -> Iterator[Problem]:
        """Find the numbers below a value that none of the facts holds; a fact that cannot be cited is mended first."""
        if not all(self._citable(name) for name in facts):
            return
        texts = self.document.texts[self.document.source]
        file = self.document.files[self.document.text_files[texts.language]]
        claimed = self.claimed(facts) | {one.number for one in free or []}
        telephones = self.telephones(facts)
        for unit in units(data):
            text = texts.units[unit].text if unit in texts.units else ""
            for number in rules.unclaimed(text, texts.language, claimed):
                yield file.problem(("units", str(unit), "text"), f"{number} stands in no fact that is cited here")
            for phone in rules.telephones(text):
                if phone not in telephones:
                    message = f"{phone} is neither in the directory nor in a fact that is cited here"
                    yield file.problem(("units", str(unit), "text"), message)

    def idle(
        self, file: ContentFile, where: Where, data: object, facts: Sequence[str], free: Sequence[FreeNumber] | None
    ) -> Iterator[Problem]:
        """Find free numbers that are not needed."""
        if free is None:
            return
        texts = self.document.texts[self.document.source]
        written = [texts.units[unit].text for unit in units(data) if unit in texts.units]
        claimed = self.claimed(facts)
        needed = {number for text in written for number in rules.unclaimed(text, texts.language, claimed)}
        for place, one in enumerate(free):
            if one.number not in needed:
                yield file.problem((*where, "free_numbers", place), f"{one.number} is not needed here")


def check_numbers(
    document: ContentDocument, module: Module, bank: Bank, known: Mapping[str, Fact], dials: Collection[str]
) -> Iterator[Problem]:
    """Check the numbers and quotations of a module and its bank."""
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
        taught = [fact for block in lesson.blocks for fact in cited_by(block)]
        yield from numbers.strange([dump(item) for item in lesson.test_me or []], taught, None)
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
    facts = cited_by(block)
    data = dump(block)
    must_cite = needs_fact(block.kind, fictional=block.fictional is not None)
    if block.kind not in CLAIMS_NOTHING and (facts or not must_cite):  # else what is missing is a fact
        yield from numbers.strange(data, facts, block.free_numbers)
    yield from numbers.idle(file, where, data, facts, block.free_numbers)
    if isinstance(block, FigureBlock):
        yield from _figure(numbers.claimed(facts), file, where, block)
    elif isinstance(block, QuoteBlock):
        yield from _quotation(numbers, file, where, block)


def _figure(claimed: Collection[str], file: ContentFile, where: Where, block: FigureBlock) -> Iterator[Problem]:
    """Check the numbers of a figure that are no text: its year, and what its chart draws."""
    free = {one.number for one in block.free_numbers or []}
    drawn: list[tuple[Where, str]] = [(("year",), block.year)]
    if block.chart is not None:
        drawn += [(("chart", "bars", place, "value"), bar.value) for place, bar in enumerate(block.chart.bars)]
    for inner, number in drawn:
        if number not in claimed and number not in free:
            yield file.problem((*where, *inner), f"{number} stands in no fact that is cited here")


def _quotation(numbers: _Numbers, file: ContentFile, where: Where, block: QuoteBlock) -> Iterator[Problem]:
    if block.fact not in (block.facts or []):
        yield file.problem((*where, "fact"), f"{block.fact} is not among the facts of the block")
    fact = numbers.known.get(block.fact)
    if fact is None or fact.quote is None:
        yield file.problem((*where, "fact"), f"{block.fact} holds no quotation")
        return
    texts = numbers.document.texts.get(QUOTED_IN)
    if texts is None or block.quote not in texts.units:
        return
    if rules.bare_quotation(texts.units[block.quote].text) != rules.bare_quotation(fact.quote):
        text_file = numbers.document.files[numbers.document.text_files[QUOTED_IN]]
        message = f"is not the quotation of {block.fact}, letter for letter: {fact.quote}"
        yield text_file.problem(("units", str(block.quote), "text"), message)
