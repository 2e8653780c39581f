"""Neural language models: fixed window, recurrent, Transformer; one recurrent loop for all cells.

Every model is a ``LanguageModel``: ``model(x, state)`` gives log ŷ^[t] and the state after x.
"""

from coursekit.models.cells import Cell, LSTMCell, SimpleCell, Stack, State, unroll
from coursekit.models.language_model import LanguageModel, detach
from coursekit.models.ngram_features import NgramFeatures
from coursekit.models.recurrent import RecurrentModel, RecurrentNgramModel
from coursekit.models.transformer import GPT, AdaptiveTransformer, CausalAttention
from coursekit.models.vocabulary_layers import AdaptiveInput, AdaptiveSoftmax, Softmax
from coursekit.models.window import WindowModel

__all__ = [
    "GPT",
    "AdaptiveInput",
    "AdaptiveSoftmax",
    "AdaptiveTransformer",
    "CausalAttention",
    "Cell",
    "LSTMCell",
    "LanguageModel",
    "NgramFeatures",
    "RecurrentModel",
    "RecurrentNgramModel",
    "SimpleCell",
    "Softmax",
    "Stack",
    "State",
    "WindowModel",
    "detach",
    "unroll",
]
