"""How much of its context does a trained network use? Loss against the number of words given.

The zoo's simple RNN and LSTM predict the same words of the test speeches from the last 1, 2, …, 200
words. What stands in front of those words decides what is measured, so there are two starts: the
zero state, which the network rarely met in training, and the state that the same network has after
200 words of another speech, which is familiar but wrong.

    python experiments/context_given.py          # about 4 CPU-minutes on one thread

Writes ``src/coursekit/measured/context_given.json``, which chapter 10 plots.
"""

import json
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch

from coursekit import text, zoo
from coursekit.models import LanguageModel
from coursekit.models.cells import State

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/context_given.json"
SYSTEMS = ("rnn", "lstm")
GIVEN = (1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 100, 200)
PLACES = 500  # predicted words in each speech
SEED = 0


def places(starts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Positions to predict, the same number in each speech, at least 200 words into it: (s, p)."""
    spans = [np.arange(a + GIVEN[-1], b) for a, b in pairwise(starts)]
    return np.array([rng.choice(span, PLACES, replace=False) for span in spans])


def elsewhere(places: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """For each position one in another speech, (s, p) -> (s, p)."""
    speeches = len(places)
    other = (np.arange(speeches)[:, None] + rng.integers(1, speeches, places.shape)) % speeches
    return places[other, rng.integers(PLACES, size=places.shape)]


@torch.inference_mode()
def state_after(model: LanguageModel, ids: np.ndarray, ends: np.ndarray) -> State:
    """The network's state after the 200 words in front of each position."""
    x = window(ids, ends, GIVEN[-1])
    return model.hidden(x, model.initial_state(len(x)))[1]


@torch.inference_mode()
def loss(model: LanguageModel, ids: np.ndarray, at: np.ndarray, given: int, state: State) -> float:
    """Mean loss of the words ``ids[at]`` given the words before each of them, in nats.

    Args:
        model: the network.
        ids: the text, (t,).
        at: positions to predict, (p,).
        given: how many words before each of them are read.
        state: what the network starts from.
    """
    x = window(ids, at, given)  # (p, given)
    if given > 1:
        _, state = model.hidden(x[:, :-1], state)
    found, _ = model.losses(x[:, -1:], torch.from_numpy(ids[at])[:, None], state)
    return round(float(found.double().mean()), 4)


def window(ids: np.ndarray, ends: np.ndarray, size: int) -> torch.Tensor:
    """The ``size`` words in front of each position, (p, size)."""
    return torch.from_numpy(ids[ends[:, None] + np.arange(-size, 0)])


def main() -> None:
    torch.set_num_threads(1)
    data = text.encoded_sotu(zoo.VOCABULARY)
    ids = data.test.astype(np.int64)
    rng = np.random.default_rng(SEED)
    at = places(np.asarray(data.doc_starts["test"]), rng)
    before = elsewhere(at, rng)
    found = {name: {"zero": [], "another speech": []} for name in SYSTEMS}
    for name in SYSTEMS:
        model = zoo.load(name)
        for here, there in zip(at, before, strict=True):  # speech by speech
            starts = {
                "zero": model.initial_state(PLACES),
                "another speech": state_after(model, ids, there),
            }
            for start, state in starts.items():
                found[name][start].append([loss(model, ids, here, g, state) for g in GIVEN])
        for start, losses in found[name].items():
            print(name, start, np.mean(losses, axis=0).round(3), flush=True)
    settings = {"given": GIVEN, "places per speech": PLACES, "seed": SEED}
    result = {"settings": settings, "mean loss by speech": found}
    RESULT.write_text(json.dumps(result, indent=1) + "\n", "utf8")
    print(f"{time.process_time():.0f} CPU-seconds in all")


if __name__ == "__main__":
    main()
