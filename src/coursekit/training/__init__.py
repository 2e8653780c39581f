"""One training loop for all language models, with checkpoints that a killed run resumes from."""

from coursekit.training.checkpoint import Progress, Record
from coursekit.training.evaluation import mean_loss, token_losses
from coursekit.training.loop import Trainer, steps_for, train
from coursekit.training.settings import Settings, one_cycle

__all__ = [
    "Progress",
    "Record",
    "Settings",
    "Trainer",
    "mean_loss",
    "one_cycle",
    "steps_for",
    "token_losses",
    "train",
]
