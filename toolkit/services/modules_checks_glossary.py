"""Checks of the glossary's meanings: what learners read when they open a word. Not here: words that are forbidden."""

from collections.abc import Iterator

from toolkit.rules import glossary as rules
from toolkit.services.modules_files import Problem
from toolkit.services.modules_folder import GLOSSARY, LANGUAGES, ContentDocument
from toolkit.services.modules_schema import Glossary


def check_glossary(document: ContentDocument) -> Iterator[Problem]:
    """Check that a meaning stands in each language with the forms it opens from, in the right length, no form twice."""
    glossary, file = document.parts.get(GLOSSARY), document.files.get(GLOSSARY)
    if not isinstance(glossary, Glossary) or file is None:
        return
    taken: dict[tuple[str, str], str] = {}
    for place, term in enumerate(glossary.terms):
        fields = {name: str(getattr(term, name)) for name in ("forms_en", "meaning_en", "forms_el", "meaning_el")}
        if not any(fields.values()):
            continue
        for name, value in fields.items():
            where = ("terms", place, name)
            if not value:
                yield file.problem(where, "is missing; a meaning needs both languages and the forms it opens from")
            elif name.startswith("meaning") and not rules.length_is_right(value):
                message = f"has {len(value.split())} words instead of {rules.FEWEST_WORDS} to {rules.MOST_WORDS}"
                yield file.problem(where, message)
        for language in LANGUAGES:
            for form in rules.forms_of(fields[f"forms_{language}"]):
                other = taken.setdefault((language, rules.flat(form)), term.term_en)
                if other != term.term_en:
                    yield file.problem(("terms", place, f"forms_{language}"), f"“{form}” opens “{other}” already")
