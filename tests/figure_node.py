"""What the JavaScript of a figure computes, asked for in Node without a page around it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from coursekit.figures import framework

NODE = Path(sys.executable).with_name("node")


def in_node(figure: str, code: str, given: object) -> Any:
    """What code prints as JSON that runs behind a figure's module; ``given`` is there by that name.

    Where there is no Node, the test is skipped.
    """
    if not NODE.exists():
        pytest.skip("no node beside this Python")
    module = framework.script(figure).replace("export default", "")
    whole = f"{module}\nconst given = {json.dumps(given)};\n{code}"
    done = subprocess.run([NODE, "-"], input=whole, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)
