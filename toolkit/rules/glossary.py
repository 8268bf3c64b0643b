"""Where a word of the glossary stands in a text: each word in the forms that are listed for it, whole words only.

Not here: which places of a page may hold a marked word. The surprise: capitals and accents do not matter, and the
longest form wins ("referral mechanism" is not "referral").
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

FEWEST_WORDS, MOST_WORDS = 12, 25  # of a meaning: short enough for a small box, long enough to say something
_SEPARATOR = "|"
_ALONE = "-"  # before a name that holds the word and is left alone: "-Disrupt Demand"


@dataclass(frozen=True)
class Find:
    """One place in a text, from start to end (signs), where a form of the word stands."""

    start: int
    end: int
    word: str


def forms_of(listed: str) -> list[str]:
    """Give the forms that a field of the glossary lists, split by "|"; one that begins with a dash is left alone."""
    return [form.strip() for form in listed.split(_SEPARATOR) if form.strip()]


class Finder:
    """Finds the words of one language; made once, used for many texts."""

    def __init__(self, forms: Mapping[str, Collection[str]]) -> None:
        self._words = {
            flat(form.removeprefix(_ALONE)): "" if form.startswith(_ALONE) else word
            for word, listed in forms.items()
            for form in listed
        }
        longest_first = sorted(self._words, key=lambda form: (-len(form), form))
        one = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in longest_first)
        self._pattern = re.compile(rf"(?<![\w-])(?:{one})(?![\w-])") if one else None

    def finds(self, text: str) -> Iterator[Find]:
        """Give every place of every word, in order; no two overlap."""
        if self._pattern is None:
            return
        for match in self._pattern.finditer(flat(text)):
            word = self._words[" ".join(match[0].split())]
            if word:
                yield Find(match.start(), match.end(), word)


def length_is_right(meaning: str) -> bool:
    """Say whether a meaning has between 12 and 25 words."""
    return FEWEST_WORDS <= len(meaning.split()) <= MOST_WORDS


def flat(text: str) -> str:
    """Give a text without case and accents, sign by sign, so that places stay what they are."""
    return "".join(map(_bare, text))


@lru_cache(maxsize=1024)  # a text has few different signs
def _bare(sign: str) -> str:
    bare = unicodedata.normalize("NFD", sign)[0].casefold()
    return bare if len(bare) == 1 else sign
