"""Scripts made shorter by esbuild, which parses them, and other work of Node's."""

import os
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

TARGET = "es2022"


class Refused(Exception):
    """What Node should have done was not done; the text says why."""


def esbuild(root: Path, words: Sequence[str | Path]) -> bytes:
    """What esbuild writes for these arguments.

    Raises:
        Refused: it is not there, or refuses.
    """
    command = root / "node_modules" / ".bin" / "esbuild"
    if not command.exists():
        raise Refused("esbuild is not there; `make book` installs it")
    return run(root, [command, *words, "--minify", f"--target={TARGET}", "--charset=utf8"])


def run(root: Path, command: Sequence[str | Path]) -> bytes:
    """What a command prints that needs Node: that of ``.venv`` if there is no other.

    Raises:
        Refused: it fails; the text is its own.
    """
    environment = os.environ | {"PATH": f"{root / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, capture_output=True, check=False, env=environment)
    if done.returncode:
        raise Refused(done.stderr.decode(errors="replace").strip() or f"{command[0]} failed")
    return done.stdout


def minified(root: Path, scripts: Mapping[str, str]) -> dict[str, str]:
    """The scripts under the same names, shorter. What stands at their top level keeps its name.

    Raises:
        Refused: see ``esbuild``.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        source.mkdir()
        for stem, text in scripts.items():
            (source / f"{stem}.js").write_text(text, "utf8")
        esbuild(root, [*sorted(source.iterdir()), f"--outdir={target}", "--log-level=error"])
        return {stem: (target / f"{stem}.js").read_text("utf8").strip() for stem in scripts}
