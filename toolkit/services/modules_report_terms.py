"""Where an English text has a term of the glossary and its Greek text has none of the Greek forms that are listed.

Reported and never refused: a pronoun, a verb or another turn of the sentence is often the better Greek.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.rules.glossary import Finder, forms_of
from toolkit.rules.modules_text import Forbidden
from toolkit.services.modules_folder import GLOSSARY, Folder
from toolkit.services.modules_schema import Glossary, Term

_ASIDE = re.compile(r"\s*\([^)]*\)")  # "buyer (of sexual acts)"


@dataclass(frozen=True)
class UnpairedTerm:
    """A term, and the texts (document and unit) whose Greek says it in other words."""

    english: str
    greek: str
    texts: int
    units: Sequence[str]


def unpaired_terms(folder: Folder) -> list[UnpairedTerm]:
    """Give the terms of all documents that have texts; the most frequent first."""
    glossary = folder.documents["glossary"].parts.get(GLOSSARY)
    if not isinstance(glossary, Glossary):
        return []
    terms = {term.term_en: term for term in glossary.terms}
    english = Finder({name: _forms(term, "en") for name, term in terms.items()})
    greek = {name: Forbidden(_forms(term, "el"), "el") for name, term in terms.items()}
    said: dict[str, int] = {}
    missing: dict[str, list[str]] = {}
    for document in folder.documents.values():
        if not {"en", "el"} <= document.texts.keys():
            continue
        translated = document.texts["el"].units
        for unit, entry in document.texts["en"].units.items():
            wanted = {find.word for find in english.finds(entry.text)}
            if not wanted or unit not in translated:
                continue
            for name in wanted:
                said[name] = said.get(name, 0) + 1
                if not greek[name].found(translated[unit].text):
                    missing.setdefault(name, []).append(f"{document.key}/{unit}")
    found = [UnpairedTerm(name, terms[name].term_el, said[name], units) for name, units in missing.items()]
    return sorted(found, key=lambda term: (-len(term.units), term.english))


def _forms(term: Term, language: str) -> list[str]:
    """Give the listed forms of a term, and the words of the row itself without what explains them."""
    own = str(getattr(term, f"term_{language}"))
    return list(dict.fromkeys([*forms_of(str(getattr(term, f"forms_{language}"))), *_ASIDE.sub("", own).split(" / ")]))
