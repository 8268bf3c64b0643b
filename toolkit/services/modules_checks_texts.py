"""Checks of the texts themselves, and of each translation against its source. Not here: which units there must be."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from toolkit.rules import modules_text as rules
from toolkit.rules import translation
from toolkit.services.modules_files import Problem
from toolkit.services.modules_folder import GLOSSARY, LANGUAGES, ContentDocument, Folder, UnitUse, dump
from toolkit.services.modules_schema import Glossary, Term, TextFile, UnitText


def check_texts(document: ContentDocument, words: Mapping[str, "Words"]) -> Iterator[Problem]:
    """Check every text of a document; differences to a source that has changed since are not looked for."""
    source = document.texts.get(document.source)
    for language, texts in document.texts.items():
        if texts.language != language:
            continue  # whose texts these are is the first thing to mend
        yield from _alone(document, texts, words[language])
        if source is not None:
            yield from _against_source(document, texts, source)


class Words:
    """The words that one language does without, and where each is allowed all the same."""

    def __init__(self, terms: Sequence[Term], language: str) -> None:
        self._by_word: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for term in terms:
            preferred = str(getattr(term, f"term_{language}", term.term_en))
            for word in filter(None, str(getattr(term, f"forbidden_{language}", "")).split("|")):
                self._by_word.setdefault(word, []).append((preferred, frozenset(term.allowed_in.split("|"))))
        self._forbidden = rules.Forbidden(self._by_word, language)

    def refused(self, text: str, places: Callable[[], Collection[str]]) -> Iterator[str]:
        """Say which words a text may not hold; ``places`` names where it stands: kind of block, and the block."""
        for word in self._forbidden.found(text):
            for preferred, allowed_in in self._by_word[word]:
                if allowed_in.isdisjoint(places()):
                    yield f"“{word}” is not used here; see “{preferred}” in {GLOSSARY}"


def words_of(folder: Folder) -> dict[str, Words]:
    """Give what the glossary forbids, for every language that a text of the folder has."""
    glossary = folder.documents["glossary"].parts.get(GLOSSARY)
    terms = glossary.terms if isinstance(glossary, Glossary) else []
    languages = {language for document in folder.documents.values() for language in document.texts}
    return {language: Words(terms, language) for language in languages.union(LANGUAGES)}


def check_words(text: str, language: str) -> Iterator[str]:
    """Say what is wrong with the signs of any text that learners read."""
    yield from (f"markup other than **strong** and *emphasis*: {markup}" for markup in rules.bad_markup(text))
    yield from (f"{word} mixes alphabets" for word in rules.mixed_words(text))
    yield from (f"{number} is not how {language} writes a number" for number in rules.misformed(text, language))
    if '"' in text:
        yield "holds straight quotation marks; write “ ” or « »"
    if text != text.strip():
        yield "begins or ends with a space"


def _alone(document: ContentDocument, texts: TextFile, words: Words) -> Iterator[Problem]:
    file = document.files[document.text_files[texts.language]]
    uses = {use.unit: use for use in document.uses}
    for unit, entry in texts.units.items():
        messages = [*check_words(entry.text, texts.language)]
        messages += words.refused(entry.text, lambda: _places(document, uses.get(unit)))  # noqa: B023 - called at once
        for message in messages:
            yield file.problem(("units", str(unit), "text"), message)


def _places(document: ContentDocument, use: UnitUse | None) -> Collection[str]:
    """Name where a text stands as `allowed_in` does: `quote` (a kind of block), `m01/1-3/b5`, `m01/i05`."""
    if use is None:
        return ()
    keys = [document.key]
    here: Any = dump(document.parts[use.file])
    for step in use.where:
        here = here[step]
        if isinstance(step, int) and isinstance(here, Mapping):
            keys.append(str(here.get("key", step)))
    return {"/".join(keys[:end]) for end in range(2, len(keys) + 1)} | {use.block or ""} - {""}


def _against_source(document: ContentDocument, texts: TextFile, source: TextFile) -> Iterator[Problem]:
    file = document.files[document.text_files[texts.language]]
    for unit, entry in texts.units.items():
        where = ("units", str(unit), "of")
        original = source.units.get(unit)
        if texts is source:
            if entry.of is not None:
                yield file.problem(where, f"does not belong in the source language ({texts.language})")
            continue
        if original is None:
            continue  # used nowhere, or missing in the source: a problem of its own
        wanted = translation.short_hash(original.text)
        if entry.of is None:
            if not unit.startswith("+"):  # a label is a problem of its own
                yield file.problem(where, "is missing; run toolkit modules ids")
        elif entry.of != wanted:
            message = f"is {entry.of}, but the source text is now {wanted}: translate it anew and take this line out"
            yield file.problem(where, message, stale=True)
            continue
        for message in _differences(original, source.language, entry, texts.language):
            yield file.problem(("units", str(unit), "text"), message)


def _differences(source: UnitText, source_language: str, entry: UnitText, language: str) -> Iterator[str]:
    pairs = (
        ("links", rules.links(source.text), rules.links(entry.text)),
        ("telephone numbers", rules.telephones(source.text), rules.telephones(entry.text)),
        ("placeholders", rules.placeholders(source.text), rules.placeholders(entry.text)),
        ("numbers", rules.numbers(source.text, source_language), rules.numbers(entry.text, language)),
    )
    for kind, theirs, ours in pairs:
        sides = (
            (source_language, sorted((Counter(theirs) - Counter(ours)).elements())),
            (language, sorted((Counter(ours) - Counter(theirs)).elements())),
        )
        if theirs != ours:
            said = "; ".join(f"only in {tag}: {', '.join(values)}" for tag, values in sides if values)
            yield f"{kind} differ: {said}"
