"""The desk: what waits for me and why, what is overdue, what others must do first, what is new.

Every source asks once, whatever the number of its rows; overdue is reckoned from the dates, never stored.
"""

from app.desk import administrators, clerks, deciders, officers, watching  # noqa: F401 - each hangs its sources on the board
from app.desk.board import Desk, Todo, desk

__all__ = ["Desk", "Todo", "desk"]
