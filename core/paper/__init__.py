"""Official papers: what they say as frozen blocks, and their PDF after GB/T 9704.

Compose a ``Paper`` of blocks, keep ``to_json(paper)``, and ``render(from_json(content))`` gives the same bytes years
later. Text is text: nothing a person typed is read as markup. The HTML twin is ``templates/parts/paper.html``.
"""

from core.paper.blocks import (
    LAYOUT,
    Blank,
    Block,
    Facts,
    Form,
    Grid,
    Heading,
    NewPage,
    Paper,
    Para,
    Photo,
    Photos,
    Signature,
    Space,
    from_json,
    open_parts,
    still_open,
    to_json,
)
from core.paper.fonts import BadFont, UnprintableCharacter, faces, register_fonts
from core.paper.printing import UnfinishedPaper, render, render_batch
from core.paper.sheet import Loader, MissingPicture

__all__ = [
    "LAYOUT",
    "BadFont",
    "Blank",
    "Block",
    "Facts",
    "Form",
    "Grid",
    "Heading",
    "Loader",
    "MissingPicture",
    "NewPage",
    "Paper",
    "Para",
    "Photo",
    "Photos",
    "Signature",
    "Space",
    "UnfinishedPaper",
    "UnprintableCharacter",
    "faces",
    "from_json",
    "open_parts",
    "register_fonts",
    "render",
    "render_batch",
    "still_open",
    "to_json",
]
