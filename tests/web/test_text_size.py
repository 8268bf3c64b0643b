"""The size of text: hers, in a cookie that only her own press sets, on every page, gone when she wants it so."""

import re

import pytest
from flask import Flask

from tests.web import world

PAGES = [
    "/en/",
    "/el/courses/basics",
    "/en/courses/basics/m01/1-1",
    "/el/help",
    "/en/verify",
    "/en/privacy",
    "/en/sign-in",
]


def root(app: Flask, path: str, value: str | None) -> str:
    client = app.test_client()
    if value is not None:
        client.set_cookie("size", value)
    found = re.search("<html[^>]*>", client.get(path).text)
    assert found
    return found[0]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_size_she_chose_and_no_other_reader_gets_it(lite_site: Flask, path: str):
    assert "data-size" not in root(lite_site, path, None)
    assert 'data-size="3"' in root(lite_site, path, "3")
    assert 'data-size="4"' in root(lite_site, path, "4")
    assert "data-size" not in root(lite_site, path, None), "a page that is kept for everybody has no size"


@pytest.mark.parametrize("value", ["", "1", "5", "03", '2" onload="x', "2 3", "²", "x" * 4000])
def test_a_size_that_we_do_not_have_is_none(lite_site: Flask, value: str):
    assert root(lite_site, "/en/", value) == root(lite_site, "/en/", None)


def test_whoever_chose_a_size_can_be_forgotten_without_having_started(lite_site: Flask):
    client = lite_site.test_client()
    forget = '<form method="post" action="/en/device">'
    assert forget not in client.get("/en/").text
    client.set_cookie("size", "2")
    assert forget in client.get("/en/").text
    answer = client.post("/en/device", data=world.fields(lite_site, ""))
    assert answer.status_code == 303
    assert client.get_cookie("size") is None
    assert forget not in client.get("/en/").text


@pytest.mark.parametrize("path", PAGES)
def test_the_control_waits_for_its_script_and_stands_once(lite_site: Flask, path: str):
    page = lite_site.test_client().get(path).text
    assert re.findall('<div class="sizes"[^>]*>', page) == re.findall('<div class="sizes"[^>]* hidden>', page)
    assert page.count('class="sizes"') == 1
