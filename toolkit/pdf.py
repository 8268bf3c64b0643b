"""Makes the certificate as a PDF that is readable by everybody (PDF/UA-1) and keeps (PDF/A-2a).

The look stands in templates/print/certificate.typ, the words come from the caller. The surprise: typst is
loaded with the first certificate, and the process keeps one compiler, which makes the next one cheap.
"""

import json
import re
import threading
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

import segno

from toolkit.paths import ROOT, STATIC, TEMPLATES

if TYPE_CHECKING:
    from typst import Compiler

FONTS = STATIC / "fonts" / "pdf"
FRIEZE = STATIC / "covers" / "frieze.svg"
CERTIFICATE = TEMPLATES / "print" / "certificate.typ"

QR_SIDE_MM = 34.0
QR_MODULE_MM = 0.38
QR_QUIET_MODULES = 4
QR_MASK = 2
PAYLOAD_MARK = "wlt:"  # before the payload in the keywords of the document
_DARK = re.compile(rb"\x01+")
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
        "completed": texts["completed"].split("**"),
        "completed_other": texts["completed_other"].split("**"),
        "day": fields.day.isoformat(),
        "keywords": [PAYLOAD_MARK + payload] if payload else [],
        "frieze": f"/{FRIEZE.relative_to(ROOT).as_posix()}" if FRIEZE.is_file() else "",
        "qr": qr,
        "qr_mm": qr_mm,
        "qr_quiet_mm": quiet_mm,
    }


def _printable(text: str) -> str:
    """Leave out what the fonts lack."""
    return _lacking().sub("", unicodedata.normalize("NFC", text))


@cache
def _lacking() -> re.Pattern[str]:
    signs = "".join(map(chr, sorted(covered())))
    return re.compile(f"[^{re.escape(signs)}]")


def _qr(address: str) -> tuple[str, float, float]:
    """Draw the QR as SVG; give its side and its quiet zone in mm, never with modules too small for a telephone."""
    # The mask is fixed: trying all eight costs more time than the whole sheet, and signed bytes look random anyway.
    code = segno.make_qr(address, error="m", boost_error=False, mode="byte", mask=QR_MASK)
    modules = len(code.matrix) + 2 * QR_QUIET_MODULES
    side = max(QR_SIDE_MM, modules * QR_MODULE_MM)
    path = "".join(_runs(code.matrix))
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {modules} {modules}"><path d="{path}"/></svg>'
    return drawing, side, side / modules * QR_QUIET_MODULES


def _runs(matrix: Sequence[bytearray]) -> Iterator[str]:
    """Give each run of dark modules in a row as one rectangle of the path."""
    for y, row in enumerate(matrix, start=QR_QUIET_MODULES):
        for run in _DARK.finditer(row):
            length = run.end() - run.start()
            yield f"M{run.start() + QR_QUIET_MODULES} {y}h{length}v1h-{length}z"


@cache
def _compiler() -> "Compiler":
    """Keep one compiler, with our fonts only: the same sheet on every machine."""
    import typst  # noqa: PLC0415 - see above

    return typst.Compiler(input=str(CERTIFICATE), root=str(ROOT), font_paths=[str(FONTS)], ignore_system_fonts=True)
