"""Invented photographs and signatures: drawn, with the time and place a telephone would write into them."""

import io
import random
from datetime import datetime

from PIL import ExifTags, Image, ImageDraw

from core import clock

GROUND = [("#9db4c0", "#5c6b73"), ("#c2b280", "#7a6a4f"), ("#b8c4bb", "#5a6650"), ("#c9ada7", "#6d5a5a")]


def photo(dice: random.Random, taken_at: datetime, longitude: float, latitude: float) -> bytes:
    """A plant yard as a few shapes: sky, ground, stacks, a tank; JPEG with EXIF time, zone and position."""
    sky, ground = dice.choice(GROUND)
    image = Image.new("RGB", (640, 480), sky)
    draw = ImageDraw.Draw(image)
    horizon = dice.randint(260, 330)
    draw.rectangle((0, horizon, 640, 480), fill=ground)
    for _ in range(dice.randint(2, 4)):
        x, height = dice.randint(40, 560), dice.randint(90, 200)
        draw.rectangle((x, horizon - height, x + 26, horizon), fill="#4a4e52")
        draw.ellipse((x - 14, horizon - height - 46, x + 48, horizon - height - 4), fill="#e6e8ea")
    tank = dice.randint(60, 480)
    draw.rectangle((tank, horizon - 70, tank + 120, horizon + 40), fill="#8d99a6", outline="#3d4247", width=3)
    draw.line((tank, horizon - 20, tank + 120, horizon - 20), fill="#b3403a", width=dice.randint(2, 6))
    exif = Image.Exif()
    detail = exif.get_ifd(ExifTags.IFD.Exif)
    detail[ExifTags.Base.DateTimeOriginal] = clock.beijing(taken_at).strftime("%Y:%m:%d %H:%M:%S")
    detail[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    place = exif.get_ifd(ExifTags.IFD.GPSInfo)
    place[ExifTags.GPS.GPSLatitudeRef], place[ExifTags.GPS.GPSLatitude] = "N", _degrees(latitude)
    place[ExifTags.GPS.GPSLongitudeRef], place[ExifTags.GPS.GPSLongitude] = "E", _degrees(longitude)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=78, exif=exif)
    return out.getvalue()


def _degrees(value: float) -> tuple[float, float, float]:
    whole = int(value)
    minutes = int((value - whole) * 60)
    return float(whole), float(minutes), round((value - whole - minutes / 60) * 3600, 3)


def strokes(dice: random.Random) -> list[list[list[int]]]:
    """A signature of three pen strokes."""
    made = []
    for part in range(3):
        x, y = 180 + part * 220, dice.randint(320, 620)
        stroke = []
        for _ in range(14):
            x = max(20, min(980, x + dice.randint(-6, 30)))
            y = max(120, min(880, y + dice.randint(-90, 90)))
            stroke.append([x, y])
        made.append(stroke)
    return made


def scan(title: str) -> bytes:
    """A one-page PDF standing for the scan of a decision made on paper."""
    from reportlab.pdfgen import canvas

    out = io.BytesIO()
    sheet = canvas.Canvas(out, invariant=1)
    sheet.drawString(72, 760, "Scan (demo): " + title.encode("ascii", "ignore").decode())
    sheet.rect(60, 60, 475, 720)
    sheet.showPage()
    sheet.save()
    return out.getvalue()
