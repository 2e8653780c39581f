"""What of this package's own data stays outside the box: the answers to questions for a value.

A student's ``check`` needs the right value of such a question, which is the whole answer, so it
stands in the package. In grading a notebook must not find it there.
"""

import json
from pathlib import Path

import coursekit

DATA = Path(coursekit.__file__).parent / "checks" / "data"


def withhold(folder: Path) -> list[str]:
    """Arguments for bubblewrap that put copies without the answers in place of the data.

    Args:
        folder: an empty one for the copies, which has to last as long as the box.
    """
    for file in DATA.glob("*.json"):
        stored = json.loads(file.read_text("utf8"))
        for record in stored["questions"]:
            if record["kind"] == "value":
                for case in record["cases"]:
                    case["expected"] = {"list": [None] * len(case["expected"]["list"])}
        (folder / file.name).write_text(json.dumps(stored), "utf8")
    return ["--ro-bind", str(folder), str(DATA)]
