"""What stands in quotation marks, and whether somebody said it: a part of a known quotation, letter for letter.

Not here: who is quoted where. The surprise: a few words in quotation marks are a name or a term, not a quotation.
"""

import re

TERM_WORDS = 4  # at most so many words in quotation marks are a term

_MARKED = re.compile(r"“([^“”]*)”|«([^«»]*)»")  # English; Greek, which may hold English ones inside


def quotations(text: str) -> list[str]:
    """Give everything that stands in “English” or «Greek» quotation marks, in order, without the marks."""
    return [english or greek for english, greek in _MARKED.findall(text)]


def long_quotations(text: str) -> list[str]:
    """Give what stands in quotation marks and is more than a term: over four words."""
    return [quotation for quotation in quotations(text) if len(quotation.split()) > TERM_WORDS]


def all_quoted(text: str) -> bool:
    """Say whether a text is nothing but one quotation."""
    match = _MARKED.fullmatch(text.strip())
    return match is not None


def bare(text: str) -> str:
    """Give a quotation for comparing letter for letter: bare of the signs around it and of its full stop."""
    straight = text.replace("’", "'").replace("‘", "'").replace("“", '"').replace("”", '"')
    return straight.strip(' "«»').removesuffix(".").strip(' "«»')


def is_part(quotation: str, said: str) -> bool:
    """Say whether a quotation stands in what was said, letter for letter; the stop at its end is the author's."""
    return bare(quotation).rstrip(".,;:!?…") in bare(said)
