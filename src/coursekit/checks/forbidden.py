"""The one rule on forbidden short cuts: what counts is what an answer calls while it runs.

:func:`closed` closes the named functions, methods, classes and modules for as long as an answer's
cases run, here and in the grader's child alike. How a name is reached makes no difference: an
alias, ``getattr``, ``importlib``, ``exec`` or a function held since an earlier cell all end in the
same call. A name that is only mentioned, in a comment, a string or a branch that never runs, is
innocent. What was called is noted, so an answer gains nothing by catching the exception.

Each kind of thing is closed where it cannot be passed by:

* a Python function, also as a method, gets other code, so it is closed under every name it has;
* a class is closed by its methods, so an object made before is closed as well;
* an operator of torch is closed in torch's dispatcher, below every name, thread, script and traced
  graph; ``torch.compile`` runs what it compiled line by line meanwhile. It goes by the last part of
  the name: who forbids ``torch.softmax`` also means ``Tensor.softmax`` and the operators
  ``aten.softmax.int`` and ``aten._softmax``; ``KIN`` names what else is meant;
* taking a gradient is noticed where autograd asks for what it kept on the way forward;
* a package is closed with all the modules in it, also those that have left ``sys.modules`` while
  something holds a function of theirs;
* any other compiled function is replaced in its module and in the answer's global names;
* a module that is not loaded yet is closed at the end of its import.

What this cannot see: a copy of the forbidden source text, which is code that the student hands in;
machine code of one's own; an answer that takes these doors off their hinges; and autograd's private
engine run in a thread of one's own.
"""

import contextlib
import functools
import gc
import inspect
import sys
import warnings
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from importlib.machinery import ModuleSpec
from types import CodeType, FunctionType, ModuleType
from typing import Any

from coursekit.checks.values import loaded_torch

SOFTMAX = (
    *("safe_softmax", "masked_softmax", "sparse_softmax", "native_multi_head_attention"),
    *("scaled_dot_product_attention", "scaled_dot_product_flash_attention_for_cpu"),
)
GRADIENTS = (
    "torch.autograd.graph._engine_run_backward",  # what all of torch.autograd calls
    "torch._functorch.eager_transforms",  # torch.func.grad, vjp, jvp, jacrev and so on
    "torch._C._autograd._push_saved_tensors_default_hooks",  # would hide that a gradient is taken
    "torch._C._autograd._pop_saved_tensors_default_hooks",
    "make_dual",  # derivatives forwards
)
# What does the work of a forbidden thing under another name: dotted names, and operators of torch.
KIN = {
    "torch.nn.RNN": (
        "rnn_tanh",
        "rnn_relu",
        "torch._decomp.decompositions.one_layer_rnn",
        "mkldnn_rnn_layer",
    ),
    "torch.nn.RNNCell": ("rnn_tanh_cell", "rnn_relu_cell"),
    "torch.nn.LSTM": (
        "lstm",
        "torch._decomp.decompositions.one_layer_lstm",
        "torch.ao.nn.quantizable.LSTM",
        "mkldnn_rnn_layer",
    ),
    "torch.nn.LSTMCell": ("lstm_cell", "torch.ao.nn.quantizable.LSTMCell"),
    "torch.nn.GRU": ("gru", "mkldnn_rnn_layer"),
    "torch.nn.GRUCell": ("gru_cell",),
    "torch.softmax": SOFTMAX,
    "torch.nn.functional.softmax": SOFTMAX,
    "torch.nn.functional.cross_entropy": ("cross_entropy_loss",),
    "torch.autograd.grad": GRADIENTS,
    "torch.Tensor.backward": GRADIENTS,
}
# Where torch has its operators written out in Python.
WRITTEN_OUT = ("torch._refs.", *(f"torch._decomp.decompositions.{mark}" for mark in ("", "_")))
# Where torch keeps the work of an operator; what lies above these leads to one of them.
KERNELS = (
    "CompositeImplicitAutograd",
    "CompositeExplicitAutograd",
    "CompositeExplicitAutogradNonFunctional",
    *(f"{kind}{device}" for device in ("CPU", "CUDA") for kind in ("", "Sparse", "NestedTensor")),
    "MkldnnCPU",
    "MPS",
    "Autograd",  # of what has its work there
)
FORBIDDEN = "forbidden"  # kind of error: a closed name was called
MANY = 1000  # things in a container: no student holds so many functions
MODULE_HOOKS = ("__getattr__", "__dir__")  # how a module's names are looked up, which is no use


class NotAllowed(Exception):
    """The answer called something that the question asks to be written by hand."""


def refusal(names: Sequence[str]) -> str:
    """What a student is told who used a short cut."""
    return f"This question asks you to do without {', '.join(names)}: write it out yourself."


def judged(outcome: dict[str, Any], used: Sequence[str]) -> dict[str, Any]:
    """An outcome of ``run_case``, or its refusal where closed names were ``used``."""
    if not used:
        return outcome
    error = {"kind": FORBIDDEN, "type": NotAllowed.__name__, "message": ", ".join(used)}
    return {**outcome, "results": [], "error": error | {"line": None, "text": "", "step": 0}}


@contextlib.contextmanager
def closed(names: Sequence[str], thing: Any = None) -> Iterator[list[str]]:
    """While inside, calling what the names stand for raises :class:`NotAllowed`.

    Args:
        names: dotted names of functions, methods, classes or whole modules.
        thing: the answer, whose own global names are closed as well.

    Yields:
        The names that have been called so far, in the order of their first call.
    """
    with contextlib.ExitStack() as undo:
        doors = _Doors(names, _namespaces(thing), undo)
        if names:
            sys.meta_path.insert(0, doors)
            undo.callback(sys.meta_path.remove, doors)
            doors.close_all()
            doors.close_held()
        yield doors.used


class _Doors:
    """What is closed; as an import hook it also closes what is loaded meanwhile."""

    def __init__(
        self,
        names: Sequence[str],
        spaces: Sequence[MutableMapping[str, Any]],
        undo: contextlib.ExitStack,
    ) -> None:
        self.names, self.spaces, self.undo = tuple(names), spaces, undo
        self.used: list[str] = []
        self.shut: dict[int, Any] = {}  # by id, and held, so that no id is used again
        awaited = {other for name in names for other in _dotted(name)}
        self.awaited = {prefix for name in awaited for prefix in _prefixes(name)}
        if any(name.startswith("torch.") for name in names):
            self.awaited.add("torch._dynamo")

    def refuse(self, name: str) -> Callable[..., Any]:
        """A function that notes the use of ``name`` and raises."""

        def refused(*args: Any, **kwargs: Any) -> Any:
            if name not in self.used:
                self.used.append(name)
            raise NotAllowed(name)

        return refused

    def close_all(self) -> None:
        """Close everything that is loaded and still open."""
        torch = loaded_torch()
        if torch is not None and any(name.startswith("torch.") for name in self.names):
            self._close_torch(torch)
        for name in self.names:
            for other in _dotted(name):
                owner, thing = _find(other)
                if isinstance(thing, ModuleType):
                    self._close_module(other, "" if other == name else name)
                elif thing is not None:
                    self._close(name, owner, thing)

    def close_held(self) -> None:
        """Close functions of modules that are loaded no longer, or under another name.

        Where what had been there before the answer is frozen, as in grading, all objects are
        looked at. Elsewhere that takes longer than many a check, so only the answer's global
        names are, and the containers and modules that these stand for.
        """
        named = list(
            _kept([thing for space in self.spaces for thing in space.values()], self.names)
        )
        things = [*gc.get_objects(), *named] if gc.get_freeze_count() else named
        for function in [thing for thing in things if type(thing) is FunctionType]:
            home, name = function.__module__, function.__name__
            # There are tens of thousands: the first question is quick, the second exact.
            if type(home) is not str or not home.startswith(self.names):
                continue
            if name not in MODULE_HOOKS and any(_within(home, own) for own in self.names):
                self._close(f"{home}.{name}", None, function)

    def _close_module(self, name: str, told: str) -> None:
        """Close what a module defines, and what the modules in it define.

        Args:
            name: of the module.
            told: the name that is told if one of them is used; "" for its own.
        """
        for inner, module in list(sys.modules.items()):
            if not isinstance(module, ModuleType) or not _within(inner, name):
                continue
            for part, value in list(vars(module).items()):
                if part not in MODULE_HOOKS and _home(value) == inner and callable(value):
                    self._close(told or f"{inner}.{part}", module, value)

    def _close(self, name: str, owner: Any, thing: Any) -> None:
        if id(thing) in self.shut:
            return
        self.shut[id(thing)] = thing
        refuse = self.refuse(name)
        kind = type(thing)  # isinstance would ask the thing itself, which may be closed
        if issubclass(kind, type):
            self._close_class(thing, refuse)
        elif kind is FunctionType:
            self._exchange_code(thing, refuse)
        elif isinstance(owner, ModuleType) and owner is not loaded_torch():
            door = _Door(refuse)
            for space in (vars(owner), *self.spaces):
                for known_as in [key for key, value in space.items() if value is thing]:
                    self.undo.callback(space.__setitem__, known_as, thing)
                    space[known_as] = door
        wrapped = inspect.getattr_static(thing, "__wrapped__", None)
        if wrapped is not None:  # also held by itself, perhaps
            self._close(name, owner, wrapped)

    def _close_class(self, thing: type, refuse: Callable[..., Any]) -> None:
        for value in list(vars(thing).values()):
            # No attribute is asked of others: a closed class may answer for its instances.
            method = value.__func__ if isinstance(value, (classmethod, staticmethod)) else value
            if inspect.isfunction(method):
                self._exchange_code(method, refuse)
        if "__init__" not in vars(thing):
            self._set(thing, "__init__", refuse)

    def _exchange_code(self, function: FunctionType, refuse: Callable[..., Any]) -> None:
        self.undo.callback(setattr, function, "__code__", function.__code__)
        function.__code__ = _calling(refuse, function.__code__.co_freevars)

    def _set(self, owner: Any, name: str, value: Any) -> None:
        with contextlib.suppress(TypeError):  # a compiled class cannot be changed
            setattr(owner, name, value)
            self.undo.callback(delattr, owner, name)

    def _close_torch(self, torch: Any) -> None:
        """Close torch's operators and watch its gradients, once each."""
        if id(torch) not in self.shut:
            self.shut[id(torch)] = torch
            library = torch.library.Library("aten", "IMPL")
            self.undo.callback(library._destroy)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns that kernels are replaced
                kernels = {kernel: name for name in self.names[::-1] for kernel in kernels_of(name)}
                for (operator, key), name in kernels.items():
                    library.impl(operator, self.refuse(name), key)
            gradients = [name for name in self.names if KIN.get(name) is GRADIENTS]
            if gradients:
                hooks = torch.autograd.graph.saved_tensors_hooks
                self.undo.enter_context(hooks(_nothing, self.refuse(gradients[0])))
        compiler = sys.modules.get("torch._dynamo")
        if compiler is not None and id(compiler) not in self.shut:
            self.shut[id(compiler)] = compiler
            self.undo.enter_context(torch.compiler.set_stance("force_eager"))

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        """Find an awaited module as the other finders do; close it when it has been run."""
        if name not in self.awaited and not any(_within(name, own) for own in self.names):
            return None
        others = (finder for finder in list(sys.meta_path) if finder is not self)
        specs = (finder.find_spec(name, path, target) for finder in others)
        spec = next((found for found in specs if found is not None), None)
        if spec is not None and spec.loader is not None and not isinstance(spec.loader, type):
            run = spec.loader.exec_module

            def run_and_close(module: ModuleType) -> None:
                run(module)
                self.close_all()

            spec.loader.exec_module = run_and_close  # type: ignore[method-assign]
        return spec


class _Door:
    """Stands for a compiled function; its methods, such as ``reduce``, are closed with it."""

    def __init__(self, refuse: Callable[..., Any]) -> None:
        self._refuse = refuse

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._refuse()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # what inspection asks for is no use of it
            raise AttributeError(name)
        return self._refuse()


def _template(*args: Any, **kwargs: Any) -> Any:
    return "refuse".__call__()  # type: ignore[operator]  # the constant is replaced


def _calling(refuse: Callable[..., Any], free: tuple[str, ...]) -> CodeType:
    """Code that takes any arguments and calls ``refuse``, fit for a closure over ``free``."""
    code = _template.__code__
    constants = tuple(refuse if value == "refuse" else value for value in code.co_consts)
    return code.replace(co_consts=constants, co_freevars=free)


def _home(thing: Any) -> Any:
    """The module a thing says it was defined in, without running code of its own; or None."""
    with contextlib.suppress(AttributeError):
        return object.__getattribute__(thing, "__module__")
    return None


def _within(name: str, outer: str) -> bool:
    """Whether a dotted name is another, or lies in it."""
    return name == outer or name.startswith(f"{outer}.")


def _operators(name: str) -> list[str]:
    """What torch's operators that a name stands for are called."""
    if not name.startswith("torch."):
        return []
    return [name.rpartition(".")[2], *(other for other in KIN.get(name, ()) if "." not in other)]


def _dotted(name: str) -> list[str]:
    """A name, and the dotted ones of what does the same work."""
    kin = [other for other in KIN.get(name, ()) if "." in other]
    return [name, *kin, *(f"{place}{o}" for place in WRITTEN_OUT for o in _operators(name))]


@functools.cache
def kernels_of(name: str) -> tuple[tuple[str, str], ...]:
    """Each operator that a name of loaded torch stands for, and where torch keeps its work."""
    torch = loaded_torch()
    plain = _operators(name)
    operators = [
        f"{operator}.{schema.overload_name}".rstrip(".")
        for operator in (f"aten::{before}{p}" for p in plain for before in ("", "_", "special_"))
        for schema in torch._C._jit_get_schemas_for_operator(operator)
    ]
    return tuple(
        (operator, key)
        for operator in operators
        if torch._C._dispatch_has_kernel(operator)  # else it is an operator of scripts alone
        for key in KERNELS
        if torch._C._dispatch_has_kernel_for_dispatch_key(operator, key)
    )


def _kept(things: Sequence[Any], names: Sequence[str]) -> Iterator[Any]:
    """Things, and what plain containers and the named modules among them hold."""
    waiting = list(things)
    seen: set[int] = set()
    while waiting:
        thing = waiting.pop()
        kind = type(thing)
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if kind in (list, tuple, set, dict) and len(thing) <= MANY:
            waiting += thing.values() if kind is dict else thing
        elif kind is ModuleType and any(
            _within(str(vars(thing).get("__name__")), own) for own in names
        ):
            waiting += vars(thing).values()
        else:
            yield thing


def _nothing(tensor: Any) -> None:
    """What autograd keeps of a tensor where no gradient may be taken."""


def _prefixes(name: str) -> list[str]:
    """``a.b.c`` as a, a.b and a.b.c."""
    parts = name.split(".")
    return [".".join(parts[: i + 1]) for i in range(len(parts))]


def _find(name: str) -> tuple[Any, Any]:
    """Owner and object of a dotted name, as far as it is loaded; else None and None."""
    for prefix in reversed(_prefixes(name)):
        module = sys.modules.get(prefix)
        if not isinstance(module, ModuleType):
            continue
        owner: Any = None
        thing: Any = module
        for part in name[len(prefix) + 1 :].split(".") if prefix != name else ():
            owner, thing = thing, getattr(thing, part, None)
        return owner, thing
    return None, None


def _namespaces(thing: Any) -> list[MutableMapping[str, Any]]:
    """The global names that an answer's code can see."""
    functions = [thing]
    if isinstance(thing, type):
        functions = [value for base in thing.__mro__[:-1] for value in vars(base).values()]
    unwrapped = (inspect.unwrap(getattr(f, "__func__", f)) for f in functions if callable(f))
    spaces = [f.__globals__ for f in unwrapped if inspect.isfunction(f)]
    return list({id(space): space for space in spaces}.values())
