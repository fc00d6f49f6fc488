"""Reading a bureau's real workbook: safely, with its headers recognised, and handed back with what is wrong.

``read`` opens the file in a child process and gives text; ``recognise`` finds the headers; ``lines`` gives the rows;
``values`` makes cells comparable; ``annotated`` gives the same workbook back. What a row means is the caller's.
"""

from core.intake.gate import MOST_BYTES, MOST_ROWS, Unreadable
from core.intake.headers import Field, Line, Mapping, Table, lines, recognise, remembered
from core.intake.reading import Sheet, annotated, read

__all__ = [
    "MOST_BYTES",
    "MOST_ROWS",
    "Field",
    "Line",
    "Mapping",
    "Sheet",
    "Table",
    "Unreadable",
    "annotated",
    "lines",
    "read",
    "recognise",
    "remembered",
]
