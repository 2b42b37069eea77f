"""Corpora of bare texts, for tests that ask for nothing but the texts."""

import pandas as pd

from q7x2lab.corpus.model import Corpus


def corpus(texts: list[str]) -> Corpus:
    """The texts as articles a0, a1, … of one outlet, without dates."""
    names = [f"a{number}" for number in range(len(texts))]
    return Corpus(pd.DataFrame({"id": names, "date": pd.NaT, "outlet": "x", "text": texts}))
