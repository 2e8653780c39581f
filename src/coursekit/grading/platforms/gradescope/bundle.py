"""The autograder zip that an instructor uploads to Gradescope."""

import json
import secrets
import shlex
import tempfile
import zipfile
from dataclasses import asdict, dataclass
from pathlib import Path

from coursekit.grading.judging.exam import Exam, load_exam
from coursekit.grading.platforms.gradescope import Visibility
from coursekit.grading.platforms.gradescope.wheel import add, write_wheel

SETTINGS = "settings.json"
SCRIPTS = ("setup.sh", "run_autograder")


@dataclass(frozen=True)
class BundleSettings:
    """What the grader in the container needs to know.

    Attributes:
        key: file name of the answer key.
        seed: of the cases; one for all submissions, so that the same work gets the same mark.
        timeout: seconds a cell may compute.
        visibility: when students see the result of each group of cases.
    """

    key: str
    seed: int
    timeout: float
    visibility: str


def write_bundle(
    key: Path,
    out: Path,
    *,
    seed: int | None = None,
    timeout: float = 20.0,
    visibility: Visibility = Visibility.AFTER_DUE_DATE,
    torch_index: str = "",
) -> Exam:
    """Write the zip: two scripts, the key, the settings and a wheel of this package.

    Args:
        key: the solution notebook.
        out: the zip to write.
        seed: of the cases; by default a random one.
        timeout: seconds a cell may compute.
        visibility: when students see the result of each group of cases.
        torch_index: where the container finds CPU builds of torch; by default where pip looks.

    Returns:
        The exercise.

    Raises:
        KeyFault: the key cannot be used.
    """
    seed = secrets.randbits(48) if seed is None else seed
    exam = load_exam(key, seed)
    settings = asdict(BundleSettings(key.name, seed, timeout, visibility))
    here = Path(__file__).parent
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(out, "w") as archive:
        for name in SCRIPTS:
            script = (here / name).read_text("utf8")
            script = script.replace('torch_index=""', f"torch_index={shlex.quote(torch_index)}")
            add(archive, name, script.encode(), 0o755)
        add(archive, SETTINGS, (json.dumps(settings, indent=1) + "\n").encode())
        add(archive, key.name, key.read_bytes())
        wheel = write_wheel(Path(folder))
        add(archive, wheel.name, wheel.read_bytes())
    return exam
