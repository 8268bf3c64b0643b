"""The main job, end to end and without JavaScript, on both databases."""

import io

import pytest
from flask import Flask
from pypdf import PdfReader

from tests import right
from tests.visit import Visit


@pytest.mark.parametrize("lang", ["en", "el"])
def test_guest_goes_from_the_contents_page_to_a_certificate_in_her_name(site: Flask, visit: Visit, lang: str):
    assert visit.get("/", follow_redirects=True).status_code == 200
    visit.get(f"/{lang}/")
    assert visit.page.headers.get("Set-Cookie", "").startswith("lang=") or visit.client.get_cookie("lang")
    assert visit.client.get_cookie("device") is None, "nothing but the language before Start"
    page = visit.start(lang)
    assert visit.at == f"/{lang}/courses/basics/m01/1-1"
    assert "data-copy=" in page.text, "the resume code is shown early"

    page = visit.send(visit.form(having="choice"), {"choice": "a"})
    assert 'data-chosen="a"' in page.text

    key = visit.start_quiz(lang)
    items = right.asked(site.extensions["engine"], key)
    assert len(items) == 6
    for n, item in enumerate(items, start=1):
        page = visit.get(f"/{lang}/attempts/{key}")
        assert "data-feedback" not in page.text
        page = visit.send(visit.form(having="answer"), right.answer(item))
        assert visit.at == f"/{lang}/attempts/{key}/answers/{n}"
    visit.get(f"/{lang}/attempts/{key}")
    name = "Ελένη Παπαδοπούλου"
    pdf = visit.send(visit.form(having="name"), {"name": name})
    assert pdf.content_type == "application/pdf"
    text = PdfReader(io.BytesIO(pdf.data)).pages[0].extract_text()
    assert name in " ".join(text.split())
    assert "112" in text
