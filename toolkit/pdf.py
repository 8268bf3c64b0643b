"""Makes the certificate as a PDF that is readable by everybody (PDF/UA-1) and keeps (PDF/A-2a).

The look stands in templates/print/certificate.typ, the words come from the caller. The surprise: typst is
loaded with the first certificate, and the process keeps one compiler, which makes the next one cheap.
"""

import json
import re
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import zxingcpp

from toolkit.paths import ROOT, STATIC, TEMPLATES

if TYPE_CHECKING:
    from typst import Compiler

FONTS = STATIC / "fonts" / "pdf"
FRIEZE = STATIC / "covers" / "frieze.svg"
CERTIFICATE = TEMPLATES / "print" / "certificate.typ"

QR_SIDE_MM = 34.0
QR_MODULE_MM = 0.38
QR_QUIET_MODULES = 4
PAYLOAD_MARK = "wlt:"  # before the payload in the keywords of the document
_DARK = re.compile(rb"\x00+")
_AFTER_NUMBER = re.compile(r"(?<=\d) ")
_PAYLOAD = re.compile(rb"wlt:([A-Za-z0-9_-]{80,320})(?![A-Za-z0-9_-])")

_one_at_a_time = threading.Lock()  # a compiler holds the fonts, 25 MB; a sheet takes milliseconds, so one is enough


class PdfError(Exception):
    """The PDF could not be made; the message is typst's own, for the log."""


@dataclass(frozen=True)
class Fact:
    """One fact along the foot: its label in both languages, its value in the language of the certificate."""

    label: str
    label_other: str
    value: str


@dataclass(frozen=True)
class CertificateFields:
    """Every text on the sheet, ready to print: `…_other` is the second language, **strong** is allowed in `completed`.

    `check_address` goes into the QR; `trial` is empty on a real certificate; `code` is shown as given;
    an empty `frieze_alt` makes the frieze a mere ornament for screen readers.
    """

    lang: str
    other_lang: str
    document_title: str
    title: str
    title_other: str
    site_name: str
    site_name_other: str
    name: str
    completed: str
    completed_other: str
    facts: tuple[Fact, ...]
    issuer: str
    code: str
    check: str
    check_other: str
    check_address: str
    qr_alt: str
    frieze_alt: str
    foot: str
    foot_other: str
    trial: str
    day: date


@cache
def covered() -> frozenset[int]:
    """List the code points that the fonts of the PDF can print, as static/fonts/pdf/COVERAGE.txt says."""
    points: set[int] = set()
    for line in (FONTS / "COVERAGE.txt").read_text(encoding="utf-8").split():
        first, last = (int(part, 16) for part in line.split("-"))
        points.update(range(first, last + 1))
    return frozenset(points)


def certificate_pdf(fields: CertificateFields) -> bytes:
    """Print one sheet, the same bytes for the same fields; every sign of the name must be covered(); raises PdfError.

    In the other texts a sign that the fonts lack is left out: no title or issuer costs anybody the certificate.
    """
    from typst import TypstError  # noqa: PLC0415 - costs start-up time, and most processes print nothing

    sheet = json.dumps(_sheet(fields), ensure_ascii=False)
    try:
        with _one_at_a_time:
            pdf = _compiler().compile(format="pdf", sys_inputs={"certificate": sheet}, pdf_standards=["ua-1", "a-2a"])
    except TypstError as error:
        raise PdfError(f"{error.message} {error.diagnostic}".strip()) from error
    if not isinstance(pdf, bytes):
        raise PdfError("typst gave no file")
    return pdf


def payload_in(document: bytes) -> str | None:
    """Find the signed payload in the keywords of a certificate's PDF, or None; the signature is not checked here.

    The keywords stand uncompressed in the file, so no reader of PDFs is needed; the script of the saved checker
    (static/checker/paper.js) looks for the same mark.
    """
    found = _PAYLOAD.search(document)
    return found[1].decode("ascii") if found else None


def _sheet(fields: CertificateFields) -> dict[str, object]:
    """Give what the template reads: the fields, and what it cannot work out itself."""
    qr, qr_mm, quiet_mm = _qr(fields.check_address)
    data = vars(fields)
    payload = fields.check_address.partition("#")[2]
    texts = {part: _printable(text) for part, text in data.items() if isinstance(text, str)}
    return data | {
        **texts,
        "name": fields.name,
        "facts": [{part: _printable(text) for part, text in vars(fact).items()} for fact in fields.facts],
        "completed": _emphasised(texts["completed"]),
        "completed_other": _emphasised(texts["completed_other"]),
        "day": fields.day.isoformat(),
        "keywords": [PAYLOAD_MARK + payload] if payload else [],
        "frieze": f"/{FRIEZE.relative_to(ROOT).as_posix()}" if FRIEZE.is_file() else "",
        "qr": qr,
        "qr_mm": qr_mm,
        "qr_quiet_mm": quiet_mm,
    }


def _emphasised(text: str) -> list[str]:
    """Take a text apart at its **; a number stays on the line of what it counts."""
    return _AFTER_NUMBER.sub("\u00a0", text).split("**")


def _printable(text: str) -> str:
    """Leave out what the fonts lack."""
    return _lacking().sub("", unicodedata.normalize("NFC", text))


@cache
def _lacking() -> re.Pattern[str]:
    signs = "".join(map(chr, sorted(covered())))
    return re.compile(f"[^{re.escape(signs)}]")


def _qr(address: str) -> tuple[str, float, float]:
    """Draw the QR as SVG; give its side and its quiet zone in mm, never with modules too small for a telephone."""
    code = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    dark = memoryview(code.to_image(scale=1, add_quiet_zones=False))
    modules = len(dark) + 2 * QR_QUIET_MODULES
    side = max(QR_SIDE_MM, modules * QR_MODULE_MM)
    path = "".join(_runs(bytes(dark), len(dark)))
    open_svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {modules} {modules}">'
    return f'{open_svg}<path stroke="#000" d="{path}"/></svg>', side, side / modules * QR_QUIET_MODULES


def _runs(signs: bytes, width: int) -> Iterator[str]:
    """Give each run of dark modules in a row as one line along its middle, one module wide."""
    for row in range(width):
        y = row + QR_QUIET_MODULES
        for run in _DARK.finditer(signs, row * width, (row + 1) * width):
            yield f"M{run.start() - row * width + QR_QUIET_MODULES} {y}.5h{run.end() - run.start()}"


@cache
def _compiler() -> "Compiler":
    """Keep one compiler, with our fonts only: the same sheet on every machine."""
    import typst  # noqa: PLC0415 - see above

    return typst.Compiler(input=str(CERTIFICATE), root=str(ROOT), font_paths=[str(FONTS)], ignore_system_fonts=True)
