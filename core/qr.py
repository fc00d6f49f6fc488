"""QR codes as one SVG path, for pages; documents draw their own."""

from reportlab.graphics.barcode.qrencoder import QR8bitByte, QRCode, QRErrorCorrectLevel


def path(text: str) -> tuple[int, str]:
    """The width in modules and the path data of a QR code (error correction M)."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(QR8bitByte(text.encode()))
    code.make()
    size: int = code.getModuleCount()
    dark = (f"M{x} {y}h1v1h-1z" for y in range(size) for x in range(size) if code.isDark(y, x))
    return size, "".join(dark)
