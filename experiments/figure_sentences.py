"""Two figures on real sentences of the test speeches: `pooling` and `state_summary`.

`pooling` shows the end of a speech with the loss of the table's LSTM at each token, from the stored
losses. `state_summary` asks what three summaries of the states still hold of a word: it is replaced
by <unk>, and everything is measured again, with up to PADDING symbols of padding behind the
sentence (number 0 of the vocabulary, as zeros in a padded batch are read).

    python experiments/figure_sentences.py        # a few seconds

Writes ``pooling.json`` and ``state_summary.json`` in ``src/coursekit/figures/gallery/``.
"""

from __future__ import annotations

import json
from typing import Any

import torch
from torch import Tensor

from coursekit import zoo
from coursekit.figures.framework import GALLERY
from coursekit.models import RecurrentModel
from coursekit.text import Vocabulary, encoded_sotu

PASSAGE = slice(52794, 52833)  # the end of the last speech, but for three tokens
SENTENCES = (
    "the era of economic surrender is totally over .",
    "we must maintain freedom of the seas .",
)
NETWORKS = {"simple RNN": "rnn", "LSTM": "lstm"}
PADDING = 6
PAD = 0


def passage() -> dict[str, Any]:
    """What `pooling` shows: words, and the loss of each in nats."""
    data = encoded_sotu()
    words = [data.vocab.words[i] for i in data.test[PASSAGE]]
    losses = zoo.stored_losses("lstm", "test")[PASSAGE]
    return {"words": words, "losses": [round(float(loss), 4) for loss in losses]}


def summaries(h: Tensor) -> dict[str, Tensor]:
    """Three vectors (n,) made of states (t, n)."""
    return {"last": h[-1], "mean": h.mean(0), "max": h.max(0).values}


@torch.no_grad()
def states(model: RecurrentModel, end: int, ids: list[int]) -> Tensor:
    """The states (t, n) after each word and each symbol of padding, from the end of a sentence."""
    read = torch.tensor([[end, *ids, *[PAD] * PADDING]])
    return model.hidden(read, model.initial_state(1))[0][0, 1:]


def traces(model: RecurrentModel, vocab: Vocabulary, sentence: str) -> dict[str, Any]:
    """What is left of each word: by step in the states, by length of padding in the summaries.

    "trace": for each word, how far the states are from those of the sentence with <unk> in its
    place, from its own step on. "shares": how far a summary moves, as a share of its own norm; for
    each word a list over 0, 1, … symbols of padding counted.
    """
    ids = vocab.encode(sentence.split()).tolist()
    unknown = vocab.words.index("<unk>")
    real = states(model, vocab.end, ids)
    found: dict[str, Any] = {"trace": [], "shares": {"last": [], "mean": [], "max": []}}
    for place in range(len(ids)):
        other = states(model, vocab.end, [*ids[:place], unknown, *ids[place + 1 :]])
        moved = (real - other).norm(dim=1)[place:]
        found["trace"].append([float(f"{v:.3g}") for v in moved])
        for kind, rows in found["shares"].items():
            row = []
            for steps in range(len(ids), len(ids) + PADDING + 1):
                a, b = summaries(real[:steps])[kind], summaries(other[:steps])[kind]
                row.append(round(float((a - b).norm() / a.norm()), 3))
            rows.append(row)
    return found


def main() -> None:
    torch.set_num_threads(1)
    vocab = encoded_sotu().vocab
    networks = {}
    for name, stored in NETWORKS.items():
        model = zoo.load(stored).eval()
        networks[name] = [traces(model, vocab, sentence) for sentence in SENTENCES]
    summary = {"sentences": [s.split() for s in SENTENCES], "networks": networks}
    for name, data in {"pooling": passage(), "state_summary": summary}.items():
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        (GALLERY / f"{name}.json").write_text(f"{text}\n", "utf8")


if __name__ == "__main__":
    main()
