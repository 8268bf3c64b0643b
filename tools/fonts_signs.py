"""Which signs go into which font file, and how sets of signs are written down.

Used by tools/fonts.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# What English and Greek pages need: ASCII, the quotation marks and dashes of both languages, a
# few signs, and the accents of English and French words. The rest of Latin stands in other files.
LATIN = frozenset(range(0x20, 0x7F)) | frozenset(map(ord, "\u00a0«»·×÷°§©®±¼½¾‘’‚“”„–—…•′″−€™àâçèéêëîïôöüñÉ"))
# Monotonic Greek with the capitals that carry a tonos or a dialytika, and the erotimatiko
# and ano teleia that pasted text may hold.
GREEK = frozenset({0x37E, 0x384, 0x385, 0x386, 0x387, 0x388, 0x389, 0x38A, 0x38C, 0x38E, 0x38F}) | (
    frozenset(range(0x390, 0x3CF)) - {0x3A2}
)
FIGURES = frozenset(map(ord, "0123456789.,:/%+−"))

UNPRINTED = frozenset({0x7F, *range(0x80, 0xA0), 0xAD, *range(0x200B, 0x2010), *range(0x2028, 0x202F)}) | {
    *range(0x2060, 0x2070),
    0xFEFF,
    0xFFFD,
}

# Accents that combine stay in the file with ẹ and ọ, the letters that most need them: an accent
# finds its place only over a letter of its own file.
MARKS = frozenset(range(0x300, 0x370))
LATIN_MORE = frozenset(range(0xA0, 0x2100)) - MARKS - {0x102}
LATIN_EXT = frozenset(range(0x100, 0x2200)) - MARKS
CYRILLIC = frozenset(range(0x400, 0x530)) | {0x2116}

# Web file → source file and the code points wanted from it (None: all it has). A code point goes
# to the first file that has it. The "flar" sources hold two axes, weight and flare; slant and
# volume are already at 0.
WEB_FILES: dict[str, tuple[str, frozenset[int] | None]] = {
    "latin": ("commissioner-latin-flar-normal.woff2", LATIN),
    "greek": ("commissioner-greek-flar-normal.woff2", GREEK),
    "latin-more": ("commissioner-latin-flar-normal.woff2", LATIN_MORE),
    "latin-ext": ("commissioner-latin-ext-flar-normal.woff2", LATIN_EXT),
    "cyrillic": ("commissioner-cyrillic-flar-normal.woff2", CYRILLIC),
    "cyrillic-ext": ("commissioner-cyrillic-ext-flar-normal.woff2", None),
    "vietnamese": ("commissioner-vietnamese-flar-normal.woff2", None),
}


def runs(points: Iterable[int], bridge: Callable[[range], bool] = lambda gap: not gap) -> list[tuple[int, int]]:
    """Join code points to runs (first, last); a gap is closed when `bridge` says so."""
    result: list[tuple[int, int]] = []
    for point in sorted(points):
        if result and bridge(range(result[-1][1] + 1, point)):
            result[-1] = (result[-1][0], point)
        else:
            result.append((point, point))
    return result


def css_range(points: frozenset[int], others: frozenset[int]) -> str:
    """Write code points as a unicode-range; short gaps that no other font claims are closed."""
    joined = runs(points, lambda gap: len(gap) <= 12 and not others.intersection(gap))
    return ", ".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in joined)


def coverage(points: frozenset[int]) -> str:
    """Write code points as one hexadecimal range a line, without a prefix: "0020-007E"."""
    return "".join(f"{a:04X}-{b:04X}\n" for a, b in runs(points))
