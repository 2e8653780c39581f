"""One strict encoding of plain values: for recorded cases and for what a grader and a child say.

It carries None, booleans, numbers (``Fraction`` and ``Decimal`` as floats), strings, lists, tuples,
dictionaries, NumPy arrays and scalars, and torch tensors; ranges, deques and the views of a
dictionary arrive as lists, everything else as :class:`Opaque` with the name of its type. It builds
no code, calls no method that a student wrote, and bounds depth, number of items and size.
"""

import base64
import json
import math
import sys
from collections import Counter, deque
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

MAX_BYTES = 64 << 20
MAX_DEPTH = 24
MAX_ITEMS = 500_000
MAX_DIGITS = 4000  # of an integer
EXACT = (Fraction, Decimal)
REAL = {
    int,
    float,
    bool,
    *EXACT,
}  # types of the entries of an array of objects that is one of numbers
LISTED: tuple[type, ...] = (range, deque, type({}.keys()), type({}.values()), type({}.items()))
COLLISIONS = 100  # keys of one dictionary that may have equal hashes
KINDS = "biufc"  # array kinds: bool, signed, unsigned, float, complex


class EncodingError(ValueError):
    """Bytes that are not an encoded value, or a value over the limits."""


class TorchMissing(ImportError):
    """A value is a tensor, and PyTorch is not installed."""


class Opaque(NamedTuple):
    """Stands for a value that is not plain data."""

    type_name: str


class Written(NamedTuple):
    """A value brought into its encoded form beforehand, for one that is sent many times."""

    tree: Any


def encode(value: Any) -> bytes:
    """Encode a value as JSON bytes; subclasses are flattened to the plain type below them.

    Raises:
        EncodingError: it is deeper, longer or larger than the limits allow.
    """
    body = json.dumps(to_tree(value), separators=(",", ":"), allow_nan=False).encode()
    if len(body) > MAX_BYTES:
        raise EncodingError(f"{len(body)} bytes are more than {MAX_BYTES}")
    return body


def decode(body: bytes) -> Any:
    """Rebuild the value from bytes nobody vouches for.

    Raises:
        EncodingError: they are not what :func:`encode` writes.
    """
    if len(body) > MAX_BYTES:
        raise EncodingError(f"{len(body)} bytes are more than {MAX_BYTES}")
    if sum(body.count(sign) for sign in (b",", b"[", b"{")) > 4 * MAX_ITEMS:
        raise EncodingError(f"more than {MAX_ITEMS} items")  # before they are built
    try:
        tree = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise EncodingError(f"not JSON: {type(error).__name__}") from error
    return from_tree(tree)


def to_tree(value: Any) -> Any:
    """The value as a tree that JSON can hold."""
    return _Writer().write(value, 0)


def from_tree(tree: Any) -> Any:
    """The value that a tree stands for.

    Raises:
        EncodingError: the tree is malformed or over the limits.
        TorchMissing: it holds a tensor, and PyTorch is not installed.
    """
    try:
        return _Reader().read(tree, 0)
    except (EncodingError, TorchMissing):
        raise
    except Exception as error:
        raise EncodingError(f"malformed: {type(error).__name__}") from error


def _refuse(name: str) -> Any:
    raise ValueError(name)


class _Budget:
    """Counts items and depth."""

    def __init__(self) -> None:
        self.items = 0

    def count(self, depth: int) -> None:
        self.items += 1
        if depth > MAX_DEPTH:
            raise EncodingError(f"nested more than {MAX_DEPTH} deep")
        if self.items > MAX_ITEMS:
            raise EncodingError(f"more than {MAX_ITEMS} items")


class _Writer(_Budget):
    """Value to tree. Looks at real types only: ``__class__`` may lie, ``type()`` does not."""

    def write(self, value: Any, depth: int) -> Any:
        self.count(depth)
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is Opaque:
            return {"opaque": tuple.__getitem__(value, 0)}
        if kind is Written:
            return tuple.__getitem__(value, 0)
        if issubclass(kind, np.generic) and not issubclass(kind, np.str_):
            return self.array(np.asarray(value), scalar=True)
        if issubclass(kind, np.ndarray):
            return self.array(np.ndarray.view(value, np.ndarray))
        if issubclass(kind, (int, float, complex, str)):
            return _plain_scalar(value, kind)
        if issubclass(kind, (list, tuple)):
            base = list if issubclass(kind, list) else tuple
            items = [self.write(item, depth + 1) for item in base.__iter__(value)]
            return {"list" if base is list else "tuple": items}
        if issubclass(kind, dict):
            pairs = dict.items(value)
            return {"dict": [[self.key(k, depth + 1), self.write(v, depth + 1)] for k, v in pairs]}
        if kind in EXACT:
            return _plain_scalar(_as_float(value), float)
        if kind in LISTED:
            if len(value) > MAX_ITEMS:
                raise EncodingError(f"more than {MAX_ITEMS} items")
            return {"list": [self.write(item, depth + 1) for item in value]}
        torch = loaded_torch()
        if torch is not None and issubclass(kind, torch.Tensor):
            return self.tensor(value, torch)
        return {"opaque": str(type.__dict__["__name__"].__get__(kind))[:80]}

    def key(self, value: Any, depth: int) -> Any:
        """A dictionary's key; NumPy's numbers count as Python's."""
        if issubclass(type(value), np.generic):
            return self.write(np.generic.item(value), depth)
        if issubclass(type(value), tuple):
            self.count(depth)
            return {"tuple": [self.key(k, depth + 1) for k in tuple.__iter__(value)]}
        return self.write(value, depth)

    def array(self, array: np.ndarray, scalar: bool = False, tensor: bool = False) -> Any:
        if array.dtype.kind == "U":
            return self.write(array.tolist(), 0)
        if array.dtype.kind == "O" and {type(entry) for entry in array.flat} <= REAL:
            return self.write(array.tolist(), 0)
        if array.dtype.kind not in KINDS:
            return {"opaque": f"array of {array.dtype}"[:80]}
        if array.nbytes > MAX_BYTES // 2:
            raise EncodingError(f"an array of {array.nbytes} bytes is too large")
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        tree = {
            "array": array.dtype.str,
            "shape": list(array.shape),
            "data": base64.b64encode(array.tobytes()).decode(),
        }
        return tree | ({"scalar": True} if scalar else {}) | ({"tensor": True} if tensor else {})

    def tensor(self, value: Any, torch: Any) -> Any:
        with torch._C.DisableTorchFunctionSubclass():
            plain = torch.Tensor.detach(value).as_subclass(torch.Tensor)
            if plain.layout is not torch.strided:
                return {"opaque": "sparse tensor"}
            if plain.numel() * plain.element_size() > MAX_BYTES // 2:
                raise EncodingError("a tensor is too large")
            if plain.dtype in (torch.bfloat16, torch.float16):
                plain = plain.float()
            return self.array(plain.cpu().resolve_conj().resolve_neg().numpy(), tensor=True)


def _as_float(value: Any) -> float:
    """A fraction or decimal as the nearest float, infinite where it is too large."""
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except ValueError:  # a signalling NaN
        return math.nan


def _plain_scalar(value: Any, kind: type) -> Any:
    if issubclass(kind, str):
        text = "".join(str.__iter__(value))
        return text.encode("utf-8", "replace").decode()
    if issubclass(kind, int):
        number = int.__int__(value)
        if number.bit_length() > 3 * MAX_DIGITS:
            raise EncodingError("an integer is too long")
        return number if abs(number) < 2**53 else {"int": str(number)}
    if issubclass(kind, float):
        real = float.__float__(value)
        return real if math.isfinite(real) else {"float": repr(real)}
    pair = complex.__complex__(value)
    return {"complex": [repr(pair.real), repr(pair.imag)]}


class _Reader(_Budget):
    """Tree to value; every tag has one form and everything else is refused."""

    def read(self, tree: Any, depth: int) -> Any:
        self.count(depth)
        if isinstance(tree, str):
            return tree if tree.isascii() else tree.encode("utf-8", "replace").decode()
        if tree is None or isinstance(tree, (bool, int, float)):
            return tree
        if not isinstance(tree, dict) or not tree:
            raise EncodingError(f"a bare {type(tree).__name__}")
        if "array" in tree:
            return self.array(tree)
        if len(tree) != 1:
            raise EncodingError("more than one tag")
        ((tag, body),) = tree.items()
        if tag in ("list", "tuple"):
            items = [self.read(item, depth + 1) for item in _listed(body)]
            return items if tag == "list" else tuple(items)
        if tag == "dict":
            pairs = [
                (_hashable(self.read(k, depth + 1)), self.read(v, depth + 1))
                for k, v in map(_pair, _listed(body))
            ]
            _refuse_collisions([key for key, _ in pairs])
            return dict(pairs)
        if tag == "opaque":
            return Opaque(_text(body)[:80])
        if tag == "float":
            return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}[_text(body)]
        if tag == "int" and len(_text(body)) <= MAX_DIGITS:
            return int(body)
        if tag == "complex":
            real, imaginary = _pair(body)
            return complex(float(_text(real)), float(_text(imaginary)))
        raise EncodingError("an unknown tag")

    def array(self, tree: dict[str, Any]) -> Any:
        if not set(tree) <= {"array", "shape", "data", "scalar", "tensor"}:
            raise EncodingError("an unknown key beside an array")
        dtype = np.dtype(_text(tree["array"]))
        shape = tuple(_listed(tree["shape"]))
        if dtype.kind not in KINDS or not all(type(n) is int and n >= 0 for n in shape):
            raise EncodingError("an array of a kind or shape that is not allowed")
        data = base64.b64decode(_text(tree["data"]), validate=True)
        if len(shape) > 32 or math.prod(shape) * dtype.itemsize != len(data):
            raise EncodingError("an array whose data do not fill its shape")
        array = np.frombuffer(data, dtype).reshape(shape).copy()
        if tree.get("tensor") is True:
            return tensor(array)
        return array[()] if tree.get("scalar") is True else array


def loaded_torch() -> Any:
    """Torch, where it is loaded; None also while another thread is in the middle of loading it."""
    torch = sys.modules.get("torch")
    spec = getattr(torch, "__spec__", None)
    return None if getattr(spec, "_initializing", False) else torch


def tensor(array: np.ndarray) -> Any:
    """A torch tensor with the array's content.

    Raises:
        TorchMissing: PyTorch is not installed.
    """
    try:
        import torch
    except ImportError as error:
        raise TorchMissing("a tensor needs PyTorch") from error
    return torch.from_numpy(array)


def _listed(body: Any) -> list[Any]:
    if not isinstance(body, list):
        raise EncodingError("not a list")
    return body


def _pair(body: Any) -> tuple[Any, Any]:
    first, second = _listed(body)
    return first, second


def _text(body: Any) -> str:
    if not isinstance(body, str):
        raise EncodingError("not a string")
    return body


def _refuse_collisions(keys: list[Any]) -> None:
    """Equal hashes, which are easily made, would turn a dictionary into a list to search."""
    if keys and max(Counter(map(hash, keys)).values()) > COLLISIONS:
        raise EncodingError("a dictionary whose keys have equal hashes")


def _hashable(key: Any) -> Any:
    if not isinstance(key, (str, int, float, bool, tuple, type(None))):
        raise EncodingError("a key that is not plain")
    hash(key)
    return key
