"""The reference of coursekit, made from the modules that exist, so that it leaves none out.

Rooms that readers and students meet are documented in full; the instructor's side, which one uses
through commands, is listed with a line on each module.
"""

import ast
import importlib
import pkgutil
import re
from pathlib import Path

from docutils import nodes
from docutils.statemachine import StringList
from numpy.typing import ArrayLike
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import stringify_annotation

import coursekit

#: Rooms documented in full, in reading order.
ROOMS = (
    *("text", "ngrams", "perplexity", "autodiff", "derivatives", "models", "training", "sampling"),
    *("probes", "measured", "zoo", "figures", "style"),
)


#: How NumPy's names for types come out when they are taken apart, and what the source says.
ALIASES = {
    re.escape(stringify_annotation(ArrayLike, "smart")): "ArrayLike",
    r"<factory>": "...",  # so that the signature is Python again, and its types become links
    r"~numpy\.ndarray\[tuple\[~typing\.Any, \.\.\.\], ~numpy\.dtype\[([^\]]*)\]\]": r"NDArray[\1]",
}
HOME = Path(coursekit.__path__[0])


def modules(room: str) -> dict[str, Path]:
    """A room's module and, where it is a package, the modules in it; name → file."""
    files = [HOME / f"{room}.py", *sorted((HOME / room).rglob("*.py"))]
    found = {}
    for file in files:
        parts = file.relative_to(HOME).with_suffix("").parts
        name = ".".join(["coursekit", *(p for p in parts if p != "__init__")])
        if (file.is_file() and not parts[-1].startswith("_")) or parts[-1] == "__init__":
            found[name] = file
    return found


def all_rooms() -> list[str]:
    """Names of what stands directly in coursekit, those for readers first."""
    found = {m.name for m in pkgutil.iter_modules(coursekit.__path__) if m.name[0] != "_"}
    return [r for r in ROOMS if r in found] + sorted(found - set(ROOMS))


class Modules(SphinxDirective):
    """One section per room."""

    def run(self) -> list[nodes.Node]:
        return [self.section(room) for room in all_rooms()]

    def section(self, room: str) -> nodes.section:
        title = nodes.title("", "", nodes.literal("", f"coursekit.{room}"))
        section = nodes.section("", title, ids=[f"room-{room}"], names=[f"room-{room}"])
        section += self.full(room) if room in ROOMS else self.brief(room)
        return section

    def full(self, room: str) -> list[nodes.Node]:
        """What the room offers; a package that names no ``__all__`` offers its modules."""
        first, *inside = modules(room)
        whole = hasattr(importlib.import_module(first), "__all__")
        blocks: list[nodes.Node] = []
        for name in [first] if whole else [first, *inside]:
            block = nodes.container(classes=["api-module"])
            if name != first:
                block += nodes.rubric("", "", nodes.literal("", name))
            lines = ["```{eval-rst}", f".. automodule:: {name}", "```"]
            self.state.nested_parse(StringList(lines, source=name), 0, block)
            blocks.append(block)
        return blocks

    def brief(self, room: str) -> list[nodes.Node]:
        """The first sentence of each module of the room."""
        listing = nodes.definition_list()
        for name, file in modules(room).items():
            text = (ast.get_docstring(ast.parse(file.read_text("utf8"))) or "").split("\n\n")[0]
            listing += nodes.definition_list_item(
                "",
                nodes.term("", "", nodes.literal("", name)),
                nodes.definition("", nodes.paragraph("", " ".join(text.split()))),
            )
        return [listing]


def as_written(*event: object) -> tuple[str | None, str | None]:
    """A signature and what comes back, with NumPy's short names for types."""
    *_, signature, result = event
    return _short(signature), _short(result)


def _short(text: object) -> str | None:
    if not isinstance(text, str):
        return None
    for long, short in ALIASES.items():
        text = re.sub(long, short, text)
    return text


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("autodoc-process-signature", as_written)
    app.add_directive("course-modules", Modules)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
