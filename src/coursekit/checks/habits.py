"""What an answer's code shows to anybody who reads it: loops that end at once, unread arguments.

Each finding is a fact about the code, with its line; the student decides whether it is the mistake.
"""

import ast
import dis
import inspect
import linecache
import types
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import numpy as np

from coursekit.checks.compare import is_tensor
from coursekit.checks.words import describe, short

Definition = ast.FunctionDef | ast.AsyncFunctionDef
LOOPS = (ast.For, ast.While)
KEPT = (ast.Global, ast.Nonlocal)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
DATA = (bool, int, float, complex, str, list, tuple, dict, set, np.ndarray, np.generic)


def habits(thing: Any) -> list[str]:
    """What may be wrong in the code of an answer that fails, the likeliest first."""
    found = [(f, node) for f in functions(thing) if (node := _definition(f.__code__))]
    said = [says for _, node in found for look in LOOKS for says in look(node)]
    called = [node for f, node in found if f.__name__ != "__init__"]
    return said + [says for node in called for _, says in _unread(node)]


def unread(thing: Any) -> list[str]:
    """The arguments that an answer never reads."""
    found = [node for f in functions(thing) if (node := _definition(f.__code__))]
    return [name for node in found if node.name != "__init__" for name, _ in _unread(node)]


def names_nan(thing: Any) -> bool:
    """Whether NaN stands in an answer's own code."""
    nodes = (n for f in functions(thing) if (d := _definition(f.__code__)) for n in ast.walk(d))
    return any(
        (isinstance(n, (ast.Attribute, ast.Name)) and ast.unparse(n).lower().endswith("nan"))
        or (isinstance(n, ast.Constant) and str(n.value).lower() == "nan")
        for n in nodes
    )


def floor_divisions(thing: Any) -> Iterator[tuple[int, str]]:
    """Line and text of every division without decimals."""
    for function in functions(thing):
        for part in ast.walk(_definition(function.__code__) or ast.Module([], [])):
            if isinstance(part, (ast.BinOp, ast.AugAssign)) and isinstance(part.op, ast.FloorDiv):
                yield part.lineno, ast.unparse(part)


def leftovers(thing: Any) -> list[str]:
    """Values that are computed and not used: weaker than a habit, since it may be meant."""
    nodes = [node for f in functions(thing) if (node := _definition(f.__code__))]
    return [says for node in nodes for says in _unused(node)]


def outside(thing: Any) -> str:
    """A remark on data that an answer takes from the notebook; empty where it takes none."""
    for name, value in data_outside(thing):
        if not _constant(name):
            is_number = isinstance(value, (bool, int, float, np.generic))
            now = f", which is {short(value)} now" if is_number else f", {describe(value)}"
            return (
                f"Your code reads `{name}`{now}, from outside. When you are graded it may hold "
                "something else: take it from the arguments, or make it inside."
            )
    return ""


def data_outside(thing: Any) -> Iterator[tuple[str, Any]]:
    """The names with data, not code, that an answer reads from the notebook."""
    for function in functions(thing):
        space = function.__globals__
        for name in dict.fromkeys(_global_names(function.__code__)):
            value = space.get(name)
            if type(value) in DATA or is_tensor(value):
                yield name, value


def functions(thing: Any) -> list[types.FunctionType]:
    """The functions that an answer consists of: itself, or the methods of its class."""
    parts = list(vars(thing).values()) if isinstance(thing, type) else [thing]
    plain = (getattr(p, "fget", None) or getattr(p, "__func__", None) or p for p in parts)
    unwrapped = (inspect.unwrap(p) for p in plain if callable(p))
    return [f for f in unwrapped if isinstance(f, types.FunctionType)]


def _constant(name: str) -> bool:
    """Whether a name is written as constants are, such as EPS."""
    return len(name) > 1 and name == name.upper()


def _global_names(code: types.CodeType) -> Iterator[str]:
    for step in dis.get_instructions(code):
        if step.opname == "LOAD_GLOBAL":
            yield step.argval
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _global_names(inner)


@cache
def _tree(file: str, lines: tuple[str, ...]) -> ast.Module | None:
    try:
        return ast.parse("".join(lines), file)
    except (SyntaxError, ValueError, RecursionError):
        return None


def _definition(code: types.CodeType) -> Definition | None:
    """Where a function is defined, if its source is to be had."""
    tree = _tree(code.co_filename, tuple(linecache.getlines(code.co_filename)))
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            if node.name == code.co_name and first == code.co_firstlineno:
                return node
    return None


def _inside(nodes: list[ast.stmt], stop: tuple[type, ...]) -> Iterator[ast.AST]:
    """All nodes in statements, but not inside of those of some types."""
    for node in nodes:
        yield node
        if not isinstance(node, stop):
            yield from _children(node, stop)


def _children(node: ast.AST, stop: tuple[type, ...]) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        if not isinstance(child, stop):
            yield from _children(child, stop)


def _endless_loops(node: Definition) -> Iterator[str]:
    """Loops that nothing inside can end."""
    for loop in _inside(node.body, SCOPES):
        if isinstance(loop, ast.While) and _never_ends(loop):
            condition = ast.unparse(loop.test)
            yield (
                f"The loop in line {loop.lineno}, `while {condition}`, never ends: nothing inside "
                "changes that condition or leaves the loop."
            )


def _never_ends(loop: ast.While) -> bool:
    """Whether a condition is made of plain names that the loop leaves as they are."""
    plain = (ast.Name, ast.Constant, ast.Compare, ast.BoolOp, ast.UnaryOp, ast.BinOp, ast.Call)
    parts = (ast.cmpop, ast.boolop, ast.unaryop, ast.operator, ast.expr_context)
    if not all(isinstance(n, (*plain, *parts)) for n in ast.walk(loop.test)):
        return False
    calls = [n.func for n in ast.walk(loop.test) if isinstance(n, ast.Call)]
    if not all(isinstance(f, ast.Name) and f.id == "len" for f in calls):
        return False
    names = {n.id for n in ast.walk(loop.test) if isinstance(n, ast.Name)}
    if not names and not (isinstance(loop.test, ast.Constant) and loop.test.value):
        return False
    inside = [n for statement in loop.body for n in ast.walk(statement)]
    if any(isinstance(n, (ast.Break, ast.Return, ast.Raise, ast.Yield)) for n in inside):
        return False
    touched = {n.id for n in inside if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    changing = (ast.Attribute, ast.Subscript)
    touched |= {
        n.value.id
        for n in inside
        if isinstance(n, changing)
        and isinstance(n.value, ast.Name)
        and (isinstance(n, ast.Attribute) or not isinstance(n.ctx, ast.Load))
    }
    return not names & touched


def _short_loops(node: Definition) -> Iterator[str]:
    """Loops whose first round is always the last."""
    for loop in _inside(node.body, SCOPES):
        if not isinstance(loop, LOOPS):
            continue
        again = any(isinstance(n, ast.Continue) for n in _inside(loop.body, (*SCOPES, *LOOPS)))
        end = _way_out(loop.body)
        if end is not None and not again:
            word = "return" if isinstance(end, ast.Return) else "break"
            yield (
                f"The loop in line {loop.lineno} ends in its first round, because `{word}` "
                f"(line {end.lineno}) stands inside it: indent it less if the loop is to go on."
            )


def _way_out(body: list[ast.stmt]) -> ast.Return | ast.Break | None:
    """The statement by which a block always leaves its loop; None where it may go on."""
    for node in body:
        if isinstance(node, (ast.Return, ast.Break)):
            return node
        if isinstance(node, ast.If) and _way_out(node.body) and (end := _way_out(node.orelse)):
            return end
        if isinstance(node, ast.With) and (end := _way_out(node.body)):
            return end
    return None


def _forgetting_loops(node: Definition) -> Iterator[str]:
    """Names that every round of a loop sets anew, read only afterwards: one round counts."""
    for loop in _inside(node.body, SCOPES):
        if not isinstance(loop, ast.For) or loop.orelse or _can_end(loop):
            continue
        inside = [n for part in loop.body for n in ast.walk(part) if isinstance(n, ast.Name)]
        read = {n.id for n in inside if isinstance(n.ctx, ast.Load)}
        rounds = {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
        later = _read_after(node, loop)
        for part in loop.body:
            if not isinstance(part, ast.Assign) or not isinstance(part.targets[0], ast.Name):
                continue
            name = part.targets[0].id
            made_of = {n.id for n in ast.walk(part.value) if isinstance(n, ast.Name)}
            if name in later and name not in read and made_of & rounds:
                yield (
                    f"Each round of the loop in line {loop.lineno} gives `{name}` a new value (line"
                    f" {part.lineno}), so that only the last round counts."
                )


def _can_end(loop: ast.For) -> bool:
    return any(isinstance(n, (ast.Break, ast.Return)) for n in ast.walk(loop))


def _read_after(node: Definition, loop: ast.For) -> set[str]:
    """The names that are read below a loop before they are set again there."""
    below = [n for n in _inside(node.body, ()) if isinstance(n, ast.Name)]
    last = loop.end_lineno or loop.lineno
    names = sorted((n.lineno, isinstance(n.ctx, ast.Store), n.id) for n in below if n.lineno > last)
    first: dict[str, bool] = {}
    for _, stored, name in names:
        first.setdefault(name, not stored)
    return {name for name, is_read in first.items() if is_read}


def _powers(node: Definition) -> Iterator[str]:
    """``^`` with a number, which is meant as a power and is none."""
    for part in _inside(node.body, ()):
        if isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitXor):
            number = part.right
            if isinstance(number, ast.Constant) and isinstance(number.value, (int, float)):
                yield f"`^` in line {part.lineno} is no power: Python writes it `**`."


LOOKS = (_endless_loops, _short_loops, _forgetting_loops, _powers)


def _unread(node: Definition) -> Iterator[tuple[str, str]]:
    """Arguments that make no difference, since they are never read, or are overwritten first."""
    used = [n for n in _inside(node.body, ()) if isinstance(n, ast.Name)]
    if any(n.id in ("locals", "eval", "exec") for n in used):
        return
    for argument in node.args.args + node.args.kwonlyargs:
        name = argument.arg
        if name in ("self", "cls") or name.startswith("_"):
            continue
        own = [n for n in used if n.id == name]
        if line := _overwritten(node.body, name):
            yield name, f"The argument `{name}` is overwritten in line {line} before it is read."
        elif not own:
            yield name, f"The argument `{name}` is never used."


def _overwritten(body: list[ast.stmt], name: str) -> int:
    """The line in which a name gets another value before anything has read it; 0 for none."""
    for statement in body:
        own = [n for n in ast.walk(statement) if isinstance(n, ast.Name) and n.id == name]
        if not own:
            continue
        simple = isinstance(statement, (ast.Assign, ast.AnnAssign))
        stored = all(isinstance(n.ctx, ast.Store) for n in own)
        return statement.lineno if simple and stored else 0
    return 0


def _names(nodes: Iterable[ast.AST], kind: type[ast.expr_context]) -> set[str]:
    """The names that are read, or set, anywhere in some nodes."""
    inside = (part for node in nodes for part in ast.walk(node))
    return {n.id for n in inside if isinstance(n, ast.Name) and isinstance(n.ctx, kind)}


def _unused(node: Definition) -> Iterator[str]:
    """Names that get a value which nothing reads."""
    read = _names(node.body, ast.Load)
    read |= {n for s in node.body for p in ast.walk(s) if isinstance(p, KEPT) for n in p.names}
    for part in _inside(node.body, SCOPES):
        if isinstance(part, (ast.Assign, ast.AugAssign)):
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            for name in (target.id for target in targets if isinstance(target, ast.Name)):
                if name not in read and not name.startswith("_"):
                    read.add(name)  # told once
                    yield f"`{name}` gets a value in line {part.lineno} that nothing reads."
