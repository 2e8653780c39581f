"""The course's look: one restrained palette for Matplotlib plots, moving figures and the book.

The colours stand here once. ``use()`` gives them to Matplotlib; ``css()`` gives the same values,
in a light and a dark version, to the figures that move and to the book's style sheet. Each colour
reads as text: its contrast with the paper is at least 4.5 to 1 in both versions (WCAG 2.2, 1.4.3).

    from coursekit import style
    style.use()
    ax.plot(x, y, color=style.ORANGE)
"""

import importlib.util
from pathlib import Path
from typing import Any

PAPER = "#fdfcfa"  # the page itself: a plot has no frame of its own
INK = "#23272e"  # text and whatever has no colour of its own
GREY = "#646b76"  # what is there for comparison only
BLUE = "#2b5f8f"
ORANGE = "#ad5119"
GREEN = "#3c7650"
PURPLE = "#775391"
RED = "#ad3338"
RULE = "#dcd8d0"  # grid lines and borders: seen, not read

#: The order in which lines without a colour of their own take one.
cycle = (BLUE, ORANGE, GREEN, PURPLE, RED, GREY)

LIGHT = {
    "paper": PAPER,
    "panel": "#f4f1eb",
    "ink": INK,
    "grey": GREY,
    "rule": RULE,
    "blue": BLUE,
    "orange": ORANGE,
    "green": GREEN,
    "purple": PURPLE,
    "red": RED,
}
DARK = {
    "paper": "#16191e",
    "panel": "#1f242b",
    "ink": "#e4e2dc",
    "grey": "#9aa2ae",
    "rule": "#363c46",
    "blue": "#82b4e3",
    "orange": "#e8a06b",
    "green": "#8cc49c",
    "purple": "#c0a3dc",
    "red": "#ee8f88",
}

# Who says "dark", and how: the book, JupyterLab, Colab, VS Code.
_DARK_HOSTS = (
    'html[data-theme="dark"]',
    '[data-jp-theme-light="false"]',
    "html[theme=dark]",
    "body.vscode-dark",
)

# 1440 pixels across: twice the width of the book's text column, so that a plot is crisp.
_DPI = 200
_SIZE = (7.2, 3.9)  # inches


def css() -> str:
    """Style-sheet rules that define ``--ck-paper``, ``--ck-blue`` and so on, light and dark."""
    light = f":root{{{_declarations(LIGHT)}}}"
    dark = f"{','.join(_DARK_HOSTS)}{{{_declarations(DARK)}}}"
    return f"{light}\n{dark}\n@media print{{html:root:root{{{_declarations(LIGHT)}}}}}\n"


def _declarations(colours: dict[str, str]) -> str:
    return "".join(f"--ck-{name}:{value};" for name, value in colours.items())


def use() -> None:
    """Set Matplotlib's defaults to the course's look, for every figure made after the call."""
    import matplotlib as mpl
    from matplotlib.rcsetup import cycler

    mpl.rcParams.update(
        {
            "axes.prop_cycle": cycler(color=list(cycle)),
            "figure.figsize": _SIZE,
            "figure.dpi": _DPI,
            "savefig.dpi": _DPI,
            "figure.constrained_layout.use": True,
            "font.family": "sans-serif",
            "font.sans-serif": [*_course_font(), "DejaVu Sans"],
            "mathtext.fontset": "cm",
            "font.size": 10.5,
            **_frame(),
            **_marks(),
        }
    )


def _frame() -> dict[Any, Any]:
    """Axes: no box, a faint grid behind the data, the title at the left like a sentence."""
    return {
        "figure.facecolor": PAPER,
        "axes.facecolor": PAPER,
        "savefig.facecolor": PAPER,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.titlecolor": INK,
        "axes.titlelocation": "left",
        "axes.titlesize": 12,
        "axes.titleweight": "semibold",
        "axes.titlepad": 12,
        "axes.labelsize": 10.5,
        "axes.labelpad": 6,
        "axes.edgecolor": GREY,
        "axes.linewidth": 0.8,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.axisbelow": True,
        "grid.color": RULE,
        "grid.linewidth": 0.6,
        "xtick.color": GREY,
        "ytick.color": GREY,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "xtick.labelsize": 9.5,
        "ytick.labelsize": 9.5,
        "xtick.major.size": 3,
        "ytick.major.size": 3,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
    }


def _marks() -> dict[Any, Any]:
    """What is drawn: firm lines with round ends, quiet legends, one map for images."""
    return {
        "lines.linewidth": 1.9,
        "lines.solid_capstyle": "round",
        "lines.markersize": 5,
        "lines.markeredgewidth": 0,
        "patch.edgecolor": PAPER,
        "patch.linewidth": 0.6,
        "hist.bins": 40,
        "legend.frameon": False,
        "legend.fontsize": 9.5,
        "image.cmap": "Blues",
        "errorbar.capsize": 2.5,
    }


def _course_font() -> list[str]:
    """Source Sans, where the package that carries it is installed; elsewhere nothing.

    A family that is asked for and missing makes Matplotlib write a warning for every text, so the
    family is named only after its files have been found and registered.
    """
    package = importlib.util.find_spec("font_source_sans_pro")
    if package is None or package.origin is None:
        return []
    from matplotlib import font_manager

    for face in ("Regular", "It", "Semibold", "Bold"):
        path = Path(package.origin).parent / "files" / f"SourceSansPro-{face}.ttf"
        if not path.is_file():
            return []
        font_manager.fontManager.addfont(path)
    return ["Source Sans Pro"]
