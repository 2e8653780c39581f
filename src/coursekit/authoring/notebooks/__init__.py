"""Execute, normalise and check the course's notebooks.

A notebook is committed with its outputs, and the book shows exactly those. Three commands keep
that honest::

    python -m coursekit.authoring.notebooks execute chapters/01-language-models.ipynb
    python -m coursekit.authoring.notebooks normalise chapters/*.ipynb
    python -m coursekit.authoring.notebooks check chapters solutions exercises

``execute`` runs a notebook in a fresh kernel (one thread, figures static) and stores its outputs;
``normalise`` gives it the one form that diffs well; ``check`` fails on anything that is not in that
form, on stale outputs and on what a reader, Colab or nbval would trip over.
"""

from coursekit.authoring.notebooks.execution import execute
from coursekit.authoring.notebooks.files import NotebookFault, read, repository_root, write
from coursekit.authoring.notebooks.fitness import faults
from coursekit.authoring.notebooks.form import normalise
from coursekit.authoring.notebooks.setup_cell import setup_source

__all__ = [
    "NotebookFault",
    "execute",
    "faults",
    "normalise",
    "read",
    "repository_root",
    "setup_source",
    "write",
]
