"""Prompts as students get them: with the rules under each, and the last hint set apart.

In a source, a hint whose summary begins with "Last resort:" is most of the answer. Students do not
find it under the prompt but the call that shows it, :func:`coursekit.checks.hint`, whose output
stays in their notebook; or nothing, if the release leaves last hints out.
"""

import re
from collections.abc import Mapping

from nbformat import NotebookNode

from coursekit.authoring.loading import Key
from coursekit.authoring.pytorch import needing_torch
from coursekit.authoring.student import BEGIN, defines

LAST = re.compile(
    r"\n*<details><summary>Last resort: (.+?)</summary>\n\n(.*?)\n\n</details>\n?", re.DOTALL
)
HINTS = "<details>"
# The empty line ends the HTML of the hint above; without it this would not be read as Markdown.
CALL = (
    "\n\n*Last resort: {title}.* If nothing else helps, run "
    '`from coursekit.checks import hint; hint("{name}")` in a cell of its own{page}. It shows '
    "most of the answer; the output that stays in a notebook says that you looked.\n"
)
IN_PAGE = ', or press the button "Last resort" in the page of the book'


def prompts(nb: NotebookNode, key: Key) -> dict[int, str]:
    """The cells that rules and last hints belong to: number of the cell -> question.

    It is the last one before the answer that holds hints, or else the one with the heading.
    """
    found = {}
    for number, cell in enumerate(nb.cells):
        name = next((n for n in key.recipes if defines(cell.source, n)), "")
        if cell.cell_type != "code" or BEGIN not in cell.source or not name:
            continue
        before = [i for i in range(number) if nb.cells[i].cell_type == "markdown"]
        heading = max((i for i in before if nb.cells[i].source.startswith("## ")), default=-1)
        hints = [i for i in before if i >= heading and HINTS in nb.cells[i].source]
        if heading >= 0:
            found[hints[-1] if hints else heading] = name
    return found


def last_hints(nb: NotebookNode, key: Key) -> dict[str, tuple[str, str]]:
    """Title and text of the last hint of each question that has one."""
    found = {}
    for number, name in prompts(nb, key).items():
        if kept := LAST.search(nb.cells[number].source):
            found[name] = (kept[1], kept[2])
    return found


def as_released(
    nb: NotebookNode, key: Key, rules: Mapping[str, str], with_last_hints: bool = True
) -> NotebookNode:
    """A copy of a source whose prompts read as students get them."""
    new = NotebookNode(nb, cells=[NotebookNode(cell) for cell in nb.cells])
    elsewhere = needing_torch(c.source for c in nb.cells if c.cell_type == "code")
    for number, name in prompts(nb, key).items():
        page = "" if name in elsewhere else IN_PAGE
        call = CALL.format(title=r"\1", name=name, page=page) if with_last_hints else "\n"
        source = LAST.sub(call, new.cells[number].source).rstrip("\n")
        if rules.get(name):
            at = source.find(HINTS) if HINTS in source else len(source)
            source = f"{source[:at].rstrip()}\n\n{rules[name]}\n\n{source[at:]}".rstrip("\n")
        new.cells[number].source = source
    return new
