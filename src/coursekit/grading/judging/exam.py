"""What the trusted side knows: questions, fresh cases, right and known-wrong results."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from coursekit.authoring.loading import load_key
from coursekit.authoring.source import KeyFault
from coursekit.authoring.student import starter
from coursekit.checks.cases import Question, get
from coursekit.checks.notebookfile import Cell, read_cells
from coursekit.checks.recorded import Recorded
from coursekit.checks.values import Written, to_tree
from coursekit.grading.intake.submission import code_of
from coursekit.grading.judging.sources import answer_sources
from coursekit.grading.running.replies import Inquiry


@dataclass(frozen=True)
class Item:
    """One question with the cases drawn for this run.

    Attributes:
        recorded: question, cases, right results and misconceptions; only ``inquiry`` of it ever
            leaves the trusted process.
        title: as students read it.
        given: the answer as students got it, without its solution.
        asked: fingerprint of the prompt, the text above the answer.
    """

    recorded: Recorded
    title: str
    given: str = ""
    asked: str = ""

    @property
    def question(self) -> Question:
        """Name, kind, groups, tolerance, forbidden names."""
        return self.recorded.question

    def inquiry(self) -> Inquiry:
        """What the child gets to see: the name and inputs; a written answer is only looked up."""
        if self.question.kind == "text":
            plain = [[step.to_plain() for step in get()]]
        else:
            plain = [case.to_plain() for case in self.recorded.cases]
        written = [Written(to_tree(case)) for case in plain]  # sent once for each submission
        asked = self.question
        functions = [case.functions for case in self.recorded.cases]
        return Inquiry(asked.name, written, asked.forbidden, asked.seconds, functions)


@dataclass(frozen=True)
class Exam:
    """An exercise ready to be graded.

    Attributes:
        title: of the exercise.
        digest: fingerprint of the key.
        items: the questions, in order.
    """

    title: str
    digest: str
    items: Sequence[Item]

    @property
    def names(self) -> frozenset[str]:
        """The names students define."""
        return frozenset(i.question.name for i in self.items)

    @property
    def possible(self) -> float:
        """Points for a complete submission."""
        return sum(i.question.points for i in self.items)


def load_exam(path: Path, seed: int) -> Exam:
    """Run a key in this, the trusted, process and draw the cases of one seed.

    Raises:
        KeyFault: the key cannot be used.
    """
    key = load_key(path)
    data = path.read_bytes()
    cells = tuple(read_cells(data))
    kinds = {name: recipe.question.kind for name, recipe in key.recipes.items()}
    given = answer_sources((starter(source, kinds) for source in code_of(cells)), key.recipes)
    prompts = _prompts(cells, key.recipes)
    items = [
        Item(
            recipe.draw(seed),
            recipe.title,
            given.get(name, ""),
            file_digest(prompts.get(name, "").encode())[:32],
        )
        for name, recipe in key.recipes.items()
    ]
    heading = next((c.source for c in cells if c.source.startswith("# ")), f"# {key.exercise}")
    title = heading.split("\n")[0].removeprefix("# ").strip()
    return Exam(title, file_digest(data), items)


def _prompts(cells: Sequence[Cell], names: Iterable[str]) -> dict[str, str]:
    """By name, the text above the first cell that defines it."""
    prompts: dict[str, str] = {}
    text = ""
    for cell in cells:
        if cell.kind == "code":
            for name in answer_sources([cell.source], names):
                prompts.setdefault(name, text)
        else:
            text = cell.source
    return prompts


def key_digest(path: Path) -> str:
    """Fingerprint of a key file, without running it.

    Raises:
        KeyFault: no such file.
    """
    try:
        return file_digest(path.read_bytes())
    except FileNotFoundError as error:
        raise KeyFault(f"{path}: no such file; an exercise's key lies in solutions/") from error
    except OSError as error:
        raise KeyFault(f"{path}: {error.strerror or error}") from error


def file_digest(data: bytes) -> str:
    """Fingerprint of a file."""
    return hashlib.sha256(data).hexdigest()
