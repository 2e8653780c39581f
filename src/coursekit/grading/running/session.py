"""One submission through the box: run its cells, ask its questions, survive whatever it does.

What a cell that kills or hangs the process costs is settled in ``checks/cells.py``. A question that
kills the process is asked no further after its second death, and the others are asked in a fresh
child.
"""

import time
from collections.abc import Sequence
from functools import partial
from typing import Any

from coursekit.checks import ends
from coursekit.checks.cases import apply
from coursekit.checks.cells import RERUNS, CellFault, Cells, Killed
from coursekit.checks.limits import STRIKES, Limits
from coursekit.grading.box.handle import Child, Gone, Oracle
from coursekit.grading.box.worker import Worker
from coursekit.grading.running.replies import Inquiry, Reply, Run

TOLERANCE = 0.5  # CPU-seconds beyond its budget that a question may take
SHORTEST = 0.05  # seconds of a request; a clock set to 0 would never ring


class Session:
    """Runs one submission in as many children as it takes."""

    def __init__(self, worker: Worker, cells: Sequence[str]) -> None:
        self.worker, self.cells = worker, Cells(list(cells))
        self.limits: Limits = worker.limits
        self.run = Run()
        self.began = time.monotonic()
        self.cells_took = 0.0  # wall seconds of the last child's cells
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
            if strikes >= STRIKES:
                replies.append(Reply(failure=ends.STRIKES, message=ends.in_words(ends.STRIKES)))
                continue
            try:
                (reply,) = self._ask(inquiry, [(number, case)])
            except Gone as gone:
                self._end()
                self._hit(gone.reason)
                reply = Reply(failure=gone.reason)
                strikes += reply.failure != ends.TIME_UP
            strikes += reply.failure == ends.TIME_UP
            replies.append(reply)
        return replies

    def _ask(self, inquiry: Inquiry, cases: Sequence[tuple[int, Any]]) -> list[Reply]:
        """Put cases to the living child, or to a new one: one reply a case, or one failure."""
        child = self.child or (self._live() if self._left() > 0 else None)
        if child is None or self._left() <= 0:
            return [self._too_late()]
        request = {
            "op": "ask",
            "name": inquiry.name,
            "cases": [list(numbered) for numbered in cases],
            "forbidden": list(inquiry.forbidden),
            **self._time_for(inquiry.seconds or self.limits.call, self._left()),
        }
        reply = child.ask(request, _oracle(inquiry, [number for number, _ in cases]))
        if inquiry.seconds and self._computed() > inquiry.seconds + TOLERANCE:
            reply = {"ok": False, "error": ends.TIME_UP}
        if reply["ok"]:
            outcomes = reply.get("outcomes")
            if isinstance(outcomes, list) and len(outcomes) == len(cases):
                return [Reply(outcome=o) for o in outcomes]
            reply = {"error": "protocol", "message": "the answer came in no known form"}
        if reply.get("error") == ends.TIME_UP:
            self._hit(ends.TIME_UP)
        text = [_text(reply, key) for key in ("error", "message")]
        return [Reply(failure=text[0] or "protocol", message=text[1], line=_line(reply))]

    def _computed(self) -> float:
        """CPU-seconds that the child has taken for its question, at least; it is gone afterwards.

        Student code can stop the clock in its own process, so a budget is checked by what the
        worker measures: the time of the whole child, less all the time that its cells had.
        """
        before = self.run.cpu
        self._end()
        return self.run.cpu - before - self.cells_took

    def _left(self, total: float = 0.0) -> float:
        """Wall seconds left of the time for the submission, or of another total."""
        return self.began + (total or self.limits.total) - time.monotonic()

    def _time_for(self, seconds: float, left: float) -> dict[str, float]:
        """How long a request may take that may compute for so many CPU-seconds."""
        wall = max(min(seconds * self.limits.slack, left), SHORTEST)
        return {"seconds": min(seconds, wall), "wall": wall}

    def _too_late(self) -> Reply:
        """The reply to what comes after the time of the submission is used up."""
        self._hit(ends.NO_TIME)
        return Reply(failure=ends.NO_TIME, message=ends.in_words(ends.NO_TIME))

    def _live(self) -> Child:
        """A child in which the notebook has been run, without the cells that kill it."""
        for _ in range(RERUNS + 1):
            self.child = self.worker.spawn()
            if self._play(self.child):
                return self.child
        self.cells.give_up()
        self.child = self.worker.spawn()
        self._play(self.child)
        return self.child

    def _play(self, child: Child) -> bool:
        """Run all cells in order; False when one has killed the child."""
        began = time.monotonic()
        try:
            self.run.faults = self.cells.play(partial(self._run_cell, child))
        except Killed:
            return False
        finally:
            self.cells_took = time.monotonic() - began
        return True

    def _run_cell(
        self, child: Child, number: int, source: str, only_harmless: bool
    ) -> CellFault | None:
        """Run one cell; its fault, if it has one.

        Raises:
            Killed: the child is gone.
        """
        left = self._left(self.limits.cells)
        if left <= 0:
            self._hit(ends.NO_TIME)
            return CellFault(number, ends.NO_TIME)
        request = {"op": "cell", "source": source, "only_harmless": only_harmless}
        try:
            reply = child.ask(request | self._time_for(self.limits.cell, left))
        except Gone as gone:
            self._hit(gone.reason)
            self._end()
            self.cells.killed(number, gone.reason)
            raise Killed from gone
        if reply["ok"]:
            return None
        error = _text(reply, "error")
        if error == ends.TIME_UP:
            # Where a clock struck differs from run to run, and the record must not.
            self._hit(error)
            return CellFault(number, error)
        return CellFault(number, error, _text(reply, "message"), _line(reply))

    def _hit(self, reason: str) -> None:
        """Note a limit that was reached."""
        names = {ends.TIME_UP: "time", ends.NO_TIME: "time"}
        name = names.get(reason, reason)
        if name in ("time", "killed", "answer too large") and name not in self.run.limits:
            self.run.limits.append(name)

    def _end(self) -> None:
        """End the living child and add up what it used."""
        if self.child is None:
            return
        used = self.child.end()
        self.run.cpu += float(used.get("cpu", 0))
        self.run.memory = max(self.run.memory, int(used.get("memory", 0)))
        self.child = None


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


def _text(reply: dict[str, Any], key: str) -> str:
    """A text of a reply, which is untrusted: anything else becomes empty."""
    value = reply.get(key)
    return value[:400] if isinstance(value, str) else ""


def _line(reply: dict[str, Any]) -> int | None:
    """A line number of a reply, or None."""
    value = reply.get("line")
    return value if isinstance(value, int) and 0 < value < 100_000 else None
