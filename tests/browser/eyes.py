"""What a person at a browser sees and meets: barriers, targets too small for a thumb, a page that scrolls sideways."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = (Path(__file__).parents[1] / "data/axe.min.js").read_text(encoding="utf-8")
RULES = "{resultTypes:['violations'],runOnly:['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']}"
SUN = "{resultTypes:['violations'],runOnly:{type:'rule',values:['color-contrast-enhanced']},rules:{'color-contrast-enhanced':{enabled:true}}}"
TELEPHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
DESK = {"width": 1440, "height": 900}
TARGETS = """(least) => Array.from(document.querySelectorAll(
    "main a, main button, main input:not([type=hidden]), main select, main textarea, main summary, .dock *, .bar a"
  )).filter((node) => node.matches("a,button,input,select,textarea,summary") && node.offsetWidth && node.offsetHeight)
  .map((node) => {
    const hit = ["radio", "checkbox"].includes(node.type) ? node.closest(".choice") || node.labels[0] || node : node;
    const box = hit.getBoundingClientRect();
    return [Math.round(box.width), Math.round(box.height), (node.textContent || node.name || "").trim()];
  }).filter(([width, height]) => width < least || height < least)"""


def barriers(page: Page, within: str = "html") -> list[str]:
    """What axe finds on the page, or in a part of it, in one line each."""
    return _found(page, RULES, within)


def pale(page: Page) -> list[str]:
    """Words that cannot be read in the sun: contrast under 7 : 1."""
    return _found(page, SUN)


def _found(page: Page, rules: str, within: str = "html") -> list[str]:
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    found = page.evaluate(f"axe.run({within!r}, {rules}).then((told) => told.violations)")
    return [f"{page.url} {one['id']}: {one['nodes'][0]['target']}" for one in found]


def small(page: Page, least: int = 48) -> list[Any]:
    """Targets under so many px, with their size."""
    found: list[Any] = page.evaluate(TARGETS, least)
    return found


def wide(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    more: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(0, more)
