"""Checks of one module and its bank as a whole. What is looked at: see the rooms that it calls."""

from collections.abc import Iterator

from toolkit.rules import modules as rules
from toolkit.services.modules_checks_blocks import check_cited, check_lesson, cites_current
from toolkit.services.modules_checks_dates import check_dates
from toolkit.services.modules_checks_lengths import check_lengths
from toolkit.services.modules_checks_numbers import check_numbers
from toolkit.services.modules_checks_questions import check_bank
from toolkit.services.modules_checks_quotes import check_quotations
from toolkit.services.modules_files import ContentFile, Problem, Where
from toolkit.services.modules_folder import FACTS, ContentDocument, Folder
from toolkit.services.modules_schema import Bank, Country, FactsFile, Module


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
    yield from _twin_keys(file, file.data, ())
    yield from _twin_keys(bank_file, bank_file.data, ())
    yield from check_dates(file, module)
    objectives = [objective.key for objective in module.objectives]
    for place, objective in enumerate(module.objectives):
        yield from check_cited(file, ("objectives", place), objective.facts, known)
    for place, lesson in enumerate(module.lessons):
        yield from check_lesson(file, ("lessons", place), lesson, objectives, known)
    for place, item in enumerate(bank.items):
        where: Where = ("items", place)
        if item.objective not in objectives:
            yield bank_file.problem((*where, "objective"), f"{item.objective} is no objective of {module.key}")
        if rules.needs_fact(item.type, fictional=item.fictional is not None) and not item.facts:
            yield bank_file.problem(where, "cites no fact")
        beside = cites_current(item.facts, known)
        yield from check_cited(bank_file, where, item.facts, known, history=beside)
        for number, variant in enumerate(item.countries or []):
            yield from check_cited(bank_file, (*where, "countries", number), variant.facts, known)
    countries = _countries(folder)
    yield from check_bank(bank_file, bank, {country.key for country in countries})
    dials = [dial for country in countries for listing in country.listings for dial in listing.dial or []]
    yield from check_numbers(document, module, bank, known, dials)
    yield from check_quotations(document, module, bank, known)
    yield from check_lengths(document, module, bank)


def _countries(folder: Folder) -> list[Country]:
    directory = folder.documents.get("directory")
    return [part for part in directory.parts.values() if isinstance(part, Country)] if directory else []


def _twin_keys(file: ContentFile, data: object, where: Where) -> Iterator[Problem]:
    """Find keys (of a form for a country: the country) that stand twice in one list, wherever the list is."""
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _twin_keys(file, value, (*where, key))
    elif isinstance(data, list):
        name = "country" if where[-1] == "countries" and "items" in where else "key"
        keys = [value[name] for value in data if isinstance(value, dict) and name in value]
        for place in rules.twins(keys) if len(keys) == len(data) else ():
            yield file.problem((*where, place, name), f"{keys[place]} stands twice")
        for place, value in enumerate(data):
            yield from _twin_keys(file, value, (*where, place))
