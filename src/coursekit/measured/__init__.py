"""Results of runs too long for a page: measured once by ``experiments/``, quoted by chapters.

Each is one JSON file beside this module, named after the script that wrote it.
"""

import json
from importlib.resources import files
from typing import Any

__all__ = ["load"]


def load(name: str) -> Any:
    """What the script ``experiments/NAME.py`` stored.

    Raises:
        FileNotFoundError: nothing of that name has been measured.
    """
    return json.loads(files(__name__).joinpath(f"{name}.json").read_text("utf8"))
