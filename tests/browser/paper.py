"""Read the square code off a certificate as a camera would: the page is rendered and its picture decoded."""

from pathlib import Path

import pypdfium2
import zxingcpp


def square_code(file: Path) -> str:
    """Give what the one square code on the first page says."""
    document = pypdfium2.PdfDocument(file)
    try:
        bitmap = document[0].render(scale=3, grayscale=True)
        rows = memoryview(bitmap.buffer).cast("B", (bitmap.height, bitmap.stride))
        (code,) = zxingcpp.read_barcodes(rows, formats=zxingcpp.BarcodeFormat.QRCode)
        return str(code.text)
    finally:
        document.close()
