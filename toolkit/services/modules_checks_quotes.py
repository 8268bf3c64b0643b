"""Checks of what stands in quotation marks: a quotation of more than four words is that of a cited fact.

Letter for letter in the language of the facts; a translation quotes only where the English does. Free are made-up
stories and questions (their people speak), a question or answer that is nothing but a quotation (a sentence to judge),
and what an author lists with a reason (free_quotes: what a colleague says, a sentence to learn, the name of a thing).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from toolkit.rules import modules_quotes as rules
from toolkit.services.modules_files import ContentFile, Problem, Where
from toolkit.services.modules_folder import ContentDocument, dump
from toolkit.services.modules_schema import Bank, Fact, Module
from toolkit.services.modules_schema_blocks import QuoteBlock
from toolkit.services.modules_schema_questions import FreeQuote
from toolkit.services.modules_schema_types import UnitId

QUOTED_IN = "en"  # the language of the facts' quotations


def check_quotations(
    document: ContentDocument, module: Module, bank: Bank, known: Mapping[str, Fact]
) -> Iterator[Problem]:
    """Check the quotations in the blocks and questions of a module and its bank."""
    if QUOTED_IN not in document.texts:
        return
    module_file, bank_file = (document.files[name] for name in document.parts)
    for place, lesson in enumerate(module.lessons):
        for number, own in enumerate(lesson.test_me or []):
            where: Where = ("lessons", place, "test_me", number)
            yield from _spoken(document, known, module_file, where, dump(own), own.free_quotes)
        for number, block in enumerate(lesson.blocks):
            where = ("lessons", place, "blocks", number)
            data = dump(block)
            if isinstance(block, QuoteBlock):
                yield from _quotation(document, known, module_file, where, block)
                del data["quote"]  # held to its fact as a whole
            yield from _spoken(document, known, module_file, where, data, block.free_quotes)
    for place, item in enumerate(bank.items):
        yield from _spoken(document, known, bank_file, ("items", place), dump(item), item.free_quotes)


def _spoken(
    document: ContentDocument,
    known: Mapping[str, Fact],
    file: ContentFile,
    where: Where,
    data: dict[str, Any],
    free: Sequence[FreeQuote] | None,
) -> Iterator[Problem]:
    """Check one block or question, and that what is listed as free has to be."""
    listed = {one.unit for one in free or []}
    needed = set()
    for unit, facts, judged in _claiming(data, ()):
        if judged and _all_quoted(document, unit):
            continue
        for language, message in _strange(document, unit, [known[name] for name in facts if name in known]):
            needed.add(str(unit))
            if unit not in listed:
                text_file = document.files[document.text_files[language]]
                yield text_file.problem(("units", str(unit), "text"), message)
    for place, one in enumerate(free or []):
        if one.unit not in needed:
            yield file.problem((*where, "free_quotes", place), f"{one.unit} is not needed here")


def _claiming(
    data: object, facts: Sequence[str], *, judged: bool = False
) -> Iterator[tuple[UnitId, Sequence[str], bool]]:
    """Give every unit that is not made up, with the facts of its place and whether it is put there to be judged."""
    if isinstance(data, UnitId):
        yield data, facts, judged
    elif isinstance(data, Mapping) and "fictional" not in data:
        own = data.get("facts", facts)
        for name, value in data.items():
            asks = name == "stem" or (name == "text" and "feedback" in data)
            yield from _claiming(value, own, judged=asks)
    elif isinstance(data, list):
        for value in data:
            yield from _claiming(value, facts)


def _all_quoted(document: ContentDocument, unit: UnitId) -> bool:
    english = document.texts[QUOTED_IN].units.get(unit)
    return english is not None and rules.all_quoted(english.text)


def _strange(document: ContentDocument, unit: UnitId, facts: Sequence[Fact]) -> Iterator[tuple[str, str]]:
    """Say what is quoted in a text and was said by nobody, with its language."""
    english = document.texts[QUOTED_IN].units.get(unit)
    if english is None:
        return  # a problem of its own
    for quotation in rules.long_quotations(english.text):
        if not any(rules.is_part(quotation, fact.quote) for fact in facts if fact.quote):
            yield QUOTED_IN, f"“{quotation}” is no part of a quotation that is cited here"
    allowed = len(rules.quotations(english.text))
    for language, texts in document.texts.items():
        if language == QUOTED_IN or unit not in texts.units:
            continue
        quoted = rules.long_quotations(texts.units[unit].text)
        if len(quoted) > allowed:
            yield language, f"quotes more than {QUOTED_IN} does: {'; '.join(quoted)}"


def _quotation(
    document: ContentDocument, known: Mapping[str, Fact], file: ContentFile, where: Where, block: QuoteBlock
) -> Iterator[Problem]:
    if block.fact not in (block.facts or []):
        yield file.problem((*where, "fact"), f"{block.fact} is not among the facts of the block")
    fact = known.get(block.fact)
    if fact is None or fact.quote is None:
        yield file.problem((*where, "fact"), f"{block.fact} holds no quotation")
        return
    texts = document.texts[QUOTED_IN]
    if block.quote in texts.units and rules.bare(texts.units[block.quote].text) != rules.bare(fact.quote):
        text_file = document.files[document.text_files[QUOTED_IN]]
        message = f"is not the quotation of {block.fact}, letter for letter: {fact.quote}"
        yield text_file.problem(("units", str(block.quote), "text"), message)
