"""What to do next about an exception, for the exceptions that beginners meet."""

import re
from typing import Any

from coursekit.checks.errors import DEEP, ENDLESS, NOT_INIT

SHAPES = "The shapes do not fit: print both just before this line and compare with the task."
INTEGERS = (
    "An array of integers cannot take decimals in place: make it one of floats first, for example "
    "with `dtype=float` or `.astype(float)`."
)
NO_INIT = "`__init__` of an nn.Module has to begin with `super().__init__()`."

PROPERTY = (
    "`{name}` is a property in your class, and the task calls it as a method, `.{name}()`: take "
    "`@property` away."
)
LENT = (
    "The function that this line calls works with NumPy arrays, and no gradient goes through it: "
    "call it with arrays, and look at what it returns."
)
TAKES_TENSOR = (
    "The check writes values into `{name}`, a weight of your model, and finds a layer there: the "
    "task asks for a tensor of that name, made by nn.Parameter(…)."
)

# Type, pattern of the message, advice. The first that fits is given.
ADVICE: tuple[tuple[str, str, str], ...] = (
    ("AttributeError", r"before Module\.__init__\(\) call|'_(parameters|modules)'", NO_INIT),
    ("TypeError", r"descriptor '__init__' .*'super' object needs an argument", NO_INIT),
    (
        "TypeError",
        r"as child module|as parameter",
        "The name already stands for something of another kind: a tensor, made by nn.Parameter(…), "
        "is one thing, a layer such as nn.Linear another.",
    ),
    ("AttributeError", r"'super' object has no attribute", "Write `super().__init__()`."),
    (
        "NotImplementedError",
        r'missing the required "forward"',
        "The class needs a method called `forward`, indented like `__init__`.",
    ),
    (
        "NotImplementedError",
        r"not implemented for '(Long|Int|Short|Char|Byte|Bool)'",
        "PyTorch computes this for floating-point tensors only: call .float() first.",
    ),
    (
        "StdinNotImplementedError",
        r"",
        "Nobody answers `input()` here: use the arguments instead.",
    ),
    ("EOFError", r"", "Nobody answers `input()` here: use the arguments instead."),
    ("SystemExit", r"", "`quit()`, `exit()` and `sys.exit()` end the program: use `return`."),
    ("UFuncTypeError|_UFuncOutputCastingError|UFuncOutputCastingError", r"Cannot cast", INTEGERS),
    ("RuntimeError", r"can't be cast to the desired output type", INTEGERS),
    (
        "TypeError",
        r"unhashable type: 'numpy.ndarray'|unhashable type: 'dict'|unhashable type: 'set'",
        "Only what cannot change can be a key of a dictionary or an argument of a cached function.",
    ),
    (
        "TypeError",
        r"unhashable type: 'list'",
        "A list can be neither a key of a dictionary, nor in a set, nor an argument of a cached "
        "function: a tuple can.",
    ),
    (
        "TypeError",
        r"is to be returned, which can be called",
        "End with `return next_word`: the function's name, without parentheses.",
    ),
    (
        "TypeError",
        r"must be Tensor, not (numpy|list|tuple)|invalid combination of arguments.*numpy",
        "Make it a tensor first: torch.as_tensor(…).",
    ),
    ("TypeError", r"'(generator|map|zip|filter)'", "Make a list of it first: list(…)."),
    ("TypeError", r"operand type\(s\) for \^", "A power is written `**`; `^` is something else."),
    ("TypeError", r"'coroutine'", "Use `def`, not `async def`."),
    ("TypeError", r"'method' object", "Are the parentheses of a call missing here?"),
    (
        "TypeError",
        r"'(builtin_)?function(_or_method)?' object",
        "Are the parentheses of a call missing?",
    ),
    (
        "TypeError",
        r"'numpy\.\w+' object is not callable|'(int|float|bool|str)' object is not callable",
        "A number or a text is called here as if it were a function: was a name reused, or is "
        "`@property` written where a plain method is meant?",
    ),
    ("TypeError", r"'NoneType'", "Something in this line is None, where a value is needed."),
    (
        "TypeError",
        r"not callable",
        "Something with this name is a value here, not a function: was a name reused?",
    ),
    (
        "TypeError",
        r"can't convert|only.*(scalar|length-1|0-dim)|ambiguous",
        "An array stands where one number is needed: print its shape just before this line.",
    ),
    (
        "TypeError",
        r"object cannot be interpreted as an integer|indices must be integers",
        "A whole number is needed here: `//` divides without decimals, `/` always gives a float.",
    ),
    (
        "TypeError",
        r"concatenate str|must be str, not",
        "A text and something else are added here: str(…) makes a text of it.",
    ),
    (
        "ValueError",
        r"ambiguous",
        "An array stands where True or False is needed: compare with .any() or .all().",
    ),
    (
        "NameError",
        r"",
        "Run the cell that defines it (Run all, from the top), or correct the spelling.",
    ),
    (
        "UnboundLocalError",
        r"",
        "The name is used before it is set in this function: give it a value first, or pass it in "
        "as an argument.",
    ),
    ("ZeroDivisionError", r"", "Which input makes the divisor 0, and what should happen then?"),
    (
        "IndexError",
        r"must be of integer|only integers",
        "An index has to be a whole number: `//` divides without decimals, .astype(int) converts.",
    ),
    (
        "IndexError",
        r"broadcast|shape mismatch|boolean index did not match",
        "Two arrays that belong together here differ in length: print both shapes.",
    ),
    (
        "IndexError",
        r"for an argument of shape \(0,\)",
        "The context is empty at the beginning of a sentence: what comes before its first word?",
    ),
    (
        "IndexError",
        r"with size 0|list index out of range|pop from empty|too many indices",
        "Print what is indexed just before this line: is it empty, or of another shape than you "
        "think? The last index is its length − 1.",
    ),
    ("IndexError", r"", "Print the index and the length just before this line; the last is n − 1."),
    (
        "ValueError",
        r"math domain error|expected a positive input",
        "`math.log(0)` is an error, while `np.log(0)` is −inf: which of the two is wanted here?",
    ),
    (
        "ValueError",
        r"max\(\) .*empty|min\(\) .*empty|zero-size array|empty sequence|at least one array",
        "Something is empty here: what should happen for an input without entries?",
    ),
    (
        "ValueError",
        r"not enough values to unpack|too many values to unpack",
        "The number of names on the left differs from the number of values on the right (of "
        "`chunk` and `split`: is it the right axis?).",
    ),
    (
        "ValueError",
        r"read-only",
        "This array cannot be changed: work on a copy, `.copy()`.",
    ),
    ("KeyError", r"", "The dictionary has no such key: what should happen for an unseen one?"),
    (
        "ValueError|RuntimeError",
        r"negative dimension",
        "A size is negative here: print it just before this line. Which input makes it so, and "
        "what should happen then?",
    ),
    (
        "ValueError",
        r"matmul|shapes? .*(aligned|mismatch)|broadcast|core dimension|concatenat|inhomogeneous"
        r"|same shape|cannot reshape|dimensions",
        SHAPES,
    ),
    (
        "RuntimeError",
        r"size mismatch|shapes cannot be multiplied|must match|is invalid for input of size"
        r"|Sizes of tensors|stack expects",
        SHAPES,
    ),
    (
        "RuntimeError",
        r"does not require grad",
        "No gradient can flow here: `.detach()`, `.data`, `torch.no_grad()`, NumPy on the way, or "
        "a weight that is no nn.Parameter cuts it off.",
    ),
    (
        "RuntimeError",
        r"Can't call numpy\(\)",
        "NumPy's functions cut the gradient off: use PyTorch's, such as torch.tanh.",
    ),
    (
        "RuntimeError",
        r"in-place operation|in-place",
        "PyTorch needs the old value for the gradient: make a new tensor instead of `+=` or "
        "`x[…] =`.",
    ),
    (
        "RuntimeError",
        r"dtype|scalar type",
        "Two kinds of numbers meet: bring both to one dtype, for example with .to(x.dtype).",
    ),
    (
        "RuntimeError",
        r"changed size during iteration|mutated during iteration",
        "A dictionary or list is changed while a loop goes through it: loop over a copy, list(…).",
    ),
    (
        "AttributeError",
        r"'NoneType' object",
        "What stands before the dot is None: a function without `return` gives None, and so do "
        "methods that change a list in place.",
    ),
    ("AttributeError", r"'generator' object|'map' object", "Make a list of it first: list(…)."),
    (
        "AttributeError",
        r"'(list|tuple|int|float)' object",
        "That is no array: np.asarray(…) makes one of it.",
    ),
    (
        "AttributeError",
        r"'numpy\.\w+' object has no attribute '__index__'",
        "It is to be used as an index, so it has to be a whole number: give the array `dtype=int`.",
    ),
    ("AttributeError", r"^module ", "Is the name spelt as the library spells it?"),
    (
        "AttributeError",
        r"is not an nn.Parameter",
        "A weight is learnt only if it is made by nn.Parameter(…).",
    ),
    (
        "AttributeError",
        r"",
        "Is it written, spelt right, and inside the class? Attributes are set in `__init__`.",
    ),
    ("AssertionError", r"", "This is an `assert` in your own code; the case below breaks it."),
    (
        "OverflowError",
        r"",
        "The number is too large: which input makes it so, and can it be avoided?",
    ),
    ("StopIteration", r"", "`next(…)` has met the end of what it goes through: give it a default."),
    ("ModuleNotFoundError|ImportError", r"", "Import the library that is installed, spelt right."),
)
ARGUMENTS = r"missing \d+ required positional|takes (from )?\d+|unexpected keyword|multiple values"
RECURSION = {
    ENDLESS: "The function calls itself with the same arguments again, so it never ends.",
    DEEP: (
        "Each call makes the input shorter, so it would end, but Python allows only about 1,000 "
        "calls within each other: use a loop."
    ),
    "": (
        "The function calls itself about 1,000 times. Either nothing stops it, or the input is too "
        "long for recursion: then use a loop."
    ),
}


def advice(error: dict[str, Any]) -> str:
    """One sentence on what to do next about an exception; empty where there is none.

    Args:
        error: in the form of :func:`.errors.report`; ``given``, where it is there, names the
            function that was checked in place of the question's own.
    """
    kind, message = error["type"], error["message"]
    near = str(error.get("near", ""))
    if (name := error.get("property")) and not error["line"] and "not callable" in message:
        return PROPERTY.format(name=name)
    if error.get("lent") and "Can't call numpy()" in message:
        return LENT
    if near in NOT_INIT:
        return f"Your class has `{near}`, but its name is `__init__`, with two underscores each."
    if near and not error["line"]:  # the check itself has looked for the name
        near = f"Your class has `{near}`: is it misspelt?"
    elif near:
        near = f"Did you mean `{near}`?"
    if kind == "RecursionError":
        return RECURSION[error.get("recursion", "")]
    if kind == "TypeError" and re.search(ARGUMENTS, message):
        inside = bool(error["line"])
        return _arguments(message, inside, "" if inside else str(error.get("given", "")))
    layer = re.search(r"cannot assign '\S+Tensor' as child module '(\w+)'", message)
    if layer and not error["line"]:  # it is the check that assigns
        return TAKES_TENSOR.format(name=layer[1])
    for kinds, pattern, sentence in ADVICE:
        if kind in kinds.split("|") and re.search(pattern, message):
            general = kind == "NameError" or not pattern
            return near if near and general else f"{sentence} {near}".rstrip()
    return near


def _arguments(message: str, inside: bool, given: str) -> str:
    """About a call that passes more or fewer arguments than the function takes."""
    if given:
        return f"Another function was given, `{given}`: is it the one that you mean to check?"
    if inside:
        return "The call in this line passes other arguments than the function takes."
    if re.match(r"\w+\.\w+\(\) takes", message):
        return "Keep the arguments that the answer cell came with; the first of a method is `self`."
    return "Keep the arguments that the answer cell came with."
