"""Checks of the glossary: its meanings are learners' texts, and their forms open one word each."""

from collections.abc import Iterator, Mapping

from toolkit.rules import glossary as rules
from toolkit.rules import modules_text
from toolkit.services.modules_checks_texts import Words, check_words
from toolkit.services.modules_files import ContentFile, Problem, Where
from toolkit.services.modules_folder import GLOSSARY, LANGUAGES, ContentDocument
from toolkit.services.modules_schema import Glossary, Term


def check_glossary(document: ContentDocument, words: Mapping[str, Words]) -> Iterator[Problem]:
    """Check that a meaning stands in each language with the forms it opens from, in the right length, no form twice."""
    glossary, file = document.parts.get(GLOSSARY), document.files.get(GLOSSARY)
    if not isinstance(glossary, Glossary) or file is None:
        return
    taken: dict[tuple[str, str], str] = {}
    for place, term in enumerate(glossary.terms):
        where: Where = ("terms", place)
        for name in ("term_en", "term_el", "forms_en", "forms_el"):  # what a text is looked through for
            for word in modules_text.mixed_words(str(getattr(term, name))):
                yield file.problem((*where, name), f"{word} mixes alphabets")
        if any((term.forms_en, term.meaning_en, term.forms_el, term.meaning_el)):
            yield from _meanings(file, where, term, words)
            yield from _forms(file, where, term, taken)


def _meanings(file: ContentFile, where: Where, term: Term, words: Mapping[str, Words]) -> Iterator[Problem]:
    for name in ("forms_en", "meaning_en", "forms_el", "meaning_el"):
        value = str(getattr(term, name))
        if not value:
            message = "is missing; a meaning needs both languages and the forms it opens from"
            yield file.problem((*where, name), message)
        elif name.startswith("meaning"):
            language = name.removeprefix("meaning_")
            messages = [*check_words(value, language), *words[language].refused(value, tuple)]
            if not rules.length_is_right(value):
                messages.append(f"has {len(value.split())} words instead of {rules.FEWEST_WORDS} to {rules.MOST_WORDS}")
            for message in messages:
                yield file.problem((*where, name), message)
    english, greek = modules_text.numbers(term.meaning_en, "en"), modules_text.numbers(term.meaning_el, "el")
    if term.meaning_en and term.meaning_el and english != greek:
        message = f"numbers differ: en {', '.join(english)}; el {', '.join(greek)}"
        yield file.problem((*where, "meaning_el"), message)


def _forms(file: ContentFile, where: Where, term: Term, taken: dict[tuple[str, str], str]) -> Iterator[Problem]:
    for language in LANGUAGES:
        for form in rules.forms_of(str(getattr(term, f"forms_{language}"))):
            other = taken.setdefault((language, rules.flat(form)), term.term_en)
            if other != term.term_en:
                yield file.problem((*where, f"forms_{language}"), f"“{form}” opens “{other}” already")
