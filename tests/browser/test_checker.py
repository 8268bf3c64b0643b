"""The saved checker as people use it: opened from disk, no network, given a PDF, a text, a picture or the camera."""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests.browser import checking
from tests.browser.checking import Checker, paper
from tests.services.test_pdf import FIELDS
from toolkit import pdf

SEES = """globalThis.BarcodeDetector = class {
  async detect(picture) {
    if (!picture || (picture.tagName === "VIDEO" && !picture.videoWidth)) throw new Error("nothing to look at");
    return globalThis.inView ? [{ rawValue: globalThis.inView }] : [];
  }
};"""
CAMERA = """if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = async () => {
  const canvas = document.createElement("canvas");
  canvas.getContext("2d").fillRect(0, 0, 9, 9);
  globalThis.stream = canvas.captureStream(20);
  return globalThis.stream;
};"""
NO_CAMERA = """if (navigator.mediaDevices) {
  navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
}"""
NO_UNPACKING = "delete globalThis.DecompressionStream;"
_PNG = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")]
PICTURE = b"\x89PNG\r\n\x1a\n" + b"".join(
    struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in _PNG
)


@pytest.fixture(scope="module")
def app(loaded_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with checking.site(loaded_sqlite, tmp_path_factory.mktemp("site")) as made:
        yield made


@pytest.fixture
def opened(app: Flask, chromium: Browser, tmp_path: Path) -> Iterator[Callable[..., Checker]]:
    with checking.opening(app, chromium, tmp_path) as start:
        yield start


def document(payload: str, **changes: Any) -> bytes:
    """Print the certificate of a payload as the site does."""
    return pdf.certificate_pdf(
        replace(FIELDS, check_address=f"https://learning.example.org/el/verify#{payload}", **changes)
    )


def test_the_address_of_a_paper_behind_its_own_is_checked_at_once(opened):
    checker = opened("el")
    assert checker.give(f"https://learning.example.org/el/verify#{paper()}") == "valid"
    assert checker.by() == "browser"
    assert checker.facts() == [
        "Ελένη Παπαδοπούλου",
        "Τα βασικά",
        "20 Νοεμβρίου 2026",
        "60",
        "Ελληνικά",
        "2026.11",
        "K7M4-P2XQ-9TRC",
    ]
    assert "Συντεχνία (δείγμα)" in checker.page.inner_text("#verdict")
    assert "21 Νοεμβρίου 2026" in checker.page.inner_text("#notes")
    assert checker.page.get_attribute("#site", "href") == "https://learning.example.org/el/verify"


@pytest.mark.parametrize("init", ["", checking.NO_SUBTLE])
def test_the_pdf_that_the_site_printed_is_read(opened, init: str):
    checker = opened(init=init)
    assert checker.file("certificate.pdf", "application/pdf", document(paper("retired"))) == "valid"
    assert checker.facts()[0] == "Ελένη Παπαδοπούλου"
    assert checker.by() == ("file" if init else "browser")
    assert "no longer uses" in checker.page.inner_text("#notes")


def test_another_name_in_the_pdfs_text_is_not_what_is_shown(opened):
    """Whoever prints another name over the paper cannot sign it: the checker shows what is signed and says so."""
    checker = opened()
    assert checker.file("certificate.pdf", "application/pdf", document(paper(), name="Somebody Else")) == "valid"
    assert checker.facts()[0] == "Ελένη Παπαδοπούλου"
    assert "Compare these words with the paper" in checker.page.inner_text("#notes")


def test_a_pdf_that_another_program_packed_is_unpacked(opened):
    checker = opened()
    two_bytes = f"wlt:{paper()}".encode("utf-16-be")
    for inside in (f"<pdf:Keywords>wlt:{paper()}</pdf:Keywords>".encode(), b"(\xfe\xff" + two_bytes + b")"):
        body = b"%PDF-1.7\n1 0 obj <</Filter /FlateDecode /Length 9>>\nstream\r\n" + zlib.compress(b"x" * 99)
        body += b"\nendstream\nendobj\n2 0 obj <</Type /ObjStm>>\nstream\n" + zlib.compress(inside) + b"\nendstream"
        assert checker.file("again.pdf", "application/pdf", body) == "valid"


def test_without_a_way_to_unpack_it_says_so(opened):
    checker = opened(init=NO_UNPACKING)
    packed = b"%PDF-1.7\n<</Type /ObjStm /Filter /FlateDecode>>\nstream\n" + zlib.compress(paper().encode())
    assert checker.file("packed.pdf", "application/pdf", packed + b"\nendstream") == "packed"
    assert "newer browser" in checker.page.inner_text("#verdict")
    assert checker.file("certificate.pdf", "application/pdf", document(paper())) == "valid"


@pytest.mark.parametrize(
    ("name", "kind", "body"),
    [
        ("empty.pdf", "application/pdf", b""),
        ("other.pdf", "application/pdf", b"%PDF-1.7\n1 0 obj <<>> endobj"),
        ("broken.pdf", "application/pdf", b"%PDF-1.7\nstream\nxxxx\nendstream stream\n" + b"\0" * 5000),
        ("photo.png", "image/png", PICTURE),
        ("letter.txt", "text/plain", paper().encode()),
    ],
)
def test_a_file_without_a_certificate_is_named_as_such(opened, name: str, kind: str, body: bytes):
    checker = opened()
    assert checker.file(name, kind, body) == "nothing"
    assert checker.facts() == []


def test_a_text_is_pasted_and_checked_by_keyboard_alone(opened):
    checker = opened()
    page, reached = checker.page, []
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        if reached[-1] == "text":
            break
    assert reached == ["English", "Ελληνικά", "file", "text"]
    page.keyboard.insert_text(f"  https://learning.example.org/en/verify#{paper()[:90]}\n{paper()[90:]} ")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#result[data-verdict=valid]")
    assert page.evaluate("document.activeElement.textContent") == "What was found"
    assert page.get_attribute("#verdict", "role") == "status"


def test_a_file_dropped_anywhere_is_taken(opened):
    checker = opened()
    checker.page.evaluate(
        """body => {
          const given = new DataTransfer();
          given.items.add(new File([Uint8Array.from(body)], "certificate.pdf", { type: "application/pdf" }));
          const over = new DragEvent("dragover", { dataTransfer: given, bubbles: true, cancelable: true });
          document.querySelector("h1").dispatchEvent(over);
          if (!over.defaultPrevented) throw new Error("the browser would open the file instead");
          const drop = new DragEvent("drop", { dataTransfer: given, bubbles: true, cancelable: true });
          document.querySelector("h1").dispatchEvent(drop);
        }""",
        list(document(paper())),
    )
    assert checker.verdict() == "valid"


@pytest.mark.parametrize("lang", ["en", "el"])
def test_every_verdict_says_its_day_honestly(opened, lang: str):
    checker = opened(lang)
    days = {"en": ("3 June 2026", "5 October 2026", "21 November 2026"), "el": ("3 Ιουνίου", "5 Οκτωβρίου", "21 Νοεμ")}
    stolen, withdrawn, made = days[lang]
    rows = [
        (paper(), "valid", "#notes", made),
        (paper("stolen"), "stolen", "#verdict", stolen),
        (paper(code=checking.WITHDRAWN_CODE), "withdrawn", "#verdict", withdrawn),
        (paper("unknown"), "unknown", "#verdict", made),
        (paper(), "valid", "#checked", made),
    ]
    for text, verdict, place, day in rows:
        assert checker.paste(text) == verdict
        assert day in checker.page.inner_text(place)
    newer = {"en": "newer than this file", "el": "νεότερη από αυτό το αρχείο"}[lang]
    assert checker.paste(paper(day=checking.DAY + timedelta(days=1))) == "valid"
    assert newer in checker.page.inner_text("#notes")


def test_what_does_not_count_never_looks_as_if_it_did(opened):
    checker = opened()
    looks, good = {}, paper()
    changed = good[:-9] + ("A" if good[-9] != "A" else "B") + good[-8:]
    for text in (good, paper("stolen"), paper(trial=True), paper(code=checking.WITHDRAWN_CODE), changed):
        verdict = checker.paste(text)
        looks[verdict] = checker.page.get_attribute("#notice", "class")
    assert looks.pop("valid") == "notice notice-ok"
    assert looks == {
        "stolen": "notice notice-warn",
        "trial": "notice notice-warn",
        "withdrawn": "notice notice-stop",
        "changed": "notice notice-stop",
    }
    assert checker.facts() == [], "a changed paper's words are not repeated"


def test_where_the_browser_sees_codes_the_camera_and_photos_work(opened):
    checker = opened(init=SEES + CAMERA)
    page = checker.page
    page.click("#scan")
    page.wait_for_selector("#film:not([hidden])")
    assert page.evaluate("document.activeElement.id") == "stop"
    page.evaluate("address => { globalThis.inView = address; }", f"https://learning.example.org/el/verify#{paper()}")
    assert checker.verdict() == "valid"
    assert page.evaluate("stream.getTracks().map(track => track.readyState)") == ["ended"], "the camera is let go"
    assert page.is_hidden("#film")
    page.evaluate("paper => { globalThis.inView = paper; }", paper("stolen"))
    assert checker.file("photo.png", "image/png", PICTURE) == "stolen"
    page.evaluate("globalThis.inView = ''")
    page.click("#scan")
    page.click("#stop")
    assert page.is_visible("#scan")


def test_where_the_camera_is_refused_it_says_what_to_do_instead(opened):
    checker = opened(init=SEES + NO_CAMERA)
    checker.page.click("#scan")
    checker.page.wait_for_selector("#no-camera:not([hidden])")
    assert "paste the text here" in checker.page.inner_text("#no-camera")
    assert checker.page.is_visible("#scan")


def test_without_eyes_there_is_no_camera_button(opened):
    checker = opened()
    assert checker.page.evaluate("'BarcodeDetector' in window") is False
    assert checker.page.is_hidden("#camera")
