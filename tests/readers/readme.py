"""The README's own lines: what it says that loads a file is what the tests load it with."""

import re
from pathlib import Path

_README = Path(__file__).resolve().parents[2] / "README.md"
_HEADING = "## Load the corpus"


def rows():
    """The code of each row of the table below the heading, by the row's first cell."""
    section = _README.read_text(encoding="utf-8").split(f"\n{_HEADING}", 1)[1].split("\n## ", 1)[0]
    found = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        code = re.findall(r"`([^`]+)`", cells[-1])
        if line.startswith("|") and code:
            found[cells[0]] = "\n".join(code)
    return found


def load(reader):
    """Runs the lines of one row, and gives back the names that they define."""
    names = {}
    exec(rows()[reader], names)
    return names
