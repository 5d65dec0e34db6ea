"""The README's own lines: what it says that loads a file is what the tests load it with."""

import re

from corpus import ROOT

_HEADING = "## Load the corpus"


def rows():
    """The code of each row of the table below the heading, by the row's first cell."""
    section = (
        (ROOT / "README.md").read_text(encoding="utf-8").split(f"\n{_HEADING}", 1)[1].split("\n## ", 1)[0]
    )
    found = {}
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        code = re.findall(r"`([^`]+)`", cells[-1])
        if line.startswith("|") and code:
            found[cells[0]] = "\n".join(code)
    return found


def load(reader):
    """Runs the lines of one row in the folder of the exports, and gives back the names that they define."""
    names = {}
    exec(rows()[reader], names)
    return names
