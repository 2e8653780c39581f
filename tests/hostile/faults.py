"""Faults: code that stops, hangs, crashes, floods. It costs what depends on it and nothing else."""

from hostile.kit import RNN_STEP, sources


def cell(extra: str) -> list[str]:
    """A right submission with one more cell in front of the answers."""
    first, *rest = sources()
    return [first, extra, *rest]


def step(body: str, before: str = "") -> list[str]:
    """A right submission but for what ``rnn_step`` does; 9 points are due."""
    return sources(rnn_step=f"{before}\ndef rnn_step(*a):\n    {body}\n")


def attached(extra: str) -> list[str]:
    """A right submission whose answer cell goes on to do something."""
    return sources(rnn_step=RNN_STEP + extra)


FAULTS: dict[str, tuple[float, list[str]]] = {
    "sys.exit in a cell": (12, cell("import sys\nsys.exit(0)")),
    "exit in a cell": (12, cell("exit()")),
    "quit in a cell": (12, cell("quit")),
    "os._exit in a cell": (12, cell("import os\nos._exit(0)")),
    "os._exit after the answer": (12, attached("import os\nos._exit(0)\n")),
    "os._exit in three cells": (
        12,
        [*cell("import os\nos._exit(0)"), "os._exit(1)", "os._exit(2)"],
    ),
    "os._exit in the function": (9, step("import os; os._exit(0)")),
    "crash in a cell": (12, cell("import ctypes\nctypes.string_at(0)")),
    "crash in the function": (9, step("import ctypes; ctypes.string_at(0)")),
    "abort in the function": (9, step("import os; os.abort()")),
    "kill itself": (9, step("import signal; signal.raise_signal(9)")),
    "stop itself": (9, step("import signal, time; signal.raise_signal(19); time.sleep(99)")),
    "SystemExit in the function": (9, step("raise SystemExit")),
    "KeyboardInterrupt in the function": (9, step("raise KeyboardInterrupt")),
    "own BaseException": (9, step("raise B('no')", "class B(BaseException): pass")),
    "an error whose text fails": (
        9,
        step("raise E", "class E(Exception):\n    def __str__(self): raise ValueError"),
    ),
    "endless recursion": (9, step("return rnn_step(*a)")),
    "recursion without limit": (
        9,
        step("return rnn_step(*a)", "import sys\nsys.setrecursionlimit(10**9)"),
    ),
    "endless loop in the function": (9, step("while True: pass")),
    "endless loop in a cell": (12, cell("while True: pass")),
    "endless loop after the answer": (12, attached("while True: pass\n")),
    "loop that swallows interrupts": (
        9,
        step(
            "\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass"
        ),
    ),
    "cell that swallows interrupts": (
        12,
        cell("while True:\n    try:\n        while True: pass\n    except BaseException: pass"),
    ),
    "sleep in the function": (9, step("import time; time.sleep(10**6)")),
    "catastrophic regex": (9, step("import re; re.match(r'(a+)+$', 'a' * 99 + 'b')")),
    "long C call": (9, step("return sum(range(10**12))")),
    "deadlock": (9, step("import threading; l = threading.Lock(); l.acquire(); l.acquire()")),
    "memory bomb in the function": (
        9,
        step("\n    x = []\n    while True: x.append(np.ones(10**7))"),
    ),
    "memory bomb in a cell": (12, cell("x = []\nwhile True: x.append(bytearray(10**8))")),
    "thread bomb": (
        12,
        cell(
            "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(99,), daemon=True).start()"
        ),
    ),
    "processes": (12, cell("import multiprocessing as m\nm.Process(target=print).start()")),
    "worker processes": (
        12,
        cell("from torch.utils.data import DataLoader\nlist(DataLoader(range(4), num_workers=2))"),
    ),
    "shell": (12, cell("import subprocess\nsubprocess.run('ls', shell=True)")),
    "disk filling": (
        12,
        cell("i = 0\nwhile True:\n    open(f'f{i}', 'wb').write(bytes(10**6))\n    i += 1"),
    ),
    "many small files": (12, cell("for i in range(10**5): open(f'f{i}', 'w')")),
    "one long line": (12, cell("print('x' * 10**8)")),
    "many lines": (12, cell("for i in range(2 * 10**5): print('y' * 100)")),
    "raw output": (12, cell("import os\nfor i in range(100): os.write(1, b'z' * 10**6)")),
    "stderr": (12, cell("import sys\nfor i in range(10**5): print('warning', file=sys.stderr)")),
    "print in every function": (
        12,
        attached(
            "_print = print\nrnn_step = (lambda f: lambda *a: (print('debug'), f(*a))[1])(rnn_step)\n"
        ),
    ),
    "streams closed": (
        12,
        cell("import sys, os\nsys.stdout.close(); sys.stderr.close(); os.close(1); os.close(2)"),
    ),
    "streams replaced": (12, cell("import sys\nsys.stdout = sys.stderr = None")),
    "input": (12, cell("name = input('Who? ')")),
    "syntax error": (9, sources(rnn_step="def rnn_step(h, u:\n    return")),
    "syntax error elsewhere": (12, cell("def f(:")),
    "indentation": (9, sources(rnn_step="def rnn_step(*a):\nreturn 1")),
    "null byte": (12, cell("x = '\\x00'")),
    "error before the answer in its cell": (12, sources(rnn_step="1 / 0\n" + RNN_STEP)),
    "assertion in a cell": (12, cell("assert False")),
    "generator instead of a value": (9, step("yield 1")),
    "function instead of a value": (9, step("return lambda: 1")),
    "huge array": (9, step("return np.zeros((4000, 4000))")),
    "expanded tensor": (9, step("return torch.zeros(1).expand(2**34)")),
    "huge integer": (9, step("return 10 ** 100_000")),
    "deep list": (9, step("\n    x = []\n    for _ in range(1000): x = [x]\n    return x")),
    "list that holds itself": (9, step("x = []; x.append(x); return x")),
    "object array": (9, step("return np.array([None, {}], dtype=object)")),
    "sparse tensor": (9, step("return torch.eye(3).to_sparse()")),
    "value whose repr exits": (
        9,
        step("return R()", "class R:\n    def __repr__(self):\n        import os; os._exit(1)"),
    ),
    "NaN": (9, step("return np.full_like(a[0], np.nan)")),
    "None": (9, step("print(a[0])")),
    "builtins deleted": (12, [*cell("x = 1"), "import builtins\ndel builtins.sorted"]),
    "modules cleared": (12, [*sources(), "import sys\nsys.modules.clear()"]),
    "path and environment cleared": (
        12,
        cell("import os, sys\nsys.path.clear()\nos.environ.clear()\nos.chdir('/')"),
    ),
    "warnings are errors": (12, cell("import warnings\nwarnings.simplefilter('error')")),
    "another start method": (
        12,
        cell(
            "import gc\ngc.disable()\nimport faulthandler\nfaulthandler.enable(file=open('x', 'w'))"
        ),
    ),
}
