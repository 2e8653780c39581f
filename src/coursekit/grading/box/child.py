"""What a confined child does: run cells, then answer "what does this name do with these inputs".

It reports values and errors, never verdicts. Student code shares this process and may do anything
to it; the trusted side believes nothing but the bytes of a well-formed reply, and those only as
values.
"""

import os
import sys
from functools import partial
from typing import Any

from IPython.core.interactiveshell import InteractiveShell

from coursekit.checks.clock import TimeUp, interrupt_after
from coursekit.checks.forbidden import KIN, closed, judged, kernels_of
from coursekit.checks.home import Home
from coursekit.checks.limits import Limits
from coursekit.checks.run import quiet, run_case, seed_everything
from coursekit.checks.shell import SEED, describe, run_cell
from coursekit.grading.box import wire
from coursekit.grading.box.channel import Channel, ChannelFault


def warm() -> None:
    """Import in the warm worker what ``serve`` needs."""
    wire.unpack(wire.pack({"warm": 1.0}))
    for name in KIN:
        kernels_of(name)


def serve(
    channel: Channel, shell: InteractiveShell, limits: Limits, home: Home, fault: str = ""
) -> None:
    """Say that the walls stand (or that they do not), then answer requests until the end."""
    channel.send(wire.pack({"id": "walls", "ok": not fault, "message": fault}))
    if fault:
        return
    sys.modules["__main__"] = shell.user_module
    seed_everything(SEED)
    sys.path.insert(0, os.getcwd())  # as in a notebook: files beside it can be imported
    while True:
        try:
            request = wire.unpack(channel.receive(wire.REQUEST_LIMIT))
        except ChannelFault:
            return
        if request["op"] == "value":
            continue  # an answer that came when nobody waited for it any more
        home.restore()
        reply = _answer(shell, request, channel)
        channel.send(_packed(reply, request["id"], limits))


def _packed(reply: dict[str, Any], token: str, limits: Limits) -> bytes:
    """The reply's bytes; a value that cannot travel becomes a report that says so."""
    try:
        body = wire.pack({**reply, "id": token})
        if len(body) <= limits.reply:
            return body
        why = f"the result takes more than {limits.reply >> 20} MB"
    except BaseException as error:
        why = describe(error, "")["message"]
    return wire.pack({"id": token, "ok": False, "error": "TooLarge", "message": why, "line": None})


def _answer(shell: InteractiveShell, request: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """One request, one reply; whatever student code throws becomes a report."""
    try:
        with interrupt_after(request["seconds"], request["wall"]):
            if request["op"] == "cell":
                return _cell(shell, request)
            return _ask(shell, request, channel)
    except TimeUp:
        return {"ok": False, "error": "TimeUp", "message": "", "line": None}
    except BaseException as error:
        return describe(error, "<ipython-input")


def _cell(shell: InteractiveShell, request: dict[str, Any]) -> dict[str, Any]:
    """Run a cell, or only its harmless part."""
    return run_cell(shell, request["source"], request["only_harmless"])


def _ask(shell: InteractiveShell, request: dict[str, Any], channel: Channel) -> dict[str, Any]:
    """Run cases against the thing of that name; ``run_case`` begins each with the same seed."""
    if request["name"] not in shell.user_ns:
        return {"ok": False, "error": "Missing", "message": "", "line": None}
    thing = shell.user_ns[request["name"]]
    outcomes = []
    with quiet(), closed(request["forbidden"], thing) as used:
        for number, case in request["cases"]:
            reach = partial(_reach, channel, request["id"], number)
            outcomes.append(judged(run_case(thing, case, reach=reach), used))
    return {"ok": True, "outcomes": outcomes}


def _reach(channel: Channel, token: str, case: int, number: int, given: Any) -> Any:
    """The value of a function that stays on the trusted side.

    Raises:
        ValueError: it cannot be computed for this argument.
    """
    channel.send(wire.pack({"id": token, "query": [case, number, given]}))
    told = wire.unpack(channel.receive(wire.REQUEST_LIMIT))
    if "error" in told:
        raise ValueError(told["error"])
    return told["value"]
