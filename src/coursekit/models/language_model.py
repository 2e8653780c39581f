"""What every language model of the course can do, whatever is inside.

A model reads a batch of token streams x, shape (b, t), and a state that stands for everything
read before. It answers in one of two ways:

    log_probs, state = model(x, state)          log ŷ^[t] for all k words, (b, t, k)
    losses, state = model.losses(x, y, state)   L^[t] = -log ŷ_y^[t] alone, (b, t), cheaper

A *state* is a tuple of tensors with the batch as first axis: h and c of recurrent layers, the
last words of a window model, the words read so far of a Transformer.
"""

from __future__ import annotations

from torch import Tensor, nn

from coursekit.models.cells import State
from coursekit.models.vocabulary_layers import AdaptiveSoftmax, Direct, Softmax


class LanguageModel(nn.Module):
    """Base of all models: a body that makes states, and an output layer over the vocabulary.

    Subclasses set ``output`` and write ``initial_state`` and ``hidden``.
    """

    output: Softmax | AdaptiveSoftmax
    context: int | None = None  # words it can look back on; None: no limit

    def initial_state(self, batch: int) -> State:
        """Return the state before anything was read."""
        raise NotImplementedError

    def hidden(self, x: Tensor, state: State) -> tuple[Tensor, State]:
        """Return what the output layer reads, (b, t) -> (b, t, n), and the state after x."""
        raise NotImplementedError

    def prepare(self, train: Tensor) -> None:
        """See the training text, (t,), before training and before use; most models need not."""
        return None

    def direct(self, x: Tensor, state: State) -> Direct | None:
        """Return logits that do not pass through the hidden state, if the model has any."""
        return None

    def forward(self, x: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Return log ŷ^[t], shape (b, t, k), and the state after x."""
        before = self.initial_state(len(x)) if state is None else state
        h, after = self.hidden(x, before)
        return self.output.log_probs(h, self.direct(x, before)), after

    def losses(self, x: Tensor, y: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Return the losses L^[t] in nats for the targets y, shape (b, t), and the state."""
        before = self.initial_state(len(x)) if state is None else state
        h, after = self.hidden(x, before)
        return self.output.losses(h, y, self.direct(x, before)), after

    @property
    def size(self) -> int:
        """Number of trainable numbers; a shared matrix counts once."""
        return sum(parameter.numel() for parameter in self.parameters())


def detach(state: State) -> State:
    """Cut the graph but keep the values: truncated backpropagation through time.

    Not to be confused with setting the state to zero, which would also forget the text.
    """
    return tuple(part.detach() for part in state)
