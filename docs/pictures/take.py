"""Take the README's four pictures of the demo anew: ``make pictures``.

    .venv/bin/python docs/pictures/take.py [ADDRESS]

Without an address it starts the product on a free port, with the data of ``QINGYUAN_DATA_DIR`` (by default var/, which
``make run`` has filled). Needs Debian's chromium.
"""

import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT))
DESK = {"locale": "zh-CN", "viewport": {"width": 1440, "height": 900}}
PHONE = {
    "locale": "zh-CN",
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}


def main() -> None:
    """Take all four."""
    given = sys.argv[1] if len(sys.argv) > 1 else ""
    server, address = (None, given) if given else serve()
    try:
        with sync_playwright() as player:
            browser = player.chromium.launch(
                executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
            )
            desk(browser, address)
            score(browser, address)
            finding(browser, address)
            public(browser, address)
            browser.close()
    finally:
        if server:
            server.terminate()
            server.wait()


def serve() -> tuple[subprocess.Popen[bytes], str]:
    """The product on a free port, once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    flask = str(Path(sys.executable).with_name("flask"))
    server = subprocess.Popen(
        [flask, "--app", "app", "serve", "--port", str(port)], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz")
        except OSError:
            time.sleep(0.3)
        else:
            return server, f"http://127.0.0.1:{port}"
    raise RuntimeError("the product does not answer")


def signed_in(browser: Browser, address: str, username: str, look: dict[str, object]) -> Page:
    """A page at which this demo person has signed in; an empty name is a visitor."""
    from app.demo.people import PASSWORD

    page = browser.new_context(**look).new_page()  # type: ignore[arg-type]
    if username:
        page.goto(f"{address}/sign-in")
        page.fill("[name=username]", username)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "sign-in" not in url)
    return page


def desk(browser: Browser, address: str) -> None:
    """What waits for an officer."""
    page = signed_in(browser, address, "officer", DESK)
    page.goto(f"{address}/desk")
    keep(page, "desk")


def score(browser: Browser, address: str) -> None:
    """Why a firm has the grade it has, line by line: the first of the list of grades with a line to show."""
    page = signed_in(browser, address, "credit", DESK)
    page.goto(f"{address}/credit?sort=score")
    for firm in re.findall(r"/enterprises/\d+(?=[/\"])", page.content())[:10]:
        page.goto(f"{address}{firm}/credit")
        if page.locator("main a[href*='/documents/']").count():
            break
    keep(page, "credit")


def finding(browser: Browser, address: str) -> None:
    """An inspection as an officer records it in a plant's yard."""
    page = signed_in(browser, address, "officer", PHONE)
    page.goto(f"{address}/field")
    page.locator("main a[href*='/inspections/']").first.click()
    page.wait_for_load_state()
    keep(page, "field")


def public(browser: Browser, address: str) -> None:
    """What a citizen sees of a firm."""
    page = signed_in(browser, address, "", DESK)
    page.goto(f"{address}/public/blacklist")
    firm = page.locator("main a[href*='/public/enterprises/']").first
    page.goto(address + str(firm.get_attribute("href")))
    keep(page, "public")


def keep(page: Page, name: str) -> None:
    """The visible part as a small PNG."""
    path = HERE / f"{name}.png"
    page.screenshot(path=path)
    with Image.open(path) as image:
        small = image.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    sys.stdout.write(f"{path.relative_to(ROOT)} {path.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
