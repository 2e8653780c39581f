"""Why n-gram features inside a network need dropout: the same short run with and without.

The recurrent network with hashed n-gram features of the zoo, trained for 2,400 updates (a pass and
a half) with no share of the features left out in training, and with half of them.

    python experiments/ngram_features.py            # about 6 CPU-minutes on one thread

Writes ``src/coursekit/measured/ngram_features.json``, which chapter 15 prints.
"""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from coursekit import text
from coursekit.training import train
from coursekit.zoo.systems import SYSTEMS, VOCABULARY

RESULT = Path(__file__).parents[1] / "src/coursekit/measured/ngram_features.json"
UPDATES = 2_400


def main() -> None:
    torch.set_num_threads(1)
    data, system = text.encoded_sotu(VOCABULARY), SYSTEMS["rnn-ngram"]
    settings = replace(system.settings, steps=UPDATES, validate_every=UPDATES // 4)
    runs = []
    for dropout in (0.0, 0.5):
        torch.manual_seed(settings.seed)
        model = system.build()
        model.features.dropout = dropout
        model.prepare(torch.from_numpy(data.train.astype(np.int64)))
        history = train(model, data.train, data.valid, settings, show=False)
        runs.append(
            {
                "dropout": dropout,
                "passes": [round(r.tokens / len(data.train), 2) for r in history],
                "train": [round(math.exp(r.train_loss), 1) for r in history],
                "valid": [round(math.exp(r.valid_loss), 1) for r in history],
            }
        )
        print(runs[-1], flush=True)
    RESULT.write_text(json.dumps(runs, indent=1) + "\n", "utf8")


if __name__ == "__main__":
    main()
