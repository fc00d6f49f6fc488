"""QR codes as one SVG path, for pages."""

from core.paper.qr import matrix


def path(text: str) -> tuple[int, str]:
    """The width in modules and the path data of a QR code."""
    rows = matrix(text)
    dark = (f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, cell in enumerate(row) if cell)
    return len(rows), "".join(dark)
