"""Checks of a course's quiz against the bank, of listings and of facts.

Not here: modules and their banks (modules_checks_topics.py), texts (modules_checks_texts.py).
"""

from collections.abc import Collection, Iterator, Sequence

from toolkit.rules import modules as rules
from toolkit.rules import modules_text, refreshers
from toolkit.services import courses
from toolkit.services.modules_checks_questions import solvable
from toolkit.services.modules_files import ContentFile, Problem, Where
from toolkit.services.modules_folder import FACTS, ContentDocument, Folder, dump
from toolkit.services.modules_schema import (
    Bank,
    BankItem,
    Country,
    Course,
    Fact,
    FactsFile,
    Module,
)


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
        for place, key in enumerate(course.quiz.after or []):
            if key not in course.modules:
                yield file.problem(("quiz", "after", place), f"{key} is no module of the course")


def _modules_and_rows(folder: Folder, file: ContentFile, course: Course) -> Iterator[Problem]:
    bank: list[tuple[str, BankItem]] = []
    taught: set[str] = set()
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
        # Its own problems say why; the rows cannot be judged.
        unread = unread or not module.readable or not all(solvable(item) for part in banks for item in part.items)
        bank += [(key, item) for part in banks for item in part.items]
        lessons = [lesson for part in module.parts.values() if isinstance(part, Module) for lesson in part.lessons]
        core = [lesson for lesson in lessons if lesson.core is not None]
        taught |= {objective for lesson in core for objective in lesson.objectives}
        for at in [] if core else [at for at, name in enumerate(course.quiz.after or []) if name == key]:
            yield file.problem(("quiz", "after", at), f"{key} has no core lesson to finish before the quiz")
    if unread:
        return
    yield from _rows(file, course, bank, taught)
    yield from _refreshers(file, course, bank)


def _rows(
    file: ContentFile, course: Course, bank: Sequence[tuple[str, BankItem]], taught: Collection[str]
) -> Iterator[Problem]:
    for place, line in enumerate(course.quiz.rows):
        for at, objective in enumerate(line.objectives):
            if objective not in taught:
                message = f"{objective} is taught in no core lesson of the course"
                yield file.problem(("quiz", "rows", place, "objectives", at), message)
    finals = [courses.item_for_rules(key, dump(item)) for key, item in bank if courses.FINAL in item.use]
    rows = courses.blueprint({"quiz": dump(course.quiz)})
    fitting = [(row.count, {item.question for item in finals if row.takes(item)}) for row in rows]
    for place, sure in rules.unfilled_rows(fitting):
        message = f"asks for {rows[place].count}, but the bank has only {sure} left for it"
        yield file.problem(("quiz", "rows", place), message)


def _refreshers(file: ContentFile, course: Course, bank: Sequence[tuple[str, BankItem]]) -> Iterator[Problem]:
    listed = course.refreshers or []
    for place in rules.twins([one.day for one in listed]):
        yield file.problem(("refreshers", place, "day"), f"{listed[place].day} stands twice")
    days = courses.refresher_days(dump(course))
    questions = [courses.refresher_question(key, dump(item)) for key, item in bank if courses.REFRESHER in item.use]
    for place in refreshers.unfilled(days, questions):
        message = "cannot be filled by questions of use refresher, each of its own surface and family"
        yield file.problem(("refreshers", place), message)


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
    for place in rules.twins([str(fact.id) for fact in facts.facts]):
        yield file.problem(("facts", place, "id"), f"{facts.facts[place].id} stands twice")
    for place, fact in enumerate(facts.facts):
        if fact.screen != "never":
            yield from _citations(file, ("facts", place), fact)


def _citations(file: ContentFile, where: Where, fact: Fact) -> Iterator[Problem]:
    said = [value for value in (fact.claim, fact.date, fact.source, fact.attribution) if value]
    known = modules_text.claimed_numbers(said, ())
    for name in ("cite_en", "cite_el"):
        text = getattr(fact, name)
        if text is None:
            yield file.problem((*where, name), f"is missing, but {fact.id} may be shown")
            continue
        for word in modules_text.mixed_words(text):
            yield file.problem((*where, name), f"{word} mixes alphabets")
        for year in modules_text.strange_years(text, known):
            message = f"{year} stands neither in the claim nor in the date, source or attribution of {fact.id}"
            yield file.problem((*where, name), message)
    if fact.cite_en and fact.cite_el:
        english, greek = modules_text.numbers(fact.cite_en, "en"), modules_text.numbers(fact.cite_el, "el")
        if english != greek:
            message = f"numbers differ: en {', '.join(english)}; el {', '.join(greek)}"
            yield file.problem((*where, "cite_el"), message)
