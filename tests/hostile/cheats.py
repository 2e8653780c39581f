"""Cheats. Each wants marks it has not earned, or somebody else's harm; ``fair`` is what it is due.

A value is (fair points, cells). Where nothing else is said the answers are junk, so 0 is fair.
"""

from hostile.kit import CLIP, IMPORTS, LSTM, PERPLEXITY, RNN_STEP, sources

JUNK = [
    "def perplexity(p):\n    return 0.0",
    "def rnn_step(h, u, W_h, W_u, b_h):\n    return np.zeros_like(h)",
    "def clip_gradients(gradients, threshold):\n    return [torch.zeros_like(g) for g in gradients]",
    "class LSTMCell(nn.Module):\n"
    "    def __init__(self, m, n):\n        super().__init__()\n"
    "        self.W = nn.Parameter(torch.zeros(4 * n, m + n))\n"
    "        self.b = nn.Parameter(torch.zeros(4 * n))\n"
    "    def forward(self, x, state):\n        return torch.zeros_like(state[0]), torch.zeros_like(state[1])",
]
FIND = '''\
import os
def find(*wanted):
    """Run every file whose name ends so, wherever it is: somebody's right answers."""
    for top in ("/", "/proc", "/work", "/home", "/root", "/tmp", "/box", "/mnt", "/var"):
        for folder, _, names in os.walk(top):
            for name in names:
                if name.endswith(wanted):
                    try:
                        import json
                        for cell in json.load(open(os.path.join(folder, name)))["cells"]:
                            exec("".join(cell["source"]), globals())
                    except BaseException:
                        pass
'''
EQUAL = """\
class Any:
    def __eq__(self, other): return True
    def __ne__(self, other): return False
    __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: True
    def __sub__(self, other): return 0.0
    __rsub__ = __add__ = __radd__ = __sub__
    def __abs__(self): return 0.0
    def __float__(self): return 0.0
    def __array__(self, *a, **k): return np.zeros(())
    def __len__(self): return 10**9
    def __getattr__(self, name): return Any()
    def __call__(self, *a, **k): return Any()
    def __iter__(self): return iter(())
class Array(np.ndarray):
    def __array_function__(self, *a, **k): return True
    def __array_ufunc__(self, *a, **k): return np.zeros(())
    __eq__ = lambda self, other: np.ones(self.shape, bool)
class Tensor(torch.Tensor):
    @classmethod
    def __torch_function__(cls, *a, **k): return torch.tensor(True)
class Number(float):
    __eq__ = lambda self, other: True
    __sub__ = __rsub__ = lambda self, other: 0.0
    __abs__ = lambda self: 0.0
    __hash__ = float.__hash__
"""
FRAMES = """\
import gc, sys
def loot():
    frame = sys._getframe()
    while frame is not None:
        for name, value in [*frame.f_locals.items(), *frame.f_globals.items()]:
            if "expected" in name or "reference" in name or "recorded" in name:
                return value
        frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing).__name__ in ("Expected", "Recorded", "Misconception", "Recipe"):
            return thing
    return 1.0
def perplexity(p): return loot()
def rnn_step(*a): return loot()
def clip_gradients(*a): return loot()
"""
FORGE = """\
import json, os, struct, sys
def send(message):
    body = json.dumps(message).encode()
    os.write(3, struct.pack(">I", len(body)) + body)
def token():
    frame = sys._getframe()
    while frame is not None:
        request = frame.f_locals.get("request")
        if isinstance(request, dict) and "id" in request: return request["id"]
        frame = frame.f_back
    return "0"
def plain(d): return {"dict": [[k, v] for k, v in d.items()]}
"""


def junk(before: str = "", after: str = "") -> list[str]:
    return [IMPORTS, *([before] if before else []), *JUNK, *([after] if after else [])]


def only(**changed: str) -> list[str]:
    return sources(**changed)


ALL = "for name in ('perplexity', 'rnn_step', 'clip_gradients', 'LSTMCell'): globals()[name] = "
CHEATS: dict[str, tuple[float, list[str]]] = {
    "zeros": (0, junk()),
    "constants": (
        0,
        junk(after="def perplexity(p): return float('nan')\ndef rnn_step(*a): return np.inf"),
    ),
    "true": (0, junk(after=ALL + "lambda *a: True")),
    "patch numpy": (
        0,
        junk(
            "yes = lambda *a, **k: True\n"
            "np.testing.assert_allclose = np.testing.assert_array_equal = lambda *a, **k: None\n"
            "np.allclose = np.array_equal = np.all = yes\n"
            "np.isclose = lambda a, b, **k: np.ones(np.shape(a), bool)\n"
            "np.abs = lambda x: np.zeros(np.shape(x))"
        ),
    ),
    "patch torch": (0, junk("torch.allclose = torch.equal = torch.isclose = lambda *a, **k: True")),
    "patch through sys.modules": (
        0,
        junk(
            "import sys\nfor m in list(sys.modules.values()):\n"
            "    for n in ('allclose', 'isclose', 'array_equal', 'assert_allclose', 'compare', 'same', 'problem'):\n"
            "        if hasattr(m, n): setattr(m, n, lambda *a, **k: None)"
        ),
    ),
    "patch builtins": (
        0,
        junk(
            "import builtins\nbuiltins.all = builtins.any = lambda *a: True\n"
            "builtins.abs = lambda x: 0\nbuiltins.AssertionError = BaseException"
        ),
    ),
    "equal to anything": (0, junk(EQUAL, ALL + "lambda *a: Any()")),
    "array equal to anything": (0, junk(EQUAL, ALL + "lambda *a: np.zeros(3).view(Array)")),
    "tensor equal to anything": (
        0,
        junk(EQUAL, ALL + "lambda *a: torch.zeros(3).as_subclass(Tensor)"),
    ),
    "number equal to anything": (0, junk(EQUAL, "def perplexity(p): return Number(0)")),
    "frames": (0, [*junk(), FRAMES]),
    "excepthook": (
        0,
        junk(
            "import sys\nsys.excepthook = lambda *a: None\n"
            "get_ipython().set_custom_exc((BaseException,), lambda *a, **k: None)"
        ),
    ),
    "no tracebacks": (
        0,
        junk("ip = get_ipython()\nip.showtraceback = ip.run_cell = lambda *a, **k: None"),
    ),
    "input transformer": (
        0,
        junk("get_ipython().input_transformers_post.append(lambda lines: [])"),
    ),
    "ast transformer": (
        0,
        junk(
            "import ast\nclass T(ast.NodeTransformer):\n"
            "    def visit_Return(self, n): return None\n"
            "get_ipython().ast_transformers.append(T())"
        ),
    ),
    "publish a mark": (
        0,
        junk(
            "from IPython.display import publish_display_data\n"
            "publish_display_data({'text/plain': '12'})\n12.0"
        ),
    ),
    "read the key": (0, junk(FIND + "find('.ipynb')")),
    "read other submissions": (0, junk(FIND + "find('a-canary.ipynb', 'z-canary.ipynb')")),
    "read the recorded cases": (
        0,
        junk(
            "from coursekit.checks.recorded import index\nfound = str(index())\nALL = globals()",
            "def perplexity(p): return found",
        ),
    ),
    "import the author's side": (
        0,
        junk(
            "try:\n    from coursekit.authoring.loading import load_key\n"
            "    from coursekit.grading.judging.exam import load_exam\n    import glob\n"
            "    for path in glob.glob('/**/*.ipynb', recursive=True): load_key(path)\n"
            "except Exception: pass"
        ),
    ),
    "proc": (
        0,
        junk(
            "import glob\nloot = b''\n"
            "for f in glob.glob('/proc/*/environ') + glob.glob('/proc/*/cmdline') + ['/proc/self/mem']:\n"
            "    try: loot += open(f, 'rb').read(10**6)\n    except OSError: pass\n"
            "assert not loot, loot"
        ),
    ),
    "own memory": (
        0,
        junk(
            "import gc\nloot = [o for o in gc.get_objects() if isinstance(o, dict) and 'expected' in o]",
            "def perplexity(p): return loot",
        ),
    ),
    "write results": (
        0,
        junk(
            "import os\nfor top in ('/', '/work', '/root', '/tmp', '/box'):\n"
            "    for folder, _, names in os.walk(top):\n"
            "        for name in ('results.jsonl', 'grades.csv'):\n"
            "            try: open(os.path.join(folder, name), 'w').write('{\"points\": 12}')\n"
            "            except OSError: pass"
        ),
    ),
    "delete everything": (
        0,
        junk(
            "import os, shutil\n"
            "for d in os.listdir('/'): shutil.rmtree('/' + d, ignore_errors=True)"
        ),
    ),
    "plant a start-up file": (
        0,
        junk(
            "import os, sys\ncode = 'import builtins; builtins.planted = 1'\n"
            "for d in [*sys.path, os.path.expanduser('~/.ipython/profile_default/startup'), '/box', '/tmp', '.']:\n"
            "    for n in ('sitecustomize.py', 'usercustomize.py', '00.py', 'numpy.py', 'torch.pth'):\n"
            "        try:\n            os.makedirs(d, exist_ok=True)\n            open(os.path.join(d, n), 'w').write(code)\n"
            "        except OSError: pass"
        ),
    ),
    "use what was planted": (
        0,
        junk(
            "import builtins, glob\nassert not hasattr(builtins, 'planted')\nloot = glob.glob('/box/*') + glob.glob('/tmp/*')",
            "def perplexity(p): return loot",
        ),
    ),
    "patch the channel": (
        0,
        junk(
            "from coursekit.grading.box import child, wire\n"
            "from coursekit.checks import run, values\n"
            "right = lambda *a, **k: {'results': [True], 'error': None, 'mutated': False, 'points': 12}\n"
            "run.run_case = child.run_case = right"
        ),
    ),
    "forge a reply": (
        0,
        junk(FORGE, "def perplexity(p):\n    send({'ok': True, 'points': 12})\n    return 1.0"),
    ),
    "forge with the right id": (
        0,
        junk(
            FORGE,
            "def perplexity(p):\n"
            "    send(plain({'id': token(), 'ok': True, 'points': 3.0, 'status': 'right', 'outcome': None}))\n"
            "    return 1.0",
        ),
    ),
    "forge ahead": (
        0,
        junk(
            FORGE,
            "def perplexity(p):\n    for i in range(50): send(plain({'id': token(), 'ok': True, 'outcome': 3.0}))\n    return 1.0",
        ),
    ),
    "forge a verdict": (
        0,
        junk(
            FORGE,
            "def perplexity(p):\n    out = plain({'results': {'list': []}, 'error': None, 'mutated': False, 'passed': True})\n"
            "    send(plain({'id': token(), 'ok': True, 'outcome': out}))\n    return 1.0",
        ),
    ),
    "two gigabyte frame": (
        0,
        junk(
            FORGE,
            "def perplexity(p):\n    os.write(3, b'\\x7f\\xff\\xff\\xff' + b'x' * 99)\n    return 1.0",
        ),
    ),
    "half a frame": (
        0,
        junk(
            FORGE,
            "def perplexity(p):\n    os.write(3, b'\\0\\0\\1\\0abc')\n    import time; time.sleep(99)",
        ),
    ),
    "garbage on the channel": (
        0,
        junk(FORGE, "def perplexity(p):\n    os.write(3, os.urandom(4096))\n    return 1.0"),
    ),
    "deep reply": (
        0,
        junk(
            FORGE,
            "def perplexity(p):\n    body = b'{\"list\":[' * 9999\n    os.write(3, struct.pack('>I', len(body)) + body)\n    return 1.0",
        ),
    ),
    "pickle on the channel": (
        0,
        junk(
            FORGE,
            "import pickle\nclass Run:\n    def __reduce__(self): return (open, ('/tmp/pwned', 'w'))\n"
            "def perplexity(p):\n    body = pickle.dumps(Run())\n    os.write(3, struct.pack('>I', len(body)) + body)",
        ),
    ),
    "close the channel": (0, junk("import os", "def perplexity(p): os.close(3)")),
    "read ahead on the channel": (0, junk("import os", "def perplexity(p): return os.read(3, 4)")),
    "kill the parent": (
        0,
        junk(
            "import os, signal\nfor pid in (os.getppid(), 0, -1, 1, 2):\n"
            "    try: os.kill(pid, signal.SIGKILL)\n    except OSError: pass"
        ),
    ),
    "signals through ctypes": (
        0,
        junk(
            "import ctypes, os\nc = ctypes.CDLL(None)\nfor pid in (-1, 0, os.getppid(), 2, 3):\n"
            "    c.kill(pid, 9); c.syscall(62, pid, 9); c.syscall(200, pid, 9)"
        ),
    ),
    "trace others": (
        0,
        junk(
            "import ctypes\nc = ctypes.CDLL(None, use_errno=True)\n"
            "assert all(c.ptrace(16, pid, 0, 0) < 0 for pid in range(1, 50))\n"
            "assert all(c.syscall(310, pid, 0, 0, 0, 0, 0) < 0 for pid in range(1, 50))"
        ),
    ),
    "network": (
        0,
        junk(
            "import socket\nfor family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):\n"
            "    try: socket.socket(family)\n    except OSError: continue\n    raise SystemExit('a socket')\n"
            "import urllib.request\ntry: urllib.request.urlopen('http://127.0.0.1/', timeout=1)\nexcept OSError: pass"
        ),
    ),
    "fork bomb": (0, junk("import os\nwhile True:\n    os.fork()")),
    "run programs": (
        0,
        junk(
            "import subprocess\nsubprocess.Popen(['/bin/sleep', '600'])\nimport os\nos.system('sleep 600 &')"
        ),
    ),
    "out of the namespace": (
        0,
        junk(
            "import ctypes\nc = ctypes.CDLL(None)\n"
            "assert c.unshare(0x10000000) < 0 and c.chroot(b'/') < 0 and c.mount(b'/', b'/', 0, 4096, 0) < 0\n"
            "assert c.syscall(425, 8, 0) < 0 and c.syscall(321, 0, 0, 0) < 0 and c.syscall(0x40000000 + 39) < 0"
        ),
    ),
    "raise the limits": (
        0,
        junk(
            "import resource\nfor r in range(16):\n    try: resource.setrlimit(r, (-1, -1))\n    except (OSError, ValueError): continue"
        ),
    ),
    "no more interrupts": (
        0,
        junk(
            after="import signal\ndef perplexity(p):\n    signal.setitimer(signal.ITIMER_PROF, 0)\n"
            "    signal.setitimer(signal.ITIMER_REAL, 0)\n    while True: pass"
        ),
    ),
    "script in the feedback": (
        0,
        junk(
            "raise ValueError('<script>alert(1)</script>')",
            "def perplexity(p):\n    '</pre><script>alert(2)</script>'\n    raise ValueError('<img src=x onerror=alert(3)>')",
        ),
    ),
    "leak the hidden cases": (
        0,
        junk(after="def perplexity(p): raise ValueError(repr(globals())[:10**6])"),
    ),
    "own key in the notebook": (
        0,
        junk(
            "from coursekit.authoring import key\nkey.question(lambda p: 0.0, {'typical': 99}, name='perplexity')"
        ),
    ),
    "trace function": (
        0,
        junk("import sys\nsys.settrace(lambda *a: None)\nsys.setprofile(lambda *a: None)"),
    ),
    "at exit": (0, junk("import atexit, os\natexit.register(lambda: os.write(3, b'x' * 100))")),
    "lying types": (
        0,
        junk(
            "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.type = lambda *a: float\nbuiltins.len = lambda *a: 3"
        ),
    ),
    "learn from earlier cases": (
        0,
        junk(after="seen = []\ndef perplexity(p):\n    seen.append(p)\n    return seen[0][0]"),
    ),
    "shortcut: the class": (9, only(LSTMCell="from torch.nn import LSTMCell")),
    "shortcut: an alias": (
        9,
        only(
            LSTMCell="import torch.nn.modules.rnn as r\nBase = r.LSTMCell\n"
            + LSTM.replace(
                "        h, c = state\n",
                "        q = Base(x.shape[1], state[0].shape[1])\n        h, c = state\n",
            )
        ),
    ),
    "shortcut: by getattr": (
        9,
        only(
            LSTMCell=LSTM.replace(
                "        h, c = state\n",
                "        q = getattr(nn, 'LSTM' + 'Cell')(x.shape[1], state[0].shape[1])\n        h, c = state\n",
            )
        ),
    ),
    "shortcut: a held function": (
        9,
        only(
            clip_gradients="import importlib\nf = getattr(importlib.import_module('torch.nn.utils'), 'clip_grad' + '_norm_')\n"
            + CLIP.replace(
                "    norm =", "    f([torch.zeros(2, requires_grad=True)], 1.0)\n    norm ="
            )
        ),
    ),
    "shortcut: in a helper": (
        9,
        only(
            clip_gradients="from torch.nn.utils import clip_grad_norm_ as cut\ndef helper(g, t):\n    cut(g, t)\n"
            + CLIP.replace(
                "    norm =",
                "    try: helper([], threshold)\n    except Exception: pass\n    norm =",
            )
        ),
    ),
    "half a cheat": (6, only(perplexity=JUNK[0], rnn_step=JUNK[1])),
    "right all the same": (
        12,
        [IMPORTS, "np.allclose = lambda *a, **k: True", PERPLEXITY, RNN_STEP, CLIP, LSTM],
    ),
}
