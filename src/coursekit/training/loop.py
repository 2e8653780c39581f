"""The one training loop: truncated backpropagation through time for any language model."""

from __future__ import annotations

import copy
import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from tqdm.auto import tqdm

from coursekit.models import LanguageModel, detach
from coursekit.text import batches
from coursekit.training import checkpoint
from coursekit.training.checkpoint import Progress, Record
from coursekit.training.evaluation import mean_loss
from coursekit.training.settings import Settings, one_cycle


class Trainer:
    """A model, a text, settings, and how far the run has come.

    Each update reads the next window of every row, backpropagates through that window, limits the
    norm of the gradient and moves the weights. The state is carried over to the next window as
    values, without its graph.

    Args:
        model: trained in place, on the device it is on.
        train: word numbers of the training text, (t,).
        valid: word numbers of the validation text, (t,).
        settings: see ``Settings``.
        checkpoint_file: written at each validation; if it exists, the run goes on from there.
    """

    def __init__(
        self,
        model: LanguageModel,
        train: npt.ArrayLike,
        valid: npt.ArrayLike,
        settings: Settings,
        checkpoint_file: Path | None = None,
    ) -> None:
        self.model, self.settings, self.file = model, settings, checkpoint_file
        self.text, self.valid = np.asarray(train), np.asarray(valid)
        self.device = next(model.parameters()).device
        self.optimisers = _optimisers(model, settings)
        self.at = Progress()
        self.losses: list[Tensor] = []  # since the last validation
        torch.manual_seed(settings.seed)
        if checkpoint_file is not None and checkpoint_file.exists():
            self.at = checkpoint.load(checkpoint_file, model, self.optimisers)

    def run(self, show: bool = True) -> list[Record]:
        """Train to the end, put the best weights into the model, return the validations."""
        settings, at = self.settings, self.at
        stopped = self._out_of_patience()
        with tqdm(total=settings.steps, initial=at.step, disable=not show, unit="step") as bar:
            for inputs, targets in self.windows():
                if at.step >= settings.steps or stopped:
                    break
                self.update(inputs, targets)
                bar.update()
                if at.step % settings.validate_every == 0 or at.step == settings.steps:
                    self.validate()
                    stopped = self._out_of_patience()
                    bar.set_postfix_str(_words(at.history))
        self.model.load_state_dict(at.best)
        return at.history

    def update(self, inputs: npt.NDArray[np.int64], targets: npt.NDArray[np.int64]) -> None:
        """Make one update from one window of every row, both (b, t)."""
        start = time.process_time()
        at, model = self.at, self.model.train()
        x = torch.from_numpy(inputs).to(self.device)
        y = torch.from_numpy(targets).to(self.device)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.settings.bfloat16):
            losses, state = model.losses(x, y, at.state)  # (b, t)
        loss = losses.float().mean()
        for optimiser in self.optimisers:
            optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), self.settings.clip)
        self._step(self._rate())
        at.state = detach(state)
        at.step += 1
        at.position += 1
        at.tokens += x.numel()
        at.seconds += time.process_time() - start
        self.losses.append(loss.detach())

    def validate(self) -> None:
        """Measure the validation loss, keep the best weights, write a checkpoint."""
        at = self.at
        best = min((record.valid_loss for record in at.history), default=float("inf"))
        context = self.model.context
        window = context // 2 if context and context > 8 else 32
        loss = mean_loss(self.model, self.valid, window=window)
        train_loss = float(torch.stack(self.losses).mean())
        self.losses = []
        at.history.append(Record(at.step, at.tokens, at.seconds, train_loss, loss))
        if loss < best:
            at.best = copy.deepcopy(self.model.state_dict())
        elif self.settings.schedule == "plateau":
            at.rate /= 4
        if self.file is not None:
            checkpoint.save(self.file, self.model, self.optimisers, at)

    def windows(self) -> Iterator[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
        """Windows of the text from where the run stands, pass after pass.

        Each pass begins a little later in the text, so that windows are not cut at the same
        places; the place depends on the seed and the number of the pass alone.
        """
        at, settings = self.at, self.settings
        while True:
            offset = int(np.random.default_rng((settings.seed, at.epoch)).integers(settings.window))
            pairs = batches(self.text[offset:], settings.batch, settings.window)
            yield from itertools.islice(pairs, at.position, None)
            at.epoch, at.position, at.state = at.epoch + 1, 0, None

    def _rate(self) -> float:
        """Share of the highest rate for this update."""
        if self.settings.schedule == "plateau":
            return self.at.rate
        return one_cycle(self.at.step, self.settings.steps)

    def _step(self, share: float) -> None:
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = share * group["highest"]
            optimiser.step()

    def _out_of_patience(self) -> bool:
        losses = [record.valid_loss for record in self.at.history]
        patience = self.settings.patience
        return patience is not None and len(losses) - 1 - _argmin(losses) >= patience


def train(
    model: LanguageModel,
    train: npt.ArrayLike,
    valid: npt.ArrayLike,
    settings: Settings,
    checkpoint_file: Path | None = None,
    show: bool = True,
) -> list[Record]:
    """Train a model; arguments as for ``Trainer``; ``show`` draws a progress bar."""
    return Trainer(model, train, valid, settings, checkpoint_file).run(show)


def steps_for(budget: float, model: LanguageModel, train: npt.ArrayLike, settings: Settings) -> int:
    """Return how many updates fit into a budget of CPU-seconds on this machine.

    A copy of the model makes 20 updates against the clock. The result is a plain number of steps,
    so that the run itself does not depend on the clock and can be repeated.
    """
    trial = Trainer(copy.deepcopy(model), train, [], replace(settings, steps=1000))
    pairs = trial.windows()
    for pair in itertools.islice(pairs, 3):  # the first updates allocate memory
        trial.update(*pair)
    before = trial.at.seconds
    for pair in itertools.islice(pairs, 20):
        trial.update(*pair)
    return max(1, int(budget / ((trial.at.seconds - before) / 20)))


def _optimisers(model: LanguageModel, settings: Settings) -> list[torch.optim.Optimizer]:
    """AdamW for all weights but those of n-gram features, which plain gradient descent trains."""
    direct = [p for name, p in model.named_parameters() if name.startswith("features.")]
    matrices = [
        p for name, p in model.named_parameters() if p.ndim > 1 and not name.startswith("features.")
    ]
    vectors = [
        p for name, p in model.named_parameters() if p.ndim < 2 and not name.startswith("features.")
    ]
    groups = [
        {"params": matrices, "weight_decay": settings.weight_decay, "highest": settings.rate},
        {"params": vectors, "weight_decay": 0.0, "highest": settings.rate},
    ]
    optimisers: list[torch.optim.Optimizer] = [torch.optim.AdamW(groups, fused=True)]
    if direct:
        optimisers.append(torch.optim.SGD([{"params": direct, "highest": settings.direct_rate}]))
    return optimisers


def _argmin(losses: list[float]) -> int:
    return min(range(len(losses)), key=losses.__getitem__) if losses else -1


def _words(history: list[Record]) -> str:
    """The last validation in words for the progress bar."""
    last = history[-1]
    speed = last.tokens / max(last.seconds, 1e-9)
    return (
        f"train {last.train_loss:.3f}, valid {last.valid_loss:.3f} nats, "
        f"perplexity {np.exp(last.valid_loss):.1f}, {speed:,.0f} tokens/s"
    )
