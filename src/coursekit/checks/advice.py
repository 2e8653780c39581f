"""What to do next about an exception, for the exceptions that beginners meet."""

import re

# Type, pattern of the message, advice. The first that fits is given.
ADVICE: tuple[tuple[str, str, str], ...] = (
    (
        "TypeError",
        r"missing \d+ required positional|takes \d+ positional|unexpected keyword",
        "Keep the arguments that the answer cell came with.",
    ),
    ("TypeError", r"unhashable type", "A list cannot be a key of a dictionary: make it a tuple."),
    (
        "TypeError",
        r"is to be returned, which can be called",
        "End with `return next_word`: the function's name, without parentheses.",
    ),
    (
        "TypeError",
        r"must be Tensor, not (numpy|list|tuple)",
        "Make it a tensor first: torch.as_tensor(…).",
    ),
    (
        "TypeError",
        r"'NoneType'",
        "Something here is None: a function without `return` gives None.",
    ),
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
        "The function assigns to this name, so it needs a value before it is read.",
    ),
    ("ZeroDivisionError", r"", "Which input makes the divisor 0, and what should happen then?"),
    (
        "IndexError",
        r"broadcast|shape mismatch",
        "Two arrays that are used as an index differ in length: print both lengths.",
    ),
    (
        "IndexError",
        r"for an argument of shape \(0,\)",
        "The context is empty at the beginning of a sentence: what comes before its first word?",
    ),
    ("IndexError", r"", "Print the index and the length just before this line; the last is n − 1."),
    (
        "ValueError",
        r"math domain error|expected a positive input",
        "`math.log(0)` is an error, while `np.log(0)` is −inf: which of the two is wanted here?",
    ),
    ("KeyError", r"", "The dictionary has no such key: what should happen for an unseen one?"),
    (
        "ValueError",
        r"matmul|shapes? .*(aligned|mismatch)|broadcast|core dimension|concatenat|inhomogeneous",
        "The shapes do not fit: print both just before this line and compare with the task.",
    ),
    (
        "RuntimeError",
        r"size mismatch|shapes cannot be multiplied|must match the size",
        "The shapes do not fit: print both just before this line and compare with the task.",
    ),
    (
        "RuntimeError",
        r"dtype|scalar type",
        "Two kinds of numbers meet: bring both to one dtype, for example with .to(x.dtype).",
    ),
    (
        "AttributeError",
        r"'NoneType' object",
        "What stands before the dot is None: a function without `return` gives None.",
    ),
    ("AttributeError", r"^module ", "Is the name spelt as the library spells it?"),
    (
        "AttributeError",
        r"",
        "Is it written, spelt right, and inside the class? Attributes are set in `__init__`.",
    ),
    ("RecursionError", r"", "The function calls itself without end: which input should stop it?"),
    ("AssertionError", r"", "This is your own assertion; the case above breaks it."),
)


def advice(error_type: str, message: str) -> str:
    """One sentence on what to do next; empty where there is none."""
    for kind, pattern, sentence in ADVICE:
        if kind in (error_type, "") and re.search(pattern, message):
            return sentence
    return ""
