"""What a course text may hold, and what two languages of one text must share: numbers, links, telephones, placeholders.

Not here: whose text it is. The surprise: numbers are read by the habits of their language, so that 9,678 in English
and 9.678 in Greek are one number; words for numbers ("two") are free.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
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
_WORD = re.compile(r"[^\W\d_]+")
_RUN = re.compile(r"\*+")
_MARKUP = re.compile(
    r"<[A-Za-z/!?][^>]*>?|&#?\w+;|`+|!?\[[^\]]*\]\(|\]\[|\]:|\\[!-/:-@\[-`{-~]|~~|(?<![^\W_])_+|_+(?![^\W_])|"
    r"^\s*(?:#{1,6} |> |[-+*] |```)|\n"
)
_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")
_GREEK_MARKS = {"\u037e": "write ;", "\u0387": "write ·"}
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
    return sorted(_bare(match) for match in _phone_texts(_LINK.sub(" ", text)))


def _phone_texts(text: str) -> list[str]:
    return [match for match in _PHONE.findall(text) if len(_bare(match).lstrip("+")) >= _SHORTEST_PHONE]


def _bare(number: str) -> str:
    return re.sub(r"[ -]", "", number)


def numbers(text: str, language: str) -> list[str]:
    """Give all numbers in one form (decimal point, no thousands sign, % kept), sorted; links and telephones left out.

    A number that is not well formed in its language (a lesson "1.1" in Greek, a date 24.12.2026) stays as written.
    """
    text = _PLACEHOLDER.sub(" ", _LINK.sub(" ", text))
    for phone in _phone_texts(text):
        text = text.replace(phone, " ", 1)
    decimal, group = NUMBER_SIGNS.get(language.partition("-")[0], OTHER_NUMBER_SIGNS)
    return sorted(
        _number(digits, decimal, group) + ("%" if per_cent else "") for digits, per_cent in _DIGITS.findall(text)
    )


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


def forbidden(text: str, terms: Collection[str]) -> list[str]:
    """Name the terms that stand in the text as whole words, whatever their case and accents."""
    words = _words(text)
    return [term for term in terms if _stands_in(_words(term), words)]


@lru_cache(maxsize=4096)  # the same terms are looked for in every text
def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text)))


def _stands_in(term: Sequence[str], words: Sequence[str]) -> bool:
    size = len(term)
    if not term or term[0] not in words:
        return False
    return any(words[start : start + size] == term for start in range(len(words) - size + 1))
