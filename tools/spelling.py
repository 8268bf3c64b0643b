"""Read every text that learners see with hunspell: `python tools/spelling.py [FOLDER]`, a folder like modules/.

Each word must be in Debian's dictionary or in our list words/en.txt, words/el.txt: one form a line, sorted, no affixes;
a small form stands for the one with a capital too. Read are courses, help directory, glossary, citations and interface.
A word is held to the dictionary of its letters: a Latin name in a Greek text to the English one. A word that mixes
alphabets, or has another one, is always unknown. Left out are words with a digit, links and placeholders.
Exit codes: 0 no unknown word, 1 unknown words or a list out of order, 3 no hunspell.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent
WORDS = Path(__file__).resolve().parent / "words"
UNPACKED = ROOT / ".venv" / "debian" / "usr"  # where ./run puts Debian's packages
DICTIONARIES = {"en": "en_GB", "el": "el_GR"}
SCRIPTS = {"LATIN": "en", "GREEK": "el"}
MISSING = "hunspell or its dictionaries are missing: sudo apt install hunspell hunspell-el hunspell-en-gb"

_SKIPPED = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}\b"
    r"|%\([A-Za-z_]\w*\)[sd]|<[^>]*>|\*+"
)
_WORD = re.compile(r"[όΌ],τι\b|\w+(?:'\w+)*'?")  # with its apostrophes, the last one too: Greek elides
_TONOS = "\u0301"


def course_texts(folder: Path, language: str) -> Iterator[tuple[str, str]]:
    """Give the texts of a content folder in one language, each with its file and line."""
    for path in sorted(folder.glob(f"**/text.{language}.yaml")):
        yield from _yaml_texts(path, "text")
    yield from _yaml_texts(folder / "facts.yaml", f"cite_{language}")
    glossary = folder / "glossary.csv"
    with glossary.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        for row in rows:
            if row.get(f"meaning_{language}"):  # the other terms are for authors
                for name in ("term", "meaning"):
                    yield f"{glossary}:{rows.line_num}", row[f"{name}_{language}"]


def _yaml_texts(path: Path, name: str) -> Iterator[tuple[str, str]]:
    waiting = [yaml.compose(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, yaml.SequenceNode):
            waiting += node.value
        elif isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == name and isinstance(value, yaml.ScalarNode):
                    yield f"{path}:{value.start_mark.line + 1}", value.value
                else:
                    waiting.append(value)


def interface_texts(language: str) -> Iterator[tuple[str, str]]:
    """Give the texts of the interface in one language, each with the English it belongs to."""
    path = ROOT / "translations" / "el" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        for message in read_po(file):
            said = message.id if language == "en" else message.string or ""
            for text in (said,) if isinstance(said, str) else said:
                yield f"{path}: {message.id!r:.60}", text if message.id else ""


def words(text: str) -> list[str]:
    """Give the words of a text that are looked at, apostrophes straight."""
    bare = _SKIPPED.sub(" ", unicodedata.normalize("NFC", text).replace("’", "'"))
    return [word for word in _WORD.findall(bare) if not any(sign.isdigit() or sign == "_" for sign in word)]


@cache
def dictionary(word: str) -> str:
    """Name the language whose letters a word has; none for a word of mixed or of other letters."""
    scripts = {unicodedata.name(sign, "").partition(" ")[0] for sign in word if sign.isalpha()}
    return SCRIPTS.get(scripts.pop(), "") if len(scripts) == 1 else ""


def asked_as(word: str) -> str:
    """Give the form a dictionary knows: without the last apostrophe, in Greek without the accent of an enclitic."""
    marked = unicodedata.normalize("NFD", word.strip("'"))
    if marked.count(_TONOS) > 1:
        place = marked.rindex(_TONOS)
        marked = marked[:place] + marked[place + 1 :]
    return unicodedata.normalize("NFC", marked)


def word_list(language: str) -> tuple[set[str], list[str]]:
    """Read our list of a language, and say what is out of order in it."""
    path = WORDS / f"{language}.txt"
    lines = path.read_text("utf-8").splitlines()
    wrong = [] if lines == sorted(set(lines)) else [f"{path}: is not sorted, one form a line, each once"]
    wrong += [f"{path}: {line}: is no single form" for line in lines if not _WORD.fullmatch(line)]
    return set(lines), wrong


def unknown(asked: set[str], language: str) -> set[str]:
    """Name the words that hunspell does not know, in one run; raises FileNotFoundError where it is missing."""
    program = shutil.which("hunspell") or str(UNPACKED / "bin" / "hunspell")
    dictionary = DICTIONARIES[language]
    homes = (UNPACKED / "share" / "hunspell", Path("/usr/share/hunspell"))
    home = next((home for home in homes if (home / f"{dictionary}.dic").is_file()), None)
    if home is None or not Path(program).is_file():
        raise FileNotFoundError(MISSING)
    libraries = [str(path) for path in UNPACKED.glob("lib/*-linux-gnu")]
    environment = {**os.environ, "LC_ALL": "C.UTF-8", "LD_LIBRARY_PATH": ":".join(libraries)}
    done = subprocess.run(
        [program, "-i", "utf-8", "-d", str(home / dictionary), "-l"],
        input="".join(f"{word}\n" for word in sorted(asked)),
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return set(done.stdout.splitlines())


def misspelt(folder: Path) -> list[str]:
    """Say which words are in no dictionary, each with the places where it stands."""
    places: dict[str, list[str]] = {}
    for language in DICTIONARIES:
        for place, text in (*course_texts(folder, language), *interface_texts(language)):
            for word in words(text):
                places.setdefault(word, []).append(place)
    wrong: list[str] = []
    strange = {word for word in places if not dictionary(word)}
    for language in DICTIONARIES:
        ours, disorder = word_list(language)
        wrong += disorder
        asked = {word: asked_as(word) for word in places if dictionary(word) == language}
        missing = unknown(set(asked.values()), language)
        strange |= {word for word, form in asked.items() if form in missing and not ours & _forms(word, form)}
    for word in sorted(strange):
        more = f" (and {len(places[word]) - 1} more)" if len(places[word]) > 1 else ""
        wrong.append(f"{places[word][0]}{more}: {word}")
    return wrong


def _forms(word: str, asked: str) -> set[str]:
    return {word, asked, word[:1].lower() + word[1:], asked[:1].lower() + asked[1:]}


def main() -> int:
    """Read everything; give the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path, nargs="?", default=ROOT / "modules")
    folder = parser.parse_args().folder
    try:
        found = misspelt(folder)
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 3
    for line in found:
        print(line)
    print(f"{len(found)} unknown words; a right one goes into tools/words/." if found else "No unknown word.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
