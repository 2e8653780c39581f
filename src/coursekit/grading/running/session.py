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


class Session:
    """Runs one submission in as many children as it takes."""

    def __init__(self, worker: Worker, cells: Sequence[str]) -> None:
        self.worker, self.cells = worker, Cells(list(cells))
        self.limits: Limits = worker.limits
        self.run = Run()
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
                over = ends.STRIKES if strikes >= STRIKES else ends.NO_TIME
                replies.append(Reply(failure=over, message=ends.in_words(over)))
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
        if reply.get("error") == ends.TIME_UP:
            self._hit(ends.TIME_UP)
        text = [_text(reply, key) for key in ("error", "message")]
        return [Reply(failure=text[0] or "protocol", message=text[1], line=_line(reply))]

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
        try:
            self.run.faults = self.cells.play(partial(self._run_cell, child))
        except Killed:
            return False
        return True

    def _run_cell(
        self, child: Child, number: int, source: str, only_definitions: bool
    ) -> CellFault | None:
        """Run one cell; its fault, if it has one.

        Raises:
            Killed: the child is gone.
        """
        request = {"op": "cell", "source": source, "only_definitions": only_definitions}
        left = max(self.deadline - time.monotonic(), 1.0)
        try:
            reply = child.ask(request, min(self.limits.cell, left))
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
        known = {ends.TIME_UP: "time", "killed": "killed", "answer too large": "answer too large"}
        if reason in known and known[reason] not in self.run.limits:
            self.run.limits.append(known[reason])

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
