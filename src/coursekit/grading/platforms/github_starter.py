"""The starter repository of a GitHub Classroom assignment: a notebook and its workflow."""

from pathlib import Path

import yaml

from coursekit.authoring import notebooks
from coursekit.authoring.source import KeyFault, read_source
from coursekit.authoring.student import BEGIN, KEY_TAG

TEMPLATE = Path(__file__).parent / "classroom.yml"
WORKFLOW = Path(".github") / "workflows" / "classroom.yml"


def write_starter(exercise: Path, folder: Path) -> list[Path]:
    """Write what students start from; the instructor makes a template repository of it.

    Args:
        exercise: a notebook below ``exercises/``.
        folder: must not exist yet, or be empty.

    Returns:
        The files written.

    Raises:
        KeyFault: the notebook holds answers, or the folder has something in it.
    """
    nb = read_source(exercise)
    if any(BEGIN in c.source or KEY_TAG in c.metadata.get("tags", []) for c in nb.cells):
        raise KeyFault(f"{exercise}: holds the answers; take the notebook from exercises/")
    if folder.exists() and any(folder.iterdir()):
        raise KeyFault(f"{folder} is not empty: choose a new folder, nothing is written over")
    workflow = folder / WORKFLOW
    workflow.parent.mkdir(parents=True)
    notebook = folder / exercise.name
    notebook.write_bytes(exercise.read_bytes())
    place = yaml.safe_load(
        (notebooks.repository_root(exercise.parent) / "_config.yml").read_text("utf8")
    )["repository"]
    text = TEMPLATE.read_text("utf8").replace("NOTEBOOK.ipynb", exercise.name)
    archive = f"{place['url']}/archive/refs/heads/{place['branch']}.zip"
    workflow.write_text(text.replace("@ARCHIVE@", archive), "utf8")
    return [notebook, workflow]
