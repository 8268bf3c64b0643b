"""How much a lesson may ask to read, how often it asks, and how evenly answers and feedback are written.

Not here: what counts as seen on screen (services/modules_screen.py). Sources: the course's curriculum (at most 100
words a minute, a decision in 90 seconds, three in a lesson of five minutes) and its pedagogy (feedback of 35 words).
"""

import re
from collections.abc import Sequence

WORDS_PER_MINUTE = 100
FEEDBACK_WORDS = 35
SENTENCE_WORDS = 22  # a longer one is reported, never refused
DECISION_SECONDS = 90  # fewer decisions are reported, never refused
LONG_MINUTES, LONG_DECISIONS = 5, 3
SORTER_OF_TWO = 6  # a sorter of so many cards counts as two decisions
LENGTH_RATIO, LENGTH_LEEWAY = 1.5, 12  # signs

_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_][\w’'-]*")
_SENTENCE_END = re.compile(r"(?<=[.!?;·:…])[*»”\")]*\s+")


def words(text: str) -> int:
    """Count the words and numbers of a text; a word with an apostrophe or a hyphen is one."""
    return len(_WORD.findall(text))


def sentences(text: str) -> list[str]:
    """Cut a text into sentences; a colon, a semicolon or an ano teleia ends one too."""
    return [part for part in _SENTENCE_END.split(text.strip()) if part]


def longest_sentence(text: str) -> tuple[int, str]:
    """Give the words of the longest sentence and the sentence."""
    return max(((words(part), part) for part in sentences(text)), key=lambda pair: pair[0], default=(0, ""))


def uneven(lengths: Sequence[int]) -> bool:
    """Say whether options (in signs) differ so much that their length tells: over 1.5 times and over 12 signs."""
    return max(lengths) > LENGTH_RATIO * min(lengths) and max(lengths) - min(lengths) > LENGTH_LEEWAY


def most_words(minutes: int) -> int:
    """Give how many words a lesson of so many minutes may show."""
    return WORDS_PER_MINUTE * minutes


def fewest_decisions(minutes: int) -> int:
    """Give how many decisions a lesson must ask for: three from five minutes on, else one."""
    return LONG_DECISIONS if minutes >= LONG_MINUTES else 1


def wanted_decisions(minutes: int) -> int:
    """Give how many decisions a lesson should ask for: one in 90 seconds."""
    return minutes * 60 // DECISION_SECONDS


def sorter_decisions(cards: int) -> int:
    """Count a sorter: one decision, from six cards on two."""
    return 2 if cards >= SORTER_OF_TWO else 1
