"""A fictional 昌吉 to learn and test with: every firm is invented and marked 示例, every code is synthetic.

The whole history is made by the same acts that people use, on a clock that moves through two years, so that every
page, document and chart has something true to show.
"""

from app.demo.generate import SIZES, load
from app.demo.people import PASSWORD, accounts_text

__all__ = ["PASSWORD", "SIZES", "accounts_text", "load"]
