"""The Greek of the interface is whole: every English text of code and templates has one, none guessed, same places."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from tests.house import tree

PLACE = re.compile(r"%\((\w+)\)[sd]|%(?!\()[sd]")
BOOKS = sorted((tree.ROOT / "translations").glob("*/LC_MESSAGES/messages.po"))


def extracted() -> dict[str | tuple[str, ...], set[str]]:
    """Map every text of the interface to the files that say it, as babel.cfg tells where to look."""
    with (tree.ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found: dict[str | tuple[str, ...], set[str]] = {}
    for name, _, message, _, _ in extract_from_dir(tree.ROOT, methods, options):
        found.setdefault(message, set()).add(name)
    return found


def book(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, abort_invalid=True)


def texts(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def test_there_is_greek():
    assert [path.parent.parent.name for path in BOOKS] == ["el"]
    assert len(extracted()) > 100


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.parent.parent.name)
def test_every_text_is_translated_and_none_is_guessed(path: Path):
    catalog = book(path)
    said = {message.id: message for message in catalog if message.id}
    missing = [key for key in extracted() if key not in said or not all(texts(said[key]))]
    assert missing == []
    assert [message.id for message in said.values() if message.fuzzy] == []
    assert sorted(map(str, set(said) - set(extracted()))) == [], "translated, but said nowhere any more"
    assert list(catalog.obsolete) == []


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.parent.parent.name)
def test_a_translation_has_the_same_places_to_fill(path: Path):
    wrong = []
    for message in book(path):
        ids = (message.id,) if isinstance(message.id, str) else tuple(message.id)
        wanted = set(PLACE.findall(ids[-1]))
        for text in texts(message) if message.id else ():
            found = set(PLACE.findall(text))
            # "one lesson" may leave the number out
            if not (found == wanted or (len(ids) > 1 and found == wanted - {"num"})) or (
                "%%" in text and "%%" not in ids[0]
            ):
                wrong.append((ids[0], text))
    assert wrong == []


@pytest.mark.parametrize("path", BOOKS, ids=lambda path: path.parent.parent.name)
def test_a_translation_keeps_its_languages_signs(path: Path):
    """Guillemets, not quotation marks; the Greek question mark is the plain semicolon; no markup slips in."""
    for message in book(path):
        for text in texts(message) if message.id else ():
            assert not re.search(r"[“”\"\u037e\u0387<>]", text.replace("<br>", "")), text


def test_no_text_is_made_where_it_cannot_be_found():
    """A text built on the spot is never extracted, and a lone per cent sign breaks the page."""
    for path in tree.files():
        source = tree.text(path) or ""
        if path.suffix == ".py" and path.parts[0] == "toolkit":
            assert not re.search(r"""\b_\(\s*f["']""", source), path
        if path.suffix == ".html":
            for said in re.findall(r'_\("([^"]*)"', source):
                assert not re.search(r"%(?!\(\w+\)[sd]|%)", said), (path, said)
