"""A vocabulary: the words a model knows, and their numbers."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
import numpy.typing as npt

from coursekit.text.tokens import END, UNKNOWN

IntArray = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Vocabulary:
    """The words a model knows; ``words[i]`` has the number ``i``.

    Its length is the vocabulary size k, special words included.
    """

    words: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(set(self.words)) != len(self.words):
            raise ValueError("a word stands twice in the vocabulary")

    @classmethod
    def build(
        cls,
        tokens: Iterable[str],
        size: int | None = None,
        specials: tuple[str, ...] = (UNKNOWN, END),
    ) -> Self:
        """Keep the special words and then the most frequent words of ``tokens``.

        Words of equal frequency go by the alphabet, so the result depends on nothing but counts.

        Args:
            tokens: The training words. Never count validation or test words.
            size: Vocabulary size k, special words included; None keeps every word.
            specials: Words that come first and always, such as ``<unk>`` and ``</s>``.

        Returns:
            The vocabulary: the special words, then words from frequent to rare.
        """
        counts = Counter(tokens)
        for word in specials:
            counts.pop(word, None)
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        return cls((*specials, *ranked)[:size])

    @cached_property
    def index(self) -> dict[str, int]:
        """The number of each word."""
        return {word: number for number, word in enumerate(self.words)}

    @property
    def unknown(self) -> int:
        """The number of ``<unk>``, which stands for every word outside the vocabulary."""
        return self.index[UNKNOWN]

    @property
    def end(self) -> int:
        """The number of ``</s>``, the end of a sentence."""
        return self.index[END]

    def encode(self, tokens: Iterable[str]) -> IntArray:
        """Turn words into numbers.

        Returns:
            An array of shape (t,).

        Raises:
            KeyError: A word is not in the vocabulary, and the vocabulary has no ``<unk>``.
        """
        index = self.index
        if UNKNOWN in index:
            unknown = index[UNKNOWN]
            return np.array([index.get(word, unknown) for word in tokens], dtype=np.int32)
        return np.array([index[word] for word in tokens], dtype=np.int32)

    def decode(self, ids: Iterable[int]) -> list[str]:
        """Turn numbers back into words."""
        return [self.words[number] for number in ids]

    def __len__(self) -> int:
        return len(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.index
