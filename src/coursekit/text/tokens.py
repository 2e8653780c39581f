"""Words and sentences: one fixed way of cutting text, so that perplexities can be compared."""

import re

END = "</s>"
UNKNOWN = "<unk>"

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*|[0-9]+(?:[.,][0-9]+)*|[^\sa-z0-9]")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n+")


def words(text: str) -> list[str]:
    """Cut ``text`` into lower-case words, numbers and single punctuation marks.

    >>> words("Don't pay $1,250.50!")
    ["don't", 'pay', '$', '1,250.50', '!']
    """
    return _WORD.findall(text.lower())


def sentences(text: str) -> list[list[str]]:
    """Cut ``text`` into sentences, each a list of words.

    A sentence ends at ``.``, ``?`` or ``!`` followed by white space, and at each line break.
    The rule is crude ("Mr. Speaker" is cut in two) but exact: it needs no model and never changes.
    """
    cut = (words(piece) for piece in _SENTENCE_END.split(text))
    return [sentence for sentence in cut if sentence]
