"""Interactive figures: one ES module each, alive in the book, in JupyterLab and in Colab.

How to add a figure called ``thing``:

1. ``gallery/thing.js`` ends in ``export default { render }``, anywidget's contract:
   ``render({ model, el, signal })`` draws into ``el``. It imports nothing: the helpers of
   ``shared/kit/`` stand before it as the one name ``kit`` (read the head of ``shared/kit/kit.js``).
   ``model.get("rho")`` reads the state; a control calls ``kit.store(model, "rho", 0.9)``;
   ``kit.bind(frame, ["rho"], draw)`` draws now and at each change, and gives back the clean-up
   function that ``render`` returns.
2. The function ``thing`` in ``gallery/thing.py`` checks its arguments and ends in
   ``return show("thing", {"rho": rho}, alt="…")``: the state is what JSON can hold, ``alt`` one
   sentence for those who see no figure. A plain function in ``tests/figure_numbers.py`` computes
   the same numbers in NumPy; ``tests/test_figures_in_the_book.py`` compares the two in the built
   book.
   Results that the figure shows are stored in ``gallery/thing.json``: see ``stored_data``.
   A figure with much code has it, by job, in ``gallery/thing/``; ``thing.js`` comes after it.
   What it borrows from another figure it names in its first lines, as TypeScript takes it:
   ``/// <reference path="other/part.js" />``.

There is no list of figures: ``figures.thing`` is found by its name.

The module writes the numbers it shows into ``el.dataset`` by ``frame.expose({...})``, takes every
colour from a variable ``--ck-…`` (they follow light and dark), and keeps a sentence that says what
is seen up to date by ``frame.describe("…")``. To look at a figure without building the book:
``python -m coursekit.figures.framework thing > /tmp/thing.html`` and open that page.
"""

import html
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from coursekit import style

GALLERY = Path(__file__).parent / "gallery"
SHARED = Path(__file__).parent / "shared"
# What a stored figure says of itself where a notebook is read and not run.
ONCE_RUN = "This figure moves in the book, and here once the cell is run."
# In an order in which each part finds what it is made of.
BORROWED = re.compile(r'^/// <reference path="(.+)" />$', re.M)
KIT = ("nodes", "plot", "text", "frame", "controls", "kit")


def show(name: str, state: Mapping[str, Any], alt: str, still: str = "") -> object:
    """The figure ``name``: a widget, or stable HTML where ``COURSEKIT_STATIC`` is set.

    Args:
        name: stem of the ES module in ``gallery/``.
        state: what the module may read and set; values that JSON can hold.
        alt: one sentence on what the figure shows, for readers who see none.
        still: HTML that stands in the figure's place where no script runs; by default ``alt``.
    """
    if not (GALLERY / f"{name}.js").is_file():
        raise ValueError(f"there is no figure module {name}.js")
    if os.environ.get("COURSEKIT_STATIC"):
        return StaticFigure(name, dict(state), alt, still)
    return _widget(name, state)


class StaticFigure:
    """A figure as the book stores it: the state as JSON, and words where no script runs."""

    def __init__(self, name: str, state: dict[str, Any], alt: str, still: str = "") -> None:
        self.name = name
        self.state = state
        self.alt = alt
        self.still = still

    def html(self) -> str:
        """A placeholder which the script of the page brings to life."""
        data = json.dumps(self.state, sort_keys=True, ensure_ascii=False).replace("</", "<\\/")
        still = self.still or f"<p>{html.escape(self.alt)}</p>"
        return (
            f'<div class="ck-figure" data-figure="{self.name}">'
            f'<script type="application/json">{data}</script>'
            f"{still}<p><em>{ONCE_RUN}</em></p></div>"
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": f"<{self.name}: {self.alt}>"}


@cache
def stored_data(name: str) -> dict[str, Any]:
    """The results that the figure ``name`` shows, as stored in ``gallery/NAME.json``."""
    stored: dict[str, Any] = json.loads((GALLERY / f"{name}.json").read_text("utf8"))
    return stored


def tex() -> dict[str, Any]:
    """The TeX commands that figures can draw: one table, for Python and for the kit."""
    tables: dict[str, Any] = json.loads((SHARED / "tex.json").read_text("utf8"))
    return tables


@cache
def kit() -> str:
    """What stands before the code of every figure: the one name ``kit``, and what it is made of."""
    parts = [(SHARED / "kit" / f"{part}.js").read_text("utf8") for part in KIT]
    return "\n".join([f"const kitTex = {json.dumps(tex())};", *parts])


@cache
def script(name: str) -> str:
    """The code of one figure, which needs the kit before it."""
    main = (GALLERY / f"{name}.js").read_text("utf8")
    borrowed = [GALLERY / path for path in BORROWED.findall(main)]
    parts = [*borrowed, *sorted((GALLERY / name).glob("*.js"))]
    return "\n".join([*(part.read_text("utf8") for part in parts), main])


def source(name: str) -> str:
    """The complete module of a figure, as anywidget takes it: the kit, then its own code."""
    return f"{kit()}\n{script(name)}"


@cache
def css() -> str:
    """The style sheet of all figures, palette included."""
    return style.css() + (SHARED / "figure.css").read_text("utf8")


Scripts = Mapping[str, str]


def page_script(names: Iterable[str], shrink: Callable[[Scripts], Scripts] = dict) -> str:
    """What a static page holds in one ``<script type="module">`` to bring its figures to life.

    Args:
        names: the figures of the page.
        shrink: makes scripts shorter without changing what they do.
    """
    code = {name: script(name) for name in sorted(set(names))}
    parts = {"kit": kit(), **code, "host": (SHARED / "host.js").read_text("utf8")}
    shrunk = dict(shrink(parts))
    host = shrunk.pop("host")
    blob = json.dumps(shrunk, ensure_ascii=False).replace("</", "<\\/")
    return f"const sources = {blob};\n{host}"


def _widget(name: str, state: Mapping[str, Any]) -> object:
    import anywidget
    import traitlets

    traits = {key: traitlets.Any(value).tag(sync=True) for key, value in state.items()}
    members = {"_esm": source(name), "_css": css(), **traits}
    return type(name.title(), (anywidget.AnyWidget,), members)()


def page(figure: StaticFigure) -> str:
    """A page with nothing but one figure."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf8"><title>{figure.name}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{css()}body{{max-width:46rem;margin:2rem auto;padding:0 1rem;"
        f"background:var(--ck-paper)}}</style>{figure.html()}"
        f'<script type="module">{page_script([figure.name])}</script>'
    )


if __name__ == "__main__":
    from coursekit import figures

    if len(sys.argv) != 2 or sys.argv[1] not in figures.FIGURES:
        known = f"In {GALLERY}: {', '.join(figures.FIGURES)}"
        usage = "usage: python -m coursekit.figures.framework FIGURE > page.html"
        raise SystemExit(f"{usage}\n{known}")
    os.environ["COURSEKIT_STATIC"] = "1"
    print(page(getattr(figures, sys.argv[1])()))
