"""The covers keep their method, the frieze is their middle, and every sign that a lesson asks for is drawn."""

import re
from itertools import pairwise

import pytest

from toolkit.paths import STATIC

COVERS = [STATIC / "covers" / f"m0{n}.svg" for n in range(1, 6)]
INKS = {"paper": "#F6F0E3", "ink": "#1D1B16", "work": "#0B4F4A", "poster": "#D9471F", "kraft": "#E2D3B2"}
INDICATORS = ["vulnerability", "deception", "movement", "isolation", "violence", "intimidation"]
INDICATORS += ["papers", "wages", "debt", "conditions", "overtime"]
LAW = ["general", "victim", "any", "open"]


def shapes(svg: str) -> list[str]:
    """List the lines of a drawing between its first and last tag."""
    return svg.strip().split("\n")[1:-1]


@pytest.mark.parametrize("path", COVERS, ids=lambda path: path.stem)
def test_a_cover_is_cut_from_five_papers(path):
    svg = path.read_text()
    assert 'viewBox="0 0 240 300" width="240" height="300"' in svg
    fills = re.findall(r'fill="([^"]+)"', svg)
    assert set(fills) <= set(INKS.values())
    assert len(set(fills)) >= 3
    assert len(fills) == len(shapes(svg)), "flat shapes only, each with one ink"
    assert INKS["poster"] in fills
    assert not re.search("stroke|gradient|filter|text|image|href", svg, re.IGNORECASE)
    assert len(svg) < 2000


def test_neighbours_differ_in_their_ground_and_the_frieze_is_the_middle_of_each():
    grounds = [re.findall(r'fill="([^"]+)"', path.read_text())[0] for path in COVERS]
    for order in ([0, 1, 2, 3, 4], [0, 3, 4, 1, 2]):  # by number; in the order of the core course
        assert all(grounds[one] != grounds[two] for one, two in pairwise(order))
    frieze = (STATIC / "covers" / "frieze.svg").read_text()
    crops = re.findall(
        r'<svg x="(\d+)" width="224" height="200" viewBox="8 50 224 200">\n(.*?)\n</svg>', frieze, re.DOTALL
    )
    assert [int(x) for x, _ in crops] == [0, 224, 448, 672, 896]
    assert [body.split("\n") for _, body in crops] == [shapes(path.read_text()) for path in COVERS]


@pytest.mark.parametrize(
    ("name", "signs"),
    [("indicators", [f"i-{key}" for key in INDICATORS]), ("law", [f"law-{key}" for key in LAW])],
)
def test_every_sign_is_drawn_in_a_box_of_24_and_takes_the_colour_of_its_word(name: str, signs: list[str]):
    svg = (STATIC / "icons" / f"{name}.svg").read_text()
    assert re.findall(r'<symbol id="([^"]+)" viewBox="0 0 24 24"', svg) == signs
    assert set(re.findall(r'(?:fill|stroke)="([^"]+)"', svg)) <= {"none", "currentColor"}
    if name == "indicators":
        assert svg.count('fill="none"') == svg.count('stroke-width="2" stroke-linecap="square"') == len(signs)
