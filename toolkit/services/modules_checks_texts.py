"""Checks of the texts themselves, and of each translation against its source. Not here: which units there must be."""

from collections import Counter
from collections.abc import Iterator, Sequence

from toolkit.rules import modules_text as rules
from toolkit.rules import translation
from toolkit.services.modules_files import Problem
from toolkit.services.modules_folder import GLOSSARY, ContentDocument, Folder
from toolkit.services.modules_schema import Glossary, Term, TextFile, UnitText


def check_texts(folder: Folder, document: ContentDocument) -> Iterator[Problem]:
    """Check every text of a document; differences to a source that has changed since are not looked for."""
    terms = _terms(folder)
    source = document.texts.get(document.source)
    for language, texts in document.texts.items():
        if texts.language != language:
            continue  # whose texts these are is the first thing to mend
        yield from _alone(document, texts, terms, _forbidden(terms, language))
        if source is not None:
            yield from _against_source(document, texts, source)


def _terms(folder: Folder) -> Sequence[Term]:
    glossary = folder.documents["glossary"].parts.get(GLOSSARY)
    return glossary.terms if isinstance(glossary, Glossary) else []


def _forbidden(terms: Sequence[Term], language: str) -> rules.Forbidden:
    listed = (str(getattr(term, f"forbidden_{language}", "")) for term in terms)
    return rules.Forbidden([word for words in listed for word in words.split("|")], language)


def _alone(
    document: ContentDocument, texts: TextFile, terms: Sequence[Term], forbidden: rules.Forbidden
) -> Iterator[Problem]:
    file = document.files[document.text_files[texts.language]]
    blocks = {use.unit: use.block for use in document.uses}
    for unit, entry in texts.units.items():
        text = entry.text
        found = [f"markup other than **strong** and *emphasis*: {markup}" for markup in rules.bad_markup(text)]
        found += [f"{word} mixes alphabets" for word in rules.mixed_words(text)]
        if text != text.strip():
            found.append("begins or ends with a space")
        for word in forbidden.found(text):
            found += _unless_allowed(word, terms, texts.language, blocks.get(unit))
        for message in found:
            yield file.problem(("units", str(unit), "text"), message)


def _unless_allowed(word: str, terms: Sequence[Term], language: str, block: str | None) -> Iterator[str]:
    for term in terms:
        if word not in str(getattr(term, f"forbidden_{language}", "")).split("|"):
            continue
        if block not in term.allowed_in.split("|"):
            preferred = getattr(term, f"term_{language}", term.term_en)
            yield f"“{word}” is not used here; see “{preferred}” in {GLOSSARY}"


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
