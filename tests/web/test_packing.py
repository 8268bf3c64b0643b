"""Kept pages: what arrives packed is what would have arrived plain, and every form has its own fields."""

import gzip
import re

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.visit import Visit
from toolkit.web import packing

HOLES = [packing.Hole("\ue002", 9), packing.Hole("\ue006", 4)]
TEXT = st.text(st.characters(exclude_characters="\ue002\ue006", exclude_categories=["Cs"]), max_size=400)


@given(st.lists(st.tuples(TEXT, st.sampled_from(HOLES)), max_size=6), TEXT, st.data())
def test_a_packed_page_is_the_plain_page(start: list[tuple[str, packing.Hole]], end: str, data: st.DataObject):
    html = "".join(text + hole.mark for text, hole in start) + end
    page = packing.cut(html, HOLES)
    pieces = [data.draw(st.binary(min_size=hole.size, max_size=hole.size)) for hole in page.holes]
    expected = b"".join(text.encode() + piece for (text, _), piece in zip(start, pieces, strict=True)) + end.encode()
    assert page.plain(pieces) == expected
    assert gzip.decompress(page.packed(pieces)) == expected


def test_a_piece_that_does_not_fit_its_hole_is_refused():
    page = packing.cut("a\ue002b", HOLES)
    with pytest.raises(ValueError, match="hole"):
        page.packed([b"too long for it"])


@pytest.mark.parametrize("path", ["/el/", "/en/courses/basics", "/el/courses/basics/m01/1-1", "/en/resume"])
def test_what_a_browser_unpacks_is_the_page_with_fields_of_its_own(lite_site: Flask, path: str):
    visit = Visit(lite_site.test_client())
    visit.start("el")
    plain = visit.client.get(path).text
    packed = gzip.decompress(visit.client.get(path, headers={"Accept-Encoding": "gzip"}).data).decode()
    fields = re.compile(r'name="(?:csrf|key)" value="([^"]*)"')
    assert fields.sub("", packed) == fields.sub("", plain)
    both = fields.findall(plain) + fields.findall(packed)
    assert both, "the page has forms"
    assert len(set(both)) == len(both), "no token and no client key twice"


def test_white_space_that_nobody_sees_stays_at_home_and_that_between_words_does_not(lite_site: Flask):
    page = lite_site.test_client().get("/en/courses/basics/m01/1-1").text
    assert not re.search(r">\s+</?(?:section|p|div|li|ul|form|fieldset)\b", page)
    assert re.search(r"</strong> <(?:span|strong|em)|</b> <span>", page), "words side by side stay apart"


def test_the_page_not_asked_for_longest_makes_room():
    pages = packing.KeptPages(2)
    made: list[str] = []

    def make(name: str) -> str:
        made.append(name)
        return name

    for name in ("a", "b", "a", "c", "a", "b"):
        assert pages.get(name, lambda name=name: make(name)) == name
    assert made == ["a", "b", "c", "b"]
