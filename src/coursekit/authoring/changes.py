"""One-edit changes of Python source, as a slip of the pen would make them.

Left alone are docstrings, annotations, ``raise`` statements and the text of f-strings: what people
read is for people to judge.
"""

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass

COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
ARITHMETIC = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
}
SKIPPED = (ast.Raise, ast.JoinedStr, ast.arg)


@dataclass(frozen=True)
class Change:
    """Changed source, and the one line in which it differs from the normal form of the old."""

    old: str
    new: str
    source: str


def changes(
    source: str, more: Callable[[ast.AST], Iterator[ast.AST]] = lambda node: iter(())
) -> Iterator[Change]:
    """Every change of a source, in the order of its text.

    Args:
        source: of a module.
        more: further nodes that may stand in a node's place.
    """
    tree = ast.parse(source)
    before = ast.unparse(tree)
    for holder, place in list(_places(tree)):
        node = holder[int(place)] if isinstance(holder, list) else getattr(holder, str(place))
        for other in (*_variants(node), *more(node)):
            _put(holder, place, other)
            after = ast.unparse(tree)
            _put(holder, place, node)
            pairs = zip(before.splitlines(), after.splitlines(), strict=False)
            old, new = next(((a, b) for a, b in pairs if a != b), ("", ""))
            if old:
                yield Change(old.strip(), new.strip(), after)


def _places(node: ast.AST) -> Iterator[tuple[object, str | int]]:
    """Where the nodes below this one stand: an object and attribute, or a list and index."""
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "type_comment"):
            continue
        items = enumerate(value) if isinstance(value, list) else [(name, value)]
        for place, child in items:
            if not isinstance(child, ast.AST) or isinstance(child, SKIPPED) or _only_text(child):
                continue
            yield (value if isinstance(value, list) else node), place
            yield from _places(child)


def _only_text(node: ast.AST) -> bool:
    """Whether a statement is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _put(holder: object, place: str | int, node: ast.AST) -> None:
    if isinstance(holder, list):
        holder[int(place)] = node
    else:
        setattr(holder, str(place), node)


def _variants(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in a node's place."""
    other = copy.copy(node)
    match node, other:
        case ast.Compare(), ast.Compare():
            if swapped := COMPARISONS.get(type(node.ops[0])):
                other.ops = [swapped(), *node.ops[1:]]
                yield other
        case ast.BinOp(), ast.BinOp():
            if new := ARITHMETIC.get(type(node.op)):
                other.op = new()
                yield other
        case ast.BoolOp(), ast.BoolOp():
            other.op = ast.Or() if isinstance(node.op, ast.And) else ast.And()
            yield other
        case ast.UnaryOp(op=ast.Not()), _:
            yield node.operand
        case ast.Return(value=ast.AST()), ast.Return():
            if not (isinstance(node.value, ast.Constant) and node.value.value is None):
                other.value = ast.Constant(None)
                yield other
        case ast.Constant(), _:
            yield from map(ast.Constant, _constants(node.value))


def _constants(value: object) -> Iterator[bool | float | str | bytes]:
    """Other values for a constant."""
    match value:
        case bool():
            yield not value
        case int() | float():
            yield value + 1
            if value == 1:
                yield 0
        case str():
            yield value + "x"
        case bytes():
            yield value + b"x"
