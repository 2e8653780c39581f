"""Burdens: what is cheap to hand in and dear to read, show or decode for whoever does not run it.

A value is (fair points, cells). All answers are right, except where one bears the burden itself.
"""

from hostile.faults import cell, step
from hostile.kit import CLIP, sources

SOURCES = {
    "newlines": "\n" * 190_000,
    "statements": "a\n" * 99_000,
    "statements on one line": "a=1;" * 49_000,
    "a chain of names": "x=" * 50_000 + "1",
    "deep attributes": "a" + ".a" * 60_000,
    "signs": "-" * 99_000 + "1",
    "a sum": "1" + "+1" * 90_000,
    "brackets": "(" * 150_000,
    "lambdas": "lambda:" * 20_000 + "1",
    "spaces before a name": " " * 190_000 + "def f(:",
    "a name and newlines": "f" + "\n" * 190_000 + "(",
}
CHAIN = "".join(f"n{i} = n{i - 1}\n" for i in range(1, 2000))  # quadratic for who follows each
COLLIDING = "{{{} * (2**61 - 1){}: 0 for k in range(60_000)}}"
BURDENS: dict[str, tuple[float, list[str]]] = {
    **{f"a cell of {name}": (12, cell(source)) for name, source in SOURCES.items()},
    "names that lead to names": (
        12,
        sources(clip_gradients=f"n0 = torch.nn.utils.clip_grad_norm_\n{CHAIN}{CLIP}"),
    ),
    "integers of one hash": (9, step("return " + COLLIDING.format("k", ""))),
    "tuples of one hash": (9, step("return " + COLLIDING.format("(k", ", 1)"))),
    "half a character": (9, step("return chr(0xD800)")),
    "half a character in an error": (9, step("raise ValueError(chr(0xD800))")),
    "a million values": (9, step("return [0] * 10**6")),
    "attributes of attributes": (9, step("return a" + ".a" * 60_000)),
}
