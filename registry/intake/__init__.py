"""The enterprise ledger of a county: read, judged row by row, compared with what is on record, stored in one go.

sheets = intake.read(Path("台账.xlsx"))            # core.intake: a child process opens the file
mapping = recognise(sheets)                        # or remembered(…): what the columns mean
result = take(sheets, mapping, by=person)          # everything in the caller's transaction
"""

from registry.intake.judging import judge, recognise
from registry.intake.rows import Directory, Place, Problem, Row
from registry.intake.storing import FOLLOWERS, Result, Stored, follower, take

__all__ = [
    "FOLLOWERS",
    "Directory",
    "Place",
    "Problem",
    "Result",
    "Row",
    "Stored",
    "follower",
    "judge",
    "recognise",
    "take",
]
