"""What a course text may hold, and what two languages of one text must share: numbers, links, telephones, placeholders.

Not here: whose text it is. The surprise: numbers are read by the habits of their language, so that 9,678 in English
and 9.678 in Greek are one number; words for numbers ("two") are free.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache

# Language → (decimal sign, sign between thousands). Others: decimal comma, thin or hard spaces.
NUMBER_SIGNS = {"en": (".", ","), "el": (",", "."), "bg": (",", "\u00a0"), "lt": (",", "\u00a0")}
OTHER_NUMBER_SIGNS = (",", "\u00a0")
PER_CENT = r"\s?%|\s?per\s?cent\b|\s?τοις\s+εκατό"

_LINK = re.compile(
    r"https?://[^\s<>()«»“”]+|www\.[^\s<>()«»“”]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b"
)
_PLACEHOLDER = re.compile(r"%\([A-Za-z_]\w*\)[sdf]|%[sdf]\b|\{[^{}\s]*\}")
_PHONE = re.compile(r"(?<![\w.,/])\+?\d{1,4}(?:[ -]\d{2,})+(?![\w/])|(?<![\w.,/])\+?\d{6,}(?![\w/]|[.,]\d)")
_DIGITS = re.compile(rf"(\d+(?:[.,\u00a0\u202f]\d+)*)({PER_CENT})?", re.IGNORECASE)
_DIGIT = re.compile(r"\d")  # most texts have none
_PARTED = re.compile(r"\d[.,\u00a0\u202f]\d")
_RANGE = re.compile(r"(?<=\d)-(?=\d{4}(?!\d))|(?<=\d{4})-(?=\d\d(?!\d))|(?<=\d{4}-\d\d)-(?=\d\d(?!\d))")
_YEAR = re.compile(r"[12]\d{3}")
_READ_IN = re.compile(r"(?:read in|πρόσβαση) (\d{4})")  # when we read a page says nothing about the page
_WORD = re.compile(r"[^\W\d_]+")
_RUN = re.compile(r"\*+")
_MARKUP = re.compile(
    r"<[A-Za-z/!?][^>]*>?|&#?\w+;|`+|!?\[[^\]]*\]\(|\]\[|\]:|\\[!-/:-@\[-`{-~]|~~|(?<![^\W_])_+|_+(?![^\W_])|"
    r"^\s*(?:#{1,6} |> |[-+*] |```)|\n"
)
_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")
_GREEK_MARKS = {"\u037e": "write ;", "\u0387": "write ·"}
FREE_NUMBERS = frozenset({"112"})
_SHORTEST_PHONE = 6  # digits; shorter ones (112, 1109) are compared as numbers


def bad_signs(text: str) -> list[str]:
    """Name the signs that no text may hold (Greek question mark U+037E, U+0387, controls, zero-width), once each."""
    found = []
    for sign in dict.fromkeys(text):
        if sign in _GREEK_MARKS:
            found.append(f"U+{ord(sign):04X} ({_GREEK_MARKS[sign]})")
        elif unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}:
            found.append(f"U+{ord(sign):04X}")
    return found


def is_nfc(text: str) -> bool:
    """Say whether the text is composed (NFC)."""
    return unicodedata.is_normalized("NFC", text)


def mixed_words(text: str) -> list[str]:
    """Name the words that mix Latin, Greek and Cyrillic letters; the micro sign beside Greek letters counts too."""
    found = []
    for word in _WORD.findall(text):
        scripts = {script for letter in word if (script := _script(letter))}
        if len(scripts) > 1:
            found.append(word)
    return found


@lru_cache(maxsize=1024)  # the same few letters, a hundred thousand times
def _script(letter: str) -> str:
    if letter == "\u00b5":  # looks like μ, belongs to no script
        return "MICRO"
    name = unicodedata.name(letter, "")
    return next((script for script in _SCRIPTS if name.startswith(script)), "")


def bad_markup(text: str) -> list[str]:
    """Name all markup that is not **strong** or *emphasis*, and stars that do not pair."""
    found = [match[0].strip() or "line break" for match in _MARKUP.finditer(text)]
    return found if found or _stars_pair(text) else ["*"]


def _stars_pair(text: str) -> bool:
    """Say whether every run of one or two stars opens or closes by the flanking rules of CommonMark."""
    open_runs: list[str] = []
    for match in _RUN.finditer(text):
        run = match[0]
        before = text[match.start() - 1 : match.start()] or " "
        after = text[match.end() : match.end() + 1] or " "
        opens = not after.isspace() and (not _punctuation(after) or before.isspace() or _punctuation(before))
        closes = not before.isspace() and (not _punctuation(before) or after.isspace() or _punctuation(after))
        if len(run) > 2:
            return False
        if closes and open_runs and open_runs[-1] == run:
            open_runs.pop()
        elif opens and run not in open_runs:
            open_runs.append(run)
        else:
            return False
    return not open_runs


def _punctuation(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "PS"


def links(text: str) -> list[str]:
    """Give all addresses (web, bare host, e-mail), sorted; a full stop after one is not part of it."""
    return sorted(link.rstrip(".,;:!?·…") for link in _LINK.findall(text))


def placeholders(text: str) -> list[str]:
    """Give all placeholders like {name}, %(name)s and %s, sorted."""
    return sorted(_PLACEHOLDER.findall(text))


def telephones(text: str) -> list[str]:
    """Give all telephone numbers of six digits or more, without spaces and dashes, sorted."""
    if not _DIGIT.search(text):
        return []
    return sorted(_bare(match) for match in _phone_texts(_LINK.sub(" ", text)))


def _phone_texts(text: str) -> list[str]:
    return [match for match in _PHONE.findall(text) if len(_bare(match).lstrip("+")) >= _SHORTEST_PHONE]


def _bare(number: str) -> str:
    return re.sub(r"[ -]", "", number)


def numbers(text: str, language: str) -> list[str]:
    """Give all numbers in one form (decimal point, no thousands sign, % kept), sorted; links and telephones left out.

    A number that is not well formed in its language (a lesson "1.1" in Greek, a date 24.12.2026) stays as written.
    """
    if not _DIGIT.search(text):
        return []
    text = _without_links(text)
    decimal, group = NUMBER_SIGNS.get(language.partition("-")[0], OTHER_NUMBER_SIGNS)
    return sorted(
        _number(digits, decimal, group) + ("%" if per_cent else "") for digits, per_cent in _DIGITS.findall(text)
    )


def _without_links(text: str) -> str:
    text = _PLACEHOLDER.sub(" ", _LINK.sub(" ", text))
    for phone in _phone_texts(text):
        text = text.replace(phone, " ", 1)
    return text


def claimed_numbers(claims: Iterable[str], sources: Iterable[str]) -> set[str]:
    """Give the numbers that facts vouch for: all of their claims, and the years of their sources.

    Both are English; per cent signs fall away. A hyphen between two numbers is a range or a date, so both ends count.
    """
    known = {number for text in claims for number in _bare_numbers(text, "en")}
    return known.union(*map(years, sources))


def years(text: str) -> set[str]:
    """Give the years that an English text names."""
    return {number for number in _bare_numbers(text, "en") if _YEAR.fullmatch(number)}


def strange_years(citation: str, known: Collection[str]) -> list[str]:
    """Name the years of a citation that its fact does not know; the year in which we read a page is free."""
    return sorted(years(_READ_IN.sub(" ", citation)).difference(known))


def reading_years(citation: str) -> set[str]:
    """Give the years in which a citation says that we read the page."""
    return set(_READ_IN.findall(citation))


def without_reading(text: str, years_read: Collection[str]) -> str:
    """Leave out "read in 2026" where a citation says the same."""
    if "read in" not in text:
        return text
    return _READ_IN.sub(lambda match: " " if match[1] in years_read else match[0], text)


def misformed(text: str, language: str) -> list[str]:
    """Name the numbers written by the habit of another language: 14.5 in Greek, 14,5 in English.

    Known by a sign between thousands that no three digits follow. A sign twice is a date (24.12.2026).
    """
    if not _PARTED.search(text):
        return []
    decimal, group = NUMBER_SIGNS.get(language.partition("-")[0], OTHER_NUMBER_SIGNS)
    found = (digits for digits, _ in _DIGITS.findall(_without_links(text)) if digits.count(group) == 1)
    return [digits for digits in found if _number(digits, decimal, group) == digits]


def unclaimed(text: str, language: str, claimed: Collection[str]) -> list[str]:
    """Name the numbers in digits that nothing vouches for, once each; telephones are not numbers, 112 is free."""
    return [n for n in dict.fromkeys(_bare_numbers(text, language)) if n not in claimed and n not in FREE_NUMBERS]


def _bare_numbers(text: str, language: str) -> list[str]:
    return [number.rstrip("%") for number in numbers(_RANGE.sub("–", text), language)]


def _number(written: str, decimal: str, group: str) -> str:
    written = written.replace("\u202f", "\u00a0")
    whole, _, part = written.partition(decimal)
    if re.fullmatch(rf"\d{{1,3}}(?:{re.escape(group)}\d{{3}})+|\d+", whole) and re.fullmatch(r"\d*", part):
        whole = whole.replace(group, "")
        return f"{whole}.{part}" if part else whole
    return written


def fold(text: str) -> str:
    """Give a text for comparing: no case, no accents, final sigma as sigma."""
    bare = "".join(sign for sign in unicodedata.normalize("NFD", text) if not unicodedata.combining(sign))
    return unicodedata.normalize("NFC", bare.casefold()).replace("ς", "σ")


# Ending → the endings of the same declension; the article of a noun is not needed to know them. Endings are folded.
GREEK_ENDINGS: Mapping[str, Sequence[str]] = {
    "ος": ("οσ", "ου", "ο", "ε", "οι", "ων", "ουσ"),
    "ης": ("ησ", "η", "εσ", "ων", "ηδεσ", "ηδων"),
    "ας": ("ασ", "α", "εσ", "ων", "αδεσ", "αδων"),
    "η": ("η", "ησ", "εσ", "ων", "εισ", "εων", "εωσ"),
    "α": ("α", "ασ", "εσ", "ων"),
    "ο": ("ο", "ου", "α", "ων"),
    "ι": ("ι", "ιου", "ια", "ιων"),
}
SHORTEST_STEM = 4  # letters; of a shorter word only the form itself is looked for


def inflected(word: str) -> frozenset[str]:
    """Give the folded forms of a Greek noun or adjective by its ending; of any other word the form itself.

    The endings stand for a declension as a whole, so some forms exist nowhere; what matters is that none belongs to
    another word: «πελατεία» is no form of «πελάτης».
    """
    folded = fold(word)
    for ending, endings in GREEK_ENDINGS.items():
        bare = fold(ending)
        if folded.endswith(bare) and len(folded) - len(bare) >= SHORTEST_STEM:
            stem = folded.removesuffix(bare)
            return frozenset((folded, *(stem + other for other in endings)))
    return frozenset((folded,))


class Forbidden:
    """The terms a language does without, ready to be looked for in many texts.

    Found as whole words, whatever their case and accents, in Greek in every form of their declension.
    """

    def __init__(self, terms: Iterable[str], language: str) -> None:
        self._terms: dict[str, list[tuple[str, list[frozenset[str]]]]] = {}
        for term in terms:
            greek = language.partition("-")[0] == "el"
            forms = [inflected(word) if greek else frozenset((word,)) for word in _words(term)]
            for first in forms[0] if forms else ():
                self._terms.setdefault(first, []).append((term, forms))

    def found(self, text: str) -> list[str]:
        """Name the terms that stand in the text, once each, in the order of the text.

        Where several terms have a form in one place, those that stand there to the letter are named, else the first.
        """
        words = _words(text)
        found: list[str] = []
        for start, word in enumerate(words):
            here = [
                (term, _words(term) == words[start : start + len(forms)])
                for term, forms in self._terms.get(word, ())
                if len(words) - start >= len(forms)
                and all(words[start + place] in form for place, form in enumerate(forms))
            ]
            found += [term for term, exact in here if exact] or [term for term, _ in here[:1]]
        return list(dict.fromkeys(found))


@lru_cache(maxsize=4096)  # several terms are looked for in every text
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))
