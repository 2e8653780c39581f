"""Interpolated modified Kneser-Ney language models of any order, exact, in vectorised NumPy.

The model is that of Chen & Goodman (1999, equations 20 and 26). With c the count of an m-gram,
h its context (its first m − 1 words) and h′ the context without its oldest word::

    p_m(w | h) = max(c(h w) − D(c(h w)), 0) / c(h ·) + γ(h) · p_{m−1}(w | h′)
    γ(h)       = Σ_w D(c(h w)) / c(h ·)

and p_0 is uniform. At the highest order c counts occurrences. Below it, c counts *continuations*:
the number of different words seen in front of the m-gram. D takes three values, for counts of 1,
2 and 3 or more. What D takes away is exactly what γ hands on, so each p_m(· | h) sums to one.

In use::

    model = KneserNey.fit(data.train, order=5, vocab_size=len(vocab), boundary=vocab.end)
    model.log_prob(data.test)             # nats, shape (t,)
    model.distribution(context)           # p(w | context) for every word, shape (k,)
    model.complete(context, 5)            # [(word number, probability), …], best first
    model.context_length(data.test)       # how much of each context was seen, shape (t,)
"""

from coursekit.ngrams.model import KneserNey
from coursekit.ngrams.tables import Table

__all__ = ["KneserNey", "Table"]
