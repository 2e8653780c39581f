"""Scripts made shorter by esbuild, which parses them, where npm has installed it."""

import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

TARGET = "es2022"


class Refused(Exception):
    """esbuild is missing or does not take the source."""


def esbuild(root: Path, words: list[str | Path]) -> bytes:
    """What esbuild writes for these arguments.

    Raises:
        Refused: it is not there, or refuses.
    """
    command = root / "node_modules" / ".bin" / "esbuild"
    if not command.exists():
        raise Refused("esbuild is not there; `make book` installs it")
    whole = [command, *words, "--minify", f"--target={TARGET}", "--charset=utf8"]
    done = subprocess.run(whole, capture_output=True, check=False, env=_with_node(root))
    if done.returncode:
        raise Refused(done.stderr.decode(errors="replace").strip() or "esbuild failed")
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


def _with_node(root: Path) -> dict[str, str]:
    """The environment in which esbuild finds the Node of ``.venv`` if there is no other."""
    return os.environ | {"PATH": f"{root / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"}
