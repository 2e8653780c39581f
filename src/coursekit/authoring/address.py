"""Tell the course where it is published: one command for the configuration and all notebooks."""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from coursekit.authoring import notebooks
from coursekit.faults import Fault

NAME = re.compile(r"[\w.-]+/[\w.-]+")
NOTEBOOKS = ("chapters", "solutions", "exercises")


class AddressFault(Fault):
    """What was given is no address."""


def set_address(root: Path, repository: str, site: str = "") -> Iterator[tuple[Path, int]]:
    """Lead every link and set-up cell to a repository; yields each changed file, with its lines.

    Args:
        root: the folder of ``_config.yml``.
        repository: ``owner/name`` on GitHub, or its address.
        site: where the book is published; by default GitHub's page of the repository.

    Raises:
        AddressFault: ``repository`` is not of that form, or ``site`` no web address.
    """
    name = repository.removeprefix("https://github.com/").removesuffix(".git").strip("/")
    if not NAME.fullmatch(name):
        raise AddressFault(f"{repository!r} is no repository: give owner/name, as GitHub shows it")
    site = f"{site or pages(name)}".rstrip("/") + "/"
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", site):
        raise AddressFault(f"{site!r} is no web address")
    config = root / "_config.yml"
    text = config.read_text("utf8")
    settings = yaml.safe_load(text)
    old = settings["repository"]["url"].removeprefix("https://github.com/")
    moved = {
        settings["sphinx"]["config"]["ogp_site_url"]: site,
        f"https://github.com/{old}": f"https://github.com/{name}",
    }
    yield from _replace(config, moved)
    for folder in NOTEBOOKS:
        for path in sorted((root / folder).glob("*.ipynb")):
            # A cell's id is made from its text, so that a notebook gets its normal form again.
            before = path.read_text("utf8")
            nb = notebooks.read(path)
            for cell in nb.cells:
                cell.source = cell.source.replace(f"/github/{old}/", f"/github/{name}/")
            notebooks.write(notebooks.normalise(nb, root), path)
            yield from _changed(path, before)


def pages(repository: str) -> str:
    """Where GitHub publishes a repository's page."""
    owner, _, name = repository.partition("/")
    return f"https://{owner.lower()}.github.io/{name}/"


def _replace(path: Path, words: dict[str, str]) -> Iterator[tuple[Path, int]]:
    before = after = path.read_text("utf8")
    for old, new in words.items():
        after = after.replace(old, new)
    path.write_text(after, "utf8")
    yield from _changed(path, before)


def _changed(path: Path, before: str) -> Iterator[tuple[Path, int]]:
    lines = zip(before.splitlines(), path.read_text("utf8").splitlines(), strict=False)
    count = sum(old != new for old, new in lines)
    if count:
        yield path, count
