"""How many words a second does each neural system of the zoo train on, and score?

    OMP_NUM_THREADS=1 python benchmarks/tokens_per_second.py

Training: forward, backward, clipping and update, with the settings of the stored run. Scoring:
the loss alone, in batches of the same shape. CPU-seconds of one thread, median of several rounds
in which all systems take turns.
"""

import itertools
import statistics
import time
from dataclasses import replace

import numpy as np
import torch

from coursekit import text, zoo
from coursekit.training import Trainer

ROUNDS, UPDATES = 5, 4


def main() -> None:
    """Print one line for each system."""
    torch.set_num_threads(1)
    data = text.encoded_sotu(zoo.VOCABULARY)
    trainers, windows = {}, {}
    for name, system in zoo.SYSTEMS.items():
        torch.manual_seed(0)
        settings = replace(system.settings, steps=1000)
        model = system.build()
        model.prepare(torch.from_numpy(data.train.astype(np.int64)))
        trainers[name] = Trainer(model, data.train, data.valid, settings)
        windows[name] = trainers[name].windows()
        trainers[name].update(*next(windows[name]))  # the first one allocates memory
    training: dict[str, list[float]] = {name: [] for name in trainers}
    scoring: dict[str, list[float]] = {name: [] for name in trainers}
    for _ in range(ROUNDS):
        for name, trainer in trainers.items():
            tokens, seconds = trainer.at.tokens, trainer.at.seconds
            pairs = list(itertools.islice(windows[name], UPDATES))
            for pair in pairs:
                trainer.update(*pair)
            training[name].append((trainer.at.tokens - tokens) / (trainer.at.seconds - seconds))
            scoring[name].append(scored(trainer, pairs))
    print(f"{'system':40}{'parameters':>12}{'trains, tokens/s':>18}{'scores, tokens/s':>18}")
    for name, trainer in trainers.items():
        print(
            f"{zoo.TITLES[name]:40}{trainer.model.size:>12,}"
            f"{statistics.median(training[name]):>18,.0f}{statistics.median(scoring[name]):>18,.0f}"
        )


def scored(trainer: Trainer, pairs: list) -> float:
    """Tokens a second of scoring the same windows."""
    model = trainer.model.eval()
    start = time.process_time()
    with torch.inference_mode():
        for x, y in pairs:
            model.losses(torch.from_numpy(x), torch.from_numpy(y))
    return sum(x.size for x, _ in pairs) / (time.process_time() - start)


if __name__ == "__main__":
    main()
