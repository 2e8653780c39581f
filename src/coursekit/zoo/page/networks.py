"""The models that travel inside a page, as networks in PyTorch."""

from collections.abc import Callable
from functools import partial

from coursekit.models import LanguageModel, RecurrentModel
from coursekit.text import ALPHABET
from coursekit.zoo import page, store

MODELS: dict[str, Callable[[], LanguageModel]] = {
    "characters": partial(RecurrentModel, len(ALPHABET), 64, 128),
    "words": partial(RecurrentModel, 3000, 96, 96, dropout=0.1, tied=True),
}


def load(name: str) -> LanguageModel:
    """Return a model with its stored weights, ready to be asked (dropout off).

    Raises:
        KeyError: no model is called so.
    """
    model = MODELS[name]()
    store.load(model, page.folder() / f"{name}.npz")
    return model.eval()
