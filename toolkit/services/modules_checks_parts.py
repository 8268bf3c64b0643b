"""Checks of structures: facts behind blocks, questions, a course's quiz against the bank, listings.

Not here: texts. The sentences for the reasons of rules/modules.py stand at the top.
"""

from collections.abc import Iterator, Sequence

from toolkit.rules import modules as rules
from toolkit.rules import modules_text
from toolkit.rules.modules import Reason
from toolkit.services.modules_files import ContentFile, Problem, Where
from toolkit.services.modules_folder import FACTS, ContentDocument, Folder
from toolkit.services.modules_schema import (
    Bank,
    BankItem,
    Country,
    Course,
    Fact,
    FactsFile,
    Lesson,
    Module,
)
from toolkit.services.modules_schema_blocks import CaseBlock, CheckBlock, CheckItem, Option, SorterBlock, Twin

SENTENCES = {
    Reason.NOT_THREE: "must have exactly three options",
    Reason.NOT_ONE_RIGHT: "must have exactly one right option",
    Reason.NO_RIGHT: "must have a right option",
    Reason.NO_WRONG: "must have a wrong option",
    Reason.NO_TARGETS: "a match needs targets",
    Reason.HAS_TARGETS: "only a match has targets",
    Reason.HAS_TARGET: "only options of a match or an order have a target",
    Reason.HAS_RIGHT: "options of a match or an order have a target instead of right",
    Reason.BAD_TARGET: "must name one of the targets",
    Reason.NO_PERMUTATION: "the targets of an order must be 1, 2, 3 … once each",
    Reason.UNKNOWN: "is not in facts.yaml",
    Reason.UNVERIFIED: "is unverified and may not be cited",
    Reason.NEVER_SHOWN: "is never for the screen and may not be cited",
}


def check_topic(folder: Folder, document: ContentDocument) -> Iterator[Problem]:
    """Check one module and its bank."""
    (module_name, module), (bank_name, bank) = document.parts.items()
    if not isinstance(module, Module) or not isinstance(bank, Bank):
        raise TypeError(document.key)
    file, bank_file = document.files[module_name], document.files[bank_name]
    facts = folder.documents["facts"].parts.get(FACTS)
    if not isinstance(facts, FactsFile):
        yield file.problem((), "cannot be checked before facts.yaml can be read")
        return
    known = {str(fact.id): fact for fact in facts.facts}
    objectives = [objective.key for objective in module.objectives]
    yield from _twins(file, ("objectives",), objectives)
    for place, objective in enumerate(module.objectives):
        yield from _facts(file, ("objectives", place), objective.facts, known)
    yield from _twins(file, ("lessons",), [lesson.key for lesson in module.lessons])
    for place, lesson in enumerate(module.lessons):
        yield from _lesson(file, ("lessons", place), lesson, objectives, known)
    yield from _twins(bank_file, ("items",), [item.key for item in bank.items])
    for place, item in enumerate(bank.items):
        where: Where = ("items", place)
        if item.objective not in objectives:
            yield bank_file.problem((*where, "objective"), f"{item.objective} is no objective of {module.key}")
        if rules.needs_fact(item.type, fictional=item.fictional is not None) and not item.facts:
            yield bank_file.problem(where, "cites no fact")
        yield from _facts(bank_file, where, item.facts, known)
        yield from _question(bank_file, where, item)


def _lesson(
    file: ContentFile, where: Where, lesson: Lesson, objectives: Sequence[str], known: dict[str, Fact]
) -> Iterator[Problem]:
    for place, objective in enumerate(lesson.objectives):
        if objective not in objectives:
            yield file.problem((*where, "objectives", place), f"{objective} is no objective of the module")
    yield from _twins(file, (*where, "blocks"), [block.key for block in lesson.blocks])
    for place, block in enumerate(lesson.blocks):
        here: Where = (*where, "blocks", place)
        fictional = getattr(block, "fictional", None) is not None
        if isinstance(block, CheckBlock):
            fictional = fictional or block.item.fictional is not None
            yield from _question(file, (*here, "item"), block.item)
        elif isinstance(block, CaseBlock):
            yield from _twins(file, (*here, "reading"), [line.key for line in block.reading])
            if block.twin is not None:
                yield from _question(file, (*here, "twin"), block.twin)
        elif isinstance(block, SorterBlock):
            yield from _sorter(file, here, block)
        if rules.needs_fact(block.kind, fictional=fictional) and not block.facts:
            yield file.problem(here, "cites no fact")
        yield from _facts(file, here, block.facts, known)


def _sorter(file: ContentFile, where: Where, block: SorterBlock) -> Iterator[Problem]:
    bins = [target.key for target in block.bins]
    yield from _twins(file, (*where, "bins"), bins)
    yield from _twins(file, (*where, "cards"), [card.key for card in block.cards])
    answers = [rules.Answer(right=False, target=card.bin) for card in block.cards]
    for defect in rules.question_defects("match", answers, bins):
        card = block.cards[defect.option or 0]
        yield file.problem((*where, "cards", defect.option or 0, "bin"), f"{card.bin} is none of the bins")


def _question(file: ContentFile, where: Where, item: CheckItem | BankItem | Twin) -> Iterator[Problem]:
    targets = None
    kind = "situation"
    if not isinstance(item, Twin):
        kind = item.type
        targets = [target.key for target in item.targets] if item.targets is not None else None
        yield from _twins(file, (*where, "targets"), targets or [])
    yield from _twins(file, (*where, "options"), [option.key for option in item.options])
    for defect in rules.question_defects(kind, [_answer(option) for option in item.options], targets):
        place: Where = where if defect.option is None else (*where, "options", defect.option)
        yield file.problem(place, SENTENCES[defect.reason])


def _answer(option: Option) -> rules.Answer:
    return rules.Answer(right=option.right is not None, target=option.target)


def _facts(file: ContentFile, where: Where, cited: Sequence[str] | None, known: dict[str, Fact]) -> Iterator[Problem]:
    for place in rules.twins(cited or []):
        yield file.problem((*where, "facts", place), "is cited twice")
    for place, name in enumerate(cited or []):
        fact = known.get(name)
        if fact is None:
            reason = rules.fact_defect(known=False)
        else:
            reason = rules.fact_defect(known=True, confidence=fact.confidence, screen=fact.screen)
        if reason is not None:
            yield file.problem((*where, "facts", place), f"{name} {SENTENCES[reason]}")


def _twins(file: ContentFile, where: Where, keys: Sequence[str], name: str = "key") -> Iterator[Problem]:
    for place in rules.twins(keys):
        yield file.problem((*where, place, name), f"{keys[place]} stands twice")


def check_courses(folder: Folder, document: ContentDocument) -> Iterator[Problem]:
    """Check the courses against the modules they name."""
    for name, course in document.parts.items():
        file = document.files[name]
        if not isinstance(course, Course):
            raise TypeError(name)
        yield from _modules_and_rows(folder, file, course)
        asked = sum(int(row.count) for row in course.quiz.rows)
        if int(course.quiz.pass_) > asked:
            yield file.problem(("quiz", "pass"), f"is {course.quiz.pass_}, but the quiz asks {asked}")


def _modules_and_rows(folder: Folder, file: ContentFile, course: Course) -> Iterator[Problem]:
    items: list[tuple[str, str]] = []
    unread = False
    for place in rules.twins(course.modules):
        yield file.problem(("modules", place), f"{course.modules[place]} stands twice")
    for place, key in enumerate(course.modules):
        module = folder.documents.get(key)
        if module is None or module.kind != "topic":
            yield file.problem(("modules", place), f"there is no module {key}")
            unread = True
            continue
        banks = [part for part in module.parts.values() if isinstance(part, Bank)]
        unread = unread or not banks  # its own problems say why; the rows cannot be judged
        items += [(item.objective, item.type) for bank in banks for item in bank.items if "final" in item.use]
    if unread:
        return
    rows = [(int(row.count), row.objectives, row.types) for row in course.quiz.rows]
    for place, sure in rules.unfilled_rows(rows, items):
        message = f"asks for {rows[place][0]}, but the bank has only {sure} left for it"
        yield file.problem(("quiz", "rows", place), message)


def check_directory(document: ContentDocument) -> Iterator[Problem]:
    """Check that no listing, country code or place in the order stands twice."""
    seen: dict[tuple[str, str], str] = {}
    for name, country in document.parts.items():
        file = document.files[name]
        if not isinstance(country, Country):
            raise TypeError(name)
        marks: list[tuple[Where, str]] = [(("code",), country.code), (("order",), country.order)]
        marks += [(("listings", place, "key"), listing.key) for place, listing in enumerate(country.listings)]
        for where, value in marks:
            mark = (str(where[-1]), value)
            if mark in seen:
                yield file.problem(where, f"{value} stands in {seen[mark]} too")
            seen.setdefault(mark, name)


def check_facts(document: ContentDocument) -> Iterator[Problem]:
    """Check that no fact stands twice and that all that may be shown have citations saying the same numbers."""
    file, facts = document.files[FACTS], document.parts[FACTS]
    if not isinstance(facts, FactsFile):
        raise TypeError(FACTS)
    yield from _twins(file, ("facts",), [str(fact.id) for fact in facts.facts], "id")
    for place, fact in enumerate(facts.facts):
        where: Where = ("facts", place)
        if fact.screen == "never":
            continue
        for name in ("cite_en", "cite_el"):
            text = getattr(fact, name)
            if text is None:
                yield file.problem((*where, name), f"is missing, but {fact.id} may be shown")
                continue
            for word in modules_text.mixed_words(text):
                yield file.problem((*where, name), f"{word} mixes alphabets")
        if fact.cite_en and fact.cite_el:
            english, greek = modules_text.numbers(fact.cite_en, "en"), modules_text.numbers(fact.cite_el, "el")
            if english != greek:
                message = f"numbers differ: en {', '.join(english)}; el {', '.join(greek)}"
                yield file.problem((*where, "cite_el"), message)
