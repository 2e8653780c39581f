"""One submission through the box: run its cells, ask its questions, survive whatever it does.

A cell that kills or hangs the process is replaced by its own definitions and the notebook is run
again, so that only what depends on it is lost. A question that kills the process is asked no
further after its second death, and the others are asked in a fresh child.
"""

import re
import time
from collections.abc import Sequence
from typing import Any

from coursekit.checks.cases import apply
from coursekit.grading.box.handle import Child, Gone, Oracle
from coursekit.grading.box.limits import Limits
from coursekit.grading.box.worker import Worker
from coursekit.grading.running.replies import CellFault, Inquiry, Reply, Run

RERUNS = 4  # times a notebook is run again without a broken cell
STRIKES = 2  # cases of one question that may kill the process
MISSING_NAME = re.compile(r"name '(\w+)' is not defined")


class Session:
    """Runs one submission in as many children as it takes."""

    def __init__(self, worker: Worker, cells: Sequence[str]) -> None:
        self.worker, self.cells = worker, list(cells)
        self.limits: Limits = worker.limits
        self.run = Run()
        self.replaced: dict[int, int] = {}  # cell -> 1: its definitions only, 2: nothing
        self.deadline = time.monotonic() + self.limits.total
        self.child: Child | None = None

    def answer(self, inquiries: Sequence[Inquiry]) -> Run:
        """Run the cells and put every question.

        Raises:
            BoxFault: the box failed, not the submission.
        """
        try:
            for inquiry in inquiries:
                self.run.replies[inquiry.name] = self._put(inquiry)
        finally:
            self._end()
        return self.run

    def _put(self, inquiry: Inquiry) -> list[Reply]:
        """All cases of one question: at once, or one by one when that does not go well."""
        numbered = list(enumerate(inquiry.cases))
        if len(numbered) > 1:
            try:
                replies = self._ask(inquiry, numbered)
            except Gone:
                self._end()
            else:
                if len(replies) == len(numbered):
                    return replies
                if replies[0].failure == "Missing":
                    return replies * len(numbered)
        return self._one_by_one(inquiry)

    def _one_by_one(self, inquiry: Inquiry) -> list[Reply]:
        """Each case in its own request, so that a bad one costs no other."""
        replies: list[Reply] = []
        strikes = 0
        for number, case in enumerate(inquiry.cases):
            if strikes >= STRIKES or time.monotonic() > self.deadline:
                over = "strikes" if strikes >= STRIKES else "time"
                replies.append(Reply(failure=over, message=_NOT_TRIED[over]))
                continue
            try:
                (reply,) = self._ask(inquiry, [(number, case)])
            except Gone as gone:
                self._end()
                self._hit(gone.reason)
                reply = Reply(failure=_named(gone.reason))
                strikes += reply.failure != "TimeUp"
            strikes += reply.failure == "TimeUp"
            replies.append(reply)
        return replies

    def _ask(self, inquiry: Inquiry, cases: Sequence[tuple[int, Any]]) -> list[Reply]:
        """Put cases to the living child, or to a new one: one reply a case, or one failure."""
        child = self.child or self._live()
        seconds = inquiry.seconds or self.limits.call
        request = {
            "op": "ask",
            "name": inquiry.name,
            "cases": [list(numbered) for numbered in cases],
            "forbidden": list(inquiry.forbidden),
            "seconds": seconds,
        }
        reply = child.ask(request, seconds, _oracle(inquiry, [number for number, _ in cases]))
        if reply["ok"]:
            outcomes = reply.get("outcomes")
            if isinstance(outcomes, list) and len(outcomes) == len(cases):
                return [Reply(outcome=o) for o in outcomes]
            reply = {"error": "protocol", "message": "the answer came in no known form"}
        if reply.get("error") == "TimeUp":
            self._hit("time")
        text = [_text(reply, key) for key in ("error", "message")]
        return [Reply(failure=text[0] or "protocol", message=text[1], line=_line(reply))]

    def _live(self) -> Child:
        """A child in which the notebook has been run, without the cells that kill it."""
        for _ in range(RERUNS + 1):
            self.child = self.worker.spawn()
            if self._run_cells(self.child):
                return self.child
        # Cells keep killing it: stop before the first that did.
        self.cells = self.cells[: min(self.replaced)]
        self.child = self.worker.spawn()
        self._run_cells(self.child)
        return self.child

    def _run_cells(self, child: Child) -> bool:
        """Run all cells in order; False when one has killed the child."""
        faults: list[CellFault] = []
        for number, source in enumerate(self.cells):
            mode = self.replaced.get(number, 0)
            if mode < 2 and not self._run_cell(child, number, source, mode == 1, faults):
                self.replaced[number] = mode + 1
                return False
        again = [f for f in faults if f.error == "NameError"]
        for fault in again:  # cells in another order than they were written
            if self._defined(child, fault):
                kept: list[CellFault] = []
                if not self._run_cell(child, fault.cell, self.cells[fault.cell], False, kept):
                    self.replaced[fault.cell] = 2
                    return False
                if not kept:
                    faults.remove(fault)
        lethal = [f for f in self.run.faults if f.cell in self.replaced]
        known = {f.cell for f in lethal}
        self.run.faults = sorted(
            lethal + [f for f in faults if f.cell not in known], key=lambda f: f.cell
        )
        return True

    def _run_cell(
        self, child: Child, number: int, source: str, definitions: bool, faults: list[CellFault]
    ) -> bool:
        """Run one cell; errors are noted, death is False."""
        request = {"op": "cell", "source": source, "only_definitions": definitions}
        left = max(self.deadline - time.monotonic(), 1.0)
        try:
            reply = child.ask(request, min(self.limits.cell, left))
        except Gone as gone:
            self._hit(gone.reason)
            self._end()
            if number not in {f.cell for f in self.run.faults}:
                self.run.faults.append(CellFault(number, _named(gone.reason)))
            return False
        if not reply["ok"]:
            error = _text(reply, "error")
            if error == "TimeUp":
                # Where a clock struck differs from run to run, and the record must not.
                self._hit("time")
                faults.append(CellFault(number, error))
            else:
                faults.append(CellFault(number, error, _text(reply, "message"), _line(reply)))
        return True

    def _defined(self, child: Child, fault: CellFault) -> bool:
        """Whether the name that a cell missed has been defined by a later cell."""
        match = MISSING_NAME.search(fault.message)
        if match is None:
            return False
        later = "\n".join(self.cells[fault.cell + 1 :])
        return re.search(rf"\b{match[1]}\b", later) is not None

    def _hit(self, reason: str) -> None:
        """Note a limit that was reached."""
        if reason in ("time", "killed", "answer too large") and reason not in self.run.limits:
            self.run.limits.append(reason)

    def _end(self) -> None:
        """End the living child and add up what it used."""
        if self.child is None:
            return
        used = self.child.end()
        self.run.cpu += float(used.get("cpu", 0))
        self.run.memory = max(self.run.memory, int(used.get("memory", 0)))
        self.child = None


_NOT_TRIED = {
    "strikes": "not tried: earlier cases of this question ended the process or ran out of time",
    "time": "not tried: the time of the whole submission was used up",
}


def _oracle(inquiry: Inquiry, asked: Sequence[int]) -> Oracle | None:
    """Computes the functions of the cases that are asked, and of no others."""
    if not any(inquiry.functions):
        return None

    def value(query: Any) -> Any:
        case, number, given = query
        if type(case) is not int or type(number) is not int or case not in asked or number < 0:
            raise ValueError("there is no such function")
        return apply(inquiry.functions[case], number, given)

    return value


def _named(reason: str) -> str:
    """Out of time is the same whether the child stopped itself or had to be killed."""
    return "TimeUp" if reason == "time" else reason


def _text(reply: dict[str, Any], key: str) -> str:
    """A text of a reply, which is untrusted: anything else becomes empty."""
    value = reply.get(key)
    return value[:400] if isinstance(value, str) else ""


def _line(reply: dict[str, Any]) -> int | None:
    """A line number of a reply, or None."""
    value = reply.get("line")
    return value if isinstance(value, int) and 0 < value < 100_000 else None
