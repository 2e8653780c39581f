"""List the public modules of coursekit that exist, so that the reference leaves none out."""

import pkgutil

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import coursekit

# What a reader of the book meets comes first; what serves authors and instructors comes last.
ORDER = ("text", "ngrams", "perplexity", "autodiff", "models", "training", "sampling", "probes",
         "zoo", "figures", "checks", "style", "grading", "authoring")  # fmt: skip
HIDDEN = {"cli", "__main__"}


def public_modules() -> list[str]:
    """Names of all modules with a docstring worth reading, in reading order."""
    names = [
        m.name
        for m in pkgutil.walk_packages(coursekit.__path__, "coursekit.")
        if not any(part.startswith("_") or part in HIDDEN for part in m.name.split("."))
    ]
    return sorted(names, key=_rank)


def _rank(name: str) -> tuple[int, str]:
    room = name.split(".")[1]
    return (ORDER.index(room) if room in ORDER else len(ORDER), name)


class Modules(SphinxDirective):
    """One section per room, one ``automodule`` per module."""

    def run(self) -> list[nodes.Node]:
        sections: dict[str, nodes.section] = {}
        for name in public_modules():
            room = name.split(".")[1]
            if room not in sections:
                title = nodes.title("", "", nodes.literal("", f"coursekit.{room}"))
                sections[room] = nodes.section("", title, ids=[f"room-{room}"], names=[room])
            block = StringList([f".. automodule:: {name}", ""], source="course_api")
            holder = nodes.container(classes=["api-module"])
            if name.count(".") > 1:
                holder += nodes.rubric("", "", nodes.literal("", name))
            self.state.nested_parse(block, self.content_offset, holder)
            sections[room] += holder
        return list(sections.values())


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("course-modules", Modules)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
